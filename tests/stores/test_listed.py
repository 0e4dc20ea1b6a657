"""What listings name: its turn to be looked at, hints, other rules, and pages that two sources name."""

from dataclasses import replace
from typing import Any

import pytest

from monitor.follow import mark
from monitor.models import Entry, Follow, Outcome, Role, Source
from monitor.stores import _listed

Story = Any  # see conftest.py

SITE = "https://www.example.gov.uk"
LISTING = f"{SITE}/sitemap.xml"
RIVERS = Source("rivers", listing=LISTING)


def told(story: Story, minute: int, *entries: Entry, listing: str = LISTING, source: Source = RIVERS) -> list[str]:
    """A look at a listing that names these; the addresses that have their turn."""
    page = next(page for page in story.claim(minute, named=(listing,)) if page.source == source.name)
    look = replace(story.look(page, minute, Outcome.OK), discovered=entries, filled=True)
    look = replace(look, check=replace(look.check, essence=f"govuk-1{mark(source.follow)} {'0' * 64}"))
    (recorded,) = story.record(look, minute=minute)
    return sorted(recorded.discovered)


def pages(story: Story, minute: int) -> dict[str, bool]:
    """The pages that are due, and whether they are of the first fill."""
    due = story.claim(minute, limit=1000)
    return {page.url: page.baseline for page in due if page.role is Role.STATEMENT}


def entry(number: int, updated: str | None = None) -> Entry:
    return Entry(f"{SITE}/{number:04}", updated_at=updated)


def file(number: int, updated: str | None = None) -> Entry:
    return Entry(f"{SITE}/sitemaps/{number}.xml", updated_at=updated, listing=True)


def test_two_hundred_pages_have_their_turn_in_a_round_the_latest_first(story: Story) -> None:
    story.watch(RIVERS)
    named = [entry(number, f"2026-01-01T00:00:{number % 60:02}.{number:03}Z") for number in range(450)]
    latest = sorted(named, key=lambda each: each.updated_at or "", reverse=True)
    turns = [told(story, minute, *named) for minute in (0, 20, 40, 60)]
    assert [len(turn) for turn in turns] == [200, 200, 50, 0]
    assert turns[0] == sorted(each.url for each in latest[:200])


def test_what_is_news_has_its_turn_before_what_is_left_of_the_first_fill(story: Story) -> None:
    story.watch(RIVERS)
    named = [entry(number) for number in range(450)]
    told(story, 0, *named)
    turn = told(story, 20, *named, entry(9999))
    assert (len(turn), f"{SITE}/9999" in turn) == (200, True)
    due = pages(story, 21)
    assert (due[f"{SITE}/9999"], due[f"{SITE}/0249"]) == (False, True)


def test_a_page_said_to_be_updated_is_due_at_once(story: Story) -> None:
    story.watch(RIVERS)
    told(story, 0, entry(1, "2026-03-01"), entry(2, "2026-03-01"), entry(3))
    for page in story.claim(1):
        story.record(story.look(page, 1, Outcome.OK), minute=1)
    assert told(story, 2, entry(1, "2026-03-02"), entry(2, "2026-03-01"), entry(3, "2026-03-01")) == [f"{SITE}/0001"]
    assert list(pages(story, 2)) == [f"{SITE}/0001"]
    assert told(story, 3, entry(1, "2026-03-02"), entry(3, None)) == []


def test_a_page_that_is_being_looked_at_when_it_is_said_to_be_updated_is_looked_at_again(story: Story) -> None:
    story.watch(RIVERS)
    told(story, 0, entry(1, "2026-03-01"))
    (page,) = [page for page in story.claim(1) if page.role is Role.STATEMENT]
    assert told(story, 2, entry(1, "2026-03-02")) == []
    story.record(story.look(page, 3, Outcome.OK), minute=3)
    assert told(story, 4) == [f"{SITE}/0001"]


