"""What sites do over time. `kinds` is the whole budget: each change is one alert, and there are no others."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from monitor.models import Note, Withdrawal
from tests.hostile.content import notice, plain
from tests.hostile.redirects import led, moved
from tests.hostile.site import Behaviour, Talk
from tests.hostile.texts import DUES, EDITED, GOOD, GOVUK, LADDERS, OTHER, STATEMENT, WELSH, document, edited, govuk
from tests.servers import HANG, RESET, answer, html

OUTAGE = html(notice("Service unavailable"), "503 Service Unavailable")
MISSING = html(notice("Page not found"), "404 Not Found")
MAINTENANCE = html(notice("Scheduled maintenance"))
SHELL = html(plain('<div id="app"></div><script src="a.js"></script>'))
HALF = GOOD[:-300] + RESET
SHRUNK = html(document(paragraphs=DUES[:1]))
ANOTHER = html(document("Fish ladders work", LADDERS))
THIRD = html(document("Ferries", tuple(text.replace("the", "a").replace("ladders", "ferries") for text in LADDERS)))
FOURTH = html(document("Buoys", tuple(text.replace("o", "0").replace("ladders", "buoys") for text in LADDERS)))
IN_WELSH = html(document("Tollau porthladd", WELSH, language="cy"))
PDF = answer(b"%PDF-1.7", Content_Type="application/pdf")

NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n\r\n"


def lying(page: bytes) -> Callable[[str], bytes]:
    """304 to whoever asks conditionally, whatever the page has become."""
    return lambda request: NOT_MODIFIED if "if-none-match" in request.lower() else page


def tagged(text: str, tag: str, **headers: str) -> bytes:
    """A page with this ETag."""
    return html(text, ETag=f'"{tag}"', **headers)


def story(name: str, *looks: Talk, kinds: tuple[str, ...] = (), source: str | None = None) -> Behaviour:
    """A page's life, of which only what it tells matters."""
    details: dict[str, Any] = {} if source is None else {"source": source}
    return Behaviour(name, looks, kinds=kinds, **details)


OUTAGES = (
    story(
        "C11 an outage between two good answers",
        GOOD,
        OUTAGE,
        RESET,
        HANG,
        b"",
        html("no", "500 Internal Server Error"),
        GOOD,
    ),
    story("C11 an edit made during an outage", GOOD, OUTAGE, OUTAGE, OUTAGE, EDITED, EDITED, kinds=("edited",)),
    story("C11 maintenance as 200, once", GOOD, MAINTENANCE, GOOD),
    story("C11 maintenance as 200, for days", GOOD, *[MAINTENANCE] * 6, GOOD),
    story("C11 an empty shell, once", GOOD, SHELL, GOOD),
    story("C11 an empty shell, for days", GOOD, *[SHELL] * 6, GOOD),
    story("C11 a login for days, then an edit", GOOD, *[led("/login", GOOD)] * 5, EDITED, kinds=("edited",)),
    story("C11 blocked before the first good look", *[html(notice("Access denied"), "403 Forbidden")] * 4, GOOD, GOOD),
    story("T4 cut off once", GOOD, HALF, GOOD),
    story("T4 cut off for days, then an edit", GOOD, *[HALF] * 5, EDITED, kinds=("edited",)),
    story("C14 a PDF once", GOOD, PDF, GOOD),
    story("C14 a PDF for days", GOOD, *[PDF] * 5, GOOD),
    story(
        "C15 asked to wait",
        GOOD,
        *[html("wait", "429 Too Many Requests", Retry_After="60")] * 3,
        EDITED,
        kinds=("edited",),
    ),
    story("T1 a node that hangs now and then", GOOD, HANG, EDITED, HANG, EDITED, kinds=("edited",)),
)

