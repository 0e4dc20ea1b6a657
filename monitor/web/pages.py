"""The pages that are watched; and one page: its time, its versions, the publisher's history beside ours."""

from datetime import timedelta
from functools import partial
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.dates import day
from monitor.interfaces import Row
from monitor.models import Outcome, utc_text, utc_time
from monitor.stores import _reading_pages as reading_pages
from monitor.stores._reading import Reader
from monitor.web import _page, _params
from monitor.web._listing import listing
from monitor.web._timeline import Timeline, longest_pause, timeline

MOST = 200
"""Changes, versions, gaps and notes of one page that are shown."""

DAY = len("2026-11-24")

LOOKS = 500
"""Looks that are shown, those in a row that came to the same together."""


def pages(request: Request) -> Response:
    """All pages, narrowed as the address says."""
    wanted = _params.pages_wanted(request)
    with _page.reading(request) as reader:
        return _page.render(
            request,
            "pages.html",
            listing=listing(request, partial(reading_pages.page_list, reader, wanted)),
            sources=reading_pages.source_names(reader),
            states=reading_pages.STATES,
            asked=dict(request.query_params),
            narrowed=_params.has_filters(request),
        )


def one(request: Request) -> Response:
    """One page."""
    with _page.reading(request) as reader:
        page = _page.page_of(request, reader)
        page_id = page["id"]
        changes = reading_pages.changes_of(reader, page_id, MOST)
        looks = reading_pages.looks_at(reader, page_id)
        return _page.render(
            request,
            "page.html",
            page=page,
            healthy=page["outcome"] in [outcome.value for outcome in Outcome if outcome.healthy],
            changes=changes,
            versions=reading_pages.versions_of(reader, page_id, MOST),
            looks=looks,
            timeline=_timeline(request, reader, page, looks, changes),
            history=_beside(reading_pages.notes_of(reader, page_id, MOST), changes, page["first_seen_at"]),
            metadata=reading_pages.metadata_changes_of(reader, page_id, MOST),
            looked=_alike(reading_pages.checks_of(reader, page_id, LOOKS)),
            most=MOST,
        )


def _timeline(request: Request, reader: Reader, page: Row, looks: Row, changes: list[Row]) -> Timeline | None:
    """None: it was never looked at."""
    if not looks["since"] or not page["seen_at"]:
        return None
    now = _page.site(request).clock()
    since = utc_time(looks["since"])
    longest = longest_pause(since, now, looks["looks"], timedelta(seconds=page["every_s"]))
    gaps = reading_pages.gaps_of(reader, page["id"], longest.total_seconds(), MOST)
    if now - utc_time(page["seen_at"]) > longest:
        gaps.append({"since": page["seen_at"], "until": utc_text(now)})
    return timeline(since, now, [row for row in changes if row["kind"] != "reparsed"], gaps)


def _alike(checks: list[Row]) -> list[list[Row]]:
    """Looks in a row that came to the same, whether their server said so in 200 or in 304."""
    by_outcome = groupby(checks, key=lambda row: (row["outcome"], row["detail"]))
    return [list(run) for _, run in by_outcome][:MOST]


def _came_with(note: Row, told: list[Row]) -> Row | None:
    """Of the changes, earliest first, that have such a note, the first seen since the day that it gives."""
    since = [row for row in told if not note["at"] or row["seen_after_at"][:DAY] >= day(note["at"])]
    return next(iter(since or told), None)


def _beside(notes: Any, changes: list[Row], watched_since: str) -> list[Row]:
    """The publisher's entries and our changes as one list, latest first: each entry with the change it came with, and
    edits that no entry tells of."""
    told: dict[str, list[Row]] = {}
    for row in reversed(changes):
        for line in (row["note"] or "").splitlines():
            told.setdefault(line, []).append(row)
    entries = [
        {"at": note["at"], "note": note, "change": change}
        | {"earlier": change is None and bool(note["at"]) and day(note["at"]) <= watched_since[:DAY]}
        for note in notes
        for change in [_came_with(note, told.get(note["text"], []))]
    ]
    silent = [
        {"at": row["seen_after_at"], "note": None, "change": row, "earlier": False}
        for row in changes
        if row["kind"] == "edited" and not row["note"]
    ]
    return sorted([*entries, *silent], key=lambda row: row["at"] or "", reverse=True)


ROUTES = [Route("/pages", pages), Route("/pages/{id:int}", one)]
