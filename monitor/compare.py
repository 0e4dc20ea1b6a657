"""Two statements -> what differs: fields, blocks, words. And what a statement's readers see, as a hash. Pure."""

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain

from monitor._compare_cells import cell_pairs, columns_after
from monitor.align import Pair, Unit, align, column, flat, joined, row_name, twins, units
from monitor.dates import day, same
from monitor.history import dated, note_line, note_pairs
from monitor.models import (
    Attachment,
    Block,
    BlockChange,
    BlockKind,
    BlockOp,
    Comparison,
    FieldChange,
    Link,
    Note,
    Op,
    Span,
    Statement,
    Translation,
    Withdrawal,
)
from monitor.words import most_like, runs, spans, words

_TEXTS = ("title", "document_type", "lead", "location")
_DATES = ("published_at", "updated_at", "delivered_on")
_ONE_VALUE = ("government", "language")  # metadata, as are the following and translations and keeps_history
_VALUES = ("publishers", "people")

_SAME_TITLE = 0.6
"""Share of words two titles must have in common to be those of one attachment, renamed."""

_MOST_PAIRS = 10_000
"""Attachments that went held against those that came, one by one."""

LinkPair = tuple[Link | None, Link | None]
BlockPair = tuple[Block | None, Block | None]


def compare(before: Statement, after: Statement) -> Comparison:
    """What differs between two statements. `url` and `parser` say where it stands and who read it: not compared.

    Blocks that only changed their kind or where one ends and the next begins do not differ: no word does.
    """
    fields = tuple(
        chain(
            _text_changes(before, after),
            _date_changes(before, after),
            _note_changes(before.notes, after.notes),
            _attachment_changes(before.attachments, after.attachments),
            _withdrawal_changes(before.withdrawn, after.withdrawn),
            _metadata_changes(before, after),
        )
    )
    blocks = _block_changes(before.body, after.body)
    edits = [change.spans for change in fields if not change.metadata] + [change.spans for change in blocks]
    return Comparison(fields, blocks, _count(edits, Op.INSERT), _count(edits, Op.DELETE))


def content_hash(statement: Statement) -> str:
    """SHA-256 (hex) over what readers of the statement see: every field but the metadata.

    Equal hashes mean an empty comparison, and unequal ones a comparison that is not empty, but for one case: a day
    equals a time on that day in UTC, yet hashes differently where British Summer Time puts that time on the next day.
    """
    withdrawn = statement.withdrawn
    seen = (
        [_folded(getattr(statement, name)) for name in _TEXTS],
        [at and day(at) for at in (getattr(statement, name) for name in _DATES)],
        sorted(dated(note.at, note.text) for note in statement.notes),
        sorted((file.title, file.url, file.details or "") for file in statement.attachments),
        dated(withdrawn.at, withdrawn.explanation) if withdrawn else None,
        flat(statement.body),
    )
    return sha256(json.dumps(seen, ensure_ascii=True).encode()).hexdigest()


# --- fields ----------------------------------------------------------------------------------------------------------


def _text_changes(before: Statement, after: Statement) -> Iterator[FieldChange]:
    for name in _TEXTS:
        old, new = _folded(getattr(before, name)), _folded(getattr(after, name))
        if old != new:
            yield _changed(name, old, new)


def _folded(text: str | None) -> str | None:
    """The text as readers see it: any white space as one space. Blocks come so; a feed's title may not."""
    return " ".join(text.split()) if text else text


def _date_changes(before: Statement, after: Statement) -> Iterator[FieldChange]:
    """Dates that differ by a day or more: readers are shown no time. A date is a value, not words: it has no spans."""
    for name in _DATES:
        old, new = getattr(before, name), getattr(after, name)
        if not same(old, new):
            yield FieldChange(name, old, new)


def _note_changes(before: Sequence[Note], after: Sequence[Note]) -> Iterator[FieldChange]:
    for old, new in note_pairs(before, after):
        yield _changed("notes", note_line(old), note_line(new))


