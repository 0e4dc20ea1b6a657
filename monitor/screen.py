"""Is this the page at all? Blocked, gone, down for maintenance, empty, cut off, or suddenly another page. Pure.

Everything here judges what a page says it is (its status, type, title, first heading, size), never the words of its
body: a statement may well be about captchas, maintenance or pages not found.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from monitor._screen_notices import NOTICES, TERSE_NOTICES
from monitor.models import Fetch, Outcome, Statement

Judgement = tuple[Outcome, str]
"""What it is instead of the page, and the reason in a few words."""

# --- by status -------------------------------------------------------------------------------------------------------

STATUSES = {
    401: Outcome.AUTH_REQUIRED,
    403: Outcome.BLOCKED,
    404: Outcome.GONE,
    407: Outcome.AUTH_REQUIRED,
    410: Outcome.GONE,
    429: Outcome.RATE_LIMITED,
    451: Outcome.BLOCKED,
    503: Outcome.MAINTENANCE,
}

CHALLENGES = frozenset({"cf-mitigated", "x-amzn-waf-action"})
"""Headers by which Cloudflare and AWS WAF say that they answered in the page's stead, whatever the status."""


def status(code: int, headers: Sequence[tuple[str, str]]) -> Outcome | None:
    """What an answer of this status is, None where its body may be the page. Only 200 carries the page whole."""
    if any(name.lower() in CHALLENGES for name, _ in headers):
        return Outcome.BLOCKED
    return None if code == 200 else STATUSES.get(code, Outcome.STATUS)


# --- by address ------------------------------------------------------------------------------------------------------

LOGIN = re.compile(
    r"(?:(?:wp|user|service)[-_]?)?(?:log|sign)[-_]?(?:in|on)|auth|sso|saml2?|oauth2?|openid|authenticate",
    re.IGNORECASE,
)
BARRED = re.compile(
    r"(?:access[-_]?)?(?:denied|forbidden|blocked)|unauthori[sz]ed|captcha|challenge|(?:cookie[-_]?)?consent|"
    r"(?:unsupported|enable)[-_]?(?:browser|cookies|javascript)|sorry",
    re.IGNORECASE,
)
NOT_FOUND = re.compile(r"(?:error[-_]?)?(?:404|410)|(?:page[-_]?)?not[-_]?found", re.IGNORECASE)
FAILING = re.compile(
    r"(?:general|server|application)?[-_]?errors?(?:[-_]?pages?)?|(?:error[-_]?)?5\d\d|maintenance|oops|coming[-_]soon|"
    r"(?:(?:web)?site|service|server|system)?[-_]?(?:unavailable|offline|down)",
    re.IGNORECASE,
)

HOME = re.compile(r"index|home|default|[a-z]{2}(?:-[a-z]{2})?", re.IGNORECASE)
"""The only step of a home page's path; a language may have one of its own."""


def redirected(asked_url: str, url: str) -> Judgement | None:
    """Why a redirect does not lead to the page: to a login, an error page, the home page. None where it may."""
    asked, led = _steps(asked_url), _steps(url)
    if led == asked:
        return None
    for pattern, outcome, place in (
        (LOGIN, Outcome.BLOCKED, "a login"),
        (BARRED, Outcome.BLOCKED, "a page that bars the way"),
        (NOT_FOUND, Outcome.GONE, "a page for what is not found"),
        (FAILING, Outcome.MAINTENANCE, "an error page"),
    ):
        if _names(pattern, led) and not _names(pattern, asked):
            return outcome, f"redirected to {place}: {url:.200}"
    if asked and not led:
        return Outcome.GONE, f"redirected to the home page: {url:.200}"
    return None


def _steps(url: str) -> list[str]:
    """The path's steps, less the ending of the last; none for the home page."""
    path = re.sub(r";[^/]*|\.\w{1,5}$", "", urlsplit(url).path)
    steps = [step for step in path.split("/") if step]
    return [] if len(steps) == 1 and HOME.fullmatch(steps[0]) else steps


def _names(pattern: re.Pattern[str], steps: list[str]) -> bool:
    return any(pattern.fullmatch(step) for step in steps)


# --- by content ------------------------------------------------------------------------------------------------------

TYPES = re.compile(r"text/html|(?:application|text)/xml|[a-z]+/[\w.-]+\+xml|", re.IGNORECASE)
"""Media types that hold pages and feeds; a server may send none."""

