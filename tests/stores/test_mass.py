"""A source that changes throughout is told of in one message, and nothing of it is lost."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.models import Alert, AlertState, Event, Kind, Outcome, Settlement, ToldAs

Story = Any  # see conftest.py

URLS = tuple(f"https://www.example.gov.uk/government/news/lamp-{number}" for number in range(40))


@pytest.fixture
def story(story: Story) -> Story:
    story.watch(replace(story.source, pages=URLS, channels=("desk", "hook"), every=timedelta(minutes=15)))
    for number in range(len(URLS)):
        looked(story, number, minute=0)
    return story


def looked(story: Story, number: int, minute: int, kind: Kind | None = None, key: str | None = None) -> None:
    """A look at a page at a minute, with a change where there is a kind of one; the next is due in 15 minutes."""
    page = story.page(URLS[number])
    events: tuple[Event, ...] = ()
    if kind:
        edit = replace(story.silent_edit(page, minute), kind=kind, channels=("desk", "hook"), edit_key=key)
        events = (Event(story.version(f"{number} at {minute}", page.url), edit),)
    story.record(story.look(page, minute, Outcome.CHANGED if kind else Outcome.UNCHANGED, *events), minute=minute)


def edited(story: Story, *numbers: int, minute: int) -> None:
    for number in numbers:
        looked(story, number, minute, Kind.EDITED, f"edit {number}")


def claim(story: Story, minute: float) -> list[Alert]:
    alerts: list[Alert] = story.store.claim_alerts(story.at(0) + timedelta(minutes=minute), 100, timedelta(minutes=5))
    return alerts


def told(alerts: list[Alert]) -> list[tuple[str, int]]:
    """How many changes each of these messages tells, by channel."""
    return sorted((alert.channel, len(alert.pages) or 1) for alert in alerts)


def test_a_source_that_changed_throughout_is_one_message_a_channel(story: Story) -> None:
    edited(story, *range(13), minute=20)
    for number in range(13, 40):
        looked(story, number, minute=20)
    alerts = claim(story, 20)
    assert told(alerts) == [("desk", 13), ("hook", 13)]
    assert [alert.told_as for alert in alerts] == [ToldAs.MASS] * 2
    assert [brief.url for brief in alerts[0].pages] == list(URLS[:13])
    for alert in alerts:
        story.store.settle_alert(alert.id, Settlement(AlertState.SENT, "took it"), story.at(21))
    assert claim(story, 60) == []


def test_it_is_the_same_message_at_every_try(story: Story) -> None:
    edited(story, *range(40), minute=20)
    first = claim(story, 20)
    assert claim(story, 26) == [replace(alert, attempts=0) for alert in first]


def test_kinds_of_change_are_told_together(story: Story) -> None:
    edited(story, *range(10), minute=20)
    for number in range(10, 40):
        looked(story, number, minute=20, kind=Kind.REMOVED)
    assert told(claim(story, 20)) == [("desk", 40), ("hook", 40)]


@pytest.mark.parametrize("changed", [10, 12])
def test_a_few_changes_or_a_small_share_are_told_one_by_one(story: Story, changed: int) -> None:
    edited(story, *range(changed), minute=20)
    for number in range(changed, 40):
        looked(story, number, minute=20)
    assert told(claim(story, 20)) == [("desk", 1)] * changed + [("hook", 1)] * changed


def test_one_edit_on_all_pages_stays_one_edit(story: Story) -> None:
    for number in range(40):
        looked(story, number, minute=20, kind=Kind.EDITED, key="the same")
    alerts = claim(story, 20)
    assert [(len(alert.pages), alert.told_as) for alert in alerts] == [(40, None)] * 2


def test_while_pages_are_still_to_be_looked_at_new_alerts_wait(story: Story) -> None:
    edited(story, *range(12), minute=20)
    assert claim(story, 20) == []
    edited(story, *range(12, 20), minute=21)
    assert claim(story, 21) == []
    for number in range(20, 40):
        looked(story, number, minute=22)
    assert told(claim(story, 22)) == [("desk", 20), ("hook", 20)]


def test_they_wait_an_interval_at_most(story: Story) -> None:
    edited(story, *range(12), minute=20)
    assert claim(story, 20) == []
    assert claim(story, 34.5) == []
    assert told(claim(story, 35)) == [("desk", 1)] * 12 + [("hook", 1)] * 12


def test_where_no_further_look_follows_nothing_waits(story: Story) -> None:
    edited(story, *range(13), minute=20)
    assert claim(story, 20) == []
    at_once = story.store.claim_alerts(story.at(0) + timedelta(minutes=20), 100, timedelta(minutes=5), patient=False)
    assert told(at_once) == [("desk", 13), ("hook", 13)]
    assert [alert.told_as for alert in at_once] == [ToldAs.MASS] * 2


def test_what_waits_holds_up_no_other_source(story: Story) -> None:
    buoys = replace(story.source, name="buoys", pages=("https://www.example.gov.uk/buoys",), channels=("desk",))
    lamps = replace(story.source, pages=URLS, channels=("desk", "hook"), every=timedelta(minutes=15))
    story.store.sync_sources([lamps, buoys], story.at(1))
    edited(story, *range(12), minute=20)
    page = next(page for page in story.store.claim_pages(story.at(20), 99, timedelta(minutes=1)) if "buoys" in page.url)
    edit = replace(story.silent_edit(page, 20), channels=("desk",))
    story.record(story.look(page, 20, Outcome.CHANGED, Event(story.version("buoys", page.url), edit)), minute=20)
    assert [alert.change.source for alert in claim(story, 20)] == ["buoys"]
