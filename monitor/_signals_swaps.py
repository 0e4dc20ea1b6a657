"""Which mentions an edited text lost, gained or swapped, in words. Pure.

Words read "old → new" where one took the place of another, "+ new" where it came, "− old" where it went. What stands on
both sides of an edited text was not touched, nor was what went from one text and came in another.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from monitor._signals_mentions import Mention
from monitor.models import Op, Span
from monitor.words import runs, spans

_WORD = re.compile(r"\w+")
_WORD_BACK = 40  # characters before a mention in which the word before it is looked for

_FEW_WORDS = 12
"""Words of an edit up to which what it puts in a place is held against what stood there; a longer one is a rewrite."""


class Edit(NamedTuple):
    """A text before and after, "" where it was not or is no more. `entry`: a list entry, a cell or a field as short.

    `block` and `new_block` are the whole of what it was edited in, "" where that was not or is no more.
    """

    before: str
    after: str
    block: str
    new_block: str
    entry: bool = False


_spans = lru_cache(maxsize=16)(spans)
"""Five sorts of mentions are looked for in each edit."""

Swap = tuple[Mention | None, Mention | None]
"""A mention that took another's place, came (None before) or went (None after)."""


def touched(edits: Iterable[Edit], find: Callable[[Edit], list[Swap]]) -> list[str]:
    """The mentions of one sort that these edits touched, in words: swapped ones first, then gone, then come."""
    return told([_in_place(edit, swap) for edit in edits if edit.before != edit.after for swap in find(edit)])


def _in_place(edit: Edit, swap: Swap) -> Swap:
    """A mention that went or came alone, under the word before it, too: only there would it be the same elsewhere.

    So a sentence that moved and was reworded tells none of its own, and what one lost and another won is told of both.
    """
    old, new = swap
    if old and new:
        return swap
    return old and _after_its_word(edit.before, old), new and _after_its_word(edit.after, new)


def _after_its_word(text: str, mention: Mention) -> Mention:
    words = _WORD.findall(text[max(0, mention.start - _WORD_BACK) : mention.start])
    return mention._replace(key=f"{mention.key} {''.join(words[-1:]).casefold()}")


def told(found: Sequence[Swap]) -> list[str]:
    """Swaps in words; what went in one place and came in another is left out."""
    gone = [old for old, new in found if old and not new]
    come = [new for old, new in found if new and not old]
    moved = _common(gone, come)
    return [
        *(swapped(old.words, new.words) for old, new in found if old and new),
        *(swapped(mention.words, None) for mention in _take(gone, moved.copy())),
        *(swapped(None, mention.words) for mention in _take(come, moved.copy())),
    ]


def swapped(old: str | None, new: str | None) -> str:
    """One swap in words."""
    if old and new:
        return f"{old} → {new}"
    return f"+ {new}" if new else f"− {old}"


def differing(old: Sequence[Mention], new: Sequence[Mention]) -> list[Swap]:
    """The mentions that the text before or after has more of; one that only changed places differs on neither side."""
    parts = [
        (old[run.start : run.end], new[run.new_start : run.new_end])
        for run in runs([mention.key for mention in old], [mention.key for mention in new])
        if not run.equal
    ]
    lost, won = chain.from_iterable(part[0] for part in parts), chain.from_iterable(part[1] for part in parts)
    stayed = _common(lost, won)
    left, left_new = stayed.copy(), stayed.copy()
    return [swap for gone, come in parts for swap in _paired(_take(gone, left), _take(come, left_new))]


def anchored(edit: Edit, old: Sequence[Mention], new: Sequence[Mention]) -> tuple[list[Mention], list[Mention]]:
    """The mentions, those in words that stayed under keys of their own: each stays itself and is no other's like.

    So of two "not" it is the one that came which is told.
    """
    kept = [placed for placed in _placed(edit) if placed[0].op is Op.EQUAL]
    starts = [place for _, place, _ in kept]
    at = {mention.start: place for place, mention in enumerate(new)}
    pairs: dict[int, int] = {}
    for place, mention in enumerate(old):
        last = bisect_right(starts, mention.start) - 1
        if last < 0 or mention.start >= starts[last] + len(kept[last][0].text):
            continue
        twin = at.get(mention.start - starts[last] + kept[last][2])
        if twin is not None and mention.words == new[twin].words:
            pairs[place] = twin
    twins = {twin: place for place, twin in pairs.items()}
    return (
        [_anchor(mention, place) if place in pairs else mention for place, mention in enumerate(old)],
        [_anchor(mention, twins[place]) if place in twins else mention for place, mention in enumerate(new)],
    )


def _anchor(mention: Mention, place: int) -> Mention:
    return mention._replace(key=f"{mention.key}\0{place}")


def _placed(edit: Edit) -> Iterator[tuple[Span, int, int]]:
    """The spans of an edit, each with the place before and after at which it begins."""
    place = new_place = 0
    for span in _spans(edit.before, edit.after):
        yield span, place, new_place
        place += len(span.text) if span.op is not Op.INSERT else 0
        new_place += len(span.text) if span.op is not Op.DELETE else 0


def exchanged(edit: Edit, old: Sequence[Mention], new: Sequence[Mention]) -> list[Swap]:
    """The mentions that took each other's very places: "Andrey" and "Nikolai" swapped differ in no count."""
    if [mention.key for mention in old] == [mention.key for mention in new]:
        return []
    places = ((_within(gone, old), _within(come, new)) for gone, come in _replaced(edit))
    return [swap for lost, won in places if lost and won and not _common(lost, won) for swap in _paired(lost, won)]


def _replaced(edit: Edit) -> Iterator[tuple[range, range]]:
    """Where a few words stand in the place of others, as ranges of characters before and after."""
    for (span, place, _), (following, _, new_place) in pairwise(_placed(edit)):
        if (span.op, following.op) == (Op.DELETE, Op.INSERT) and _few(span, following):
            yield range(place, place + len(span.text)), range(new_place, new_place + len(following.text))


def _few(*edited: Span) -> bool:
    return all(len(span.text.split()) <= _FEW_WORDS for span in edited)


def _within(characters: range, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions that at least touch these characters."""
    return [
        mention
        for mention in mentions
        if mention.start < characters.stop and mention.start + len(mention.words) > characters.start
    ]


def _common(old: Iterable[Mention], new: Iterable[Mention]) -> Counter[str]:
    return Counter(mention.key for mention in old) & Counter(mention.key for mention in new)


def _take(mentions: Iterable[Mention], left: Counter[str]) -> list[Mention]:
    """The mentions without as many of each key as are left; takes those out of what is left."""
    kept = []
    for mention in mentions:
        if left[mention.key] > 0:
            left[mention.key] -= 1
        else:
            kept.append(mention)
    return kept


def _paired(lost: Sequence[Mention], won: Sequence[Mention]) -> list[Swap]:
    """One for one where as many went as came; a weak mention counts only so."""
    if len(lost) == len(won):
        return list(zip(lost, won, strict=True))
    return [(old, None) for old in lost if not old.weak] + [(None, new) for new in won if not new.weak]
