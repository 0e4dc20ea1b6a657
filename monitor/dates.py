"""Dates as publishers claim them: a day or a time, as ISO 8601 text, held against each other. Pure.

A day is a day in the United Kingdom: that is what its publishers print for a time they keep in UTC.
"""

from datetime import UTC, date, datetime, timedelta

_DAY = len("2026-11-24")


def day(at: str) -> str:
    """`2026-11-24`: the day a reader is shown for this day or time. Text that is no date is given back as it is."""
    time = _time(at)
    return at if time is None else f"{time + _summer(time):%Y-%m-%d}"


def same(before: str | None, after: str | None) -> bool:
    """Whether a reader is shown the same day, or one side gives only the day and the other that day in UTC."""
    if not before or not after:
        return before == after
    shown, timed = (before, after) if _time(before) is None else (after, before)
    return day(before) == day(after) or (_time(shown) is None and shown == timed[:_DAY])


def later(before: str | None, after: str | None) -> bool:
    """Whether `after` is the later of the two: to the minute where both give a time, as tools cut the seconds off."""
    if not before or not after:
        return False
    old, new = _time(before), _time(after)
    if old is None or new is None:
        return not same(before, after) and day(after) > day(before)
    return new.replace(second=0, microsecond=0) > old.replace(second=0, microsecond=0)


def in_words(at: str) -> str:
    """`24 November 2026`, for people; text that is no date as it is."""
    shown = day(at)
    try:
        return f"{date.fromisoformat(shown):%-d %B %Y}"
    except ValueError:
        return shown


def _time(at: str) -> datetime | None:
    """The time in UTC; None for a day and for what is no date."""
    try:
        time = datetime.fromisoformat(at)
    except ValueError:
        return None
    if len(at) <= _DAY:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _summer(time: datetime) -> timedelta:
    """British Summer Time: an hour from 01:00 UTC on the last Sunday of March to that of October (SI 2002/262)."""
    begins, ends = (_last_sunday(time.year, month) for month in (3, 10))
    return timedelta(hours=1) if begins <= time < ends else timedelta()


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)
