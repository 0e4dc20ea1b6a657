"""One edit on many pages is one message, whatever happens to the program meanwhile."""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.models import (
    Alert,
    AlertState,
    Brief,
    Change,
    Disclosure,
    Event,
    Kind,
    Outcome,
    Settlement,
    Signal,
    SignalName,
    Source,
    Verdict,
)
from monitor.stores._reading import Reader

Story = Any  # see conftest.py

URLS = tuple(f"https://www.example.gov.uk/government/news/lamp-{number}" for number in range(1, 31))


@pytest.fixture
def story(story: Story) -> Story:
    story.watch(replace(story.source, pages=URLS, channels=("desk",)))
    return story


def edit(story: Story, *numbers: int, minute: int = 0, key: str | None = "lamps", **fields: Any) -> list[int]:
    """A silent edit on each of these pages, alerted to the desk; the ids of the changes."""
    made = []
    for number in numbers:
        page = story.page(URLS[number - 1])
        change = replace(story.silent_edit(page, minute), channels=("desk",), edit_key=key, **fields)
        event = Event(story.version(f"{number} at {minute} {key}", page.url), change)
        (recorded,) = story.record(story.look(page, minute, Outcome.CHANGED, event), minute=minute)
        made += recorded.change_ids
    return made


def claim(story: Story, minute: int, limit: int = 100, held: tuple[int, ...] = ()) -> list[Alert]:
    alerts: list[Alert] = story.store.claim_alerts(story.at(minute), limit, timedelta(minutes=5), held)
    return alerts


def told(alerts: list[Alert]) -> list[list[int]]:
    """The changes that each of these messages tells."""
    return [[brief.id for brief in alert.pages] or [alert.change.id] for alert in alerts]


def settle(story: Story, alert: Alert, state: AlertState, minute: int, again: int | None = None) -> None:
    story.store.settle_alert(
        alert.id, Settlement(state, state, None if again is None else story.at(again)), story.at(minute)
    )


def outbox(story: Story) -> list[tuple[int, str, int]]:
    """Change, state and tries of every alert, oldest first."""
    with closing(Reader.open(story.path)) as reader:
        return [(row["change_id"], row["state"], row["attempts"]) for row in reversed(reader.alerts())]


# --- one message -----------------------------------------------------------------------------------------------------


def test_an_edit_on_three_pages_is_one_message_that_names_them(story: Story) -> None:
    edit(story, 1, 2, 3)
    (alert,) = claim(story, 0)
    assert alert.change.id == 1
    assert alert.change.alike == 3
    assert alert.change.verdict.signals[-1] == Signal(SignalName.SITEWIDE, ("3 pages",))  # type: ignore[union-attr]
    assert alert.pages == tuple(
        Brief(
            number,
            "New lamps",
            URLS[number - 1],
            "£1.5 million → £15 million",
            story.at(0),
            Disclosure.SILENT,
            source="lighthouses",
            signals=(SignalName.FIGURE, SignalName.NAME),
            edit_key="lamps",
        )
        for number in (1, 2, 3)
    )


def test_an_edit_on_two_pages_is_two_messages(story: Story) -> None:
    edit(story, 1, 2)
    alerts = claim(story, 0)
    assert told(alerts) == [[1], [2]]
    assert [SignalName.SITEWIDE in signals(alert.change) for alert in alerts] == [False, False]


@pytest.mark.parametrize("keys", [("a", "b", "c"), (None, None, None), ("a", "a", "b")])
def test_other_edits_stay_messages_of_their_own(story: Story, keys: tuple[str | None, ...]) -> None:
    for number, key in enumerate(keys, 1):
        edit(story, number, key=key)
    assert told(claim(story, 0)) == [[1], [2], [3]]


def test_each_channel_is_told_by_a_message_of_its_own(story: Story) -> None:
    for number in (1, 2, 3):
        page = story.page(URLS[number - 1])
        change = replace(story.silent_edit(page, 0), edit_key="lamps")
        story.record(story.look(page, 0, Outcome.CHANGED, Event(story.version("new", page.url), change)))
    alerts = claim(story, 0)
    assert [(alert.channel, len(alert.pages)) for alert in alerts] == [("desk", 3), ("hook", 3)]


def test_a_page_edited_thrice_or_watched_thrice_is_one_page(story: Story) -> None:
    for minute in (0, 1, 2):
        edit(story, 1, minute=minute)
    sources = tuple(Source(name, pages=(URLS[1],)) for name in ("a", "b", "c"))
    story.watch(replace(story.source, pages=URLS), *sources)
    pages = [page for page in story.claim(60) if page.source in "abc"]
    for page in pages:
        change = replace(story.silent_edit(page, 60), channels=("desk",), edit_key="buoys")
        event = Event(story.version("new", page.url), change)
        story.record(story.look(page, 60, Outcome.CHANGED, event), minute=60)
    assert len(pages) == 3
    assert told(claim(story, 60)) == [[1], [2], [3], [4], [5], [6]]


