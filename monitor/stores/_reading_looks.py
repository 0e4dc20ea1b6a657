"""How well pages were looked at: what was looked at late, when nobody looked, how closely edits are dated."""

from datetime import datetime, timedelta
from statistics import quantiles

from monitor.interfaces import Row
from monitor.models import Outcome, utc_text, utc_time
from monitor.stores._reading import Reader
from monitor.stores._standing import TROUBLED, TROUBLED_FOR

LOOKS_SINCE = timedelta(days=1)
DATED_SINCE = timedelta(days=30)
DATED_MOST = 2_000
GAPS_MOST = 20
LOOKS_MOST = 4_000
HEALTHY = frozenset(outcome.value for outcome in Outcome if outcome.healthy)
FAILING_MOST = 200

# Looks are recorded in the order of time, so those since a time are found by halving ids: no index, which would have to
# be written at every look.
_FIRST_SINCE = """WITH RECURSIVE halved(low, high) AS (
        SELECT 1, coalesce(max(id), 0) + 1 FROM checks
        UNION ALL SELECT
            iif((SELECT checked_at FROM checks WHERE id = (low + high) / 2) < :since, (low + high) / 2 + 1, low),
            iif((SELECT checked_at FROM checks WHERE id = (low + high) / 2) < :since, high, (low + high) / 2)
        FROM halved WHERE low < high
    )
    SELECT low AS id FROM halved WHERE low >= high"""

_LOOKS = """SELECT source, every_s, page_id, checks.checked_at, checks.outcome
    FROM checks JOIN pages ON pages.id = page_id JOIN sources ON sources.name = source
    WHERE checks.id >= :first AND checks.id > (SELECT max(id) FROM checks) - :most ORDER BY checks.id"""

_SOURCES = """SELECT name AS source, listing, every_s, added_at, filled_at, orphaned_at, listed,
    exists(SELECT 1 FROM budgets WHERE source = name) AS has_budget,
    (SELECT count(*) FROM pages WHERE source = name AND pages.orphaned_at IS NULL) AS pages,
    (SELECT count(*) FROM pages WHERE source = name AND pages.orphaned_at IS NOT NULL) AS orphaned
    FROM sources ORDER BY sources.orphaned_at IS NOT NULL, name"""

_DATED = """SELECT source, round((julianday(seen_after_at) - julianday(seen_before_at)) * 86400, 3) AS seconds
    FROM changes INDEXED BY changes_in_time JOIN pages ON pages.id = page_id
    WHERE detected_at >= :since AND kind = 'edited' AND seen_before_at IS NOT NULL
    ORDER BY detected_at DESC LIMIT :limit"""

_FAILING = f"""SELECT pages.id, source, url, title, outcome, failures, checked_at, next_check_at, seen_at,
    (SELECT detail FROM checks WHERE page_id = pages.id ORDER BY checks.id DESC LIMIT 1) AS detail,
    (SELECT status FROM checks WHERE page_id = pages.id ORDER BY checks.id DESC LIMIT 1) AS status
    FROM pages WHERE failures > 0 AND {TROUBLED}
    ORDER BY seen_at IS NULL, seen_at, pages.id LIMIT :limit"""  # noqa: S608 -- of our own parts


def sources(reader: Reader) -> list[Row]:
    """Every source there is or was, what it was told of, and how many pages it has."""
    return reader.ask(_SOURCES)


def looks(reader: Reader, now: datetime) -> Row:
    """The looks of the last day, `since_at`; of so many that only the latest `LOOKS_MOST` count, since the first of
    those.

    `sources` has for each how many `looks`, how many of them `unread` (no page, or none to be believed), and, of the
    `timed` ones that another look at the page preceded, how many came `late`: more than two intervals after it.
    `gaps` are when nobody looked at anything of a source for more than two of its intervals, the latest first.
    """
    since = utc_text(now - LOOKS_SINCE)
    first = reader.ask(_FIRST_SINCE, {"since": since})[0]["id"]
    rows = reader.ask(_LOOKS, {"first": first, "most": LOOKS_MOST})
    coverage = _Coverage()
    for row in rows:
        coverage.count(row)
    return {
        "since_at": rows[0]["checked_at"] if len(rows) == LOOKS_MOST else since,
        "sources": coverage.sources,
        "gaps": coverage.gaps[: -GAPS_MOST - 1 : -1],
    }


class _Coverage:
    """Counts looks in the order they were made."""

    def __init__(self) -> None:
        self.sources: dict[str, Row] = {}
        self.gaps: list[Row] = []
        self._of_page: dict[int, datetime] = {}
        self._of_source: dict[str, datetime] = {}

    def count(self, row: Row) -> None:
        """Counts one more."""
        source, page, at = row["source"], row["page_id"], utc_time(row["checked_at"])
        most = timedelta(seconds=2 * row["every_s"])
        counts = self.sources.setdefault(source, {"looks": 0, "unread": 0, "timed": 0, "late": 0})
        counts["looks"] += 1
        counts["unread"] += row["outcome"] not in HEALTHY
        if page in self._of_page:
            counts["timed"] += 1
            counts["late"] += at - self._of_page[page] > most
        if at - self._of_source.get(source, at) > most:
            gap = {"source": source, "after_at": utc_text(self._of_source[source]), "before_at": row["checked_at"]}
            self.gaps.append(gap)
        self._of_page[page] = self._of_source[source] = at


def dated(reader: Reader, now: datetime) -> dict[str, Row]:
    """How closely the latest edits, of thirty days at most, are dated, by source: seconds between the last look before
    and the first after, their median and what 19 of 20 keep within."""
    found: dict[str, list[float]] = {}
    for row in reader.ask(_DATED, {"since": utc_text(now - DATED_SINCE), "limit": DATED_MOST}):
        found.setdefault(row["source"], []).append(row["seconds"])
    return {source: _spread(seconds) for source, seconds in found.items()}


def failing(reader: Reader, now: datetime) -> list[Row]:
    """The pages in trouble that `Reader.status` counts, each with the reason; those not seen for longest first."""
    return reader.ask(_FAILING, {"day_ago": utc_text(now - TROUBLED_FOR), "limit": FAILING_MOST})


def _spread(seconds: list[float]) -> Row:
    if len(seconds) == 1:
        return {"edits": 1, "median_s": seconds[0], "most_s": seconds[0]}
    twentieths = quantiles(seconds, n=20, method="inclusive")
    return {"edits": len(seconds), "median_s": twentieths[9], "most_s": twentieths[18]}


def _first_since(reader: Reader, at: datetime) -> int:
    first: int = reader.ask(_FIRST_SINCE, {"since": utc_text(at)})[0]["id"]
    return first
