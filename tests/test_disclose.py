from dataclasses import replace

import pytest

from monitor.compare import compare
from monitor.disclose import kind, verdict
from monitor.models import (
    Attachment,
    Block,
    BlockKind,
    Disclosure,
    Kind,
    Note,
    Signal,
    SignalName,
    Statement,
    Verdict,
    Withdrawal,
)

FIRST = Note("2026-03-03T09:30:00.000Z", "First published.")
BEFORE = Statement(
    "https://www.example.gov.uk/government/news/tides",
    "Tide tables",
    "govuk-1",
    published_at=FIRST.at,
    updated_at="2026-03-10T12:00:00.000Z",
    notes=(Note("2026-03-10T12:00:00.000Z", "Added the fees."), FIRST),
    body=(Block(BlockKind.PARAGRAPH, "The fund is £1.5 million."),),
    keeps_history=True,
)
EDITED = replace(BEFORE, body=(Block(BlockKind.PARAGRAPH, "The fund is £15 million."),))
FIGURE = Signal(SignalName.FIGURE, ("£1.5 million → £15 million",))


def judge(before: Statement, after: Statement) -> Verdict:
    return verdict(before, after, compare(before, after))


def test_an_edit_with_a_new_entry_is_announced() -> None:
    after = replace(
        EDITED,
        updated_at="2026-11-24T10:00:00.000Z",
        notes=(Note("2026-11-24T10:00:00.000Z", "Raised the fund."), *BEFORE.notes),
    )
    assert judge(BEFORE, after) == Verdict(
        Disclosure.ANNOUNCED,
        (
            "the history gained an entry of 24 November 2026: Raised the fund.",
            "the update date moved from 10 March 2026 to 24 November 2026",
        ),
        (FIGURE,),
    )


def test_an_edit_that_moves_neither_history_nor_date_is_silent() -> None:
    assert judge(BEFORE, EDITED) == Verdict(
        Disclosure.SILENT,
        ("the page keeps a history, which gained no entry, and its update date stayed 10 March 2026",),
        (FIGURE,),
    )


def test_an_edit_of_a_page_without_history_is_indeterminate() -> None:
    bare = {"notes": (), "updated_at": None, "keeps_history": False}
    before, after = replace(BEFORE, **bare), replace(EDITED, **bare)  # type: ignore[arg-type]
    assert judge(before, after) == Verdict(
        Disclosure.INDETERMINATE,
        ("the page keeps no history and shows no update date to hold the edit against",),
        (FIGURE,),
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"updated_at": "2026-03-10"}, {"updated_at": "2026-03-11"}, Disclosure.ANNOUNCED),
        ({}, {"updated_at": "2026-03-10T15:00:00.000Z"}, Disclosure.ANNOUNCED),
        ({}, {"updated_at": "2026-03-10"}, Disclosure.SILENT),
        ({}, {"updated_at": "2026-03-09"}, Disclosure.SILENT),
        ({"updated_at": None, "notes": ()}, {"updated_at": "2026-04-01", "notes": ()}, Disclosure.ANNOUNCED),
        ({"updated_at": None, "notes": ()}, {"updated_at": FIRST.at, "notes": ()}, Disclosure.SILENT),
        (
            {"updated_at": None, "notes": (), "published_at": "2026-03-01"},
            {"updated_at": "2026-04-01", "notes": (), "published_at": None},
            Disclosure.ANNOUNCED,
        ),
        ({"updated_at": None, "notes": ()}, {"updated_at": FIRST.at, "notes": (FIRST,)}, Disclosure.ANNOUNCED),
        ({"updated_at": None, "notes": ()}, {"updated_at": None, "notes": ()}, Disclosure.SILENT),
        ({}, {"notes": (Note("2026-03-10", "Added the fees and dates."), FIRST)}, Disclosure.SILENT),
        ({"keeps_history": False, "notes": ()}, {"keeps_history": False, "notes": ()}, Disclosure.SILENT),
    ],
)
def test_only_a_new_entry_or_a_later_update_date_announces(
    before: dict[str, object], after: dict[str, object], expected: Disclosure
) -> None:
    old, new = replace(BEFORE, **before), replace(EDITED, **after)  # type: ignore[arg-type]
    assert judge(old, new).disclosure is expected


def test_a_return_to_an_earlier_version_is_said() -> None:
    found = verdict(BEFORE, EDITED, compare(BEFORE, EDITED), reverted_to=3)
    assert found.reasons[1:] == ("the statement again reads as version 3 did",)
    assert found.signals == (FIGURE, Signal(SignalName.REVERTED, ("version 3",)))


def test_rewritten_history_is_said() -> None:
    after = replace(EDITED, notes=(replace(BEFORE.notes[0], text="Added fees."), FIRST))
    assert judge(BEFORE, after).reasons[1:] == (
        "an entry of the history was altered: 2026-03-10: Added the fees. → 2026-03-10: Added fees.",
    )


NOTICE = Withdrawal("2026-06-01", "Replaced by new tables.")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (BEFORE, BEFORE, None),
        (BEFORE, replace(BEFORE, publishers=("Tidal Office",), government="2026 Finch government"), None),
        (BEFORE, EDITED, Kind.EDITED),
        (BEFORE, replace(EDITED, withdrawn=NOTICE), Kind.WITHDRAWN),
        (replace(BEFORE, withdrawn=NOTICE), EDITED, Kind.REINSTATED),
        (replace(BEFORE, withdrawn=NOTICE), replace(BEFORE, withdrawn=replace(NOTICE, explanation="")), Kind.EDITED),
        (BEFORE, replace(BEFORE, attachments=(Attachment("Tables", "https://a.example/t.pdf"),)), Kind.EDITED),
    ],
)
def test_the_kind_is_what_happened_to_the_page(before: Statement, after: Statement, expected: Kind | None) -> None:
    assert kind(before, after, compare(before, after)) is expected


def test_the_withdrawn_notice_is_among_the_reasons() -> None:
    assert judge(BEFORE, replace(BEFORE, withdrawn=NOTICE)).reasons[1:] == (
        "the publisher's withdrawn notice appeared",
    )
