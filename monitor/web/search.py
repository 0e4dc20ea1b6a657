"""`/search`: versions that hold words, and when a sentence came to a page and went."""

from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor._render_typeset import printable
from monitor.interfaces import Row
from monitor.stores._reading_search import FOLLOWED_MOST, MARKS, stays_of, versions_with
from monitor.web import _csv, _page, _params

HOW = ("words", "sentence")
SHOWN = 20
SENTENCE_MOST = 1000
"""Characters of a sentence."""

LISTED = 200
"""Versions in a CSV file: each one's snippet is cut from its text."""

HITS = ("version_id", "page_id", "source", "url", "number", "title", "first_seen_at", "current", "snippet")
STAYS = (
    *("page_id", "source", "url", "title", "from_version", "to_version", "now"),
    *("came_after_at", "came_by_at", "went_after_at", "went_by_at", "came_change_id", "went_change_id", "seen_at"),
)


def search(request: Request) -> Response:
    """What was found, 20 at once."""
    words, how = _asked(request)
    skip = _params.number(request, "skip") or 0
    values: dict[str, Any] = {"q": words, "how": how, "skip": skip, "followed": FOLLOWED_MOST}
    with _page.reading(request) as reader:
        if how == "sentence":
            stays, too_many = stays_of(reader, words)
            return _page.render(request, "search.html", **values, stays=stays, too_many=too_many, found=None)
        found = versions_with(reader, words, skip, SHOWN)
    rows = [row | {"snippet": marked(row["snippet"])} for row in found.rows]
    newer = _address(words, skip - SHOWN) if skip else None
    older = _address(words, skip + SHOWN) if found.more else None
    return _page.render(request, "search.html", **values, found=found, rows=rows, newer=newer, older=older)


def search_csv(request: Request) -> Response:
    """The same as CSV."""
    words, how = _asked(request)
    with _page.reading(request) as reader:
        if how == "sentence":
            return _csv.response("sentence", stays_of(reader, words)[0], STAYS)
        rows = [plain(row) for row in versions_with(reader, words, limit=LISTED).rows]
    return _csv.response("search", rows, HITS)


def marked(snippet: str) -> Markup:
    """The snippet with the words found in `<mark>`, all else escaped."""
    text = str(escape(snippet)).replace(MARKS[0], "<mark>").replace(MARKS[1], "</mark>")
    return Markup(printable(text))  # noqa: S704 -- escaped above


def plain(row: Row) -> Row:
    """The row with the words found in square brackets, as `monitor search` shows them."""
    snippet = row["snippet"].replace(MARKS[0], "[").replace(MARKS[1], "]")
    return row | {"snippet": snippet, "current": bool(row["current"])}


def _asked(request: Request) -> tuple[str, str]:
    return _params.text(request, "q", SENTENCE_MOST) or "", _params.one_of(request, "how", HOW) or HOW[0]


def _address(words: str, skip: int) -> str:
    return "/search?" + urlencode({"q": words} | ({"skip": skip} if skip > 0 else {}))


ROUTES = [Route("/search", search), Route("/search.csv", search_csv)]
