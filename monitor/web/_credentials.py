"""Who may come in: the token itself (`Authorization: Bearer …`), or the cookie given for it; five tries a minute.

Feed readers know neither: for feeds the token may be the password of a user of any name (RFC 7617).
"""

import base64
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from monitor.models import Web

FEEDS = "/feeds/"
COOKIE = "monitor"
LASTS = timedelta(days=30)
"""How long a cookie is good; with another token none is."""

TRIES = 5
WITHIN = timedelta(minutes=1)
PEERS = 1000
"""Addresses whose wrong tries are remembered; beyond them, all share one count."""


class Credentials:
    """Holds what a request brings against the token, in constant time."""

    def __init__(self, web: Web, clock: Callable[[], datetime]) -> None:
        self._web = web
        self._clock = clock
        self._wrong: dict[str, list[datetime]] = {}

    def suffice(self, request: Request) -> bool:
        """Whether the request brings the token, or a cookie given for it; a wrong token counts as a try."""
        if self._sealed(request.cookies.get(COOKIE, "")):
            return True
        given = _given(request)
        return given is not None and self.accept(request, given)

    def accept(self, request: Request, given: str) -> bool:
        """Whether this is the token; never, after too many wrong ones."""
        if self.too_many(request):
            return False
        right = hmac.compare_digest(given.encode(), self._web.token.encode())
        if not right:
            self._wrong.setdefault(self._peer(request), []).append(self._clock())
        return right

    def too_many(self, request: Request) -> bool:
        """Whether so many wrong tokens came from there within a minute that none is looked at."""
        since = self._clock() - WITHIN
        self._wrong = {peer: late for peer, times in self._wrong.items() if (late := [t for t in times if t > since])}
        return len(self._wrong.get(self._peer(request), ())) >= TRIES

    def give(self, response: Response) -> None:
        """Gives the cookie for the token; scripts cannot read it, and other sites cannot have it sent."""
        until = str(int((self._clock() + LASTS).timestamp()))
        response.set_cookie(
            COOKIE,
            f"{until}.{self._seal(until)}",
            max_age=int(LASTS.total_seconds()),
            secure=self._web.url.startswith("https:"),
            httponly=True,
            samesite="strict",
        )

    def _sealed(self, cookie: str) -> bool:
        until, _, seal = cookie.partition(".")
        if not hmac.compare_digest(seal.encode(), self._seal(until).encode()):
            return False
        return int(until) > self._clock().timestamp()

    def _seal(self, until: str) -> str:
        return hmac.new(self._web.token.encode(), f"cookie {until}".encode(), sha256).hexdigest()

    def _peer(self, request: Request) -> str:
        """Whose tries count together: the address that asked; of a trusted proxy, the one it names last."""
        named = request.headers.get("x-forwarded-for", "") if self._web.trusted_proxies else ""
        found = named.rsplit(",", 1)[-1].strip() or (request.client.host if request.client else "")
        return found if found in self._wrong or len(self._wrong) < PEERS else ""


def takes_password(request: Request) -> bool:
    """Whether the token may come as a password, too."""
    return request.url.path.startswith(FEEDS)


def _given(request: Request) -> str | None:
    """The token that the request names, right or wrong; None: it names none."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() != "basic" or not takes_password(request):
        return None
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""
