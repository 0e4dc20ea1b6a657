"""Incidents, and the reports that tell of them. Inside the caller's transaction.

A report is to incidents what an alert is to a change: a row with an id of its own, tried until it arrives. What begins
or ends within some minutes of the last report to the same channel waits for the next one.
"""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.models import AlertState, Finding, Incident, Receipt, Report, Settlement, utc_text, utc_time
from monitor.stores import _rows

GATHERED_FOR = timedelta(minutes=10)
"""Between two reports to one channel: whatever goes wrong, an operator has six messages an hour at most."""

_OPEN = "SELECT id, key, words, began_at, ended_at FROM incidents WHERE ended_at IS NULL ORDER BY id"

_BEGIN = """INSERT INTO incidents (key, words, began_at, channel, why) VALUES (?, ?, ?, ?, ?)
    RETURNING id, key, words, began_at, ended_at"""

_ADDRESS = "UPDATE incidents SET channel = ?, why = ? WHERE key = ? AND ended_at IS NULL AND channel IS NULL"
"""Whoever can be told by now is told of what began while nobody could be."""

_END = "UPDATE incidents SET ended_at = ? WHERE id = ? RETURNING id, key, words, began_at, ended_at"

_PAST = """INSERT INTO incidents (key, words, began_at, ended_at, channel, why, began_with)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""

_UNTOLD = """SELECT channel, max(why) AS why FROM incidents
    WHERE (began_with IS NULL OR (ended_at IS NOT NULL AND ended_with IS NULL)) AND channel IS NOT NULL
    AND channel NOT IN (SELECT channel FROM reports WHERE created_at > ?) GROUP BY channel ORDER BY channel"""

_TELL = """UPDATE incidents SET began_with = coalesce(began_with, :id), ended_with = iif(ended_at IS NULL, NULL, :id)
    WHERE channel = :channel AND (began_with IS NULL OR (ended_at IS NOT NULL AND ended_with IS NULL))"""

_ADD = (
    """INSERT INTO reports (id, channel, why, state, created_at, next_attempt_at) VALUES (?, ?, ?, 'pending', ?, ?)"""
)

_ADD_SENT = """INSERT INTO reports (id, channel, why, state, attempts, created_at, sent_at)
    VALUES (?, ?, ?, 'sent', 1, ?, ?)"""

_CLAIM = """UPDATE reports SET next_attempt_at = :until, claimed_at = :now WHERE id IN (
        SELECT id FROM reports WHERE state = 'pending' AND next_attempt_at <= :now
        AND channel NOT IN (
            SELECT name FROM channels WHERE free_at > :now OR disabled_at IS NOT NULL
            UNION ALL SELECT value FROM json_each(:busy))
        ORDER BY next_attempt_at LIMIT :limit
    ) RETURNING *"""

_TOLD = """SELECT id, key, words, began_at, ended_at FROM incidents WHERE {} = ? ORDER BY id"""

_SETTLE = """UPDATE reports SET state = :state, attempts = attempts + :counted, detail = :detail, sent_at = :sent_at,
    next_attempt_at = :next_attempt_at, claimed_at = NULL WHERE id = :id AND state <> 'sent'"""

_RELEASE = """UPDATE reports SET next_attempt_at = :now, claimed_at = NULL
    WHERE channel = :channel AND state = 'pending' AND claimed_at IS NOT NULL"""

_END_LEASES = """UPDATE reports SET next_attempt_at = ?, claimed_at = NULL
    WHERE state = 'pending' AND claimed_at IS NOT NULL"""

_ADD_RECEIPT = "UPDATE reports SET receipts = json_insert(receipts, '$[#]', json(?)) WHERE id = ?"

_WORKS = "DELETE FROM channels WHERE name = (SELECT channel FROM reports WHERE id = ?)"

_REDELIVER = """UPDATE reports SET attempts = iif(state = 'failed', 0, attempts), state = 'pending',
    next_attempt_at = ?1,
    receipts = (SELECT json_group_array(json(value)) FROM json_each(receipts) WHERE value ->> 1 IS NULL)
    WHERE state <> 'sent' AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2)))"""


def keep(
    db: sqlite3.Connection, database_id: str, found: Sequence[Finding], now: datetime
) -> tuple[list[Incident], list[Incident]]:
    """Writes which incidents began and which ended, by what is found now, and the reports that are due; gives both."""
    at, keys = utc_text(now), {finding.key for finding in found}
    known = _incidents(db, _OPEN)
    over = [incident.id for incident in known if incident.key not in keys]
    new = [finding for finding in found if finding.key not in {incident.key for incident in known}]
    ended = [each for incident_id in over for each in _incidents(db, _END, at, incident_id)]
    began = [
        each
        for finding in new
        for each in _incidents(db, _BEGIN, finding.key, finding.words, at, finding.channel, finding.why)
    ]
    db.executemany(_ADDRESS, ((each.channel, each.why, each.key) for each in found if each.channel))
    _tell(db, database_id, now)
    return began, ended


def keep_past(db: sqlite3.Connection, finding: Finding, began_at: datetime, now: datetime, told: Report | None) -> None:
    """Writes an incident that could not be written while it lasted, and the report that was sent when it began."""
    if told:
        db.execute(_ADD_SENT, (told.id, told.channel, told.why, utc_text(told.created_at), utc_text(now)))
    to = told or finding
    values = (finding.key, finding.words, utc_text(began_at), utc_text(now), to.channel, to.why)
    db.execute(_PAST, (*values, told.id if told else None))


def claim(db: sqlite3.Connection, now: datetime, limit: int, lease: timedelta, busy: Collection[str]) -> list[Report]:
    """Up to `limit` reports that are due, each due again only when its lease ends."""
    asked = {"now": utc_text(now), "until": utc_text(now + lease), "limit": limit, "busy": json.dumps(list(busy))}
    rows = sorted(_rows.by_name(db.execute(_CLAIM, asked)), key=lambda row: (row["created_at"], row["id"]))
    return [_report(db, row) for row in rows]


def settle(db: sqlite3.Connection, report_id: str, settlement: Settlement, now: datetime) -> bool:
    """Writes how the try of a report ended; whether it is one."""
    is_one = db.execute(_SETTLE, _rows.ending(report_id, settlement, now)).rowcount == 1
    if is_one and settlement.state is AlertState.SENT and not settlement.rest:
        db.execute(_WORKS, (report_id,))
    return is_one


def release(db: sqlite3.Connection, channel: str, now: datetime) -> None:
    """Makes the claimed reports of a channel that rests due again, untried."""
    db.execute(_RELEASE, {"channel": channel, "now": utc_text(now)})


def end_leases(db: sqlite3.Connection, now: datetime) -> None:
    """Makes due again what an earlier process claimed and never finished."""
    db.execute(_END_LEASES, (utc_text(now),))


def add_receipt(db: sqlite3.Connection, report_id: str, receipt: Receipt) -> bool:
    """Writes that a recipient is done with this report; whether it is one."""
    values = (json.dumps([receipt.recipient, receipt.refused], ensure_ascii=False), report_id)
    is_one = db.execute(_ADD_RECEIPT, values).rowcount == 1
    if is_one and receipt.refused is None:
        db.execute(_WORKS, (report_id,))
    return is_one


def redeliver(db: sqlite3.Connection, ids: Iterable[str] | None, now: datetime) -> int:
    """Makes these reports that were not sent (None: all) due at once; how many they are."""
    return db.execute(_REDELIVER, (utc_text(now), None if ids is None else json.dumps(list(ids)))).rowcount


def are_reports(db: sqlite3.Connection, ids: Iterable[str]) -> set[str]:
    """Those of these ids that reports have."""
    query = "SELECT id FROM reports WHERE id IN (SELECT value FROM json_each(?))"
    return {report_id for (report_id,) in db.execute(query, (json.dumps(list(ids)),))}


def _tell(db: sqlite3.Connection, database_id: str, now: datetime) -> None:
    """One report for each channel that is to be told of anything and was told of nothing lately."""
    at = utc_text(now)
    for channel, why in db.execute(_UNTOLD, (utc_text(now - GATHERED_FOR),)).fetchall():
        report_id = "rep_" + hashlib.sha256(f"{database_id} {at} {channel}".encode()).hexdigest()[:32]
        db.execute(_ADD, (report_id, channel, why, at, at))
        db.execute(_TELL, {"id": report_id, "channel": channel})


def _report(db: sqlite3.Connection, row: dict[str, Any]) -> Report:
    return Report(
        row["id"],
        row["channel"],
        row["why"],
        row["attempts"],
        utc_time(row["created_at"]),
        began=tuple(_incidents(db, _TOLD.format("began_with"), row["id"])),
        ended=tuple(_incidents(db, _TOLD.format("ended_with"), row["id"])),
        receipts=tuple(Receipt(*receipt) for receipt in json.loads(row["receipts"])),
    )


def _incidents(db: sqlite3.Connection, query: str, *values: object) -> list[Incident]:
    return [
        Incident(row["id"], row["key"], row["words"], utc_time(row["began_at"]), _rows.time(row["ended_at"]))
        for row in _rows.by_name(db.execute(query, values))
    ]
