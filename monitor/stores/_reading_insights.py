"""What the change log shows over weeks: how often, how soon, how openly pages are edited.

Only edits count, by when they were detected: neither what our parser changed nor publications and withdrawals.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.interfaces import Row
from monitor.models import utc_text
from monitor.stores._reading import Reader

BUSIEST = 10

# The index is named where SQLite would rather read every change of every page.
_WEEKS = """SELECT source, date(detected_at, 'weekday 0', '-6 days') AS week, disclosure, count(*) AS edits
    FROM changes INDEXED BY changes_in_time JOIN pages ON pages.id = page_id
    WHERE detected_at >= :since AND kind = 'edited' AND (:source IS NULL OR source = :source)
    GROUP BY source, week, disclosure ORDER BY source, week, disclosure"""

_BUSIEST = """WITH busiest AS MATERIALIZED (
        SELECT page_id, count(*) AS edits, count(*) FILTER (WHERE disclosure = 'silent') AS silent,
            max(detected_at) AS detected_at
        FROM changes INDEXED BY changes_in_time JOIN pages ON pages.id = page_id
        WHERE detected_at >= :since AND kind = 'edited' AND (:source IS NULL OR source = :source)
        GROUP BY page_id ORDER BY edits DESC, page_id LIMIT :limit
    )
    SELECT page_id, source, title, url, edits, silent, detected_at
    FROM busiest JOIN pages ON pages.id = page_id ORDER BY edits DESC, page_id"""

_FIRST_EDITS = """SELECT published.detected_at AS published_at, (
        SELECT min(edited.detected_at) FROM changes AS edited WHERE edited.page_id = published.page_id
        AND edited.kind = 'edited' AND edited.detected_at > published.detected_at
    ) AS edited_at
    FROM changes AS published INDEXED BY changes_in_time JOIN pages ON pages.id = page_id
    WHERE published.detected_at >= :since AND published.kind = 'published' AND (:source IS NULL OR source = :source)
    ORDER BY published.id"""


def edits_by_week(reader: Reader, since: datetime, source: str | None = None) -> list[Row]:
    """How many `edits` of each disclosure each `source` had in each `week`, named by its Monday; none: no row."""
    return reader.ask(_WEEKS, _asked(since, source))


def busiest_pages(reader: Reader, since: datetime, source: str | None = None) -> list[Row]:
    """The pages edited most, `silent` edits of them counted too."""
    return reader.ask(_BUSIEST, _asked(since, source) | {"limit": BUSIEST})


def first_edits(reader: Reader, since: datetime, source: str | None = None) -> Sequence[timedelta | None]:
    """How long after it was published each page was first edited, None not yet.

    Of pages whose publication we saw alone: how often the others were edited before, nobody here knows.
    """
    rows = reader.ask(_FIRST_EDITS, _asked(since, source))
    return [_between(row["published_at"], row["edited_at"]) for row in rows]


def _between(before: str, after: str | None) -> timedelta | None:
    return datetime.fromisoformat(after) - datetime.fromisoformat(before) if after else None


def _asked(since: datetime, source: str | None) -> Row:
    return {"since": utc_text(since), "source": source}
