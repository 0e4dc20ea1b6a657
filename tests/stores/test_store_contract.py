"""What every store promises."""

import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from monitor.errors import MonitorError, UsageError
from monitor.models import (
    Alert,
    AlertState,
    Change,
    Comparison,
    Entry,
    Event,
    FieldChange,
    Host,
    Kind,
    Known,
    NewChange,
    NewVersion,
    Outcome,
    Page,
    Recorded,
    Robots,
    Role,
    Settlement,
    Source,
    Version,
)

Story = Any  # see conftest.py

# --- pages -----------------------------------------------------------------------------------------------------------


def test_configured_pages_are_due_at_once(story: Story) -> None:
    story.watch(replace(story.source, listing=story.listing))
    assert story.claim(0) == [
        Page(1, "lighthouses", story.listing, Role.LISTING, next_check_at=story.at(0), urgent=True),
        Page(2, "lighthouses", story.lamps, Role.STATEMENT, next_check_at=story.at(0)),
    ]


def test_a_claimed_page_is_due_again_only_when_its_lease_ends(story: Story) -> None:
    story.watch(story.source)
    assert [len(story.claim(minute)) for minute in (0, 4, 5, 9, 10)] == [1, 0, 1, 0, 1]


def test_the_page_longest_due_is_claimed_first(story: Story) -> None:
    story.watch(replace(story.source, pages=(story.lamps,)), minute=1)
    story.watch(replace(story.source, pages=(story.lamps, story.buoys)), minute=0)
    assert [page.url for page in story.claim(2, limit=1)] == [story.buoys]


@pytest.mark.parametrize("name", ["lighthouses", "https://www.example.gov.uk/government/news/lamps", "{lamps}/#top"])
def test_a_named_page_is_claimed_due_or_not(story: Story, name: str) -> None:
    story.watch(story.source, Source("other", pages=(story.buoys,)))
    story.claim(0)
    assert [page.url for page in story.claim(1, named=(name.format(lamps=story.lamps),))] == [story.lamps]


def test_a_name_nobody_knows_is_answered_with_the_nearest(story: Story) -> None:
    story.watch(story.source)
    with pytest.raises(UsageError, match=r'"lighthouse" is neither .* did you mean "lighthouses"'):
        story.claim(0, named=("lighthouse",))


def test_naming_nothing_claims_nothing(story: Story) -> None:
    story.watch(story.source)
    assert story.claim(0, named=()) == []


def test_a_budget_is_never_exceeded_and_the_rest_waits_for_the_next_day(story: Story) -> None:
    urls = tuple(f"{story.lamps}-{number}" for number in range(5))
    story.watch(Source("lighthouses", pages=urls, auto=True, budget=3))
    assert [len(story.claim(minute)) for minute in (0, 1, 60, 900 - 1)] == [3, 0, 0, 0]
    budget = story.store.budgets()["lighthouses"]
    assert (budget.pages, budget.most, budget.spent) == (5, 3, 3)
    assert [len(story.claim(minute)) for minute in (2 * 1440, 2 * 1440 + 6)] == [3, 0]


@pytest.mark.parametrize(("bounded", "claimed"), [(True, 1), (False, 2)])
def test_what_is_named_may_be_claimed_beyond_the_budget_and_is_charged(
    story: Story, bounded: bool, claimed: int
) -> None:
    story.watch(Source("lighthouses", pages=(story.lamps, story.buoys), auto=True, budget=1))
    assert len(story.claim(0, named=("lighthouses",), bounded=bounded)) == claimed
    assert story.store.budgets()["lighthouses"].spent == claimed
    assert story.claim(10) == []


def test_only_sources_that_choose_their_looks_have_a_budget(story: Story) -> None:
    story.watch(replace(story.source, auto=True), Source("other", pages=(story.buoys,)))
    assert set(story.store.budgets()) == {"lighthouses"}
    story.watch(story.source, Source("other", pages=(story.buoys,), auto=True, budget=9))
    assert {name: budget.most for name, budget in story.store.budgets().items()} == {"other": 9}


