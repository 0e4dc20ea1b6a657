"""`/feeds/…atom`: the change log for feed readers, whole or narrowed as the change log's own address narrows it."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor._render_wording import label, timing_sentence, title, verdict_sentence
from monitor.models import Change, Disclosure, utc_text, utc_time
from monitor.render import redline_html
from monitor.stores import _reading_changes as reading_changes
from monitor.stores import _reading_pages as reading_pages
from monitor.stores._reading import Reader
from monitor.stores._reading_changes import Wanted
from monitor.web import _page, _params
from monitor.web._atom import AtomEntry, AtomFeed, lasting_id, written
from monitor.web._conditional import answered

ENTRIES = 50
CHARACTERS = 4000
"""Of one redline; the change's page has all of it."""

TYPE = "application/atom+xml; charset=utf-8"


def every(request: Request) -> Response:
    """All changes, or those that the parameters name, as `/` takes them."""
    narrowed = "&".join(f"{name}={value}" for name, value in sorted(request.query_params.items()) if value)
    return _answer(request, _params.wanted(request), f"Changes: {narrowed}" if narrowed else "All changes")


def of_source(request: Request) -> Response:
    """Those of one source."""
    name = request.path_params["name"]
    with _page.reading(request) as reader:
        if name not in reading_pages.source_names(reader):
            raise HTTPException(404, f"There is no source “{name}”.")
    return _answer(request, replace(_params.wanted(request), source=name), f"Changes of {name}")


def of_page(request: Request) -> Response:
    """Those of one page."""
    with _page.reading(request) as reader:
        page = _page.page_of(request, reader)
    words = f"Changes of “{page['title'] or page['url']}”"
    return _answer(request, replace(_params.wanted(request), page=page["id"]), words)


def of_disclosure(request: Request) -> Response:
    """Those of one disclosure."""
    word = request.path_params["word"]
    if word not in [disclosure.value for disclosure in Disclosure]:
        raise HTTPException(404)
    return _answer(request, replace(_params.wanted(request), disclosure=word), f"Changes: {word}")


def _answer(request: Request, wanted: Wanted, words: str) -> Response:
    base = _page.links(request)["base"]
    with _page.reading(request) as reader:
        identity = reader.identity()
        changes = _changes(reader, wanted)
    query = f"?{request.url.query}" if request.url.query else ""
    updated_at = changes[0].detected_at if changes else utc_time(identity["created_at"])
    feed = AtomFeed(
        id=lasting_id(identity["database_id"], "feed", request.url.path + query),
        title=f"{words} – Statement monitor",
        updated_at=utc_text(updated_at),
        url=f"{base}{request.url.path}{query}",
        page=base + _as_page(request, wanted),
        entries=[entry(change, identity["database_id"], base) for change in changes],
    )
    return answered(request, written(feed), TYPE, updated_at)


def _as_page(request: Request, wanted: Wanted) -> str:
    """Where the same changes are a page for people."""
    if wanted.page:
        return f"/pages/{wanted.page}"
    in_path = {"source": wanted.source, "disclosure": wanted.disclosure}
    asked = {name: value for name, value in (dict(request.query_params) | in_path).items() if value}
    return f"/?{urlencode(asked)}" if asked else "/"


def _changes(reader: Reader, wanted: Wanted) -> Sequence[Change]:
    rows = reading_changes.change_page(reader, wanted, ENTRIES)
    return [change for row in rows if (change := reader.change(row["id"]))]


def entry(change: Change, database_id: str, base: str) -> AtomEntry:
    """A change as an entry: its id is its own for good, wherever it is served."""
    signals = change.verdict.signals if change.verdict else ()
    disclosure = (change.verdict.disclosure.value,) if change.verdict else ()
    return AtomEntry(
        id=lasting_id(database_id, "change", change.id),
        title=f"[{label(change)}] {title(change)}",
        updated_at=utc_text(change.detected_at),
        published_at=utc_text(change.detected_at),
        url=f"{base}/changes/{change.id}",
        about=change.url,
        author=change.source,
        summary=change.summary,
        content=_content(change, f"{base}/changes/{change.id}"),
        words=(change.kind.value, *disclosure, *(signal.name.value for signal in signals)),
    )


def _content(change: Change, url: str) -> str:
    told = [verdict_sentence(change), timing_sentence(change)]
    note = f"<blockquote>{escape(change.note)}</blockquote>" if change.note else ""
    links = f'<p><a href="{escape(url)}">The whole change</a> · <a href="{escape(change.url)}">The page</a></p>'
    sentences = "".join(f"<p>{escape(words)}</p>" for words in told if words)
    return f"{sentences}{note}{redline_html(change.comparison, CHARACTERS)}{links}"


ROUTES = [
    Route("/feeds/all.atom", every),
    Route("/feeds/source/{name}.atom", of_source),
    Route("/feeds/page/{id:int}.atom", of_page),
    Route("/feeds/disclosure/{word}.atom", of_disclosure),
]
