"""What is aligned: units of blocks, their pairs, and the gaps between pairs. Pure."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from monitor.models import Block, BlockKind

Unit = tuple[Block, ...]
"""What is aligned as one: the cells of a table's row, or one block of any other kind."""


class Pair(NamedTuple):
    """The places of one unit before and after; None where it was not or is no more."""

    before: int | None
    after: int | None
    moved: bool = False


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


def row_name(unit: Unit) -> str:
    """The first cell of a row of several: what readers know the row by. "" for any other unit."""
    return unit[0].text if len(unit) > 1 and column(unit[0]) == 1 else ""


def split(gaps: Sequence[Gap], pairs: Sequence[Pair]) -> list[Gap]:
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
