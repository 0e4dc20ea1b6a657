"""The only way out: guarded exchanges by httpx, a transport an origin. The network.

So a host that hangs holds up no other. A connection with anything unread on it is not used again, so nothing a server
adds after its answer can be taken for the next one. httpx's own client is not used: redirects, cookies, decoding and
time-outs are ours.
"""

import asyncio
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

import httpcore

# httpx imports its own command line where click, rich and pygments are installed: 40 ms, and nobody here asks for it.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
import httpx

from monitor._net_addresses import Target, numeric, parse_allow, permitted, target
from monitor._net_backend import HEADERS_MOST, AddressBlocked, Backend, NetError, checked_addresses, reached, socket_to
from monitor.models import Outcome

__all__ = [
    "HEADERS_MOST",
    "AddressBlocked",
    "Answer",
    "Connections",
    "Exchange",
    "NetError",
    "Target",
    "connected",
    "ensure_permitted",
    "get",
    "parse_allow",
    "permitted",
    "post",
    "target",
]


IDLE_MOST = timedelta(seconds=2)
KEPT_MOST = 64
"""How long a connection is kept for another exchange, and how many are."""

BODILESS = frozenset({204, 304})
"""Answers that end with their headers (RFC 9112, 6.3)."""

LINE_TOO_LONG = "Receive buffer too long"
"""What h11 says of a line that outgrows httpcore's limit, which is `HEADERS_MOST`."""

VERSIONS = (b"HTTP/1.1", b"HTTP/1.0")

Origin = tuple[str, str, int]


@lru_cache(maxsize=8)
def _tls(ca_file: str) -> ssl.SSLContext:
    """The system's authorities and, where given, one more. Verification has no switch."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


@lru_cache(maxsize=1)
def _no_tls() -> ssl.SSLContext:
    """For http, which never uses it: trusts nobody, and so loads no authorities."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's transport over a backend of ours (its own interface takes none), with one connection."""

    def __init__(self, allow: tuple[str, ...], context: ssl.SSLContext) -> None:
        super().__init__(verify=context, trust_env=False)
        self.backend = Backend(allow)
        self._pool = httpcore.AsyncConnectionPool(ssl_context=context, max_connections=1, network_backend=self.backend)

    @property
    def clean(self) -> bool:
        """Whether the connection may serve another exchange.

        Not where the server added to its answer: httpcore leaves that in its parser and would take it for the next one,
        so we look there (h11, `Connection.trailing_data`).
        """
        connection: Any
        for connection in self._pool.connections:
            parser = connection._connection._h11_state if connection.is_idle() else None
            return parser is not None and not parser.trailing_data[0]
        return False

    def abort(self) -> None:
        """Ends its connection, whatever it is at."""
        if self.backend.stream:
            self.backend.stream.abort()


class Exchange:
    """A server's answer whose body is still to be read, once. `headers` keep the server's order and spelling.

    `begun` says that reading has.
    """

    def __init__(self, response: httpx.Response, backend: Backend) -> None:
        self.status = response.status_code
        self.headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        self.begun = False
        self._stream = _raw(response)
        self._backend = backend

    @property
    def wire_bytes(self) -> int:
        """Bytes received so far: headers, transfer coding and interim answers included."""
        return self._backend.stream.received if self._backend.stream else 0

    async def chunks(self, most: int) -> AsyncIterator[bytes]:
        """The body as it comes, transfer coding taken off.

        Raises:
            NetError: it breaks off, is malformed, or the answer takes more than `most` bytes on the wire.
        """
        self.begun = True
        if self._backend.stream:
            self._backend.stream.most = most
        try:
            async for chunk in self._stream:
                yield chunk
        except httpx.TransportError as error:
            raise _fault(error, self._backend, headed=True) from None


def _raw(response: httpx.Response) -> httpx.AsyncByteStream:
    """The body as it comes; httpx's own ways to read it copy and count it once more."""
    assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 -- the transport is asynchronous
    return response.stream


