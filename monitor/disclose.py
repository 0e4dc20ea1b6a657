"""What an edit is and whether the publisher said so, with reasons in plain words. Pure."""

from monitor.dates import in_words, later, same
from monitor.history import new_notes as new_notes  # part of what this module offers
from monitor.history import note_line, rewritten
from monitor.models import Comparison, Disclosure, Kind, Signal, SignalName, Statement, Verdict
from monitor.signals import signals


def kind(before: Statement, after: Statement, comparison: Comparison) -> Kind | None:
    """What happened to the page between these statements; None where nothing a reader sees differs."""
    if not comparison:
        return None
    if after.withdrawn and not before.withdrawn:
        return Kind.WITHDRAWN
    if before.withdrawn and not after.withdrawn:
        return Kind.REINSTATED
    return Kind.EDITED


def is_notice_alone(kind: Kind, comparison: Comparison) -> bool:
    """Whether the withdrawn notice came or went and nothing else did: it is its own announcement, so no verdict."""
    return kind in (Kind.WITHDRAWN, Kind.REINSTATED) and comparison.field_names == ("withdrawn",)


def verdict(before: Statement, after: Statement, comparison: Comparison, reverted_to: int | None = None) -> Verdict:
    """Whether this edit was announced, and what it touched.

    `reverted_to` is the number of an earlier version that `after` equals. Reasons are whole sentences without their
    full stop, the one that decides first.
    """
    reasons = _announcements(before, after)
    if reasons:
        disclosure = Disclosure.ANNOUNCED
    elif _keeps_history(before) or _keeps_history(after):
        disclosure, reasons = Disclosure.SILENT, (_silence(before, after),)
    else:
        disclosure = Disclosure.INDETERMINATE
        reasons = ("the page keeps no history and shows no update date to hold the edit against",)
    reverted = (Signal(SignalName.REVERTED, (f"version {reverted_to}",)),) if reverted_to is not None else ()
    found = (*signals(before, after, comparison), *reverted)
    return Verdict(disclosure, (*reasons, *_remarks(before, after, reverted_to)), found)


def _keeps_history(statement: Statement) -> bool:
    return statement.keeps_history or bool(statement.notes) or statement.updated_at is not None


def _announcements(before: Statement, after: Statement) -> tuple[str, ...]:
    """What the publisher did to announce the edit; empty where nothing."""
    gained = (
        f"the history gained an entry{f' of {in_words(note.at)}' if note.at else ''}: {note.text}"
        for note in new_notes(before, after)
    )
    moved = _update_date(before, after)
    return (*gained, moved) if moved else tuple(gained)


def _update_date(before: Statement, after: Statement) -> str | None:
    """How the public update date moved forward; on GOV.UK it first appears with the first update.

    On its HTML attachments it then stands in the place of the publication date, which is shown no more.
    """
    if after.updated_at is None:
        return None
    if before.updated_at is None:
        published_at = after.published_at or before.published_at
        appeared = later(published_at, after.updated_at) or bool(after.notes and not before.notes)
        return f"the page now shows an update date, {in_words(after.updated_at)}" if appeared else None
    if not later(before.updated_at, after.updated_at):
        return None
    if same(before.updated_at, after.updated_at):
        return f"the update date moved to a later time on {in_words(after.updated_at)}"
    return f"the update date moved from {in_words(before.updated_at)} to {in_words(after.updated_at)}"


def _silence(before: Statement, after: Statement) -> str:
    """Why the edit is silent: what stayed where an announced edit would have moved it."""
    history = "the page keeps a history, which gained no entry"
    if before.updated_at is None or after.updated_at is None:
        return f"{history}, and shows no new update date"
    if later(after.updated_at, before.updated_at):
        return f"{history}, and its update date moved back to {in_words(after.updated_at)}"
    return f"{history}, and its update date stayed {in_words(after.updated_at)}"


def _remarks(before: Statement, after: Statement, reverted_to: int | None) -> tuple[str, ...]:
    """What else a reader should know of the edit."""
    remarks = []
    for old, new in rewritten(before, after):
        if old and new:
            remarks.append(f"an entry of the history was altered: {note_line(old)} → {note_line(new)}")
        elif old:
            remarks.append(f"an entry of the history was removed: {note_line(old)}")
    if after.withdrawn and not before.withdrawn:
        remarks.append("the publisher's withdrawn notice appeared")
    if before.withdrawn and not after.withdrawn:
        remarks.append("the publisher's withdrawn notice went")
    if reverted_to is not None:
        remarks.append(f"the statement again reads as version {reverted_to} did")
    return tuple(remarks)
