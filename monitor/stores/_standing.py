"""The figures by which something needs a person: what is late, in trouble, waiting. Reads by indexes of what is not as
it should be, so that a million pages which are cost nothing.
"""

import json
import shutil
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from monitor.interfaces import Row
from monitor.models import FEW_PAGES, utc_text
from monitor.schedule import CONFIRM_LOOKS
from monitor.stores import _rows

LATE_MOST = 10_000
"""Late pages that are counted; of more it is enough to know that they are so many."""

TROUBLED_FOR = timedelta(days=1)
"""A page that went wrong for so long is in trouble, however seldom it was looked at."""

NO_PLACE_ELSEWHERE = "(outcome <> 'gone' OR version_id IS NULL AND (configured OR role = 'listing'))"
"""A page that is gone is a change; one that never was there is not."""

FORBIDDEN = """outcome = 'robots' AND host IN (
    SELECT substr(origin, instr(origin, '//') + 2) FROM robots WHERE outcome IS NULL)"""
"""A robots.txt that was read and forbids a page does not forbid it by a mischance."""

TROUBLED = f"""failures > 0 AND (failures >= {CONFIRM_LOOKS} OR failing_since <= :day_ago OR {FORBIDDEN})
    AND orphaned_at IS NULL AND {NO_PLACE_ELSEWHERE}"""

STATE = "iif(outcome IN ('blocked', 'robots'), outcome, 'failing')"

_DETAIL = "(SELECT checks.detail FROM checks WHERE page_id = pages.id ORDER BY checks.id DESC LIMIT 1) AS detail"

_LATE = f"""WITH late AS MATERIALIZED (
        SELECT name, strftime('%Y-%m-%dT%H:%M:%fZ', :now, '-' || (2 * every_s) || ' seconds') AS before FROM sources
    ), held AS MATERIALIZED (SELECT host FROM hosts WHERE free_at > :now)
    SELECT source, count(*) AS pages FROM (
        SELECT source, next_check_at FROM pages INDEXED BY pages_due
        WHERE next_check_at < (SELECT max(before) FROM late) AND host NOT IN held
        ORDER BY next_check_at LIMIT {LATE_MOST}
    ) JOIN late ON late.name = source WHERE next_check_at < before GROUP BY source ORDER BY source"""  # noqa: S608

_TOGETHER = f"""SELECT host, {STATE} AS state, count(*) AS pages, min(failing_since) AS since, source, url, outcome,
    {_DETAIL} FROM pages INDEXED BY pages_failing WHERE {TROUBLED} GROUP BY 1, 2 ORDER BY 1, 2"""  # noqa: S608

_ALONE = f"""SELECT id, host, {STATE} AS state, failing_since AS since, failures, role, source, url, outcome, {_DETAIL}
    FROM pages WHERE id IN (
        SELECT id FROM pages INDEXED BY pages_failing
            WHERE failures > 0 AND host IN (SELECT value FROM json_each(:hosts))
            AND host || ' ' || {STATE} IN (SELECT value FROM json_each(:few))
        UNION SELECT CAST(substr(key, 6) AS INTEGER) FROM incidents WHERE ended_at IS NULL AND key LIKE 'page:%'
    ) AND {TROUBLED} ORDER BY id"""  # noqa: S608

_HOSTS = """SELECT host, iif(substr(asked_at, 1, 10) = substr(:now, 1, 10), requests, 0) AS requests,
        value AS budget, failures, iif(free_at > :now, free_at, NULL) AS free_at
    FROM hosts LEFT JOIN json_each(:budgets) ON key = host
    WHERE free_at > :now OR value IS NOT NULL ORDER BY failures DESC, requests DESC, host LIMIT 100"""

_OUTBOX = """SELECT (SELECT count(*) FROM alerts WHERE state = 'pending') AS pending,
    (SELECT count(*) FROM alerts WHERE state = 'failed') AS failed,
    (SELECT count(*) FROM alerts WHERE state = 'pending'
        AND next_attempt_at < strftime('%Y-%m-%dT%H:%M:%fZ', :now, '-1 hour')
        AND channel NOT IN (SELECT name FROM channels WHERE free_at > :now OR disabled_at IS NOT NULL)) AS overdue,
    (SELECT min(created_at) FROM alerts WHERE state = 'pending') AS oldest_at"""

_GIVEN_UP = """SELECT channel, substr(created_at, 1, 10) AS day, count(*) AS alerts, max(detail) AS detail
    FROM alerts WHERE state = 'failed' GROUP BY 1, 2 ORDER BY 2, 1"""

_CHANNELS = """SELECT name, faults, failed_at, free_at, disabled_at, detail,
    (SELECT count(*) FROM alerts WHERE channel = name AND state = 'pending') AS pending
    FROM channels ORDER BY name"""

_REPORTS = """SELECT count(*) FILTER (WHERE state = 'pending') AS pending,
    count(*) FILTER (WHERE state = 'failed') AS failed FROM reports WHERE state <> 'sent'"""

_PULSES = """SELECT source, first_at, changed_at, gaps, longest_gap_s, empty_since, empty_looks
    FROM pulses JOIN sources ON name = source WHERE orphaned_at IS NULL ORDER BY source"""

_INCIDENTS = "SELECT id, key, words, began_at, channel FROM incidents WHERE ended_at IS NULL ORDER BY id"


REPORTS = """SELECT reports.id, reports.channel, state, attempts, created_at, next_attempt_at, sent_at, detail,
    (SELECT group_concat(key, ', ') FROM (
        SELECT key FROM incidents WHERE began_with = reports.id OR ended_with = reports.id ORDER BY incidents.id)
    ) AS incidents FROM reports WHERE :state IS NULL OR state = :state ORDER BY created_at DESC, id LIMIT :limit"""


def standing(db: sqlite3.Connection, path: Path, now: datetime, budgets: Mapping[str, int] | None = None) -> Row:
    """How things stand, as far as anything needs a person; see `Reader.status`, of which it is part."""
    values = {"now": utc_text(now), "day_ago": utc_text(now - TROUBLED_FOR), "budgets": json.dumps(budgets or {})}

    def ask(query: str) -> list[Row]:
        return list(_rows.by_name(db.execute(query, values)))

    together = ask(_TOGETHER)
    few = [row for row in together if row["pages"] <= FEW_PAGES]
    values["few"] = json.dumps([f"{row['host']} {row['state']}" for row in few])
    values["hosts"] = json.dumps([row["host"] for row in few])
    return {
        "at": values["now"],
        "late": ask(_LATE),
        "troubled_hosts": together,
        "troubled_pages": ask(_ALONE),
        "hosts": ask(_HOSTS),
        "outbox": ask(_OUTBOX)[0],
        "given_up": ask(_GIVEN_UP),
        "channels": ask(_CHANNELS),
        "reports": ask(_REPORTS)[0],
        "pulses": ask(_PULSES),
        "incidents": ask(_INCIDENTS),
        "free_bytes": shutil.disk_usage(path.parent).free,
    }
