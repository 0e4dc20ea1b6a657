"""A comparison inside the text it was made in: every edit in its place, what stayed between them folded. Pure.

two bodies, what differs
| _placed    where in the text as it stands now each edit is shown
| _lines     the edits, and between them the blocks that stayed
| _kept      an edit's neighbours and the heading above it stay in sight; the rest is folded
| parts      what is beyond the limit is left out and counted
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from monitor._render_passages import block_label, block_spans, link_passages
from monitor._render_redline import taken
from monitor.models import Block, BlockChange, BlockKind, BlockOp, Op, Span
from monitor.words import Run, runs

NEIGHBOURS = 1
"""Blocks that stayed and are shown on each side of an edit."""

LEAST_FOLDED = 3
"""Blocks in a row that are worth a fold."""

LINE_CHARACTERS = 40
"""What a line costs besides its own: very many short ones are no shorter to show than few long ones."""

CUT = " …"
"""How a block ends that was recorded in part."""


@dataclass(frozen=True, slots=True)
class Line:
    """One block as it is shown. `op` None: it stayed. `links` are the edits of link targets in it, (label, spans)."""

    kind: BlockKind
    level: int
    spans: tuple[Span, ...]
    op: BlockOp | None = None
    label: str = ""
    links: tuple[tuple[str, tuple[Span, ...]], ...] = ()

    @property
    def size(self) -> int:
        """Characters shown."""
        return sum(len(span.text) for span in self.spans)


@dataclass(frozen=True, slots=True)
class Row:
    """One line, or the cells of a table's row."""

    lines: tuple[Line, ...]

    @property
    def is_of_cells(self) -> bool:
        """Whether it is a table's."""
        return self.lines[0].kind is BlockKind.CELL

    @property
    def edited(self) -> bool:
        """Whether anything in it is an edit."""
        return any(line.op for line in self.lines)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that follow each other, in sight or `folded`."""

    rows: tuple[Row, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class Text:
    """The whole: its parts in page order, and how many edits and other blocks are left out for want of room."""

    parts: tuple[Part, ...]
    left_out: int = 0
    stayed_left_out: int = 0


def in_context(
    before: Sequence[Block], after: Sequence[Block], changes: Sequence[BlockChange], characters: int
) -> Text:
    """The edits in the text; at most about so many `characters`, half of them of what stayed."""
    lines, left_out, stayed_left_out = _fitted(list(_lines(before, after, changes)), characters)
    rows = list(_rows(lines))
    kept = zip(_kept(rows), rows, strict=True)
    parts = (
        Part(tuple(row for _, row in group), folded=not in_sight)
        for in_sight, group in groupby(kept, key=lambda pair: pair[0])
    )
    return Text(tuple(parts), left_out, stayed_left_out)


def sides(line: Line) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The line as it stood and as it stands: what went is in the first alone, what came in the second."""
    return (
        tuple(span for span in line.spans if span.op is not Op.INSERT),
        tuple(span for span in line.spans if span.op is not Op.DELETE),
    )


# --- placing ---------------------------------------------------------------------------------------------------------


def _lines(before: Sequence[Block], after: Sequence[Block], changes: Sequence[BlockChange]) -> Iterator[Line]:
    at = 0
    for change, place in zip(changes, _placed(before, after, changes), strict=True):
        yield from (_stayed(block) for block in after[at : place.start])
        yield _edited(change)
        at = place.stop
    yield from (_stayed(block) for block in after[at:])


def _placed(before: Sequence[Block], after: Sequence[Block], changes: Sequence[BlockChange]) -> list[range]:
    """For each edit the places of `after` that it stands for; an empty range where something went.

    The edits come in page order, and so do their places.
    """
    texts, new_texts = [block.text for block in before], [block.text for block in after]
    equal = [run for run in runs(texts, new_texts) if run.equal]
    same = {place for run in equal for place in range(run.start, run.end)}
    new_same = {place for run in equal for place in range(run.new_start, run.new_end)}
    found = _in_order(new_texts, [change.after for change in changes], new_same)
    stayed = [None if change.op is BlockOp.MOVED else change.before for change in changes]
    went = _in_order(texts, stayed, same)
    places: list[range] = []
    ends = [len(after)] * len(changes)
    for number in range(len(changes) - 2, -1, -1):
        following = found[number + 1]
        ends[number] = following.start if following else ends[number + 1]
    at = 0
    for place, old, end in zip(found, went, ends, strict=True):
        first = at if place or old is None else min(max(at, _counterpart(equal, old.start)), end)
        places.append(place or range(first, first))
        at = places[-1].stop
    return places