def attachment_pairs(
    before: Sequence[Attachment], after: Sequence[Attachment]
) -> list[tuple[Attachment | None, Attachment | None]]:
    """The attachments that differ, None on the side that has it not.

    One of the same address, else of the same title, is the same attachment; else one whose title is much alike; so is
    the only new one in the place of the only old one.
    """
    pairs = twins(before, after, lambda file: file, lambda file: file.url, lambda file: file.title)
    gone = [old for old, new in pairs if old and not new]
    come = [new for old, new in pairs if new and not old]
    differing = [(old, new) for old, new in pairs if old and new and old != new]
    renamed = _renamed(gone, come)
    if not renamed and len(gone) == len(come) == 1 and before.index(gone[0]) == after.index(come[0]):
        renamed = [(gone[0], come[0])]
    kept = {file for pair in renamed for file in pair}
    return [
        *differing,
        *renamed,
        *((file, None) for file in gone if file not in kept),
        *((None, file) for file in come if file not in kept),
    ]


def _renamed(gone: Sequence[Attachment], come: Sequence[Attachment]) -> list[tuple[Attachment, Attachment]]:
    """Attachments that took another's place under a title like its own: "Notice, 1 May" and "Notice, 8 May".

    Of very many, none is looked for.
    """
    if len(gone) * len(come) > _MOST_PAIRS:
        return []
    titles = {place: file.title.casefold() for place, file in enumerate(come)}
    found = []
    for old in gone:
        place = most_like(old.title.casefold(), titles, _SAME_TITLE)
        if place is not None:
            del titles[place]
            found.append((old, come[place]))
    return found


def _attachment_changes(before: Sequence[Attachment], after: Sequence[Attachment]) -> Iterator[FieldChange]:
    for old, new in attachment_pairs(before, after):
        yield _changed("attachments", _listed(old) if old else None, _listed(new) if new else None)


def _listed(file: Attachment) -> str:
    return " ".join(filter(None, (file.title, f"({file.details})" if file.details else "", file.url)))


def _withdrawal_changes(before: Withdrawal | None, after: Withdrawal | None) -> Iterator[FieldChange]:
    old, new = (dated(notice.at, notice.explanation) if notice else None for notice in (before, after))
    if old != new:
        yield _changed("withdrawn", old, new)


def _metadata_changes(before: Statement, after: Statement) -> Iterator[FieldChange]:
    for name in _ONE_VALUE:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield FieldChange(name, old, new, metadata=True)
    for name in _VALUES:
        pairs = twins(getattr(before, name), getattr(after, name), lambda value: value)
        yield from (FieldChange(name, old, new, metadata=True) for old, new in pairs if old != new)
    yield from _translation_changes(before.translations, after.translations)
    if before.keeps_history != after.keeps_history:
        yield FieldChange("keeps_history", _said(before.keeps_history), _said(after.keeps_history), metadata=True)


def _translation_changes(before: Sequence[Translation], after: Sequence[Translation]) -> Iterator[FieldChange]:
    for old, new in twins(before, after, lambda translation: translation, lambda translation: translation.language):
        if old != new:
            yield FieldChange("translations", _addressed(old), _addressed(new), metadata=True)


def _addressed(translation: Translation | None) -> str | None:
    return f"{translation.language} {translation.url}" if translation else None


def _said(truth: bool) -> str:
    return "yes" if truth else "no"


def _changed(name: str, old: str | None, new: str | None) -> FieldChange:
    return FieldChange(name, old, new, spans(old or "", new or ""))


# --- body ------------------------------------------------------------------------------------------------------------


