"""What kinds of things an edit touched, each with the words it is about. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from monitor._signals_mentions import Finder, Mention, dates, figures, modals, negations, quotations
from monitor._signals_names import Vocabulary, names, vocabulary, word_keys
from monitor._signals_notes import is_owned, is_said, trifling
from monitor._signals_swaps import Edit, Swap, differing, exchanged, swapped, touched
from monitor.compare import attachment_pairs
from monitor.dates import day, in_words, later
from monitor.history import new_notes, note_line, note_pairs, rewritten
from monitor.models import BlockChange, BlockKind, BlockOp, Comparison, Op, Signal, SignalName, Statement

_PUBLICATION_DATES = ("published_at", "updated_at")
_DATES = (*_PUBLICATION_DATES, "delivered_on")
_TEXTS = ("title", "lead", "location")
_SUBSTANCE = (SignalName.FIGURE, SignalName.DATE, SignalName.NAME, SignalName.MODAL, SignalName.NEGATION)


class Context(NamedTuple):
    """The words of both statements, and of the blocks that went and came as a whole."""

    before: frozenset[str]
    after: frozenset[str]
    went: frozenset[str]
    came: frozenset[str]


Words = Mapping[SignalName, Sequence[str]]


def signals(before: Statement, after: Statement, comparison: Comparison) -> tuple[Signal, ...]:
    """Every signal of this edit but `reverted` and `sitewide`, which take more than two versions to tell."""
    found = {
        **_mentioned(before, after, comparison),
        **_shown(before, after, comparison),
        **_claimed(before, after, comparison),
    }
    found[SignalName.UNDERDECLARED] = _underdeclared(before, after, comparison)
    return tuple(Signal(name, tuple(dict.fromkeys(found[name]))) for name in SignalName if found.get(name))


# --- what the text says ----------------------------------------------------------------------------------------------


def _mentioned(before: Statement, after: Statement, comparison: Comparison) -> Words:
    edits = [*_edits(comparison), *_attachment_edits(before, after), _withdrawal_edit(before, after)]
    seen = vocabulary({*_texts(before), *_texts(after)})
    finders: dict[SignalName, Finder] = {
        SignalName.FIGURE: figures,
        SignalName.DATE: dates,
        SignalName.MODAL: modals,
        SignalName.NEGATION: negations,
        SignalName.QUOTATION: quotations,
    }
    found = {name: touched(edits, partial(_swaps, find)) for name, find in finders.items()}
    words = _context(before, after, comparison)
    found[SignalName.NAME] = touched(edits, lambda edit: _name_swaps(edit, seen, words))
    found[SignalName.DATE] += _date_words(comparison, ("published_at", "delivered_on"))
    found[SignalName.QUOTATION] += [_block_words(change) for change in comparison.blocks if _is_quotation(change)]
    return found


def _swaps(find: Finder, edit: Edit) -> list[Swap]:
    old, new = find(edit.before), find(edit.after)
    return differing(old, new) or exchanged(edit, old, new)


def _texts(statement: Statement) -> tuple[str, ...]:
    return statement.title, statement.lead or "", *(block.text for block in statement.body)


def _edits(comparison: Comparison) -> Iterator[Edit]:
    for field in comparison.fields:
        if field.field in _TEXTS:
            yield Edit(field.before or "", field.after or "", entry=field.field == "location")
    for change in comparison.blocks:
        block = change.after or change.before
        entry = block is not None and block.kind in (BlockKind.LIST_ITEM, BlockKind.CELL)
        yield Edit(change.before.text if change.before else "", change.after.text if change.after else "", entry)


def _attachment_edits(before: Statement, after: Statement) -> Iterator[Edit]:
    """Titles that changed under one address; what came or went as a whole is told as an attachment."""
    for old, new in attachment_pairs(before.attachments, after.attachments):
        if old and new:
            yield Edit(old.title, new.title, entry=True)


def _withdrawal_edit(before: Statement, after: Statement) -> Edit:
    old, new = (notice.explanation if notice else "" for notice in (before.withdrawn, after.withdrawn))
    return Edit(old, new)


def _context(before: Statement, after: Statement, comparison: Comparison) -> Context:
    went = (change.before.text for change in comparison.blocks if change.before and not change.after)
    came = (change.after.text for change in comparison.blocks if change.after and not change.before)
    return Context(*(word_keys(text) for text in (before.text, after.text, "\n".join(went), "\n".join(came))))


def _name_swaps(edit: Edit, seen: Vocabulary, context: Context) -> list[Swap]:
    """Names, without those whose words the other side has in another case or order ("the Government", "government").

    A text that came or went as a whole is held against the whole of the other statement, an edited one also against
    what came or went as a whole: a divided paragraph loses no name.
    """
    old, new = (names(text, seen, entry=edit.entry) for text in (edit.before, edit.after))
    known = word_keys(edit.before) | context.went if edit.before else context.before
    known_after = word_keys(edit.after) | context.came if edit.after else context.after
    told = [swap for swap in differing(old, new) if _not_in(known_after, swap[0]) or _not_in(known, swap[1])]
    return told or exchanged(edit, old, new)


def _not_in(known: frozenset[str], name: Mention | None) -> bool:
    return name is not None and not known.issuperset(word_keys(name.words))


def _date_words(comparison: Comparison, fields: Sequence[str]) -> list[str]:
    return [
        swapped(change.before and in_words(change.before), change.after and in_words(change.after))
        for change in comparison.fields
        if change.field in fields
    ]


# --- what the page shows ---------------------------------------------------------------------------------------------


def _shown(before: Statement, after: Statement, comparison: Comparison) -> Words:
    blocks = comparison.blocks
    return {
        SignalName.LIST_ENTRY: [_block_words(change) for change in blocks if _is_other_entry(change)],
        SignalName.LINK: _links(before, after, blocks),
        SignalName.ATTACHMENT: _field_words(comparison, "attachments"),
        SignalName.TITLE: _field_words(comparison, "title"),
        SignalName.MOVED_TEXT: [change.after.text for change in blocks if change.op is BlockOp.MOVED and change.after],
    }


def _field_words(comparison: Comparison, name: str) -> list[str]:
    return [swapped(change.before, change.after) for change in comparison.fields if change.field == name]


def _block_words(change: BlockChange) -> str:
    return swapped(change.before.text if change.before else None, change.after.text if change.after else None)


def _is_other_entry(change: BlockChange) -> bool:
    """Whether a list lost or gained an entry, or has quite another one in its place."""
    block = change.after or change.before
    if block is None or block.kind is not BlockKind.LIST_ITEM or change.op is BlockOp.MOVED:
        return False
    return change.op is not BlockOp.CHANGED or all(span.op is not Op.EQUAL for span in change.spans)


def _is_quotation(change: BlockChange) -> bool:
    block = change.after or change.before
    return block is not None and block.kind is BlockKind.QUOTATION and change.op is not BlockOp.MOVED


def _links(before: Statement, after: Statement, blocks: Sequence[BlockChange]) -> list[str]:
    """Targets that changed under their words, links that came or went.

    Not those that went here and came there, nor those to attachments, which are told as such.
    """
    files = {file.url for file in (*before.attachments, *after.attachments)}
    pairs = [pair for change in blocks for pair in change.links if not files & {link.url for link in pair if link}]
    gone = Counter(old.url for old, new in pairs if old and not new)
    come = Counter(new.url for old, new in pairs if new and not old)
    return [
        swapped(f"{old.text} {old.url}" if old else None, f"{new.text} {new.url}" if new else None)
        for old, new in pairs
        if (old and new) or not all(urls[link.url] for link in (old, new) if link for urls in (gone, come))
    ]


# --- what the publisher claims ---------------------------------------------------------------------------------------


def _claimed(before: Statement, after: Statement, comparison: Comparison) -> Words:
    fields = set(comparison.field_names)
    notes = new_notes(before, after)
    return {
        SignalName.BACKDATED: _backdated(before, after),
        SignalName.HISTORY_REWRITTEN: [
            swapped(note_line(old), note_line(new)) for old, new in rewritten(before, after)
        ],
        SignalName.NOTE_ONLY: [note.text for note in notes] if fields <= {"notes", "updated_at"} else [],
        SignalName.DATE_ONLY: _date_words(comparison, _DATES) if fields <= {*_DATES} else [],
    }


def _backdated(before: Statement, after: Statement) -> list[str]:
    """Dates of publication and entries moved into the past, and new entries dated before the newest known one."""
    moved = [(getattr(before, name), getattr(after, name)) for name in _PUBLICATION_DATES]
    moved += [(old.at, new.at) for old, new in note_pairs(before.notes, after.notes) if old and new]
    newest = max((day(note.at) for note in before.notes if note.at), default=None)
    inserted = [note for note in new_notes(before, after) if later(note.at and day(note.at), newest)]
    return [
        *(swapped(in_words(old), in_words(new)) for old, new in moved if later(new, old)),
        *(swapped(None, note_line(note)) for note in inserted),
    ]


def _underdeclared(before: Statement, after: Statement, comparison: Comparison) -> list[str]:
    """What notes that speak of trifles leave unsaid: the figures, dates, names, modals and negations touched."""
    notes = [note.text for note in new_notes(before, after)]
    if not trifling(notes):
        return []
    unowned = tuple(change for change in comparison.blocks if not is_owned(change, notes))
    found = _mentioned(before, after, replace(comparison, blocks=unowned))
    return [words for name in _SUBSTANCE for words in found[name] if not is_said(name, words, notes)]
