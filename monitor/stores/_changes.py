"""Reads changes whole, for alerts and for people: with what else was found on their page and on others."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from monitor import cluster
from monitor.models import Brief, Change, Statement
from monitor.stores import _rows
from monitor.stores._json import from_json

MOST_EARLIER = 20
"""Silent edits before an announced one that are named; beyond them, their number is."""

CHANGE = """SELECT changes.id, changes.page_id, detected_at, kind, changes.title, changes.note, summary,
    seen_before_at, seen_after_at, verdict, comparison, edit_key, quotes, pages.source, pages.url,
    before.number AS before_version, after.number AS after_version,
    coalesce(after.snapshot_hash, before.snapshot_hash) AS snapshot_hash,
    json_extract(coalesce(after.statement, before.statement), '$.language') AS language,
    (SELECT count(*) FROM alerts WHERE change_id = changes.id) AS alerts,
    (SELECT min(first.id) FROM changes AS first WHERE first.page_id = changes.page_id) AS first_change_id,
    (SELECT count(DISTINCT address) FROM edited_alike AS alike
        WHERE alike.id = changes.id AND alike_id <= coalesce(:until, alike_id)) AS alike
FROM changes JOIN pages ON pages.id = changes.page_id
LEFT JOIN versions AS before ON before.id = before_version_id
LEFT JOIN versions AS after ON after.id = after_version_id
WHERE changes.id = :id"""

SIDES = """SELECT before.statement, after.statement FROM changes
LEFT JOIN versions AS before ON before.id = before_version_id
LEFT JOIN versions AS after ON after.id = after_version_id WHERE changes.id = ?"""

SIDES = """SELECT before.statement, after.statement FROM changes
LEFT JOIN versions AS before ON before.id = before_version_id
LEFT JOIN versions AS after ON after.id = after_version_id WHERE changes.id = ?"""

EARLIER = "SELECT silent_id FROM earlier_silent WHERE id = ? ORDER BY silent_id"

BRIEF = """SELECT changes.id, changes.title, url, summary, seen_after_at, disclosure, kind, source, signals, edit_key,
    (SELECT group_concat(silent_id) FROM earlier_silent AS earlier WHERE earlier.id = changes.id) AS earlier
FROM changes JOIN pages ON pages.id = page_id
WHERE changes.id IN (SELECT value FROM json_each(?)) ORDER BY changes.id"""


WHAT_DIFFERS = """SELECT changes.id, verdict, comparison, json_extract(statement, '$.language') AS language
FROM changes LEFT JOIN versions ON versions.id = coalesce(after_version_id, before_version_id)
WHERE changes.id IN (SELECT value FROM json_each(?)) AND length(comparison) <= ?"""

READ_MOST = 200_000
"""Characters of a comparison of which a digest quotes a few; of more the summary says enough."""


def whole(db: sqlite3.Connection, change_id: int, until: int | None = None) -> Change | None:
    """One change. `until` is the last change that counts for `alike`; None: all there are by now."""
    row = next(_rows.by_name(db.execute(CHANGE, {"id": change_id, "until": until})), None)
    if row is None:
        return None
    earlier = [silent_id for (silent_id,) in db.execute(EARLIER, (change_id,))]
    return _rows.change(row, briefs(db, earlier[-MOST_EARLIER:]), len(earlier[:-MOST_EARLIER]))


def briefs(db: sqlite3.Connection, change_ids: Sequence[int]) -> tuple[Brief, ...]:
    """These changes in a line each, in the order they were recorded."""
    return tuple(map(_rows.brief, _rows.by_name(db.execute(BRIEF, (json.dumps(change_ids),)))))


def sides(db: sqlite3.Connection, change_id: int) -> tuple[Statement | None, Statement | None]:
    """The page's statements before and after a change; None where there was none."""
    before, after = db.execute(SIDES, (change_id,)).fetchone() or (None, None)
    return from_json(Statement, before) if before else None, from_json(Statement, after) if after else None


def digest(db: sqlite3.Connection, change_ids: Sequence[int]) -> tuple[Brief, ...]:
    """The same, the most telling ones with what differs."""
    found = briefs(db, change_ids)
    first = [brief.id for brief in sorted(found, key=cluster.telling)[: cluster.QUOTED]]
    rows = _rows.by_name(db.execute(WHAT_DIFFERS, (json.dumps(first), READ_MOST)))
    differing = {row["id"]: _rows.what_differs(row) for row in rows}
    return tuple(replace(brief, **differing.get(brief.id, {})) for brief in found)
