"""Statements inside feeds: every successive text of an item is one change, with the right words marked.

What is expected comes from a second, plain reading of the recorded items (`plain_item`). These feeds keep no history.
An item that comes under another address is another page to us; how many do is told.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import groupby, pairwise
from typing import NamedTuple

from monitor.models import Disclosure, Kind, NewChange, SignalName, Statement, canonical
from monitor.parsers.feed import Parser
from truth.corpus import CORPUS
from truth.edits import MOST_WORDS
from truth.figure import Figure, counted
from truth.looks import Told, told
from truth.marks import marks
from truth.plain_item import TAG, Plain, Recorded, expected, items, plain

SECTION = "feeds"
ITEMS = {"State": "us_state_press_item_edits", "White House": "us_whitehouse_press_item_edits"}
REPLAYS = {"State, whole feeds": "us_state_press_rss_versions"}
"""Folders by the publisher, as the figures name it."""

FEED_URL = "https://feed.example/feed.xml"
AIM = 0.99

CURLY = re.compile("[‘’“”–—…]")
STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


class Case(NamedTuple):
    """Two successive texts of one item, what is expected of them, and what we tell."""

    name: str
    before: Plain
    after: Plain
    meant: str
    told: Told

    @property
    def signals(self) -> set[SignalName]:
        """All signals of what was told."""
        verdicts = [change.verdict for change in self.told.changes if change.verdict]
        return {signal.name for verdict in verdicts for signal in verdict.signals}

    def miss(self) -> str:
        """The case in a line."""
        changes = [f"{change.kind} ({change.summary})" for change in self.told.changes]
        return f"{self.name}: {'; '.join(changes) or 'unchanged'}, plainly {self.meant}"


def figures(one_in: int = 1) -> Iterator[Figure]:
    """Real edits of items, whole feeds in succession, and every item set otherwise by us; of one item in so many."""
    found = {publisher: list(_items(folder, one_in)) for publisher, folder in ITEMS.items()}
    replayed = {publisher: list(_replayed(folder))[::one_in] for publisher, folder in REPLAYS.items()}
    for publisher, series in (found | replayed).items():
        yield from _of_series(publisher, series)
    everything = [item for series in found.values() for item in series]
    yield _addresses(everything)
    originals = [(name, texts[0].recorded) for name, texts in everything if texts[0].statement]
    yield from (_made(name, change, meant, originals) for name, (change, meant) in MADE.items())
    yield _signed(originals)


# --- items and their texts -------------------------------------------------------------------------------------------


class Text(NamedTuple):
    """A text of an item as it is recorded, and as our parser reads it (None: as no statement)."""

    recorded: Recorded
    statement: Statement | None


Item = tuple[str, Sequence[Text]]
"""A name and the successive texts of one page."""


def _items(folder: str, one_in: int) -> Iterator[Item]:
    """An item under another address is another page."""
    for path in sorted((CORPUS / folder).glob("*.json"))[::one_in]:
        versions = json.loads(path.read_text(encoding="utf-8"))["versions"]
        texts = [Recorded(each["link"], each["title"], each["html"], each["pubDate"]) for each in versions]
        for number, (_, group) in enumerate(groupby(texts, lambda text: canonical(text.link))):
            yield f"{path.stem}#{number}", [_text(text) for text in group]


def _replayed(folder: str) -> Iterator[Item]:
    """The items of whole feed files in their order, as our parser finds them there."""
    series: dict[str, list[Text]] = {}
    for path in sorted((CORPUS / folder).glob("*.xml")):
        xml = path.read_text(encoding="utf-8")
        ours = {canonical(entry.url): entry.statement for entry in Parser().listing(xml, FEED_URL)}
        for item in items(xml):
            page = canonical(item.link)
            series.setdefault(page, []).append(Text(item, ours.get(page)))
    yield from series.items()


def _text(recorded: Recorded) -> Text:
    """The text and what our parser reads in a feed of this one item."""
    (entry,) = Parser().listing(_feed(recorded), FEED_URL)
    return Text(recorded, entry.statement)


def _feed(text: Recorded) -> str:
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Feed</title><item>'
        f"<title>{escape(text.title)}</title><link>{escape(text.link)}</link><pubDate>{escape(text.date)}</pubDate>"
        f"<dc:creator>{escape(text.author)}</dc:creator><content:encoded>{escape(text.html)}</content:encoded>"
        "</item></channel></rss>"
    )


def _cases(item: Item) -> Iterator[Case]:
    name, texts = item
    read = [(plain(text.recorded), text.statement) for text in texts if text.statement]
    found = told([statement for _, statement in read])
    steps = zip(pairwise(seen for seen, _ in read), found, strict=True)
    for number, ((before, after), each) in enumerate(steps):
        yield Case(f"{name} {number}", before, after, expected(before, after), each)


# --- what was said of them -------------------------------------------------------------------------------------------


def _of_series(publisher: str, series: Sequence[Item]) -> Iterator[Figure]:
    texts = [(name, text) for name, texts in series for text in texts]
    unread = [f"{name}: no statement, plainly a text" for name, text in texts if not text.statement]
    yield counted(SECTION, f"{publisher}: texts read as statements", unread, len(texts), AIM)
    yield from _of_cases(publisher, [case for item in series for case in _cases(item)])


def _addresses(series: Sequence[Item]) -> Figure:
    """How often an item kept its address: where it did not, it is told as published anew."""
    again = [f"{name}: published, plainly an item under another address" for name, _ in series if name[-2:] != "#0"]
    return counted(SECTION, "items under the address they had before", again, len(series))


def _of_cases(publisher: str, cases: Sequence[Case]) -> Iterator[Figure]:
    edited = [case for case in cases if case.meant != "unchanged"]
    quiet = [case for case in cases if case.meant == "unchanged"]
    changes = [change for case in cases for change in case.told.changes]
    yield _figure(f"{publisher}: reworded, one change", edited, _is_one_edit, 1)
    yield _figure(f"{publisher}: as it was, no change", quiet, _is_quiet, AIM)
    loud = [f"{change.title}: {change.summary}" for change in changes if not _is_indeterminate(change)]
    yield counted(SECTION, f"{publisher}: indeterminate", loud, len(changes), 1)
    thin = [case for case in edited if "typography" in (case.meant, *case.signals)]
    yield _figure(f"{publisher}: typography, where said or true", thin, _is_told_as_meant, AIM)
    yield from _words(publisher, edited)


def _figure(name: str, cases: Sequence[Case], is_right: Callable[[Case], bool], aim: float) -> Figure:
    return counted(SECTION, name, [case.miss() for case in cases if not is_right(case)], len(cases), aim)


def _is_one_edit(case: Case) -> bool:
    return [change.kind for change in case.told.changes] == [Kind.EDITED]


def _is_quiet(case: Case) -> bool:
    return not case.told.changes


def _is_metadata(case: Case) -> bool:
    return not case.told.changes and [change.field for change in case.told.metadata] == ["people"]


def _is_indeterminate(change: NewChange) -> bool:
    return change.verdict is not None and change.verdict.disclosure is Disclosure.INDETERMINATE


def _is_told_as_meant(case: Case) -> bool:
    """Typography said alone just where it is all there is; a return to an earlier text may be said beside it."""
    return (case.signals - {SignalName.REVERTED} == {SignalName.TYPOGRAPHY}) is (case.meant == "typography")


def _words(publisher: str, cases: Sequence[Case]) -> Iterator[Figure]:
    """How well the redlines mark: of edits and, without an aim, of texts written anew.

    How much more than a shortest edit is well marked is for readers to say, so that it has no aim here.
    """
    measured = [marks(case.name, case.before.text, case.after.text, case.told.changes) for case in cases]
    edits = [each for each in measured if each.shortest.total() <= MOST_WORDS]
    rewrites = [each for each in measured if each.shortest.total() > MOST_WORDS]
    for name, chosen, aim in (("edits", edits, AIM), ("rewrites", rewrites, None)):
        missed = [line for each in chosen for line in each.missed]
        extra = [line for each in chosen for line in each.extra]
        for_good = sum(each.for_good.total() for each in chosen)
        marked = sum(each.marked.total() for each in chosen)
        yield counted(SECTION, f"{publisher}: {name}, all words marked", missed, for_good, aim)
        yield counted(SECTION, f"{publisher}: {name}, no others marked", extra, marked)


# --- what we make of them --------------------------------------------------------------------------------------------


def _in_text(change: Callable[[str], str], markup: str) -> str:
    """The markup with its text changed, its tags as they were."""
    parts = re.split(f"({TAG.pattern})", markup)
    return "".join(part if TAG.fullmatch(part) else change(part) for part in parts)


def _numbered(text: str) -> str:
    return "".join(f"&#{ord(mark)};" if ord(mark) > 127 else mark for mark in text)


MADE: dict[str, tuple[Callable[[str], str], str]] = {
    "entities written as numbers": (_numbered, "unchanged"),
    "spaces that do not break": (lambda text: text.replace(" ", "\u00a0"), "unchanged"),
    "quotes and dashes straightened": (lambda text: text.translate(STRAIGHT), "typography"),
    "entities encoded twice": (lambda text: CURLY.sub(lambda mark: f"&amp;#{ord(mark[0])};", text), "typography"),
    "soft hyphens in long words": (lambda text: re.sub(r"(\w{5})(?=\w{5})", "\\1\u00ad", text), "typography"),
}
"""By what is done to every text: how, and what is expected where it does anything."""


def _made(name: str, change: Callable[[str], str], meant: str, originals: Sequence[tuple[str, Recorded]]) -> Figure:
    cases: list[Case] = []
    for item, text in originals:
        other = text._replace(html=_in_text(change, text.html))
        if other != text:
            cases += _cases((item, [_text(text), _text(other)]))
    is_right = _is_told_as_meant if meant == "typography" else _is_quiet
    return _figure(f"made: {name}: {meant}", cases, is_right, AIM)


def _signed(originals: Sequence[tuple[str, Recorded]]) -> Figure:
    """Another author than before: no change, and recorded."""
    cases: list[Case] = []
    for item, text in originals:
        cases += _cases((item, [_text(text._replace(author=author)) for author in ("Ada Weir", "Office of Locks")]))
    return _figure("made: another author: metadata", cases, _is_metadata, AIM)
