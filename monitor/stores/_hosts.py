"""What is known of hosts and of their robots.txt. Inside the caller's transaction."""

import json
import sqlite3
from collections.abc import Collection
from datetime import timedelta

from monitor.interfaces import Row
from monitor.models import Host, Outcome, Robots, utc_text, utc_time
from monitor.stores import _rows

SCHEMES = ("https", "http")

_KEEP = """INSERT INTO hosts (host, free_at, asked_at, requests, failures, pause_s) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (host) DO UPDATE SET free_at = excluded.free_at, asked_at = excluded.asked_at,
    requests = excluded.requests, failures = excluded.failures, pause_s = excluded.pause_s"""

_KEEP_ROBOTS = """INSERT INTO robots (origin, asked_at, outcome, detail, failing_since, known_at, body)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (origin) DO UPDATE SET asked_at = excluded.asked_at, outcome = excluded.outcome,
    detail = excluded.detail, failing_since = excluded.failing_since, known_at = excluded.known_at,
    body = excluded.body"""

_END = """INSERT INTO hosts (host, asked_at, requests)
    SELECT host, :now, count(*) FROM leases JOIN pages ON id = page_id WHERE role <> 'item' GROUP BY host
    ON CONFLICT (host) DO UPDATE SET asked_at = excluded.asked_at,
    requests = excluded.requests + iif(substr(asked_at, 1, 10) = substr(:now, 1, 10), requests, 0)"""
"""Whoever was killed may have asked for each page it held, a moment ago."""


def read(db: sqlite3.Connection, names: Collection[str]) -> tuple[list[Host], list[Robots]]:
    """What is known of these hosts, and of the robots.txt of their origins."""
    hosts = db.execute("SELECT * FROM hosts WHERE host IN (SELECT value FROM json_each(?))", (json.dumps([*names]),))
    origins = json.dumps([f"{scheme}://{name}" for name in names for scheme in SCHEMES])
    robots = db.execute("SELECT * FROM robots WHERE origin IN (SELECT value FROM json_each(?))", (origins,))
    return [_host(row) for row in _rows.by_name(hosts)], [_robots(row) for row in _rows.by_name(robots)]


def keep(db: sqlite3.Connection, hosts: Collection[Host], robots: Collection[Robots]) -> None:
    """Writes what is known now."""
    db.executemany(_KEEP, map(_host_row, hosts))
    db.executemany(_KEEP_ROBOTS, map(_robots_row, robots))


def end_leases(db: sqlite3.Connection, now: str) -> None:
    """Charges the hosts of the pages that are claimed, as if each had been asked for now."""
    db.execute(_END, {"now": now})


def _host(row: Row) -> Host:
    times = (_rows.time(row["free_at"]), _rows.time(row["asked_at"]))
    return Host(row["host"], *times, row["requests"], row["failures"], timedelta(seconds=row["pause_s"]))


def _host_row(host: Host) -> tuple[object, ...]:
    times = (_rows.text(host.free_at), _rows.text(host.asked_at))
    return (host.name, *times, host.requests, host.failures, host.pause.total_seconds())


def _robots(row: Row) -> Robots:
    return Robots(
        row["origin"],
        utc_time(row["asked_at"]),
        Outcome(row["outcome"]) if row["outcome"] else None,
        row["detail"] or "",
        _rows.time(row["failing_since"]),
        _rows.time(row["known_at"]),
        _rows.unpacked(row["body"]) if row["body"] else b"",
    )


def _robots_row(robots: Robots) -> tuple[object, ...]:
    times = (_rows.text(robots.failing_since), _rows.text(robots.known_at))
    body = _rows.packed(robots.body) if robots.body else None
    return (robots.origin, utc_text(robots.asked_at), robots.outcome, robots.detail or None, *times, body)
