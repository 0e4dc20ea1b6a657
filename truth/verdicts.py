"""What we say of labelled pairs of pages, against their labels and a second, plain reading of the pages.

A label says what its maker's tools saw, and they saw crudely: a page that was withdrawn, replaced by a list or
announced by its update date alone is labelled by its words. Where we contradict a label we are right only if the plain
reading contradicts it likewise; which labels it contradicts is a figure of its own, and each is named there.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from monitor.compare import compare
from monitor.models import SignalName, Statement
from truth.corpus import CORPUS, Pair, folders, pairs, read
from truth.figure import Figure, counted
from truth.plain import Plain, plain, rewritten, told

SECTION = "verdicts"

CLASSES = {
    "silent": ("govuk_pairs_silent", {"edited silent"}, 0.99),
    "announced": ("govuk_pairs_announced", {"edited announced"}, 1),
    "announced, nothing visible": ("govuk_pairs_announced_no_visible", {"edited announced"}, 1),
    "markup alone": ("govuk_pairs_noise_markup", {"unchanged"}, 1),
    "travel advice": ("govuk_pairs_travel_advice", {"edited announced"}, 1),
    "not there yet": ("govuk_pairs_404_then_page", {"gone then page"}, 1),
}
"""By the figure's name: the folder, what its labels mean in the words of `Pair.told`, the aim."""

EDITIONS = "govuk_rendered_edition_pairs"
EDITION_LABELS = {
    "silent_content": ({"edited silent"}, 0.99),
    "silent_content_pubdate_moved": ({"edited silent"}, 0.99),
    "announced_content": ({"edited announced"}, 1),
    "announced_no_visible": ({"edited announced"}, 1),
    "withdrawn_toggle": ({"withdrawn silent", "reinstated silent"}, 1),
    "history_text_edited": ({"unchanged"}, 1),  # none of the labelled edits is rendered
    "noop_republish_or_links": ({"unchanged"}, 1),
}

NOTHING_VISIBLE = {"announced, nothing visible", "editions: announced_no_visible"}
FROM = {"publishers", "people"}
SAYS_SO = {SignalName.NOTE_ONLY, SignalName.ATTACHMENT}


class Case(NamedTuple):
    """A pair, what its label means, and the plain reading of both sides."""

    pair: Pair
    meant: set[str]
    before: Plain | str
    after: Plain | str

    @property
    def right(self) -> bool:
        """What we say is what the label means, or what contradicts it plainly."""
        return self.pair.told in self.meant or self.pair.told == told(self.before, self.after)

    @property
    def borne_out(self) -> bool:
        """The plain reading says what the label means."""
        return told(self.before, self.after) in self.meant

    @property
    def says_so(self) -> bool:
        """A signal tells of a note that stands alone or of a file, or something visible differs after all."""
        before, after = self.before, self.after
        if isinstance(before, Plain) and isinstance(after, Plain) and before.text != after.text:
            return True
        return not SAYS_SO.isdisjoint(_signals(self.pair))

    def miss(self) -> str:
        """The case in a line."""
        seen = told(self.before, self.after)
        return f"{self.pair.name}: {self.pair.told}, labelled {self.pair.label['label']}, plainly {seen}"


def figures() -> Iterator[Figure]:
    """A figure for each class of pairs; then how far the labels hold, and how the history's rewriting is told."""
    everything: list[Case] = []
    for name, aim, found in _classes():
        misses = [case.miss() for case in found if not case.right or (name in NOTHING_VISIBLE and not case.says_so)]
        yield counted(SECTION, name, misses, len(found), aim)
        everything += found
    yield _noise()
    doubted = [case.miss() for case in everything if not case.borne_out]
    yield counted(SECTION, "labels that the pages plainly bear out", doubted, len(everything))
    yield _rewritten(everything)
    yield _metadata(everything)


def _classes() -> Iterator[tuple[str, float, list[Case]]]:
    for name, (folder, meant, aim) in CLASSES.items():
        yield name, aim, [_case(folder, pair, meant) for pair in pairs(folder)]
    editions = pairs(EDITIONS)
    for label in sorted(EDITION_LABELS | {pair.label["label"]: None for pair in editions}):
        meant, aim = EDITION_LABELS.get(label, (set(), 1))  # of a label of other pages only the plain reading tells
        of_label = [pair for pair in editions if pair.label["label"] == label]
        yield f"editions: {label}", aim, [_case(EDITIONS, pair, meant) for pair in of_label]


def _case(folder: str, pair: Pair, meant: set[str]) -> Case:
    sides = (CORPUS / folder / pair.name / f"{side}.html" for side in ("before", "after"))
    before, after = (plain(path.read_bytes()) for path in sides)
    return Case(pair, meant, before, after)


def _signals(pair: Pair) -> set[SignalName]:
    return {signal.name for signal in pair.verdict.signals} if pair.verdict else set()


def _noise() -> Figure:
    """One content rendered again and by templates of other years: every two of them alike."""
    misses, total = [], 0
    for folder in folders("govuk_rendered_noise_pairs"):
        pages = [*sorted(folder.glob("*.html")), CORPUS / "govuk_rendered_2026" / f"{folder.name}.html"]
        for first, second in combinations([path for path in pages if path.is_file()], 2):
            total += 1
            if not _alike(first, second):
                misses.append(f"{folder.name}: {first.stem} and {second.stem} differ, one content")
    return counted(SECTION, "one content rendered anew", misses, total, 1)


def _alike(first: Path, second: Path) -> bool:
    before, after = read(first), read(second)
    if not isinstance(before, Statement) or not isinstance(after, Statement):
        return before == after
    return not compare(before, after)


def _rewritten(cases: Iterable[Case]) -> Figure:
    """Whether `history_rewritten` is said just where an entry is plainly not in the list any more."""
    misses, total = [], 0
    for case in cases:
        if not isinstance(case.before, Plain) or not isinstance(case.after, Plain) or case.pair.verdict is None:
            continue
        said = SignalName.HISTORY_REWRITTEN in _signals(case.pair)
        true = rewritten(case.before, case.after)
        total += said or true
        if said is not true:
            misses.append(f"{case.pair.name}: history_rewritten {'said' if said else 'not said'}, plainly otherwise")
    return counted(SECTION, "history_rewritten, where said or true", misses, total, 1)


def _metadata(cases: Iterable[Case]) -> Figure:
    """Whether departments or people differ in the metadata just where the label's "From" differs, its order aside."""
    misses, total = [], 0
    for case in cases:
        if case.pair.comparison is None or "meta_changed" not in case.pair.label:
            continue
        said = any(change.field in FROM for change in case.pair.comparison.fields)
        old, new = case.pair.label["meta_changed"].get("From", (None, None))
        true = _names(old) != _names(new)
        total += said or true
        if said is not true:
            misses.append(f"{case.pair.name}: {'said' if said else 'not said'}, labelled From {old} → {new}")
    return counted(SECTION, "departments and people, where said or labelled", misses, total, 1)


def _names(text: str | None) -> list[str]:
    """The label's sentence of names in pieces, which are alike where it only orders them otherwise."""
    return sorted(re.split(r",? and |, ", text or ""))
