"""The outbox: adds, gathers, claims and settles alerts. Inside the caller's transaction.

Which alerts one message tells is written as they are claimed, before anything is sent, and stays: `told_with` names the
alert whose id the message has. The alerts of a message are claimed and settled as one, its receipts are that alert's.
What became of a watched quote is told at once, and by itself.
"""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor import cluster
from monitor.models import Alert, AlertState, Digest, NewChange, Receipt, Rest, Settlement, utc_text, utc_time
from monitor.stores import _changes, _outbox_digest, _outbox_mass, _rows

_ADD = """INSERT INTO alerts (id, change_id, channel, state, created_at, next_attempt_at)
    VALUES (?, ?, ?, 'pending', ?, ?)"""

_PAGES_ALIKE = "SELECT count(*) FROM (SELECT DISTINCT address FROM edited_alike WHERE id = ? LIMIT ?)"

_CHANNELS_TOLD = """SELECT DISTINCT channel FROM changes JOIN alerts ON change_id = changes.id
    WHERE edit_key = ? AND detected_at >= ? AND told_with IS NOT NULL"""

_DUE = """SELECT id, channel, told_with, edit_key, quotes FROM (
        SELECT alerts.id, channel, told_with, edit_key, quotes, next_attempt_at, change_id,
            row_number() OVER (PARTITION BY channel ORDER BY next_attempt_at, change_id) AS place
        FROM alerts JOIN changes ON changes.id = change_id
        WHERE state = 'pending' AND next_attempt_at <= :now AND coalesce(told_with, alerts.id) = alerts.id
        AND (told_with IS NOT NULL OR quotes IS NOT NULL OR change_id NOT IN (SELECT value FROM json_each(:held)))
        AND channel NOT IN (
            SELECT name FROM channels WHERE free_at > :now OR disabled_at IS NOT NULL
            UNION ALL SELECT value FROM json_each(:busy))
    ) ORDER BY place, next_attempt_at, change_id LIMIT :limit"""

_WAITING = """SELECT alerts.id, detected_at FROM changes JOIN alerts ON change_id = changes.id
    WHERE edit_key = :edit_key AND channel = :channel AND state = 'pending' AND told_with IS NULL AND quotes IS NULL
    AND (SELECT count(*) FROM (
        SELECT DISTINCT address FROM edited_alike AS alike WHERE alike.id = changes.id LIMIT :sitewide)) = :sitewide
    ORDER BY changes.id"""

_WAIT_NO_MORE = "UPDATE alerts SET next_attempt_at = :now WHERE told_with IS NULL AND next_attempt_at > :now"

_TELL_ALONE = """UPDATE alerts SET told_with = id, told_as = NULL, told_at = :now
    WHERE told_with IS NULL AND id IN (SELECT value FROM json_each(:ids))"""

_CLAIM = """UPDATE alerts SET next_attempt_at = :until, claimed_at = :now
    WHERE told_with IN (SELECT told_with FROM alerts WHERE id IN (SELECT value FROM json_each(:ids))) RETURNING *"""

_SETTLE = """UPDATE alerts SET state = :state, attempts = attempts + :counted, detail = :detail, sent_at = :sent_at,
    next_attempt_at = :next_attempt_at, claimed_at = NULL
    WHERE told_with = :id AND state <> 'sent'"""

_RELEASE = """UPDATE alerts SET next_attempt_at = :now, claimed_at = NULL
    WHERE channel = :channel AND state = 'pending' AND claimed_at IS NOT NULL"""

_REST = """INSERT INTO channels (name, settings_hash, faults, failed_at, free_at, disabled_at, detail)
    VALUES (:channel, :settings_hash, :faults, :now, :free_at, iif(:disabled, :now, NULL), :detail)
    ON CONFLICT (name) DO UPDATE SET faults = excluded.faults, free_at = excluded.free_at,
        disabled_at = excluded.disabled_at, detail = excluded.detail"""

_WORKS = "DELETE FROM channels WHERE name = (SELECT channel FROM alerts WHERE id = ?)"

_SYNC = """DELETE FROM channels WHERE NOT EXISTS (
    SELECT 1 FROM json_each(?) WHERE key = name AND value = settings_hash)"""

_ADD_RECEIPT = "INSERT OR REPLACE INTO receipts (alert_id, recipient, refused) VALUES (?, ?, ?)"

_RECEIPTS = """SELECT alert_id, recipient, refused FROM receipts
    WHERE alert_id IN (SELECT value FROM json_each(?)) ORDER BY rowid"""

_UNKNOWN = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM alerts)"

_MEANT = """SELECT id FROM alerts WHERE state <> 'sent' AND (:ids IS NULL OR told_with IN (
        SELECT told_with FROM alerts WHERE id IN (SELECT value FROM json_each(:ids)))
    OR id IN (SELECT value FROM json_each(:ids)))"""