VALIDATORS = (
    story(
        "C10 304 whatever the page has become",
        tagged(document(), "1"),
        *[lying(tagged(edited(), "2"))] * 11,
        kinds=("edited",),
    ),
    story(
        "C10 one tag for two bodies",
        tagged(document(), "1"),
        tagged(edited(), "1"),
        tagged(edited(), "1"),
        kinds=("edited",),
    ),
    story("C10 a new tag each time", *(tagged(document(), str(number)) for number in range(5))),
    story("C10 a tag of its packing", tagged(document(), "1"), tagged(document(), "1-gzip"), tagged(document(), "W/1")),
    story(
        "C10 dates that run backwards",
        *(
            html(document(), Last_Modified=f"Tue, 0{9 - number} Mar 2026 10:00:00 GMT", Expires="0", Date="never")
            for number in range(4)
        ),
    ),
    story(
        "C10 to be kept for years",
        GOOD,
        html(document(), Cache_Control="max-age=999999999, immutable"),
        EDITED,
        kinds=("edited",),
    ),
    story(
        "C10 304 with a page behind it",
        tagged(document(), "1"),
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello",
        tagged(document(), "1"),
    ),
    story(
        "C10 304 after an edit, then the truth",
        tagged(document(), "1"),
        NOT_MODIFIED,
        NOT_MODIFIED,
        tagged(edited(), "2"),
        tagged(edited(), "2"),
        kinds=("edited",),
    ),
)

EDITS = (
    story("C7 an edit that stays", GOOD, EDITED, EDITED, kinds=("edited",)),
    story("C7 an edit and its undoing", GOOD, EDITED, GOOD, GOOD, kinds=("edited", "edited")),
    story("C7 one letter", GOOD, html(edited("quay", "quey")), kinds=("edited",)),
    story("C7 one figure", GOOD, html(edited("12 metres", "13 metres")), kinds=("edited",)),
    story("C7 a full stop", GOOD, html(edited("said.", "said")), kinds=("edited",)),
    story(
        "C7 the target of a link",
        html(edited("Nettle Wharf", '<a href="/a">Nettle Wharf</a>')),
        html(edited("Nettle Wharf", '<a href="/b">Nettle Wharf</a>')),
        kinds=("edited",),
    ),
    story(
        "C7 a cell",
        html(edited("Nettle Wharf", "<table><tr><td>Wharf<td>1</table>")),
        html(edited("Nettle Wharf", "<table><tr><td>Wharf<td>2</table>")),
        kinds=("edited",),
    ),
    story("C7 struck out", GOOD, html(edited("eleven", "<del>eleven</del> <ins>twelve</ins>")), kinds=("edited",)),
    story(
        "C7 three edits in a row",
        GOOD,
        EDITED,
        html(edited(new="24 per cent")),
        html(edited(new="34 per cent")),
        kinds=("edited",) * 3,
    ),
    story("C9 a node that lags, twice", GOOD, EDITED, GOOD, EDITED, EDITED, EDITED, EDITED, kinds=("edited",) * 3),
    story("C9 two nodes in turn", *(GOOD, EDITED) * 6, kinds=("edited", "edited")),
    story("C9 two nodes in turn, then one", *(GOOD, EDITED) * 4, *[EDITED] * 4, kinds=("edited",) * 3),
)

SIDES = (GOOD, ANOTHER)
UPHEAVALS = (
    story("C12 another page once", GOOD, ANOTHER, GOOD),
    story("C12 another page twice", GOOD, ANOTHER, ANOTHER, GOOD),
    story("C12 another page for good", GOOD, *[ANOTHER] * 5, kinds=("edited",)),
    story("C12 other pages, each time another", GOOD, ANOTHER, THIRD, FOURTH, GOOD),
    story("C12 another page at every second look", *SIDES * 5),
    story("C12 another GOV.UK page once", html(govuk()), html(govuk(OTHER)), html(govuk()), source=GOVUK),
    story(
        "C12 another GOV.UK page with a withdrawn notice, once",
        html(govuk()),
        html(govuk(replace(OTHER, withdrawn=Withdrawal("2026-06-01T10:00:00.000+00:00", "Superseded.")))),
        html(govuk()),
        source=GOVUK,
    ),
    story("C12 half the page once", GOOD, SHRUNK, GOOD),
    story("C12 half the page for good", GOOD, *[SHRUNK] * 4, kinds=("edited",)),
    story("C12 half the page at every second look", *(GOOD, SHRUNK) * 5),
    story("C12 half the page, then an edit", GOOD, SHRUNK, SHRUNK, EDITED, EDITED, kinds=("edited",)),
    story(
        "C12 a comment that never ends, once", GOOD, html(document().replace("<p>The money", "<!-- <p>The money")), GOOD
    ),
    story("C12 another language once", GOOD, IN_WELSH, GOOD),
    story(
        "C12 another language under the same title, once", GOOD, html(document(paragraphs=WELSH, language="cy")), GOOD
    ),
    story(
        "C12 another language of a GOV.UK page, once",
        html(govuk()),
        html(
            govuk(
                replace(
                    STATEMENT,
                    title="Tollau porthladd i godi",
                    lead=WELSH[1],
                    body="".join(f"<p>{text}</p>" for text in WELSH),
                    notes=(Note("2026-03-09T15:20:00.000+00:00", "Ychwanegwyd dyfnder y basn."),),
                ),
                language="cy",
            )
        ),
        html(govuk()),
        source=GOVUK,
    ),
    story(
        "C19 other markup, same words",
        GOOD,
        *[html(document().replace("<p>", "<div class='p'><p>").replace("</p>", "</p></div>"))] * 3,
    ),
    story("C19 another layout for good, that is not read", GOOD, *[html(document().replace("main>", "section>"))] * 4),
)

