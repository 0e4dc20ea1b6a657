"""Any two versions of a page, held against each other by the rules that every look is held by."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import disclose
from monitor._compare_brief import compare_briefly, differ_much, size
from monitor.compare import compare
from monitor.interfaces import Row
from monitor.models import Comparison, Kind, Statement, Verdict
from monitor.stores import _reading_changes as reading_changes
from monitor.stores import _reading_pages as reading_pages
from monitor.stores._reading import Reader
from monitor.web import _page, _params
from monitor.web._redline import redline, touched
from monitor.web.redline import VIEWS

WORD_BY_WORD = 200_000
"""Characters of both texts that are compared word by word here; larger ones in whole blocks, in time linear in them."""

MOST = 1000
"""Versions that can be chosen from."""


def two(request: Request) -> Response:
    """The two versions that the address names by their numbers."""
    numbers = {name: _params.number(request, name) for name in ("before", "after")}
    view = _params.one_of(request, "view", VIEWS) or VIEWS[0]
    with _page.reading(request) as reader:
        page = _page.page_of(request, reader)
        sides = [_version(reader, page["id"], number) for number in numbers.values()]
        versions = reading_pages.versions_of(reader, page["id"], MOST)
    told = dict(zip(numbers, sides, strict=True)) | _told(*sides)
    return _page.render(request, "compare.html", page=page, versions=versions, view=view, **told)


def _version(reader: Reader, page_id: int, number: int | None) -> Row:
    found = reading_changes.version(reader, page_id, number)
    if found is None:
        raise HTTPException(404, f"There is no version {number or ''} of this page.".replace("  ", " "))
    return found


def _told(before: Row, after: Row) -> dict[str, Any]:
    old, new = before["statement"], after["statement"]
    comparison = compared(old, new)
    kind, verdict = _judged(old, new, comparison)
    return {
        "comparison": comparison,
        "kind": kind.value if kind else "equal",
        "disclosure": verdict.disclosure.value if verdict and kind is Kind.EDITED else None,
        "reasons": verdict.reasons if verdict else (),
        "signals": touched(verdict),
        "redline": redline(comparison, old.body, new.body),
        "backwards": before["number"] > after["number"],
    }


def compared(before: Statement, after: Statement) -> Comparison:
    """What differs, within a second whatever the two are."""
    large = size(before.body) + size(after.body) > WORD_BY_WORD
    return compare_briefly(before, after) if large or differ_much(before, after) else compare(before, after)


def _judged(before: Statement, after: Statement, comparison: Comparison) -> tuple[Kind | None, Verdict | None]:
    kind = disclose.kind(before, after, comparison)
    judged = kind and not disclose.is_notice_alone(kind, comparison)
    return kind, disclose.verdict(before, after, comparison) if judged else None


ROUTES = [Route("/pages/{id:int}/compare", two)]
