from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.compare import attachment_pairs, compare, content_hash
from monitor.models import (
    Attachment,
    Block,
    BlockChange,
    BlockKind,
    BlockOp,
    Comparison,
    FieldChange,
    Link,
    Note,
    Op,
    Span,
    Statement,
    Translation,
    Withdrawal,
)

URL = "https://www.example.gov.uk/government/speeches/tides"
STATEMENT = Statement(URL, "Speech on tides", "govuk-1", published_at="2026-03-03T09:30:00.000Z")


def paragraph(text: str, *links: Link) -> Block:
    return Block(BlockKind.PARAGRAPH, text, links=links)


def heading(text: str) -> Block:
    return Block(BlockKind.HEADING, text, 2)


def item(text: str) -> Block:
    return Block(BlockKind.LIST_ITEM, text, 1)


def row(*texts: str) -> tuple[Block, ...]:
    return tuple(Block(BlockKind.CELL, text, column) for column, text in enumerate(texts, 1) if text)


def statement(*body: Block) -> Statement:
    return replace(STATEMENT, body=body)


def marked(change: BlockChange | FieldChange) -> str:
    marks = {Op.EQUAL: "{}", Op.DELETE: "[-{}-]", Op.INSERT: "{{+{}+}}"}
    return "".join(marks[span.op].format(span.text) for span in change.spans)


def told(before: Statement, after: Statement) -> list[tuple[str, str]]:
    return [(change.op.value, marked(change)) for change in compare(before, after).blocks]


# --- blocks ----------------------------------------------------------------------------------------------------------


def test_an_edited_word_is_found_under_its_heading() -> None:
    old, new = paragraph("The fund is £1.5 million."), paragraph("The fund is £15 million.")
    above = heading("Funding")
    assert compare(statement(above, old), statement(above, new)) == Comparison(
        blocks=(
            BlockChange(
                BlockOp.CHANGED,
                "Funding",
                old,
                new,
                (
                    Span(Op.EQUAL, "The fund is "),
                    Span(Op.DELETE, "£1.5 "),
                    Span(Op.INSERT, "£15 "),
                    Span(Op.EQUAL, "million."),
                ),
            ),
        ),
        words_added=1,
        words_removed=1,
    )


def test_added_and_removed_blocks_stand_in_page_order() -> None:
    before = statement(paragraph("One stays."), paragraph("Two of these leave us."), paragraph("Three stays."))
    after = statement(paragraph("One stays."), paragraph("Three stays."), heading("New here"))
    assert told(before, after) == [("removed", "[-Two of these leave us.-]"), ("added", "{+New here+}")]


def test_a_heavily_reworded_block_is_paired_with_its_successor() -> None:
    before = statement(paragraph("Intro."), paragraph("Ports close at dusk."), paragraph("End."))
    after = statement(paragraph("Intro."), paragraph("Harbours shut after sunset."), paragraph("End."))
    assert [change.op for change in compare(before, after).blocks] == [BlockOp.CHANGED]


def test_a_moved_block_is_told_as_moved_even_when_edited_on_the_way() -> None:
    first = paragraph("The harbour at Westmouth opens to all fishing boats in spring.")
    edited = paragraph("The harbour at Westmouth opens to most fishing boats in spring.")
    second, third = paragraph("Fees are due in advance."), paragraph("Boats are inspected by the warden.")
    assert told(statement(first, second, third), statement(second, third, first)) == [("moved", first.text)]
    assert told(statement(first, second, third), statement(second, third, edited)) == [
        ("moved", "The harbour at Westmouth opens to [-all -]{+most +}fishing boats in spring.")
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([paragraph("Apply by post.")], [item("Apply by post.")]),
        ([heading("Fees")], [Block(BlockKind.HEADING, "Fees", 3)]),
        ([paragraph("Apply by post. Allow ten days.")], [paragraph("Apply by post."), paragraph("Allow ten days.")]),
    ],
)
def test_markup_around_the_same_words_is_no_change(before: list[Block], after: list[Block]) -> None:
    assert compare(statement(*before), statement(*after)) == Comparison()
    assert content_hash(statement(*before)) == content_hash(statement(*after))


def test_a_divided_paragraph_does_not_hide_an_edit_elsewhere() -> None:
    before = statement(paragraph("Apply by post. Allow ten days."), heading("Fees"), paragraph("It costs £5."))
    after = statement(
        paragraph("Apply by post."), paragraph("Allow ten days."), heading("Fees"), paragraph("It costs £6.")
    )
    assert told(before, after) == [("changed", "It costs [-£5.-]{+£6.+}")]


