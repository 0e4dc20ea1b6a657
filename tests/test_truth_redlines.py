"""What redlines are held against: each rule can say no."""

from dataclasses import replace

import pytest

from monitor.compare import compare
from monitor.models import Block, BlockChange, BlockKind, BlockOp, Statement
from tests.edits import edit, paragraph
from truth.edits import Edit
from truth.redlines import Redline, gives_back, is_one_word, is_short, is_whole, marks_one_word, stays

FEES = paragraph("Fees are due when a boat enters the harbour.")
WARDEN = paragraph("The warden inspects every boat before it leaves.")


def redline(before: tuple[Block, ...], after: tuple[Block, ...]) -> Redline:
    old, new = (Statement("https://a.example/", "Harbour", "t", body=body) for body in (before, after))
    return Redline(Edit("harbour", old, new), compare(old, new).blocks)


GOOD = redline((FEES, WARDEN), (paragraph("Fees are due when a ship enters the harbour."), WARDEN))
JOINED = redline((paragraph(f"{FEES.text} Now. {WARDEN.text}"), paragraph("We close at dusk.")), (FEES, WARDEN))


@pytest.mark.parametrize("good", [GOOD, JOINED, redline((FEES, WARDEN), (WARDEN, FEES)), redline((FEES,), ())])
def test_our_redlines_give_both_texts_back(good: Redline) -> None:
    assert gives_back(good)


@pytest.mark.parametrize(
    "bad",
    [
        GOOD._replace(changes=()),
        GOOD._replace(changes=(replace(GOOD.changes[0], spans=GOOD.changes[0].spans[1:]),)),
        JOINED._replace(changes=JOINED.changes[:1]),
        redline((FEES, WARDEN), (FEES,))._replace(changes=(BlockChange(BlockOp.REMOVED, "", FEES, None),)),
    ],
)
def test_a_redline_that_loses_a_word_does_not(bad: Redline) -> None:
    assert not gives_back(bad)


def test_a_redline_that_marks_all_for_one_word_is_not_short() -> None:
    whole = edit("[-Fees are due when a boat enters the harbour.-]{+Fees are due when a ship enters the harbour.+}")
    assert is_short(GOOD)
    assert not is_short(GOOD._replace(changes=(whole,)))


@pytest.mark.parametrize(
    ("marked", "one", "alone"),
    [
        ("Fees [-are-]{+were+} due.", True, True),
        ("Fees [-are due.-]{+were due.+}", True, False),
        ("Fees [-are due.-]{+were paid.+}", False, False),
        ("Fees {+now+} are due.", False, False),
    ],
)
def test_one_word_in_anothers_place_is_known_from_the_texts(marked: str, one: bool, alone: bool) -> None:
    change = edit(marked, kind=BlockKind.PARAGRAPH)
    assert (is_one_word(change), marks_one_word(change)) == (one, alone)


def test_many_small_edits_in_a_row_are_confetti() -> None:
    assert is_whole(edit(f"[-{'old ' * 10}-]{{+{'new ' * 10}+}}"))
    assert not is_whole(edit("[-a-]{+b+} kept " * 10))


def test_a_block_that_came_back_in_other_words_is_not_gone() -> None:
    gone = BlockChange(BlockOp.REMOVED, "", FEES, None, edit(f"[-{FEES.text}-]").spans)
    come = BlockChange(BlockOp.ADDED, "", None, paragraph(f"Now: {FEES.text}"), edit(f"{{+Now: {FEES.text}+}}").spans)
    assert stays(GOOD._replace(changes=(gone, come)), gone)
    assert not stays(GOOD._replace(changes=(gone,)), gone)
