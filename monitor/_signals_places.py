"""Which entries of lists an edit took, brought or replaced, and which text it moved. Pure."""

from collections import Counter
from collections.abc import Sequence

from monitor._signals_edits import MOVED_LIKENESS, moved_sentences
from monitor._signals_entries import is_other, is_same
from monitor._signals_mentions import dates, figures
from monitor._signals_swaps import swapped
from monitor.models import BlockChange, BlockKind, BlockOp, Comparison
from monitor.words import most_like

_SAME = 0.75
_FEWEST_WORDS = 4
"""Words of a block that is told as moved: a shorter one, a heading or a country, stays while other text comes."""
_MOST_PAIRS = 2_500
"""Entries held against entries one by one; of more, the list is another one."""


def other_entries(comparison: Comparison) -> list[str]:
    """The entries that lists lost or gained, or have with one about something else in its place.

    An entry that was reworded is none, nor is one that only changed its place.
    """
    changes = [change for change in comparison.blocks if _is_entry(change)]
    gone = [change.before.text for change in changes if change.before and not change.after]
    come = [change.after.text for change in changes if change.after and not change.before]
    same = _reworded(gone, come)
    return [_words(change) for change in changes if _is_other(change) and not same & {_text(change)}]


def moved_texts(comparison: Comparison) -> list[str]:
    """The blocks and sentences that stand elsewhere, almost word for word, as they now read."""
    return [change.after.text for change in comparison.blocks if change.after and _moved(change)] + moved_sentences(
        comparison
    )


def _moved(change: BlockChange) -> bool:
    if change.op is not BlockOp.MOVED or change.before is None or change.after is None:
        return False
    if len(change.after.text.split()) < _FEWEST_WORDS:
        return False
    alike = most_like(change.before.text, {0: change.after.text}, MOVED_LIKENESS) is not None
    return alike or _facts(change.before.text) == _facts(change.after.text)


def _facts(text: str) -> Counter[str]:
    """The dates and figures: a text with others and with other words is another one."""
    return Counter(mention.key for mention in (*dates(text), *figures(text)))


def _is_entry(change: BlockChange) -> bool:
    return change.block is not None and change.block.kind is BlockKind.LIST_ITEM


def _text(change: BlockChange) -> str:
    block = change.before or change.after
    return block.text if block else ""


def _words(change: BlockChange) -> str:
    return swapped(change.before.text if change.before else None, change.after.text if change.after else None)


def _is_other(change: BlockChange) -> bool:
    """Whether a list lost or gained an entry, or has one about something else in its place."""
    if change.before is None or change.after is None:
        return True
    return is_other(change.before.text, change.after.text)


def _reworded(gone: Sequence[str], come: Sequence[str]) -> set[str]:
    """The entries that went here and came there, word for word or reworded."""
    if len(gone) * len(come) > _MOST_PAIRS:
        return set(gone) & set(come)
    left = dict(enumerate(come))
    found = set[str]()
    for text in gone:
        twin = next((place for place, other in left.items() if text == other or is_same(text, other, _SAME)), None)
        if twin is not None:
            found |= {text, left.pop(twin)}
    return found
