"""Edits in the text they stand in: each in its place, what stayed folded, nothing lost, nothing twice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor._render_context import Line, Text, in_context, sides
from monitor.compare import compare
from monitor.models import Block, BlockChange, BlockKind, BlockOp, Statement

MUCH = 10**6


def paragraphs(*texts: str) -> tuple[Block, ...]:
    return tuple(Block(BlockKind.PARAGRAPH, text) for text in texts)


def heading(text: str) -> Block:
    return Block(BlockKind.HEADING, text, 2)


def cells(*texts: str) -> tuple[Block, ...]:
    return tuple(Block(BlockKind.CELL, text, column) for column, text in enumerate(texts, 1))


def shown(before: tuple[Block, ...], after: tuple[Block, ...], characters: int = MUCH) -> Text:
    old, new = (Statement("https://www.example.org/", "", "", body=body) for body in (before, after))
    return in_context(before, after, compare(old, new).blocks, characters)


def lines(text: Text) -> list[Line]:
    return [line for part in text.parts for row in part.rows for line in row.lines]


def words(line: Line) -> str:
    return "".join(span.text for span in sides(line)[1])


def outline(text: Text) -> list[str]:
    """A part a line: how many rows are folded, or the words in sight with their edits."""
    found = []
    for part in text.parts:
        if part.folded:
            found.append(f"({len(part.rows)})")
        else:
            found += [f"{line.op or ''} {words(line)}".strip() for row in part.rows for line in row.lines]
    return found


def test_an_edit_stands_under_its_heading_between_its_neighbours() -> None:
    before = (heading("One"), *paragraphs("a", "b", "c", "d", "e"), heading("Two"), *paragraphs("f", "g", "pay £5"))
    after = (*before[:-1], *paragraphs("pay £50"))
    assert outline(shown(before, after)) == ["(6)", "Two", "f", "g", "changed pay £50"]


def test_what_went_stands_where_it_was() -> None:
    before = paragraphs("first here", "again", "second here", "again", "third here")
    after = paragraphs("first here", "again", "second here", "third here")
    assert outline(shown(before, after)) == ["first here", "again", "second here", "removed", "third here"]


def test_a_tables_row_is_whole_or_folded() -> None:
    rows = [cells(day, "6:10am", last) for day, last in (("Mon", "9"), ("Tue", "9"), ("Sat", "11"), ("Sun", "7"))]
    before = tuple(cell for row in rows for cell in row)
    after = (*before[:-1], cells("", "", "8")[2])
    assert [len(row.lines) for part in shown(before, after).parts for row in part.rows] == [3, 3, 3, 3]
    more = (*cells("Day", "First", "Last"), *before), (*cells("Day", "First", "Last"), *after)
    folded, in_sight = shown(*more).parts
    assert ([len(row.lines) for row in folded.rows], len(in_sight.rows)) == ([3, 3, 3], 2)


def test_a_divided_paragraph_is_shown_once() -> None:
    before = paragraphs("Ports may apply. They must say why by Monday, in writing.")
    after = paragraphs("Ports may apply.", "They must say why by Friday, in writing.")
    assert " ".join(map(words, lines(shown(before, after)))) == " ".join(block.text for block in after)


def test_what_does_not_fit_is_counted() -> None:
    before = paragraphs(*(f"page {number} has {number} words " + "x" * 50 for number in range(20)))
    after = paragraphs(*(f"page {number} has {number + 1} words " + "x" * 50 for number in range(20)))
    text = shown(before, after, 1500)
    edits = [line for line in lines(text) if line.op]
    assert len(edits) + text.left_out == 20
    assert 0 < text.left_out < 20
    assert sum(line.size for line in lines(text)) <= 1500


def test_what_stayed_takes_half_of_the_room_at_most() -> None:
    before = paragraphs(*(["x"] * 1000), "pay £5")
    text = shown(before, (*before[:-1], *paragraphs("pay £50")), 8000)
    assert ([words(line) for line in lines(text) if line.op], text.left_out) == (["pay £50"], 0)
    assert text.stayed_left_out == 1001 - len(lines(text)) > 800


def test_a_block_recorded_in_part_takes_the_place_of_the_whole_one() -> None:
    whole = Block(BlockKind.PARAGRAPH, "y" * 2000)
    cut = Block(BlockKind.PARAGRAPH, "y" * 1000 + " …")
    text = in_context((), (whole,), (BlockChange(BlockOp.ADDED, "", None, cut),), MUCH)
    assert [line.op for line in lines(text)] == [BlockOp.ADDED]


texts = st.lists(
    st.sampled_from(["alpha beta", "beta", "gamma delta epsilon", "£5 million", "£50 million"]), max_size=8
)


@given(texts, texts)
@settings(max_examples=300, deadline=None)
def test_the_new_side_is_the_text_as_it_stands(before: list[str], after: list[str]) -> None:
    text = shown(paragraphs(*before), paragraphs(*after))
    assert " ".join(filter(None, map(words, lines(text)))) == " ".join(after)
