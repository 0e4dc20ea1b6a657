"""The cells of a table's rows before and after, in pairs, by the columns that readers see them in. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from monitor.align import Pair, Unit, column, twins
from monitor.models import Block
from monitor.words import Run, runs

Columns = Mapping[int, int]
"""Where the columns of one table stand after an edit, by where they stood before; those that stayed may be missing."""


def cell_pairs(old: Unit, new: Unit, columns: Columns) -> list[tuple[Block | None, Block | None]]:
    """The blocks of a unit in pairs: equal ones in order, then as many as took others' place, else those of one column.

    A cell that only one side has stands alone; a unit of one block is in pairs with one of one block.
    """
    if len(old) == len(new) == 1:
        return [(old[0], new[0])]
    pairs: list[tuple[Block | None, Block | None]] = []
    for run in _runs(old, new):
        gone, come = old[run.start : run.end], new[run.new_start : run.new_end]
        if run.equal or len(gone) == len(come):
            pairs += zip(gone, come, strict=True)
        else:
            placed = [(_place_after(cell, columns), cell) for cell in gone]
            found = twins(placed, [(column(cell), cell) for cell in come], lambda cell: cell[0])
            pairs += [(before and before[1], after and after[1]) for before, after in found]
    return pairs


def columns_after(pairs: Sequence[Pair], old: Sequence[Unit], new: Sequence[Unit]) -> dict[int | None, Columns]:
    """For each row that stayed, by its place after, where its table's columns went.

    Rows that follow each other are one table. A column went where most of its equal cells stand in the rows that have
    more or fewer cells than before: no other row needs to be told.
    """
    tables = _tables(new)
    votes: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    for before, after, moved in pairs:
        if before is not None and after in tables and not moved and len(old[before]) != len(new[after]):
            votes[tables[after]].update(_stayed(old[before], new[after]))
    chosen = {table: _most(counted) for table, counted in votes.items()}
    return {place: chosen.get(table, {}) for place, table in tables.items()}


def _place_after(cell: Block, columns: Columns) -> int:
    """The column a cell would stand in after; 0 where another took its column's place."""
    own = column(cell)
    return columns.get(own, 0 if own in columns.values() else own)


def _runs(old: Unit, new: Unit) -> list[Run]:
    return runs([(cell.text, cell.links) for cell in old], [(cell.text, cell.links) for cell in new])


def _tables(new: Sequence[Unit]) -> dict[int, int]:
    """For each place of a row the place its table begins at."""
    begins: dict[int, int] = {}
    for place, unit in enumerate(new):
        if column(unit[0]):
            begins[place] = begins.get(place - 1, place)
    return begins


def _stayed(old: Unit, new: Unit) -> list[tuple[int, int]]:
    """The columns, before and after, of the cells that stayed equal."""
    equal = (run for run in _runs(old, new) if run.equal)
    return [
        (column(before), column(after))
        for run in equal
        for before, after in zip(old[run.start : run.end], new[run.new_start : run.new_end], strict=True)
    ]


def _most(counted: Counter[tuple[int, int]]) -> Columns:
    chosen: dict[int, int] = {}
    for (before, after), _ in counted.most_common():
        chosen.setdefault(before, after)
    return chosen
