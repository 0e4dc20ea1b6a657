"""Which pages a round takes, out of a million. Inside the caller's transaction.

What is due is read in the order of time, and held hosts' pages are passed over: so many and no more, as a publisher may
have half a million of them. Where all these are held, the hosts are gone through instead, one step of an index each.
"""

import sqlite3
from collections.abc import Mapping

from monitor.interfaces import Row
from monitor.stores import _rows

PASSED_OVER_MOST = 5000
"""Due pages that are read in the order of time: some milliseconds."""

_HELD = """WITH RECURSIVE held AS MATERIALIZED (
        SELECT host FROM hosts WHERE free_at > :now UNION ALL SELECT value FROM json_each(:busy)
    )"""

_CLAIM = """UPDATE pages SET next_check_at = :until, claimed_at = :now WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY host ORDER BY urgent DESC, next_check_at) AS place,
                iif(failures >= :failing, 1,
                    max(1, min(:per_host, coalesce(60 / nullif(pause_s, 0), :per_host)))) AS most
            FROM (
                SELECT id, host, urgent, next_check_at FROM pages WHERE id IN (SELECT id FROM found)
                ORDER BY urgent DESC, next_check_at LIMIT :limit
            ) LEFT JOIN hosts USING (host)
        ) WHERE place <= coalesce(most, :per_host)
    ) RETURNING *"""

_BY_TIME = f"""{_HELD}, found AS (
        SELECT id FROM (SELECT id FROM pages
            WHERE urgent AND next_check_at <= :now AND host NOT IN held ORDER BY next_check_at LIMIT :limit)
        UNION SELECT id FROM (SELECT id FROM
            (SELECT id, host FROM pages WHERE next_check_at <= :now ORDER BY next_check_at LIMIT :scan)
            WHERE host NOT IN held LIMIT :limit)
    )
    {_CLAIM}"""  # noqa: S608 -- of our own parts
"""What is urgent goes first, however much else is due and for how long: it is few, by the turns that listings give."""

_BY_HOST = f"""{_HELD}, first(id) AS (
        SELECT * FROM (SELECT id FROM pages INDEXED BY pages_of_host
            WHERE next_check_at IS NOT NULL ORDER BY host, next_check_at LIMIT 1)
        UNION ALL SELECT (SELECT later.id FROM pages AS later INDEXED BY pages_of_host
            WHERE later.next_check_at IS NOT NULL AND later.host > pages.host
            ORDER BY later.host, later.next_check_at LIMIT 1)
        FROM first JOIN pages USING (id)
    ), free AS (
        SELECT host FROM first JOIN pages USING (id)
        WHERE next_check_at <= :now AND host NOT IN held ORDER BY next_check_at LIMIT :limit
    ), found AS (
        SELECT due.id FROM free JOIN pages AS due ON due.id IN (
            SELECT id FROM pages INDEXED BY pages_of_host
            WHERE host = free.host AND next_check_at <= :now ORDER BY next_check_at LIMIT :per_host)
    )
    {_CLAIM}"""  # noqa: S608 -- of our own parts
"""`first` has the page of each host that is due first, which one step of the index from host to host finds."""

_IS_MORE_DUE = "SELECT 1 FROM pages WHERE next_check_at <= :now ORDER BY next_check_at LIMIT 1 OFFSET :scan"


def due(db: sqlite3.Connection, values: Mapping[str, object]) -> list[Row]:
    """Claims due pages; `values` are now, until, limit, busy (JSON), per_host and failing."""
    asked = {**values, "scan": PASSED_OVER_MOST}
    claimed = list(_rows.by_name(db.execute(_BY_TIME, asked)))
    if claimed or not db.execute(_IS_MORE_DUE, asked).fetchone():
        return claimed
    return list(_rows.by_name(db.execute(_BY_HOST, asked)))
