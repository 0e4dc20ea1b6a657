"""Which neighbouring units are one unit of the other side, divided: a paragraph made two, two made one. Pure."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate

from rapidfuzz.distance import LCSseq

_MOST_PAIRS = 10_000  # compared one by one; in a larger gap nothing is joined
_INSIDE = 0.75
"""Share of a part's words that the whole must have, beside those it has of the other parts."""
_FEW_WORDS = 5  # of which all must stand in the whole, in a row
_EDITED = 0.5
"""Share of the whole's words that its parts must have together: less, and it is another text that quotes them."""


def divided(
    wholes: Sequence[int], parts: Sequence[int], texts: Mapping[int, str], part_texts: Mapping[int, str]
) -> Iterator[range]:
    """The places of parts that together are one of the wholes, edited or not; a text has one character a word.

    `wholes` and `parts` are places of units in one gap, in order: only neighbours are joined.
    """
    if len(wholes) * len(parts) > _MOST_PAIRS:
        return
    taken: set[int] = set()
    for text in (texts[place] for place in wholes):
        inside = [place for place in parts if place not in taken and _stands_in(part_texts[place], text)]
        for run in _neighbours(inside):
            needed = _needed([part_texts[place] for place in run], text)
            if len(needed) > 1:
                taken.update(run)
                yield range(run[needed.start], run[needed.stop - 1] + 1)


def _stands_in(part: str, whole: str) -> bool:
    if len(part) < _FEW_WORDS:
        return bool(part) and part in whole
    return LCSseq.similarity(part, whole) >= len(part) * _INSIDE


def _neighbours(places: Collection[int]) -> Iterator[list[int]]:
    """Places that follow each other, two or more."""
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            if len(run) > 1:
                yield run
            run = []
        run.append(place)
    if len(run) > 1:
        yield run


def _needed(parts: Sequence[str], whole: str) -> range:
    """The parts, without those at the ends that do not stand in the whole beside the others; empty where the rest does
    not make it up.

    Two parts that stand in one and the same place of the whole are no division of it.
    """
    kept = _kept(parts, whole)
    own = [count >= len(part) * _INSIDE for part, count in zip(parts, kept, strict=True)]
    start = own.index(True) if any(own) else 0
    stop = len(own) - own[::-1].index(True) if any(own) else 0
    made_up = all(own[start:stop]) and sum(kept[start:stop]) >= len(whole) * _EDITED
    return range(start, stop) if made_up else range(0)


def _kept(parts: Sequence[str], whole: str) -> list[int]:
    """How many words of each part the whole has, the parts taken in order."""
    ends = list(accumulate(map(len, parts)))
    kept = [0] * len(parts)
    for block in LCSseq.opcodes("".join(parts), whole):
        if block.tag == "equal":
            for place in range(block.src_start, block.src_end):
                kept[bisect_right(ends, place)] += 1
    return kept
