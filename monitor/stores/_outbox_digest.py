"""Digests: a channel's alerts wait for its hour, or, where there are too many at once, for each other; then one message
tells them. Inside the caller's transaction.

An alert that waits says for what in `told_as`, with `told_with` still empty; when it is told, both are final.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from monitor import cluster, schedule
from monitor.models import Digest, ToldAs, utc_text, utc_time

AGAIN = timedelta(seconds=5)
"""After this it is seen whether more is still to come."""

RECENT_ALERTS = 10_000
"""So many of the latest alerts are counted."""

_UNWATCHED = "(SELECT quotes FROM changes WHERE changes.id = change_id) IS NULL"
"""What became of a watched quote is told at once and alone, whatever a channel's digest."""

_PUT_OFF = f"""UPDATE alerts SET next_attempt_at = :moment, told_as = 'digest'
    WHERE channel = :channel AND state = 'pending' AND told_with IS NULL
    AND next_attempt_at <= :soon AND (told_as IS NULL OR next_attempt_at <= :now)
    AND created_at > :last AND created_at <= :now AND {_UNWATCHED}"""  # noqa: S608 -- our own words
"""What a clock that was wrong dated into the future waits no longer than what is due."""

_GATHERED = f"""SELECT id FROM alerts WHERE channel = :channel AND state = 'pending' AND told_with IS NULL
    AND (created_at <= :last OR created_at > :now) AND {_UNWATCHED} ORDER BY change_id"""  # noqa: S608 -- likewise

_WAITING = f"""SELECT id, created_at FROM alerts WHERE channel = :channel AND state = 'pending' AND told_with IS NULL
    AND (next_attempt_at <= :now OR told_as = 'storm') AND id NOT IN (SELECT value FROM json_each(:waiting))
    AND {_UNWATCHED} ORDER BY change_id"""  # noqa: S608 -- likewise

_TOLD_LATELY = """SELECT count(*) FROM alerts WHERE rowid > (SELECT max(rowid) FROM alerts) - :recent
    AND channel = :channel AND told_with = id AND coalesce(told_at, created_at) >= :since"""

_WAIT = """UPDATE alerts SET told_as = :told_as, next_attempt_at = max(next_attempt_at, :again)
    WHERE id IN (SELECT value FROM json_each(:ids))"""

_TELL_WITH = """UPDATE alerts SET told_with = :first, told_as = :told_as, told_at = :now
    WHERE told_with IS NULL AND id IN (SELECT value FROM json_each(:ids))"""

_FREE = """UPDATE alerts SET next_attempt_at = :now, told_as = NULL
    WHERE state = 'pending' AND told_with IS NULL AND told_as IS NOT NULL"""


def free(db: sqlite3.Connection, now: datetime) -> None:
    """Makes due what waits for others: under another configuration it may not have to."""
    db.execute(_FREE, {"now": utc_text(now)})


def put_off(db: sqlite3.Connection, digests: Mapping[str, Digest], now: datetime) -> None:
    """Has new alerts of these channels wait for the next moment of their digest."""
    for channel, digest in digests.items():
        times = _times(channel, digest, now)
        moment = utc_text(schedule.next_digest_at(digest, now))
        db.execute(_PUT_OFF, times | {"moment": moment, "soon": utc_text(now + cluster.GATHERED_FOR)})


def gather(db: sqlite3.Connection, channels: Iterable[str], digests: Mapping[str, Digest], now: datetime) -> None:
    """Puts what was made until the last moment of these channels' digests under the first of it."""
    for channel in channels:
        found = db.execute(_GATHERED, _times(channel, digests[channel], now)).fetchall()
        tell_together(db, [alert_id for (alert_id,) in found], now, ToldAs.DIGEST)


def gather_storms(
    db: sqlite3.Connection, channels: Iterable[str], waiting: Collection[str], now: datetime, *, patient: bool
) -> None:
    """Of each channel with more than it can be told one by one: has its new alerts wait while more keep coming, a
    quarter of an hour at most, then puts them under the first. `waiting` are those that wait for something else.
    """
    for channel in channels:
        wanted = {"channel": channel, "now": utc_text(now), "waiting": json.dumps(list(waiting))}
        found = db.execute(_WAITING, wanted).fetchall()
        lately = {"channel": channel, "since": utc_text(now - cluster.STORM_WITHIN), "recent": RECENT_ALERTS}
        (told,) = db.execute(_TOLD_LATELY, lately).fetchone()
        if not found or not cluster.is_storm(told + len(found)):
            continue
        ids, times = [alert_id for alert_id, _ in found], [utc_time(created_at) for _, created_at in found]
        ends_at = min(max(times) + cluster.STORM_QUIET, min(times) + cluster.STORM_WITHIN)
        if patient and now < ends_at:
            wait(db, ids, ToldAs.STORM, now)
        else:
            tell_together(db, ids, now, ToldAs.STORM)


def wait(db: sqlite3.Connection, alert_ids: Sequence[str], told_as: ToldAs, now: datetime) -> None:
    """Puts these alerts off by seconds."""
    values = {"ids": json.dumps(alert_ids), "told_as": told_as, "again": utc_text(now + AGAIN)}
    db.execute(_WAIT, values)


def tell_together(
    db: sqlite3.Connection, alert_ids: Sequence[str], now: datetime, told_as: ToldAs | None = None
) -> None:
    """The message of the first tells all of these alerts, as far as none was told yet; one alone is told as ever."""
    if alert_ids:
        why = told_as if len(alert_ids) > 1 else None
        values = {"first": alert_ids[0], "told_as": why, "now": utc_text(now), "ids": json.dumps(alert_ids)}
        db.execute(_TELL_WITH, values)


def _times(channel: str, digest: Digest, now: datetime) -> dict[str, str]:
    return {"channel": channel, "now": utc_text(now), "last": utc_text(schedule.last_digest_at(digest, now))}
