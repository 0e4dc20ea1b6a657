"""Texts that differ too much are compared block by block, in time that only their length decides."""

from dataclasses import replace

import pytest

from monitor._compare_brief import CHARACTERS_MOST, DIFFERING_MOST, compare_briefly, differ_much
from monitor.models import Block, BlockChange, BlockKind, BlockOp, Comparison, FieldChange, Op, Span, Statement


def statement(*paragraphs: str, title: str = "Lock gates") -> Statement:
    return Statement("https://a/", title, "p-1", body=tuple(Block(BlockKind.PARAGRAPH, text) for text in paragraphs))


BEFORE = statement("One lock.", "Two gates.", "Two gates.")


def removed(text: str) -> BlockChange:
    return BlockChange(BlockOp.REMOVED, "", Block(BlockKind.PARAGRAPH, text), None, (Span(Op.DELETE, text),))


def added(text: str) -> BlockChange:
    return BlockChange(BlockOp.ADDED, "", None, Block(BlockKind.PARAGRAPH, text), (Span(Op.INSERT, text),))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BEFORE, Comparison()),
        (statement("Two gates.", "One lock.", "Two gates."), Comparison()),
        (statement("One lock.", "Two gates."), Comparison((), (removed("Two gates."),), 0, 2)),
        (
            statement("One weir.", "Two gates.", "Two gates."),
            Comparison((), (removed("One lock."), added("One weir.")), 2, 2),
        ),
        (replace(BEFORE, title="Weirs"), Comparison((FieldChange("title", "Lock gates", "Weirs"),))),
        (
            statement(*["Two gates."] * 2, "x" * 5000),
            Comparison((), (removed("One lock."), added("x" * CHARACTERS_MOST + " …")), 1, 2),
        ),
    ],
)
def test_whole_blocks_come_and_go(after: Statement, expected: Comparison) -> None:
    assert compare_briefly(BEFORE, after) == replace(expected, brief=True)


@pytest.mark.parametrize(
    ("after", "much"),
    [
        (BEFORE, False),
        (statement("Two gates.", "Two gates.", "One lock."), False),
        (statement("x" * (DIFFERING_MOST - 200)), False),
        (statement("x" * DIFFERING_MOST), True),
        (statement(*map(str, range(10_000))), True),
    ],
)
def test_what_differs_much_is_told_by_its_size(after: Statement, much: bool) -> None:
    assert differ_much(BEFORE, after) is much