ABSENCES = (
    story("C13 gone once", GOOD, MISSING, GOOD),
    story("C13 gone twice", GOOD, MISSING, MISSING, GOOD),
    story("C13 gone for good", GOOD, *[MISSING] * 6, kinds=("removed",)),
    story("C13 gone and back", GOOD, *[MISSING] * 4, GOOD, GOOD, kinds=("removed", "restored")),
    story("C13 gone and back edited", GOOD, *[MISSING] * 4, EDITED, EDITED, kinds=("removed", "restored")),
    story("C13 gone as 200", GOOD, *[html(notice("Page not found"))] * 4, GOOD, kinds=("removed", "restored")),
    story("C13 gone and in outage by turns", GOOD, *(MISSING, OUTAGE) * 4, GOOD),
    story("C13 gone by 410", GOOD, *[html(notice("Gone"), "410 Gone")] * 4, kinds=("removed",)),
    story("C13 not there yet", MISSING, MISSING, MISSING, MISSING, GOOD, GOOD),
    story("R8 to the home page once", GOOD, led("/", ANOTHER), GOOD),
    story("R7 moved for good", GOOD, *[led("/archive/dues", GOOD, "301 Moved Permanently")] * 5, kinds=("moved",)),
    story(
        "R7 moved for good, back, and moved again",
        GOOD,
        *[led("/archive/dues", GOOD, "301 Moved Permanently")] * 4,
        *[GOOD] * 4,
        *[led("/archive/dues", GOOD, "301 Moved Permanently")] * 4,
        kinds=("moved", "moved"),
    ),
    story(
        "R7 moved for good, but for a node that lags",
        GOOD,
        *[led("/archive/dues", GOOD, "301 Moved Permanently")] * 4,
        GOOD,
        *[led("/archive/dues", GOOD, "301 Moved Permanently")] * 3,
        GOOD,
        *[led("/archive/dues", GOOD, "301 Moved Permanently")] * 3,
        kinds=("moved",),
    ),
    story("R7 moved for a while", GOOD, *[led("/archive/dues", GOOD)] * 5),
    story("R7 moved once", GOOD, led("/archive/dues", GOOD, "308 Permanent Redirect"), GOOD),
    story("R7 moved to another page once", GOOD, led("/fish-ladders", ANOTHER, "301 Moved Permanently"), GOOD),
    story("R4 a circle for days, then an edit", GOOD, *[moved("/news/harbour-dues")] * 4, EDITED, kinds=("edited",)),
    story(
        "C13 a GOV.UK page withdrawn",
        html(govuk()),
        *[html(govuk(replace(STATEMENT, withdrawn=Withdrawal("2026-06-01T10:00:00.000+00:00", "Superseded."))))] * 2,
        source=GOVUK,
        kinds=("withdrawn",),
    ),
)

BEHAVIOURS = (*OUTAGES, *VALIDATORS, *EDITS, *UPHEAVALS, *ABSENCES)
