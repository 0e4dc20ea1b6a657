"""Serves the pages in a loop that does other work, too: uvicorn without its signals, its log and its exits."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import h11
import structlog
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from monitor._config_web import bound
from monitor.errors import CannotWriteError
from monitor.web._site import Site
from monitor.web.app import create

CONNECTIONS = 64
"""Open at once; more are closed at the door, so that the looks never lack a file descriptor for them."""

PATIENCE_S = 10
"""Within this a connection has sent its request."""

GRACE_S = 1
"""What is under way when told to end gets this long."""


class Server(uvicorn.Server):
    """Leaves the signals to who runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


class Protocol(H11Protocol):
    """HTTP/1.1 over a connection that is bounded in number and in time."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Called by the loop."""
        if len(self.connections) >= CONNECTIONS:
            transport.abort()
            return
        super().connection_made(transport)
        self._expect_request()

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        super().data_received(data)
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._expect_request()
        elif self._late:
            self._late.cancel()
            self._late = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop; nothing is known of what was closed at the door."""
        if self._late:
            self._late.cancel()
        if self.transport is not None:
            super().connection_lost(exc)

    def _expect_request(self) -> None:
        """A request that has begun, or that nobody begins, is given so long to be whole."""
        if self._late is None:
            self._late = self.loop.call_later(PATIENCE_S, self.transport.close)


def listen(bind: str) -> socket.socket:
    """A socket that listens there.

    Raises:
        CannotWriteError: another program does, or we may not.
    """
    host, port = bound(bind)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise CannotWriteError(f"{bind}: cannot serve the web pages there: {os.strerror(error.errno or 0)}") from error
    # Connections have it from here: asyncio sets it only on sockets that name their protocol, and without it the second
    # packet of an answer waits 40 ms for the first to be acknowledged.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


@asynccontextmanager
async def serving(site: Site, listener: socket.socket) -> AsyncIterator[Starlette]:
    """Serves while the block runs; what goes wrong is told in the log and ends nothing else."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # what a page fails of is in our own log
    app = create(site)
    settings = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = Server(settings)
    task = asyncio.create_task(server.serve([listener]))
    task.add_done_callback(_told)
    structlog.get_logger().info("web pages", at=_address(site, listener))
    try:
        yield app
    finally:
        server.should_exit = True
        await asyncio.wait([task])


def _address(site: Site, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return site.config.web.url or f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _told(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception():
        structlog.get_logger().error("web pages ended", exc_info=task.exception())
