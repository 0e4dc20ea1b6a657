"""The little that readers can do, at a daemon and with the token: mark changes as read, have alerts sent again."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.errors import MonitorError
from monitor.web import _page, _params
from monitor.web._site import Write

TOGETHER = 100
"""Changes that are marked at once, at most."""


def _write(request: Request) -> Write:
    site = _page.site(request)
    if site.write is None:
        raise HTTPException(403, "These pages are for reading: only those of the daemon can mark and send.")
    if not site.config.web.token:
        raise HTTPException(403, "This needs a `token` in [web] of the configuration.")
    return site.write


async def mark(request: Request) -> Response:
    """Marks changes (`id`, several) as read, or with `read=0` as not read."""
    write, fields = _write(request), await _params.form(request)
    ids = [int(value) for value in fields.get("id", [])[:TOGETHER] if value.isascii() and value.isdecimal()]
    known = [change_id for change_id in ids if change_id <= _params.MOST_ID]
    read = fields.get("read") != ["0"]
    now = _page.site(request).clock()
    await write(lambda store: store.mark_read(known, now, read=read))
    return _back(fields)


async def redeliver(request: Request) -> Response:
    """Has the alerts named by `id` sent again, at once and under their ids."""
    write, fields = _write(request), await _params.form(request)
    ids, now = fields.get("id", [])[:TOGETHER], _page.site(request).clock()
    try:
        await write(lambda store: store.redeliver(ids, now))
    except MonitorError as error:
        raise HTTPException(409, str(error)) from None
    return _back(fields)


def _back(fields: dict[str, list[str]]) -> Response:
    return RedirectResponse(_params.inside(fields.get("to", [""])[0]), 303)


ROUTES = [Route("/read", mark, methods=["POST"]), Route("/redeliver", redeliver, methods=["POST"])]
