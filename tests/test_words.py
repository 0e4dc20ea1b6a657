import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.models import Op, Span
from monitor.words import spans, words

TEXTS = st.lists(
    st.sampled_from(["the", "fund", "is", "£1.5", "£15", "must,", "未", "未来", "ไทย", "–", "of", " ", "a"])
).map(" ".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Up to £15,000.", ["Up", "to", "£15,000."]),
        ("don't e-mail 1.5", ["don't", "e-mail", "1.5"]),
        ("وزارة الخارجية", ["وزارة", "الخارجية"]),
        ("外务省 said", ["外", "务", "省", "said"]),
        ("ที่", ["ที่"]),
        ("", []),
    ],
)
def test_words_keep_the_punctuation_that_touches_them(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [("£1.5 million", "£15 million"), ("2019–20", "2019-20"), ("the “plan”", 'the "plan"'), ("we’ll", "we'll")],
)
def test_only_white_space_is_folded(before: str, after: str) -> None:
    assert any(span.op is not Op.EQUAL for span in spans(before, after))


def test_one_swapped_word_is_one_deletion_and_one_insertion() -> None:
    assert spans("The fund is £1.5 million now.", "The fund is £15 million now.") == (
        Span(Op.EQUAL, "The fund is "),
        Span(Op.DELETE, "£1.5 "),
        Span(Op.INSERT, "£15 "),
        Span(Op.EQUAL, "million now."),
    )


def test_the_space_before_a_new_last_word_is_inserted_with_it() -> None:
    assert spans("apply now", "apply now please") == (Span(Op.EQUAL, "apply now"), Span(Op.INSERT, " please"))


def test_a_stop_word_between_two_edits_is_taken_into_one() -> None:
    assert spans("grants for the north", "loans for the south") == (
        Span(Op.DELETE, "grants for the north"),
        Span(Op.INSERT, "loans for the south"),
    )


def test_a_telling_word_between_two_edits_is_kept() -> None:
    kept = [span.text for span in spans("old fisheries rule", "new fisheries law") if span.op is Op.EQUAL]
    assert kept == ["fisheries "]


@given(TEXTS, TEXTS)
def test_spans_rebuild_both_texts_exactly(before: str, after: str) -> None:
    found = spans(before, after)
    assert "".join(span.text for span in found if span.op is not Op.DELETE) == after
    assert "".join(span.text for span in found if span.op is not Op.INSERT) == before
    assert all(span.text for span in found)


@given(st.text(), st.text())
def test_spans_rebuild_any_texts_exactly(before: str, after: str) -> None:
    found = spans(before, after)
    assert "".join(span.text for span in found if span.op is not Op.DELETE) == after
    assert "".join(span.text for span in found if span.op is not Op.INSERT) == before


def test_a_text_of_sixty_thousand_words_is_compared() -> None:
    before = " ".join(f"word{number}" for number in range(30_000))
    after = before.replace("word15000 ", "other ")
    assert [span.text for span in spans(before, after) if span.op is not Op.EQUAL] == ["word15000 ", "other "]