def test_where_most_pages_are_said_to_be_updated_at_once_none_is(story: Story) -> None:
    story.watch(RIVERS)
    named = [entry(number, "2026-03-01") for number in range(201)]
    assert (len(told(story, 0, *named)), len(told(story, 15, *named))) == (200, 1)
    for page in story.claim(16, limit=1000):
        story.record(story.look(page, 16, Outcome.OK), minute=16)
    assert told(story, 17, *(replace(each, updated_at="2026-03-02") for each in named)) == []
    assert told(story, 18, *(replace(each, updated_at="2026-03-02") for each in named[1:]), entry(0, "2026-03-03")) == [
        f"{SITE}/0000"
    ]


def test_leaving_a_listing_is_not_a_removal(story: Story) -> None:
    story.watch(RIVERS)
    told(story, 0, entry(1), entry(2))
    story.claim(1)
    assert told(story, 2, entry(2)) == []
    story.store.end_leases(story.at(3))
    assert sorted(pages(story, 3)) == [f"{SITE}/0001", f"{SITE}/0002"]


def test_an_index_names_listings_and_what_they_name_at_first_is_the_baseline(story: Story) -> None:
    story.watch(RIVERS)
    assert told(story, 0, file(1, "2026-03-01"), file(2)) == [f"{SITE}/sitemaps/1.xml", f"{SITE}/sitemaps/2.xml"]
    found = {page.url: (page.role, page.depth, page.listed_at) for page in story.claim(0) if page.depth}
    assert found == {
        f"{SITE}/sitemaps/1.xml": (Role.LISTING, 1, "2026-03-01"),
        f"{SITE}/sitemaps/2.xml": (Role.LISTING, 1, None),
    }
    told(story, 1, entry(1), listing=f"{SITE}/sitemaps/1.xml")
    told(story, 2, entry(2), listing=f"{SITE}/sitemaps/2.xml")
    told(story, 3, entry(2), entry(3), listing=f"{SITE}/sitemaps/2.xml")
    assert pages(story, 4) == {f"{SITE}/0001": True, f"{SITE}/0002": True, f"{SITE}/0003": False}


def test_what_a_listing_names_that_the_index_gained_later_is_published(story: Story) -> None:
    story.watch(RIVERS)
    told(story, 0, file(1))
    told(story, 1, entry(1), listing=f"{SITE}/sitemaps/1.xml")
    assert told(story, 2, file(1), file(2)) == [f"{SITE}/sitemaps/2.xml"]
    told(story, 3, entry(1), entry(2), listing=f"{SITE}/sitemaps/2.xml")
    assert pages(story, 4) == {f"{SITE}/0001": True, f"{SITE}/0002": False}


def test_a_listing_whose_date_moved_is_due_at_once(story: Story) -> None:
    story.watch(RIVERS)
    told(story, 0, file(1, "2026-03-01"), file(2, "2026-03-01"))
    for page in story.claim(1):
        story.record(story.look(page, 1, Outcome.OK), minute=1)
    assert told(story, 2, file(1, "2026-03-01"), file(2, "2026-03-02")) == [f"{SITE}/sitemaps/2.xml"]


def test_a_listing_that_names_itself_is_not_looked_at_for_it(story: Story) -> None:
    story.watch(RIVERS)
    assert told(story, 0, Entry(LISTING, updated_at="2026-03-01", listing=True), entry(1)) == [f"{SITE}/0001"]
    assert told(story, 1, Entry(LISTING, updated_at="2026-03-02", listing=True), entry(1)) == []


def test_listings_that_name_each_other_with_ever_new_dates_come_to_an_end(story: Story) -> None:
    story.watch(RIVERS)
    assert told(story, 0, file(1, "2026-03-01")) == [f"{SITE}/sitemaps/1.xml"]
    above = (Entry(LISTING, updated_at="2026-03-01", listing=True), Entry(LISTING, updated_at="2026-03-01"))
    for minute, each in enumerate(above, 1):
        assert told(story, minute, each, listing=f"{SITE}/sitemaps/1.xml") == []


