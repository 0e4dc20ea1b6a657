"""Stands before every page: by which name it is asked for, by whom, from where; and what every answer carries.

A foreign name is refused (a page elsewhere may have its own name lead here), a form sent from another site too.
Everything but `PUBLIC` needs the token, where there is one: a new page needs it by itself.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor._config_web import parsed
from monitor.models import Web
from monitor.web._credentials import Credentials, takes_password
from monitor.web._site import Site

PUBLIC = ("/healthz", "/login")
PUBLIC_BELOW = "/static/"
"""What is answered without credentials."""

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No script at all, nothing from elsewhere, in no frame: whatever a watched page may have put into its text."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-cache",
}

SAFE = ("GET", "HEAD", "OPTIONS")


class Guard:
    """The middleware: lets a request pass, or answers it."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._web = site.config.web
        self._credentials = Credentials(self._web, site.clock)
        # With no-referrer browsers hide where a form comes from, which is then held against where it goes.
        self._headers = HEADERS | ({"referrer-policy": "same-origin"} if self._web.token else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Called by the server."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            scope["credentials"] = self._credentials
            answer = self._refusal(Request(scope)) or self._app
            await answer(scope, receive, _with_headers(send, self._headers))

    def _refusal(self, request: Request) -> Response | None:
        if not from_proxy(request, self._web):
            return PlainTextResponse("Only the proxies that the configuration names may ask here.", 403)
        if not known_host(request.headers, self._web):
            words = 'This name is not known here: add it to "hosts" in [web] of the configuration.'
            return PlainTextResponse(words, 421)
        if request.method not in SAFE and not same_site(request.headers, self._web):
            return PlainTextResponse("This form was sent from another site.", 403)
        if self._is_public(request.scope["path"]) or self._credentials.suffice(request):
            return None
        return self._ask(request)

    def _is_public(self, path: str) -> bool:
        return not self._web.token or path in PUBLIC or path.startswith(PUBLIC_BELOW)

    def _ask(self, request: Request) -> Response:
        if self._credentials.too_many(request):
            return PlainTextResponse("Too many wrong tokens. Wait a minute.", 429, {"retry-after": "60"})
        if takes_password(request):
            challenge = {"www-authenticate": 'Basic realm="statement monitor", charset="UTF-8"'}
            return PlainTextResponse("This needs the token, as the password of any user.", 401, challenge)
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/login?to={quote(back, safe='')}", 303)
        return PlainTextResponse("This needs the token.", 401, {"www-authenticate": "Bearer"})


def from_proxy(request: Request, web: Web) -> bool:
    """Whether the request comes from whom it may come from: where proxies are trusted, from one of them."""
    if not web.trusted_proxies:
        return True
    try:
        peer = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return any(peer in parsed(entry) for entry in web.trusted_proxies)


def known_host(headers: Mapping[str, str], web: Web) -> bool:
    """Whether the name asked for is ours. An address is: no page elsewhere can make its own name lead to one."""
    name = _host_name(headers.get("host", ""))
    if name is None:
        return False
    try:
        ip_address(name)
    except ValueError:
        return name in {"localhost", *web.hosts, urlsplit(web.url).hostname}
    return True


def _host_name(value: str) -> str | None:
    try:
        parts = urlsplit(f"//{value}")
        parts.port  # noqa: B018 -- raises where it is none
    except ValueError:
        return None
    return parts.hostname if parts.netloc == value and "@" not in value else None


def same_site(headers: Mapping[str, str], web: Web) -> bool:
    """Whether a form was sent from one of our own pages; programs send neither header, and no cookie unasked."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or origin == web.url or urlsplit(origin).netloc == headers.get("host")


def _with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = MutableHeaders(scope=message)
            for name, value in headers.items():
                own.setdefault(name, value)
        await send(message)

    return sending
