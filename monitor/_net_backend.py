"""The guard under the transport: checks every address, counts every byte. The network.

    httpx transport -> httpcore pool -> Backend (resolve once, check all, connect to a checked one) -> Stream

httpcore calls the backend for each connection it makes, so no redirect and no second lookup gets round it.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, SupportsIndex, TypeVar

import httpcore

from monitor._net_addresses import numeric, permitted
from monitor._net_resolver import resolve
from monitor.errors import MonitorError
from monitor.models import Outcome

CONNECT_WITHIN = 5.0
RESOLVE_WITHIN = 5.0
"""Seconds for one connection and for one name; the caller's deadline may be nearer."""

HEADERS_MOST = 100 * 1024
"""Bytes of a header section, interim answers included, and of the lines around a chunk."""

HEAD_READ_BYTES = 16 * 1024
READ_BYTES = 64 * 1024
"""Bytes taken from the socket at once, before and after the end of the headers."""


T = TypeVar("T")


class NetError(MonitorError):
    """No answer, or a broken one. `outcome` says which way; `detail` is a few words for the check's row."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail


class AddressBlocked(NetError):  # noqa: N818 -- named as the outcome is
    """The address is not public, and the configuration does not allow it."""

    def __init__(self, detail: str) -> None:
        super().__init__(Outcome.ADDRESS_BLOCKED, detail)


class Backend(httpcore.AsyncNetworkBackend):
    """Makes one connection, to a checked address; `stream` is it, once there is one. Names stay for TLS to verify."""

    def __init__(self, allow: tuple[str, ...]) -> None:
        self._allow = allow
        self.stream: Stream | None = None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's signature; our deadline is the caller's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to a checked address of the host."""
        self.stream = await reached(host, port, self._allow, _opened)
        return self.stream

    async def sleep(self, seconds: float) -> None:
        """Never asked for: nothing is tried twice here."""
        await asyncio.sleep(seconds)


class _Reader(asyncio.StreamReader):
    """A reader that knows how many bytes came in all, read or not."""

    came = 0

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        """Called by the connection."""
        chunk = bytes(data)
        self.came += len(chunk)
        super().feed_data(chunk)


async def _opened(address: str, port: int) -> "Stream":
    loop = asyncio.get_running_loop()
    reader = _Reader(limit=READ_BYTES, loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport, _ = await loop.create_connection(lambda: protocol, address, port)
    return Stream(reader, asyncio.StreamWriter(transport, protocol, reader, loop))


class Stream(httpcore.AsyncNetworkStream):
    """One connection. Of one exchange, `received` counts the bytes, at the most `most`; `begun` are the first few."""

    def __init__(self, reader: _Reader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._taken = 0
        self.begin()

    def begin(self) -> None:
        """Another exchange begins on this connection."""
        self.received = 0
        self.begun = b""
        self.most: int | None = None  # unknown until the headers are read: until then they alone are bounded
        self.ended = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """What came; empty at the end."""
        try:
            data = await self._reader.read(HEAD_READ_BYTES if self.most is None else READ_BYTES)
        except ssl.SSLError as error:
            raise NetError(Outcome.TLS, words(error)) from None
        except OSError as error:
            raise NetError(Outcome.RESET, f"the connection broke: {words(error)}") from None
        self.begun = self.begun or data[:8]
        self._taken += len(data)
        self.received += len(data)
        self.ended = not data
        if self.received > (self.most or HEADERS_MOST):
            raise self._too_much()
        return data

    def _too_much(self) -> NetError:
        if self.most is None:
            return NetError(Outcome.HEADERS_TOO_LARGE, f"more than {HEADERS_MOST} bytes of headers")
        return NetError(Outcome.TOO_LARGE, f"more than {self.most} bytes")

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Sends; what the far end does about it shows when reading."""
        if buffer:
            self._writer.write(buffer)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """The same connection, encrypted, and its far end proven to be `server_hostname`."""
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except TimeoutError:
            raise NetError(Outcome.TIMEOUT, f"no TLS handshake within {CONNECT_WITHIN:.0f} s") from None
        except ssl.SSLError as error:
            raise NetError(Outcome.TLS, words(error)) from None
        except OSError as error:
            raise NetError(Outcome.TLS, f"the handshake broke off: {words(error)}") from None
        return self

    async def aclose(self) -> None:
        """Ends the connection."""
        self.abort()

    def abort(self) -> None:
        """Ends it without ceremony: a server that will not say goodbye holds nothing up."""
        self._writer.transport.abort()

    def get_extra_info(self, info: str) -> Any:
        """httpcore asks whether an idle connection has something to read: then it is not used again."""
        return self._reader.at_eof() or self._reader.came > self._taken if info == "is_readable" else None


async def reached(host: str, port: int, allow: tuple[str, ...], connect: Callable[[str, int], Awaitable[T]]) -> T:
    """What `connect` makes of the first of the host's addresses that answers, once all of them are checked."""
    fault = NetError(Outcome.CONNECT, "not tried")
    for address in await checked_addresses(host, port, allow):
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                return await connect(address, port)
        except TimeoutError:
            fault = NetError(Outcome.TIMEOUT, f"no connection to {address} within {CONNECT_WITHIN:.0f} s")
        except OSError as error:
            fault = NetError(Outcome.CONNECT, f"no connection to {address}: {words(error)}")
    raise fault


async def socket_to(address: str, port: int) -> socket.socket:
    """A connected socket; the caller closes it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(connection, (address, port))
    except BaseException:
        connection.close()
        raise
    return connection


async def checked_addresses(host: str, port: int, allow: tuple[str, ...]) -> tuple[str, ...]:
    """The host's addresses, all of them permitted: one bad answer among good ones is an attack or a mistake."""
    host = host.strip("[]")
    try:
        async with asyncio.timeout(RESOLVE_WITHIN):
            addresses = (host,) if numeric(host) else await resolve(host, port)
    except TimeoutError:
        raise NetError(Outcome.TIMEOUT, f"no address for {host} within {RESOLVE_WITHIN:.0f} s") from None
    if not addresses:
        raise NetError(Outcome.CONNECT, f"no address for {host}")
    for address in addresses:
        if not permitted(address, port, allow):
            place = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
            named = "" if address == host else f"{host} is at "
            raise AddressBlocked(f"{named}{place}: not public; [http] allow can open it")
    return addresses


def words(error: OSError) -> str:
    """What the system says of its error, in a few words."""
    return getattr(error, "verify_message", "") or error.strerror or str(error) or type(error).__name__
