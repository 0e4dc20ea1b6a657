"""The looks of sources that have a budget: what may be taken, and what is put off. Inside the caller's transaction."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor import schedule
from monitor.interfaces import Row
from monitor.models import Budget, Source, utc_text, utc_time
from monitor.stores import _claiming, _rows

_SYNC = """INSERT INTO budgets (source, pages, most, spent, odd, price, priced_at) VALUES (?, 1, ?, 0, 0, ?, ?)
    ON CONFLICT (source) DO UPDATE SET most = excluded.most"""

_COUNT = """SELECT substr(edited_at, 1, 10) AS day, edits > 0 AS edited, count(*) AS pages,
        coalesce(sum(edits), 0) AS edits, coalesce(sum(odd_edits), 0) AS odd_edits,
        coalesce(sum(exposure), 0) AS exposure, avg(exposure / edits) AS apart
    FROM pages LEFT JOIN habits ON page_id = pages.id WHERE source = ? AND next_check_at IS NOT NULL
    GROUP BY day, edited"""


def sync(db: sqlite3.Connection, sources: Sequence[Source], now: datetime) -> None:
    """A budget for each source that has one or chooses its looks, and none for others."""
    chosen = [source for source in sources if source.auto or source.budget]
    names = {source.name for source in chosen}
    others = [(name,) for (name,) in db.execute("SELECT source FROM budgets").fetchall() if name not in names]
    db.executemany("DELETE FROM budgets WHERE source = ?", others)
    rows = ((source.name, source.budget, schedule.START_PRICE, utc_text(now)) for source in chosen)
    db.executemany(_SYNC, rows)
    for name in names:
        _count(db, name, now)


def read(db: sqlite3.Connection) -> dict[str, Budget]:
    """The budgets, by source."""
    rows = _rows.by_name(db.execute("SELECT * FROM budgets"))
    return {row.pop("source"): Budget(**row | {"priced_at": utc_time(row["priced_at"])}) for row in rows}


def afforded(db: sqlite3.Connection, claimed: Sequence[Row], now: datetime, *, bounded: bool) -> list[Row]:
    """Charges the claimed pages to their sources' budgets. Those that are left, once pages beyond a budget are put off
    to the next day: all where they are not `bounded`."""
    budgets = read(db)
    by_source: dict[str, list[Row]] = defaultdict(list)
    for row in claimed:
        by_source[row["source"]].append(row)
    kept: list[Row] = []
    for source, rows in by_source.items():
        if budget := budgets.get(source):
            kept_share = schedule.urgent_share(budget) if _has_listing(db, source) else 0.0
            taken, left = _shared_out(rows, budget, kept_share, now) if bounded else (rows, [])
            _put_off(db, left, now)
            _charge(db, source, schedule.charged(budget, len(rows), len(taken), now), budget)
            rows = taken
        kept += rows
    return kept


def give_back(db: sqlite3.Connection, looks: Mapping[str, int], now: datetime) -> None:
    """Takes looks off what these sources have spent today."""
    today = utc_text(now)[:10]
    rows = ((count, source, f"{today}%") for source, count in looks.items())
    db.executemany("UPDATE budgets SET spent = max(0, spent - ?) WHERE source = ? AND priced_at LIKE ?", rows)


def _has_listing(db: sqlite3.Connection, source: str) -> bool:
    """Whether anything of this source can be urgent."""
    return bool(db.execute("SELECT 1 FROM sources WHERE name = ? AND listed > 0", (source,)).fetchone())


def _shared_out(rows: Sequence[Row], budget: Budget, kept: float, now: datetime) -> tuple[list[Row], list[Row]]:
    """What is looked at and what is not: urgent pages first, for which the others leave a share of the budget."""
    urgent = [row for row in rows if row["urgent"]][: schedule.room(budget, now)]
    room = schedule.room(budget, now, kept)
    others = [row for row in rows if not row["urgent"]][: None if room is None else max(0, room - len(urgent))]
    taken = {row["id"] for row in (*urgent, *others)}
    return [*urgent, *others], [row for row in rows if row["id"] not in taken]


def _put_off(db: sqlite3.Connection, rows: Sequence[Row], now: datetime) -> None:
    later = ((utc_text(schedule.put_off_until(row["id"], now)), row["id"]) for row in rows)
    db.executemany("UPDATE pages SET next_check_at = ? WHERE id = ?", later)
    _claiming.end(db, [row["id"] for row in rows])


def _charge(db: sqlite3.Connection, source: str, budget: Budget, before: Budget) -> None:
    db.execute(
        "UPDATE budgets SET spent = ?, price = ?, priced_at = ? WHERE source = ?",
        (budget.spent, budget.price, utc_text(budget.priced_at), source),
    )
    if budget.priced_at.hour != before.priced_at.hour:  # counting reads all pages
        _count(db, source, budget.priced_at)


def _count(db: sqlite3.Connection, source: str, now: datetime) -> None:
    """Counts the source's pages and their edits anew."""
    groups = list(_rows.by_name(db.execute(_COUNT, (source,))))
    edits = sum(group["edits"] for group in groups)
    exposure = sum(group["exposure"] + group["pages"] * _since(group["day"], now) for group in groups)
    level = schedule.level(edits, exposure)
    odd = schedule.odd_share(edits, sum(group["odd_edits"] for group in groups))
    pages = max(1, sum(group["pages"] for group in groups))
    values = (pages, odd, level, _first_level(groups, level, now), source)
    db.execute("UPDATE budgets SET pages = ?, odd = ?, level = ?, first_level = ? WHERE source = ?", values)


def _first_level(groups: Sequence[Row], level: float, now: datetime) -> float:
    """How many times as often as usual the source's pages get their first edit. Those that had it are taken to have
    waited for it as long as for a later one: how long it was is not kept."""
    edited = sum(group["pages"] for group in groups if group["edited"])
    waits = ((each["pages"], each["apart"] if each["edited"] else _since(each["day"], now)) for each in groups)
    return schedule.first_level(edited, waits, level)


def _since(day: str | None, now: datetime) -> float:
    """The edits a usual page would have had since it was last edited on this day (UTC)."""
    return schedule.usual_edits(now - utc_time(f"{day}T12:00:00.000Z")) if day else 0.0
