"""The page's state after a look. Pure."""

from dataclasses import replace
from datetime import datetime

from monitor import schedule
from monitor.models import Check, Page, canonical


def failed(check: Check, key: str | None = None) -> Page:
    """The page after a look that found no statement."""
    return replace(alike(check, key), failures=check.page.failures + 1)


def agreed(check: Check, key: str | None = None) -> Page:
    """The page after a look that found its current version, or a new one that is now current.

    While something else about it awaits belief (`key`), `seen_at` stays: it dates what is then told.
    """
    fetch, kept = check.fetch, check.fetch.not_modified
    page = _in_a_row(check.page, key or _settling(check), check.checked_at)
    if page.streak_key in ("quiet", "returned") and page.streak >= schedule.CONFIRM_LOOKS:
        page = _settled(page, check.checked_at)
    return replace(
        page,
        essence=check.essence or (page.essence if kept else None),
        etag=fetch.etag or (page.etag if kept else None),
        last_modified=fetch.last_modified or (page.last_modified if kept else None),
        shortcuts=0 if check.reading else page.shortcuts + 1,
        removed=False,
        failures=0,
        seen_at=check.page.seen_at if key else check.checked_at,
    )


def _settling(check: Check) -> str | None:
    """What a look that agrees bears out besides: that the page is back at its address, or flaps no more."""
    page = check.page
    if page.moved_to and canonical(check.fetch.url) == canonical(page.url):
        return "returned"
    return "quiet" if page.flips else None


def _settled(page: Page, at: datetime) -> Page:
    """The page after enough looks that agreed: where it moves once more, that is told once more."""
    moved_to = None if page.streak_key == "returned" else page.moved_to
    flips = 0 if page.streak_key == "quiet" else page.flips
    return replace(_in_a_row(page, None, at), moved_to=moved_to, flips=flips)


def alike(check: Check, key: str | None) -> Page:
    """The page after a look that did not find its current version: only its streak moves on."""
    return _in_a_row(check.page, key, check.checked_at)


def _in_a_row(page: Page, key: str | None, at: datetime) -> Page:
    """The page with one more look alike in `key`, or the first of a new streak; None ends the streak."""
    if key is None and page.streak_key is None:
        return page
    if key is None:
        return replace(page, streak_key=None, streak=0, streak_at=None)
    if key == page.streak_key:
        return replace(page, streak=page.streak + 1)
    return replace(page, streak_key=key, streak=1, streak_at=at)


def new_address(check: Check) -> str | None:
    """Where the page now permanently redirects to, unless that is known already or only spelt otherwise."""
    fetch, page = check.fetch, check.page
    if not fetch.permanent or fetch.url == page.moved_to or canonical(fetch.url) == canonical(page.url):
        return None
    return fetch.url
