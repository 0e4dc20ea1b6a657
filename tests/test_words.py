from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.models import Op, Span
from monitor.words import spans, words

TEXTS = st.lists(
    st.sampled_from(["the", "fund", "is", "£1.5", "£15", "must,", "未", "未来", "ไทย", "–", "of", " ", "a"])
).map(" ".join)


def marked(before: str, after: str) -> str:
    marks = {Op.EQUAL: "{}", Op.DELETE: "[-{}-]", Op.INSERT: "{{+{}+}}"}
    return "".join(marks[span.op].format(span.text) for span in spans(before, after))


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


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "We listened. We acted.",
            "We listened. We learned fast. We acted.",
            "We listened. {+We learned fast. +}We acted.",
        ),
        (
            "the rules, and the fees apply",
            "the rules, and the dues, and the fees apply",
            "the rules, {+and the dues, +}and the fees apply",
        ),
        (
            "Boats may enter. Boats may moor by day.",
            "Boats may moor by day.",
            "[-Boats may enter. -]Boats may moor by day.",
        ),
        ("the harbour is safe", "the the harbour is safe", "{+the +}the harbour is safe"),
    ],
)
def test_what_only_came_or_went_stands_between_sentences_or_clauses(before: str, after: str, expected: str) -> None:
    assert marked(before, after) == expected


def test_an_edit_found_in_two_places_is_one_where_it_may_be() -> None:
    assert marked("fish of Hull sold", "fish and crab of Hull and oysters of Hull sold") == (
        "fish {+and crab of Hull and oysters +}of Hull sold"
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "Boats that arrive by night must wait outside the harbour for the warden to come",
            "Masters need to tell our office a day ahead if their boats stay by night or longer",
            (
                "[-Boats that arrive by night must wait outside the harbour for the warden to come-]"
                "{+Masters need to tell our office a day ahead if their boats stay by night or longer+}"
            ),
        ),
        (
            "Fees rose in Hull. Boats pay at the gate, and the warden takes their fees by night.",
            "Fees fell in Hull. Boats pay at the gate, and the warden takes their fees by night.",
            "Fees [-rose -]{+fell +}in Hull. Boats pay at the gate, and the warden takes their fees by night.",
        ),
        (
            "We are aware that some of you had trouble: the office works on statements for March and hopes to be done.",
            "We are aware that some of you had trouble. It is over now, and the March statements may be read at once.",
            (
                "We are aware that some of you had [-trouble: the office works on statements for March and hopes to be "
                "done.-]{+trouble. It is over now, and the March statements may be read at once.+}"
            ),
        ),
    ],
)
def test_a_passage_rewritten_as_a_whole_is_gone_and_come_as_a_whole(before: str, after: str, expected: str) -> None:
    assert marked(before, after) == expected


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_what_goes_one_way_comes_the_other_way(before: str, after: str) -> None:
    there, back = spans(before, after), spans(after, before)
    for op, other in ((Op.DELETE, Op.INSERT), (Op.INSERT, Op.DELETE), (Op.EQUAL, Op.EQUAL)):
        went, came = (
            [span.text for span in found if span.op is wanted] for found, wanted in ((there, op), (back, other))
        )
        assert "".join(went).split() == "".join(came).split()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 10_000, "a " * 9_000),
        ("a b " * 5_000, "b a c " * 3_300),
        ("a. " * 5_000, "a. " * 2_500 + "b. " + "a. " * 2_500),
    ],
)
def test_ten_thousand_words_that_repeat_take_no_second(before: str, after: str) -> None:
    start = process_time()
    spans(before, after)
    assert process_time() - start < 1


@settings(deadline=None)
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
