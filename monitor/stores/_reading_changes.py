"""Reads the change log page by page, narrowed as a reader wants it, and what stands around one change."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from monitor.interfaces import Row
from monitor.models import Kind, SignalName, Statement, utc_text
from monitor.stores._json import from_json
from monitor.stores._reading import Reader, match_query
from monitor.stores._standing import TROUBLED, TROUBLED_FOR

COUNTED = 500
"""Results are counted up to here."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the change log is wanted; None: no matter.

    `words` stand in the title, the summary or the note, or, "quoted" ones side by side, in the text of the version.
    `since` and `until` are inclusive. `alike` is a change: it and the same edit on other pages. `unread`: not marked.
    """

    source: str | None = None
    kind: str | None = None
    disclosure: str | None = None
    signal: str | None = None
    words: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    alike: int | None = None
    page: int | None = None
    unread: bool | None = None


_CONDITIONS = {
    "source": "pages.source = :source",
    "kind": "kind = :kind",
    "disclosure": "disclosure = :disclosure",
    "signal": "', ' || signals || ',' LIKE '%, ' || :signal || ',%'",
    "words": """(changes.id IN (SELECT rowid FROM change_words WHERE change_words MATCH :match)
        OR after_version_id IN (SELECT rowid FROM words WHERE words MATCH :match))""",
    "since": "detected_at >= :since",
    "until": "detected_at <= :until",
    "alike": "changes.id IN (SELECT :alike UNION SELECT alike_id FROM edited_alike WHERE id = :alike)",
    "page": "page_id = :page",
    "unread": "changes.id NOT IN (SELECT change_id FROM read_marks)",
    "before": "changes.id < :before",
    "after": "changes.id > :after",
}

_COMMON_WORDS = """(EXISTS (SELECT 1 FROM words WHERE words MATCH :match AND rowid = after_version_id)
    OR EXISTS (SELECT 1 FROM change_words WHERE change_words MATCH :match AND rowid = changes.id))"""
"""Words that very many versions have: they are soon found in the latest, and all that have them are not needed."""

COMMON = 5000

_IS_COMMON = "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1 OFFSET ?"

_SITEWIDE = """changes.id IN (SELECT id FROM changes INDEXED BY changes_alike WHERE edit_key IS NOT NULL)
    AND 3 = (SELECT count(*) FROM (
        SELECT DISTINCT address FROM edited_alike WHERE edited_alike.id = changes.id LIMIT 3))"""
"""This signal alone is not written with the change: what else was found makes it (see the view `change_log`)."""

# CROSS JOIN fixes the order: the latest changes first, of which a page of the log is soon found; of a source or a rare
# kind, which may have few, by an index that has what they are narrowed by.
_LATEST = "changes CROSS JOIN pages ON pages.id = page_id"
_OF_KIND = "changes INDEXED BY changes_in_time CROSS JOIN pages ON pages.id = page_id"
_OF_SOURCE = "pages CROSS JOIN changes INDEXED BY changes_of_page_by_kind ON page_id = pages.id"

_IDS = "SELECT changes.id FROM {tables} WHERE {conditions} ORDER BY changes.id {direction} LIMIT :limit"

_COUNT = "SELECT count(*) AS n FROM ({ids})"

_ROWS = """SELECT change_log.*, page_id, change_log.id IN (SELECT change_id FROM read_marks) AS read
    FROM change_log JOIN changes USING (id) WHERE change_log.id IN (SELECT value FROM json_each(?))
    ORDER BY change_log.id DESC"""

_STANDING = f"""SELECT
    (SELECT count(*) FROM pages WHERE next_check_at <= :now) AS due,
    (SELECT count(*) FROM pages INDEXED BY pages_failing
        WHERE outcome NOT IN ('blocked', 'robots') AND {TROUBLED}) AS failing,
    (SELECT count(*) FROM pages INDEXED BY pages_failing WHERE outcome = 'blocked' AND {TROUBLED}) AS blocked,
    (SELECT count(*) FROM alerts WHERE state = 'pending') AS pending,
    (SELECT count(*) FROM alerts WHERE state = 'failed') AS failed,
    (SELECT checked_at FROM checks ORDER BY id DESC LIMIT 1) AS checked_at"""  # noqa: S608

_AROUND = """SELECT id, kind, disclosure, summary, detected_at FROM changes WHERE id IN (
        SELECT id FROM changes INDEXED BY changes_of_page
        WHERE page_id = :page AND id <> :id ORDER BY abs(id - :id) LIMIT :limit)
    ORDER BY id DESC"""

_ALERTS = """SELECT id, channel, state, attempts, created_at, next_attempt_at, sent_at, detail, told_with
    FROM alerts WHERE change_id = ? ORDER BY channel"""

_VERSION = """SELECT versions.id, page_id, number, first_seen_at, title, published_at, updated_at, parser, content_hash,
    snapshot_hash, size_bytes, fetched_url, content_type, headers, statement
    FROM versions LEFT JOIN snapshots ON snapshots.hash = snapshot_hash WHERE page_id = ? AND number = ?"""


def change_page(
    reader: Reader, wanted: Wanted, limit: int, *, before: int | None = None, after: int | None = None
) -> list[Row]:
    """Rows of `change_log` with their `page_id` and whether they were `read`, newest first.

    Those next below the change `before`, else those next above `after`, else the newest.
    """
    upwards = after is not None and before is None
    query, values = _ids(reader, wanted, "ASC" if upwards else "DESC", before=before, after=after)
    found = reader.ask(query, values | {"limit": limit})
    return reader.ask(_ROWS, (json.dumps([row["id"] for row in found]),))


def count_changes(reader: Reader, wanted: Wanted) -> int:
    """How many there are; `COUNTED` and one where there are more than that."""
    query, values = _ids(reader, wanted, "DESC")
    counted: int = reader.ask(_COUNT.replace("{ids}", query), values | {"limit": COUNTED + 1})[0]["n"]
    return counted


def _ids(reader: Reader, wanted: Wanted, direction: str, **places: int | None) -> tuple[str, Row]:
    """The query of the ids that are wanted, and the values in it."""
    values = {name: value for name, value in (asdict(wanted) | places).items() if value not in (None, "", False)}
    conditions = {name: _CONDITIONS[name] for name in values}
    values |= {name: utc_text(at) for name, at in values.items() if isinstance(at, datetime)}
    if wanted.signal == SignalName.SITEWIDE:
        conditions["signal"] = _SITEWIDE
    if wanted.words:
        values["match"] = match_query(wanted.words) or '""'
        if reader.ask(_IS_COMMON, (values["match"], COMMON)):
            conditions["words"] = _COMMON_WORDS
    parts = {
        "{tables}": _tables(wanted),
        "{conditions}": " AND ".join(conditions.values()) or "1",
        "{direction}": direction,
    }
    query = _IDS
    for name, part in parts.items():
        query = query.replace(name, part)
    return query, values


def _tables(wanted: Wanted) -> str:
    if wanted.source:
        return _OF_SOURCE
    return _OF_KIND if wanted.kind not in (None, Kind.EDITED) else _LATEST


def standing(reader: Reader, now: datetime) -> Row:
    """How things stand, in a few counts that indexes have: pages `due`, `failing`, `blocked`; alerts `pending` and
    `failed`; when the last look was."""
    return reader.ask(_STANDING, {"now": utc_text(now), "day_ago": utc_text(now - TROUBLED_FOR)})[0]


def changes_around(reader: Reader, page_id: int, change_id: int, limit: int = 20) -> list[Row]:
    """The other changes of a page that stand nearest to this one, newest first."""
    return reader.ask(_AROUND, {"page": page_id, "id": change_id, "limit": limit})


def alerts_of(reader: Reader, change_id: int) -> list[Row]:
    """The alerts that a change led to."""
    return reader.ask(_ALERTS, (change_id,))


def is_read(reader: Reader, change_id: int) -> bool:
    """Whether someone marked it as read."""
    return bool(reader.ask("SELECT 1 FROM read_marks WHERE change_id = ?", (change_id,)))


def version(reader: Reader, page_id: int, number: int | None) -> Row | None:
    """A page's version with its `statement` as a value and its `headers` as pairs; None: there is none."""
    rows = reader.ask(_VERSION, (page_id, number))
    if not rows:
        return None
    row = rows[0]
    headers = json.loads(row["headers"]) if row["headers"] else []
    return row | {"statement": from_json(Statement, row["statement"]), "headers": headers}
