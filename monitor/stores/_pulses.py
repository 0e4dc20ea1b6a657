"""Signs of life of sources: how often they change, and whether their listing still names anything.

Inside the caller's transaction.
"""

import sqlite3
from datetime import datetime

from monitor.models import NAMES_NOTHING, Decision, utc_text

_CHANGED = """INSERT INTO pulses (source, first_at, changed_at) VALUES (:source, :now, :now)
    ON CONFLICT (source) DO UPDATE SET first_at = coalesce(first_at, :now), changed_at = :now,
    gaps = gaps + coalesce(86400 * (julianday(:now) - julianday(changed_at)) >= 3600, 0),
    longest_gap_s = max(longest_gap_s, coalesce(86400 * (julianday(:now) - julianday(changed_at)), 0))"""

_EMPTY = """INSERT INTO pulses (source, empty_since, empty_looks)
    SELECT :source, :now, 1 WHERE EXISTS (SELECT 1 FROM sources WHERE name = :source AND listed > 0)
        OR EXISTS (SELECT 1 FROM pages WHERE source = :source AND role = 'item')
    ON CONFLICT (source) DO UPDATE SET empty_since = coalesce(empty_since, :now), empty_looks = empty_looks + 1"""

_EMPTY_STILL = "UPDATE pulses SET empty_looks = empty_looks + 1 WHERE source = ? AND empty_since IS NOT NULL"

_FULL = "UPDATE pulses SET empty_since = NULL, empty_looks = 0 WHERE source = ? AND empty_since IS NOT NULL"


def changed(db: sqlite3.Connection, source: str, now: datetime) -> None:
    """Writes that a change of this source was recorded; an hour and more since the last one is a gap."""
    db.execute(_CHANGED, {"source": source, "now": utc_text(now)})


def listed(db: sqlite3.Connection, decision: Decision) -> None:
    """Writes whether the source's own listing named anything, as far as this look can tell.

    One that never did is no news. A look that agreed with the one before, unread, bears out what that one found.
    """
    check, source = decision.check, decision.check.page.source
    if check.reading is None and decision.outcome.healthy:
        db.execute(_EMPTY_STILL, (source,))
    elif check.reading and check.reading.detail == NAMES_NOTHING:
        db.execute(_EMPTY, {"source": source, "now": utc_text(check.checked_at)})
    elif check.reading and check.reading.entries is not None:
        db.execute(_FULL, (source,))