def test_pages_more_than_a_day_apart_are_not_told_together(story: Story) -> None:
    day = 24 * 60
    edit(story, 1, 2)
    edit(story, 3, 4, 5, minute=day + 1)
    assert told(claim(story, day + 1)) == [[1], [2], [3, 4, 5]]


def test_a_message_tells_all_its_pages_however_few_may_be_claimed(story: Story) -> None:
    edit(story, *range(1, 31))
    assert told(claim(story, 0, limit=2)) == [list(range(1, 31))]


# --- for good --------------------------------------------------------------------------------------------------------


def test_every_try_tells_the_same_whatever_was_found_meanwhile(story: Story) -> None:
    edit(story, 1, 2, 3)
    (first,) = claim(story, 0)
    edit(story, 4, 5, minute=1)
    settle(story, first, AlertState.PENDING, 2, again=10)
    assert claim(story, 10) == [replace(first, attempts=1)]
    assert claim(story, 15) == [replace(first, attempts=1)]


def test_a_page_that_was_told_alone_stays_alone_though_its_edit_turns_out_sitewide(story: Story) -> None:
    edit(story, 1)
    (alone,) = claim(story, 0)
    edit(story, 2, 3, minute=1)
    story.store.end_leases(story.at(2))
    others, again = claim(story, 2)  # the longest due comes first
    assert again == alone
    assert told([others]) == [[2, 3]]


@pytest.mark.parametrize("state", AlertState)
def test_all_pages_of_a_message_fare_as_it_does(story: Story, state: AlertState) -> None:
    edit(story, 1, 2, 3)
    (alert,) = claim(story, 0)
    settle(story, alert, state, 1, again=30)
    assert outbox(story) == [(1, state, 1), (2, state, 1), (3, state, 1)]
    assert claim(story, 29) == []
    assert told(claim(story, 30)) == [[1, 2, 3]] * (state is AlertState.PENDING)


def test_any_page_of_a_failed_message_sends_it_again(story: Story) -> None:
    edit(story, 1, 2, 3)
    (alert,) = claim(story, 0)
    settle(story, alert, AlertState.FAILED, 1)
    with closing(Reader.open(story.path)) as reader:
        member = reader.alerts()[0]
    assert (member["change_id"], member["told_with"]) == (3, alert.id)
    assert story.store.redeliver([member["id"]], story.at(60)) == 3
    assert claim(story, 60) == [alert]


def test_what_was_claimed_when_the_program_was_killed_is_claimed_alike(story: Story) -> None:
    edit(story, 1, 2, 3)
    before = claim(story, 0)
    edit(story, 4, minute=1)
    story.store.end_leases(story.at(2))
    assert claim(story, 2) == before


# --- waiting for more ------------------------------------------------------------------------------------------------


def test_pages_found_after_the_channel_was_told_are_gathered_for_an_hour(story: Story) -> None:
    edit(story, 1, 2, 3)
    (first,) = claim(story, 0)
    settle(story, first, AlertState.SENT, 0)
    edit(story, 4, minute=10)
    edit(story, 5, minute=30)
    assert claim(story, 69) == []
    edit(story, 6, minute=69)
    (second,) = claim(story, 70)
    assert told([second]) == [[4, 5, 6]]
    assert second.change.alike == 6
    settle(story, second, AlertState.SENT, 70)
    edit(story, 7, minute=80)
    assert [told(claim(story, minute)) for minute in (80, 139, 140)] == [[], [], [[7]]]


def test_a_day_later_the_same_edit_is_told_at_once(story: Story) -> None:
    edit(story, 1, 2, 3)
    claim(story, 0)
    edit(story, 4, minute=24 * 60 + 1)
    assert [4] in told(claim(story, 24 * 60 + 1))


def test_a_channel_not_told_yet_is_told_at_once(story: Story) -> None:
    edit(story, 1, 2, 3)
    claim(story, 0)
    page = story.page(URLS[3])
    change = replace(story.silent_edit(page, 1), edit_key="lamps")
    story.record(story.look(page, 1, Outcome.CHANGED, Event(story.version("new", page.url), change)), minute=1)
    assert [(alert.channel, alert.change.id) for alert in claim(story, 1)] == [("hook", 4)]


def test_held_changes_wait_and_go_along_with_the_rest_of_their_edit(story: Story) -> None:
    edit(story, 1, 2)
    (own,) = edit(story, 3, key="own")
    assert claim(story, 0, held=(1, 2, own)) == []
    assert told(claim(story, 1, held=(1, 2))) == [[own]]
    edit(story, 4, minute=2)
    assert told(claim(story, 2, held=(1, 2))) == [[1, 2, 4]]


def test_an_alert_that_was_tried_is_held_no_more(story: Story) -> None:
    edit(story, 1)
    (alert,) = claim(story, 0)
    assert claim(story, 5, held=(1,)) == [alert]


# --- killed ----------------------------------------------------------------------------------------------------------

