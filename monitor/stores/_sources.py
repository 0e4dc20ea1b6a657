"""Sources and their pages: what the configuration names, and what listings name. Inside the caller's transaction."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from monitor import follow, schedule
from monitor.models import Entry, Page, Role, Source, canonical, utc_text
from monitor.stores import _budgets, _listed

REST_MOST, RETRY_MOST = timedelta(days=1), timedelta(days=2)
"""No host or channel rests longer, and no alert waits so long for its next try: a time beyond is a wrong clock's."""

_ADD_SOURCE = """INSERT INTO sources (name, listing, every_s, added_at, follow, covered_by) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET listing = excluded.listing, every_s = excluded.every_s, orphaned_at = NULL,
    follow = excluded.follow, covered_by = excluded.covered_by"""

_ADD_PAGE = """INSERT INTO pages
    (source, url, title, role, next_check_at, baseline, configured, first_seen_at, host, address, urgent)
    VALUES (:source, :url, :title, :role, :due_at, :baseline, :configured, :now, :host, :address, :role = 'listing')
    ON CONFLICT (address, source) DO UPDATE SET
        role = iif(excluded.configured, excluded.role, role),
        urgent = iif(excluded.configured, excluded.urgent, urgent),
        configured = iif(role = 'statement' AND NOT configured AND orphaned_at IS NULL, 0, excluded.configured),
        next_check_at = coalesce(next_check_at, excluded.next_check_at),
        orphaned_at = NULL
    WHERE excluded.configured OR orphaned_at IS NOT NULL
    RETURNING url"""
"""What a listing named stays its own though the configuration names it as well: it outlives its place there."""


def sync(db: sqlite3.Connection, sources: Sequence[Source], now: datetime) -> None:
    """Makes the pages the configuration names, due at once; what it no longer names is orphaned, never removed."""
    _mend_times(db, now)
    _rename_sources(db, sources)
    _orphan_sources(db, sources, utc_text(now))
    for source in sources:
        _sync_pauses(db, source, now)
        _sync_source(db, source, now)
    _sync_pages(db, sources, utc_text(now))


def add_discovered(db: sqlite3.Connection, source: str, entries: Sequence[Entry], now: datetime) -> None:
    """Makes pages of those entries that carry their statement and are none of this source yet; they are never due.

    All others wait for their turn: see `_listed`.
    """
    items = [entry for entry in entries if entry.statement]
    if not items:
        return
    (filled_at,) = db.execute("SELECT filled_at FROM sources WHERE name = ?", (source,)).fetchone()
    for entry in items:
        page = Page(0, source, entry.url, Role.ITEM, baseline=filled_at is None)
        db.execute(_ADD_PAGE, _row(page, utc_text(now), entry.title, configured=False)).fetchone()


def _sync_source(db: sqlite3.Connection, source: Source, now: datetime) -> None:
    """A source with another listing or other rules, or back after a pause, is filled anew: what it names then alerts
    nobody."""
    query = "SELECT listing, follow, covered_by, orphaned_at FROM sources WHERE name = ?"
    before = db.execute(query, (source.name,)).fetchone()
    rules, covered_by = follow.mark(source.follow) or None, json.dumps(source.covered_by)
    if before and before[3]:
        db.execute(
            """UPDATE pages SET orphaned_at = NULL, next_check_at = iif(role = 'item', NULL, ?)
            WHERE source = ? AND NOT configured""",
            (utc_text(now), source.name),
        )
    asked = (source.name, source.listing, source.every.total_seconds(), utc_text(now), rules, covered_by)
    db.execute(_ADD_SOURCE, asked)
    if before and (before[0], before[1], before[3]) != (source.listing, rules, None):
        _listed.fill_anew(db, source, now)
    if before and before[2] not in (None, covered_by):
        _listed.take_back(db, source.name)


def _mend_times(db: sqlite3.Connection, now: datetime) -> None:
    for table in ("hosts", "channels"):
        latest = {"latest": utc_text(now + REST_MOST)}
        db.execute(f"UPDATE {table} SET free_at = :latest WHERE free_at > :latest", latest)  # noqa: S608
    for table in ("alerts", "reports"):
        db.execute(
            f"UPDATE {table} SET next_attempt_at = ? WHERE state = 'pending' AND next_attempt_at > ?",  # noqa: S608
            (utc_text(now), utc_text(now + RETRY_MOST)),
        )


