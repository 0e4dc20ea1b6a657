"""The web pages: served by the daemon, or alone by `monitor web`. What serves them is imported only where it does."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import _cli_context as context
from monitor.errors import CannotWriteError, UsageError

if TYPE_CHECKING:
    import socket

    from monitor.config import Config
    from monitor.models import Web
    from monitor.pipeline import Pipeline
    from monitor.web._site import Site


def web(
    bind: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Where, instead of `[web] bind`.")] = None,
) -> None:
    """Serve the web pages alone, for reading; a daemon may be at work on the database."""
    from monitor import daemon
    from monitor.web._server import listen
    from monitor.web._site import Site

    config = context.config()
    if bind is not None:
        config = replace(config, web=_bound(config.web, bind))
    if not config.web.bind:
        raise UsageError('[web] bind is "": no web pages; `monitor web --bind 127.0.0.1:8733` serves them all the same')
    with context.reading():
        pass  # says what is wrong with the database before anything is served
    daemon.set_up_logs(config.log_format)
    with closing(listen(config.web.bind)) as listener:
        context.in_loop(_alone(Site(config, context.now), listener))


def _bound(settings: "Web", bind: str) -> "Web":
    from monitor import _config_web

    try:
        found = replace(settings, bind=_config_web.bind(bind))
    except ValueError as error:
        raise UsageError(f"--bind: {error}") from None
    if _config_web.is_open(found):
        raise UsageError(f"--bind: {_config_web.OPEN}")
    return found


async def _alone(site: "Site", listener: "socket.socket") -> None:
    from monitor.web._server import serving

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serving(site, listener):
        await stop.wait()


@asynccontextmanager
async def beside(config: "Config", pipeline: "Pipeline") -> "AsyncIterator[Callable[[Config], None]]":
    """The pages beside the daemon, which goes on without them where they cannot be served.

    Yields what is to be told of a configuration that is taken over; where they are served stays as it is.
    """
    try:
        listener = _listener(config)
    except CannotWriteError as error:
        import structlog

        structlog.get_logger().error("no web pages", reason=str(error), goes_on="the rest")
        listener = None
    if listener is None:
        yield lambda _found: None
        return
    from monitor.web._server import serving
    from monitor.web._site import Site

    site = Site(config, context.now, pipeline.write)
    with closing(listener):
        async with serving(site, listener) as app:

            def follow(found: "Config") -> None:
                app.state.site = replace(site, config=replace(found, web=config.web))

            yield follow


def _listener(config: "Config") -> "socket.socket | None":
    if not config.web.bind:
        return None
    from monitor.web._server import listen

    return listen(config.web.bind)
