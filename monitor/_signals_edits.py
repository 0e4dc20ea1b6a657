"""An edit as pairs of passages to look for mentions in: sentences held against sentences. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Indel

from monitor._signals_swaps import Edit
from monitor.compare import attachment_pairs
from monitor.models import BlockChange, BlockKind, Comparison, Statement
from monitor.words import runs, words

_SENTENCE = re.compile(r"(?<=[.!?])[”’\"')\]]*\s+(?=[“‘\"'(\[]?[A-Z\d])")
_SAME_SENTENCE = 0.35
"""Share of words two sentences must have in common to be one sentence, reworded."""
_MOVED_SENTENCE = 0.8
"""Share of words above which a sentence that went here and one that came there are the same."""
_FEWEST_MOVED = 5
"""Words of a sentence that is told as moved: a shorter one recurs by chance."""

_MOST_PAIRS = 2_500
"""Sentences held against sentences one by one; of more, an edit is a rewrite and only whole sentences tell."""

_TEXTS = ("title", "lead", "location")
_ENTRIES = (BlockKind.LIST_ITEM, BlockKind.CELL)


class Moved(NamedTuple):
    """A sentence that went from one block and came in another."""

    before: str
    after: str


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its full stop."""
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    return [text[start:end].strip() for start, end in zip([0, *ends], [*ends, len(text)], strict=True) if end > start]


def edits(before: Statement, after: Statement, comparison: Comparison) -> list[Edit]:
    """Everything readers see edited, as passages before and after, "" where there is none.

    Sentences that moved from one block into another are no edit where they kept their words, nor is a space that was
    missing between two of them.
    """
    files = attachment_pairs(before.attachments, after.attachments)
    old, new = (side.withdrawn.explanation if side.withdrawn else "" for side in (before, after))
    found = [
        *(
            Edit(change.before or "", change.after or "", entry=change.field == "location")
            for change in comparison.fields
            if change.field in _TEXTS
        ),
        *(edit for change in comparison.blocks for edit in _block_edits(change)),
        *(Edit(had.title if had else "", has.title if has else "", entry=True) for had, has in files),
        Edit(old, new),
    ]
    return _without_moved([edit for edit in found if edit.before.replace(" ", "") != edit.after.replace(" ", "")])


def moved_sentences(comparison: Comparison) -> list[Moved]:
    """The sentences that went from one block and came in another, almost word for word.

    Between neighbours a sentence does not move: there a paragraph was divided, or two were joined.
    """
    found = [[] if _is_cell(change) else list(_block_edits(change)) for change in comparison.blocks]
    gone = [(place, lost) for place, edits_ in enumerate(found) for edit in edits_ for lost in _lost(*edit[:2])]
    come = [(place, won) for place, edits_ in enumerate(found) for edit in edits_ for won in _lost(*edit[1::-1])]
    if len(gone) * len(come) > _MOST_PAIRS:
        return []
    pairs = []
    for place, sentence in gone:
        others = {at: won for at, (other, won) in enumerate(come) if abs(other - place) > 1}
        twin = _like(sentence, others, _MOVED_SENTENCE)
        if twin is not None and len(sentence.split()) >= _FEWEST_MOVED:
            pairs.append(Moved(sentence, come.pop(twin)[1]))
    return pairs


def _is_cell(change: BlockChange) -> bool:
    block = change.after or change.before
    return block is not None and block.kind is BlockKind.CELL


def _block_edits(change: BlockChange) -> Iterator[Edit]:
    old, new = (block.text if block else "" for block in (change.before, change.after))
    block = change.after or change.before
    entry = block is not None and block.kind in _ENTRIES
    for before, after in _passages(sentences(old), sentences(new)):
        yield Edit(before, after, entry)


def _passages(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Where the sentences differ: those without their like on the other side each alone, the others together."""
    for run in runs(before, after):
        gone, come = before[run.start : run.end], after[run.new_start : run.new_end]
        if run.equal:
            continue
        lone, lone_new = _without_like(gone, come), _without_like(come, gone)
        if len(gone) == len(come) == 1:
            lone, lone_new = set(), set()
        yield from ((sentence, "") for sentence in gone if sentence in lone)
        yield from (("", sentence) for sentence in come if sentence in lone_new)
        yield (
            " ".join(sentence for sentence in gone if sentence not in lone),
            " ".join(sentence for sentence in come if sentence not in lone_new),
        )


def _without_like(gone: Sequence[str], come: Sequence[str]) -> set[str]:
    """The sentences of one side that are none of the other's, reworded; of very many, none is looked for."""
    if len(gone) * len(come) > _MOST_PAIRS:
        return set()
    others = dict(enumerate(come))
    return {sentence for sentence in gone if _like(sentence, others, _SAME_SENTENCE) is None}


def _like(sentence: str, others: Mapping[int, str], floor: float) -> int | None:
    """The key of the sentence most like this one; None where none shares so many words."""
    choices = {key: words(other) for key, other in others.items()}
    found = process.extractOne(words(sentence), choices, scorer=Indel.normalized_similarity, score_cutoff=floor)
    return found[2] if found else None


def _lost(text: str, other: str) -> list[str]:
    """The sentences of one text that the other has not."""
    kept = set(sentences(other))
    return [sentence for sentence in sentences(text) if sentence not in kept]


def _without_moved(found: list[Edit]) -> list[Edit]:
    """The edits without sentences that went whole from one and came whole in another, word for word."""
    gone = {edit.before for edit in found if not edit.after}
    come = {edit.after for edit in found if not edit.before}
    both = gone & come
    return [edit for edit in found if not (both & {edit.before, edit.after} and not (edit.before and edit.after))]