TYPE_END = re.compile(r"[\s;,]")
"""What ends a media type; servers forget the semicolon, or name the type twice."""

OTHER_FILES = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
)
"""How files begin that are no page, whatever their type says: PDF, ZIP and Office, images, gzip, old Office, RTF."""

JSON = re.compile(rb"""\{\s*(?:"|\})|\[\s*[\[{"\]]""")
"""How JSON begins, and no page."""

TAG = re.compile(r"<(?:[!/?]|[a-zA-Z])")
TITLE = re.compile(r"<title\b[^>]*>([^<]{0,2000})", re.IGNORECASE)
H1 = re.compile(r"<h1\b[^>]*>(.{0,4000}?)</h1", re.IGNORECASE | re.DOTALL)
UNREAD = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|noscript|template|svg)\b.*?(?:</\1\b[^>]*>|\Z)", re.IGNORECASE | re.DOTALL
)
AROUND = re.compile(r"<(nav|header|footer)\b.*?</\1\b[^>]*>", re.IGNORECASE | re.DOTALL)
MAIN = re.compile(r"<main\b.*</main", re.IGNORECASE | re.DOTALL)
TAGS = re.compile(r"<[^>]*>?")
SEPARATORS = re.compile(r"\s+[|\-–—·•»:]+\s+|[|»]")

MARKED = re.compile(
    r"<(/?)(main|article|section|aside|div|ul|ol|dl|table|blockquote|figure|form|h[1-6])\b", re.IGNORECASE
)
"""Tags of elements that are not left open by who closes any."""

THIN_WORDS = 200
"""A page of fewer words may be a notice in the page's stead, if its heading says so; notices have ten to a hundred."""

BARE_WORDS = 60
"""A page of fewer words that holds a captcha or a password field is about that."""

SHELL_WORDS = 15
"""A page of fewer words that asks for scripts shows nothing without them."""