def test_what_looks_taught_of_a_page_comes_back_with_it(story: Story) -> None:
    story.watch(replace(story.source, auto=True))
    (page,) = story.claim(0)
    look = story.look(page, 0, Outcome.UNCHANGED)
    story.record(replace(look, page=replace(look.page, edits=1.5, exposure=0.25, edited_at=story.at(-90))))
    (again,) = story.claim(15)
    assert (again.edits, again.exposure, again.edited_at) == (1.5, 0.25, story.at(-90))


def test_how_often_a_source_s_pages_get_their_first_edit_is_counted_apart(story: Story) -> None:
    urls = tuple(f"{story.lamps}-{number}" for number in range(40))
    source = Source("lighthouses", pages=urls, auto=True)
    story.watch(source)
    for page in story.claim(0):
        look = story.look(page, 0, Outcome.UNCHANGED)
        story.record(replace(look, page=replace(page, edits=4.0, exposure=4.0, edited_at=story.at(-90))))
    story.watch(source, minute=15)
    all_edited = story.store.budgets()["lighthouses"]
    assert all_edited.level == pytest.approx(1, rel=0.05)
    assert all_edited.first_level > 2


def test_two_sources_may_watch_one_address(story: Story) -> None:
    story.watch(story.source, Source("other", pages=(story.lamps,)))
    assert [page.source for page in story.claim(0)] == ["lighthouses", "other"]


def test_what_the_configuration_no_longer_names_rests_and_keeps_its_history(story: Story) -> None:
    story.watch(story.source)
    story.publish()
    story.watch(replace(story.source, pages=(story.buoys,)), minute=20)
    assert [page.url for page in story.claim(60)] == [story.buoys]
    story.watch(story.source, minute=70)
    (page,) = story.claim(70)
    assert (page.url, page.version_id) == (story.lamps, 1)


def test_a_page_that_another_source_names_from_now_on_keeps_its_history(story: Story) -> None:
    story.watch(story.source)
    story.publish()
    story.watch(replace(story.source, name="beacons"), minute=20)
    (page,) = story.claim(20)
    assert (page.id, page.source, page.url, page.version_id) == (1, "beacons", story.lamps, 1)
    story.watch(story.source, minute=30)
    (page,) = story.claim(60)
    assert (page.id, page.source, page.version_id) == (1, "lighthouses", 1)


def test_a_source_that_is_renamed_keeps_its_listing_its_pages_and_its_budget(story: Story) -> None:
    source = Source("lighthouses", listing=story.listing, auto=True, budget=9)
    story.watch(source)
    story.record(
        replace(story.look(story.page(story.listing), 0, Outcome.OK), discovered=(Entry(story.lamps),), filled=True)
    )
    story.publish(minute=1)
    spent = story.store.budgets()["lighthouses"].spent
    story.watch(replace(source, name="beacons"), minute=20)
    assert story.store.budgets()["beacons"].spent == spent > 0
    pages = {page.url: page for page in story.claim(60, named=("beacons",))}
    assert (pages[story.lamps].version_id, pages[story.lamps].baseline) == (1, True)
    assert set(pages) == {story.listing, story.lamps}
    with pytest.raises(UsageError):
        story.claim(60, named=("lighthouses",))


def test_a_page_orphaned_while_it_is_looked_at_stays_orphaned(story: Story) -> None:
    story.watch(story.source)
    (page,) = story.claim(0)
    story.watch(minute=1)
    story.record(story.look(page, 2, Outcome.TIMEOUT), minute=2)
    assert story.claim(60) == []


def test_a_shorter_interval_holds_at_once(story: Story) -> None:
    story.watch(replace(story.source, every=timedelta(days=1)))
    story.record(replace(story.look(page := story.page(), 0, Outcome.TIMEOUT), page=due(page, story.at(1440))))
    story.watch(replace(story.source, every=timedelta(minutes=10)), minute=1)
    assert [len(story.claim(minute)) for minute in (10, 11)] == [0, 1]


