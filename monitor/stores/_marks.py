"""Which changes someone has read in the web pages. Inside the caller's transaction."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from monitor.models import utc_text

_MARK = """INSERT OR IGNORE INTO read_marks (change_id, read_at)
    SELECT id, ? FROM changes WHERE id IN (SELECT value FROM json_each(?))"""

_UNMARK = "DELETE FROM read_marks WHERE change_id IN (SELECT value FROM json_each(?))"


def mark(db: sqlite3.Connection, change_ids: Sequence[int], now: datetime, *, read: bool) -> None:
    """Marks these changes as read, or as not read."""
    named = json.dumps(change_ids)
    db.execute(_MARK, (utc_text(now), named)) if read else db.execute(_UNMARK, (named,))