def _sync_pauses(db: sqlite3.Connection, source: Source, now: datetime) -> None:
    """A shorter interval holds at once, and a clock that was wrong does not put a page off for years."""
    before = db.execute("SELECT every_s FROM sources WHERE name = ?", (source.name,)).fetchone()
    shorter = before is not None and source.every.total_seconds() < before[0]
    slack = schedule.FAILURE_PAUSE_MOST  # a longer rest is asked of the host
    if source.auto:
        budget = _budgets.read(db).get(source.name)
        slack = max(schedule.LONGEST, schedule.longest_wait(budget)) if budget else schedule.LONGEST
    longest = source.every if shorter else max(source.every, slack)
    db.execute(
        "UPDATE pages SET next_check_at = ? WHERE next_check_at > ? AND source = ?",
        (utc_text(now + source.every), utc_text(now + longest), source.name),
    )


def _sync_pages(db: sqlite3.Connection, sources: Sequence[Source], now: str) -> None:
    """Orphans configured pages that are named no more (what a listing named stays), and adds those named anew."""
    configured = db.execute("SELECT source, address, role, id FROM pages WHERE configured AND orphaned_at IS NULL")
    known = {(source, address, role): page_id for source, address, role, page_id in configured}
    pages = (page for source in sources for page in _configured(source))
    named = {(page.source, canonical(page.url), page.role): page for page in pages}
    db.executemany(
        "UPDATE pages SET orphaned_at = ?, next_check_at = NULL WHERE id = ?",
        ((now, page_id) for key, page_id in known.items() if key not in named),
    )
    _listed.want_again(db, (key[:2] for key in known if key not in named))
    new = (page for key, page in named.items() if key not in known)
    for page in new:
        _adopt(db, page)
        db.execute(_ADD_PAGE, _row(page, now, None, configured=True)).fetchone()


def _rename_sources(db: sqlite3.Connection, sources: Sequence[Source]) -> None:
    """A source that is gone while a new one has its listing has been renamed: the new one keeps all it had."""
    held = dict(db.execute("SELECT name, listing FROM sources ORDER BY orphaned_at").fetchall())
    gone = {listing: name for name, listing in held.items() if name not in {source.name for source in sources}}
    db.execute("PRAGMA defer_foreign_keys = ON")  # until the transaction ends
    for source in sources:
        if source.name in held or not source.listing or source.listing not in gone:
            continue
        names = (source.name, gone.pop(source.listing))
        db.execute("UPDATE sources SET name = ? WHERE name = ?", names)
        for table in ("pages", "listed", "budgets", "pulses"):
            db.execute(f"UPDATE {table} SET source = ? WHERE source = ?", names)  # noqa: S608 -- our own names


def _adopt(db: sqlite3.Connection, page: Page) -> None:
    """Gives the page the history that its address has in a source that does not name it any more."""
    db.execute(
        """UPDATE OR IGNORE pages SET source = :source WHERE id = (SELECT id FROM pages
        WHERE address = :address AND role = :role AND orphaned_at IS NOT NULL AND source <> :source
        ORDER BY orphaned_at DESC, id DESC LIMIT 1)""",
        {"source": page.source, "address": canonical(page.url), "role": page.role},
    )


def _orphan_sources(db: sqlite3.Connection, sources: Sequence[Source], now: str) -> None:
    names = json.dumps([source.name for source in sources])
    db.execute(
        """UPDATE pages SET orphaned_at = ?, next_check_at = NULL
        WHERE orphaned_at IS NULL AND source NOT IN (SELECT value FROM json_each(?))""",
        (now, names),
    )
    db.execute(
        """UPDATE sources SET orphaned_at = ?
        WHERE orphaned_at IS NULL AND name NOT IN (SELECT value FROM json_each(?))""",
        (now, names),
    )


def _configured(source: Source) -> Iterator[Page]:
    if source.listing:
        yield Page(0, source.name, source.listing, Role.LISTING)
    for url in source.pages:
        yield Page(0, source.name, url)


def _row(page: Page, now: str, title: str | None, *, configured: bool) -> Mapping[str, object]:
    return {
        "source": page.source,
        "url": page.url,
        "title": title,
        "role": page.role,
        "due_at": None if page.role is Role.ITEM else now,
        "baseline": page.baseline,
        "configured": configured,
        "now": now,
        "host": page.host,
        "address": canonical(page.url),
    }