def test_a_clock_that_was_wrong_puts_no_page_off_for_years(story: Story) -> None:
    story.watch(story.source)
    story.record(replace(story.look(page := story.page(), 0, Outcome.TIMEOUT), page=due(page, story.at(10**6))))
    story.watch(story.source, minute=1)
    assert [len(story.claim(minute)) for minute in (15, 16)] == [0, 1]


def test_a_clock_that_was_wrong_lets_no_host_rest_for_years(story: Story) -> None:
    story.watch(story.source)
    story.store.put_back((), story.at(0), [Host("www.example.gov.uk", free_at=story.at(10**6))])
    story.watch(story.source, minute=1)
    assert [len(story.claim(minute)) for minute in (24 * 60, 24 * 60 + 1)] == [0, 1]


def test_pages_of_a_host_that_rests_are_passed_over(story: Story) -> None:
    story.watch(replace(story.source, pages=("https://a.example/1", "https://b.example:8443/1")))
    story.store.put_back((), story.at(0), [Host("b.example:8443", free_at=story.at(30))])
    assert [[page.host for page in story.claim(minute)] for minute in (0, 29, 34)] == [
        ["a.example"],
        ["a.example"],
        ["a.example", "b.example:8443"],
    ]


def test_of_one_host_no_more_pages_are_claimed_than_asked_for(story: Story) -> None:
    urls = tuple(f"https://{host}.example/{number}" for number in range(3) for host in "ab")
    story.watch(replace(story.source, pages=urls))
    claims = [story.store.claim_pages(story.at(0), 100, timedelta(hours=1), per_host=2) for _ in range(3)]
    assert [sorted(page.host for page in claim) for claim in claims] == [
        ["a.example", "a.example", "b.example", "b.example"],
        ["a.example", "b.example"],
        [],
    ]


def test_of_a_host_that_failed_or_asks_for_time_few_pages_are_claimed_at_once(story: Story) -> None:
    urls = tuple(f"https://{host}.example/{number}" for number in range(5) for host in "abc")
    story.watch(replace(story.source, pages=urls))
    failed = Host("a.example", failures=5)
    slow = Host("b.example", pause=timedelta(seconds=25))
    story.store.put_back((), story.at(0), [failed, slow, Host("c.example", failures=4)])
    claimed = [page.host for page in story.store.claim_pages(story.at(0), 100, timedelta(hours=1))]
    assert Counter(claimed) == {"a.example": 1, "b.example": 2, "c.example": 5}


def test_what_is_known_of_hosts_and_their_robots_is_kept(story: Story) -> None:
    host = Host("a.example:8080", story.at(1), story.at(0), 12, 3, timedelta(seconds=0.5))
    known = Robots("http://a.example:8080", story.at(0), known_at=story.at(0), body=b"User-agent: *")
    failing = Robots("https://b.example", story.at(1), Outcome.TLS, "expired", story.at(0))
    story.store.put_back((), story.at(0), [Host("a.example:8080")], [replace(known, body=b"")])
    story.store.put_back((), story.at(0), [host], [known, failing])
    assert story.store.hosts(["a.example:8080", "c.example"]) == ([host], [known])
    assert story.store.hosts(["b.example"]) == ([], [failing])


def test_pages_put_back_are_due_again_and_their_looks_not_spent(story: Story) -> None:
    urls = tuple(f"https://a.example/{number}" for number in range(3))
    story.watch(replace(story.source, pages=urls, budget=3))
    pages = story.claim(0)
    story.store.put_back([page.id for page in pages[1:]], story.at(1))
    assert story.store.budgets()[story.source.name].spent == 1
    assert {page.id for page in story.claim(1)} == {page.id for page in pages[1:]}


def test_a_process_that_was_killed_may_have_asked_for_all_it_held(story: Story) -> None:
    story.watch(replace(story.source, pages=("https://a.example/1", "https://a.example/2")))
    story.store.put_back((), story.at(0), [Host("a.example", asked_at=story.at(0), requests=4)])
    story.claim(1)
    story.store.end_leases(story.at(2))
    assert story.store.hosts(["a.example"])[0] == [Host("a.example", asked_at=story.at(2), requests=6)]


