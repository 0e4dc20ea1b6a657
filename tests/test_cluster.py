"""Which edits are the same edit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.cluster import WITHIN, days, edit_key, with_sitewide
from monitor.compare import compare
from monitor.disclose import kind, verdict
from monitor.models import (
    Attachment,
    Block,
    BlockKind,
    Disclosure,
    Kind,
    Link,
    Note,
    Signal,
    SignalName,
    Statement,
    Verdict,
)

FIRST = Note("2026-01-05", "First published.")
OLD = "Ask for another format if you use aids (eg a reading lamp)."
NEW = "Ask for another format if you use aids (such as a reading lamp)."


def page(number: int, *texts: str, **fields: object) -> Statement:
    own = tuple(Block(BlockKind.PARAGRAPH, text) for text in (f"This is page {number}.", *texts))
    made = Statement(f"https://a.example/{number}", f"Page {number}", "test-1", keeps_history=True, notes=(FIRST,))
    return replace(made, **{"body": own} | fields)  # type: ignore[arg-type]


def key(before: Statement, after: Statement) -> str | None:
    comparison = compare(before, after)
    gained = [note for note in after.notes if note not in before.notes]
    note = "\n".join(note.text for note in gained)
    return edit_key(
        kind(before, after, comparison) or Kind.EDITED, comparison, verdict(before, after, comparison), note
    )


BOILERPLATE = key(page(1, OLD), page(1, NEW))


def test_pages_whose_only_edit_is_the_same_boilerplate_share_a_key() -> None:
    assert BOILERPLATE is not None
    assert key(page(2, "Something else.", OLD), page(2, "Something else.", NEW)) == BOILERPLATE
    longer, longer_since = f"Dear reader: {OLD} Or write.", f"Dear reader: {NEW} Or write."
    assert key(page(3, longer), page(3, longer_since)) == BOILERPLATE


def test_boilerplate_that_stands_twice_on_a_page_is_one_edit() -> None:
    assert key(page(2, OLD, "Between.", OLD), page(2, NEW, "Between.", NEW)) == BOILERPLATE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (page(2, OLD, "We pay £7 a day."), page(2, NEW, "We pay £14 a day.")),
        (page(2, OLD), page(2, NEW, "A new paragraph.")),
        (page(2, OLD), page(2, NEW, title="Page two")),
        (page(2, OLD, delivered_on="2026-01-01"), page(2, NEW, delivered_on="2026-01-02")),
        (page(2, OLD, published_at="2026-01-05"), page(2, NEW, published_at="2026-01-04")),
        (page(2, OLD), page(2, NEW, notes=(replace(FIRST, text="Published."),))),
        (page(2, OLD, updated_at="2026-02-05"), page(2, NEW, updated_at="2026-02-04")),
        (page(2, OLD), page(2, NEW, attachments=(Attachment("Annex", "https://a.example/annex.pdf"),))),
    ],
)
def test_a_page_with_an_edit_of_its_own_beside_the_boilerplate_has_another_key(
    before: Statement, after: Statement
) -> None:
    assert key(before, after) not in (None, BOILERPLATE)


def test_an_announced_edit_is_not_the_same_as_a_silent_one_and_its_note_is_part_of_it() -> None:
    def announced(number: int, note: str, at: str) -> str | None:
        after = page(number, NEW, notes=(Note(at, note), FIRST), updated_at=at)
        return key(page(number, OLD, updated_at=f"2026-01-{number:02}"), after)

    one = announced(1, "Wording made plainer.", "2026-03-01")
    assert one not in (None, BOILERPLATE)
    assert announced(2, "Wording made plainer.", "2026-03-02") == one
    assert announced(3, "Figures corrected.", "2026-03-01") != one


def test_a_note_that_was_slipped_into_the_past_makes_an_edit_the_pages_own() -> None:
    slipped = Note("2025-12-01", "Wording made plainer.")
    usual = replace(slipped, at="2026-03-01")
    keys = [key(page(1, OLD), page(1, NEW, notes=notes)) for notes in ((usual, FIRST), (FIRST, slipped))]
    assert keys[0] != keys[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            ("We pay £7 a day to farmers.", "We pay £14 a day to farmers."),
            ("It takes £7 of tax.", "It takes £14 of tax."),
        ),
        (("Call 7 lines now today.", "Call 14 lines now today."), ("Call 7 lines now.", "Call 15 lines now.")),
        ((OLD, NEW), (NEW, OLD)),
        (("A new line about boats.", ""), ("", "A new line about boats.")),
    ],
)
def test_other_words_other_places_or_the_other_way_round_is_another_edit(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    keys = [key(page(1, before), page(1, after)) for before, after in (one, other)]
    assert None not in keys
    assert keys[0] != keys[1]


def test_an_edit_too_short_to_be_known_by_itself_is_known_with_its_heading_and_row() -> None:
    def table(number: int, heading: str, row: str, figure: str) -> Statement:
        cells = (Block(BlockKind.CELL, row, 1), Block(BlockKind.CELL, figure, 2))
        return page(number, body=(Block(BlockKind.HEADING, heading, 2), *cells))

    places = enumerate((("Ports", "Fees"), ("Ports", "Fees"), ("Mills", "Fees"), ("Ports", "Tolls")))
    keys = [key(table(number, *place, "7"), table(number, *place, "14")) for number, place in places]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_a_department_that_moves_to_another_domain_makes_one_edit_of_many_addresses() -> None:
    def contact(number: int, name: str, domain: str) -> Statement:
        address = f"{name}@{domain}"
        link = Link(address, f"mailto:{address}")
        return page(number, body=(Block(BlockKind.PARAGRAPH, f"Page {number}: write to {address}.", links=(link,)),))

    old, new = "rivers.gsi.example.org", "rivers.example.org"
    keys = [key(contact(n, name, old), contact(n, name, new)) for n, name in enumerate(("press", "enquiries"))]
    assert keys[0] is not None
    assert keys[0] == keys[1]
    assert key(contact(1, "press", old), contact(1, "desk", new)) != keys[0]


def test_files_that_moved_to_another_host_alike_are_one_edit_and_replaced_files_are_not() -> None:
    def file(number: int, host: str, details: str = "PDF, 1 MB") -> Statement:
        return page(number, attachments=(Attachment("Annex", f"https://{host}/{number}.pdf", details),))

    moved = [key(file(n, "old.example"), file(n, "new.example")) for n in (1, 2)]
    replaced = [key(file(n, "old.example"), file(n, "old.example", "PDF, 2 MB")) for n in (1, 2)]
    assert moved[0] == moved[1]
    assert replaced[0] != replaced[1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (page(1, OLD), page(1, OLD, notes=(Note("2026-03-01", "Reviewed."), FIRST), updated_at="2026-03-01")),
        (page(1, OLD), page(1, OLD)),
        (page(1, OLD), page(1, OLD, publishers=("Department for Rivers",))),
    ],
)
def test_where_nothing_but_history_or_metadata_differs_there_is_no_key(before: Statement, after: Statement) -> None:
    assert key(before, after) is None


@pytest.mark.parametrize("other", [each for each in Kind if each is not Kind.EDITED])
def test_only_edits_have_a_key(other: Kind) -> None:
    comparison = compare(page(1, OLD), page(1, NEW))
    assert edit_key(other, comparison, Verdict(Disclosure.SILENT, ()), "") is None


def test_an_edit_on_three_pages_is_sitewide() -> None:
    silent = Verdict(Disclosure.SILENT, (), (Signal(SignalName.DATE),))
    assert with_sitewide(silent, 2) == silent
    assert with_sitewide(silent, 3) == replace(
        silent, signals=(Signal(SignalName.DATE), Signal(SignalName.SITEWIDE, ("3 pages",)))
    )
    assert with_sitewide(None, 3) is None


def test_times_are_cut_into_days_from_the_first_of_each() -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    times = [start + timedelta(hours=hours) for hours in (0, 5, 24, 25, 48, 49)]
    assert [times[day] for day in days(times)] == [times[:3], times[3:]]
    assert list(days([])) == []
    assert times[2] - times[0] == WITHIN
