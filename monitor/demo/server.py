"""A small HTTP/1.1 server on loopback: the far ends of the demo and of the tests are built on it."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Self, TypeVar

LOOPBACK = "127.0.0.1"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked. Header names are lower case; `target` is path and query as they came."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says to it. `Content-Length` and `Connection` are added on the wire."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Bell:
    """Rings when something arrived, so that others wait for facts and not for time."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wakes everyone who waits."""
        self._rung.set()

    async def until(self, find: Callable[[], T | None]) -> T:
        """What `find` finds, once that is true of anything; looks anew at each ring."""
        while not (found := find()):
            self._rung.clear()
            await self._rung.wait()
        return found


class LoopbackServer:
    """Serves `answer` on a free port of 127.0.0.1 while the `async with` block lasts. Subclasses say what to answer."""

    def __init__(self) -> None:
        self.bell = Bell()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
        for writer in self._connections:
            writer.close()
        # Not cancelled: before Python 3.12 a cancelled connection is logged as an error.
        await asyncio.gather(*(task for task in self._connections.values() if task))

    @property
    def address(self) -> str:
        """`127.0.0.1:PORT`, as `[http] allow` takes it."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def url(self) -> str:
        """The root address, without a slash at the end."""
        return f"http://{self.address}"

    def answer(self, request: Request) -> Answer:
        """What is answered; called once per request, in the order they come."""
        raise NotImplementedError

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive until the client or the server ends it."""
        self._connections[writer] = asyncio.current_task()
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while True:
                    request = await _read(reader)
                    writer.write(_wire(self.answer(request), request.method))
                    await writer.drain()
                    self.bell.ring()
        finally:
            self._connections.pop(writer)
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)


def _wire(answer: Answer, method: str) -> bytes:
    bare = answer.status in (204, 304)
    headers = dict(answer.headers) if bare else {**answer.headers, "Content-Length": str(len(answer.body))}
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    body = b"" if bare or method == "HEAD" else answer.body
    return "\r\n".join([*lines, "Connection: keep-alive", "", ""]).encode("latin-1") + body