_WAKE = """DELETE FROM channels WHERE ?1 IS NULL
    OR name IN (SELECT channel FROM alerts WHERE id IN (SELECT value FROM json_each(?1)))"""

_FORGET_REFUSALS = """DELETE FROM receipts WHERE refused IS NOT NULL
    AND alert_id IN (SELECT value FROM json_each(?))"""

_REDELIVER = """UPDATE alerts SET attempts = iif(state = 'failed', 0, attempts), state = 'pending',
    next_attempt_at = ? WHERE id IN (SELECT value FROM json_each(?))"""


def add(db: sqlite3.Connection, database_id: str, change_id: int, change: NewChange, now: datetime) -> int:
    """One alert for each of the change's channels; how many they are.

    Due at once, or later where the channel was told of this edit on other pages already.
    """
    gathered = change.channels and change.edit_key and not change.quotes
    told = _channels_told(db, change_id, change.edit_key or "", now) if gathered else set()
    gathered_at = now + cluster.GATHERED_FOR
    for channel in change.channels:
        due_at = gathered_at if channel in told else now
        alert_id = _alert_id(database_id, change_id, channel)
        db.execute(_ADD, (alert_id, change_id, channel, utc_text(now), utc_text(due_at)))
    return len(change.channels)


def claim(
    db: sqlite3.Connection,
    now: datetime,
    limit: int,
    lease: timedelta,
    held: Collection[int],
    busy: Collection[str],
    digests: Mapping[str, Digest],
    *,
    patient: bool,
) -> list[Alert]:
    """The alerts of up to `limit` messages that are due; see `interfaces.Store.claim_alerts`."""
    if not patient:
        db.execute(_WAIT_NO_MORE, {"now": utc_text(now)})
    _outbox_digest.put_off(db, digests, now)
    wanted = {"now": utc_text(now), "held": json.dumps(list(held)), "busy": json.dumps(list(busy)), "limit": limit}
    due = list(_rows.by_name(db.execute(_DUE, wanted)))
    if not due:
        return []
    _gather(db, [row for row in due if row["told_with"] is None and not row["quotes"]], digests, now, patient=patient)
    places = {row["id"]: place for place, row in enumerate(due)}
    ids = json.dumps(_still_due(db, list(places), now))
    db.execute(_TELL_ALONE, {"ids": ids, "now": utc_text(now)})
    rows = _rows.by_name(db.execute(_CLAIM, {"until": utc_text(now + lease), "now": utc_text(now), "ids": ids}))
    messages: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: (row["created_at"], row["change_id"], row["channel"])):
        messages.setdefault(row["told_with"], []).append(row)
    in_order = sorted(messages.values(), key=lambda told: min(places.get(row["id"], len(places)) for row in told))
    receipts = _receipts(db, list(messages))
    return [alert for told in in_order if (alert := _alert(db, told, receipts.get(told[0]["told_with"], ())))]


def _still_due(db: sqlite3.Connection, ids: Sequence[str], now: datetime) -> list[str]:
    """Those of these alerts that were not put off."""
    query = "SELECT id FROM alerts WHERE id IN (SELECT value FROM json_each(?)) AND next_attempt_at <= ?"
    return [alert_id for (alert_id,) in db.execute(query, (json.dumps(ids), utc_text(now)))]


def add_receipt(db: sqlite3.Connection, alert_id: str, receipt: Receipt) -> None:
    """Writes that a recipient is done with this message; who has it shows that the channel works."""
    db.execute(_ADD_RECEIPT, (alert_id, receipt.recipient, receipt.refused))
    if receipt.refused is None:
        db.execute(_WORKS, (alert_id,))


def settle(db: sqlite3.Connection, alert_id: str, settlement: Settlement, now: datetime) -> None:
    """Writes how the try of a message ended, for every alert it tells. What was sent stays sent."""
    db.execute(_SETTLE, _rows.ending(alert_id, settlement, now))
    if settlement.rest:
        rest(db, settlement.rest, now)
    elif settlement.state is AlertState.SENT:
        db.execute(_WORKS, (alert_id,))


def rest(db: sqlite3.Connection, rest: Rest, now: datetime) -> None:
    """Lets a channel rest; its claimed alerts are due again, untried."""
    values = {
        "channel": rest.channel,
        "settings_hash": rest.settings_hash,
        "faults": rest.faults,
        "now": utc_text(now),
        "free_at": utc_text(rest.free_at),
        "disabled": rest.disabled,
        "detail": rest.detail,
    }
    db.execute(_REST, values)
    db.execute(_RELEASE, {"channel": rest.channel, "now": utc_text(now)})


