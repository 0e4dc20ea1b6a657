"""Writes one decision: version, change, metadata changes, alerts, page, check. Inside the caller's transaction."""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from monitor import failpoints
from monitor.models import Decision, Event, Fetch, Kind, NewChange, NewVersion, Recorded, Role, utc_text
from monitor.stores import _claiming, _habits, _listed, _outbox, _pulses, _rows, _sources
from monitor.stores._json import quotes_to_json, to_json

SUPERSEDED = "decided on a version that was no longer the current one"
"""The detail of a check whose decision came too late."""

_UPDATE_PAGE = """UPDATE pages SET outcome = :outcome, checked_at = :checked_at,
    urgent = role = 'listing',
    next_check_at = iif(orphaned_at IS NULL, :next_check_at, NULL),
    baseline = :baseline, essence = :essence, etag = :etag, last_modified = :last_modified, shortcuts = :shortcuts,
    streak_key = :streak_key, streak = :streak, streak_at = :streak_at, flips = :flips, removed = :removed,
    moved_to = :moved_to, failures = :failures, seen_at = :seen_at,
    failing_since = iif(:failures, coalesce(failing_since, :checked_at), NULL)
    WHERE id = :id AND version_id IS :version_id"""

_ADD_CHECK = """INSERT INTO checks
    (page_id, checked_at, outcome, status, elapsed_ms, wire_bytes, requests, detail, version_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_ADD_VERSION = """INSERT INTO versions
    (page_id, number, content_hash, first_seen_at, title, published_at, updated_at, parser,
    snapshot_hash, fetched_url, content_type, headers, statement)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_NEXT_NUMBER = "SELECT coalesce(max(number), 0) + 1 FROM versions WHERE page_id = ?"

_ADD_WORDS = "INSERT INTO words (rowid, text) SELECT ?1, ? WHERE ?1 IS NOT NULL"

_ADD_CHANGE = """INSERT INTO changes
    (page_id, detected_at, kind, disclosure, title, note, signals, fields, summary, words_added, words_removed,
    before_version_id, after_version_id, seen_before_at, seen_after_at, verdict, comparison, edit_key, quotes)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_ADD_METADATA_CHANGE = """INSERT INTO metadata_changes (page_id, version_id, seen_at, field, before, after)
    VALUES (?, ?, ?, ?, ?, ?)"""


def record(db: sqlite3.Connection, decision: Decision, database_id: str, now: datetime) -> Recorded:
    """What the decision left in the store; its check row only, where the page has another version by now."""
    page = decision.page
    if not _update_page(db, decision):
        _add_check(db, decision, None, SUPERSEDED)
        return Recorded(decision)
    _habits.keep(db, decision.check.page, page)
    version_id, change_ids, alerts = page.version_id, list[int](), 0
    for event in decision.events:
        before_id = version_id
        if event.version:
            seen_at = event.change.seen_after_at if event.change else decision.check.checked_at
            version_id = _add_version(db, page.id, event.version, seen_at, before_id)
            failpoints.passing("version-added")
        if event.change:
            change_ids.append(_add_change(db, page.id, event.change, (before_id, version_id), now))
            failpoints.passing("change-added")
            alerts += _outbox.add(db, database_id, change_ids[-1], event.change, now)
            failpoints.passing("alerts-added")
            if event.change.kind is not Kind.REPARSED:
                _pulses.changed(db, page.source, now)
    _add_metadata_changes(db, decision, version_id)
    current = page.role is Role.LISTING and _listed.is_current(db, page.source, decision.check.essence)
    remark = _listed.take(db, decision.check.page, decision.discovered) if current and decision.discovered else None
    if page.role is not Role.ITEM or decision.events:
        detail = remark or decision.check.detail or None
        _add_check(db, decision, None if version_id == page.version_id else version_id, detail)
    _sources.add_discovered(db, page.source, decision.discovered, now)
    if page.role is Role.LISTING and page.depth == 0:
        _pulses.listed(db, decision)
    if decision.filled and current and page.depth == 0:
        _fill(db, page.source, now)
    if decision.touched_at:
        _listed.look_beneath(db, page, decision.touched_at, now)
    due = _listed.release(db, page, now) if page.role is Role.LISTING else ()
    return Recorded(decision, tuple(change_ids), alerts, due)


def reparsed(db: sqlite3.Connection, page_id: int, before_id: int, event: Event, now: datetime) -> int:
    """The id of the change that a new reading of a snapshot leaves: no look, so no check, and no alert."""
    assert event.version and event.change  # noqa: S101 -- such an event has both
    version_id = _add_version(db, page_id, event.version, event.change.seen_after_at, before_id)
    return _add_change(db, page_id, event.change, (before_id, version_id), now)


def _add_check(db: sqlite3.Connection, decision: Decision, version_id: int | None, detail: str | None) -> None:
    check, fetch = decision.check, decision.check.fetch
    at = utc_text(check.checked_at)
    measures = (fetch.status, fetch.elapsed_ms, fetch.wire_bytes, fetch.requests)
    db.execute(_ADD_CHECK, (check.page.id, at, decision.outcome, *measures, detail, version_id))


def _update_page(db: sqlite3.Connection, decision: Decision) -> bool:
    """Whether the decision was made on the page's current version; the page is left as it is where it was not."""
    look = {"outcome": decision.outcome, "checked_at": utc_text(decision.check.checked_at)}
    is_current = db.execute(_UPDATE_PAGE, _rows.page_state(decision.page) | look).rowcount == 1
    if is_current:
        _claiming.end(db, (decision.page.id,))
    return is_current


