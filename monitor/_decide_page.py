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
    page = _in_a_row(check.page, key or ("quiet" if check.page.flips else None), check.checked_at)
    if page.streak_key == "quiet" and page.streak >= schedule.CONFIRM_LOOKS:
        page = replace(_in_a_row(page, None, check.checked_at), flips=0)
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
