"""Content that is not the page, or not what it says it is; and noise that is the page all the same."""

import gzip
import unicodedata

from tests.hostile.site import Behaviour
from tests.hostile.texts import DUES, GOOD, GOVUK, HEAD, document, govuk
from tests.hostile.transport import calm, fault
from tests.servers import answer, html

HTML = "text/html"


def typed(body: bytes, content_type: str, status: str = "200 OK", **headers: str) -> bytes:
    """An answer of this type."""
    return answer(body, status, Content_Type=content_type, **headers)


def charset(label: str, codec: str = "utf-8", text: str | None = None) -> bytes:
    """The page in this encoding, said to be in that one."""
    return typed((text or document()).encode(codec), f"text/html; charset={label}")


ACCENTS = document(paragraphs=(*DUES, "Café Ærø pays £5 – “as ever” – in Überlingen."))

ENCODINGS = (
    *(
        calm(f"C1 said to be in {label}", charset(label))
        for label in (
            "utf-8",
            "UTF8",
            '"utf-8"',
            "idna",
            "rot13",
            "zlib",
            "hex",
            "base64",
            "undefined",
            "utf-7",
            "unicode_escape",
            "punycode",
            "klingon",
            "x" * 5000,
            "",
            "mbcs",
            "raw_unicode_escape",
            "windows-1252",
            "ascii",
            "latin1",
            "none",
        )
    ),
    calm("C1 UTF-16 with its mark", typed(b"\xff\xfe" + document().encode("utf-16-le"), HTML)),
    calm(
        "C1 UTF-16 the other way round", typed(b"\xfe\xff" + document().encode("utf-16-be"), "text/html; charset=utf-8")
    ),
    calm(
        "C1 UTF-8 with its mark, said to be Latin-1",
        typed(b"\xef\xbb\xbf" + document().encode(), "text/html; charset=latin1"),
    ),
    calm("C1 no type at all", answer(document().encode())),
    calm("C1 shift_jis that is one", charset("shift_jis", "shift_jis")),
    calm("C1 two types", HEAD + b"Content-Type: text/html; charset=rot13\r\n\r\n" + document().encode()),
    *(
        Behaviour(f"C1 accents, {name}", (html(ACCENTS), told, html(ACCENTS)), ("ok", "unchanged", "unchanged"))
        for name, told in (
            ("in another encoding", typed(ACCENTS.encode("cp1252"), "text/html; charset=windows-1252")),
            ("in UTF-16 said to be so", typed(ACCENTS.encode("utf-16-le"), "text/html; charset=utf-16")),
            ("by a node that says Latin-1", typed(ACCENTS.encode(), "text/html; charset=iso-8859-1")),
            ("by a node that says nothing", typed(ACCENTS.encode(), HTML)),
            ("in a page that says UTF-16", typed(ACCENTS.replace('"utf-8"', '"utf-16"').encode(), HTML)),
            ("in a page that says ASCII", typed(ACCENTS.replace('"utf-8"', '"us-ascii"').encode(), HTML)),
            ("without a semicolon in its type", typed(ACCENTS.encode(), "text/html charset=utf-8")),
            ("with its type twice", typed(ACCENTS.encode(), "text/html, text/html; charset=utf-8")),
        )
    ),
    calm("C2 NUL between letters", html(document().replace("dredging", "dred\0ging"))),
    calm("C2 controls and overrides", html(document().replace("dredging", "\x01dred\u202eging\u2066\x7f"))),
    calm(
        "C2 a lone surrogate as an entity, unseen", html(document(head='<meta name="description" content="&#xD800;">'))
    ),
    Behaviour(
        "C2 a lone surrogate as an entity",
        (GOOD, html(document().replace("dredging", "dred&#xD83D;ging")), GOOD),
        kinds=("edited", "edited"),
    ),
    Behaviour(
        "C2 broken UTF-8",
        (GOOD, typed(document().encode().replace(b"dredging", b"dred\xff\xfeging"), "text/html; charset=utf-8"), GOOD),
        kinds=("edited", "edited"),
    ),
)


def linked(href: str) -> str:
    """The page with a link to there."""
    return document(paragraphs=(*DUES, f'See <a href="{href}">the notice</a>.'))


