"""The pause a server asks for: one reading for pages and messages, whatever anybody writes (RFC 9110, 10.2.3)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.schedule import RETRY_AFTER_LEAST, RETRY_AFTER_MOST, retry_after

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
WORDS = st.text(st.sampled_from("0123456789-+.: GMTNov,²٣e\x00"), max_size=40) | st.text(max_size=60)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        ("90", timedelta(seconds=90)),
        ("0", timedelta(seconds=1)),
        (" 90\t", timedelta(seconds=90)),
        ("000000000000000090", timedelta(seconds=90)),
        ("-5", None),
        ("1.5", None),
        ("1e3", None),
        ("90 seconds", None),
        ("90, 120", None),
        ("²", None),
        ("٣", None),
        ("soon", None),
        ("9" * 5000, timedelta(hours=24)),
        ("0" * 5000, timedelta(seconds=1)),
        ("Tue, 24 Nov 2026 10:05:00 " + "9" * 5000, timedelta(minutes=5)),
        ("Tue, 24 Nov 2026 10:05:00 GMT", timedelta(minutes=5)),
        ("Tue, 24 Nov 2026 09:00:00 GMT", timedelta(seconds=1)),
        ("Tue, 24 Nov 9999 10:05:00 GMT", timedelta(hours=24)),
        ("Tue, 24 Nov 2026 10:05:00 XYZ", timedelta(minutes=5)),
        ("Tue, 99 Nov 2026 10:05:00 GMT", None),
        ("Tue, 24 Nov 2026 10:05:00 +9999", None),
    ],
)
def test_retry_after_is_believed_within_reason(value: str | None, expected: timedelta | None) -> None:
    assert retry_after(value, NOW) == expected


@settings(deadline=None)
@given(WORDS)
def test_a_pause_is_none_or_within_bounds(value: str) -> None:
    pause = retry_after(value, NOW)
    assert pause is None or RETRY_AFTER_LEAST <= pause <= RETRY_AFTER_MOST


@settings(deadline=None)
@given(st.integers(0, 10**30))
def test_a_pause_in_seconds_is_never_cut_below_what_was_asked(seconds: int) -> None:
    asked = timedelta(seconds=min(seconds, 86400))
    assert retry_after(str(seconds), NOW) == max(asked, RETRY_AFTER_LEAST)


@settings(deadline=None)
@given(st.integers(0, 253_370_764_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_a_pause_until_a_date_is_what_is_left_until_then(at: datetime) -> None:
    pause = retry_after(f"{at:%a, %d %b} {at.year:04} {at:%H:%M:%S} GMT", NOW)
    assert pause == min(max(at - NOW, RETRY_AFTER_LEAST), RETRY_AFTER_MOST)