def _fault(error: httpx.TransportError, backend: Backend, *, headed: bool) -> NetError:
    """Which way an exchange broke; httpx says only that it did."""
    stream = backend.stream
    if headed and LINE_TOO_LONG in str(error):
        return NetError(Outcome.TOO_LARGE, f"more than {HEADERS_MOST} bytes around a chunk")
    if stream is None or not stream.ended:
        return NetError(Outcome.PROTOCOL, str(error))
    if headed:
        return NetError(Outcome.TRUNCATED, str(error))
    if not stream.begun:
        return NetError(Outcome.RESET, "the server closed the connection without an answer")
    if stream.begun.startswith(b"HTTP/1."):
        return NetError(Outcome.TRUNCATED, "the headers break off")
    return NetError(Outcome.PROTOCOL, "the server does not speak HTTP")


class Connections:
    """Exchanges with any number of origins, each over a transport of its own.

    A connection that ended an exchange cleanly serves the next one with its origin, if that comes within `IDLE_MOST`.
    """

    def __init__(self, allow: tuple[str, ...] = (), ca_file: str = "") -> None:
        self._allow = allow
        self._ca_file = ca_file
        self._idle: dict[Origin, tuple[_Transport, asyncio.TimerHandle]] = {}

    @asynccontextmanager
    async def exchange(
        self, method: str, to: Target, headers: Sequence[tuple[str, str]], body: bytes = b""
    ) -> AsyncIterator[Exchange]:
        """Sends a request and reads the answer's head; the body is read inside the block, or not at all.

        There is no deadline here but for name and connection.

        Raises:
            NetError: there is no answer, or a broken one; AddressBlocked before anything was sent.
            ValueError: a header cannot be sent.
        """
        request = await self._request(method, to, headers, body)
        transport, response = await self._answered(request, to)
        try:
            answer = Exchange(response, transport.backend)
            yield answer
            if answer.status in BODILESS and not answer.begun:
                async for _ in answer.chunks(HEADERS_MOST):
                    pass
            await response.aclose()
        except BaseException:
            transport.abort()
            raise
        self._keep(to.origin, transport)

    def close(self) -> None:
        """Ends every idle connection."""
        for origin in list(self._idle):
            self._drop(origin)

    async def _request(self, method: str, to: Target, headers: Sequence[tuple[str, str]], body: bytes) -> httpx.Request:
        """The request, its target sent to the letter."""
        fields = [("Host", to.authority), *headers]
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
        letter = {"target": to.path.encode("ascii")}
        try:
            return httpx.Request(method, _root(to.scheme, to.authority), headers=raw, content=body, extensions=letter)
        except httpx.InvalidURL as error:  # "0177.0.0.1" is none to httpx, yet to a resolver it is this machine
            await checked_addresses(to.host, to.port, self._allow)
            raise ValueError(str(error)) from None

    async def _answered(self, request: httpx.Request, to: Target) -> tuple[_Transport, httpx.Response]:
        """The answer's head; asked for anew where the server has closed a kept connection meanwhile."""
        kept = self._take(to.origin)
        if kept:
            try:
                return kept, await _sent(request, kept)
            except NetError as error:
                if error.outcome is not Outcome.RESET:
                    raise
        fresh = _Transport(self._allow, _tls(self._ca_file) if to.scheme == "https" else _no_tls())
        return fresh, await _sent(request, fresh)

    def _take(self, origin: Origin) -> _Transport | None:
        transport, timer = self._idle.pop(origin, (None, None))
        if timer:
            timer.cancel()
        if transport and transport.backend.stream:
            transport.backend.stream.begin()
        return transport

    def _keep(self, origin: Origin, transport: _Transport) -> None:
        if not transport.clean or origin in self._idle:
            transport.abort()
            return
        timer = asyncio.get_running_loop().call_later(IDLE_MOST.total_seconds(), self._drop, origin)
        self._idle[origin] = (transport, timer)
        if len(self._idle) > KEPT_MOST:
            self._drop(next(iter(self._idle)))

    def _drop(self, origin: Origin) -> None:
        transport, timer = self._idle.pop(origin)
        timer.cancel()
        transport.abort()