def _fill(db: sqlite3.Connection, source: str, now: datetime) -> None:
    db.execute("UPDATE sources SET filled_at = ? WHERE name = ? AND filled_at IS NULL", (utc_text(now), source))


def _add_version(
    db: sqlite3.Connection, page_id: int, version: NewVersion, seen_at: datetime, before_id: int | None
) -> int:
    """The id of the page's new current version. Without a fetch of its own it keeps the snapshot of the one before."""
    statement = version.statement
    evidence = _add_snapshot(db, version.fetch) if version.fetch else _evidence(db, before_id)
    claims = (statement.title, statement.published_at, statement.updated_at, statement.parser)
    values = (version.content_hash, utc_text(seen_at), *claims, *evidence, to_json(statement))
    number = db.execute(_NEXT_NUMBER, (page_id,)).fetchone()[0]
    version_id = _add(db, _ADD_VERSION, (page_id, number, *values))
    _add(db, _ADD_WORDS, (version_id, statement.text))
    db.execute("UPDATE pages SET version_id = ?, title = ? WHERE id = ?", (version_id, statement.title, page_id))
    return version_id


def _add_snapshot(db: sqlite3.Connection, fetch: Fetch) -> tuple[str | None, ...]:
    """The snapshot's hash, where it came from, its content type, its headers."""
    snapshot_hash = hashlib.sha256(fetch.body).hexdigest()
    if not db.execute("SELECT 1 FROM snapshots WHERE hash = ?", (snapshot_hash,)).fetchone():
        db.execute(
            "INSERT INTO snapshots (hash, size_bytes, body) VALUES (?, ?, ?)",
            (snapshot_hash, len(fetch.body), _rows.packed(fetch.body)),
        )
    return snapshot_hash, fetch.url, fetch.content_type, json.dumps(fetch.headers, ensure_ascii=False)


def _evidence(db: sqlite3.Connection, version_id: int | None) -> tuple[str | None, ...]:
    query = "SELECT snapshot_hash, fetched_url, content_type, headers FROM versions WHERE id = ?"
    row: tuple[str | None, ...] | None = db.execute(query, (version_id,)).fetchone()
    return row or (None, None, None, None)


def _add_change(
    db: sqlite3.Connection,
    page_id: int,
    change: NewChange,
    version_ids: tuple[int | None, int | None],
    now: datetime,
) -> int:
    """The new change's id; `version_ids` are the page's current one before it and after it."""
    before_id, after_id = version_ids
    verdict, comparison = change.verdict, change.comparison
    values = (
        page_id,
        utc_text(now),
        change.kind,
        verdict.disclosure if verdict else None,
        change.title,
        change.note,
        ", ".join(signal.name for signal in verdict.signals) if verdict else "",
        ", ".join(comparison.field_names),
        change.summary,
        comparison.words_added,
        comparison.words_removed,
        before_id,
        None if change.kind is Kind.REMOVED else after_id,
        _rows.text(change.seen_before_at),
        utc_text(change.seen_after_at),
        to_json(verdict) if verdict else None,
        to_json(comparison),
        change.edit_key,
        quotes_to_json(change.quotes),
    )
    return _add(db, _ADD_CHANGE, values)


def _add(db: sqlite3.Connection, statement: str, values: Sequence[object]) -> int:
    """The id of the row that the statement adds; it adds none of nothing but NULL.

    It is run again with that: the module keeps what was bound until the next run, megabytes of a large page.
    """
    row_id = db.execute(statement, values).lastrowid
    assert row_id  # noqa: S101 -- a row was added
    with suppress(sqlite3.IntegrityError):
        db.execute(statement, (None,) * len(values))
    return row_id


def _add_metadata_changes(db: sqlite3.Connection, decision: Decision, version_id: int | None) -> None:
    of_look = (decision.page.id, version_id, utc_text(decision.check.checked_at))
    rows = ((*of_look, change.field, change.before, change.after) for change in decision.metadata_changes)
    db.executemany(_ADD_METADATA_CHANGE, rows)
