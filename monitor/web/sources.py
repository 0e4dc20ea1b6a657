"""`/sources`: what is watched, how well it is looked at, and how closely its edits are dated."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import health
from monitor.interfaces import Row
from monitor.stores import _reading_looks as looks
from monitor.stores._reading import Reader
from monitor.web import _csv, _page

STATES = ("due", "overdue", "failing", "blocked", "robots", "removed", "waiting", "spent", "budget", "checked_at")
COLUMNS = (
    *("source", "listing", "every_s", "pages", "orphaned", *STATES),
    *("looks", "unread", "timed", "late", "edits", "median_s", "most_s", "added_at", "filled_at", "orphaned_at"),
)


def rows(request: Request, reader: Reader) -> tuple[list[Row], dict[str, Any]]:
    """Every source with its figures, and the looks of the last day."""
    now = _page.site(request).clock()
    standing = {row["source"]: row for row in health.standing(reader, _page.site(request).config, now)["sources"]}
    found, dated = looks.looks(reader, now), looks.dated(reader, now)
    return [_row(row, standing, found["sources"], dated) for row in looks.sources(reader)], found


def _row(row: Row, *figures: dict[str, Row]) -> Row:
    known: Row = dict.fromkeys(COLUMNS)
    for each in figures:
        known |= {name: value for name, value in each.get(row["source"], {}).items() if name in COLUMNS}
    return known | {name: value for name, value in row.items() if name in COLUMNS}


def sources(request: Request) -> Response:
    """The table."""
    with _page.reading(request) as reader:
        found, looked = rows(request, reader)
    current: Sequence[Row] = [row for row in found if row["orphaned_at"] is None]
    former = [row for row in found if row["orphaned_at"]]
    return _page.render(request, "sources.html", rows=current, former=former, looked=looked)


def sources_csv(request: Request) -> Response:
    """The same as CSV."""
    with _page.reading(request) as reader:
        return _csv.response("sources", rows(request, reader)[0], COLUMNS)


ROUTES = [Route("/sources", sources), Route("/sources.csv", sources_csv)]