def test_pages_of_busy_and_resting_hosts_wait_even_when_they_are_named(story: Story) -> None:
    urls = ("https://a.example/1", "https://b.example/1", "https://c.example/1")
    story.watch(replace(story.source, pages=urls))
    story.store.put_back((), story.at(0), [Host("b.example", free_at=story.at(30))])
    for named in (("lighthouses",), None):
        pages = story.store.claim_pages(story.at(0), 10, timedelta(0), named, {"c.example"})
        assert [page.host for page in pages] == ["a.example"]


def test_what_a_killed_process_had_claimed_is_due_again_at_once(story: Story) -> None:
    story.watch(replace(story.source, pages=(story.lamps, story.buoys)))
    story.edit(story.buoys, minute=0)
    claimed(story, 0)
    (lamps,) = story.claim(0)
    story.store.end_leases(story.at(1))
    assert [page.url for page in story.claim(1)] == [lamps.url]
    assert len(claimed(story, 1)) == 2


def test_what_was_finished_is_not_due_again_when_leases_end(story: Story) -> None:
    story.watch(story.source)
    story.edit(minute=0)
    for alert in claimed(story, 0):
        story.store.settle_alert(alert.id, Settlement(AlertState.PENDING, "451", story.at(30)), story.at(0))
    assert len(story.claim(15)) == 1
    story.watch(minute=16)
    story.store.end_leases(story.at(17))
    assert (claimed(story, 17), story.claim(17)) == ([], [])


# --- listings --------------------------------------------------------------------------------------------------------


def test_the_first_fill_is_the_baseline_and_what_comes_later_is_not(story: Story) -> None:
    story.watch(feed := Source("feed", listing=story.listing))
    (first,) = story.record(replace(found(story, 0, story.lamps), filled=True))
    (second,) = story.record(found(story, 1, story.buoys, story.lamps), minute=1)
    assert (first.discovered, second.discovered) == ((story.lamps,), (story.buoys,))
    assert [(page.url, page.baseline) for page in story.claim(2)] == [(story.buoys, False), (story.lamps, True)]
    story.watch(feed, minute=3)
    assert len(story.claim(60)) == 3


def test_another_listing_is_filled_anew(story: Story) -> None:
    story.watch(Source("feed", listing=story.listing))
    story.record(replace(found(story, 0, story.lamps), filled=True))
    story.watch(Source("feed", listing=f"{story.listing}?page=2"), minute=1)
    story.record(found(story, 2, story.buoys, listing=f"{story.listing}?page=2"), minute=2)
    assert {page.url: page.baseline for page in story.claim(60)}[story.buoys] is True


@pytest.mark.parametrize("listed_first", [True, False])
def test_a_listed_page_outlives_its_place_in_the_configuration(story: Story, listed_first: bool) -> None:
    feed = Source("feed", listing=story.listing)
    configured = replace(feed, pages=(story.lamps,))
    story.watch(feed if listed_first else configured)
    if listed_first:
        story.record(found(story, 1, story.lamps), minute=1)
    story.watch(configured, minute=2)
    story.watch(feed, minute=3)
    if not listed_first:
        story.record(found(story, 4, story.lamps), minute=4)
    story.watch(feed, minute=5)
    assert story.lamps in [page.url for page in story.claim(60)]


def test_a_source_that_comes_back_is_filled_anew_and_looks_at_all_it_had(story: Story) -> None:
    story.watch(feed := Source("feed", listing=story.listing))
    story.record(replace(found(story, 0, story.lamps), filled=True))
    story.watch(minute=1)
    assert story.claim(60) == []
    story.watch(feed, minute=60)
    story.record(found(story, 61, story.buoys), minute=61)
    assert [(page.url, page.baseline) for page in story.claim(61)] == [(story.lamps, True), (story.buoys, True)]


def test_a_page_that_becomes_a_listing_is_looked_at_as_one(story: Story) -> None:
    story.watch(Source("feed", pages=(story.listing,)))
    story.watch(Source("feed", listing=story.listing), minute=1)
    assert [(page.id, page.role) for page in story.claim(1)] == [(1, Role.LISTING)]


