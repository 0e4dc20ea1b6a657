"""A site that misbehaves: a listener a behaviour, and canaries where nobody may ever knock."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.servers import HANG, RESET

SITE = "127.0.0.1"
FORBIDDEN = "127.0.0.2"


@dataclass(frozen=True)
class Drip:
    """`start`, then `part` again and again, after a pause each, until the far end has had enough."""

    start: bytes
    part: bytes
    pause_s: float = 0.0


Answer = bytes | Drip | None
"""What one request gets: bytes (their ending may be `HANG` or `RESET`), a drip, or not even a read (None)."""

Talk = Answer | Callable[[str], Answer]
"""An answer, or what makes it from the request."""


@dataclass(frozen=True)
class Behaviour:
    """What a site does, look by look, and what must come of it.

    `outcomes` names one for each look; empty where only the alerts matter. `kinds` are all the changes it may make, in
    order: each is one alert. `certificate` is one of `certificates.contexts`; None speaks plain HTTP. `host` is the
    name in the page's address. `source` are the lines of its source's file besides the page. `robots` is what its
    robots.txt gets, at every look.
    """

    name: str
    looks: tuple[Talk, ...]
    outcomes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    certificate: str | None = None
    scheme: str = "http"
    host: str = SITE
    path: str = "/news/harbour-dues"
    named_as: str = "pages"
    robots: bytes = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    source: str = '[parser]\ntype = "css"\ntitle = "h1"\nbody = "main"\n'

    @property
    def group(self) -> str:
        """The row of the table of faults it belongs to: "T4"."""
        return self.name.split()[0]


@dataclass
class Listener:
    """One behaviour at its own port; `look` is the number of the look it is at."""

    behaviour: Behaviour
    canary: "Canary"
    port: int = 0
    look: int = 0
    requests: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"{self.behaviour.scheme}://{self.behaviour.host}:{self.port}{self.behaviour.path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers the requests of one connection."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._answered(reader, writer):
                pass
        writer.transport.abort()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection stays open."""
        looks = self.behaviour.looks
        talk = looks[min(self.look, len(looks) - 1)]
        if talk is None:
            await asyncio.Event().wait()
        untalkative = self.behaviour.scheme == "https" and not self.behaviour.certificate
        request = "" if untalkative else (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        if request.startswith("GET /robots.txt "):
            return await _told(writer, self._filled(self.behaviour.robots))
        self.requests.append(request)
        answer = talk(request) if callable(talk) else talk
        return await _told(writer, self._filled(answer)) if answer is not None else False

    def _filled(self, answer: bytes | Drip) -> bytes | Drip:
        """The ports in place of their names, at the same length."""
        if isinstance(answer, Drip):
            return answer
        return answer.replace(b"{canary}", b"%08d" % self.canary.port).replace(b"{port}", b"%06d" % self.port)


async def _told(writer: asyncio.StreamWriter, answer: bytes | Drip) -> bool:
    if isinstance(answer, Drip):
        writer.write(answer.start)
        while True:
            writer.write(answer.part)
            await writer.drain()
            await asyncio.sleep(answer.pause_s)
    writer.write(answer.removesuffix(RESET).removesuffix(HANG))
    if answer.endswith(RESET):
        linger_not = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        return False
    await writer.drain()
    if not answer.endswith(HANG) and writer.can_write_eof():
        writer.write_eof()
        await asyncio.sleep(0.05)  # what is on its way arrives before the connection goes
    elif not answer.endswith(HANG):
        writer.close()
        await writer.wait_closed()
    return answer.endswith(HANG)


@dataclass
class Canary:
    """Listens where nothing may ever be sent; `heard` says who was."""

    port: int = 0
    heard: list[str] = field(default_factory=list)

    async def serve(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Notes that it was reached."""
        self.heard.append(str(writer.get_extra_info("sockname")))
        writer.transport.abort()


@asynccontextmanager
async def site(
    behaviours: Iterable[Behaviour], contexts: Mapping[str, ssl.SSLContext], canary: Canary
) -> AsyncIterator[list[Listener]]:
    """A listener for each behaviour, and the canary at its own port and at each of theirs on a forbidden address."""
    listeners = [Listener(behaviour, canary) for behaviour in behaviours]
    async with contextlib.AsyncExitStack() as stack:

        async def listen(serve: object, host: str, port: int, context: ssl.SSLContext | None = None) -> int:
            server = await asyncio.start_server(serve, host, port, ssl=context)  # type: ignore[arg-type]
            stack.callback(server.close)
            number: int = server.sockets[0].getsockname()[1]
            return number

        canary.port = await listen(canary.serve, SITE, 0)
        await listen(canary.serve, FORBIDDEN, canary.port)
        for listener in listeners:
            context = contexts.get(listener.behaviour.certificate or "")
            listener.port = await listen(listener.serve, SITE, 0, context)
            await listen(canary.serve, FORBIDDEN, listener.port)
        yield listeners
