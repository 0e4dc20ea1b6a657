"""Reads what was spent today (UTC), by source and by host, and what waits for tomorrow's budget."""

from datetime import datetime

from monitor import schedule
from monitor.interfaces import Row
from monitor.models import Budget, utc_text, utc_time
from monitor.stores._reading import Reader

_SPENDING = """SELECT source, budgets.pages, most, price, priced_at, listed > 0 AS has_listing,
        iif(substr(priced_at, 1, 10) < substr(:now, 1, 10), 0, spent) AS spent
    FROM budgets JOIN sources ON name = source WHERE orphaned_at IS NULL ORDER BY source"""

_PUT_OFF = """SELECT source, count(*) AS pages FROM pages
    WHERE checked_at IS NULL AND next_check_at > :now AND role = 'statement' GROUP BY source"""

_REQUESTS = """SELECT count(*) AS hosts, coalesce(sum(requests), 0) AS requests FROM hosts
    WHERE substr(asked_at, 1, 10) = substr(:now, 1, 10) AND requests > 0"""


def spending(reader: Reader, now: datetime) -> list[Row]:
    """Each source whose looks are counted: `spent` today, of a `budget` (None: no bound) of which `kept` are for its
    listings and what they say is new or updated."""
    return [_spending(row) for row in reader.ask(_SPENDING, {"now": utc_text(now)})]


def put_off(reader: Reader, now: datetime) -> dict[str, int]:
    """How many pages wait for their first look until there is a budget for it, by source."""
    return {row["source"]: row["pages"] for row in reader.ask(_PUT_OFF, {"now": utc_text(now)})}


def requests(reader: Reader, now: datetime) -> Row:
    """How many `requests` were sent today, to how many `hosts`."""
    return reader.ask(_REQUESTS, {"now": utc_text(now)})[0]


def _spending(row: Row) -> Row:
    budget = Budget(row["pages"], row["most"], row["price"], utc_time(row["priced_at"]))
    kept = round(budget.most * schedule.urgent_share(budget)) if budget.most and row["has_listing"] else 0
    return {"source": row["source"], "spent": row["spent"], "budget": budget.most, "kept": kept}