def test_an_item_is_never_due_and_is_found_by_its_address(story: Story) -> None:
    story.watch(Source("feed", listing=story.listing))
    item = Entry(story.lamps, "New lamps", statement=story.statement("Lamps cost £1.5 million."))
    (recorded,) = story.record(replace(found(story, 0), discovered=(item,), filled=True))
    assert recorded.discovered == ()
    assert [page.role for page in story.claim(60)] == [Role.LISTING]
    (page,) = story.store.pages_of_items("feed", [story.buoys, story.lamps])
    assert page == Page(2, "feed", story.lamps, Role.ITEM, configured=False)
    with pytest.raises(UsageError):
        story.claim(60, named=(story.lamps,))


# --- recording -------------------------------------------------------------------------------------------------------


def test_a_first_version_is_known_with_its_snapshot(story: Story) -> None:
    story.watch(story.source)
    assert (story.store.known(1), story.store.snapshot(1)) == (Known(), None)
    statement = story.publish()
    version = Version(1, 1, statement, story.version("Lamps cost £1.5 million.").content_hash, story.at(0))
    assert story.store.known(1) == Known(version)
    assert story.store.snapshot(1) == (f"<main>{statement.text}</main>".encode(), "text/html; charset=utf-8")


def test_earlier_versions_are_known_by_their_hashes(story: Story) -> None:
    story.watch(story.source)
    for text in ("a", "b", "a", "c"):
        story.edit(text=text)
    assert story.store.known(1).earlier == tuple(
        (story.version(text).content_hash, n) for text, n in (("b", 2), ("a", 3))
    )
    assert story.store.known(1).version.number == 4


def test_what_differs_in_the_metadata_is_known_until_the_next_version(story: Story) -> None:
    story.watch(story.source)
    story.publish()
    names = ("Trinity House", "Trinity Office", "The Light Office")
    for minute, (before, after) in enumerate(pairwise(names), 20):
        (recorded,) = story.rename(before, after, minute)
        assert (recorded.change_ids, recorded.alerts) == ((), 0)
    known = story.store.known(1)
    assert known.version.number == 1
    assert known.metadata_changes == tuple(
        FieldChange("publishers", before, after, metadata=True) for before, after in pairwise(names)
    )
    story.edit(minute=30)
    assert story.store.known(1).metadata_changes == ()


def test_a_page_is_claimed_in_the_state_it_was_left_in(story: Story) -> None:
    story.watch(story.source)
    page = replace(
        story.page(),
        baseline=False,
        essence="e5",
        etag='W/"1"',
        last_modified="Mon, 02 Mar 2026 09:00:00 GMT",
        shortcuts=3,
        streak_key="suspect:ab",
        streak=2,
        streak_at=story.at(7),
        flips=1,
        removed=True,
        moved_to=story.buoys,
        failures=4,
        seen_at=story.at(8),
        next_check_at=story.at(9),
    )
    story.record(replace(story.look(page, 8, Outcome.SUSPECT), page=page), minute=8)
    assert story.claim(9) == [page]


def test_a_decision_on_an_outdated_version_writes_no_version(story: Story) -> None:
    story.watch(story.source)
    page = story.page()
    story.publish(text="newer")
    late = story.look(page, 1, Outcome.OK, Event(story.version("older"), story.silent_edit(page, 1)))
    assert story.record(late, minute=1) == [Recorded(late)]
    assert story.store.known(1).version.statement == story.statement("newer")
    assert story.store.claim_alerts(story.at(60), 10, timedelta(minutes=1)) == []


def test_decisions_are_written_in_the_order_given(story: Story) -> None:
    story.watch(story.source)
    page = story.page()
    first, second = (story.look(page, 1, Outcome.OK, Event(story.version(text))) for text in ("first", "second"))
    story.record(first, second)
    assert story.store.known(1).version.statement == story.statement("first")


