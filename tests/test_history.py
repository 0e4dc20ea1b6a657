from dataclasses import replace

import pytest

from monitor.history import NotePair, new_notes, note_pairs, rewritten
from monitor.models import Note, Statement

FIRST = Note("2026-03-03T09:30:00.000Z", "First published.")
FEES = Note("2026-04-01", "Added the fees.")
TABLE = Note("2026-05-01", "Updated the tide table.")
STATEMENT = Statement("https://www.example.gov.uk/x", "Tides", "govuk-1", published_at=FIRST.at)


def with_notes(*notes: Note) -> Statement:
    return replace(STATEMENT, notes=notes)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((FEES, FIRST), (FEES, FIRST), []),
        ((FEES, FIRST), (FEES, replace(FIRST, at="2026-03-03")), []),
        ((FEES, FIRST), (TABLE, FEES, FIRST), [(None, TABLE)]),
        ((FEES, FEES), (FEES,), [(FEES, None)]),
        ((FEES, FIRST), (replace(FEES, text="Added fees."), FIRST), [(FEES, replace(FEES, text="Added fees."))]),
        ((FEES, FIRST), (replace(FEES, at="2026-03-20"), FIRST), [(FEES, replace(FEES, at="2026-03-20"))]),
        (
            (FEES, FIRST),
            (TABLE, replace(FEES, text="Added."), FIRST),
            [(None, TABLE), (FEES, replace(FEES, text="Added."))],
        ),
    ],
)
def test_entries_are_added_removed_or_altered(
    before: tuple[Note, ...], after: tuple[Note, ...], expected: list[NotePair]
) -> None:
    assert note_pairs(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((FEES, FIRST), (TABLE, FEES, FIRST), (TABLE,)),
        ((), (FEES, FIRST), (FEES,)),
        ((), (FIRST,), ()),
        ((FEES,), (TABLE,), (TABLE,)),  # a list of the latest entry alone
        ((FEES,), (replace(FEES, at="2026-05-01"),), (replace(FEES, at="2026-05-01"),)),
        ((FEES,), (Note("2026-04-01", "Two ports were closed."),), (Note("2026-04-01", "Two ports were closed."),)),
        ((FEES,), (replace(FEES, text="Added the fee."),), ()),
        ((FEES, FIRST), (replace(FEES, text="Added the fees and dates."), FIRST), ()),
    ],
)
def test_new_notes_are_those_that_announce(
    before: tuple[Note, ...], after: tuple[Note, ...], expected: tuple[Note, ...]
) -> None:
    assert new_notes(with_notes(*before), with_notes(*after)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((TABLE, FEES, FIRST), (TABLE, FIRST), ((FEES, None),)),
        ((TABLE, FEES, FIRST), (TABLE, FEES), ((FIRST, None),)),
        ((TABLE, FEES, FIRST), (TABLE,), ()),  # a template that shows the latest entry alone
        ((FEES, FIRST), (TABLE, FEES), ()),  # a list of the two latest moved on
        ((FIRST,), (), ()),
        ((FEES, FIRST), (replace(FEES, text="Added."), FIRST), ((FEES, replace(FEES, text="Added.")),)),
    ],
)
def test_an_entry_altered_or_removed_is_rewritten_history_but_a_shorter_list_is_not(
    before: tuple[Note, ...], after: tuple[Note, ...], expected: tuple[NotePair, ...]
) -> None:
    assert rewritten(with_notes(*before), with_notes(*after)) == expected
