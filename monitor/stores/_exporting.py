"""Everything of some pages, in parts that fit into memory: for taking it along."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.interfaces import Row
from monitor.models import Statement, canonical, utc_text
from monitor.stores._json import from_json
from monitor.stores._reading import Reader

TOGETHER = 200
"""Rows read at once."""

_PAGES = """SELECT id, source, url, title, role, outcome, checked_at, seen_at, failures, removed, moved_to, baseline,
    configured, first_seen_at, orphaned_at FROM pages
    WHERE id > :after AND id IN (SELECT value FROM json_each(:pages)) ORDER BY id LIMIT :limit"""

_CHANGES = """SELECT changes.id FROM changes WHERE changes.id > :after AND detected_at >= :since
    AND page_id IN (SELECT value FROM json_each(:pages)) ORDER BY changes.id LIMIT :limit"""

_VERSIONS = """SELECT versions.id, page_id, url, number, content_hash, versions.first_seen_at, versions.title,
    published_at, updated_at, parser, snapshot_hash, fetched_url, content_type, headers, statement
    FROM versions JOIN pages ON pages.id = page_id
    WHERE versions.id > :after AND page_id IN (SELECT value FROM json_each(:pages))
    AND (versions.first_seen_at >= :since OR versions.id IN (SELECT before_version_id FROM changes
        WHERE changes.page_id = versions.page_id AND detected_at >= :since))
    ORDER BY versions.id LIMIT :limit"""

_METADATA = """SELECT id, page_id, version_id, seen_at, field, before, after FROM metadata_changes
    WHERE id > :after AND seen_at >= :since AND page_id IN (SELECT value FROM json_each(:pages))
    ORDER BY id LIMIT :limit"""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which pages, by their ids (JSON), and since when."""

    pages: str
    since: str

    @classmethod
    def of(cls, reader: Reader, source: str | None, page: str | None, since: datetime | None) -> "Selection | None":
        """Those of a source, at an address, or both; None: there is nothing of that name."""
        rows = reader.ask(
            """SELECT id FROM pages WHERE (:source IS NULL OR source = :source)
            AND (:address IS NULL OR address = :address) ORDER BY id""",
            {"source": source, "address": canonical(page) if page else None},
        )
        if not rows and (source or page):
            return None
        return cls(json.dumps([row["id"] for row in rows]), utc_text(since) if since else "")


def pages(reader: Reader, wanted: Selection) -> Iterator[Row]:
    """The pages."""
    yield from _all(reader, _PAGES, wanted)


def change_ids(reader: Reader, wanted: Selection) -> Iterator[int]:
    """The changes, by their ids."""
    for row in _all(reader, _CHANGES, wanted):
        yield row["id"]


def versions(reader: Reader, wanted: Selection) -> Iterator[tuple[Row, Statement]]:
    """The versions, each with its statement; with those that a change since replaced, so that both its sides are
    there."""
    for row in _all(reader, _VERSIONS, wanted):
        statement = from_json(Statement, row.pop("statement"))
        yield row | {"headers": json.loads(row["headers"]) if row["headers"] else []}, statement


def metadata_changes(reader: Reader, wanted: Selection) -> Iterator[Row]:
    """What differed in metadata."""
    yield from _all(reader, _METADATA, wanted)


def _all(reader: Reader, query: str, wanted: Selection) -> Iterator[Row]:
    after = 0
    values = {"pages": wanted.pages, "since": wanted.since, "limit": TOGETHER}
    while rows := reader.ask(query, values | {"after": after}):
        yield from rows
        after = rows[-1]["id"]
