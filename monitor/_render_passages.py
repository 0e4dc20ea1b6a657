"""A comparison as passages: every edit with the place it stands at. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor._render_typeset import clipped
from monitor.dates import in_words
from monitor.models import Block, BlockChange, BlockKind, BlockOp, Comparison, FieldChange, Link, Op, Span

FIELDS = {
    "title": "Title",
    "lead": "Lead",
    "url": "Address",
    "withdrawn": "Withdrawn notice",
    "notes": "Update history",
    "updated_at": "Last updated",
    "published_at": "Published",
    "delivered_on": "Delivered on",
    "location": "Location",
    "document_type": "Document type",
    "attachments": "Attachments",
    "publishers": "From",
    "people": "People",
    "government": "Government",
    "translations": "Translations",
    "language": "Language",
}
"""The statement's fields as readers know them, in the order they are shown."""

DATES = ("updated_at", "published_at", "delivered_on")

KINDS = {
    BlockKind.HEADING: "heading",
    BlockKind.PARAGRAPH: "paragraph",
    BlockKind.LIST_ITEM: "list item",
    BlockKind.QUOTATION: "quotation",
    BlockKind.CODE: "code",
    BlockKind.CAPTION: "caption",
    BlockKind.IMAGE: "image",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """One edit: the place it stands at, what it is where that does not go without saying, and its words.

    `field` is the statement's field, `link` set where the edit is of a link's target and not of words.
    """

    field: str
    place: str
    label: str
    spans: tuple[Span, ...]
    link: bool = False


def passages(comparison: Comparison) -> tuple[Passage, ...]:
    """Every edit with its place: fields in the order of `FIELDS`, the body in page order, then metadata."""
    order = {name: number for number, name in enumerate(FIELDS)}
    known = sorted((change for change in comparison.fields if change.field in order), key=lambda c: order[c.field])
    fields = (_field_passage(change) for change in known if not change.metadata)
    blocks = (passage for row in _rows(comparison.blocks) for passage in _row_passages(row))
    metadata = (_field_passage(change) for change in known if change.metadata)
    return (*fields, *blocks, *metadata)


def _place(heading: str) -> str:
    """Where a block stands, by the nearest heading above it."""
    return f"Under “{clipped(heading, 70)}”" if heading else "Body"


def _field_passage(change: FieldChange) -> Passage:
    swap = _date_swap if change.field in DATES else _swap
    return Passage(change.field, FIELDS[change.field], "", change.spans or swap(change.before, change.after))


def _date_swap(before: str | None, after: str | None) -> tuple[Span, ...]:
    """Days in words; the times as the page has them where the day is the same."""
    old, new = (in_words(side) if side else None for side in (before, after))
    return _swap(before, after) if old == new else _swap(old, new)


def _swap(before: str | None, after: str | None) -> tuple[Span, ...]:
    sides = ((Op.DELETE, before), (Op.INSERT, after))
    return tuple(Span(op, text) for op, text in sides if text)


def _rows(changes: Iterable[BlockChange]) -> Iterator[list[BlockChange]]:
    """The changes, the cells of a table row that came, went or moved as a whole together."""
    row: list[BlockChange] = []
    for change in changes:
        if row and not _is_next_cell(row[-1], change):
            yield row
            row = []
        row.append(change)
    if row:
        yield row


def _is_next_cell(change: BlockChange, following: BlockChange) -> bool:
    block, next_block = change.block, following.block
    if block is None or next_block is None or block.kind is not BlockKind.CELL or next_block.kind is not BlockKind.CELL:
        return False
    alike = (change.op, change.heading, change.row) == (following.op, following.heading, "")
    return alike and change.op is not BlockOp.CHANGED and next_block.level > block.level


def _row_passages(row: Sequence[BlockChange]) -> Iterable[Passage]:
    """A whole row as one line of its cells; anything else for itself."""
    if len(row) == 1:
        yield from _block_passages(row[0])
        return
    cells = [change.spans or block_spans(change) for change in row]
    spans = [span for cell in cells for span in (Span(Op.EQUAL, " | "), *cell)][1:]
    moved = row[0].op is BlockOp.MOVED
    label = "table row moved here" if moved else f"table row {row[0].op.value}"
    yield Passage("body", _place(row[0].heading), label, tuple(spans))
    for change in row:
        yield from link_passages(change)


def _block_passages(change: BlockChange) -> Iterable[Passage]:
    place = _place(change.heading)
    spans = change.spans or block_spans(change)
    if change.op is not BlockOp.CHANGED or any(span.op is not Op.EQUAL for span in spans):
        yield Passage("body", place, block_label(change), spans)
    yield from link_passages(change)


def link_passages(change: BlockChange) -> Iterable[Passage]:
    """The edits of links inside a block."""
    for before, after in change.links:
        label = _link_label(before, after)
        yield Passage("body", _place(change.heading), label, _link_swap(before, after), link=True)


def _link_swap(before: Link | None, after: Link | None) -> tuple[Span, ...]:
    if before and after and before.url == after.url:
        return _swap(before.text, after.text)
    return _swap(before.url if before else None, after.url if after else None)


def block_spans(change: BlockChange) -> tuple[Span, ...]:
    """The block's words as one that went, came or stayed whole."""
    before, after = (block.text if block else None for block in (change.before, change.after))
    if after is not None and before == after:
        return (Span(Op.EQUAL, after),)
    return _swap(before, after)


def block_label(change: BlockChange) -> str:
    """What happened to the block, where its words alone do not say so."""
    before, after = change.before, change.after
    block = after or before
    kind = _kind(block, change.row) if block else ""
    if change.op is BlockOp.MOVED:
        return "moved here" if kind == "paragraph" else f"{kind} moved here"
    if change.op is not BlockOp.CHANGED:
        return f"{kind} {change.op.value}"
    if before and after and before.kind is not after.kind:
        return f"{_kind(before)}, now {_kind(after)}"
    return "" if kind == "paragraph" else kind


def _kind(block: Block, row: str = "") -> str:
    if block.kind is not BlockKind.CELL:
        return KINDS[block.kind]
    return f"{f'row “{clipped(row, 40)}”' if row else 'table'}, column {block.level}"


def _link_label(before: Link | None, after: Link | None) -> str:
    words = clipped((after or before or Link("", "")).text, 60)
    end = " changed" if before and after else " added" if after else " removed"
    return f"link “{words}”{end}"
