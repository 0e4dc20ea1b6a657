"""Mass changes: the new alerts of a source that changes throughout wait for each other, and share a message.

Inside the caller's transaction. What is counted are changes of pages that were known, whoever is told of them.
"""

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from monitor import cluster
from monitor.models import ToldAs, utc_text, utc_time
from monitor.stores import _outbox_digest

RECENT_CHANGES = 10_000
"""So many of the latest changes are counted; a mass change of more is one of so many."""

_WAITING = """SELECT alerts.id, channel, source, detected_at, every_s
    FROM alerts JOIN changes ON changes.id = change_id JOIN pages ON pages.id = page_id JOIN sources ON name = source
    WHERE state = 'pending' AND told_with IS NULL AND kind <> 'published' AND quotes IS NULL
    AND channel NOT IN (SELECT value FROM json_each(:digests))
    AND source IN (SELECT source FROM alerts JOIN changes ON changes.id = change_id JOIN pages ON pages.id = page_id
        WHERE alerts.id IN (SELECT value FROM json_each(:due)))
    ORDER BY changes.id"""

_CHANGED = """SELECT min(count(DISTINCT coalesce(edit_key, id)), count(DISTINCT page_id)), min(detected_at) FROM (
        SELECT changes.id, edit_key, page_id, detected_at, kind, source
        FROM changes JOIN pages ON pages.id = page_id ORDER BY changes.id DESC LIMIT :recent)
    WHERE source = :source AND detected_at >= :since AND kind NOT IN ('published', 'reparsed')"""

_PAGES = """SELECT count(*), coalesce(sum(checked_at >= :started), 0),
    coalesce(sum(checked_at < :started AND next_check_at IS NOT NULL), 0)
    FROM pages WHERE source = :source AND role <> 'listing' AND orphaned_at IS NULL"""

Row = tuple[str, str, str, str, float]
"""An alert that waits: its id, channel, source, when its change was detected, the source's interval in seconds."""


def gather(
    db: sqlite3.Connection, due_ids: Sequence[str], digests: Collection[str], now: datetime, *, patient: bool
) -> list[str]:
    """Of each source with a mass change under way: puts its new alerts off while pages are still to be looked at, an
    interval or an hour at most; then those of one channel under the first of them. At once, where it is not `patient`.

    Channels that have `digests` of their own are left out. Returns the alerts that wait.
    """
    by_source: dict[str, list[Row]] = {}
    for row in db.execute(_WAITING, {"due": json.dumps(due_ids), "digests": json.dumps(list(digests))}):
        by_source.setdefault(row[2], []).append(row)
    waiting: list[str] = []
    for source, rows in by_source.items():
        waiting += _gather(db, source, rows, now, patient=patient)
    return waiting


def _gather(db: sqlite3.Connection, source: str, rows: Sequence[Row], now: datetime, *, patient: bool) -> list[str]:
    interval = min(timedelta(seconds=rows[0][4]), cluster.MASS_WITHIN)
    since = utc_text(now - 2 * interval)  # what waited longer, waited for its channel
    rows = [row for row in rows if row[3] >= since]
    counted = {"source": source, "since": since, "recent": RECENT_CHANGES}
    changed, started = db.execute(_CHANGED, counted).fetchone()
    if not rows or changed <= cluster.MASS_PAGES:
        return []
    pages, looked, left = db.execute(_PAGES, {"source": source, "started": started}).fetchone()
    if patient and left and now < utc_time(rows[0][3]) + interval and cluster.is_mass(changed, looked):
        waiting = [row[0] for row in rows]
        _outbox_digest.wait(db, waiting, ToldAs.MASS, now)
        return waiting
    if cluster.is_mass(changed, pages):
        for channel in {row[1] for row in rows}:
            ids = [row[0] for row in rows if row[1] == channel]
            _outbox_digest.tell_together(db, ids, now, ToldAs.MASS)
    return []
