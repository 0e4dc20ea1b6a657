"""A channel's digest, and a storm, are one message each: at its hour, or when it is over; nothing lost, nor twice."""

from contextlib import closing
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from monitor import cluster
from monitor.models import Alert, AlertState, Digest, Event, Kind, Outcome, Settlement, SignalName, Source, ToldAs
from monitor.stores._reading import Reader

Story = Any  # see conftest.py

URLS = tuple(f"https://www.example.gov.uk/government/news/lamp-{number}" for number in range(120))
HOURLY = {"desk": Digest(timedelta(hours=1))}
DAILY = {"desk": Digest(at=time(8, 30), time_zone="Europe/London")}


@pytest.fixture
def story(story: Story) -> Story:
    story.watch(replace(story.source, pages=URLS, channels=("desk",)))
    return story


def edit(story: Story, *numbers: int, minute: float, kind: Kind = Kind.EDITED, key: str | None = None) -> None:
    """A silent edit on each of these pages, alerted to the desk; no two alike unless there is a key."""
    at = story.at(0) + timedelta(minutes=minute)
    for number in numbers:
        page = story.page(URLS[number])
        change = replace(
            story.silent_edit(page, 0), kind=kind, channels=("desk",), edit_key=key or f"{number} {minute}"
        )
        event = Event(story.version(f"{number} at {minute}", page.url), change)
        story.store.record([story.look(page, 0, Outcome.CHANGED, event)], at)


def claim(
    story: Story, minute: float, digests: dict[str, Digest] | None = None, *, patient: bool = True
) -> list[list[int]]:
    """The changes that each message tells which is claimed by now; all of them arrive."""
    return [told(alert) for alert in claimed(story, minute, digests, patient=patient)]


def claimed(
    story: Story, minute: float, digests: dict[str, Digest] | None = None, *, patient: bool = True
) -> list[Alert]:
    now = story.at(0) + timedelta(minutes=minute)
    alerts: list[Alert] = story.store.claim_alerts(
        now, 500, timedelta(minutes=5), digests=digests or {}, patient=patient
    )
    for alert in alerts:
        story.store.settle_alert(alert.id, Settlement(AlertState.SENT, "took it"), now)
    return alerts


def told(alert: Alert) -> list[int]:
    return [brief.id for brief in alert.pages] or [alert.change.id]


# --- digests ---------------------------------------------------------------------------------------------------------


def test_what_was_recorded_until_its_moment_is_one_message_and_later_changes_are_the_next(story: Story) -> None:
    edit(story, 1, 2, minute=5)
    assert claim(story, 5, HOURLY) == []
    edit(story, 3, minute=59)
    assert claim(story, 59.9, HOURLY) == []
    edit(story, 4, minute=60.5)
    (alert,) = claimed(story, 61, HOURLY)
    assert (told(alert), alert.told_as) == ([1, 2, 3], ToldAs.DIGEST)
    assert claim(story, 119, HOURLY) == []
    assert claim(story, 120, HOURLY) == [[4]]
    assert claim(story, 180, HOURLY) == []


def test_a_monitor_that_was_down_at_the_hour_sends_once_and_late(story: Story) -> None:
    edit(story, 1, 2, minute=5)
    assert claim(story, 5, DAILY) == []
    assert claim(story, 25 * 60 + 10, DAILY) == [[1, 2]]
    assert claim(story, 25 * 60 + 11, DAILY) == []


def test_a_digest_that_failed_is_the_same_at_every_try(story: Story) -> None:
    edit(story, 1, 2, minute=5)
    claim(story, 5, HOURLY)
    (first,) = story.store.claim_alerts(story.at(60), 10, timedelta(minutes=5), digests=HOURLY)
    edit(story, 3, minute=61)
    (again,) = story.store.claim_alerts(story.at(66), 10, timedelta(minutes=5), digests=HOURLY)
    assert again == first
    story.store.settle_alert(first.id, Settlement(AlertState.PENDING, "503", story.at(130)), story.at(66))
    assert claim(story, 130, HOURLY) == [[3], [1, 2]]


@pytest.mark.parametrize("digests", [{}, {"desk": Digest(at=time(9, 20), time_zone="UTC")}])
def test_another_setting_frees_what_waits(story: Story, digests: dict[str, Digest]) -> None:
    edit(story, 1, 2, minute=5)
    assert claim(story, 6, DAILY) == []
    story.store.sync_channels({"desk": ""}, story.at(10))
    assert claim(story, 20, digests) == ([[1, 2]] if digests else [[1], [2]])


def test_a_reload_with_the_same_setting_frees_nothing(story: Story) -> None:
    edit(story, 1, 2, minute=5)
    assert claim(story, 6, HOURLY) == []
    story.store.sync_channels({"desk": ""}, story.at(10))
    assert claim(story, 10, HOURLY) == []
    assert claim(story, 60, HOURLY) == [[1, 2]]


def test_a_single_round_by_hand_sends_no_digest_before_its_moment(story: Story) -> None:
    edit(story, 1, minute=5)
    assert claim(story, 6, HOURLY, patient=False) == []
    assert claim(story, 60, HOURLY, patient=False) == [[1]]


def test_one_change_alone_is_told_as_ever(story: Story) -> None:
    edit(story, 1, minute=5)
    claim(story, 5, HOURLY)
    (alert,) = claimed(story, 60, HOURLY)
    assert (alert.pages, alert.told_as) == ((), None)


