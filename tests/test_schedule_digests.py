"""When a digest is due: once a day whatever the clocks do, at even lengths otherwise."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import schedule
from monitor.models import Digest

LONDON = Digest(at=time(8, 30), time_zone="Europe/London")
SECOND = timedelta(seconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("digest", "now", "last", "following"),
    [
        (LONDON, "2026-11-24T08:30", "2026-11-24T08:30", "2026-11-25T08:30"),
        (LONDON, "2026-11-24T08:29", "2026-11-23T08:30", "2026-11-24T08:30"),
        (LONDON, "2026-07-01T07:30", "2026-07-01T07:30", "2026-07-02T07:30"),
        (Digest(at=time(0, 0), time_zone="Asia/Kathmandu"), "2026-11-24T18:15", "2026-11-24T18:15", "2026-11-25T18:15"),
        (Digest(timedelta(hours=1)), "2026-11-24T08:59", "2026-11-24T08:00", "2026-11-24T09:00"),
        (Digest(timedelta(days=1)), "2026-11-24T08:59", "2026-11-24T00:00", "2026-11-25T00:00"),
        (Digest(timedelta(minutes=15)), "2026-11-24T09:00", "2026-11-24T09:00", "2026-11-24T09:15"),
    ],
)
def test_the_last_moment_and_the_next(digest: Digest, now: str, last: str, following: str) -> None:
    found = schedule.last_digest_at(digest, utc(now)), schedule.next_digest_at(digest, utc(now))
    assert found == (utc(last), utc(following))


@pytest.mark.parametrize(
    ("at", "moments"),
    [
        # 01:30 does not exist on 29 March in London: 02:30 by the clocks as they are put forward.
        (time(1, 30), ["2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T00:30"]),
        # 01:30 comes twice on 25 October: the first of them.
        (time(1, 30), ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"]),
    ],
)
def test_a_day_on_which_the_clocks_change_has_one_moment(at: time, moments: list[str]) -> None:
    digest = Digest(at=at, time_zone="Europe/London")
    now, found = utc(moments[0]) - SECOND, list[datetime]()
    while len(found) < len(moments):
        found.append(now := schedule.next_digest_at(digest, now))
    assert found == [utc(moment) for moment in moments]


ZONES = ("Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "UTC")


@settings(deadline=None)
@given(
    st.one_of(
        st.builds(Digest, st.timedeltas(timedelta(minutes=1), timedelta(days=1))),
        st.builds(lambda at, zone: Digest(at=at, time_zone=zone), st.times(), st.sampled_from(ZONES)),
    ),
    st.timedeltas(timedelta(0), timedelta(days=40 * 365)),
)
def test_every_time_lies_between_two_moments_and_each_is_its_own_last(digest: Digest, since: timedelta) -> None:
    now = datetime(2000, 1, 1, tzinfo=UTC) + since
    last, following = schedule.last_digest_at(digest, now), schedule.next_digest_at(digest, now)
    assert last <= now < following
    assert schedule.last_digest_at(digest, following - timedelta(microseconds=1)) == last
    assert schedule.last_digest_at(digest, following) == following
    assert schedule.next_digest_at(digest, last) == following