def test_addresses_beyond_the_most_are_left_out_and_the_check_says_so(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_listed, "ADDRESSES_MOST", 2)
    story.watch(RIVERS)
    assert len(told(story, 0, entry(1), entry(2), entry(3))) == 2
    assert told(story, 1, entry(3)) == []


# --- urgency ---------------------------------------------------------------------------------------------------------


def test_a_listing_and_what_it_says_was_updated_go_before_all_that_is_merely_due(story: Story) -> None:
    story.watch(RIVERS)
    told(story, 0, *(entry(number, "2026-03-01") for number in range(20)))
    for page in story.claim(1):
        story.record(story.look(page, 1, Outcome.OK), minute=1)
    told(story, 40, entry(7, "2026-03-02"), entry(8, "2026-03-01"))
    assert [page.url for page in sorted(story.claim(99, limit=2), key=lambda page: page.url)] == [
        f"{SITE}/0007",
        LISTING,
    ]
    assert len(story.claim(99, limit=100)) == 19
    story.store.end_leases(story.at(100))
    assert len(story.claim(100, limit=100)) == 21


def test_a_page_is_urgent_until_it_was_looked_at(story: Story) -> None:
    story.watch(RIVERS)
    told(story, 0, entry(1, "2026-03-01"), entry(2, "2026-03-01"))
    for minute, url in ((1, f"{SITE}/0001"), (2, f"{SITE}/0002")):
        page = story.page(url)
        story.record(story.look(page, minute, Outcome.OK), minute=minute)
    told(story, 3, entry(2, "2026-03-02"))
    story.record(story.look(story.page(f"{SITE}/0002"), 30, Outcome.OK), minute=30)
    assert LISTING in [page.url for page in story.claim(60, limit=1)]
    assert [page.url for page in story.claim(60, limit=1)] == [f"{SITE}/0001"]


def test_a_budget_keeps_a_share_for_what_is_urgent(story: Story) -> None:
    story.watch(source := replace(RIVERS, auto=True, budget=20))
    told(story, 0, *(entry(number, "2026-03-01") for number in range(20)), source=source)
    assert len(story.claim(1)) == 17
    told(story, 2, *(entry(number, "2026-03-01") for number in range(20)), entry(30), entry(31), source=source)
    assert [page.url for page in story.claim(3)] == [f"{SITE}/0030"]


# --- other rules -----------------------------------------------------------------------------------------------------

RULES = replace(RIVERS, follow=Follow(paths=("/0*",)))


def test_other_rules_fill_the_source_anew_in_silence(story: Story) -> None:
    story.watch(RIVERS)
    told(story, 0, file(1))
    told(story, 1, entry(1), listing=f"{SITE}/sitemaps/1.xml")
    story.watch(RULES, minute=2)
    assert [page.url for page in story.claim(2)] == [LISTING, f"{SITE}/0001"]
    assert told(story, 3, file(1), source=RULES) == [f"{SITE}/sitemaps/1.xml"]
    told(story, 4, entry(1), entry(2), listing=f"{SITE}/sitemaps/1.xml", source=RULES)
    assert pages(story, 10) == {f"{SITE}/0001": True, f"{SITE}/0002": True}


def test_a_look_under_the_rules_of_before_fills_nothing(story: Story) -> None:
    story.watch(RIVERS)
    (page,) = story.claim(0)
    story.watch(RULES, minute=1)
    stale = replace(story.look(page, 2, Outcome.OK), discovered=(entry(1),), filled=True)
    stale = replace(stale, check=replace(stale.check, essence=f"govuk-1 {'0' * 64}"))
    assert story.record(stale, minute=2)[0].discovered == ()
    assert told(story, 3, entry(1), source=RULES) == [f"{SITE}/0001"]
    assert pages(story, 4) == {f"{SITE}/0001": True}


