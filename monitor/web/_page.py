"""Makes a page: a template, filled by a Reader that lives as long as the request."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from monitor.stores._reading import Reader
from monitor.web import _words
from monitor.web._site import Site


def site(request: Request) -> Site:
    """Where the request is served."""
    found: Site = request.app.state.site
    return found


@contextmanager
def reading(request: Request) -> Iterator[Reader]:
    """The database, read only, for this request alone."""
    reader = Reader.open(site(request).path)
    try:
        yield reader
    finally:
        reader.close()


def render(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """The page that this template makes of these values; in it, `request` and `site` are known, too."""
    text = _environment().get_template(template).render(request=request, site=site(request), **values)
    return HTMLResponse(text, status)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(_words.FILTERS)
    return environment
