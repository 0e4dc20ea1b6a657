"""Edits that touch nothing but how a text is set, told apart from those that touch its words."""

from dataclasses import replace

import pytest

from monitor.compare import compare
from monitor.models import Attachment, Block, BlockKind, Link, Note, Statement
from monitor.signals import signals

STATEMENT = Statement("https://www.example.gov.uk/tides", "Tide tables", "govuk-1", keeps_history=True)


def paragraphs(*texts: str) -> Statement:
    return replace(STATEMENT, body=tuple(Block(BlockKind.PARAGRAPH, text) for text in texts))


def linked(text: str, *links: Link) -> Statement:
    return replace(STATEMENT, body=(Block(BlockKind.PARAGRAPH, text, links=links),))


def found(before: Statement, after: Statement) -> dict[str, tuple[str, ...]]:
    return {signal.name.value: signal.words for signal in signals(before, after, compare(before, after))}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("The Office's tables.", "The Office’s tables.", "Office's → Office’s"),
        ('It said "high".', "It said “high”.", '"high". → “high”.'),
        ("It said «high».", "It said “high”.", "«high». → “high”."),
        ("Open 9-17 daily.", "Open 9–17 daily.", "9-17 → 9–17"),
        ("Open – daily.", "Open—daily.", "Open – daily. → Open—daily."),
        ("Open - daily.", "Open -- daily.", "- → --"),
        ("Fell by −5 inches.", "Fell by -5 inches.", "−5 → -5"),
        ("Wait…", "Wait...", "Wait… → Wait..."),
        ("Wait . . . and see", "Wait ... and see", ". . . → ..."),
        ("Locks &amp; gates", "Locks & gates", "&amp; → &"),
        ("The Office&#8217;s tables", "The Office’s tables", "Office&#8217;s → Office’s"),
        ("Five&nbsp;metres", "Five metres", "Five&nbsp;metres → Five metres"),
        ("&amp;quot;High&amp;quot; water", "“High” water", "&amp;quot;High&amp;quot; → “High”"),
        ("High\u200bwater", "Highwater", "High\u200bwater → Highwater"),
        ("The esti\u00admate stands", "The estimate stands", "esti\u00admate → estimate"),
        ("High \u200b water", "High water", "− \u200b"),
    ],
)
def test_a_text_set_otherwise_has_one_signal(before: str, after: str, words: str) -> None:
    assert found(paragraphs(before), paragraphs(after)) == {"typography": (words,)}
    assert found(paragraphs(after), paragraphs(before)).keys() == {"typography"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Re-sign the form.", "Resign the form."),
        ("High water.", "High Water."),
        ("High water.", "Highwater."),
        ("The Office’s tables.", "The Offices tables."),
        ("It’s open.", "Its open."),
        ("Pay £5 – now.", "Pay £6—now."),
        ("It can't close.", "It can’t. Close."),
        ("Open. Close.", "Open... Close."),
        ("High water\ufffc", "High water"),
    ],
)
def test_where_words_differ_typography_is_not_said(before: str, after: str) -> None:
    assert compare(paragraphs(before), paragraphs(after))
    assert "typography" not in found(paragraphs(before), paragraphs(after))


def test_a_title_and_a_paragraph_may_both_be_set_otherwise() -> None:
    before = replace(paragraphs("One.", "The Office's tables."), title="Tides - 2026")
    after = replace(paragraphs("One.", "The Office’s tables."), title="Tides – 2026")
    assert found(before, after) == {"typography": ("- → –", "Office's → Office’s")}


def test_words_changed_elsewhere_leave_typography_unsaid() -> None:
    before, after = paragraphs("The Office's tables.", "Pay £5."), paragraphs("The Office’s tables.", "Pay £6.")
    assert found(before, after) == {"figure": ("£5 → £6",)}


def test_a_paragraph_divided_between_its_words_is_set_otherwise_only_where_its_marks_are() -> None:
    before = paragraphs("It's high water at the lock. It's low water at the weir.")
    after = paragraphs("It’s high water at the lock.", "It’s low water at the weir.")
    assert found(before, after).keys() == {"typography"}
    assert not compare(before, paragraphs("It's high water at the lock.", "It's low water at the weir."))


def test_a_moved_paragraph_is_not_typography_alone() -> None:
    texts = ["The first lock opens at nine.", "The second one never opens.", "A third lock is planned for spring."]
    before, after = paragraphs(*texts, "It's so."), paragraphs(texts[2], *texts[:2], "It’s so.")
    assert found(before, after).keys() == {"moved_text"}


TIDES = Link("the Office's tables", "https://www.example.gov.uk/tides.pdf")


@pytest.mark.parametrize(
    ("link", "names"),
    [
        (replace(TIDES, text="the Office’s tables"), {"typography"}),
        (Link("the Office’s tables", "https://www.example.gov.uk/ebb.pdf"), {"link"}),
        (None, {"link"}),
    ],
)
def test_a_link_with_another_target_is_not_typography(link: Link | None, names: set[str]) -> None:
    before = linked("See the Office's tables.", TIDES)
    after = linked("See the Office’s tables.", *([link] if link else []))
    assert found(before, after).keys() - {"name"} == names


def test_another_address_of_an_attachment_is_not_typography() -> None:
    files = [Attachment("Tides", f"https://www.example.gov.uk/tides{dash}26.pdf") for dash in ("-", "--")]
    before, after = (replace(STATEMENT, attachments=(file,)) for file in files)
    assert found(before, after).keys() == {"attachment"}


def test_a_note_beside_it_is_the_announcement_of_it() -> None:
    before = paragraphs("Open 9-17 daily.")
    note = Note("2026-11-24T10:00:00.000Z", "Minor correction.")
    after = replace(paragraphs("Open 9–17 daily."), notes=(note,), updated_at=note.at)
    assert found(before, after) == {"typography": ("9-17 → 9–17",)}


def test_a_date_beside_it_is_told_as_well() -> None:
    before = replace(paragraphs("It's so."), published_at="2026-11-20")
    after = replace(paragraphs("It’s so."), published_at="2026-11-24")
    assert "typography" not in found(before, after)
    assert found(before, after)["date"] == ("20 November 2026 → 24 November 2026",)