@lru_cache(maxsize=4096)
def _root(scheme: str, authority: str) -> httpx.URL:
    """The origin's address, taken apart once for all its pages.

    Raises:
        httpx.InvalidURL: it is none to httpx.
    """
    return httpx.URL(f"{scheme}://{authority}/")


async def _sent(request: httpx.Request, transport: _Transport) -> httpx.Response:
    try:
        response = await transport.handle_async_request(request)
        if response.status_code == 101 or response.extensions["http_version"] not in VERSIONS:
            raise NetError(Outcome.PROTOCOL, "the server switches to another protocol")
    except httpx.LocalProtocolError as error:
        transport.abort()
        raise ValueError(str(error)) from None
    except httpx.TransportError as error:
        transport.abort()
        raise _fault(error, transport.backend, headed=False) from None
    except BaseException:
        transport.abort()
        raise
    return response


# --- for channels ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said: header names in lower case, the body cut at its limits."""

    status: int
    headers: dict[str, str]
    body: bytes


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow: tuple[str, ...] = (),
    ca_file: str = "",
    deadline: timedelta = timedelta(seconds=30),
    limit: int = 65536,
) -> Answer:
    """One POST; see `_called`."""
    return await _called("POST", url, headers, body, allow, ca_file, deadline, limit)


async def get(
    url: str, headers: Mapping[str, str], *, allow: tuple[str, ...] = (), ca_file: str = "", deadline: timedelta
) -> Answer:
    """One GET of what no page is; see `_called`."""
    return await _called("GET", url, headers, b"", allow, ca_file, deadline, HEADERS_MOST)


async def _called(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    allow: tuple[str, ...],
    ca_file: str,
    deadline: timedelta,
    limit: int,
) -> Answer:
    """One request; redirects are not followed, the answer's body is read up to `limit` bytes and to the deadline.

    A numeric host or "localhost" in `url` is permitted, public or not: writing it into the configuration is the
    permission. What a name resolves to is guarded.

    Raises:
        NetError: there is no answer by the deadline, or a broken one; every fault on the way.
        ValueError: `url` is no http(s) address, or a header cannot be sent.
    """
    to = target(url)
    connections = Connections(allow + _written(to.host, to.port), ca_file)
    request = connections.exchange(method, to, (*headers.items(), ("Connection", "close")), body)
    said: Answer | None = None
    try:
        async with asyncio.timeout(deadline.total_seconds()), request as answer:
            said = Answer(answer.status, {name.lower(): value for name, value in answer.headers}, b"")
            async for chunk in answer.chunks(2 * (limit + HEADERS_MOST)):
                said = replace(said, body=(said.body + chunk)[:limit])
                if len(said.body) >= limit:
                    break
            return said
    except TimeoutError:
        if said:
            return said
        raise NetError(Outcome.TIMEOUT, f"no answer within {deadline.total_seconds():g} s") from None
    finally:
        connections.close()


async def connected(host: str, port: int, allow: tuple[str, ...] = ()) -> socket.socket:
    """A connection for what is not HTTP, guarded as `post` is; the caller closes it.

    Raises:
        NetError: there is none; AddressBlocked where the host is at an address that may not be reached.
    """
    return await reached(host, port, allow + _written(host, port), socket_to)


async def ensure_permitted(host: str, port: int, allow: tuple[str, ...] = ()) -> None:
    """For what a library of its own connects to: that all the host's addresses may be reached, by now.

    Raises:
        NetError: there is none; AddressBlocked where one may not.
    """
    await checked_addresses(host, port, allow + _written(host, port))


def _written(host: str, port: int) -> tuple[str, ...]:
    """The entries of `allow` that an operator's own spelling of the host stands for."""
    if host == "localhost":
        return (f"127.0.0.1:{port}", f"[::1]:{port}")
    if not numeric(host):
        return ()
    return (f"[{host}]:{port}" if ":" in host else f"{host}:{port}",)