FEES = paragraph("Fees are due when a boat enters the harbour.")
WARDEN = paragraph("The warden inspects every boat before it leaves.")


@pytest.mark.parametrize(
    ("whole", "parts", "expected"),
    [
        (
            f"{FEES.text} {WARDEN.text}",
            [FEES, paragraph("The warden inspects each boat before it leaves.")],
            f"{FEES.text} The warden inspects [-every -]{{+each +}}boat before it leaves.",
        ),
        (
            f"{FEES.text} {WARDEN.text}",
            [heading("Fees are due when a boat enters the harbour."), paragraph("The warden inspects every boat.")],
            f"{FEES.text} The warden inspects every [-boat before it leaves.-]{{+boat.+}}",
        ),
        (
            f"You pay: {FEES.text}",
            [paragraph("You pay:"), item("Fees are due when a ship enters the harbour.")],
            "You pay: Fees are due when a [-boat -]{+ship +}enters the harbour.",
        ),
    ],
)
def test_a_paragraph_divided_or_joined_shows_only_the_words_that_differ(
    whole: str, parts: list[Block], expected: str
) -> None:
    one, several = statement(paragraph(whole)), statement(*parts)
    back = expected.translate(str.maketrans("", "", "[]{}"))
    assert told(one, several) == [("changed", expected)]
    [(op, joined)] = told(several, one)
    assert (op, sorted(joined.translate(str.maketrans("", "", "[]{}")))) == ("changed", sorted(back))


@pytest.mark.parametrize(
    "parts",
    [
        [FEES, paragraph("Boats may stay for a week at most.")],  # one part is a new paragraph
        [FEES, FEES],  # one sentence twice
        [FEES, Block(BlockKind.QUOTATION, f"“{WARDEN.text}”")],  # whose words they are differs
    ],
)
def test_a_paragraph_beside_a_new_one_is_not_divided(parts: list[Block]) -> None:
    before = statement(paragraph(f"{FEES.text} {WARDEN.text}"))
    assert [op for op, _ in told(before, statement(*parts))] == ["changed", "added"]


def test_the_heading_above_an_edit_is_the_one_readers_see_even_inside_a_divided_paragraph() -> None:
    before = statement(paragraph("Fees for boats: they are due when a boat enters the harbour."), WARDEN)
    after = statement(
        heading("Fees for boats:"),
        paragraph("they are due when a boat leaves the harbour."),
        paragraph("The warden inspects every ship before it leaves."),
    )
    assert [change.heading for change in compare(before, after).blocks] == ["", "Fees for boats:"]


def test_a_short_line_that_the_page_repeats_did_not_move() -> None:
    thanks = paragraph("Thank you.")
    before = statement(thanks, FEES, WARDEN, thanks, paragraph("We begin."))
    after = statement(thanks, paragraph("We begin."), thanks, FEES, WARDEN)
    assert ("moved", "Thank you.") not in told(before, after)
    assert ("moved", "We begin.") in told(before, after)


def test_a_line_of_one_pattern_that_stands_under_several_headings_did_not_move() -> None:
    soon, hull, york = paragraph("Date and time: to come in June"), heading("Hull"), heading("York")
    before, after = statement(hull, soon, FEES, york, WARDEN), statement(hull, FEES, york, soon, WARDEN, soon)
    assert told(before, after) == [
        ("removed", f"[-{soon.text}-]"),
        ("added", f"{{+{soon.text}+}}"),
        ("added", f"{{+{soon.text}+}}"),
    ]


def test_another_entry_of_one_pattern_is_no_entry_moved_and_edited() -> None:
    hull, york = (
        f"{place} council, {day} to 6 May (take part in the {place} survey from {day} May until midnight)"
        for place, day in (("Hull city", "3"), ("North and East York district", "4"))
    )
    before = statement(item(hull), WARDEN, FEES)
    after = statement(WARDEN, FEES, item(york))
    assert [op for op, _ in told(before, after)] == ["removed", "added"]