def test_decisions_are_written_all_or_none(story: Story) -> None:
    story.watch(story.source)
    good = story.look(story.page(), 1, Outcome.OK, Event(story.version("good"), story.silent_edit(story.page(), 1)))
    impossible = replace(
        good, check=replace(good.check, page=replace(good.page, id=99)), page=replace(good.page, id=99)
    )
    with pytest.raises(Exception, match="constraint"):
        story.record(good, impossible)
    assert story.store.known(1) == Known()
    assert story.store.claim_alerts(story.at(60), 10, timedelta(minutes=1)) == []
    assert story.record(good) == [Recorded(good, (1,), 2)]


def test_a_change_is_read_back_whole(story: Story) -> None:
    story.watch(story.source)
    story.publish()
    assert story.edit(minute=15) == Change(
        id=1,
        detected_at=story.at(15),
        page_id=1,
        source="lighthouses",
        kind=Kind.EDITED,
        title="New lamps",
        url=story.lamps,
        summary="£1.5 million → £15 million",
        seen_after_at=story.at(15),
        seen_before_at=story.at(0),
        verdict=story.silent,
        comparison=story.edit_made,
        note="Costs added.",
        before_version=1,
        after_version=2,
        snapshot_hash=hashlib.sha256(story.version("Lamps cost £15 million.").fetch.body).hexdigest(),
        alerts=2,
        first_change_id=1,
    )
    assert story.edit(text="again", minute=30).first_change_id == 1
    assert story.store.change(99) is None


def test_a_version_read_anew_keeps_the_snapshot(story: Story) -> None:
    story.watch(story.source)
    story.publish()
    before = story.store.snapshot(1)
    anew = NewVersion(replace(story.statement("as read"), parser="govuk-2"), "hash")
    reparsed = NewChange(Kind.REPARSED, "New lamps", "read anew", seen_after_at=story.at(15))
    edited = Event(story.version("edited"), story.silent_edit(story.page(), 15))
    story.record(story.look(story.page(), 15, Outcome.CHANGED, Event(anew, reparsed)))
    assert story.store.snapshot(1) == before
    story.record(story.look(story.page(), 30, Outcome.CHANGED, Event(anew, reparsed), edited))
    assert story.store.known(1).version.number == 4
    assert story.store.snapshot(1) != before


@pytest.mark.parametrize(
    ("kind", "versions"), [(Kind.REMOVED, (1, None)), (Kind.MOVED, (1, 1)), (Kind.RESTORED, (1, 1))]
)
def test_a_change_of_state_names_the_version_it_is_about(
    story: Story, kind: Kind, versions: tuple[int, int | None]
) -> None:
    story.watch(story.source)
    story.publish()
    event = Event(change=NewChange(kind, "New lamps", kind, seen_after_at=story.at(15)))
    (recorded,) = story.record(story.look(story.page(), 15, Outcome.GONE, event))
    change = story.store.change(recorded.change_ids[0])
    assert (change.before_version, change.after_version, change.comparison) == (*versions, Comparison())
    assert change.snapshot_hash is not None


# --- the outbox ------------------------------------------------------------------------------------------------------


def test_a_change_puts_one_alert_per_channel_into_the_outbox(story: Story) -> None:
    story.watch(story.source)
    change = story.edit(minute=15)
    alerts = claimed(story, 15)
    assert [replace(alert, id="") for alert in alerts] == [
        Alert("", change, channel, 0, story.at(15)) for channel in ("desk", "hook")
    ]
    assert all(re.fullmatch(r"msg_[0-9a-f]{32}", alert.id) for alert in alerts)
    assert len({alert.id for alert in alerts}) == 2


def test_an_alert_is_claimed_again_only_when_its_lease_ends(story: Story) -> None:
    story.watch(story.source)
    story.edit(minute=15)
    assert [len(claimed(story, minute)) for minute in (14, 15, 19, 20)] == [0, 2, 0, 2]


def test_the_alert_longest_due_is_claimed_first(story: Story) -> None:
    story.watch(story.source)
    first, second = story.edit(text="a", minute=15), story.edit(text="b", minute=16)
    alerts = story.store.claim_alerts(story.at(20), 3, timedelta(minutes=1))
    assert [alert.change for alert in alerts] == [first, first, second]


