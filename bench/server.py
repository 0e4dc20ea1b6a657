"""A bare, fast server of many pages on loopback, in a process of its own. Speaks HTTP/1.1 with keep-alive.

Started as `python -m bench.server PAGES [CERTIFICATE]`; prints its port. `POST /mode/NAME` switches what it does:
`validators` (ETag, 304 to a matching one), `nonces` (no validators, fresh tokens in each answer),
`edited` (like nonces, a figure changed on every twentieth page).
"""

import asyncio
import secrets
import ssl
import sys
from typing import Protocol

from bench.site import ADDRESSES, TOKEN, page


class Site:
    """What is served: made once, so that the server's own work does not count against the monitor."""

    def __init__(self, pages: int) -> None:
        self.mode = "validators"
        self.old = [self.parts(number, edited=False) for number in range(pages)]
        self.new = {number: self.parts(number, edited=True) for number in range(0, pages, 20)}

    @staticmethod
    def parts(number: int, *, edited: bool) -> list[bytes]:
        return page(number, edited=edited).encode().split(TOKEN.encode())

    def answer(self, request: bytes) -> bytes:
        method, path, *_ = request.split(b" ", 2)
        if method == b"POST":
            self.mode = path.rsplit(b"/", 1)[1].decode()
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if path == b"/robots.txt":
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        number = int(path.rsplit(b"-", 1)[1])
        tag = b'"v1-%d"' % number
        if self.mode == "validators" and tag in request:
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + tag + b"\r\n\r\n"
        parts = self.new.get(number, self.old[number]) if self.mode == "edited" else self.old[number]
        token = secrets.token_hex(16).encode() if self.mode != "validators" else b"0" * 32
        body = token.join(parts)
        validator = b"ETag: " + tag + b"\r\n" if self.mode == "validators" else b""
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n" % len(body)
        return head + validator + b"\r\n" + body


class Served(Protocol):
    """What answers requests."""

    def answer(self, request: bytes) -> bytes:
        """The bytes of an answer."""
        ...


class Connection(asyncio.Protocol):
    """One connection; a request is complete at its empty line, for no request here has a body."""

    def __init__(self, site: Served) -> None:
        self.site = site
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        while b"\r\n\r\n" in self.received:
            request, self.received = self.received.split(b"\r\n\r\n", 1)
            self.transport.write(self.site.answer(request))


async def serve(pages: int, certificate: str | None) -> None:
    """Serves until killed."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    site = Site(pages)
    loop = asyncio.get_running_loop()
    first = await loop.create_server(lambda: Connection(site), ADDRESSES[0], 0, ssl=context, backlog=1024)
    port = first.sockets[0].getsockname()[1]
    await loop.create_server(lambda: Connection(site), ADDRESSES[1:], port, ssl=context, backlog=1024)
    print(port, flush=True)
    await first.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
