"""What is answered where a page cannot be shown: a plain page that says what to do, and nothing of our insides."""

from http import HTTPStatus

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from monitor.errors import MonitorError, SlowError
from monitor.web import _page
from monitor.web._guard import HEADERS

SAID = {
    404: "There is nothing at this address.",
    405: "This address cannot be used like that.",
    413: "That is more than this address takes.",
    500: "Something is wrong here. The program's log says what.",
    503: "The database cannot be read at present. Try again in a moment.",
}

SLOW = "That takes longer than a page may. Ask for less of it."


def refused(request: Request, error: Exception) -> Response:
    """Where a page says that there is no such thing, or a parameter makes no sense."""
    assert isinstance(error, HTTPException)  # noqa: S101 -- what it is registered for
    usual = HTTPStatus(error.status_code).phrase
    words = SAID.get(error.status_code, usual) if error.detail == usual else error.detail
    response = said(request, error.status_code, words)
    response.headers.update(error.headers or {})
    return response


def broken(request: Request, error: Exception) -> Response:
    """Where our own code or the database failed: told in the log, with where; its insides are no reader's business."""
    log = structlog.get_logger()
    if isinstance(error, MonitorError):
        log.warning("page failed", path=request.url.path, reason=str(error))
    else:
        log.error("page failed", path=request.url.path, exc_info=error)
    status = 503 if isinstance(error, MonitorError) else 500
    response = said(request, status, SLOW if isinstance(error, SlowError) else SAID[status])
    response.headers.update(HEADERS)  # this is made outside of the guard, which adds them otherwise
    return response


def said(request: Request, status: int, words: str) -> Response:
    """A page of one sentence; JSON where a program asked."""
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": words}, status)
    return _page.render(request, "fault.html", status, title=HTTPStatus(status).phrase, words=words)
