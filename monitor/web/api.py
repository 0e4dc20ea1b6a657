"""`/api/…`: the same as JSON, for programs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from monitor import health, render
from monitor.interfaces import Row
from monitor.saved import statement_row
from monitor.stores import _reading_changes as reading_changes
from monitor.stores import _reading_pages as reading_pages
from monitor.stores._reading import Reader
from monitor.stores._reading_search import stays_of, versions_with
from monitor.web import _api_models as models
from monitor.web import _page, _params, search, sources
from monitor.web._conditional import answered
from monitor.web._listing import listing
from monitor.web._openapi import CHANGE_FILTERS, PAGE_FILTERS, PLACES, WORDS, Operation, document

MOST = 1000

Answering = Callable[[Request, Reader], Row]


@dataclass(frozen=True, slots=True)
class _Endpoint:
    operation: Operation
    answer: Answering


def _changes(request: Request, reader: Reader) -> Row:
    found = listing(request, partial(reading_changes.change_page, reader, _params.wanted(request)))
    return {"changes": found.rows, "older": found.older, "newer": found.newer}


def _change(request: Request, reader: Reader) -> Row:
    change = reader.change(_params.identity(request))
    if change is None:
        raise HTTPException(404, "There is no such change.")
    return render.change_row(change) | {"page_id": change.page_id}


def _pages(request: Request, reader: Reader) -> Row:
    wanted = _params.pages_wanted(request)
    found = listing(request, partial(reading_pages.page_list, reader, wanted))
    return {"pages": found.rows, "older": found.older, "newer": found.newer}


def _one_page(request: Request, reader: Reader) -> Row:
    page = _page.page_of(request, reader)
    return page | {"notes": reading_pages.notes_of(reader, page["id"], MOST)}


def _versions(request: Request, reader: Reader) -> Row:
    return {"versions": reading_pages.versions_of(reader, _page.page_of(request, reader)["id"], MOST)}


def _version(request: Request, reader: Reader) -> Row:
    number = min(request.path_params["number"], _params.MOST_ID)
    version = reading_changes.version(reader, _params.identity(request), number)
    if version is None:
        raise HTTPException(404, "There is no such version.")
    return version | {"statement": statement_row(version["statement"])}


def _sources(request: Request, reader: Reader) -> Row:
    return {"sources": sources.rows(request, reader)[0]}


def _status(request: Request, reader: Reader) -> Row:
    site = _page.site(request)
    standing = health.standing(reader, site.config, site.clock())
    return standing | {"needs_a_person": health.needs_a_person(standing)}


def _search(request: Request, reader: Reader) -> Row:
    found = versions_with(reader, _params.text(request, "q", search.SENTENCE_MOST) or "", limit=100)
    return {"hits": list(map(search.plain, found.rows)), "total": found.total, "ranked": found.ranked}


def _sentence(request: Request, reader: Reader) -> Row:
    stays, too_many = stays_of(reader, _params.text(request, "q", search.SENTENCE_MOST) or "")
    return {"stays": stays, "too_many": too_many}


ENDPOINTS = (
    _Endpoint(Operation("/api/changes", "The change log", models.Changes, (*CHANGE_FILTERS, *PLACES)), _changes),
    _Endpoint(Operation("/api/changes/{id}", "One change, whole", models.ChangeWhole), _change),
    _Endpoint(Operation("/api/pages", "The pages", models.Pages, (*PAGE_FILTERS, *PLACES)), _pages),
    _Endpoint(Operation("/api/pages/{id}", "One page", models.PageWhole), _one_page),
    _Endpoint(Operation("/api/pages/{id}/versions", "A page's versions", models.Versions), _versions),
    _Endpoint(Operation("/api/pages/{id}/versions/{number}", "One version, whole", models.VersionWhole), _version),
    _Endpoint(Operation("/api/sources", "The sources", models.Sources), _sources),
    _Endpoint(Operation("/api/status", "How things stand", models.Status), _status),
    _Endpoint(Operation("/api/search", "Versions with words", models.Hits, WORDS), _search),
    _Endpoint(Operation("/api/sentence", "When a sentence came and went", models.Stays, WORDS), _sentence),
)


def _route(endpoint: _Endpoint) -> Route:
    model = endpoint.operation.model

    def answering(request: Request) -> Response:
        with _page.reading(request) as reader:
            answer = model.model_validate(endpoint.answer(request, reader))
        return answered(request, answer.model_dump_json().encode(), "application/json")

    path = endpoint.operation.path.replace("{id}", "{id:int}").replace("{number}", "{number:int}")
    return Route(path, answering, name=endpoint.operation.path)


def described(request: Request) -> Response:
    """What may be asked here, as OpenAPI 3.1 says it."""
    operations: list[Any] = [endpoint.operation for endpoint in ENDPOINTS]
    return JSONResponse(document(operations, _page.links(request)["base"]))


ROUTES = [*map(_route, ENDPOINTS), Route("/api/openapi.json", described)]
