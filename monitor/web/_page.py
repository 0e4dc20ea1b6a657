"""Makes a page: a template, filled by a Reader that lives as long as the request."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from monitor._render_typeset import printable
from monitor.interfaces import Row
from monitor.stores import _reading_pages
from monitor.stores._reading import Reader
from monitor.web import _params, _redline, _words
from monitor.web._site import Site

PATIENCE = timedelta(seconds=10)
"""How long a request may read the database: it has one of few threads."""


def site(request: Request) -> Site:
    """Where the request is served."""
    found: Site = request.app.state.site
    return found


@contextmanager
def reading(request: Request) -> Iterator[Reader]:
    """The database, read only, for this request alone."""
    reader = Reader.open(site(request).path, PATIENCE)
    try:
        yield reader
    finally:
        reader.close()


def page_of(request: Request, reader: Reader) -> Row:
    """The row of the page that the address names.

    Raises:
        HTTPException: 404, there is none.
    """
    page_id = _params.identity(request)
    page = _reading_pages.page(reader, page_id)
    if page is None:
        raise HTTPException(404, f"There is no page {page_id}.")
    return page


def render(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """The page that this template makes of these values; in it, `request` and `site` are known, too."""
    text = _environment().get_template(template).render(request=request, site=site(request), **values)
    return HTMLResponse(text, status)


def links(request: Request) -> dict[str, str]:
    """`base`: where readers reach the pages; `canonical`: this one, to be cited, without what only sets its looks."""
    base = site(request).config.web.url or str(request.base_url).rstrip("/")
    return {"base": base, "canonical": base + request.url.path}


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_shown,
    )
    environment.filters.update(_words.FILTERS | _redline.FILTERS)
    return environment


def _shown(value: Any) -> Any:
    """Text without what can make it read otherwise than it stands: control characters, bidi overrides."""
    return printable(value) if type(value) is str else value
