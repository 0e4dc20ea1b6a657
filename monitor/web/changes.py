"""The change log."""

from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.models import Disclosure, Kind, SignalName
from monitor.stores import _reading_changes as reading_changes
from monitor.stores import _reading_pages as reading_pages
from monitor.web import _page, _params
from monitor.web._listing import listing

FURTHER = ("kind", "signal", "from", "to", "unread")
"""Filters that are out of sight where none of them is set."""


def log(request: Request) -> Response:
    """The change log, narrowed as the address says."""
    wanted = _params.wanted(request)
    with _page.reading(request) as reader:
        found = listing(request, partial(reading_changes.change_page, reader, wanted))
        return _page.render(
            request,
            "changes.html",
            listing=found,
            count=len(found.rows) if found.whole else reading_changes.count_changes(reader, wanted),
            most=reading_changes.COUNTED,
            standing=reading_changes.standing(reader, _page.site(request).clock()),
            sources=reading_pages.source_names(reader),
            kinds=[kind.value for kind in Kind],
            disclosures=[disclosure.value for disclosure in Disclosure],
            signals=[signal.value for signal in SignalName],
            asked=dict(request.query_params),
            more=any(map(request.query_params.get, FURTHER)),
            here=_params.address(request),
            narrowed=_params.has_filters(request),
        )


def home(_request: Request) -> Response:
    """Where the change log is, for who takes a part off an address."""
    return RedirectResponse("/", 308)


ROUTES = [Route("/", log), Route("/changes", home)]
