"""Which entries of lists an edit took, brought or replaced, and which text it moved. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

from monitor._signals_edits import MOVED_LIKENESS, moved_sentences
from monitor._signals_mentions import dates, figures
from monitor._signals_swaps import swapped
from monitor.models import BlockChange, BlockKind, BlockOp, Comparison
from monitor.words import STOP_WORD, most_like

_WORD = re.compile(r"[\w’']+")
_HEAD = re.compile(r"[:;,.(–](?!\d)\s*|\s-\s")
_SHORT_FORM = re.compile(r"\(([A-Z]\w*[A-Z]\w*)\)")
_LONG_HEAD = 4  # words from which what stands before an entry's first mark is a sentence, no name of a thing
_SAME = 0.75
_SAME_IN_PLACE = 0.4
"""Share of its words that the shorter of two entries has in common with the other where one is the other, reworded."""
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
    old, new = change.before.text, change.after.text
    same = _is_same(old, new, _SAME_IN_PLACE) or _has_short_form(old, new) or _has_short_form(new, old)
    return old != new and not same and _heads_differ(old, new)


def _has_short_form(text: str, other: str) -> bool:
    """Whether an entry gives its thing's abbreviation and the other has that, too: "Tidal Instrument (TIi)"."""
    return any(match[1] in _WORD.findall(other) for match in _SHORT_FORM.finditer(text))


def _reworded(gone: Sequence[str], come: Sequence[str]) -> set[str]:
    """The entries that went here and came there, word for word or reworded."""
    if len(gone) * len(come) > _MOST_PAIRS:
        return set(gone) & set(come)
    left = dict(enumerate(come))
    found = set[str]()
    for text in gone:
        twin = next((place for place, other in left.items() if text == other or _is_same(text, other, _SAME)), None)
        if twin is not None:
            found |= {text, left.pop(twin)}
    return found


def _is_same(text: str, other: str, share: float) -> bool:
    """Whether two entries, each a sentence and no name of a thing, have this share of the shorter in common."""
    long = all(len(_told(_HEAD.split(each, maxsplit=1)[0])) >= _LONG_HEAD for each in (text, other))
    return long and _shared(_told(text), _told(other)) >= share


def _told(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.casefold()) if not STOP_WORD.fullmatch(word)]


def _shared(old: Sequence[str], new: Sequence[str]) -> float:
    kept = Counter(old) & Counter(new)
    return kept.total() / max(1, min(len(old), len(new)))


def _heads_differ(before: str, after: str) -> bool:
    """Whether two entries begin with other words and share less than half of those before their first mark.

    An entry that was only extended at its beginning is still about the same.
    """
    old, new = (_WORD.findall(_HEAD.split(text.casefold(), maxsplit=1)[0]) for text in (before, after))
    kept = Counter(old) & Counter(new)
    extended = set(old) <= set(_WORD.findall(after.casefold())) or set(new) <= set(_WORD.findall(before.casefold()))
    same = old[:1] == new[:1] or extended or "".join(old) == "".join(new)
    return not same and kept.total() * 2 < max(len(old), len(new))
