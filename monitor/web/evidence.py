"""The bytes as served: a download that is text, whatever they say they are."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.web import _page

HEADERS = {"content-security-policy": "sandbox; default-src 'none'"}
"""Should anything show it all the same, nothing in it runs."""


def snapshot(request: Request) -> Response:
    """A snapshot by its SHA-256."""
    name = request.path_params["hash"]
    with _page.reading(request) as reader:
        body = reader.snapshot(name)
    if body is None:
        raise HTTPException(404, "There is no snapshot of this hash.")
    headers = HEADERS | {"content-disposition": f'attachment; filename="{name}.txt"'}
    return Response(body, headers=headers, media_type="text/plain; charset=utf-8")


ROUTES = [Route("/snapshots/{hash}", snapshot)]
