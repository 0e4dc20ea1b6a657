"""An edit as pairs of passages to look for mentions in: sentences held against sentences. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from monitor._signals_entries import is_other
from monitor._signals_swaps import Edit
from monitor.compare import attachment_pairs
from monitor.models import BlockChange, BlockKind, Comparison, Statement
from monitor.words import most_like, runs

_SENTENCE = re.compile(
    r"(?<=[.!?])(?<!^\d\.)(?<!\s\d\.)(?<!^[A-Z]\.)(?<![\s.][A-Z]\.)"
    r"(?<!\b[DMSJ]r\.)(?<!\bMs\.)(?<!\bSt\.)(?<!\bMrs\.)"
    r"(?<!\bGen\.)(?<!\bSen\.)(?<!\bRep\.)(?<!\bGov\.)(?<!\bProf\.)"
    r"[”’\"')\]]*\s+(?=[“‘\"'(\[]?[A-Z\d])"
)
"""Between sentences; not after the number before one ("2. Build on it"), a title or an initial ("Dr. Antony J. Finch"),
or an abbreviation of letters ("the U.S. Fleet")."""

_SAME_SENTENCE = 0.35
"""Share of words two sentences must have in common to be one sentence, reworded."""
MOVED_LIKENESS = 0.85
"""Share of words above which a text that went here and one that came there are the same."""
_FEWEST_MOVED = 5
"""Words of a sentence that is told as moved: a shorter one recurs by chance."""

_MOST_PAIRS = 2_500
"""Sentences held against sentences one by one; of more, an edit is a rewrite and only whole sentences tell."""

_LONGEST_NAME = 4
"""Words of an entry that may be nothing but a name: one in its place is another name, wherever else it stands."""

_FIELDS = ("title", "lead", "location")
_ENTRIES = (BlockKind.LIST_ITEM, BlockKind.CELL)


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
            _whole(change.before or "", change.after or "", entry=change.field == "location")
            for change in comparison.fields
            if change.field in _FIELDS
        ),
        *(edit for change in comparison.blocks for edit in _block_edits(change)),
        *(_whole(had.title if had else "", has.title if has else "", entry=True) for had, has in files),
        _whole(old, new),
    ]
    return _without_moved([edit for edit in found if edit.before.replace(" ", "") != edit.after.replace(" ", "")])


def _whole(before: str, after: str, *, entry: bool = False) -> Edit:
    return Edit(before, after, before, after, entry)


def moved_sentences(comparison: Comparison) -> list[str]:
    """The sentences that went from one block and came in another, almost word for word, as they now stand.

    Between neighbours a sentence does not move: there a paragraph was divided, or two were joined. Nor does a cell, nor
    what a page says again and again.
    """
    texts = [(place, *_texts(change)) for place, change in enumerate(comparison.blocks) if not _is_cell(change)]
    gone = [(place, sentence) for place, old, new in texts for sentence in _lost(old, new)]
    come = [(place, sentence) for place, old, new in texts for sentence in _lost(new, old)]
    repeated = {sentence for sentence, times in Counter(sentence for _, sentence in come).items() if times > 1}
    if len(gone) * len(come) > _MOST_PAIRS:
        return []
    moved = []
    for place, sentence in gone:
        others = {at: won for at, (other, won) in enumerate(come) if abs(other - place) > 1 and won not in repeated}
        twin = most_like(sentence, others, MOVED_LIKENESS)
        if twin is not None and len(sentence.split()) >= _FEWEST_MOVED:
            moved.append(come.pop(twin)[1])
    return moved


def _texts(change: BlockChange) -> tuple[str, str]:
    return change.before.text if change.before else "", change.after.text if change.after else ""


def _is_cell(change: BlockChange) -> bool:
    return change.block is not None and change.block.kind is BlockKind.CELL


def _block_edits(change: BlockChange) -> Iterator[Edit]:
    old, new = _texts(change)
    entry = change.block is not None and change.block.kind in _ENTRIES
    passages = list(_passages(sentences(old), sentences(new)))
    stays = entry and (min(len(old.split()), len(new.split())) <= _LONGEST_NAME or not is_other(old, new))
    if not stays and _is_another(old, new, passages):
        old = new = ""
    for before, after in passages:
        yield Edit(before, after, old, new, entry)


def _is_another(old: str, new: str, passages: Sequence[tuple[str, str]]) -> bool:
    """Whether a block stands in the place of another with which it shares no sentence, reworded neither."""
    whole = [len("".join(side).replace(" ", "")) for side in zip(*passages, strict=True)]
    alone = all(most_like(before, {0: after}, _SAME_SENTENCE) is None for before, after in passages if before and after)
    return bool(old and new and alone) and whole == [len(text.replace(" ", "")) for text in (old, new)]


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
    return {sentence for sentence in gone if most_like(sentence, others, _SAME_SENTENCE) is None}


def _lost(text: str, other: str) -> list[str]:
    """The sentences of one text that the other has not, nor any like them."""
    found, others = sentences(text), sentences(other)
    alone = _without_like(found, others)
    return [sentence for sentence in found if sentence in alone]


def _without_moved(found: list[Edit]) -> list[Edit]:
    """The edits without sentences that went whole from one and came whole in another, word for word."""
    gone = {edit.before for edit in found if not edit.after}
    come = {edit.after for edit in found if not edit.before}
    both = gone & come
    return [edit for edit in found if not (both & {edit.before, edit.after} and not (edit.before and edit.after))]
