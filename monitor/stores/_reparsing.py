"""What a new parser is to read again, and what came of it. Inside the caller's transaction."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime

from monitor.models import Event, Page
from monitor.stores import _recording, _rows

_READ_BY_OTHERS = """SELECT pages.* FROM pages JOIN versions ON versions.id = pages.version_id
    JOIN json_each(:parsers) AS present ON present.key = source
    WHERE pages.id > :after AND versions.parser <> present.value AND snapshot_hash IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM reread WHERE reread.version_id = versions.id AND reread.parser = present.value)
    ORDER BY pages.id LIMIT :limit"""

_SAME = """INSERT INTO reread (version_id, parser) VALUES (?, ?)
    ON CONFLICT (version_id) DO UPDATE SET parser = excluded.parser"""


def read_by_others(db: sqlite3.Connection, parsers: Mapping[str, str], after: int, limit: int) -> list[Page]:
    """Pages beyond the id `after`, in the order of ids, whose current version another parser read than `parsers` names
    for their source, and that has not read it to the same words since."""
    values = {"parsers": json.dumps(dict(parsers)), "after": after, "limit": limit}
    return [_rows.page(row) for row in _rows.by_name(db.execute(_READ_BY_OTHERS, values))]


def count(db: sqlite3.Connection, parsers: Mapping[str, str]) -> int:
    """How many those are in all."""
    values = {"parsers": json.dumps(dict(parsers)), "after": 0, "limit": -1}
    number: int = db.execute(f"SELECT count(*) FROM ({_READ_BY_OTHERS})", values).fetchone()[0]  # noqa: S608
    return number


def record(db: sqlite3.Connection, page: Page, parser: str, event: Event | None, now: datetime) -> int | None:
    """The id of the change, where the parser read other words; None where it read the same, or where the page has had
    another version meanwhile."""
    (version_id,) = db.execute("SELECT version_id FROM pages WHERE id = ?", (page.id,)).fetchone()
    if version_id != page.version_id:
        return None
    if event is None:
        db.execute(_SAME, (version_id, parser))
        return None
    return _recording.reparsed(db, page.id, version_id, event, now)
