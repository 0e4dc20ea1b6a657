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
_WEEK = """SELECT source, :week AS week, disclosure, count(*) AS edits
    FROM changes INDEXED BY changes_in_time JOIN pages ON pages.id = page_id
    WHERE detected_at >= :since AND detected_at < :until AND kind = 'edited' AND (:source IS NULL OR source = :source)
    GROUP BY source, disclosure ORDER BY source, disclosure"""

_BUSIEST = """WITH busiest AS MATERIALIZED (
        SELECT page_id, count(*) AS edits, count(*) FILTER (WHERE disclosure = 'silent') AS silent,
            max(detected_at) AS detected_at
        FROM changes INDEXED BY changes_in_time WHERE detected_at >= :since AND kind = 'edited'
        AND (:source IS NULL OR page_id IN (SELECT id FROM pages WHERE source = :source))
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


def edits_by_week(reader: Reader, since: datetime, weeks: int, source: str | None = None) -> list[Row]:
    """How many `edits` of each disclosure each `source` had in each of so many weeks from `since` on, a Monday; a
    `week` is named by its Monday. None: no row.

    Week by week, as sorting few rows often takes half as long as sorting all at once.
    """
    mondays = [since + timedelta(weeks=week) for week in range(weeks)]
    return [row for monday in mondays for row in reader.ask(_WEEK, _week(monday) | {"source": source})]


def _week(monday: datetime) -> Row:
    until = utc_text(monday + timedelta(weeks=1))
    return {"week": monday.date().isoformat(), "since": utc_text(monday), "until": until}


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
