"""Which block of one body is which of the other: kept, changed, moved, added, removed. Pure."""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from rapidfuzz.distance import Indel

from monitor.models import Block, BlockKind
from monitor.words import runs, words

T = TypeVar("T")

Unit = tuple[Block, ...]
"""What is aligned as one: the cells of a table's row, or one block of any other kind."""

REWORDED = 0.25
"""Share of words two units in one place must have in common to be one unit, reworded."""
EDITED = 0.5
"""Share of words above which a unit goes to its like before places are looked at."""
MOVED = 0.6
"""Share of words two units in different places must have in common to be one unit, moved and edited."""

_MOST_PAIRS = 10_000  # compared one by one; a larger gap is aligned by the opening words of its units
_OPENING = 3
_LAST_CHARACTER = 0x10FFFF  # of Unicode: no page has more distinct words
_FEW_WORDS = 4  # too few to recognise a moved and edited unit by


class Pair(NamedTuple):
    """The places of one unit before and after; None where it was not or is no more."""

    before: int | None
    after: int | None
    moved: bool = False


class Codes(NamedTuple):
    """Units as strings of one character a word, by their place before and after."""

    before: dict[int, str]
    after: dict[int, str]


class Gap(NamedTuple):
    """Places between two pairs of units that are not told yet, each side in order."""

    before: list[int]
    after: list[int]


def units(blocks: Sequence[Block]) -> list[Unit]:
    """The blocks as units. A row of a table ends where the column does not grow."""
    found: list[Unit] = []
    for block in blocks:
        if found and column(block) > column(found[-1][-1]) > 0:
            found[-1] = (*found[-1], block)
        else:
            found.append((block,))
    return found


def column(block: Block) -> int:
    """The table column a cell stands in, from 1; 0 for what is no cell."""
    return block.level if block.kind is BlockKind.CELL else 0