def test_a_row_is_known_by_its_first_cell() -> None:
    before = statement(*row("Trials of 5 days", "6 May"), *row("Trials of 8 days", "2 June"))
    after = statement(
        *row("Trials of 3 days", "6 May"), *row("Trials of 5 days", "9 May"), *row("Trials of 8 days", "2 June")
    )
    assert told(before, after) == [
        ("added", "{+Trials of 3 days+}"),
        ("added", "{+6 May+}"),
        ("changed", "[-6 -]{+9 +}May"),
    ]


def test_tables_are_compared_by_cell() -> None:
    before = statement(*row("Port", "Fee"), *row("Westmouth", "£5"), *row("Eastmouth", "£7"))
    after = statement(*row("Port", "Fee"), *row("Westmouth", "£7"), *row("Eastmouth", "£5"))
    assert told(before, after) == [("changed", "[-£5-]{+£7+}"), ("changed", "[-£7-]{+£5+}")]


def test_a_new_row_is_added_cells_and_a_row_that_moved_is_moved_cells() -> None:
    ports = [row("Westmouth", "open"), row("Eastmouth", "shut"), row("Northmouth", "open")]
    before = statement(*ports[0], *ports[1], *ports[2])
    assert told(before, statement(*ports[0], *ports[1], *row("Southmouth", "open"), *ports[2])) == [
        ("added", "{+Southmouth+}"),
        ("added", "{+open+}"),
    ]
    assert told(before, statement(*ports[1], *ports[2], *ports[0])) == [("moved", "Westmouth"), ("moved", "open")]


def test_a_cell_of_a_row_that_stayed_names_its_row() -> None:
    before = statement(*row("Port", "Fee", "Depth"), *row("Westmouth", "£5", "9 m"))
    after = statement(*row("Port", "Fee", "Depth"), *row("Westmouth", "£7", ""), *row("Eastmouth", "£3"))
    changes = compare(before, after).blocks
    assert [(change.op.value, change.row) for change in changes] == [
        ("changed", "Westmouth"),
        ("removed", "Westmouth"),
        ("added", ""),
        ("added", ""),
    ]


def test_a_cell_that_moved_to_another_column_is_a_change() -> None:
    before, after = statement(*row("Westmouth", "yes", "")), statement(*row("Westmouth", "", "yes"))
    assert told(before, after) == [("moved", "yes")]
    assert content_hash(before) != content_hash(after)


def test_cells_that_give_way_to_a_new_column_did_not_move() -> None:
    before = statement(*row("Port", "Fee"), *row("Westmouth", "£5"))
    after = statement(*row("Port", "Owner", "Fee"), *row("Westmouth", "Crown", "£5"))
    assert told(before, after) == [("added", "{+Owner+}"), ("added", "{+Crown+}")]


def test_a_cell_edited_beside_a_new_column_is_compared_with_what_stood_in_its_own() -> None:
    before = statement(*row("Port", "Fee", "Depth"), *row("Westmouth", "£5", "9 m"), *row("Eastmouth", "£7", "8 m"))
    after = statement(
        *row("Port", "Owner", "Fee", "Depth"),
        *row("Westmouth", "Crown", "£6", "9 m"),
        *row("Eastmouth", "Town", "£7", "8 m"),
    )
    assert told(before, after) == [
        ("added", "{+Owner+}"),
        ("added", "{+Crown+}"),
        ("changed", "[-£5-]{+£6+}"),
        ("added", "{+Town+}"),
    ]
    assert sorted(told(after, before)) == [
        ("changed", "[-£6-]{+£5+}"),
        ("removed", "[-Crown-]"),
        ("removed", "[-Owner-]"),
        ("removed", "[-Town-]"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "links"),
    [
        (
            paragraph("Read the rules.", Link("rules", "https://a.example/1")),
            paragraph("Read the rules.", Link("rules", "https://a.example/2")),
            ((Link("rules", "https://a.example/1"), Link("rules", "https://a.example/2")),),
        ),
        (
            paragraph("Read the rules.", Link("rules", "https://a.example/1")),
            paragraph("Read the rules."),
            ((Link("rules", "https://a.example/1"), None),),
        ),
        (
            paragraph("Read these rules.", Link("these rules", "https://a.example/1")),
            paragraph("Read those rules.", Link("those rules", "https://a.example/1")),
            (),
        ),
    ],
)
def test_link_edits_inside_a_block_are_listed(before: Block, after: Block, links: tuple[object, ...]) -> None:
    [change] = compare(statement(before), statement(after)).blocks
    assert (change.op, change.links) == (BlockOp.CHANGED, links)


