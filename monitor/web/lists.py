"""`/changes.csv`, `/pages.csv`, `/alerts.csv`: the lists of the pages beside them, narrowed alike, 1,000 rows each."""

from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.interfaces import Row
from monitor.models import AlertState
from monitor.stores import _reading_changes as reading_changes
from monitor.stores import _reading_pages as reading_pages
from monitor.web import _api_models as models
from monitor.web import _csv, _page, _params
from monitor.web._listing import Find

ROWS = 1000
ALERTS = (
    *("id", "change_id", "channel", "state", "attempts", "created_at", "next_attempt_at", "sent_at", "detail"),
    *("told_with", "kind", "disclosure", "title", "url"),
)


def changes(request: Request) -> Response:
    """The change log."""
    with _page.reading(request) as reader:
        find = partial(reading_changes.change_page, reader, _params.wanted(request))
        return _listed(request, "changes", find, tuple(models.ChangeRow.model_fields))


def pages(request: Request) -> Response:
    """The pages."""
    wanted = _params.pages_wanted(request)
    with _page.reading(request) as reader:
        find = partial(reading_pages.page_list, reader, wanted)
        return _listed(request, "pages", find, tuple(models.PageRow.model_fields))


def alerts(request: Request) -> Response:
    """The outbox."""
    state = _params.one_of(request, "state", [state.value for state in AlertState])
    with _page.reading(request) as reader:
        return _csv.response("alerts", reader.alerts(state, ROWS), ALERTS)


def _listed(request: Request, name: str, find: Find, columns: Sequence[str]) -> Response:
    """The rows below the one that `before` names; where there are more, the header `Link` has where (RFC 8288)."""
    rows: list[Row] = find(ROWS + 1, before=_params.number(request, "before"), after=None)
    response = _csv.response(name, rows[:ROWS], columns)
    if len(rows) > ROWS:
        response.headers["link"] = f'<{_params.address(request, before=rows[ROWS - 1]["id"])}>; rel="next"'
    return response


ROUTES = [Route("/changes.csv", changes), Route("/pages.csv", pages), Route("/alerts.csv", alerts)]