def flat(blocks: Sequence[Block]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What readers see of these blocks: their words and cells in order, and their links.

    Where one paragraph ends and whether it is a list item or a heading is layout: a template may change it, and no
    word differs. Where a cell stands says what its figure means, so the column belongs to it.
    """
    parts = (f"\x1f{column(block)}\x1f {block.text} \x1f" if column(block) else block.text for block in blocks)
    links = tuple((link.text, link.url) for block in blocks for link in block.links)
    return " ".join(part for part in parts if part), links


def align(before: Sequence[Unit], after: Sequence[Unit]) -> list[Pair]:
    """The pairs of units that readers see differ or that stayed as they were, in page order.

    Equal units are aligned first, then moved ones found, then like ones paired where they stand, then elsewhere, then
    what is left in one place. Blocks that were only divided otherwise are in no pair.
    """
    kept, gaps = _kept(list(map(_key, before)), list(map(_key, after)))
    gaps = [gap for gap in gaps if _flat_units(before, gap.before) != _flat_units(after, gap.after)]
    moved = _moved(gaps, before, after)
    gaps = _split(gaps, moved)
    no_choice = len(gaps) == 1 and _takes_its_place(gaps[0], before, after)
    like = [] if no_choice else _like(gaps, _codes(gaps, before, after))
    replaced = [Pair(*places) for gap in _split(gaps, like) for places in _replaced(gap, before, after)]
    return _page_order([*kept, *moved, *like, *replaced])


def twins(before: Sequence[T], after: Sequence[T], *keys: Callable[[T], Hashable]) -> list[tuple[T | None, T | None]]:
    """Every value of both sides once: in pairs that share a key (the first key counts most), else alone."""
    origins: dict[int, int] = {}
    for key in keys:
        taken = set(origins.values())
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for place, value in enumerate(before):
            if place not in taken:
                waiting[key(value)].append(place)
        for place, value in enumerate(after):
            if place not in origins and waiting[key(value)]:
                origins[place] = waiting[key(value)].popleft()
    taken = set(origins.values())
    came = [(before[origins[place]] if place in origins else None, value) for place, value in enumerate(after)]
    return came + [(value, None) for place, value in enumerate(before) if place not in taken]


def _key(unit: Unit) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    return tuple((block.text, tuple((link.text, link.url) for link in block.links)) for block in unit)


def _flat_units(all_units: Sequence[Unit], places: Sequence[int]) -> tuple[str, tuple[tuple[str, str], ...]]:
    return flat([block for place in places for block in all_units[place]])


def _kept(before: Sequence[object], after: Sequence[object]) -> tuple[list[Pair], list[Gap]]:
    """The pairs of equal units that stand in one order on both sides, as many as can be, and the gaps between them."""
    kept: list[Pair] = []
    gaps: list[Gap] = []
    for run in runs(before, after):
        old, new = range(run.start, run.end), range(run.new_start, run.new_end)
        if run.equal:
            kept += [Pair(*places) for places in zip(old, new, strict=True)]
        else:
            gaps.append(Gap(list(old), list(new)))
    return kept, gaps


def _moved(gaps: Sequence[Gap], before: Sequence[Unit], after: Sequence[Unit]) -> list[Pair]:
    """Equal units in different places. Figures alone ("7" in two rows) are too common to have moved."""
    waiting: dict[object, deque[int]] = defaultdict(deque)
    for gap in gaps:
        for place in gap.before:
            waiting[_key(before[place])].append(place)
    arrivals = ((place, waiting.get(_key(after[place]))) for gap in gaps for place in gap.after)
    return [
        Pair(origins.popleft(), place, moved=True) for place, origins in arrivals if origins and _lettered(after[place])
    ]


def _lettered(unit: Unit) -> bool:
    return any(character.isalpha() for block in unit for character in block.text)


def _split(gaps: Sequence[Gap], pairs: Sequence[Pair]) -> list[Gap]:
    """The gaps without what these pairs took; a pair that did not move divides its gap in two."""
    taken = {pair.before for pair in pairs}, {pair.after for pair in pairs}
    borders = {pair.before: pair.after for pair in pairs if not pair.moved}
    parts = [part for gap in gaps for part in _divided(gap, borders)]
    left = (
        Gap(*([place for place in places if place not in gone] for places, gone in zip(part, taken, strict=True)))
        for part in parts
    )
    return [gap for gap in left if gap.before or gap.after]


def _divided(gap: Gap, borders: Mapping[int | None, int | None]) -> list[Gap]:
    parts = [Gap([], [])]
    new = deque(gap.after)
    for place in gap.before:
        border = borders.get(place)
        parts[-1].before.append(place)
        if border is not None:
            while new and new[0] <= border:
                parts[-1].after.append(new.popleft())
            parts.append(Gap([], []))
    parts[-1].after.extend(new)
    return parts


def _codes(gaps: Sequence[Gap], before: Sequence[Unit], after: Sequence[Unit]) -> Codes:
    """The units of these gaps, one character for each distinct word: strings compare far faster than lists."""
    alphabet: dict[str, str] = {}

    def code(unit: Unit) -> str:
        spelt = (word for block in unit for word in words(block.text))
        return "".join(alphabet.setdefault(word, chr(min(len(alphabet), _LAST_CHARACTER))) for word in spelt)

    return Codes(
        {place: code(before[place]) for gap in gaps for place in gap.before},
        {place: code(after[place]) for gap in gaps for place in gap.after},
    )


def _like(gaps: list[Gap], codes: Codes) -> list[Pair]:
    """Units alike enough to be one, edited or reworded: much alike in place, then elsewhere, then alike in place."""
    edited = [pair for gap in gaps for pair in _in_order(gap, codes, EDITED)]
    gaps = _split(gaps, edited)
    moved = _moved_and_edited(gaps, codes)
    gaps = _split(gaps, moved)
    reworded = [pair for gap in gaps for pair in _in_order(gap, codes, REWORDED)]
    return [*edited, *moved, *reworded]


def _in_order(gap: Gap, codes: Codes, floor: float) -> list[Pair]:
    """Pairs of units at least `floor` alike that do not cross, with the greatest likeness in total."""
    if len(gap.before) * len(gap.after) > _MOST_PAIRS:
        return _by_opening(gap, codes)
    likeness = [[_likeness(codes.before[old], codes.after[new], floor) for new in gap.after] for old in gap.before]
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


def _moved_and_edited(gaps: Sequence[Gap], codes: Codes) -> list[Pair]:
    """Units that are much alike in different gaps, the most alike first."""
    old = [place for gap in gaps for place in gap.before if len(codes.before[place]) >= _FEW_WORDS]
    new = [place for gap in gaps for place in gap.after if len(codes.after[place]) >= _FEW_WORDS]
    if len(old) * len(new) > _MOST_PAIRS:
        return []
    rated = ((_likeness(codes.before[i], codes.after[j], MOVED), i, j) for i in old for j in new)
    found: dict[int, int] = {}
    for likeness, origin, place in sorted(rated, reverse=True):
        if likeness and origin not in found and place not in found.values():
            found[origin] = place
    return [Pair(origin, place, moved=True) for origin, place in found.items()]


def _replaced(gap: Gap, before: Sequence[Unit], after: Sequence[Unit]) -> Iterator[tuple[int | None, int | None]]:
    """What is left: one unit in the place of one of its kind was reworded; anything else went or came."""
    if _takes_its_place(gap, before, after):
        yield gap.before[0], gap.after[0]
        return
    yield from ((place, None) for place in gap.before)
    yield from ((None, place) for place in gap.after)


def _takes_its_place(gap: Gap, before: Sequence[Unit], after: Sequence[Unit]) -> bool:
    one = len(gap.before) == len(gap.after) == 1
    return one and before[gap.before[0]][0].kind is after[gap.after[0]][0].kind


def _page_order(pairs: Sequence[Pair]) -> list[Pair]:
    """By the place after; what was removed follows what stood above it."""
    stayed = {pair.before: pair.after for pair in pairs if pair.after is not None and not pair.moved}
    anchors: dict[int, int] = {}
    above = -1
    for place in sorted(pair.before for pair in pairs if pair.before is not None):
        above = anchors[place] = stayed.get(place, above)

    def position(pair: Pair) -> tuple[int, int, int]:
        if pair.before is None or pair.after is not None:
            return pair.after or 0, 0, 0
        return anchors[pair.before], 1, pair.before

    return sorted(pairs, key=position)
