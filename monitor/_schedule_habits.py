"""What a page's looks and its own history teach of when it is edited. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta, tzinfo

from monitor import _schedule_rates as rates
from monitor.models import Page, Statement

SAME_EDIT = timedelta(minutes=1)
"""Times no further apart are one edit: publishers' tools round to the minute, each in its own way."""

UNDATED = timedelta(days=7)
"""How long ago a page is taken to have been edited whose publisher gives no date."""

_DAY = len("2026-11-24")


def with_edits(page: Page, times: Iterable[datetime], zone: tzinfo) -> Page:
    """The page with these edits learnt. Its first time of all is its publication; known times change nothing."""
    for at in sorted(times):
        if page.edited_at is None:
            page = replace(page, edited_at=at)
        elif at > page.edited_at + SAME_EDIT:
            meanwhile = rates.total((at - page.edited_at) / timedelta(days=1))
            local = at.astimezone(zone)
            page = replace(
                page,
                edits=(page.edits + 1) * rates.FADING,
                odd_edits=(page.odd_edits + rates.is_odd(local.weekday(), local.hour)) * rates.FADING,
                exposure=(page.exposure + meanwhile) * rates.FADING,
                edited_at=at,
            )
    return page


def told(statement: Statement, zone: tzinfo, now: datetime) -> list[datetime]:
    """When the statement says it was published and updated, up to now; a day alone is noon of it, in this zone."""
    claims = {statement.published_at, statement.updated_at, *(note.at for note in statement.notes)} - {None}
    timed = [at for claim in claims if claim and (at := _time(claim)) and len(claim) > _DAY]
    shown = {at.astimezone(zone).date() for at in timed}
    days = (at.date() for claim in claims if claim and len(claim) <= _DAY and (at := _time(claim)))
    noons = [datetime.combine(day, time(12), zone) for day in days if day not in shown]
    return sorted(at for at in (*timed, *noons) if at <= now)


def _time(claim: str) -> datetime | None:
    """The aware time of a claim; None where it is none."""
    try:
        at = datetime.fromisoformat(claim)
    except ValueError:
        return None
    return at if at.tzinfo or len(claim) <= _DAY else None
