"""`/status`: how things stand, in the words of `monitor status`, and what needs a person."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import health
from monitor.stores import _reading_looks as looks
from monitor.web import _csv, _page

ALERTS_SHOWN = 50
FAILING = (
    *("id", "source", "url", "title", "outcome", "status", "detail", "failures", "checked_at", "next_check_at"),
    "seen_at",
)


def status(request: Request) -> Response:
    """Everything at once."""
    site = _page.site(request)
    with _page.reading(request) as reader:
        found = health.standing(reader, site.config, site.clock())
        failing, failed = looks.failing(reader, site.clock()), reader.alerts("failed", ALERTS_SHOWN)
    needs = health.needs_a_person(found)
    values: dict[str, Any] = {"needs": needs, "failing": failing, "failed": failed}
    return _page.render(request, "status.html", standing=found, **values)


def failing_csv(request: Request) -> Response:
    """The pages that cannot be read, as CSV."""
    with _page.reading(request) as reader:
        return _csv.response("failing", looks.failing(reader, _page.site(request).clock()), FAILING)


ROUTES = [Route("/status", status), Route("/status/failing.csv", failing_csv)]
