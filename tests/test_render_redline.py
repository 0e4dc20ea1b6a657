"""A comparison as people read it: places, folding, width, bounds."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor import render
from monitor.compare import compare
from monitor.models import (
    Block,
    BlockChange,
    BlockKind,
    BlockOp,
    Comparison,
    FieldChange,
    Link,
    Statement,
)
from tests.edits import edit, paragraph, spans


def cells(op: BlockOp, *texts: str) -> tuple[BlockChange, ...]:
    """A row of a table that came, went or moved."""
    blocks = [Block(BlockKind.CELL, text, column) for column, text in enumerate(texts, 1)]
    before = op is not BlockOp.ADDED
    after = op is not BlockOp.REMOVED
    return tuple(BlockChange(op, "Rivers", block if before else None, block if after else None) for block in blocks)


@pytest.mark.parametrize(
    ("comparison", "text"),
    [
        (Comparison(), ""),
        (
            Comparison(fields=(FieldChange("title", "A", "B", spans("[-A-]{+B+}")),)),
            "Title\n  [-A-]{+B+}",
        ),
        (
            Comparison(
                (FieldChange("notes", None, "2026-11-24: Figures corrected."),), (edit("We pay [-£1-]{+£2+}."),)
            ),
            "Update history\n  {+2026-11-24: Figures corrected.+}\n\nUnder “Funding”\n  We pay [-£1-]{+£2+}.",
        ),
        (
            Comparison(fields=(FieldChange("published_at", "2026-11-24T10:00:00.000Z", "2026-11-23"),)),
            "Published\n  [-24 November 2026-]{+23 November 2026+}",
        ),
        (
            Comparison(fields=(FieldChange("updated_at", "2026-11-24T10:00:00.000Z", "2026-11-24T11:30:00.000Z"),)),
            "Last updated\n  [-2026-11-24T10:00:00.000Z-]{+2026-11-24T11:30:00.000Z+}",
        ),
        (
            Comparison(fields=(FieldChange("publishers", "A", "B", metadata=True),), blocks=(edit("[-1-]{+2+}", ""),)),
            "Body\n  [-1-]{+2+}\n\nFrom\n  [-A-]{+B+}",
        ),
        (
            Comparison(blocks=(BlockChange(BlockOp.ADDED, "Ports", None, Block(BlockKind.LIST_ITEM, "Hull", 1)),)),
            "Under “Ports”\n  (list item added) {+Hull+}",
        ),
        (
            Comparison(blocks=(BlockChange(BlockOp.REMOVED, "Ports", paragraph("Hull"), None),)),
            "Under “Ports”\n  (paragraph removed) [-Hull-]",
        ),
        (
            Comparison(blocks=(BlockChange(BlockOp.MOVED, "Ports", paragraph("Hull"), paragraph("Hull")),)),
            "Under “Ports”\n  (moved here) Hull",
        ),
        (
            Comparison(blocks=(edit("[-94-]{+93+}", "Rivers", BlockKind.CELL, 3), edit("[-a-]{+b+}", "Rivers"))),
            "Under “Rivers”\n  (table, column 3) [-94-]{+93+}\n  [-a-]{+b+}",
        ),
        (
            Comparison(blocks=(replace(edit("[-94-]{+93+}", "Rivers", BlockKind.CELL, 3), row="Tern"),)),
            "Under “Rivers”\n  (row “Tern”, column 3) [-94-]{+93+}",
        ),
        (
            Comparison(
                blocks=(
                    *cells(BlockOp.ADDED, "Tern", "94"),
                    *cells(BlockOp.ADDED, "Wye", "7"),
                    *cells(BlockOp.MOVED, "Esk"),
                )
            ),
            (
                "Under “Rivers”\n"
                "  (table row added) {+Tern+} | {+94+}\n"
                "  (table row added) {+Wye+} | {+7+}\n"
                "  (table, column 1 moved here) Esk"
            ),
        ),
        (
            Comparison(
                blocks=tuple(replace(cell, row="Tern") for cell in cells(BlockOp.REMOVED, "94", "95")),
            ),
            "Under “Rivers”\n  (row “Tern”, column 1 removed) [-94-]\n  (row “Tern”, column 2 removed) [-95-]",
        ),
        (
            Comparison(
                blocks=(
                    replace(
                        edit("See the guidance."),
                        links=(
                            (Link("the guidance", "https://a.example/1"), Link("the guidance", "https://a.example/2")),
                        ),
                    ),
                )
            ),
            "Under “Funding”\n  (link “the guidance” changed) [-https://a.example/1-] {+https://a.example/2+}",
        ),
        (
            Comparison(blocks=(replace(edit("Write to us."), links=((None, Link("us", "mailto:a@example.org")),)),)),
            "Under “Funding”\n  (link “us” added) {+mailto:a@example.org+}",
        ),
    ],
)
def test_a_redline_names_the_place_of_each_edit(comparison: Comparison, text: str) -> None:
    assert render.redline_text(comparison) == text


def test_words_far_from_an_edit_are_folded() -> None:
    words = " ".join(f"w{number}" for number in range(100))
    redline = render.redline_text(
        Comparison(blocks=(edit(f"{words} [-old-]{{+new+}} {words} [-1-]{{+2+}} {words}", ""),))
    )
    near = [f"w{number}" for number in range(88, 100)], [f"w{number}" for number in range(12)]
    ends, begins = " ".join(near[0]), " ".join(near[1])
    expected = f"Body … {ends} [-old-]{{+new+}} {begins} … {ends} [-1-]{{+2+}} {begins} …"
    assert " ".join(redline.split()) == expected


def test_a_redline_is_80_columns_wide_but_for_addresses() -> None:
    address = "https://example.org/" + "a" * 100
    redline = render.redline_text(
        Comparison(blocks=(edit(f"{'long ' * 60}[-{'x' * 300}-]{{+{address}+}}{' 漢字' * 60}{'漢' * 200}", ""),))
    )
    wide = [line for line in redline.splitlines() if len(line) + sum("一" <= c <= "鿿" for c in line) > 80]
    assert [line.strip() for line in wide] == [f"{{+{address}+}}"]


def test_a_long_redline_is_cut_and_says_what_is_missing() -> None:
    blocks = tuple(edit(f"[-{'old ' * 50}-]{{+{'new ' * 100}+}}", f"Part {number}") for number in range(30))
    redline = render.redline_text(Comparison(blocks=blocks), 2000)
    assert redline.endswith("\n\n… Left out here: 2,700 words added, 1,300 words removed, 26 more edits.")
    assert len(redline) < 2600
    assert "Left out" not in render.redline_text(Comparison(blocks=blocks))


def test_one_long_edit_does_not_hide_the_next() -> None:
    redline = render.redline_text(Comparison(blocks=(edit(f"{{+{'long ' * 5000}+}}"), edit("[-must-]{+may+}"))), 2000)
    assert "[-must-]{+may+}" in redline


WORDS = st.text(st.sampled_from("ab £1.5,é漢ا"), min_size=1).map(lambda text: " ".join(text.split())).filter(bool)


@given(before=WORDS, after=WORDS)
@example(before=f"{'1' * 18}漢漢1漢1", after=f"{'1' * 10}漢{'1' * 10}漢11漢5")
@settings(max_examples=200, deadline=None)
def test_reading_a_whole_redline_gives_both_texts(before: str, after: str) -> None:
    statements = [
        Statement("https://www.example.org/", "T", "p-1", body=(paragraph(text),)) for text in (before, after)
    ]
    redline = render.redline_text(compare(*statements)).removeprefix("Body")
    if before != after and "…" not in redline and "(" not in redline:
        kept = re.sub(r"\[-.*?-\]", "", redline, flags=re.DOTALL), re.sub(r"\{\+.*?\+\}", "", redline, flags=re.DOTALL)
        read = [re.sub(r"\[-|-\]|\{\+|\+\}|\s", "", text) for text in kept]
        assert read == [re.sub(r"\s", "", after), re.sub(r"\s", "", before)]
