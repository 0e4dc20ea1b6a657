"""`/insights`: how often, how soon and how openly pages are edited, drawn and told in tables."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.interfaces import Row
from monitor.models import Disclosure
from monitor.stores import _reading_insights as insights
from monitor.stores._reading import Reader
from monitor.stores._reading_looks import sources
from monitor.web import _charts, _csv, _page, _params

WEEKS = ("12", "4", "20")
DISCLOSURES = tuple(disclosure.value for disclosure in Disclosure)
SOURCES_DRAWN = 12
WEEK_COLUMNS = ("source", "week", *DISCLOSURES)

WAITS = (
    ("within an hour", timedelta(hours=1)),
    ("within a day", timedelta(days=1)),
    ("within a week", timedelta(weeks=1)),
    ("within four weeks", timedelta(weeks=4)),
)
LATER, NOT_YET = "later", "not yet"


def page(request: Request) -> Response:
    """The charts."""
    weeks, source, since = _asked_for(request)
    with _page.reading(request) as reader:
        known = [row["source"] for row in sources(reader)]
        rows = insights.edits_by_week(reader, since, weeks, source)
        busiest = insights.busiest_pages(reader, since, source)
        waits = counted(insights.first_edits(reader, since, source))
    mondays = _mondays(since, weeks)
    silent = [(f"{day.day} {day:%b}", _sum(rows, week=day.isoformat(), disclosure="silent")) for day in mondays]
    by_source = [(name, [_sum(rows, source=name, disclosure=each) for each in DISCLOSURES]) for name in _names(rows)]
    drawn = by_source[:SOURCES_DRAWN]
    values: dict[str, Any] = {
        "weeks": weeks,
        "source": source,
        "silent": silent,
        "waits": waits,
        "by_source": by_source,
    }
    values |= {"choices": WEEKS, "known": known, "disclosures": DISCLOSURES}
    values |= {"busiest": busiest, "edits": _sum(rows)}
    values |= {"silent_chart": _silent_chart(silent), "openness_chart": _openness_chart(drawn)}
    values |= {"waits_chart": _waits_chart(waits), "unseen": len(by_source) - len(drawn)}
    return _page.render(request, "insights.html", **values)


def weeks_csv(request: Request) -> Response:
    """The edits of each source and week as CSV."""
    weeks, source, since = _asked_for(request)
    with _page.reading(request) as reader:
        return _csv.response("insights", by_week(reader, since, weeks, source), WEEK_COLUMNS)


def by_week(reader: Reader, since: datetime, weeks: int, source: str | None) -> list[Row]:
    """A row for each source and week with edits, a column for each disclosure."""
    found: dict[tuple[str, str], Row] = {}
    for row in insights.edits_by_week(reader, since, weeks, source):
        empty = {"source": row["source"], "week": row["week"], **dict.fromkeys(DISCLOSURES, 0)}
        found.setdefault((row["source"], row["week"]), empty)[row["disclosure"]] = row["edits"]
    return list(found.values())


def counted(waits: Sequence[timedelta | None]) -> dict[str, int]:
    """How many of these waits were how long; each counts once."""
    kinds = Counter(_kind(wait) for wait in waits)
    return {words: kinds[words] for words in (*(words for words, _ in WAITS), LATER, NOT_YET)}


def _kind(wait: timedelta | None) -> str:
    if wait is None:
        return NOT_YET
    return next((words for words, most in WAITS if wait <= most), LATER)


def _asked_for(request: Request) -> tuple[int, str | None, datetime]:
    """How many weeks, of which source, since which Monday."""
    weeks = int(_params.one_of(request, "weeks", WEEKS) or WEEKS[0])
    today = _page.site(request).clock()
    monday = today.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=today.weekday())
    return weeks, _params.text(request, "source"), monday - timedelta(weeks=weeks - 1)


def _mondays(since: datetime, weeks: int) -> list[date]:
    return [since.date() + timedelta(weeks=week) for week in range(weeks)]


def _names(rows: Sequence[Row]) -> list[str]:
    """The sources, those with most edits first."""
    sums = Counter[str]()
    for row in rows:
        sums[row["source"]] += row["edits"]
    return [name for name, _ in sums.most_common()]


def _sum(rows: Sequence[Row], **wanted: str) -> int:
    return sum(row["edits"] for row in rows if all(row[name] == value for name, value in wanted.items()))


def _silent_chart(silent: Sequence[tuple[str, int]]) -> str:
    most = max(silent, key=lambda pair: pair[1])
    words = f"{sum(value for _, value in silent):,} silent edits; most, {most[1]:,}, in the week of {most[0]}."
    return _charts.columns("silent", "Silent edits by week", words, silent)


def _openness_chart(by_source: Sequence[tuple[str, Sequence[int]]]) -> str:
    sums = [sum(values) for values in zip(*(values for _, values in by_source), strict=True)] or [0, 0, 0]
    words = "; ".join(f"{disclosure} {total:,}" for disclosure, total in zip(DISCLOSURES, sums, strict=True))
    return _charts.stacked("openness", "Edits by source and disclosure", f"In all: {words}.", DISCLOSURES, by_source)


def _waits_chart(waits: Mapping[str, int]) -> str:
    words = "; ".join(f"{name} {value:,}" for name, value in waits.items())
    rows = [(name, [value]) for name, value in waits.items()]
    return _charts.stacked("waits", "From publication to the first edit", f"Pages: {words}.", ("pages",), rows)


ROUTES = [Route("/insights", page), Route("/insights.csv", weeks_csv)]
