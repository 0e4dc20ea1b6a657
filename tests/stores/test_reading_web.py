"""What the web pages, the feeds and the metrics ask of the database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.models import Event, Kind, NewChange, Outcome, Source
from monitor.stores import _reading_insights as insights
from monitor.stores import _reading_looks as looks
from monitor.stores import _reading_search as search
from monitor.stores._reading import Reader

Story = Any  # see conftest.py

COSTS, AGAIN = "Lamps cost £1.5 million.", "Lamps cost £15 million."


@pytest.fixture
def reader(story: Story) -> Any:
    story.watch(story.source)
    reader = Reader.open(story.path)
    yield reader
    reader.close()


def times(stay: dict[str, Any]) -> list[str | None]:
    found = [stay[name] for name in ("came_after_at", "came_by_at", "went_after_at", "went_by_at")]
    return [at and at[11:16] for at in found]


# --- words and sentences ---------------------------------------------------------------------------------------------


def test_a_sentence_is_followed_through_the_versions_of_a_page(story: Story, reader: Reader) -> None:
    story.publish(text=COSTS)
    story.edit(text=AGAIN, minute=15)
    story.edit(text=COSTS, minute=30)
    stays, more = search.stays_of(reader, "cost  £1.5 MILLION")
    assert [(stay["from_version"], stay["to_version"], stay["now"], times(stay)) for stay in stays] == [
        (1, 1, False, [None, "09:00", "09:00", "09:15"]),
        (3, 3, True, ["09:15", "09:30", None, None]),
    ]
    assert [(stay["came_change_id"], stay["went_change_id"]) for stay in stays] == [(None, 1), (2, None)]
    assert not more


def test_a_sentence_is_gone_with_its_page(story: Story, reader: Reader) -> None:
    story.publish(text=COSTS)
    page = replace(story.page(), removed=True)
    change = NewChange(Kind.REMOVED, "New lamps", "removed", story.at(30), story.at(0))
    story.record(replace(story.look(page, 60, Outcome.GONE, Event(change=change)), page=page), minute=60)
    (stay,), _ = search.stays_of(reader, COSTS)
    assert (stay["now"], times(stay)) == (False, [None, "09:00", "09:00", "09:30"])


def test_a_sentence_that_very_many_versions_have_is_said_to_be_too_common(story: Story, reader: Reader) -> None:
    story.publish(text=COSTS)
    story.edit(text=AGAIN)
    stays, more = search.stays_of(reader, "lamps cost", most=1)
    assert (len(stays), more) == (1, True)


def test_what_was_found_is_marked_and_counted(story: Story, reader: Reader) -> None:
    story.publish(text=COSTS)
    story.edit(text=AGAIN)
    found = search.versions_with(reader, "lamps million", limit=1)
    assert (found.total, found.ranked, found.more) == (2, True, True)
    assert found.rows[0]["snippet"].count("\x02") == found.rows[0]["snippet"].count("\x03") >= 2
    assert [row["current"] for row in search.versions_with(reader, "15").rows] == [1]


TYPED = ("", " ", '"', '""', "*", "AND", 'a"b', "NEAR(a b)", "-x", "é ☃", "col:x", "\x00", "^")


@pytest.mark.parametrize("typed", TYPED)
def test_nothing_that_is_typed_is_an_error(reader: Reader, typed: str) -> None:
    assert search.versions_with(reader, typed).rows == ()
    assert search.stays_of(reader, typed) == ([], False)


# --- looks -----------------------------------------------------------------------------------------------------------


def test_late_looks_and_gaps_are_told_from_the_times_of_looks(story: Story, reader: Reader) -> None:
    story.publish()
    for minute in (15, 30, 61, 76):
        story.record(story.look(story.page(), minute, Outcome.UNCHANGED), minute=minute)
    story.record(story.look(story.page(), 91, Outcome.TIMEOUT), minute=91)
    found = looks.looks(reader, story.at(100))
    assert found["sources"] == {"lighthouses": {"looks": 6, "unread": 1, "timed": 5, "late": 1}}
    gap = {"source": "lighthouses", "after_at": "2026-03-02T09:30:00.000Z", "before_at": "2026-03-02T10:01:00.000Z"}
    assert found["gaps"] == [gap]


def test_looks_of_before_yesterday_do_not_count(story: Story, reader: Reader) -> None:
    story.publish()
    story.record(story.look(story.page(), 2000, Outcome.UNCHANGED), minute=2000)
    assert looks.looks(reader, story.at(2001))["sources"]["lighthouses"]["looks"] == 1
    assert looks.looks(reader, story.at(9999))["sources"] == {}


def test_edits_are_dated_as_closely_as_their_looks_are_apart(story: Story, reader: Reader) -> None:
    story.publish()
    story.edit(text=AGAIN, minute=15)
    assert looks.dated(reader, story.at(20)) == {"lighthouses": {"edits": 1, "median_s": 900.0, "most_s": 900.0}}
    story.edit(text=COSTS, minute=45)
    assert looks.dated(reader, story.at(50))["lighthouses"]["median_s"] == 1350.0


def test_failing_pages_come_with_their_reason(story: Story, reader: Reader) -> None:
    story.publish()
    page = replace(story.page(), failures=3)
    look = story.look(page, 30, Outcome.TIMEOUT)
    fetch = replace(look.check.fetch, status=None, detail="no answer in 30 s")
    story.record(replace(look, check=replace(look.check, fetch=fetch), page=page), minute=30)
    (row,) = looks.failing(reader, story.at(31))
    assert (row["outcome"], row["detail"], row["failures"]) == ("error:timeout", "no answer in 30 s", 3)


def test_every_source_is_listed_with_its_pages(story: Story, reader: Reader) -> None:
    story.watch(Source("feed", listing=story.listing))
    rows = [(row["source"], row["pages"], row["orphaned"]) for row in looks.sources(reader)]
    assert rows == [("feed", 1, 0), ("lighthouses", 0, 1)]


# --- insights --------------------------------------------------------------------------------------------------------


def test_insights_count_edits_by_week_page_and_time_to_the_first(story: Story, reader: Reader) -> None:
    story.publish()
    page = replace(story.page(story.source.pages[0]), baseline=False)
    published = NewChange(Kind.PUBLISHED, "New lamps", "published", story.at(1))
    story.record(story.look(page, 1, Outcome.CHANGED, Event(change=published)), minute=1)
    assert insights.first_edits(reader, story.at(0)) == [None]
    story.edit(text=AGAIN, minute=15)
    story.edit(text=COSTS, minute=7 * 24 * 60)
    monday = story.at(-9 * 60)
    weeks = insights.edits_by_week(reader, monday, 3)
    assert [(row["week"], row["disclosure"], row["edits"]) for row in weeks] == [
        ("2026-03-02", "silent", 1),
        ("2026-03-09", "silent", 1),
    ]
    (busiest,) = insights.busiest_pages(reader, story.at(0), "lighthouses")
    assert (busiest["edits"], busiest["silent"], busiest["title"]) == (2, 2, "New lamps")
    assert insights.first_edits(reader, story.at(0)) == [timedelta(minutes=14)]
    assert insights.busiest_pages(reader, story.at(0), "another") == []
