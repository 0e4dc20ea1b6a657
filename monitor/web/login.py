"""The form that takes the token, and gives the cookie for it."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.web import _page, _params
from monitor.web._credentials import COOKIE, Credentials


def form(request: Request) -> Response:
    """The empty form."""
    if not _page.site(request).config.web.token:
        raise HTTPException(404)
    return _page.render(request, "login.html", to=_params.inside(request.query_params.get("to", "")), fault="")


async def enter(request: Request) -> Response:
    """Takes the token; on to where the reader wanted to go."""
    credentials: Credentials = request.scope["credentials"]
    fields = await _params.form(request)
    to = _params.inside(fields.get("to", [""])[0])
    if credentials.too_many(request):
        return _page.render(request, "login.html", 429, to=to, fault="Too many wrong tokens. Wait a minute.")
    if not credentials.accept(request, fields.get("token", [""])[0].strip()):
        return _page.render(request, "login.html", 403, to=to, fault="That is not the token.")
    response = RedirectResponse(to, 303)
    credentials.give(response)
    return response


def leave(_request: Request) -> Response:
    """Takes the cookie back."""
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


ROUTES = [
    Route("/login", form),
    Route("/login", enter, methods=["POST"]),
    Route("/logout", leave, methods=["POST"]),
]
