"""What an address says: filters and places in a list. What makes no sense there is answered 400, in a sentence."""

from collections.abc import Collection
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request

from monitor.models import Disclosure, Kind, SignalName
from monitor.stores._reading_changes import Wanted
from monitor.stores._reading_pages import STATES, PagesWanted

MOST_ID = 2**63 - 1
WORDS_MOST = 200
"""Characters of what is searched for."""

PLACES = ("before", "after")
"""The parameters that say where in a list its page begins."""


def text(request: Request, name: str, most: int = WORDS_MOST) -> str | None:
    """What stands there, without white space around it; None for nothing."""
    found = request.query_params.get(name, "").strip()
    if len(found) > most:
        raise HTTPException(400, f"“{name}” takes at most {most} characters.")
    return found.replace("\0", " ") or None


def one_of(request: Request, name: str, known: Collection[str]) -> str | None:
    """One of the known words."""
    found = text(request, name)
    if found is not None and found not in known:
        raise HTTPException(400, f"“{name}” is one of {', '.join(known)}.")
    return found


def number(request: Request, name: str) -> int | None:
    """A number from 1."""
    found = text(request, name)
    if found is None:
        return None
    if not (found.isascii() and found.isdecimal() and 0 < int(found) <= MOST_ID):
        raise HTTPException(400, f"“{name}” is a number.")
    return int(found)


def identity(request: Request) -> int:
    """The number in the path."""
    found: int = request.path_params["id"]
    if found > MOST_ID:
        raise HTTPException(404)
    return found


def day(request: Request, name: str) -> datetime | None:
    """The first moment (UTC) of a day such as 2026-11-24."""
    found = text(request, name)
    if found is None:
        return None
    try:
        return datetime.strptime(found, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise HTTPException(400, f"“{name}” is a day such as 2026-11-24.") from None


def wanted(request: Request) -> Wanted:
    """The filters of the change log: source, kind, disclosure, signal, words, from, to, alike, page, unread."""
    until = day(request, "to")
    return Wanted(
        source=text(request, "source"),
        kind=one_of(request, "kind", [kind.value for kind in Kind]),
        disclosure=one_of(request, "disclosure", [disclosure.value for disclosure in Disclosure]),
        signal=one_of(request, "signal", [signal.value for signal in SignalName]),
        words=text(request, "words"),
        since=day(request, "from"),
        until=until and until.replace(hour=23, minute=59, second=59, microsecond=999_999),
        alike=number(request, "alike"),
        page=number(request, "page"),
        unread=True if one_of(request, "unread", ["1"]) else None,
    )


def pages_wanted(request: Request) -> PagesWanted:
    """The filters of the list of pages: source, state, words."""
    now: datetime = request.app.state.site.clock()
    return PagesWanted(now, text(request, "source"), one_of(request, "state", STATES), text(request, "words"))


def address(request: Request, **changed: object) -> str:
    """The request's own address with other parameters; without those that are None, and without a place in the list."""
    params = {name: value for name, value in request.query_params.items() if value and name not in PLACES}
    params |= {name: str(value) for name, value in changed.items() if value is not None}
    kept = {name: value for name, value in params.items() if changed.get(name, "") is not None}
    return request.url.path + (f"?{urlencode(kept)}" if kept else "")


def has_filters(request: Request) -> bool:
    """Whether the address narrows anything."""
    return any(value for name, value in request.query_params.items() if name not in PLACES)


async def form(request: Request) -> dict[str, list[str]]:
    """The fields of a form that was sent."""
    return parse_qs((await request.body()).decode(errors="replace"))


def inside(path: str) -> str:
    """The path, where it leads to a page of ours and nowhere else; else the first page's."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"