def test_an_alert_that_is_named_waits_for_no_digest(story: Story) -> None:
    edit(story, 1, 2, minute=5)
    assert claim(story, 5, HOURLY) == []
    with closing(Reader.open(story.path)) as reader:
        newest, _ = reader.alerts()
        assert reader.digests() == [{"channel": "desk", "alerts": 2, "next_attempt_at": "2026-03-02T10:00:00.000Z"}]
    assert (newest["change_id"], newest["detail"]) == (2, "waits for the digest")
    story.store.redeliver([newest["id"]], story.at(6))
    assert claim(story, 6, HOURLY) == [[2]]
    assert claim(story, 60, HOURLY) == [[1]]


def test_a_clock_that_was_ahead_for_a_while_keeps_no_alert_back(story: Story) -> None:
    edit(story, 1, minute=60 * 24 * 300)
    story.store.sync_channels({"desk": ""}, story.at(10))
    story.store.sync_sources([replace(story.source, pages=URLS, channels=("desk",))], story.at(10))
    assert claim(story, 11, HOURLY) == [[1]]


def test_a_channel_without_a_digest_waits_for_none(story: Story) -> None:
    edit(story, 1, minute=5)
    assert claim(story, 5, {"hook": HOURLY["desk"]}) == [[1]]


def test_a_mass_change_is_no_message_of_its_own_where_there_is_a_digest(story: Story) -> None:
    edit(story, *range(60), minute=5)
    assert claim(story, 5, HOURLY) == []
    (alert,) = claimed(story, 60, HOURLY)
    assert (len(told(alert)), alert.told_as) == (60, ToldAs.DIGEST)


def test_the_most_telling_changes_come_with_what_differs(story: Story) -> None:
    edit(story, *range(60), minute=5)
    claim(story, 5, HOURLY)
    (alert,) = claimed(story, 60, HOURLY)
    quoted = [brief for brief in alert.pages if brief.comparison.blocks]
    assert len(quoted) == cluster.QUOTED
    assert quoted[0].signals == (SignalName.FIGURE, SignalName.NAME)


# --- storms ----------------------------------------------------------------------------------------------------------


def sources(story: Story) -> list[Source]:
    """Twelve sources of ten pages each, so that no one of them changes throughout."""
    every = replace(story.source, channels=("desk",))
    return [replace(every, name=f"s{start}", pages=URLS[start : start + 10]) for start in range(0, 120, 10)]


@pytest.fixture
def many(story: Story) -> Story:
    story.watch(*sources(story), minute=1)
    return story


def test_twenty_changes_at_once_are_twenty_messages(many: Story) -> None:
    edit(many, *range(20), minute=5)
    assert len(claim(many, 5)) == 20


def test_more_at_once_are_one_when_no_more_come(many: Story) -> None:
    edit(many, *range(21), minute=5)
    assert claim(many, 5) == []
    edit(many, 21, minute=6)
    assert claim(many, 7) == []
    assert claim(many, 7.9) == []
    (alert,) = claimed(many, 8.1)
    assert (len(told(alert)), alert.told_as) == (22, ToldAs.STORM)
    assert {brief.source for brief in alert.pages} == {"s0", "s10", "s20"}


def test_where_no_further_look_follows_they_are_one_at_once(many: Story) -> None:
    edit(many, *range(21), minute=5)
    assert [len(message) for message in claim(many, 5, patient=False)] == [21]


def test_changes_that_dribble_in_are_told_at_once_until_they_are_too_many(many: Story) -> None:
    """A site of some hundred pages that is asked every five seconds: one change in twenty seconds."""
    found: dict[float, int] = {}
    for number in range(60):
        minute = 5 + number / 3
        edit(many, number, minute=minute)
        for message in claim(many, minute):
            found[round(minute, 2)] = len(message)
    end = [len(message) for minute in range(25, 45) for message in claim(many, minute)]
    assert [*found.values(), *end] == [*[1] * 20, 40]


def test_a_storm_waits_a_quarter_of_an_hour_at_most(many: Story) -> None:
    edit(many, *range(21), minute=5)
    for minute in range(5, 20):
        assert claim(many, minute) == []
        edit(many, 30 + minute, minute=minute)
    assert [len(message) for message in claim(many, 20)] == [36]


def test_a_single_change_after_a_storm_waits_two_minutes_and_no_more(many: Story) -> None:
    edit(many, *range(20), minute=5)
    assert len(claim(many, 5)) == 20
    edit(many, 30, minute=9)
    assert claim(many, 9) == []
    assert [len(message) for message in claim(many, 11)] == [1]
    edit(many, 31, minute=21)
    assert [len(message) for message in claim(many, 21)] == [1]


def test_one_edit_on_many_pages_is_one_of_the_messages_that_are_counted(many: Story) -> None:
    edit(many, *range(40), minute=5, key="the same")
    edit(many, *range(50, 60), minute=5)
    assert sorted(len(message) for message in claim(many, 5)) == [1] * 10 + [40]


def test_new_pages_are_counted_too(many: Story) -> None:
    edit(many, *range(30), minute=5, kind=Kind.PUBLISHED)
    assert claim(many, 5) == []
    assert [len(message) for message in claim(many, 7)] == [30]


def test_a_storm_of_one_channel_holds_up_no_other(many: Story) -> None:
    edit(many, *range(21), minute=5)
    page = many.page(URLS[50])
    change = replace(many.silent_edit(page, 5), channels=("hook",))
    many.record(many.look(page, 5, Outcome.CHANGED, Event(many.version("new", page.url), change)), minute=5)
    assert claim(many, 5) == [[22]]


def test_a_digest_is_dated_when_it_was_gathered_whichever_try_arrives(story: Story) -> None:
    edit(story, 1, 2, minute=5)
    claim(story, 5, DAILY)
    day = 24 * 60
    tries = [
        story.store.claim_alerts(story.at(minute), 10, timedelta(minutes=5), digests=DAILY)[0].created_at
        for minute in (day, day + 6)
    ]
    assert tries == [story.at(day)] * 2
