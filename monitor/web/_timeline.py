"""A page's time as a line: looks and gaps along it, what the publisher announced above, what it did not below. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.interfaces import Row
from monitor.models import Disclosure, utc_text, utc_time

LEAST_GAP = 1 / 150
"""Share of the line that a gap must take to be seen."""

INTERVALS = 3
"""So many intervals without a look are a gap."""

TICKS = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A change on the line: at `x` per cent of it; `side` is above, below or on."""

    x: float
    side: str
    row: Row


@dataclass(frozen=True, slots=True)
class Gap:
    """Where the page was not seen: from `x` on, `width` per cent; `since` and `until` are those of the looks around."""

    x: float
    width: float
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The line from `since` to `until`; `ticks` are (per cent, time) along it."""

    since: str
    until: str
    points: tuple[Point, ...]
    gaps: tuple[Gap, ...]
    ticks: tuple[tuple[float, str], ...]


def longest_pause(since: datetime, until: datetime, looks: int, every: timedelta) -> timedelta:
    """What is no gap yet: of a page looked at so often, within a source's interval, on a line as long as that."""
    usual = max(every, (until - since) / max(looks, 1))
    return max(INTERVALS * usual, (until - since) * LEAST_GAP)


def timeline(since: datetime, until: datetime, changes: Sequence[Row], gaps: Sequence[Row]) -> Timeline:
    """The line with these changes, and these gaps (`since`, `until`)."""
    whole = max(until - since, timedelta(seconds=1))

    def place(at: str) -> float:
        return round(min(max((utc_time(at) - since) / whole, 0), 1) * 100, 2)

    ticks = [since + whole * number / TICKS for number in range(TICKS + 1)]
    return Timeline(
        utc_text(since),
        utc_text(until),
        tuple(Point(place(row["seen_after_at"]), _side(row), row) for row in changes),
        tuple(
            Gap(start := place(gap["since"]), round(place(gap["until"]) - start, 2), gap["since"], gap["until"])
            for gap in gaps
        ),
        tuple((round(100 * number / TICKS, 2), utc_text(at)) for number, at in enumerate(ticks)),
    )


def _side(row: Row) -> str:
    if row["disclosure"] == Disclosure.SILENT and row["kind"] == "edited":
        return "below"
    return "on" if row["disclosure"] == Disclosure.INDETERMINATE or row["kind"] == "removed" else "above"