# --- fields ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"title": "Speech on tide"}, ("title", "Speech on tides", "Speech on tide")),
        ({"lead": "What we said."}, ("lead", None, "What we said.")),
        ({"location": "Westmouth"}, ("location", None, "Westmouth")),
        ({"document_type": "Speech"}, ("document_type", None, "Speech")),
        ({"published_at": "2026-03-04"}, ("published_at", "2026-03-03T09:30:00.000Z", "2026-03-04")),
        ({"delivered_on": "2026-03-02"}, ("delivered_on", None, "2026-03-02")),
        (
            {"notes": (Note("2026-03-03T09:30:00.000Z", "First published."),)},
            ("notes", None, "2026-03-03: First published."),
        ),
        (
            {"withdrawn": Withdrawal("2026-05-01T10:00:00.000Z", "Out of date.")},
            ("withdrawn", None, "2026-05-01: Out of date."),
        ),
        (
            {"attachments": (Attachment("Rules", "https://a.example/r.pdf", "PDF, 1 MB"),)},
            ("attachments", None, "Rules (PDF, 1 MB) https://a.example/r.pdf"),
        ),
    ],
)
def test_a_field_that_differs_is_an_edit(edit: dict[str, object], expected: tuple[str, str | None, str | None]) -> None:
    after = replace(STATEMENT, **edit)  # type: ignore[arg-type]
    comparison = compare(STATEMENT, after)
    assert [(change.field, change.before, change.after) for change in comparison.fields] == [expected]
    assert comparison
    assert content_hash(STATEMENT) != content_hash(after)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"publishers": ("Tidal Office",)}, ("publishers", None, "Tidal Office")),
        ({"people": ("Ada Finch",)}, ("people", None, "Ada Finch")),
        ({"government": "2024 to 2026 Finch government"}, ("government", None, "2024 to 2026 Finch government")),
        ({"language": "cy"}, ("language", None, "cy")),
        ({"translations": (Translation("cy", URL + ".cy"),)}, ("translations", None, f"cy {URL}.cy")),
        ({"keeps_history": True}, ("keeps_history", "no", "yes")),
    ],
)
def test_metadata_that_differs_is_listed_but_is_no_edit(
    edit: dict[str, object], expected: tuple[str, str | None, str | None]
) -> None:
    after = replace(STATEMENT, **edit)  # type: ignore[arg-type]
    field, old, new = expected
    assert compare(STATEMENT, after) == Comparison((FieldChange(field, old, new, metadata=True),))
    assert not compare(STATEMENT, after)
    assert content_hash(STATEMENT) == content_hash(after)


def test_address_and_parser_are_not_compared() -> None:
    assert compare(STATEMENT, replace(STATEMENT, url=URL + "-2", parser="govuk-2")) == Comparison()


@pytest.mark.parametrize(
    ("before", "after", "equal"),
    [
        ("2026-03-03", "2026-03-03T09:30:00.000Z", True),
        ("2026-07-02", "2026-07-01T23:30:00.000Z", True),
        ("2026-07-01", "2026-07-01T23:30:00.000Z", True),
        ("2026-03-03T09:30:00.000Z", "2026-03-03T14:00:00.000Z", True),
        ("2026-01-02", "2026-01-01T23:30:00.000Z", False),
        ("2026-03-03", "2026-03-04", False),
        (None, "2026-03-04", False),
    ],
)
def test_dates_are_equal_where_a_reader_is_shown_one_day(before: str | None, after: str | None, equal: bool) -> None:
    old, new = replace(STATEMENT, published_at=before), replace(STATEMENT, published_at=after)
    assert bool(compare(old, new)) is not equal


def test_a_note_that_only_gained_its_time_does_not_differ() -> None:
    before = replace(STATEMENT, notes=(Note("2026-03-03", "First published."),))
    after = replace(STATEMENT, notes=(Note("2026-03-03T09:30:00.000Z", "First published."),))
    assert compare(before, after) == Comparison()
    assert content_hash(before) == content_hash(after)


