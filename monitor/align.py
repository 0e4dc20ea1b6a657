"""Which block of one body is which of the other: kept, changed, moved, added, removed. Pure.

units      what is aligned as one (_align_units)
| joined   neighbours that are one unit of the other side, divided (_align_divided)
| align    equal units in order, then moved ones, then like ones (_align_likeness), then what is left in one place
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

from monitor._align_divided import divided
from monitor._align_likeness import SENTENCE, codes_of, like
from monitor._align_units import Gap, split
from monitor._align_units import Pair as Pair
from monitor._align_units import Unit as Unit
from monitor._align_units import column as column
from monitor._align_units import row_name as row_name
from monitor._align_units import units as units
from monitor.models import Block, BlockKind
from monitor.words import runs, words

T = TypeVar("T")


def flat(blocks: Sequence[Block]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What readers see of these blocks: their words and cells in order, and their links.

    Where one paragraph ends and whether it is a list item or a heading is layout: a template may change it, and no
    word differs. Where a cell stands says what its figure means, so the column belongs to it.
    """
    parts = (f"\x1f{column(block)}\x1f {block.text} \x1f" if column(block) else block.text for block in blocks)
    links = tuple((link.text, link.url) for block in blocks for link in block.links)
    return " ".join(part for part in parts if part), links


def joined(before: Sequence[Unit], after: Sequence[Unit]) -> tuple[list[range], list[range]]:
    """All places of both sides, in order, as ranges: those of one unit, or of several that are one on the other side.

    A paragraph made two, or two made one, is an edit of the words that differ and no other.
    """
    keys, new_keys = list(map(_key, before)), list(map(_key, after))
    if new_keys < keys:
        new_places, places = joined(after, before)
        return places, new_places
    _, gaps = _kept(keys, new_keys)
    gaps = [gap for gap in gaps if gap.before and gap.after and max(map(len, gap)) > 1]
    gaps = split(gaps, _moved(gaps, before, after))
    codes = codes_of(gaps, before, after)
    parts = [run for gap in gaps for run in _parts(gap.after, gap.before, before, codes.after, codes.before)]
    new_parts = [run for gap in gaps for run in _parts(gap.before, gap.after, after, codes.before, codes.after)]
    return _ranges(len(before), parts), _ranges(len(after), new_parts)


def _parts(
    wholes: Sequence[int],
    places: Sequence[int],
    all_units: Sequence[Unit],
    texts: Mapping[int, str],
    part_texts: Mapping[int, str],
) -> Iterator[range]:
    """The runs of places that are one whole. Cells and images are never joined, and quoted words never with others:
    where a quotation ends says whose words they are."""
    for of_this_sort in (_is_quoted, _is_own_words):
        yield from divided(wholes, [place for place in places if of_this_sort(all_units[place])], texts, part_texts)


def _is_quoted(unit: Unit) -> bool:
    return unit[0].kind is BlockKind.QUOTATION


def _is_own_words(unit: Unit) -> bool:
    return unit[0].kind not in (BlockKind.QUOTATION, BlockKind.CELL, BlockKind.IMAGE)


def _ranges(size: int, found: Sequence[range]) -> list[range]:
    inside = {place for places in found for place in places}
    alone = (range(place, place + 1) for place in range(size) if place not in inside)
    return sorted([*alone, *found], key=lambda places: places.start)


def align(before: Sequence[Unit], after: Sequence[Unit]) -> list[Pair]:
    """The pairs of units that readers see differ or that stayed as they were, in page order.

    Equal units are aligned first, then moved ones found, then like ones paired where they stand, then elsewhere, then
    what is left in one place. Blocks that were only divided otherwise are in no pair.
    """
    return _page_order(_pairs(before, after))


def _pairs(before: Sequence[Unit], after: Sequence[Unit]) -> list[Pair]:
    """The pairs, in no order: the same ones whichever of the two sides came first."""
    keys, new_keys = list(map(_key, before)), list(map(_key, after))
    if new_keys < keys:
        return [Pair(pair.after, pair.before, pair.moved) for pair in _pairs(after, before)]
    kept, gaps = _kept(keys, new_keys)
    gaps = [gap for gap in gaps if _flat_units(before, gap.before) != _flat_units(after, gap.after)]
    moved = _moved(gaps, before, after)
    gaps = split(gaps, moved)
    no_choice = len(gaps) == 1 and _takes_its_place(gaps[0], before, after)
    alike = [] if no_choice else like(gaps, codes_of(gaps, before, after))
    replaced = [Pair(*places) for gap in split(gaps, alike) for places in _replaced(gap, before, after)]
    return [*kept, *moved, *alike, *replaced]


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
    """Equal units in different places. Figures alone ("7" in two rows) are too common to have moved, and so is a short
    line that the page repeats ("Thank you.")."""
    repeated = {key for units_ in (before, after) for key, count in Counter(map(_key, units_)).items() if count > 1}
    waiting: dict[object, deque[int]] = defaultdict(deque)
    for gap in gaps:
        for place in gap.before:
            waiting[_key(before[place])].append(place)
    arrivals = ((place, waiting.get(_key(after[place]))) for gap in gaps for place in gap.after)
    return [
        Pair(origins.popleft(), place, moved=True)
        for place, origins in arrivals
        if origins and _lettered(after[place]) and (_is_long(after[place]) or _key(after[place]) not in repeated)
    ]


def _is_long(unit: Unit) -> bool:
    return sum(len(words(block.text)) for block in unit) >= SENTENCE


def _lettered(unit: Unit) -> bool:
    return any(character.isalpha() for block in unit for character in block.text)


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