NOISE = (
    calm(
        "C8 tokens",
        *(
            html(
                document(head=f'<meta name="csrf-token" content="{n}7f3a">', around=f'<script nonce="{n}ab">x</script>')
            )
            for n in range(3)
        ),
    ),
    calm("C8 a counter around the text", *(html(document(around=f"<p>{n} readers now</p>")) for n in (8, 15))),
    calm(
        "C8 advertisements",
        *(html(document(around=f"<aside><a href='/ad/{n}'>Buy {n} boats</a></aside>")) for n in (8, 15)),
    ),
    calm(
        "C8 order of attributes",
        html(document().replace('<meta charset="utf-8">', '<meta a="1" charset="utf-8">')),
        html(document().replace("<main>", '<main class="a" id="b">')),
        html(document().replace("<main>", '<main id="b" class="a">')),
    ),
    calm(
        "C8 other markup, same words",
        html(document().replace("<p>", '<p class="text">\n  ').replace("</p>", "\n</p>\n")),
    ),
    calm("C8 white space", html(document().replace(" dues", "  \n dues").replace("Monday,", "Monday,\u00a0"))),
    calm("C8 comments", *(html(document().replace("<main>", f"<!-- served by {n} --><main>")) for n in (1, 2))),
    *(
        Behaviour(
            f"C8 a link that carries {name}",
            tuple(html(linked(href.replace("@", value))) for value in ("0a1b2c3d4e5f6071", "99aabbccddeeff001", "7")),
            ("ok", "unchanged", "unchanged"),
        )
        for name, href in (
            ("a visit's name", "/dues?a=1&amp;PHPSESSID=@"),
            ("a visit's name in its path", "/dues;jsessionid=@?a=1"),
            ("a campaign", "/dues?utm_source=@&amp;fbclid=@#part"),
            ("a form's token", "/dues?csrf_token=@"),
        )
    ),
    calm("C8 words in emphasis", html(document().replace("dredging", "<em>dredg</em>ing"))),
    Behaviour(
        "C8 letters put together otherwise",
        tuple(
            html(document(paragraphs=(*DUES, unicodedata.normalize(form, "Café Ærø takes orders."))))
            for form in ("NFC", "NFD", "NFC")
        ),
        ("ok", "unchanged", "unchanged"),
    ),
    Behaviour(
        "C8 a GOV.UK page, built anew",
        tuple(html(govuk().replace("n0nce", n).replace("a1b2c3d4", n)) for n in ("00aa11bb", "cc22dd33", "44ee55ff")),
        ("ok", "unchanged", "unchanged"),
        source=GOVUK,
    ),
)


def plain(inner: str, title: str = "Harbours") -> str:
    """A whole page of another kind."""
    return f"<!doctype html><html><head><title>{title}</title></head><body>{inner}</body></html>"


def notice(title: str, text: str = "Please come back later.") -> str:
    """A whole page in the page's stead."""
    return plain(f"<main><h1>{title}</h1><p>{text}</p></main>", title)


INSTEAD = (
    *(
        fault(f"C11 {title}", html(notice(title)), outcome)
        for title, outcome in (
            ("Just a moment...", "blocked"),
            ("Attention Required! | Cloudflare", "blocked"),
            ("Access Denied", "blocked"),
            ("403 Forbidden", "blocked"),
            ("Verify you are human", "blocked"),
            ("Request unsuccessful", "blocked"),
            ("Please enable cookies", "blocked"),
            ("Sign in to continue", "blocked"),
            ("Log in | Harbours", "blocked"),
            ("We value your privacy", "blocked"),
            ("Unusual traffic detected", "blocked"),
            ("Scheduled maintenance", "maintenance"),
            ("We'll be back soon", "maintenance"),
            ("Service unavailable", "maintenance"),
            ("Site under construction", "maintenance"),
            ("Sorry, the service is unavailable", "maintenance"),
            ("500 Internal Server Error", "maintenance"),
            ("504 Gateway Time-out", "maintenance"),
            ("Whoops, something went wrong", "maintenance"),
            ("Database error", "maintenance"),
            ("Page not found", "gone"),
            ("404 Not Found", "gone"),
            ("Sorry, this page could not be found", "gone"),
            ("The page you requested does not exist", "gone"),
            ("This page has been removed", "gone"),
            ("This domain is for sale", "gone"),
            ("Please wait...", "blocked"),
            ("Web Page Blocked!", "blocked"),
            ("401 Unauthorized", "blocked"),
            ("Error 1020", "blocked"),
            ("ERROR: The request could not be satisfied", "blocked"),
            ("The requested URL was rejected. Please consult with your administrator.", "blocked"),
            ("JavaScript is required", "blocked"),
            ("We use cookies", "blocked"),
            ("Your session has expired", "blocked"),
            ("This content is not available in your country", "blocked"),
            ("429 Too Many Requests", "rate_limited"),
            ("Error", "maintenance"),
            ("Oops!", "maintenance"),
            ("Whitelabel Error Page", "maintenance"),
            ("Server Error in '/' Application.", "maintenance"),
            ("Traceback (most recent call last)", "maintenance"),
            ("Error 503 Backend fetch failed", "maintenance"),
            ("You are now in line", "maintenance"),
            ("Welcome to nginx!", "maintenance"),
            ("Apache2 Ubuntu Default Page", "maintenance"),
            ("Index of /", "maintenance"),
            ("Oops! That page can’t be found.", "gone"),
            ("This content has been removed", "gone"),
            ("Pagina niet gevonden", "gone"),
            ("Redirecting...", "gone"),
            ("301 Moved Permanently", "gone"),
            ("There isn't a GitHub Pages site here.", "gone"),
        )
    ),
    *(
        fault(f"C11 {name}", told, outcome)
        for name, told, outcome in (
            ("403", typed(b"no", HTML, "403 Forbidden"), "blocked"),
            ("401", typed(b"who?", HTML, "401 Unauthorized", WWW_Authenticate='Basic realm="x"'), "auth_required"),
            ("407", typed(b"who?", HTML, "407 Proxy Authentication Required"), "auth_required"),
            ("451", typed(b"no", HTML, "451 Unavailable For Legal Reasons"), "blocked"),
            ("503 with a page", typed(document().encode(), HTML, "503 Service Unavailable"), "maintenance"),
            ("a challenge by header, as 200", html(document(), Cf_Mitigated="challenge"), "blocked"),
            (
                "a captcha and little else",
                html(plain('<main><h1>Harbours</h1><div class="g-recaptcha"></div></main>')),
                "blocked",
            ),
            (
                "a login form and little else",
                html(plain('<main><h1>Harbours</h1><form><input type="password"></form></main>')),
                "blocked",
            ),
            (
                "a shell that waits for scripts",
                html(plain('<div id="root"></div><script src="/a.js"></script>')),
                "error:empty",
            ),
            ("nothing", html(""), "error:empty"),
            ("white space", html(" \r\n\t"), "error:empty"),
            ("a document of nothing", html("<!doctype html><html><head></head><body></body></html>"), "error:empty"),
            ("words without markup", html("Bad gateway"), "error:content_type"),
            ("a list of files", html(plain("<h1>Index of /news</h1><pre>Parent directory</pre>")), "maintenance"),
            (
                "another layout",
                html(plain("<h1>Dues</h1><p>Moved to another layout altogether.</p>")),
                "error:parse",
            ),
            (
                "main part without words",
                html(plain("<nav>Home and news of the harbours</nav><main><h1></h1></main>")),
                "error:empty",
            ),
        )
    ),
)

