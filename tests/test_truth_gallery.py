"""The gallery: which edits it takes, and that its page is one that anybody can read."""

from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.compare import compare
from monitor.disclose import verdict
from monitor.models import Block, BlockKind, Note, Statement
from tests.edits import paragraph
from truth.edits import Edit
from truth.gallery import Shown, chosen, page

FIRST = Note("2026-03-03", "First published.")
TEXT = paragraph("Boats & ships pay £5 on 4 May.")
HARBOUR = Statement("https://a.example/", "Fees <2026>", "t", notes=(FIRST,), body=(TEXT,), keeps_history=True)


def shown(name: str, *body: Block, notes: tuple[Note, ...] = (FIRST,)) -> Shown:
    after = replace(HARBOUR, body=body, notes=notes)
    comparison = compare(HARBOUR, after)
    return Shown(Edit(name, HARBOUR, after), comparison, verdict(HARBOUR, after, comparison))


FIGURE = shown("pairs/figure", paragraph("Boats & ships pay £6 on 4 May."))
LARGE_FIGURE = shown("pairs/large", paragraph("All boats & all ships pay £6 on 4 May."))
DATE = shown("pairs/date", paragraph("Boats & ships pay £5 on 5 May."))
ENTRY = shown("pairs/entry", TEXT, Block(BlockKind.LIST_ITEM, "rafts", 1))
NOTED = shown("pairs/noted", paragraph("Boats & ships pay £7 on 4 May."), notes=(Note("2026-03-04", "Fee up."), FIRST))


@pytest.mark.parametrize(
    ("found", "names"),
    [
        ([], {}),
        ([LARGE_FIGURE, FIGURE], {"A figure": "pairs/figure"}),
        (
            [DATE, FIGURE, ENTRY],
            {"An entry of a list": "pairs/entry", "A figure": "pairs/figure", "A date": "pairs/date"},
        ),
        ([NOTED], {"An announced edit and its note": "pairs/noted"}),
    ],
)
def test_each_feature_is_shown_by_the_smallest_edit_that_shows_nothing_else(
    found: list[Shown], names: dict[str, str]
) -> None:
    assert {feature: each.edit.name for feature, each in chosen(found).items()} == names


def test_the_page_has_verdict_reasons_signals_and_both_redlines_under_their_headings() -> None:
    made = LexborHTMLParser(page({"A figure": FIGURE}))
    assert [node.text(deep=True) for node in made.css("h1, h2, article h3")] == ["Ten real edits", "A figure", "Body"]
    assert [node.text(deep=True) for node in made.css("dd")][::2] == ["edited, silent", "figure: £5 → £6"]
    assert [node.text(deep=True) for node in made.css("ins, del")] == ["£5", "£6"]
    assert "pay [-£5-]{+£6+} on" in made.css("pre")[0].text(deep=True)
    assert made.css(".source")[0].text(deep=True) == "Fees <2026> (pairs)"


def test_the_page_needs_no_script_and_nothing_from_elsewhere() -> None:
    made = LexborHTMLParser(page({"A figure": FIGURE}))
    assert made.css("script, link, img, iframe") == []
    assert made.css("html")[0].attributes["lang"] == "en-GB"
    assert made.css("meta[name=viewport]")
