"""How pages are edited, for sources that choose their looks. Inside the caller's transaction."""

import json
import sqlite3
from collections.abc import Collection

from monitor.interfaces import Row
from monitor.models import Page
from monitor.stores import _rows

_KEEP = """INSERT INTO habits (page_id, edits, odd_edits, exposure, edited_at)
    VALUES (:id, :edits, :odd_edits, :exposure, :edited_at)
    ON CONFLICT (page_id) DO UPDATE
    SET edits = excluded.edits, odd_edits = excluded.odd_edits, exposure = excluded.exposure,
    edited_at = excluded.edited_at"""


def read(db: sqlite3.Connection, page_ids: Collection[int]) -> dict[int, Row]:
    """What is known of these pages, by page; nothing of those that nothing was learnt of."""
    query = "SELECT * FROM habits WHERE page_id IN (SELECT value FROM json_each(?))"
    return {row.pop("page_id"): row for row in _rows.by_name(db.execute(query, (json.dumps(list(page_ids)),)))}


def keep(db: sqlite3.Connection, before: Page, after: Page) -> None:
    """Writes what a look taught."""
    if after.edited_at != before.edited_at:
        db.execute(_KEEP, _rows.page_state(after))
