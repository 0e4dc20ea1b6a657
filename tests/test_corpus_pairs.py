"""Verdicts on pairs of real pages, read where they lie. Rates are asserted as measured, rounded down."""

import json
import os
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from monitor.compare import compare, content_hash
from monitor.disclose import kind, verdict
from monitor.errors import ParseError
from monitor.models import Comparison, Kind, SignalName, Statement, Verdict
from monitor.parsers.govuk import Parser

CORPUS = Path(os.environ.get("MONITOR_CORPUS", Path(__file__).parent.parent.parent / "shared" / "corpus"))
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder of real pages is not on this machine")

FILE_REPLACED = {SignalName.NOTE_ONLY, SignalName.ATTACHMENT, SignalName.DATE_ONLY, SignalName.LIST_ENTRY}


class Judged(NamedTuple):
    """What we say of a pair of pages; all None where one of the two is no statement."""

    label: dict[str, Any]
    kind: Kind | None = None
    comparison: Comparison | None = None
    verdict: Verdict | None = None

    @property
    def told(self) -> str:
        """The outcome in a word or two: "edited silent", "unchanged", "no statement"."""
        if self.comparison is None or self.verdict is None:
            return "no statement"
        return f"{self.kind} {self.verdict.disclosure}" if self.kind else "unchanged"


def read(path: Path, url: str) -> Statement | None:
    try:
        return Parser().statement(path.read_text(encoding="utf-8", errors="replace"), url)
    except ParseError:
        return None


def judged(folder: Path) -> Judged:
    label = json.loads((folder / "label.json").read_text(encoding="utf-8"))
    before, after = (read(folder / f"{side}.html", label["url"]) for side in ("before", "after"))
    if before is None or after is None:
        return Judged(label)
    comparison = compare(before, after)
    assert (content_hash(before) == content_hash(after)) is not bool(comparison)
    return Judged(label, kind(before, after, comparison), comparison, verdict(before, after, comparison))


def pairs(kind_of_pairs: str) -> Iterator[Judged]:
    folder = CORPUS / kind_of_pairs
    if not folder.is_dir():
        pytest.skip(f"{kind_of_pairs} is not among the pages on this machine")
    return map(judged, sorted(folder.iterdir()))


def misjudged(kind_of_pairs: str, right: Callable[[Judged], bool]) -> tuple[list[str], int]:
    """What is told of the pairs that are judged otherwise, and how many pairs there are with two statements."""
    statements = [pair for pair in pairs(kind_of_pairs) if pair.told != "no statement"]
    wrong = [
        f"{pair.label['url']}: {pair.told}, labelled {pair.label['label']}" for pair in statements if not right(pair)
    ]
    return wrong, len(statements)


def test_every_announced_pair_is_an_announced_edit() -> None:
    wrong, total = misjudged("govuk_pairs_announced", lambda pair: pair.told == "edited announced")
    assert wrong == []
    assert total


def test_every_pair_that_differs_in_markup_alone_is_unchanged() -> None:
    wrong, total = misjudged("govuk_pairs_noise_markup", lambda pair: pair.told == "unchanged")
    assert wrong == []
    assert total


def test_a_page_rendered_again_or_by_another_template_is_unchanged() -> None:
    folder = CORPUS / "govuk_rendered_noise_pairs"
    url = "https://www.gov.uk/government/news/rendered"
    compared = [
        (first.name, second.name, compare(before, after))
        for page in sorted(folder.iterdir())
        for first, second in combinations(sorted(page.glob("*.html")), 2)
        if (before := read(first, url)) and (after := read(second, url))
    ]
    assert [pair for pair in compared if pair[2]] == []
    assert compared


def test_silent_pairs_are_silent() -> None:
    """A page of several parts has no history on the part but shows its update date: there a moved date announces."""
    expected = {"edited silent", "withdrawn silent"}
    wrong, total = misjudged("govuk_pairs_silent", lambda pair: pair.told in expected)
    assert len(wrong) <= 0.03 * total, wrong


def test_a_note_without_a_visible_edit_is_announced_and_says_so() -> None:
    def right(pair: Judged) -> bool:
        signals = {signal.name for signal in pair.verdict.signals} if pair.verdict else set()
        return pair.told == "edited announced" and bool(signals & FILE_REPLACED)

    wrong, total = misjudged("govuk_pairs_announced_no_visible", right)
    assert wrong == []
    assert total


def test_travel_advice_announces_by_its_latest_update() -> None:
    wrong, total = misjudged("govuk_pairs_travel_advice", lambda pair: pair.told == "edited announced")
    assert wrong == []
    assert total


EDITIONS = {
    "silent_content": {"edited silent", "unchanged"},  # a text that attachments repeat on every page is not read
    "silent_content_pubdate_moved": {"edited silent"},
    "announced_content": {"edited announced"},
    "announced_no_visible": {"edited announced"},
    "withdrawn_toggle": {"withdrawn silent", "reinstated silent"},
    "history_text_edited": {"unchanged"},  # the labelled edit is not rendered
    "noop_republish_or_links": {"unchanged"},
}


def test_successive_editions_are_judged_as_labelled() -> None:
    wrong, total = misjudged("govuk_rendered_edition_pairs", lambda pair: pair.told in EDITIONS[pair.label["label"]])
    assert wrong == []
    assert total


def test_a_page_not_there_yet_is_no_statement() -> None:
    assert {pair.told for pair in pairs("govuk_pairs_404_then_page")} == {"no statement"}
