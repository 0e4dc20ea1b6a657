"""Pages built to hang a parser, and pages that are only large."""

from tests.hostile.site import Behaviour
from tests.hostile.texts import GOOD, GOVUK, document, govuk
from tests.hostile.transport import calm, fault
from tests.servers import html


def stuffed(markup: str) -> bytes:
    """The page with this in its text."""
    return html(document().replace("<p>Skippers", f"{markup}<p>Skippers"))


BEHAVIOURS = (
    *(
        fault(f"C3 {name}", stuffed(markup), "error:parse")
        for name, markup in (
            ("options", "<select>" + "<option>x" * 60_000),
            ("options that end", "<select>" + "<option>x</option>" * 50_000 + "</select>"),
            ("attributes", "<p " + " ".join(f"a{number}=1" for number in range(20_000)) + ">"),
            ("nested divisions", "<div>" * 100_000),
            ("nested divisions that end", "<div>" * 40_000 + "</div>" * 40_000),
            ("nested notices", "<div class='gem-c-notice'>" * 5_000 + "</div>" * 5_000),
            ("nested spans", "<span>" * 30_000),
            ("nested tables", "<table><tr><td>" * 25_000),
            ("nested lists", "<ul><li>" * 30_000),
            ("formatting left open", "<b><i><font>" * 20_000),
            ("links left open", "<a href=x>" * 40_000),
            ("nested main parts", "<main>" * 9_000),
            ("nested drawings", "<svg><g>" * 20_000),
            ("nested templates", "<template>" * 30_000),
            ("nested forms", "<form><fieldset>" * 20_000),
            ("nested buttons", "<button>" * 30_000),
            ("nested quotations", "<blockquote>" * 30_000),
            ("nested frames of mathematics", "<math><mi>" * 20_000),
        )
    ),
    *(
        Behaviour(f"C3 {name}", (GOOD, stuffed(markup), GOOD), ("ok", "changed", "suspect"), ("edited",))
        for name, markup in (
            ("many paragraphs", "<p>due</p>" * 60_000),
            ("many angle brackets", "<p>" + "< " * 200_000 + "</p>"),
            ("many entities", "<p>" + "&amp;" * 150_000 + "</p>"),
            ("one long word", "<p>" + "x" * 700_000 + "</p>"),
            ("many cells", "<table>" + "<tr><td>1</td><td>2</td></tr>" * 20_000 + "</table>"),
            ("many figures", "<p>" + " ".join(map(str, range(90_000))) + "</p>"),
            ("many links", "<p>" + "<a href='/x'>y</a> " * 30_000 + "</p>"),
        )
    ),
    fault("C3 comments that never end, behind the text", html(document() + "<!-- " * 60_000), "error:truncated"),
    calm("C3 much white space", stuffed(" " * 900_000)),
    calm("C3 many comments", stuffed("<!-- x -->" * 60_000)),
    calm("C3 many scripts", stuffed("<script>x</script>" * 40_000)),
    Behaviour(
        "C3 notices in notices on a GOV.UK page",
        (
            html(govuk()),
            html(govuk().replace("<main", "<main><div class='gem-c-notice'>" * 5_000 + "<main")),
            html(govuk()),
        ),
        ("ok", "error:parse", "unchanged"),
        source=GOVUK,
    ),
)
