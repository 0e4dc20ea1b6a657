"""Reads pages: a list of them, narrowed as a reader wants it, and all that is known of one."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from monitor.interfaces import Row
from monitor.models import Outcome, utc_text
from monitor.stores._reading import Reader
from monitor.stores._standing import TROUBLED, TROUBLED_FOR

STATES = ("failing", "blocked", "robots", "removed", "moved", "unwatched")
"""What a page may be found by, besides its source and words."""

LOOKS_READ = 20_000
"""The latest looks of a page in which gaps are sought: half a year of one every fifteen minutes."""


@dataclass(frozen=True, slots=True)
class PagesWanted:
    """Which pages are wanted; None: no matter. `words` stand in the title or the address. They are asked for `now`."""

    now: datetime
    source: str | None = None
    state: str | None = None
    words: str | None = None


_CONDITIONS = {
    "source": "source = :source",
    "words": """NOT EXISTS (SELECT 1 FROM json_each(:terms)
        WHERE instr(lower(coalesce(title, '') || char(10) || url), value) = 0)""",
    "before": "pages.id < :before",
    "after": "pages.id > :after",
}

_STATES = {
    "failing": f"failures > 0 AND outcome NOT IN ('blocked', 'robots') AND {TROUBLED}",
    "blocked": f"failures > 0 AND outcome = 'blocked' AND {TROUBLED}",
    "robots": "failures > 0 AND outcome = 'robots' AND orphaned_at IS NULL",
    "removed": "removed",
    "moved": "moved_to IS NOT NULL",
    "unwatched": "orphaned_at IS NOT NULL",
}

_PAGES = """SELECT id, source, url, title, role, outcome, checked_at, next_check_at, seen_at, failures, removed,
    moved_to, first_seen_at, orphaned_at, baseline, configured,
    (SELECT every_s FROM sources WHERE name = source) AS every_s,
    (SELECT max(number) FROM versions WHERE page_id = pages.id) AS versions,
    (SELECT count(*) FROM changes WHERE page_id = pages.id AND kind <> 'reparsed') AS changes,
    (SELECT count(*) FROM changes WHERE page_id = pages.id AND disclosure = 'silent' AND kind = 'edited') AS silent,
    (SELECT max(detected_at) FROM changes WHERE page_id = pages.id AND kind <> 'reparsed') AS changed_at
    FROM pages WHERE {conditions} ORDER BY pages.id {direction} LIMIT :limit"""

_VERSIONS = """SELECT id, number, first_seen_at, title, published_at, updated_at, parser, snapshot_hash
    FROM versions WHERE page_id = :page ORDER BY number DESC LIMIT :limit"""

_CHANGES = """SELECT changes.id, kind, disclosure, detected_at, seen_before_at, seen_after_at, summary, note, signals,
    words_added, words_removed, before.number AS before_version, after.number AS after_version
    FROM changes LEFT JOIN versions AS before ON before.id = before_version_id
    LEFT JOIN versions AS after ON after.id = after_version_id
    WHERE changes.page_id = :page ORDER BY changes.id DESC LIMIT :limit"""

_METADATA = """SELECT id, seen_at, field, before, after FROM metadata_changes
    WHERE page_id = :page ORDER BY id DESC LIMIT :limit"""

_CHECKS = """SELECT id, checked_at, outcome, status, elapsed_ms, wire_bytes, detail FROM checks
    WHERE page_id = :page ORDER BY id DESC LIMIT :limit"""

_LOOKS = """SELECT count(*) AS looks, (SELECT checked_at FROM checks WHERE page_id = :page ORDER BY id LIMIT 1) AS since
    FROM checks WHERE page_id = :page"""

_GAPS = """SELECT earlier AS since, checked_at AS until FROM (
        SELECT checked_at, lag(checked_at) OVER (ORDER BY id) AS earlier FROM (
            SELECT id, checked_at FROM checks
            WHERE page_id = :page AND outcome IN (SELECT value FROM json_each(:healthy)) ORDER BY id DESC LIMIT :looks))
    WHERE (julianday(checked_at) - julianday(earlier)) * 86400 > :longest ORDER BY since LIMIT :limit"""

_NOTES = """SELECT DISTINCT json_extract(value, '$.at') AS at, json_extract(value, '$.text') AS text,
        versions.id = pages.version_id AS current
    FROM pages JOIN versions ON versions.page_id = pages.id JOIN json_each(statement, '$.notes')
    WHERE pages.id = :page ORDER BY number DESC LIMIT :limit"""


def page_list(
    reader: Reader, wanted: PagesWanted, limit: int, *, before: int | None = None, after: int | None = None
) -> list[Row]:
    """Pages with how many `versions` and `changes` they have, how many of those are `silent`, and their source's
    interval (`every_s`); the latest first.

    Those next below the page `before`, else those next above `after`, else the latest.
    """
    values = {name: value for name, value in asdict(wanted).items() if value and name != "now"}
    values |= {name: place for name, place in (("before", before), ("after", after)) if place is not None}
    conditions = [_STATES[value] if name == "state" else _CONDITIONS[name] for name, value in values.items()]
    direction = "ASC" if after is not None and before is None else "DESC"
    query = _PAGES.replace("{conditions}", " AND ".join(conditions) or "1").replace("{direction}", direction)
    terms = json.dumps((wanted.words or "").lower().split())
    rows = reader.ask(query, values | {"limit": limit, "terms": terms, "day_ago": utc_text(wanted.now - TROUBLED_FOR)})
    return sorted(rows, key=lambda row: -row["id"])


def page(reader: Reader, page_id: int) -> Row | None:
    """One page, like those of `page_list`; None: there is none."""
    query = _PAGES.replace("{conditions}", "pages.id = :id").replace("{direction}", "ASC")
    return next(iter(reader.ask(query, {"id": page_id, "limit": 1})), None)


def source_names(reader: Reader) -> list[str]:
    """The sources there are or were."""
    return [row["name"] for row in reader.ask("SELECT name FROM sources ORDER BY name")]


def versions_of(reader: Reader, page_id: int, limit: int) -> list[Row]:
    """Its versions, newest first."""
    return reader.ask(_VERSIONS, {"page": page_id, "limit": limit})


def changes_of(reader: Reader, page_id: int, limit: int) -> list[Row]:
    """Its changes, newest first."""
    return reader.ask(_CHANGES, {"page": page_id, "limit": limit})


def metadata_changes_of(reader: Reader, page_id: int, limit: int) -> list[Row]:
    """What differed in its metadata, newest first."""
    return reader.ask(_METADATA, {"page": page_id, "limit": limit})


def checks_of(reader: Reader, page_id: int, limit: int) -> list[Row]:
    """Its latest looks, newest first."""
    return reader.ask(_CHECKS, {"page": page_id, "limit": limit})


def looks_at(reader: Reader, page_id: int) -> Row:
    """How many `looks` at it there were, and `since` when."""
    return reader.ask(_LOOKS, {"page": page_id})[0]


def gaps_of(reader: Reader, page_id: int, longest_s: float, limit: int) -> list[Row]:
    """Between which looks (`since`, `until`) the page was not seen for longer than so, though it was looked at before
    and after."""
    healthy = json.dumps([outcome.value for outcome in Outcome if outcome.healthy])
    values = {"page": page_id, "healthy": healthy, "longest": longest_s, "looks": LOOKS_READ, "limit": limit}
    return reader.ask(_GAPS, values)


def notes_of(reader: Reader, page_id: int, limit: int) -> Sequence[Row]:
    """The publisher's history as all versions have it, each entry once; `current`: the page shows it still."""
    found: dict[tuple[str | None, str], Row] = {}
    for row in reader.ask(_NOTES, {"page": page_id, "limit": limit}):
        found.setdefault((row["at"], row["text"]), row)
    return list(found.values())
