"""The only way out: one guarded exchange on one fresh connection, by httpx. The network.

A transport serves one exchange, so a host that hangs holds up no other, and nothing a server adds after its answer can
be taken for the next one. httpx's own client is not used: redirects, cookies, decoding and time-outs are ours.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import httpcore
import httpx

from monitor._net_addresses import Target, numeric, parse_allow, permitted, target
from monitor._net_backend import HEADERS_MOST, AddressBlocked, Backend, NetError, checked_addresses
from monitor.models import Outcome

__all__ = [
    "HEADERS_MOST",
    "AddressBlocked",
    "Answer",
    "Exchange",
    "NetError",
    "Target",
    "exchange",
    "parse_allow",
    "permitted",
    "post",
    "target",
]


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
    """httpx's transport over a backend of ours; its public interface takes none (encode/httpx, transports)."""

    def __init__(self, context: ssl.SSLContext, backend: Backend) -> None:
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(ssl_context=context, max_connections=1, network_backend=backend)


class Exchange:
    """A server's answer whose body is still to be read. `headers` keep the server's order and spelling."""

    def __init__(self, response: httpx.Response, backend: Backend) -> None:
        self.status = response.status_code
        self.headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        self._response = response
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
        if self._backend.stream:
            self._backend.stream.most = most
        try:
            async for chunk in self._response.aiter_raw():
                yield chunk
        except httpx.TransportError as error:
            raise _fault(error, self._backend, headed=True) from None


def _fault(error: httpx.TransportError, backend: Backend, *, headed: bool) -> NetError:
    """Which way an exchange broke; httpx says only that it did."""
    stream = backend.stream
    if stream is None or not stream.ended:
        return NetError(Outcome.PROTOCOL, str(error))
    if headed:
        return NetError(Outcome.TRUNCATED, str(error))
    if not stream.begun:
        return NetError(Outcome.RESET, "the server closed the connection without an answer")
    if stream.begun.startswith(b"HTTP/1."):
        return NetError(Outcome.TRUNCATED, "the headers break off")
    return NetError(Outcome.PROTOCOL, "the server does not speak HTTP")


@asynccontextmanager
async def exchange(
    method: str,
    to: Target,
    headers: Sequence[tuple[str, str]],
    *,
    body: bytes = b"",
    allow: tuple[str, ...] = (),
    ca_file: str = "",
) -> AsyncIterator[Exchange]:
    """Sends a request on a connection of its own and reads the answer's head; leaving the block closes it.

    There is no deadline here but for name and connection.

    Raises:
        NetError: there is no answer, or a broken one; AddressBlocked before anything was sent.
        ValueError: a header cannot be sent.
    """
    try:
        request = _request(method, to, headers, body)
    except httpx.InvalidURL as error:  # "0177.0.0.1" is none to httpx, yet to a resolver it is this machine
        await checked_addresses(to.host, to.port, allow)
        raise ValueError(str(error)) from None
    backend = Backend(allow)
    transport = _Transport(_tls(ca_file) if to.scheme == "https" else _no_tls(), backend)
    try:
        response = await transport.handle_async_request(request)
        if response.status_code == 101:
            raise NetError(Outcome.PROTOCOL, "the server switches to another protocol")
        yield Exchange(response, backend)
    except httpx.LocalProtocolError as error:
        raise ValueError(str(error)) from None
    except httpx.TransportError as error:
        raise _fault(error, backend, headed=False) from None
    finally:
        if backend.stream:
            await backend.stream.aclose()


def _request(method: str, to: Target, headers: Sequence[tuple[str, str]], body: bytes) -> httpx.Request:
    """The request, its target sent to the letter."""
    fields = [("Host", to.authority), *headers, ("Connection", "close")]
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
    origin = f"{to.scheme}://{to.authority}/"
    return httpx.Request(method, origin, headers=raw, content=body, extensions={"target": to.path.encode("ascii")})


# --- a POST for channels ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said: header names in lower case, the body cut at the limit."""

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
    """One POST; redirects are not followed, the answer is read up to `limit` bytes.

    A numeric host or "localhost" in `url` is permitted, public or not: writing it into the configuration is the
    permission. What a name resolves to is guarded.

    Raises:
        NetError: there is no answer, or a broken one; every fault on the way, the deadline included.
        ValueError: `url` is no http(s) address, or a header cannot be sent.
    """
    to = target(url)
    allow += _written(to)
    request = exchange("POST", to, tuple(headers.items()), body=body, allow=allow, ca_file=ca_file)
    try:
        async with asyncio.timeout(deadline.total_seconds()), request as answer:
            content = b""
            async for chunk in answer.chunks(2 * (limit + HEADERS_MOST)):
                content += chunk
                if len(content) >= limit:
                    break
            return Answer(answer.status, {name.lower(): value for name, value in answer.headers}, content[:limit])
    except TimeoutError:
        raise NetError(Outcome.TIMEOUT, f"no complete answer within {deadline.total_seconds():g} s") from None


def _written(to: Target) -> tuple[str, ...]:
    """The entries of `allow` that an operator's own spelling of the host stands for."""
    if to.host == "localhost":
        return (f"127.0.0.1:{to.port}", f"[::1]:{to.port}")
    if not numeric(to.host):
        return ()
    return (f"[{to.host}]:{to.port}" if ":" in to.host else f"{to.host}:{to.port}",)