def _block_changes(before: Sequence[Block], after: Sequence[Block]) -> tuple[BlockChange, ...]:
    if flat(before) == flat(after):
        return ()
    old, new = units(before), units(after)
    places, new_places = joined(old, new)
    above, new_above = _headings(old, places), _headings(new, new_places)
    old, new = [_as_one(old, part) for part in places], [_as_one(new, part) for part in new_places]
    pairs = align(old, new)
    columns = columns_after(pairs, old, new)
    return tuple(
        change
        for pair in pairs
        for change in _unit_changes(
            pair,
            cell_pairs(_unit(old, pair.before), _unit(new, pair.after), columns.get(pair.after, {})),
            _heading(pair, above, new_above),
            row_name(_unit(new, pair.after)),
        )
    )


def _as_one(all_units: Sequence[Unit], places: range) -> Unit:
    """The units at these places; several blocks as one: a paragraph, unless all are of one kind."""
    if len(places) == 1:
        return all_units[places.start]
    blocks = [block for place in places for block in all_units[place]]
    kind, level = blocks[0].kind, blocks[0].level
    if any(block.kind is not kind for block in blocks):
        kind, level = BlockKind.PARAGRAPH, 0
    text = " ".join(block.text for block in blocks)
    return (Block(kind, text, level, tuple(link for block in blocks for link in block.links)),)


def _unit(all_units: Sequence[Unit], place: int | None) -> Unit:
    return () if place is None else all_units[place]


def _headings(all_units: Sequence[Unit], places: Sequence[range]) -> list[str]:
    """For the first unit of each range the nearest heading above it."""
    above, found = "", []
    for unit in all_units:
        found.append(above)
        if unit[0].kind is BlockKind.HEADING:
            above = unit[0].text
    return [found[part.start] for part in places]


def _heading(pair: Pair, old: Sequence[str], new: Sequence[str]) -> str:
    if pair.after is not None:
        return new[pair.after]
    return old[pair.before] if pair.before is not None else ""


def _unit_changes(pair: Pair, blocks: Sequence[BlockPair], heading: str, row: str) -> Iterator[BlockChange]:
    """What differs inside one unit, cell by cell; a row that came, went or moved is named by its own first cell."""
    whole = all(before and after for before, after in blocks)
    stayed = pair.before is not None and pair.after is not None and not pair.moved
    for before, after in blocks:
        op = _op(before, after, moved=pair.moved, whole=whole)
        if op:
            yield _change(op, heading, row if stayed else "", before, after)


def _op(before: Block | None, after: Block | None, *, moved: bool, whole: bool) -> BlockOp | None:
    """What happened to one block of a unit; None where nothing did. A cell that gives way to a new one, in a row that
    is not `whole`, did not move."""
    if before is None or after is None:
        return BlockOp.ADDED if after else BlockOp.REMOVED
    if moved or (whole and column(before) != column(after)):
        return BlockOp.MOVED
    return BlockOp.CHANGED if before.text != after.text or before.links != after.links else None


def _change(op: BlockOp, heading: str, row: str, before: Block | None, after: Block | None) -> BlockChange:
    text, new_text = before.text if before else "", after.text if after else ""
    links = _link_pairs(before.links if before else (), after.links if after else ())
    if text != new_text:  # other words for the same target are in the text already
        links = [(old, new) for old, new in links if not (old and new and old.url == new.url)]
    later_cell = any(column(block) > 1 for block in (before, after) if block)
    return BlockChange(op, heading, before, after, spans(text, new_text), tuple(links), row if later_cell else "")


def _link_pairs(before: Sequence[Link], after: Sequence[Link]) -> list[LinkPair]:
    """The links that differ: other target, other words, or on one side alone."""
    pairs: list[LinkPair] = []
    for run in runs(before, after):
        if not run.equal:
            old, new = before[run.start : run.end], after[run.new_start : run.new_end]
            differing = twins(old, new, lambda link: link.text, lambda link: link.url)
            pairs += [(old[0], new[0])] if len(old) == len(new) == 1 else differing
    return pairs


def _count(edits: Iterable[Sequence[Span]], op: Op) -> int:
    return sum(len(words(span.text)) for edit in edits for span in edit if span.op is op)