def test_a_page_that_was_let_go_is_judged_again_by_other_rules(story: Story) -> None:
    story.watch(RIVERS)
    told(story, 0, entry(1))
    (page,) = [page for page in story.claim(1) if page.role is Role.STATEMENT]
    look = story.look(page, 1, Outcome.UNCHANGED)
    story.record(replace(look, page=replace(look.page, next_check_at=None)), minute=1)
    assert pages(story, 9999) == {}
    story.watch(RULES, minute=10_000)
    assert told(story, 10_001, entry(1), source=RULES) == [f"{SITE}/0001"]


# --- two sources -----------------------------------------------------------------------------------------------------

LAKES = Source("lakes", listing=f"{SITE}/lakes.atom", covered_by=("rivers",))
SHARED = replace(RIVERS, covered_by=("lakes",))


def test_a_page_that_two_listings_name_is_looked_at_once_by_who_named_it_first(story: Story) -> None:
    story.watch(SHARED, LAKES)
    assert told(story, 0, entry(1), source=SHARED) == [f"{SITE}/0001"]
    assert told(story, 0, entry(1), entry(2), listing=f"{SITE}/lakes.atom", source=LAKES) == [f"{SITE}/0002"]
    assert told(story, 1, entry(1), entry(2), source=SHARED) == []
    assert {(page.source, page.url) for page in story.claim(2) if page.role is Role.STATEMENT} == {
        ("rivers", f"{SITE}/0001"),
        ("lakes", f"{SITE}/0002"),
    }


def test_a_hint_of_either_listing_makes_the_page_due(story: Story) -> None:
    story.watch(SHARED, LAKES)
    told(story, 0, entry(1), source=SHARED)
    told(story, 0, entry(1, "2026-03-01"), listing=f"{SITE}/lakes.atom", source=LAKES)
    for page in story.claim(1):
        story.record(story.look(page, 1, Outcome.OK), minute=1)
    told(story, 2, entry(1, "2026-03-02"), listing=f"{SITE}/lakes.atom", source=LAKES)
    assert list(pages(story, 2)) == [f"{SITE}/0001"]


def test_what_another_source_looked_at_comes_back_in_silence_when_it_no_longer_does(story: Story) -> None:
    story.watch(SHARED, LAKES)
    told(story, 0, entry(1), source=SHARED)
    told(story, 0, listing=f"{SITE}/lakes.atom", source=LAKES)
    assert told(story, 1, entry(1), listing=f"{SITE}/lakes.atom", source=LAKES) == []
    story.watch(alone := replace(LAKES, covered_by=()), minute=2)
    assert told(story, 3, listing=f"{SITE}/lakes.atom", source=alone) == [f"{SITE}/0001"]
    assert [(page.source, page.baseline) for page in story.claim(4) if page.role is Role.STATEMENT] == [("lakes", True)]


def test_sources_that_do_not_stand_in_for_each_other_have_a_page_each(story: Story) -> None:
    story.watch(RIVERS, replace(LAKES, covered_by=()))
    assert told(story, 0, entry(1)) == told(story, 0, entry(1), listing=f"{SITE}/lakes.atom", source=LAKES)


def test_of_many_pages_beneath_one_that_was_touched_the_fifty_looked_at_longest_ago_are_due(story: Story) -> None:
    story.watch(RIVERS)
    manual = Entry(f"{SITE}/manual")
    told(story, 0, manual, Entry(f"{SITE}/manual-2/0"), *(Entry(f"{SITE}/manual/{number:02}") for number in range(60)))
    for page in story.claim(1, limit=100):
        minute = 2 if page.url < f"{SITE}/manual/30" else 1
        story.record(story.look(page, minute, Outcome.OK), minute=minute)
    (page,) = story.claim(3, named=(manual.url,))
    story.record(replace(story.look(page, 3, Outcome.UNCHANGED), touched_at=story.at(3)), minute=3)
    assert sorted(pages(story, 3)) == [f"{SITE}/manual/{number:02}" for number in range(60) if not 20 <= number < 30]
