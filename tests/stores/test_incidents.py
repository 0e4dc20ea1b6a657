"""What every store promises of incidents, of the reports that tell of them, and of the figures behind them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.models import (
    NAMES_NOTHING,
    AlertState,
    Entry,
    Finding,
    Incident,
    Outcome,
    Reading,
    Receipt,
    Report,
    Rest,
    Settlement,
)

Story = Any  # see conftest.py

LEASE = timedelta(minutes=5)
DISK = Finding("disk", "full", "ops", "it is named")
HOST = Finding("blocked:a.gov", "blocked", "ops", "it is named")
ROWS = """SELECT key, began_at, ended_at, channel, began_with IS NOT NULL AS told FROM incidents ORDER BY id"""


def keep(story: Story, minute: int, *found: Finding) -> tuple[list[str], list[str]]:
    began, ended = story.store.keep_incidents(found, story.at(minute))
    return [each.key for each in began], [each.key for each in ended]


def claim(story: Story, minute: int, *busy: str) -> list[Report]:
    reports: list[Report] = story.store.claim_reports(story.at(minute), 10, LEASE, busy)
    return reports


def told(report: Report) -> tuple[list[str], list[str]]:
    return [each.key for each in report.began], [each.key for each in report.ended]


def test_an_incident_lasts_while_it_is_found_and_begins_anew_after_its_end(story: Story) -> None:
    assert keep(story, 0, DISK) == (["disk"], [])
    assert keep(story, 1, DISK, replace(DISK, key="clock")) == (["clock"], [])
    assert keep(story, 2, DISK) == ([], ["clock"])
    assert keep(story, 3) == ([], ["disk"])
    assert keep(story, 4, DISK) == (["disk"], [])
    assert [row["key"] for row in story.store.standing(story.at(5))["incidents"]] == ["disk"]


def test_a_report_says_what_it_said_whatever_comes_later(story: Story) -> None:
    keep(story, 0, DISK)
    (first,) = claim(story, 0)
    assert first.began == (Incident(1, "disk", "full", story.at(0), None),)
    keep(story, 1, replace(DISK, words="fuller"))
    keep(story, 2)
    (again,) = claim(story, 10)
    assert (again.id, again.began[0].words, told(again)) == (first.id, "full", (["disk"], []))


def test_each_channel_has_a_report_in_ten_minutes_at_most(story: Story) -> None:
    keep(story, 0, DISK)
    keep(story, 5, DISK, HOST, replace(HOST, key="other", channel="desk"))
    assert {report.channel: told(report) for report in claim(story, 5)} == {
        "ops": (["disk"], []),
        "desk": (["other"], []),
    }
    keep(story, 11)
    assert [(report.channel, told(report)) for report in claim(story, 11)][2:] == [
        ("ops", (["blocked:a.gov"], ["disk", "blocked:a.gov"])),
    ]
    keep(story, 16)
    assert [(report.channel, told(report)) for report in claim(story, 16)][3:] == [("desk", ([], ["other"]))]


def test_what_nobody_is_to_be_told_of_makes_no_report(story: Story) -> None:
    keep(story, 0, replace(DISK, channel=None))
    keep(story, 20)
    assert claim(story, 20) == []


def test_what_began_while_nobody_was_to_be_told_is_told_to_whom_is_named_later(story: Story) -> None:
    keep(story, 0, replace(DISK, channel=None))
    assert keep(story, 1, DISK) == ([], [])
    assert [(report.channel, told(report)) for report in claim(story, 1)] == [("ops", (["disk"], []))]


def test_a_report_is_tried_until_it_arrives_and_given_up_ones_can_be_sent_again(story: Story) -> None:
    keep(story, 0, DISK)
    (report,) = claim(story, 0)
    assert claim(story, 4) == []
    story.store.settle_alert(report.id, Settlement(AlertState.PENDING, "451", story.at(9)), story.at(1))
    assert (claim(story, 8), [each.attempts for each in claim(story, 9)]) == ([], [1])
    story.store.settle_alert(report.id, Settlement(AlertState.FAILED, "550"), story.at(9))
    assert (claim(story, 99), story.store.standing(story.at(9))["reports"]) == ([], {"pending": 0, "failed": 1})
    assert story.store.redeliver([report.id], story.at(100)) == 1
    assert [(each.id, each.attempts) for each in claim(story, 100)] == [(report.id, 0)]
    story.store.settle_alert(report.id, Settlement(AlertState.SENT, "250"), story.at(100))
    assert (claim(story, 999), story.store.redeliver(None, story.at(999))) == ([], 0)


def test_a_channel_that_rests_keeps_its_reports_and_one_that_arrives_ends_the_rest(story: Story) -> None:
    keep(story, 0, DISK)
    (report,) = claim(story, 0)
    rest = Rest("ops", "settings", 1, story.at(60), "421")
    story.store.settle_alert(
        report.id, Settlement(AlertState.PENDING, "421", story.at(60), counted=False, rest=rest), story.at(1)
    )
    assert (claim(story, 59), story.store.channel_faults()) == ([], {"ops": 1})
    assert claim(story, 60, "ops") == []
    (again,) = claim(story, 60)
    story.store.settle_alert(again.id, Settlement(AlertState.SENT), story.at(60))
    assert story.store.channel_faults() == {}


def test_recipients_done_with_a_report_are_kept_and_refusals_forgotten_when_it_is_sent_again(story: Story) -> None:
    keep(story, 0, DISK)
    (report,) = claim(story, 0)
    receipts = (Receipt("a@example.org"), Receipt("b@example.org", "550 é"))
    for receipt in receipts:
        story.store.add_receipt(report.id, receipt)
    story.store.settle_alert(report.id, Settlement(AlertState.PENDING, "", story.at(9)), story.at(1))
    assert [each.receipts for each in claim(story, 9)] == [receipts]
    story.store.redeliver(None, story.at(10))
    assert [each.receipts for each in claim(story, 10)] == [receipts[:1]]


def test_a_restart_makes_claimed_reports_due_and_an_id_is_never_made_twice(story: Story) -> None:
    keep(story, 0, DISK)
    (report,) = claim(story, 0)
    story.store.end_leases(story.at(1))
    assert [each.id for each in claim(story, 1)] == [report.id]


def test_an_incident_that_could_not_be_written_is_written_with_the_report_that_was_sent(story: Story) -> None:
    sent = Report("rep_1", "desk", "instead", 0, story.at(1))
    story.store.keep_past_incident(replace(DISK, key="store"), story.at(0), story.at(5), sent)
    story.store.keep_past_incident(replace(DISK, key="unsent"), story.at(0), story.at(5), None)
    assert keep(story, 11) == ([], [])
    assert {each.channel: told(each) for each in claim(story, 11)} == {
        "desk": ([], ["store"]),
        "ops": (["unsent"], ["unsent"]),
    }


# --- figures ---------------------------------------------------------------------------------------------------------


def pulse(story: Story, minute: int) -> dict[str, Any]:
    (row,) = story.store.standing(story.at(minute))["pulses"]
    return dict(row)


def test_gaps_between_changes_are_counted_and_the_longest_kept(story: Story) -> None:
    story.watch(story.source)
    for minute in (60, 90, 400, 500):
        story.edit(minute=minute)
    found = pulse(story, 500)
    assert (found["gaps"], found["longest_gap_s"]) == (2, pytest.approx(310 * 60))
    assert found["first_at"] < found["changed_at"]


def test_a_source_that_is_renamed_keeps_its_pulse(story: Story) -> None:
    story.watch(replace(story.source, listing=story.listing))
    story.edit(minute=60)
    story.watch(replace(story.source, name="lamps", listing=story.listing), minute=70)
    assert pulse(story, 80)["source"] == "lamps"


def test_a_listing_is_empty_once_it_named_something_and_then_nothing(story: Story) -> None:
    story.watch(replace(story.source, pages=(), listing=story.listing))

    def look(minute: int, reading: Reading | None) -> None:
        listing = story.page(story.listing)
        decision = story.look(listing, minute, Outcome.UNCHANGED)
        check = replace(decision.check, reading=reading)
        discovered = reading.entries or () if reading else ()
        story.record(replace(decision, check=check, discovered=discovered), minute=minute)

    nothing = Reading(entries=(), detail=NAMES_NOTHING)
    look(1, nothing)
    assert story.store.standing(story.at(1))["pulses"] == []
    look(2, Reading(entries=(Entry(story.lamps),)))
    look(3, Reading(entries=()))  # it names pages, though none that is followed
    assert story.store.standing(story.at(3))["pulses"] == []
    for minute, reading in ((4, nothing), (5, None), (6, nothing)):
        look(minute, reading)
    assert pulse(story, 6)["empty_looks"] == 3
    look(7, Reading(entries=(Entry(story.lamps),)))
    assert (pulse(story, 7)["empty_looks"], pulse(story, 7)["empty_since"]) == (0, None)


@pytest.mark.parametrize(
    ("looks", "minutes", "outcome", "troubled"),
    [
        (2, 30, Outcome.BLOCKED, False),
        (3, 30, Outcome.BLOCKED, True),
        (1, 24 * 60 + 1, Outcome.TIMEOUT, True),
        (1, 24 * 60 - 1, Outcome.TIMEOUT, False),
        (9, 30, Outcome.GONE, True),
    ],
)
def test_a_page_is_in_trouble_after_three_looks_or_a_day(
    story: Story, looks: int, minutes: int, outcome: Outcome, troubled: bool
) -> None:
    story.watch(story.source)
    for look in range(1, looks + 1):
        decision = story.look(story.page(), look, outcome)
        story.record(replace(decision, outcome=outcome, page=replace(decision.page, failures=look)), minute=look)
    found = story.store.standing(story.at(1 + minutes))
    assert [row["host"] for row in found["troubled_hosts"]] == (["www.example.gov.uk"] if troubled else [])
    assert [row["url"] for row in found["troubled_pages"]] == ([story.lamps] if troubled else [])
