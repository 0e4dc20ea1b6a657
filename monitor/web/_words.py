"""Values as pages show them: times, numbers, addresses. Filters of the templates; pure."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from monitor._render_typeset import counted, printable
from monitor.dates import in_words
from monitor.models import utc_time


def moment(value: str | datetime) -> str:
    """`24 Nov 2026, 09:27`: a time in UTC."""
    at = _time(value)
    return f"{at.day} {at:%b %Y, %H:%M}"


def exact(value: str | datetime) -> str:
    """`24 November 2026, 09:27:58 UTC`"""
    at = _time(value)
    return f"{at.day} {at:%B %Y, %H:%M:%S} UTC"


def day(value: str | datetime) -> str:
    """`24 November 2026`"""
    at = _time(value)
    return f"{at.day} {at:%B %Y}"


def dated(value: str) -> str:
    """A day or time that the publisher claims, as the day its readers are shown."""
    return in_words(value)


def _time(value: str | datetime) -> datetime:
    return (utc_time(value) if isinstance(value, str) else value).astimezone(UTC)


def number(value: int) -> str:
    """`12,345`"""
    return f"{value:,}"


def spoken(value: str) -> str:
    """A word of the contract as it is said: `list_entry` is `list entry`."""
    return value.replace("_", " ")


def followed(value: str | None) -> str:
    """The address where it is one to be linked, else "": whatever else a page may claim is shown, never linked."""
    try:
        scheme = urlsplit(value or "").scheme
    except ValueError:
        return ""
    return value if value and scheme in ("http", "https") else ""


def megabytes(value: int) -> str:
    """`1.5 MB`, `12 KB`"""
    return f"{value / 1024**2:,.1f} MB" if value >= 1024**2 else f"{-(-value // 1024):,} KB"


def lasting(seconds: float) -> str:
    """`40 seconds`, `15 minutes`, `12 days`: in the largest unit of which it has two or more."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit}s"
    return counted(round(seconds), "second")


def share(part: int, whole: int) -> str:
    """`98 %` of many; of fewer than `FEW` the figures themselves, as a share of those says more than is known."""
    if whole < FEW:
        return f"{part:,} of {whole:,}"
    percent = 100 * part / whole
    return f"{percent:.0f} %" if 1 <= percent <= 99 or part in (0, whole) else f"{percent:.1f} %"


FEW = 20


def commands(words: str) -> Markup:
    """The words with what stands between backticks marked as something to type."""
    parts = printable(words).split("`")
    if len(parts) % 2 == 0:
        return escape(printable(words))
    typed = Markup("<code>{}</code>")
    return Markup("").join(typed.format(part) if place % 2 else escape(part) for place, part in enumerate(parts))


FILTERS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        *(moment, exact, dated, day, number),
        *(spoken, followed, megabytes, lasting, share, commands),
    )
} | {"count": counted}