def test_an_attachment_is_paired_by_address_then_by_title_then_by_place() -> None:
    files = [Attachment(f"Table {n}", f"https://a.example/{n}.ods", "ODS, 9 KB") for n in (1, 2, 3)]
    changed = (
        replace(files[0], title="Table 1a"),
        replace(files[1], url="https://a.example/2b.ods"),
        Attachment("Table 3, revised", "https://a.example/3b.ods", "ODS, 8 KB"),
    )
    comparison = compare(replace(STATEMENT, attachments=tuple(files)), replace(STATEMENT, attachments=changed))
    assert [marked(change) for change in comparison.fields] == [
        "Table [-1 -]{+1a +}(ODS, 9 KB) https://a.example/1.ods",
        "Table 2 (ODS, 9 KB) [-https://a.example/2.ods-]{+https://a.example/2b.ods+}",
        "Table [-3 -]{+3, revised +}(ODS, [-9 -]{+8 +}KB) [-https://a.example/3.ods-]{+https://a.example/3b.ods+}",
    ]


# --- laws ------------------------------------------------------------------------------------------------------------

BLOCKS = st.builds(
    Block,
    st.sampled_from([BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.HEADING, BlockKind.CELL]),
    st.lists(st.sampled_from("abcd"), min_size=1, max_size=3).map(" ".join),
    st.integers(1, 3),
    st.lists(st.builds(Link, st.sampled_from("ab"), st.sampled_from("xy")), max_size=2).map(tuple),
)
NOTES = st.builds(Note, st.sampled_from([None, "2026-03-03", "2026-03-04T10:00:00.000Z"]), st.sampled_from("ab"))
FILES = st.builds(Attachment, st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from([None, "PDF"]))
STATEMENTS = st.builds(
    Statement,
    st.just(URL),
    st.sampled_from(["a", "b"]),
    st.just("govuk-1"),
    notes=st.lists(NOTES, max_size=4).map(tuple),
    attachments=st.lists(FILES, max_size=3).map(tuple),
    body=st.lists(BLOCKS, max_size=8).map(tuple),
    publishers=st.lists(st.sampled_from("pq"), max_size=2).map(tuple),
)


@given(STATEMENTS)
def test_a_statement_compared_with_itself_is_empty(same: Statement) -> None:
    assert compare(same, same) == Comparison()


@settings(max_examples=400, deadline=None)
@given(STATEMENTS, STATEMENTS)
def test_hashes_are_equal_exactly_where_the_comparison_is_empty(before: Statement, after: Statement) -> None:
    assert (content_hash(before) == content_hash(after)) is not bool(compare(before, after))


@settings(deadline=None)
@given(STATEMENTS, STATEMENTS)
def test_every_block_change_rebuilds_its_blocks(before: Statement, after: Statement) -> None:
    for change in compare(before, after).blocks:
        old, new = (block.text if block else "" for block in (change.before, change.after))
        assert "".join(span.text for span in change.spans if span.op is not Op.INSERT) == old
        assert "".join(span.text for span in change.spans if span.op is not Op.DELETE) == new


@settings(deadline=None)
@given(STATEMENTS, STATEMENTS)
def test_compared_the_other_way_round_what_came_went(before: Statement, after: Statement) -> None:
    there, back = compare(before, after), compare(after, before)
    assert bool(there) is bool(back)
    assert (there.words_added - there.words_removed) == -(back.words_added - back.words_removed)


def test_thousands_of_equal_lines_in_another_order_are_told_as_moved() -> None:
    lines = [paragraph(f"Vessel {number} is listed.") for number in range(4_000)]
    shuffled = [lines[(number * 1_009) % 4_000] for number in range(4_000)]
    assert {change.op for change in compare(statement(*lines), statement(*shuffled)).blocks} == {BlockOp.MOVED}


def test_a_gap_too_large_to_compare_all_with_all_is_paired_by_opening_words() -> None:
    before = statement(*(paragraph(f"Vessel {number} may sail in March") for number in range(2_000)))
    after = statement(*(paragraph(f"Vessel {number} may sail in April") for number in range(2_000)))
    changes = compare(before, after).blocks
    assert len(changes) == 2_000
    assert {change.op for change in changes} == {BlockOp.CHANGED}


@pytest.mark.parametrize(("count", "renamed"), [(2, True), (101, False)])
def test_attachments_of_like_titles_are_renamed_ones_unless_they_are_very_many(count: int, renamed: bool) -> None:
    def notices(month: str) -> tuple[Attachment, ...]:
        return tuple(Attachment(f"Notice to all boats number {n} {month}", f"{month}/{n}") for n in range(count))

    pairs = attachment_pairs(notices("May"), notices("June"))
    assert len(pairs) == (count if renamed else 2 * count)
    assert all(bool(old and new) is renamed for old, new in pairs)