KILLED = """
import itertools, os, pathlib, signal, sys
from datetime import UTC, datetime, timedelta
from monitor.stores.sqlite import Store
store, counter = Store.open(pathlib.Path(sys.argv[1]), create=False), itertools.count(1)
doomed = lambda _: next(counter) == int(sys.argv[2]) and os.kill(os.getpid(), signal.SIGKILL)
store._db.set_trace_callback(doomed)
(alert,) = store.claim_alerts(datetime(2026, 3, 2, 9, 1, tzinfo=UTC), 100, timedelta(hours=1))
print(next(counter) - 1)
"""


def test_a_kill_between_any_two_steps_of_a_claim_loses_nothing(story: Story) -> None:
    edit(story, 1, 2, 3)
    story.store.close()
    whole = story.path.read_bytes()

    def killed_at(step: int) -> "subprocess.CompletedProcess[str]":
        story.path.write_bytes(whole)
        for name in ("-wal", "-shm"):
            story.path.with_name(story.path.name + name).unlink(missing_ok=True)
        command = [sys.executable, "-c", KILLED, str(story.path), str(step)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    steps = int(killed_at(0).stdout)
    assert steps > 5
    for step in range(1, steps + 1):
        assert killed_at(step).returncode == -9
        again = type(story.store).open(story.path, create=False)
        again.end_leases(story.at(1))
        (alert,) = again.claim_alerts(story.at(1), 100, timedelta(hours=1))
        assert [brief.id for brief in alert.pages] == [1, 2, 3]
        again.close()


# --- as people see it ------------------------------------------------------------------------------------------------


def test_the_change_log_says_sitewide_of_every_page_once_there_are_three(story: Story) -> None:
    def logged() -> list[str]:
        with closing(Reader.open(story.path)) as reader:
            return [row["signals"] for row in reversed(reader.change_log())]

    edit(story, 1, 2)
    assert logged() == ["figure, name"] * 2
    edit(story, 3, minute=24 * 60, verdict=Verdict(Disclosure.SILENT, ()))
    edit(story, 4, minute=60, key=None)
    edit(story, 5, minute=48 * 60 + 1)
    assert logged() == ["figure, name, sitewide", "figure, name, sitewide", "sitewide", "figure, name", "figure, name"]


def test_a_change_as_read_says_on_how_many_pages_the_same_was_found(story: Story) -> None:
    edit(story, 1, 2, 3, 4)
    edit(story, 5, key="own")
    with closing(Reader.open(story.path)) as reader:
        changes = [reader.change(number) for number in (1, 4, 5)]
    assert [change.alike for change in changes if change] == [4, 4, 1]
    assert [SignalName.SITEWIDE in signals(change) for change in changes if change] == [True, True, False]
    assert story.store.change(1) == changes[0]


@pytest.mark.parametrize(("change", "found"), [(2, [3, 2, 1]), (4, [4]), (99, [])])
def test_the_change_log_lists_the_pages_edited_alike(story: Story, change: int, found: list[int]) -> None:
    edit(story, 1, 2, 3)
    edit(story, 4, key=None)
    with closing(Reader.open(story.path)) as reader:
        assert [row["id"] for row in reader.change_log(alike=change)] == found


# --- earlier silent edits --------------------------------------------------------------------------------------------


def test_an_announced_edit_comes_with_the_silent_ones_since_the_last_announced_one(story: Story) -> None:
    announced = Verdict(Disclosure.ANNOUNCED, ())
    edit(story, 1, key=None)
    edit(story, 2, minute=1, key=None)
    edit(story, 1, minute=2, key=None, verdict=announced)
    edit(story, 1, minute=3, key=None, kind=Kind.WITHDRAWN)
    edit(story, 1, minute=4, key=None, summary="7 → 14")
    edit(story, 1, minute=5, key=None, kind=Kind.RESTORED)
    edit(story, 1, minute=6, key=None, verdict=announced)
    edit(story, 1, minute=7, key=None)
    assert {change: earlier(story, change) for change in range(1, 9)} == dict.fromkeys(range(1, 9), ()) | {
        3: (1,),
        7: (5, 6),
    }
    named = story.store.change(7).earlier[0]
    assert (named.id, named.summary, named.seen_after_at) == (5, "7 → 14", story.at(4))
    assert [alert.change.earlier for alert in claim(story, 10) if alert.change.id == 7] == [
        story.store.change(7).earlier
    ]


def test_of_very_many_earlier_edits_the_latest_are_named_and_the_others_counted(story: Story) -> None:
    for minute in range(25):
        edit(story, 1, minute=minute, key=None)
    edit(story, 1, minute=30, key=None, verdict=Verdict(Disclosure.ANNOUNCED, ()))
    assert earlier(story, 26) == tuple(range(6, 26))
    assert story.store.change(26).earlier_left_out == 5


def earlier(story: Story, change: int) -> tuple[int, ...]:
    return tuple(brief.id for brief in story.store.change(change).earlier)


def signals(change: Change) -> list[SignalName]:
    return [signal.name for signal in change.verdict.signals] if change.verdict else []
