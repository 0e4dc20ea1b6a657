"""Units alike enough to be one, edited, reworded or moved. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel

from monitor._align_units import Gap, Pair, Unit, row_name, split
from monitor.words import runs, words

REWORDED = 0.25
"""Share of words two units in one place must have in common to be one unit, reworded."""
EDITED = 0.5
"""Share of words above which a unit goes to its like before places are looked at."""
MOVED = 0.75
"""Share of words two units in different places must have in common to be one unit, moved and edited: more than entries
of one pattern ("Trials in Hull: 3 May to 6 May") have."""

_MOST_PAIRS = 10_000  # compared one by one; a larger gap is aligned by the opening words of its units
_OPENING = 3
_LAST_CHARACTER = 0x10FFFF  # of Unicode: no page has more distinct words
SENTENCE = 8
"""Words from which a line that is not unique, or was edited, can be told to have moved."""


class Codes(NamedTuple):
    """Units as strings of one character a word, and the names of rows, by their place before and after."""

    before: dict[int, str]
    after: dict[int, str]
    rows: dict[int, str]
    new_rows: dict[int, str]


def codes_of(gaps: Sequence[Gap], before: Sequence[Unit], after: Sequence[Unit]) -> Codes:
    """The units of these gaps, one character for each distinct word: strings compare far faster than lists."""
    alphabet: dict[str, str] = {}

    def code(unit: Unit) -> str:
        spelt = (word for block in unit for word in words(block.text))
        return "".join(alphabet.setdefault(word, chr(min(len(alphabet), _LAST_CHARACTER))) for word in spelt)

    return Codes(
        {place: code(before[place]) for gap in gaps for place in gap.before},
        {place: code(after[place]) for gap in gaps for place in gap.after},
        {place: row_name(before[place]) for gap in gaps for place in gap.before},
        {place: row_name(after[place]) for gap in gaps for place in gap.after},
    )


def like(gaps: list[Gap], codes: Codes) -> list[Pair]:
    """Units alike enough to be one, edited or reworded: much alike in place, then elsewhere, then alike in place."""
    edited = [pair for gap in gaps for pair in _in_order(gap, codes, EDITED)]
    gaps = split(gaps, edited)
    moved = _moved_and_edited(gaps, codes)
    gaps = split(gaps, moved)
    reworded = [pair for gap in gaps for pair in _in_order(gap, codes, REWORDED)]
    return [*edited, *moved, *reworded]


def _in_order(gap: Gap, codes: Codes, floor: float) -> list[Pair]:
    """Pairs of units at least `floor` alike that do not cross, with the greatest likeness in total."""
    if len(gap.before) * len(gap.after) > _MOST_PAIRS:
        return _by_opening(gap, codes)
    rare, new_rare = _rare(codes.before, gap.before), _rare(codes.after, gap.after)
    likeness = [
        [_likeness_in_place(old, new, codes, floor, rare[old] & new_rare[new]) for new in gap.after]
        for old in gap.before
    ]
    best = [[0.0] * (len(gap.after) + 1) for _ in range(len(gap.before) + 1)]
    for row in reversed(range(len(gap.before))):
        for col in reversed(range(len(gap.after))):
            paired = best[row + 1][col + 1] + likeness[row][col]
            best[row][col] = max(paired, best[row + 1][col], best[row][col + 1])
    return list(_walk(gap, likeness, best))


def _walk(gap: Gap, likeness: list[list[float]], best: list[list[float]]) -> Iterator[Pair]:
    row = col = 0
    while row < len(gap.before) and col < len(gap.after):
        if likeness[row][col] and best[row][col] == best[row + 1][col + 1] + likeness[row][col]:
            yield Pair(gap.before[row], gap.after[col])
            row, col = row + 1, col + 1
        elif best[row][col] == best[row + 1][col]:
            row += 1
        else:
            col += 1


def _by_opening(gap: Gap, codes: Codes) -> list[Pair]:
    """For gaps too large to compare all with all: units that open with the same words."""
    old = [codes.before[place][:_OPENING] for place in gap.before]
    new = [codes.after[place][:_OPENING] for place in gap.after]
    equal = (run for run in runs(old, new) if run.equal)
    return [
        Pair(*places)
        for run in equal
        for places in zip(gap.before[run.start : run.end], gap.after[run.new_start : run.new_end], strict=True)
    ]


def _likeness(old: str, new: str, floor: float) -> float:
    """The share of words (0 to 1) that two coded units have in common in order; 0 below `floor`."""
    return Indel.normalized_similarity(old, new, score_cutoff=floor) if old and new else float(old == new)


def _rare(texts: Mapping[int, str], places: Sequence[int]) -> dict[int, set[str]]:
    """The words of each unit that none of the others has: of entries of one pattern, what each is about."""
    words_of = {place: set(texts[place]) for place in places}
    times = Counter(word for found in words_of.values() for word in found)
    return {place: {word for word in found if times[word] == 1} for place, found in words_of.items()}


def _likeness_in_place(old: int, new: int, codes: Codes, floor: float, rare: set[str]) -> float:
    """The likeness of two units, greater by the share of their words that are `rare` on both sides; rows of one name
    are more alike than any others, whatever else their cells say."""
    before, after = codes.before[old], codes.after[new]
    if codes.rows[old] and codes.rows[old] == codes.new_rows[new]:
        return 2 + _likeness(before, after, 0)
    likeness = _likeness(before, after, floor)
    return likeness and likeness + 2 * len(rare) / max(1, len(before) + len(after))


def _moved_and_edited(gaps: Sequence[Gap], codes: Codes) -> list[Pair]:
    """Units that are much alike in different gaps, the most alike first."""
    old = [place for gap in gaps for place in gap.before if len(codes.before[place]) >= SENTENCE]
    new = [place for gap in gaps for place in gap.after if len(codes.after[place]) >= SENTENCE]
    if len(old) * len(new) > _MOST_PAIRS:
        return []
    rated = ((_likeness(codes.before[i], codes.after[j], MOVED), i, j) for i in old for j in new)
    found: dict[int, int] = {}
    for likeness, origin, place in sorted(rated, reverse=True):
        if likeness and origin not in found and place not in found.values():
            found[origin] = place
    return [Pair(origin, place, moved=True) for origin, place in found.items()]
