"""Which pages a round takes, out of a million. Inside the caller's transaction.

A claim is a row of `leases`: the page stays as it is, as do the indexes it stands in. What is due is read in the order
of time, and held hosts' pages are passed over: so many and no more, as a publisher may have half a million of them.
Where all these are held, the hosts are gone through instead, one step of an index each.
"""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from monitor.interfaces import Row
from monitor.models import utc_text
from monitor.stores import _rows

PASSED_OVER_MOST = 5000
"""Due pages that are read in the order of time: some milliseconds."""

_HELD = """WITH RECURSIVE held AS MATERIALIZED (
        SELECT host FROM hosts WHERE free_at > :now UNION ALL SELECT value FROM json_each(:busy)
    )"""

_IS_FREE = "NOT EXISTS (SELECT 1 FROM leases WHERE page_id = pages.id AND until > :now)"

_FOUND = """SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY host ORDER BY urgent DESC, next_check_at) AS place,
                iif(failures >= :failing, 1,
                    max(1, min(:per_host, coalesce(60 / nullif(pause_s, 0), :per_host)))) AS most
            FROM (
                SELECT id, host, urgent, next_check_at FROM pages WHERE id IN (SELECT id FROM found)
                ORDER BY urgent DESC, next_check_at LIMIT :limit
            ) LEFT JOIN hosts USING (host)
        ) WHERE place <= coalesce(most, :per_host)"""

_BY_TIME = f"""{_HELD}, found AS (
        SELECT id FROM (SELECT id FROM pages
            WHERE urgent AND next_check_at <= :now AND {_IS_FREE} AND host NOT IN held
            ORDER BY next_check_at LIMIT :limit)
        UNION SELECT id FROM (SELECT id FROM
            (SELECT id, host FROM pages WHERE next_check_at <= :now AND {_IS_FREE} ORDER BY next_check_at LIMIT :scan)
            WHERE host NOT IN held LIMIT :limit)
    )
    {_FOUND}"""  # noqa: S608 -- of our own parts
"""What is urgent goes first, however much else is due and for how long: it is few, by the turns that listings give."""

_BY_HOST = f"""{_HELD}, every(host) AS (
        SELECT min(host) FROM pages INDEXED BY pages_of_host WHERE next_check_at IS NOT NULL
        UNION ALL SELECT (SELECT min(host) FROM pages INDEXED BY pages_of_host
            WHERE next_check_at IS NOT NULL AND host > every.host)
        FROM every WHERE host IS NOT NULL
    ), free AS MATERIALIZED (
        SELECT host FROM (
            SELECT host, (SELECT next_check_at FROM pages INDEXED BY pages_of_host
                WHERE host = every.host AND next_check_at IS NOT NULL AND {_IS_FREE}
                ORDER BY next_check_at LIMIT 1) AS due_at
            FROM every WHERE host NOT IN held
        ) WHERE due_at <= :now ORDER BY due_at LIMIT :limit
    ), found AS (
        SELECT due.id FROM free JOIN pages AS due ON due.id IN (
            SELECT id FROM pages INDEXED BY pages_of_host
            WHERE host = free.host AND next_check_at <= :now AND {_IS_FREE}
            ORDER BY next_check_at LIMIT min(:per_host, :limit / (SELECT count(*) FROM free)))
    )
    {_FOUND}"""  # noqa: S608 -- of our own parts
"""`every` goes from host to host, `free` looks up which page of each is due first: a step of the index each."""

_IS_MORE_DUE = f"""SELECT 1 FROM pages WHERE next_check_at <= :now AND {_IS_FREE}
    ORDER BY next_check_at LIMIT 1 OFFSET :scan"""  # noqa: S608

_NAMED = """SELECT id FROM pages WHERE role <> 'item' AND orphaned_at IS NULL
    AND (source IN (SELECT value FROM json_each(:names)) OR address IN (SELECT value FROM json_each(:addresses)))
    AND host NOT IN (SELECT host FROM hosts WHERE free_at > :now UNION ALL SELECT value FROM json_each(:busy))
    ORDER BY next_check_at LIMIT :limit"""

_CLAIMED = "SELECT page_id FROM leases WHERE :ids IS NULL OR page_id IN (SELECT value FROM json_each(:ids))"

_DUE_AGAIN = """UPDATE pages SET next_check_at = iif(orphaned_at IS NULL, :now, NULL)
    WHERE id IN (SELECT value FROM json_each(:ids)) RETURNING source"""

_LEASE = """INSERT INTO leases (page_id, claimed_at, until) SELECT value, :now, :until FROM json_each(:ids) WHERE true
    ON CONFLICT (page_id) DO UPDATE SET claimed_at = excluded.claimed_at, until = excluded.until"""


def due(db: sqlite3.Connection, values: Mapping[str, object]) -> list[Row]:
    """Claims due pages; `values` are now, until, limit, busy (JSON), per_host and failing."""
    asked = {**values, "scan": PASSED_OVER_MOST}
    found = db.execute(_BY_TIME, asked).fetchall()
    if not found and db.execute(_IS_MORE_DUE, asked).fetchone():
        found = db.execute(_BY_HOST, asked).fetchall()
    return _leased(db, found, values)


def named(db: sqlite3.Connection, values: Mapping[str, object]) -> list[Row]:
    """Claims pages by name, due or not; `values` are as above, with names and addresses (JSON)."""
    return _leased(db, db.execute(_NAMED, values).fetchall(), values)


def _leased(db: sqlite3.Connection, found: Sequence[tuple[int]], values: Mapping[str, object]) -> list[Row]:
    if not found:
        return []
    ids = json.dumps([page_id for (page_id,) in found])
    db.execute(_LEASE, {**values, "ids": ids})
    return list(_rows.by_name(db.execute("SELECT * FROM pages WHERE id IN (SELECT value FROM json_each(?))", (ids,))))


def end(db: sqlite3.Connection, page_ids: Collection[int]) -> None:
    """Nobody looks at these pages any more."""
    db.executemany("DELETE FROM leases WHERE page_id = ?", ((page_id,) for page_id in page_ids))


def make_due(db: sqlite3.Connection, now: datetime, page_ids: Collection[int] | None = None) -> list[str]:
    """Makes due again which of these pages are claimed, of all where it is None; the source of each."""
    values = {"now": utc_text(now), "ids": None if page_ids is None else json.dumps(list(page_ids))}
    claimed = [page_id for (page_id,) in db.execute(_CLAIMED, values).fetchall()]
    returned = db.execute(_DUE_AGAIN, {**values, "ids": json.dumps(claimed)}).fetchall()
    end(db, claimed)
    return [source for (source,) in returned]
