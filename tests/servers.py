"""Servers on loopback that answer byte for byte as they are told."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

RESET = b"\x00reset"
"""Instead of an answer: the connection is reset. After other bytes: it is reset once they are sent."""

HANG = b"\x00hang"
"""Instead of an answer, or after other bytes: nothing more comes, and the connection stays open."""


@dataclass
class Server:
    """What came in, and where the server is."""

    url: str
    requests: list[str] = field(default_factory=list)
    robots: list[str] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [request.split(" ")[1] for request in self.requests]


Answer = bytes | Callable[[str], bytes]
"""The bytes of an answer, or what makes them from a request."""


def html(text: str, status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer of type HTML."""
    return answer(text.encode(), status, **{"content_type": "text/html; charset=utf-8", **headers})


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer; a header's underscores stand for hyphens."""
    told = {"content_length": str(len(body)), **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1") + body


@asynccontextmanager
async def serving(
    *answers: Answer, tls: ssl.SSLContext | None = None, robots: Sequence[Answer] = ()
) -> AsyncIterator[Server]:
    """Gives the answers one connection each, the last one again and again; apart from them those for robots.txt."""
    files = [*robots] or [answer(status="404 Not Found")]
    asked: list[asyncio.StreamWriter] = []
    told = Server("")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(writer)
        try:
            request = await _request(reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        is_file = request.startswith("GET /robots.txt ")
        came, given = (told.robots, files) if is_file else (told.requests, answers)
        came.append(request)
        chosen = given[min(len(came), len(given)) - 1]
        _write(writer, chosen if isinstance(chosen, bytes) else chosen(request))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    told.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield told
    finally:
        server.close()
        for writer in asked:
            writer.transport.abort()


async def _request(reader: asyncio.StreamReader) -> str:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next((line[15:] for line in head.lower().split("\r\n") if line.startswith("content-length:")), "0")
    return head + (await reader.readexactly(int(length))).decode("latin-1")


def _write(writer: asyncio.StreamWriter, chosen: bytes) -> None:
    sent = chosen.removesuffix(RESET).removesuffix(HANG)
    writer.write(sent)
    if chosen.endswith(RESET):
        linger_not = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        writer.transport.abort()
    elif not chosen.endswith(HANG):
        writer.close()