def faults(db: sqlite3.Connection) -> dict[str, int]:
    """How many tries in a row failed by the channel's own fault, by channel."""
    return dict(db.execute("SELECT name, faults FROM channels"))


def sync(db: sqlite3.Connection, settings_hashes: Mapping[str, str]) -> None:
    """Ends the rests of channels that are not configured so any more."""
    db.execute(_SYNC, (json.dumps(dict(settings_hashes)),))


def redeliver(db: sqlite3.Connection, ids: Sequence[str] | None, now: datetime) -> int:
    """Makes these alerts that were not sent (None: all), and those told with them, due at once; how many they are.

    Those given up begin anew, and go again to who refused them; the rests of their channels end. An alert that is named
    waits for no digest and for no others.

    Raises:
        LookupError: there is no such alert; the text names it.
    """
    named = None if ids is None else json.dumps(ids)
    for (unknown,) in db.execute(_UNKNOWN, (named or "[]",)):
        raise LookupError(unknown)
    meant = json.dumps([alert_id for (alert_id,) in db.execute(_MEANT, {"ids": named})])
    db.execute(_TELL_ALONE, {"ids": named or "[]", "now": utc_text(now)})
    db.execute(_WAKE, (None if ids is None else meant,))
    db.execute(_FORGET_REFUSALS, (meant,))
    return db.execute(_REDELIVER, (utc_text(now), meant)).rowcount


def _receipts(db: sqlite3.Connection, alert_ids: Sequence[str]) -> dict[str, tuple[Receipt, ...]]:
    """The receipts of these messages, in the order they came."""
    found: dict[str, tuple[Receipt, ...]] = {}
    for alert_id, recipient, refused in db.execute(_RECEIPTS, (json.dumps(alert_ids),)):
        found[alert_id] = (*found.get(alert_id, ()), Receipt(recipient, refused))
    return found


def _alert_id(database_id: str, change_id: int, channel: str) -> str:
    return "msg_" + hashlib.sha256(f"{database_id} {change_id} {channel}".encode()).hexdigest()[:32]


def _channels_told(db: sqlite3.Connection, change_id: int, edit_key: str, now: datetime) -> set[str]:
    """The channels that were told of this edit on other pages within a day, where it is sitewide."""
    (alike,) = db.execute(_PAGES_ALIKE, (change_id, cluster.SITEWIDE)).fetchone()
    if alike < cluster.SITEWIDE:
        return set()
    return {channel for (channel,) in db.execute(_CHANNELS_TOLD, (edit_key, utc_text(now - cluster.WITHIN)))}


def _gather(
    db: sqlite3.Connection,
    new: Sequence[dict[str, Any]],
    digests: Mapping[str, Digest],
    now: datetime,
    *,
    patient: bool,
) -> None:
    """Which of these alerts, none told yet, one message tells, and which wait for more; the others are told alone."""
    _outbox_digest.gather(db, {row["channel"] for row in new if row["channel"] in digests}, digests, now)
    others = [row for row in new if row["channel"] not in digests]
    _gather_alike(db, [row for row in others if row["edit_key"]], now)
    waiting = _outbox_mass.gather(db, [row["id"] for row in others], digests, now, patient=patient)
    _outbox_digest.gather_storms(db, {row["channel"] for row in others}, waiting, now, patient=patient)


def _gather_alike(db: sqlite3.Connection, due: Sequence[dict[str, Any]], now: datetime) -> None:
    """Puts the alerts of one channel on one sitewide edit under the first of them, those not due yet with them."""
    due_ids = {row["id"] for row in due}
    for edit_key, channel in dict.fromkeys((row["edit_key"], row["channel"]) for row in due):
        wanted = {"edit_key": edit_key, "channel": channel, "sitewide": cluster.SITEWIDE}
        waiting = db.execute(_WAITING, wanted).fetchall()
        for day in cluster.days([utc_time(detected_at) for _, detected_at in waiting]):
            ids = [alert_id for alert_id, _ in waiting[day]]
            if not due_ids.isdisjoint(ids):
                _outbox_digest.tell_together(db, ids, now)


def _alert(db: sqlite3.Connection, told: Sequence[dict[str, Any]], receipts: tuple[Receipt, ...]) -> Alert | None:
    """The alert whose message tells these rows, the first its own."""
    change_ids = [row["change_id"] for row in told]
    change = _changes.whole(db, change_ids[0], until=change_ids[-1])
    if change is None or len(told) == 1:
        return _rows.alert(told[0], change, (), receipts) if change else None
    pages = _changes.briefs(db, change_ids) if told[0]["told_as"] is None else _changes.digest(db, change_ids)
    return _rows.alert(told[0], change, pages, receipts)
