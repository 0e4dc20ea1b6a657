"""The change log."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.web import _page


def log(request: Request) -> Response:
    """The latest changes."""
    with _page.reading(request) as reader:
        return _page.render(request, "changes.html", rows=reader.change_log(limit=50))


ROUTES = [Route("/", log)]