LOGIN_FORM = re.compile(r"""<input\b[^>]*\btype\s*=\s*["']?password""", re.IGNORECASE)
CHALLENGE = re.compile(
    r"_cf_chl_opt|captcha-delivery\.com|px-captcha|_Incapsula_Resource|AwsWafIntegration|"
    r"""class\s*=\s*["']?(?:g-recaptcha|h-captcha|cf-turnstile)""",
    re.IGNORECASE,
)
NEEDS_SCRIPT = re.compile(r"""\bid\s*=\s*["']?(?:root|app|__next|__nuxt)\b|<noscript""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Face:
    """What a page shows: its title and first heading and their parts, its own markup, and how many words that has."""

    headings: tuple[str, ...]
    own: str
    words: int


def page(fetch: Fetch, html: str) -> Judgement | None:
    """What this is instead of the page; None where nothing speaks against it. `html` is the fetch's body as text."""
    media_type = TYPE_END.split(fetch.content_type.strip(), maxsplit=1)[0]
    if not TYPES.fullmatch(media_type):
        return Outcome.CONTENT_TYPE, f"served as {media_type:.100}"
    start = fetch.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(OTHER_FILES) or JSON.match(start):
        return Outcome.CONTENT_TYPE, "no page, by its first bytes"
    if not html.strip():
        return Outcome.EMPTY, "nothing in it"
    if not TAG.search(html):
        return Outcome.CONTENT_TYPE, "no markup in it"
    if re.search(r"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b", html[:4096]):
        return None
    return _cut_off(fetch, html) or _instead(html)


def _cut_off(fetch: Fetch, html: str) -> Judgement | None:
    """A page that ends early though the transfer seemed whole: its server died, or a cache kept half of it."""
    end = html[-4096:].lower()
    if "</html" in end:
        return None
    names = {name.lower() for name, _ in fetch.headers}
    if names and not names & {"content-length", "transfer-encoding"}:
        return Outcome.TRUNCATED, "the connection ended before the document did"
    if "<html" in html[:4096].lower() and _open(html):
        return Outcome.TRUNCATED, "the document ends in its middle"
    return None


def _open(html: str) -> bool:
    """Whether a comment, a tag, a text or an element whose end tag may not be left out (HTML, 13.1.2.4) is open."""
    if html.rfind("<!--") > html.rfind("-->") or not html.rstrip().endswith(">"):
        return True
    balance = Counter[str]()
    for closes, name in MARKED.findall(UNREAD.sub("", html)):
        balance[name.lower()] += -1 if closes else 1
    return any(count > 0 for count in balance.values())


def _instead(html: str) -> Judgement | None:
    """A notice in the page's stead: short, and its title or heading says what it is."""
    face = _face(html)
    if face.words >= THIN_WORDS:
        return None
    for outcome, phrases in (*NOTICES, *(TERSE_NOTICES if face.words < BARE_WORDS else ())):
        for heading in face.headings:
            if re.fullmatch(phrases, heading, re.IGNORECASE):
                return outcome, f'headed "{heading:.100}"'
    if face.words < BARE_WORDS and CHALLENGE.search(html):
        return Outcome.BLOCKED, "a captcha and little else"
    if face.words < BARE_WORDS and LOGIN_FORM.search(face.own):
        return Outcome.BLOCKED, "a login form and little else"
    if face.words < SHELL_WORDS:
        return _shell(html)
    return None


def _shell(html: str) -> Judgement | None:
    """A page that shows nothing by itself, in its main part or around it."""
    words = len(_words(UNREAD.sub(" ", TITLE.sub("", html))).split())
    if words == 0 or (words < SHELL_WORDS and NEEDS_SCRIPT.search(html) and "<script" in html.lower()):
        return Outcome.EMPTY, f"{words} words without its scripts"
    return None


def _face(html: str) -> _Face:
    shown = UNREAD.sub(" ", html)
    title, h1, main = TITLE.search(shown), H1.search(shown), MAIN.search(shown)
    texts = [_words(match[1]) for match in (title, h1) if match]
    parts = [part.strip(" .!?…:-") for text in texts for part in (text, *SEPARATORS.split(text))]
    own = main[0] if main else AROUND.sub(" ", shown[title.end() :] if title else shown)
    return _Face(tuple(dict.fromkeys(filter(None, parts))), own, len(_words(own).split()))


def _words(markup: str) -> str:
    return " ".join(unescape(TAGS.sub(" ", markup)).replace("’", "'").split())


# --- by what it was --------------------------------------------------------------------------------------------------

SHRUNK_TO = 0.6
"""Share of the earlier text below which a page looks cut."""

SHRINKS_FROM = 300
"""Characters below which a text is too short for shares to mean much."""

SHARED_LEAST = 0.3
"""Share of the shorter text's runs of words in common below which it looks like another page.

Measured on 195 pairs of looks at GOV.UK pages: an edit leaves 0.57 or more; of two pages, 99 in 100 share under 0.1.
"""

RUN_WORDS = 4
"""So many words in a row are seldom the same by chance, unlike single ones."""

WORDS_MOST = 20_000
"""Words from which texts are told apart; the rest of a longer one adds nothing."""


def upheaval(before: Statement, after: Statement, announced: bool) -> str | None:
    """Why this looks like another or half a page rather than an edit; None where it does not.

    A new history entry or withdrawn notice vouches for the text, as only its publisher writes those, provided that the
    page is still the same: another one has a history and notices of its own.
    """
    vouched = announced or (after.withdrawn is not None and before.withdrawn is None)
    if vouched and _same_page(before, after):
        return None
    old, new = before.text, after.text
    if len(old) >= SHRINKS_FROM and len(new) < SHRUNK_TO * len(old):
        return f"the text shrank by {1 - len(new) / len(old):.0%}"
    if (before.title != after.title or len(old) >= SHRINKS_FROM) and _shared(old, new) < SHARED_LEAST:
        return "the text is that of another page"
    return None


def _same_page(before: Statement, after: Statement) -> bool:
    """Whether title or date of publication say that it is the same page, in the same language."""
    languages = {side.language.lower().partition("-")[0] for side in (before, after) if side.language}
    dated_alike = before.published_at is not None and before.published_at == after.published_at
    return len(languages) < 2 and (before.title == after.title or dated_alike)


def _shared(old: str, new: str) -> float:
    """The share of the shorter text's runs of words that the other has, too."""
    before, after = _runs(old), _runs(new)
    return (before & after).total() / max(min(before.total(), after.total()), 1)


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = text.split(maxsplit=WORDS_MOST)[:WORDS_MOST]
    return Counter(tuple(words[at : at + RUN_WORDS]) for at in range(max(1, len(words) - RUN_WORDS + 1)))
