"""The web pages: every `NAME.py` beside this file that exports `ROUTES` is part of them.

request
| _guard.Guard      whose name and whose credentials; the headers every answer carries
| _login            where there is a token: the form that takes it
| NAME.py           a page: parameters in, a template filled by a Reader that cannot write
"""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

import monitor.web
from monitor.web import _faults
from monitor.web._guard import Guard
from monitor.web._site import Site

THREADS = 4
"""Pages that are made at once; others wait. They share the machine with the looks."""

BODY_BYTES = 64 * 1024
"""Of a form: they have a few words."""


def create(site: Site) -> Starlette:
    """The application that serves these pages."""
    app = Starlette(
        routes=[*routes(), Mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))],
        middleware=[Middleware(Guard, site=site)],
        exception_handlers={HTTPException: _faults.refused, Exception: _faults.broken},
        lifespan=_lifespan,
        max_body_size=BODY_BYTES,
    )
    app.state.site = site
    return app


def routes() -> Iterator[BaseRoute]:
    """Those of every page there is."""
    for module in pkgutil.iter_modules(monitor.web.__path__):
        if module.name != "app" and module.name[0] != "_":
            yield from importlib.import_module(f"monitor.web.{module.name}").ROUTES


@asynccontextmanager
async def _lifespan(_app: Starlette) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield
