"""Counts for metrics, as cheap to take every few seconds as the database allows."""

from collections import Counter
from datetime import datetime

from monitor.interfaces import Row
from monitor.models import utc_text
from monitor.stores._reading import Reader

# Grouped by page first: joined before, every row would be sorted.
_CHECKS = """WITH counted AS MATERIALIZED (
        SELECT page_id, outcome, count(*) AS n FROM checks WHERE id > :after AND id <= :until GROUP BY page_id, outcome
    )
    SELECT source, counted.outcome, sum(n) AS n FROM counted JOIN pages ON pages.id = page_id
    GROUP BY source, counted.outcome"""

_CHANGES = """SELECT source, kind, coalesce(disclosure, '') AS disclosure, count(*) AS n
    FROM changes JOIN pages ON pages.id = page_id
    WHERE changes.id > :after AND changes.id <= :until GROUP BY source, kind, disclosure"""

_ALL_CHANGES = _CHANGES.replace("FROM changes", "FROM changes INDEXED BY changes_in_time")
"""From the first on: by an index that has what is counted, as changes are long."""

_ALERTS = """SELECT channel, count(*) AS n FROM alerts WHERE rowid > :after AND rowid <= :until GROUP BY channel"""

_LAST = """SELECT coalesce((SELECT max(id) FROM checks), 0) AS checks,
    coalesce((SELECT max(id) FROM changes), 0) AS changes, coalesce((SELECT max(rowid) FROM alerts), 0) AS alerts"""

_NOT_SENT = """SELECT channel, 'pending' AS state, count(*) AS alerts, min(created_at) AS oldest_at
    FROM alerts WHERE state = 'pending' GROUP BY channel
    UNION ALL SELECT channel, 'failed', count(*), min(created_at) FROM alerts WHERE state = 'failed' GROUP BY channel"""

_OLDEST_DUE = """SELECT source, min(next_check_at) AS due_at FROM pages
    WHERE next_check_at <= :now AND orphaned_at IS NULL GROUP BY source"""


class Totals:
    """Checks by source and outcome, changes by source, kind and disclosure, and alerts by channel, since the database
    was made.

    These tables only grow, and their ids with them, so each reading adds what came since the last: no row is read
    twice, and none counts twice.
    """

    def __init__(self) -> None:
        self.checks = Counter[tuple[str, str]]()
        self.changes = Counter[tuple[str, str, str]]()
        self.alerts = Counter[str]()
        self._last = {"checks": 0, "changes": 0, "alerts": 0}

    def update(self, reader: Reader) -> None:
        """Adds what was recorded since."""
        last = reader.ask(_LAST)[0]
        news = {table: {"after": self._last[table], "until": last[table]} for table in last}
        for row in reader.ask(_CHECKS, news["checks"]):
            self.checks[row["source"], row["outcome"]] += row["n"]
        for row in reader.ask(_CHANGES if self._last["changes"] else _ALL_CHANGES, news["changes"]):
            self.changes[row["source"], row["kind"], row["disclosure"]] += row["n"]
        for row in reader.ask(_ALERTS, news["alerts"]):
            self.alerts[row["channel"]] += row["n"]
        self._last = last


def alerts(reader: Reader, totals: Totals) -> tuple[dict[tuple[str, str], int], dict[str, str]]:
    """How many alerts each channel has in each state, and when its oldest pending one was made."""
    not_sent = reader.ask(_NOT_SENT)
    counts = {(channel, state): 0 for channel in totals.alerts for state in ("pending", "failed")}
    counts |= {(row["channel"], row["state"]): row["alerts"] for row in not_sent}
    for channel, every in totals.alerts.items():
        counts[channel, "sent"] = every - counts[channel, "pending"] - counts[channel, "failed"]
    return counts, {row["channel"]: row["oldest_at"] for row in not_sent if row["state"] == "pending"}


def oldest_due(reader: Reader, now: datetime) -> list[Row]:
    """When the page of each source that is due for longest was, for sources that have any due."""
    return reader.ask(_OLDEST_DUE, {"now": utc_text(now)})
