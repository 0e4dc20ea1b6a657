"""The publisher's own update history, held against an earlier look at it. Pure."""

from collections.abc import Sequence

from rapidfuzz.distance import Indel

from monitor.align import twins
from monitor.dates import day, later
from monitor.models import Note, Statement
from monitor.words import words

NotePair = tuple[Note | None, Note | None]
"""An entry as it stood before and after; None where it was not or is no more."""

_SAME_TEXT = 0.5


def note_pairs(before: Sequence[Note], after: Sequence[Note]) -> list[NotePair]:
    """The entries that differ in day or text: added (None, note), removed (note, None) or altered (both)."""
    pairs = twins(before, after, lambda note: (_day(note), note.text), lambda note: note.text, _day)
    differing = [(old, new) for old, new in pairs if not (old and new and _alike(old, new))]
    return [part for old, new in differing for part in _parted(old, new, before)]


def new_notes(before: Statement, after: Statement) -> tuple[Note, ...]:
    """The entries the publisher added, newest first.

    GOV.UK shows no history before the first update, and then one that ends with the publication itself: that entry
    announces nothing.
    """
    added = [new for old, new in note_pairs(before.notes, after.notes) if new and not old]
    return tuple(note for note in added if before.notes or not _is_publication(note, after))


def rewritten(before: Statement, after: Statement) -> tuple[NotePair, ...]:
    """The entries altered or removed, but for those that a shortened list no longer shows.

    A list that shows only the latest entries loses its oldest for each new one; a template may cut it further.
    """
    pairs = [(old, new) for old, new in note_pairs(before.notes, after.notes) if old]
    removed = [old for old, new in pairs if not new]
    if not after.notes and all(_is_publication(note, before) for note in removed):
        return ()
    oldest = before.notes[len(before.notes) - len(removed) :]
    slid = bool(new_notes(before, after)) or 1 < len(removed) < len(before.notes)
    cut = slid and sorted(removed, key=repr) == sorted(oldest, key=repr)
    return tuple(pair for pair in pairs if pair[1] or not cut)


def dated(at: str | None, text: str) -> str:
    """ "2026-11-24: First published.": a note or notice as one text, with the day where it has one."""
    return f"{day(at)}: {text}" if at else text


def note_line(note: Note | None) -> str | None:
    """The entry as one text; None for none."""
    return dated(note.at, note.text) if note else None


def _day(note: Note) -> str | None:
    return day(note.at) if note.at else None


def _alike(old: Note, new: Note) -> bool:
    return (_day(old), old.text) == (_day(new), new.text)


def _parted(old: Note | None, new: Note | None, before: Sequence[Note]) -> list[NotePair]:
    """One pair, or two where the later entry did not alter the earlier one but took its place in the list."""
    if old and new and old == before[-1] and _took_its_place(old, new, before):
        return [(None, new), (old, None)]
    return [(old, new)]


def _took_its_place(old: Note, new: Note, before: Sequence[Note]) -> bool:
    """Whether a list of the latest entries alone moved on: the new entry is later than all, or the only one anew."""
    if all(later(note.at, new.at) for note in before):
        return True
    return len(before) == 1 and Indel.normalized_similarity(words(old.text), words(new.text)) < _SAME_TEXT


def _is_publication(note: Note, statement: Statement) -> bool:
    """Whether the entry is the oldest and tells of the publication itself."""
    first = note == statement.notes[-1] and note.at is not None and statement.published_at is not None
    return first and _day(note) == day(statement.published_at or "")