TYPES = (
    *(
        fault(f"C14 {name}", typed(body, content_type, **headers), "error:content_type")
        for name, body, content_type, headers in (
            ("PDF", b"%PDF-1.7\n%...", "application/pdf", {}),
            ("PDF said to be a page", b"%PDF-1.7\n<html><main><h1>a</h1></main></html>", HTML, {}),
            ("JSON", b'{"error": "no"}', "application/json", {}),
            ("JSON said to be a page", b'{"error": "<b>no</b>"}', HTML, {}),
            ("a page said to be JSON", document().encode(), "application/json", {}),
            (
                "bytes to be saved",
                document().encode(),
                "application/octet-stream",
                {"Content_Disposition": 'attachment; filename="../../etc/passwd"'},
            ),
            ("plain text", b"Harbour dues will rise.", "text/plain", {}),
            ("picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "image/png", {}),
            ("picture said to be a page", b"\x89PNG\r\n\x1a\n<html>", HTML, {}),
            ("JPEG said to be a page", b"\xff\xd8\xff\xe0<html>", HTML, {}),
            ("archive said to be a page", b"PK\x03\x04<html>", HTML, {}),
            ("gzip said to be a page", gzip.compress(document().encode()), HTML, {}),
            ("program said to be a page", b"\x7fELF\x02\x01\x01" + b"\0" * 64, HTML, {}),
            ("film", b"\0\0\0\x18ftypmp42", "video/mp4", {}),
            ("parts", b"--x\r\n\r\n" + document().encode() + b"\r\n--x--", "multipart/mixed; boundary=x", {}),
            ("script", b"document.write('<main><h1>x</h1></main>')", "application/javascript", {}),
            ("style", b"main{}", "text/css", {}),
            ("type that is none", document().encode(), "page", {}),
        )
    ),
    calm("C14 XHTML", typed(document().encode(), "application/xhtml+xml")),
    calm("C14 a name for the file", html(document(), Content_Disposition='inline; filename="../../dues.html"')),
)

PAUSES = (
    *(
        fault(f"C15 {value!r:.20}", typed(b"", HTML, status, Retry_After=value), outcome)
        for value, status, outcome in (
            ("120", "429 Too Many Requests", "rate_limited"),
            ("0", "429 Too Many Requests", "rate_limited"),
            ("-5", "429 Too Many Requests", "rate_limited"),
            ("1.5", "429 Too Many Requests", "rate_limited"),
            ("9" * 5000, "429 Too Many Requests", "rate_limited"),
            ("\u00b2", "429 Too Many Requests", "rate_limited"),
            ("soon", "503 Service Unavailable", "maintenance"),
            ("Tue, 24 Nov 1999 10:00:00 GMT", "503 Service Unavailable", "maintenance"),
            ("Tue, 24 Nov 9999 10:00:00 GMT", "503 Service Unavailable", "maintenance"),
            ("Tue, 99 Nov 2026 25:61:61 +9999", "503 Service Unavailable", "maintenance"),
        )
    ),
)


BEHAVIOURS = (*ENCODINGS, *NOISE, *INSTEAD, *TYPES, *PAUSES)