def test_an_alert_is_settled_as_its_try_ended(story: Story) -> None:
    story.watch(story.source)
    story.edit(minute=15)
    sent, again = claimed(story, 15)
    story.store.settle_alert(sent.id, Settlement(AlertState.SENT, "250 OK"), story.at(16))
    story.store.settle_alert(again.id, Settlement(AlertState.PENDING, "451", story.at(30)), story.at(16))
    assert claimed(story, 29) == []
    assert claimed(story, 30) == [replace(again, attempts=1)]
    story.store.settle_alert(again.id, Settlement(AlertState.FAILED, "550"), story.at(31))
    assert claimed(story, 10**6) == []


def test_a_clock_that_was_wrong_puts_no_alert_off_for_years(story: Story) -> None:
    story.watch(story.source)
    story.edit(minute=15)
    alert, _ = claimed(story, 15)
    story.store.settle_alert(alert.id, Settlement(AlertState.PENDING, "451", story.at(10**6)), story.at(16))
    story.watch(story.source, minute=17)
    assert alert.id in [other.id for other in claimed(story, 17)]


def test_what_was_sent_stays_sent_whatever_an_earlier_try_reports(story: Story) -> None:
    story.watch(story.source)
    story.edit(minute=15)
    alert, _ = claimed(story, 15)
    story.store.settle_alert(alert.id, Settlement(AlertState.SENT), story.at(16))
    story.store.settle_alert(alert.id, Settlement(AlertState.PENDING, "timed out", story.at(17)), story.at(17))
    assert alert.id not in [other.id for other in claimed(story, 60)]


@pytest.mark.parametrize("named", [True, False])
def test_a_failed_alert_is_sent_again_under_its_own_id(story: Story, named: bool) -> None:
    story.watch(story.source)
    story.edit(minute=15)
    failed, sent = claimed(story, 15)
    story.store.settle_alert(failed.id, Settlement(AlertState.FAILED, "550"), story.at(16))
    story.store.settle_alert(sent.id, Settlement(AlertState.SENT), story.at(16))
    assert story.store.redeliver([], story.at(60)) == 0
    assert story.store.redeliver([failed.id, sent.id] if named else None, story.at(60)) == 1
    assert claimed(story, 60) == [failed]


def test_alert_ids_differ_between_stores(story: Story) -> None:
    story.watch(story.source)
    story.edit(minute=15)
    other = type(story.store).open(story.path.with_name("other.db"))
    twin = type(story)(other, story.path)
    twin.watch(story.source)
    twin.edit(minute=15)
    assert {alert.id for alert in claimed(story, 15)}.isdisjoint(alert.id for alert in claimed(twin, 15))
    other.close()


def test_everything_is_there_after_the_store_was_closed(story: Story) -> None:
    story.watch(story.source)
    story.publish()
    change, known, snapshot = story.edit(minute=15), story.store.known(1), story.store.snapshot(1)
    story.store.close()
    again = type(story.store).open(story.path, create=False)
    assert (again.change(1), again.known(1), again.snapshot(1)) == (change, known, snapshot)
    again.close()


def test_a_store_that_is_not_there_is_made_only_when_asked(story: Story) -> None:
    with pytest.raises(MonitorError, match=r"none\.db"):
        type(story.store).open(story.path.with_name("none.db"), create=False)
    assert not story.path.with_name("none.db").exists()


def claimed(story: Story, minute: int) -> list[Alert]:
    alerts: list[Alert] = story.store.claim_alerts(story.at(minute), 10, timedelta(minutes=5))
    return alerts


def due(page: Page, at: Any) -> Page:
    return replace(page, next_check_at=at)


def found(story: Story, minute: int, *urls: str, listing: str | None = None) -> Any:
    """A look at the listing that names these pages."""
    decision = story.look(story.page(listing or story.listing), minute, Outcome.OK)
    return replace(decision, discovered=tuple(Entry(url) for url in urls))
