import pytest

from monitor.dates import day, in_words, later, same


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24T10:00:00.000Z", "2026-11-24"),
        ("2026-03-28T23:30:00.000Z", "2026-03-28"),
        ("2026-03-29T23:30:00.000Z", "2026-03-30"),  # the first night of summer time
        ("2026-10-24T23:30:00.000Z", "2026-10-25"),
        ("2026-10-25T23:30:00.000Z", "2026-10-25"),
        ("last spring", "last spring"),
    ],
)
def test_a_time_is_shown_as_the_day_in_the_united_kingdom(at: str, expected: str) -> None:
    assert day(at) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("2026-03-03", "2026-03-04", True),
        ("2026-03-04", "2026-03-03", False),
        ("2026-03-03", "2026-03-03T18:00:00.000Z", False),
        ("2026-03-03T10:00:00.000Z", "2026-03-03T18:00:00.000Z", True),
        ("2026-03-03T10:00:22.000Z", "2026-03-03T10:00:00.000Z", False),
        ("2026-03-03T10:00:00.000Z", "2026-03-03T10:00:22.000Z", False),
        (None, "2026-03-03", False),
    ],
)
def test_later_is_as_exact_as_both_sides(before: str | None, after: str, expected: bool) -> None:
    assert later(before, after) is expected


def test_an_absent_date_is_the_same_as_none_alone() -> None:
    assert (same(None, None), same(None, "2026-03-03"), same("2026-03-03", "2026-03-03")) == (True, False, True)


def test_dates_are_told_in_words() -> None:
    assert (in_words("2026-03-03T09:30:00.000Z"), in_words("soon")) == ("3 March 2026", "soon")
