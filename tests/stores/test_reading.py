"""What people see of the database."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import CannotWriteError
from monitor.models import (
    AlertState,
    Disclosure,
    Entry,
    Event,
    Kind,
    NewChange,
    Outcome,
    Rest,
    Settlement,
    Source,
)
from monitor.stores._reading import Reader, match_query

Story = Any  # see conftest.py


@pytest.fixture
def story(story: Story) -> Story:
    """A page published, edited silently, sent to one of two channels, and now timing out."""
    story.watch(story.source, Source("feed", listing=story.listing))
    story.publish()
    story.edit(minute=15)
    desk, hook = story.store.claim_alerts(story.at(15), 10, story.at(20) - story.at(15))
    story.store.settle_alert(desk.id, Settlement(AlertState.SENT, "250 OK"), story.at(16))
    story.store.settle_alert(hook.id, Settlement(AlertState.FAILED, "410 Gone"), story.at(16))
    page = replace(story.page(), failures=3)
    look = story.look(page, 30, Outcome.TIMEOUT)
    fetch = replace(look.check.fetch, status=None, detail="no answer in 30 s")
    page = replace(page, next_check_at=story.at(45))
    story.record(replace(look, check=replace(look.check, fetch=fetch), page=page), minute=30)
    return story


@pytest.fixture
def reader(story: Story) -> Any:
    reader = Reader.open(story.path)
    yield reader
    reader.close()


LOGGED = {
    "id": 1,
    "detected_at": "2026-03-02T09:15:00.000Z",
    "source": "lighthouses",
    "kind": "edited",
    "disclosure": "silent",
    "title": "New lamps",
    "url": "https://www.example.gov.uk/government/news/lamps",
    "note": "Costs added.",
    "signals": "figure, name",
    "fields": "updated_at, body",
    "summary": "£1.5 million → £15 million",
    "words_added": 1,
    "words_removed": 1,
    "before_version": 1,
    "after_version": 2,
    "seen_before_at": "2026-03-02T09:00:00.000Z",
    "seen_after_at": "2026-03-02T09:15:00.000Z",
    "alerts_sent": 1,
    "alerts_pending": 0,
    "alerts_failed": 1,
    "quotes": None,
}


def test_the_change_log_tells_all_of_a_change(reader: Reader) -> None:
    assert reader.change_log() == [LOGGED]


def test_the_change_log_is_newest_first_and_limited(story: Story, reader: Reader) -> None:
    for minute in (60, 75):
        story.edit(text=f"edit at {minute}", minute=minute)
    assert [row["id"] for row in reader.change_log()] == [3, 2, 1]
    assert [row["id"] for row in reader.change_log(limit=2)] == [3, 2]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"source": "lighthouses"}, True),
        ({"source": "feed"}, False),
        ({"kind": Kind.EDITED}, True),
        ({"kind": Kind.REMOVED}, False),
        ({"disclosure": Disclosure.SILENT}, True),
        ({"disclosure": Disclosure.ANNOUNCED}, False),
        ({"since": 15}, True),
        ({"since": 16}, False),
    ],
)
def test_the_change_log_is_narrowed(story: Story, reader: Reader, wanted: dict[str, Any], found: bool) -> None:
    if "since" in wanted:
        wanted = {"since": story.at(wanted["since"])}
    assert reader.change_log(**wanted) == [LOGGED] * found


def test_a_change_without_a_verdict_has_empty_columns(story: Story, reader: Reader) -> None:
    event = Event(change=NewChange(Kind.REMOVED, "New lamps", "gone", seen_after_at=story.at(60)))
    story.record(story.look(story.page(), 60, Outcome.GONE, event), minute=60)
    row = reader.change_log(limit=1)[0]
    assert (row["disclosure"], row["signals"], row["fields"], row["after_version"]) == (None, "", "", None)


def test_a_reader_and_the_store_read_the_same_change(story: Story, reader: Reader) -> None:
    assert reader.change(1) == story.store.change(1)
    assert reader.change(99) is None


def test_the_history_of_a_page_is_told_newest_first(reader: Reader) -> None:
    history = reader.history("https://www.example.gov.uk/government/news/lamps/")
    assert history is not None
    checks = [(row["checked_at"][11:16], row["outcome"], row["status"], row["version"]) for row in history["checks"]]
    assert checks == [("09:30", "error:timeout", None, None), ("09:15", "changed", 200, 2), ("09:00", "ok", 200, 1)]
    assert history["checks"][0]["detail"] == "no answer in 30 s"
    assert [(row["number"], row["first_seen_at"]) for row in history["versions"]] == [
        (2, "2026-03-02T09:15:00.000Z"),
        (1, "2026-03-02T09:00:00.000Z"),
    ]
    assert history["notes"] == [
        {"at": "2026-03-01T10:00:00.000Z", "text": "Costs added."},
        {"at": None, "text": "First published."},
    ]
    assert (history["title"], history["outcome"], history["failures"]) == ("New lamps", "error:timeout", 3)


def test_the_history_tells_what_differed_in_the_metadata(story: Story, reader: Reader) -> None:
    story.rename(minute=60)
    history = reader.history(story.lamps)
    assert history is not None
    assert history["metadata_changes"] == [
        {
            "id": 1,
            "source": "lighthouses",
            "seen_at": "2026-03-02T10:00:00.000Z",
            "version": 2,
            "field": "publishers",
            "before": "Trinity House",
            "after": "Trinity Office",
        }
    ]


def test_the_history_of_an_unknown_page_is_none(reader: Reader) -> None:
    assert reader.history("https://www.example.gov.uk/none") is None


def test_the_snapshot_of_a_version_is_the_bytes_as_served(story: Story, reader: Reader) -> None:
    history = reader.history(story.lamps)
    assert history is not None
    bodies = [reader.snapshot(row["snapshot_hash"]) for row in history["versions"]]
    assert bodies == [
        story.version(text).fetch.body for text in ("Lamps cost £15 million.", "Lamps cost £1.5 million.")
    ]
    assert reader.snapshot("none") is None


def test_a_late_decision_leaves_its_check_row(story: Story, reader: Reader) -> None:
    late = story.look(replace(story.page(), version_id=1), 60, Outcome.CHANGED, Event(story.version("late")))
    story.record(late, minute=60)
    history = reader.history(story.lamps)
    assert history is not None
    assert (history["checks"][0]["detail"], history["checks"][0]["version"]) == (
        "decided on a version that was no longer the current one",
        None,
    )
    assert len(history["versions"]) == 2


def test_a_feeds_item_leaves_a_check_row_only_when_something_changed(story: Story, reader: Reader) -> None:
    item = Entry(story.buoys, "Buoys", statement=story.statement("Buoys.", story.buoys))
    story.record(replace(story.look(story.page(story.listing), 60, Outcome.OK), discovered=(item,)), minute=60)
    (page,) = story.store.pages_of_items("feed", [story.buoys])
    first = story.look(page, 60, Outcome.OK, Event(story.version("Buoys.", story.buoys)))
    story.record(first, minute=60)
    (page,) = story.store.pages_of_items("feed", [story.buoys])
    story.record(story.look(page, 75, Outcome.UNCHANGED), minute=75)
    history = reader.history(story.buoys)
    assert history is not None
    assert [row["outcome"] for row in history["checks"]] == ["ok"]
    assert history["seen_at"] == "2026-03-02T10:15:00.000Z"


@pytest.mark.parametrize(
    ("words", "versions"),
    [
        ("lamps", [2, 1]),
        ("CAFE", [2, 1]),
        ("£15 million", [2]),
        ('"1.5 million"', [1]),
        ('"million lamps"', []),
        ("lamps buoys", []),
        ("cost AND", []),
        ('un"closed', []),
        ('lamps "', [2, 1]),
        ("— * ( ) : ^", []),
        ("", []),
    ],
)
def test_all_versions_are_searched_for_all_words(reader: Reader, words: str, versions: list[int]) -> None:
    assert sorted((row["number"] for row in reader.search(words)), reverse=True) == versions


def test_a_search_shows_where_the_words_stand(reader: Reader) -> None:
    assert reader.search('"£15 million"') == [
        {
            "version_id": 2,
            "source": "lighthouses",
            "url": "https://www.example.gov.uk/government/news/lamps",
            "number": 2,
            "title": "New lamps",
            "first_seen_at": "2026-03-02T09:15:00.000Z",
            "snippet": "New lamps\nFor every café.\nCosts\nLamps cost £[15 million].",
        }
    ]


def test_what_is_searched_is_what_readers_see(story: Story) -> None:
    with closing(sqlite3.connect(story.path)) as db:
        texts = [text for (text,) in db.execute("SELECT text FROM statements ORDER BY id")]
    assert texts == [story.statement(text).text for text in ("Lamps cost £1.5 million.", "Lamps cost £15 million.")]


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("don't stop", '"don\'t" "stop"'),
        ('say "not at all" twice', '"say" "not at all" "twice"'),
        ("NEAR(a b)", '"NEAR(a" "b)"'),
        ("- -", ""),
    ],
)
def test_what_a_person_typed_has_no_syntax(typed: str, query: str) -> None:
    assert match_query(typed) == query


def test_the_status_names_the_new_address_of_a_page_that_moved_for_good(story: Story, reader: Reader) -> None:
    look = story.look(story.page(), 70, Outcome.UNCHANGED)
    story.record(replace(look, page=replace(look.page, moved_to=f"{story.lamps}-2")), minute=70)
    named = {"source": "lighthouses", "url": story.lamps, "moved_to": f"{story.lamps}-2"}
    assert reader.status(story.at(80))["moved"] == [named]


def test_the_status_counts_what_waits_for_its_turn(story: Story, reader: Reader) -> None:
    look = story.look(story.page(story.listing), 60, Outcome.OK)
    named = tuple(Entry(f"{story.lamps}/{number}") for number in range(230))
    essence = replace(look.check, essence="govuk-2 0")
    story.record(replace(look, check=essence, discovered=named), minute=60)
    assert reader.waiting() == {"feed": 30}
    assert [(row["source"], row["waiting"]) for row in reader.status(story.at(60))["sources"]] == [
        ("feed", 30),
        ("lighthouses", 0),
    ]


def test_the_status_counts_what_needs_a_look_or_a_person(story: Story, reader: Reader) -> None:
    status = reader.status(story.at(80))
    lighthouses = {
        "source": "lighthouses",
        "pages": 1,
        "due": 1,
        "overdue": 1,
        "blocked": 0,
        "robots": 0,
        "removed": 0,
        "failing": 1,
        "checked_at": "2026-03-02T09:30:00.000Z",
        "waiting": 0,
        "spent": None,
        "budget": None,
    }
    feed = lighthouses | {"source": "feed", "failing": 0, "checked_at": None}
    names = (
        "at",
        "free_bytes",
        "given_up",
        "incidents",
        "late",
        "pulses",
        "reports",
        "troubled_hosts",
        "troubled_pages",
    )
    standing = {name: status.pop(name) for name in names}
    assert standing["late"] == [{"source": "feed", "pages": 1}, {"source": "lighthouses", "pages": 1}]
    assert [(row["host"], row["state"], row["pages"]) for row in standing["troubled_hosts"]] == [
        ("www.example.gov.uk", "failing", 1)
    ]
    assert [(row["url"], row["failures"]) for row in standing["troubled_pages"]] == [(story.lamps, 3)]
    assert [(row["channel"], row["alerts"]) for row in standing["given_up"]] == [("hook", 1)]
    assert status == {
        "pages": 2,
        "due": 2,
        "overdue": 2,
        "blocked": 0,
        "robots": 0,
        "removed": 0,
        "failing": 1,
        "waiting": 0,
        "checked_at": "2026-03-02T09:30:00.000Z",
        "outbox": {"pending": 0, "failed": 1, "overdue": 0, "oldest_at": None},
        "channels": [],
        "moved": [],
        "hosts": [],
        "database_bytes": story.path.stat().st_size,
        "sources": [feed, lighthouses],
    }


def test_a_page_within_two_intervals_is_not_overdue(story: Story, reader: Reader) -> None:
    assert [reader.status(story.at(minute))["sources"][1]["overdue"] for minute in (75, 76)] == [0, 1]


def test_the_outbox_is_shown_by_state(reader: Reader) -> None:
    assert [(row["channel"], row["state"], row["detail"]) for row in reader.alerts()] == [
        ("desk", "sent", "250 OK"),
        ("hook", "failed", "410 Gone"),
    ]
    (failed,) = reader.alerts(AlertState.FAILED)
    assert (failed["attempts"], failed["sent_at"], failed["next_attempt_at"], failed["title"]) == (
        1,
        None,
        None,
        "New lamps",
    )


def test_what_is_as_it_was_written_is_found_to_be_so(reader: Reader) -> None:
    assert reader.verify() == {"snapshots": 2, "versions": 2, "faults": []}


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (
            "UPDATE snapshots SET body = x'00' WHERE hash = (SELECT max(hash) FROM snapshots)",
            "snapshot .*: other bytes",
        ),
        ("UPDATE versions SET statement = replace(statement, '15', '16') WHERE id = 2", "version 2: another statement"),
        ("UPDATE versions SET statement = '{}' WHERE id = 1", "version 1: another statement"),
        ("UPDATE pages SET version_id = 99", "pages: a row refers to a row of versions"),
    ],
)
def test_what_is_not_as_it_was_written_is_named(story: Story, reader: Reader, spoil: str, fault: str) -> None:
    with closing(sqlite3.connect(story.path)) as db:
        db.executescript(
            "DROP TRIGGER snapshots_are_kept_from_update; DROP TRIGGER versions_are_kept_from_update;" + spoil
        )
    assert any(re.match(fault, line) for line in reader.verify()["faults"])


def test_alerts_that_nobody_sends_are_overdue_unless_their_channel_rests(story: Story, reader: Reader) -> None:
    story.edit(text="another", minute=80)
    counts = [reader.status(story.at(minute))["outbox"]["overdue"] for minute in (139, 141)]
    assert counts == [0, 2]
    desk, _ = story.store.claim_alerts(story.at(81), 10, story.at(82) - story.at(81))
    rest = Rest("desk", "hash", 1, story.at(300), "503")
    story.store.settle_alert(desk.id, Settlement(AlertState.PENDING, "503", story.at(300), rest=rest), story.at(81))
    status = reader.status(story.at(200))
    assert (status["outbox"]["overdue"], [row["name"] for row in status["channels"]]) == (1, ["desk"])


def test_a_copy_holds_everything_and_is_private(story: Story, reader: Reader, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    story.store.claim_alerts(story.at(60), 10, story.at(61) - story.at(60))
    reader.backup(copy)
    with closing(Reader.open(copy)) as other:
        assert other.change_log() == reader.change_log()
    assert copy.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CannotWriteError, match="there already"):
        reader.backup(copy)


def test_everything_read_is_json(story: Story, reader: Reader) -> None:
    everything = (
        reader.change_log(),
        reader.history(story.lamps),
        reader.search("lamps"),
        reader.status(story.at(60)),
        reader.alerts(),
    )
    assert json.loads(json.dumps(everything)) == [*map(json.loads, map(json.dumps, everything))]