def _in_order(texts: Sequence[str], blocks: Sequence[Block | None], equal: set[int]) -> list[range | None]:
    """Where each block stands, one after another; None where it is none, or nowhere.

    What both sides have alike is taken for an edit only where nothing else is, or all would not find room.
    """
    at_text: dict[str, list[range]] = {}
    for place, text in enumerate(texts):
        at_text.setdefault(text, []).append(range(place, place + 1))
    possible = [(at_text.get(block.text) or _joined(texts, block.text)) if block else [] for block in blocks]
    latest, end = [len(texts)] * len(blocks), len(texts)
    for number in range(len(blocks) - 1, -1, -1):
        end = max((place.start for place in possible[number] if place.stop <= end), default=end)
        latest[number] = end
    found: list[range | None] = []
    at = 0
    for places, last in zip(possible, latest, strict=True):
        room = [place for place in places if at <= place.start <= last]
        found.append(next((place for place in room if place.start not in equal), room[0] if room else None))
        at = found[-1].stop if found[-1] else at
    return found


def _counterpart(equal: Iterable[Run], place: int) -> int:
    """Where in the new text this place of the old one is, or would be."""
    found = 0
    for run in equal:
        if run.start <= place:
            found = run.new_start + min(place, run.end) - run.start
    return found


def _joined(texts: Sequence[str], text: str) -> list[range]:
    """The places whose texts make up this one together, or of which it is a part."""
    return [range(at, at + size) for at in range(len(texts)) if (size := _length(texts, at, text))]


def _length(texts: Sequence[str], at: int, text: str) -> int:
    """How many texts from this place on make up the one; 0: they do not."""
    if text.endswith(CUT) and texts[at].startswith(text.removesuffix(CUT)):
        return 1
    end, joined = at, ""
    while end < len(texts) and len(joined) < len(text) and text.startswith(texts[end], len(joined)):
        joined += f"{texts[end]} "
        end += 1
    return end - at if end > at and joined == f"{text} " else 0


# --- lines -----------------------------------------------------------------------------------------------------------


def _stayed(block: Block) -> Line:
    return Line(block.kind, block.level, (Span(Op.EQUAL, block.text),))


def _edited(change: BlockChange) -> Line:
    block = change.block or Block(BlockKind.PARAGRAPH, "")
    links = tuple((passage.label, passage.spans) for passage in link_passages(change))
    return Line(block.kind, block.level, change.spans or block_spans(change), change.op, block_label(change), links)


def _fitted(lines: Sequence[Line], characters: int) -> tuple[list[Line], int, int]:
    """The lines for which there is room, cut where they must be; how many edits and other blocks are left out."""
    shown: list[Line] = []
    left, stayed_left = characters, characters // 2
    for line in lines:
        room = (left if line.op else min(stayed_left, left)) - LINE_CHARACTERS
        if room <= 0:
            continue
        spans = line.spans if line.size <= room else taken(line.spans, room, max(room // 4, 1))
        shown.append(replace(line, spans=spans))
        cost = shown[-1].size + LINE_CHARACTERS
        left -= cost
        stayed_left -= 0 if line.op else cost
    edits = sum(line.op is not None for line in lines), sum(line.op is not None for line in shown)
    left_out = edits[0] - edits[1]
    return shown, left_out, len(lines) - len(shown) - left_out


def _rows(lines: Iterable[Line]) -> Iterator[Row]:
    """Lines one by one, the cells of a table's row together."""
    cells: list[Line] = []
    for line in lines:
        if cells and (line.kind is not BlockKind.CELL or line.level <= cells[-1].level):
            yield Row(tuple(cells))
            cells = []
        if line.kind is BlockKind.CELL:
            cells.append(line)
        else:
            yield Row((line,))
    if cells:
        yield Row(tuple(cells))


def _kept(rows: Sequence[Row]) -> list[bool]:
    """Which rows stay in sight: edits, their neighbours, the headings above them, and what is too short to fold."""
    edits = [place for place, row in enumerate(rows) if row.edited]
    kept = {near for place in edits for near in range(place - NEIGHBOURS, place + NEIGHBOURS + 1)}
    above: int | None = None
    for place, row in enumerate(rows):
        if place in kept and above is not None:
            kept.add(above)
        if row.lines[0].kind is BlockKind.HEADING:
            above = place
    runs_of = [(in_sight, list(run)) for in_sight, run in groupby(range(len(rows)), key=kept.__contains__)]
    return [in_sight or len(run) < LEAST_FOLDED for in_sight, run in runs_of for _ in run]
