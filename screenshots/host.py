"""Serves the pages in a thread of their own, as the program does, for who looks at them from another."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from monitor.config import Config
from monitor.models import Http, Web
from monitor.web._server import listen, serving
from monitor.web._site import Site
from screenshots import story


def config(path: Path, **web: Any) -> Config:
    """The configuration of a database whose pages are served so, at any free port."""
    return Config(path.parent, path, Http(), {}, story.SOURCES, web=Web(**{"bind": "127.0.0.1:0"} | web))


@contextmanager
def hosted(site: Site) -> Iterator[tuple[str, Starlette]]:
    """Where the pages are, and the application, while the block runs."""
    stop, up = asyncio.Event(), threading.Event()
    found: dict[str, Any] = {}

    async def serve() -> None:
        found["loop"] = asyncio.get_running_loop()
        async with serving(site, listener) as app:
            found["app"] = app
            up.set()
            await stop.wait()

    with closing(listen(site.config.web.bind)) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(serve()))
        thread.start()
        up.wait()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", found["app"]
        finally:
            found["loop"].call_soon_threadsafe(stop.set)
            thread.join()
