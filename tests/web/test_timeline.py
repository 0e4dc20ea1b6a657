"""A page's time as a line: where changes and gaps stand on it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.models import utc_text
from monitor.web._timeline import Gap, longest_pause, timeline

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
END = BEGIN + timedelta(days=100)


def change(day: int, kind: str = "edited", disclosure: str | None = None) -> dict[str, Any]:
    return {"seen_after_at": utc_text(BEGIN + timedelta(days=day)), "kind": kind, "disclosure": disclosure}


def test_what_was_announced_stands_above_and_what_was_not_below() -> None:
    changes = [
        change(10, disclosure="announced"),
        change(25, disclosure="silent"),
        change(50, disclosure="indeterminate"),
        change(75, "removed"),
        change(90, "withdrawn", "silent"),
        change(120, "published"),
    ]
    found = timeline(BEGIN, END, changes, [])
    assert [(point.x, point.side) for point in found.points] == [
        (10.0, "above"),
        (25.0, "below"),
        (50.0, "on"),
        (75.0, "on"),
        (90.0, "above"),
        (100, "above"),
    ]
    assert [place for place, _ in found.ticks] == [0, 25, 50, 75, 100]


def test_a_gap_is_as_long_as_it_took() -> None:
    since, until = utc_text(BEGIN + timedelta(days=20)), utc_text(BEGIN + timedelta(days=45))
    assert timeline(BEGIN, END, [], [{"since": since, "until": until}]).gaps == (Gap(20.0, 25.0, since, until),)


def test_a_line_of_no_length_is_a_line() -> None:
    found = timeline(BEGIN, BEGIN, [change(0)], [])
    assert [point.x for point in found.points] == [0]


def test_three_intervals_are_a_gap_and_more_where_looks_are_rare() -> None:
    day = timedelta(days=1)
    assert longest_pause(BEGIN, END, 100, day) == 3 * day
    assert longest_pause(BEGIN, END, 10, day) == 30 * day
    assert longest_pause(BEGIN, END, 10_000, timedelta(minutes=1)) == 100 * day / 150
