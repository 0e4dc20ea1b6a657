from dataclasses import replace

import pytest

from monitor.compare import compare
from monitor.models import Attachment, Block, BlockKind, Link, Note, Statement
from monitor.signals import signals

FIRST = Note("2026-03-03T09:30:00.000Z", "First published.")
STATEMENT = Statement(
    "https://www.example.gov.uk/government/news/tides",
    "Tide tables",
    "govuk-1",
    published_at=FIRST.at,
    notes=(FIRST,),
    keeps_history=True,
)


def paragraphs(*texts: str) -> Statement:
    return replace(STATEMENT, body=tuple(Block(BlockKind.PARAGRAPH, text) for text in texts))


def found(before: Statement, after: Statement) -> dict[str, tuple[str, ...]]:
    return {signal.name.value: signal.words for signal in signals(before, after, compare(before, after))}


def edited(before: str, after: str) -> dict[str, tuple[str, ...]]:
    """The signals of an edit in one paragraph between two that stay."""
    around = "The Tidal Office keeps the tables.", "It is led by Ada Finch."
    return found(paragraphs(around[0], before, around[1]), paragraphs(around[0], after, around[1]))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("The fund is £1.5 million.", "The fund is £15 million.", "£1.5 million → £15 million"),
        ("It fell to $80 a tonne.", "It fell to $58 a tonne.", "$80 → $58"),
        ("Rates rise by 4 per cent.", "Rates rise by 4.5%.", "4 per cent → 4.5%"),
        ("There are seven ports.", "There are 14 ports.", "seven → 14"),
        ("Call 0300 111 2222 now.", "Call 0300 111 3333 now.", "0300 111 2222 → 0300 111 3333"),
        ("It takes one boat.", "It takes two boats.", "one → two"),
        ("The over-70s pay less.", "The over-60s pay less.", "70s → 60s"),
        ("Fees apply.", "Fees of £40 apply.", "+ £40"),
    ],
)
def test_a_figure_that_changed_is_told(before: str, after: str, expected: str) -> None:
    assert edited(before, after) == {"figure": (expected,)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("All six ports of 1,000 boats open.", "All 6 ports with 1000 boats open."),
        ("It costs £1.5m or 20 per cent.", "The cost is £1.5 million, or 20%."),
        ("Covid-19 rules apply to all 5 ports.", "COVID-19 rules apply in all five ports."),
        ("It opens on 3rd March, 2026 at 4.30pm.", "It opens on 3 March 2026 at 4:30 pm."),
        ("Talks ran through 2019/2020.", "Talks went on from 2019 to 2020."),
        ("It is one of the ports.", "It is among the ports."),
        ("The Government and its Ministers met.", "The government and its ministers met."),
        ("We haven't decided and can't say.", "We have not decided and cannot say."),
        ("The rule said “keep to the left bank”.", "The rule said ‘keep to the left bank’."),
        ("Ships sail at dawn. Ada Finch spoke.", "Ada Finch spoke. Ships sail at dawn."),
        ("Write to J.D. Finch.", "Write to JD Finch."),
        ("Write to AdaFinch.", "Write to Ada Finch."),
        ("The UK Harbour Wardens met.", "The UK harbour wardens met."),
        ("We thank Chairman Ada Finch.", "We thank Senator Ada Finch."),
        ("We thank ATSO Edna Zabriskie.", "We thank Director Edna Zabriskie."),
        ("The Harbour Tide Meeting met.", "The Fifth Harbour Tide Meeting met."),
        ("The Star Multi Harbour Trust met.", "The Star Multi-Harbour Trust met."),
        ("This is a meeting.", "This is the 2nd meeting."),
        ("The tests are in phase three.", "The tests were in Phase 3."),
        ("Wear personal floats (PF).", "Wear personal floats (PFs)."),
    ],
)
def test_other_ways_to_write_the_same_thing_touch_nothing(before: str, after: str) -> None:
    assert edited(before, after) == {}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("It ends on 31 March 2026.", "It ends on 30 April 2026.", "31 March 2026 → 30 April 2026"),
        ("It was agreed in 2001.", "It was agreed in 2021.", "2001 → 2021"),
        ("We meet on Tuesday.", "We meet on Friday.", "Tuesday → Friday"),
        ("It opens in May.", "It opens in June.", "May → June"),
        ("It opens at 9am.", "It opens at 10.30am.", "9am → 10.30am"),
        ("It opens 4-6pm.", "It opens 4-7pm.", "4-6pm → 4-7pm"),
        ("We spoke today.", "We spoke yesterday.", "today → yesterday"),
        ("It shuts on 1, 5 and 6 June.", "It shuts on 1, 5 and 8 June.", "1, 5 and 6 June → 1, 5 and 8 June"),
        ("It runs to autumn 2026.", "It runs to spring 2027.", "autumn 2026 → spring 2027"),
    ],
)
def test_a_date_that_changed_is_told(before: str, after: str, expected: str) -> None:
    assert edited(before, after) == {"date": (expected,)}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "Insurers such as Harrow and Munster Re agree.",
            "Insurers such as Oakley and Munster Re agree.",
            "Harrow → Oakley",
        ),
        ("The paper of the TSA is out.", "The paper of the MCB is out.", "TSA → MCB"),
        (
            "See the Department of Ports and Tides for more.",
            "See the UK Tidal Agency for more.",
            "Department of Ports and Tides → UK Tidal Agency",
        ),
        ("We thank all who came.", "We thank Ada Finch and all who came to Westmouth.", "+ Westmouth"),
    ],
)
def test_a_name_that_changed_is_told(before: str, after: str, expected: str) -> None:
    assert expected in edited(before, after)["name"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("See Annex 2 for more.", "See Annex 3 for more.", "Annex 2 → Annex 3"),
        ("It follows step 4 below.", "It follows step 5 below.", "step 4 → step 5"),
        ("They met at TIDE 80 again.", "They met at TIDE 81 again.", "TIDE 80 → TIDE 81"),
        ("Quote AB20260001 in full.", "Quote AB20260002 in full.", "AB20260001 → AB20260002"),
        ("See Issue 14 of the letter.", "See Issue 15 of the letter.", "Issue 14 → Issue 15"),
    ],
)
def test_a_number_that_names_a_thing_is_a_name_and_no_figure(before: str, after: str, expected: str) -> None:
    assert edited(before, after) == {"name": (expected,)}


@pytest.mark.parametrize("words", ["Coastal Works 6 (CW6)", "Heat rules (V1.3 June 2026)"])
def test_the_number_of_a_work_or_a_version_is_no_figure(words: str) -> None:
    assert "figure" not in edited("Read it.", f"Read it. See {words}.")


@pytest.mark.parametrize(
    ("words", "is_figure"),
    [
        ("2.1 Mooring a barge", False),
        ("2.1 million barges moor here", True),
        ("The tables, ODS, 1.4MB, 12 pages", False),
        ("The tables are 1.4MB on 12 pages", True),
        ("It holds for winter 2026/27", False),
    ],
)
def test_numbers_of_headings_files_and_years_are_no_figures(words: str, is_figure: bool) -> None:
    assert ("figure" in found(paragraphs(), paragraphs(words))) == is_figure


def test_the_year_of_a_law_is_a_date_only_where_another_took_its_place() -> None:
    assert "date" not in edited("Dues are owed.", "Dues are owed under the Harbours Act 1964.")
    assert edited("See the Harbours Act 1964.", "See the Harbours Act 1994.")["date"] == ("1964 → 1994",)


@pytest.mark.parametrize(
    "address",
    [
        "14 Harbour Street, Westmouth WM1 2AB",
        "Rua do Porto 300, 2750-475 Cais",
        "Kaikatu 7, 00150 Satama",
        "600 Ocean Avenue, Bayside, NY 20520",
        "/government/collections/252059",
    ],
)
def test_an_address_holds_no_figures(address: str) -> None:
    assert "figure" not in edited("Write to us.", f"Write to us at {address}.")


@pytest.mark.parametrize(
    "words",
    [
        "the Decision of the board",
        "the Full Report on tides",
        "the Public Registers of ships",
        "a Harbour Needs and Training Manager",
        "the Group Leader, Extreme Tides and Nets",
        "cases of Zika virus and Omicron",
        "UK-issued cards",
        "our T level pupils",
        "a Senior Harbour Officer",
    ],
)
def test_terms_posts_papers_and_illnesses_are_no_names(words: str) -> None:
    assert "name" not in edited("Ships sail to the UK.", f"Ships sail to the UK. They ask about {words}.")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("They met Lord Marsh.", "+ Lord Marsh"),
        ("The Committee on Fine Nets met.", "+ Committee on Fine Nets"),
        ("It rains in Reading.", "+ Reading"),
        ("Mr Marsh wrote.", "+ Marsh"),
        ("We asked the Tidal Actuary’s Department.", "+ Tidal Actuary’s Department"),
    ],
)
def test_common_words_that_are_a_name_are_told(words: str, expected: str) -> None:
    assert edited("Ships sail.", f"Ships sail. {words}")["name"] == (expected,)


def test_words_that_open_a_link_are_no_name() -> None:
    link = Link("Coastal hazards", "https://www.example.gov.uk/tides/hazards")
    after = Block(BlockKind.PARAGRAPH, "Ships sail. Read Fees and Coastal hazards first.", links=(link,))
    found_names = found(paragraphs("Ships sail."), replace(STATEMENT, body=(after,))).get("name", ())
    assert "+ Coastal" not in found_names


def test_the_names_of_a_paragraph_that_took_the_place_of_another_count_only_where_the_page_had_them_nowhere() -> None:
    around = "It is led by Ada Finch."
    before = paragraphs(around, "Ada Finch asks all skippers in Westmouth to mend their nets by hand.")
    after = paragraphs(around, "The quay opens at dawn.")
    assert found(before, after)["name"] == ("− Westmouth",)


def test_the_names_of_an_entry_that_took_the_place_of_another_count_only_where_the_page_had_them_nowhere() -> None:
    def entries(text: str) -> Statement:
        items = (Block(BlockKind.LIST_ITEM, each, 1) for each in (text, "write to Ada Finch about the fees due"))
        return replace(STATEMENT, body=tuple(items))

    before = entries("mend your nets by hand at noon")
    assert found(before, entries("show the log you keep to Ada Finch in Westmouth"))["name"] == ("+ Westmouth",)


def test_an_abbreviation_written_out_in_small_letters_is_no_name() -> None:
    assert edited("Wear it.", "Wear personal float equipment (PFE).") == {}
    assert edited("Help pupils.", "Help pupils with tidal needs or dry disorders (TNDD).") == {}
    assert edited("Ask.", "Ask about Gull-Barr disease (GBD).").get("name") != ("+ GBD",)
    assert edited("Join it.", "Join the Personal Float Exchange (PFE).") == {
        "name": ("+ Personal Float Exchange", "+ PFE")
    }


def test_a_name_that_went_from_a_paragraph_counts_wherever_else_it_stands() -> None:
    assert edited("Ships sail. Ada Finch spoke in Westmouth.", "Ships sail.") == {
        "name": ("− Ada Finch", "− Westmouth")
    }


def test_a_name_in_a_paragraph_that_went_counts_only_where_the_page_has_it_no_more() -> None:
    before = paragraphs("It is led by Ada Finch.", "Ships sail.", "Ada Finch spoke in Westmouth.")
    assert found(before, paragraphs("It is led by Ada Finch.", "Ships sail.")) == {"name": ("− Westmouth",)}


def test_names_that_changed_places_are_told() -> None:
    assert edited("There Andrey met Nikolai.", "There Nikolai met Andrey.") == {
        "name": ("Andrey → Nikolai", "Nikolai → Andrey")
    }


def test_names_that_took_each_others_place_are_told_although_both_stand_in_both_texts() -> None:
    before = "Listed are Andrey Finch (and his son Nikolai), Igor Reed and Andrey Moss."
    after = "Listed are Nikolai Finch (and his son Andrey), Igor Reed and Andrey Moss."
    assert edited(before, after) == {"name": ("Andrey Finch → Nikolai Finch", "Nikolai → Andrey")}


def test_figures_that_changed_places_are_told() -> None:
    assert edited("Adults pay £7 and children £5 a day.", "Adults pay £5 and children £7 a day.") == {
        "figure": ("£7 → £5", "£5 → £7")
    }


def test_the_first_word_of_a_sentence_is_no_name() -> None:
    assert edited("Additionally, ships sail.", "Moreover, ships sail.") == {}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Boats must register.", "Boats should register.", {"modal": ("must → should",)}),
        ("The ban will be extended.", "We intend to extend the ban.", {"modal": ("− will",)}),
        ("You need to register.", "You are required to register.", {"modal": ("need to → required to",)}),
        ("You’ll hear from us.", "You may hear from us.", {"modal": ("You’ll → may",)}),
        ("This seems right.", "This doesn’t seem right.", {"negation": ("+ doesn’t",)}),
        ("Boats may not sail.", "Boats may sail.", {"negation": ("− not",)}),
        ("Sail with care.", "Never sail without care.", {"negation": ("+ Never", "+ without")}),
        ("Boats can sail.", "Boats cannot sail.", {"modal": ("can → cannot",), "negation": ("+ cannot",)}),
        ("We are ready.", "We are able to help.", {"modal": ("+ able to",)}),
        ("It is at No 10 now.", "It is at No 10 still.", {}),
    ],
)
def test_modals_and_negations_are_told(before: str, after: str, expected: dict[str, tuple[str, ...]]) -> None:
    assert edited(before, after) == expected


def test_what_one_sentence_lost_and_another_won_is_told_of_both() -> None:
    before = paragraphs("Ships may sail at dawn.", "Wardens keep the tables of all tides.")
    after = paragraphs("Ships sail at dawn.", "Wardens may keep the tables of all tides.")
    assert found(before, after) == {"modal": ("− may", "+ may")}


def test_what_moved_with_the_word_before_it_is_told_of_none() -> None:
    before = paragraphs("Ships sail at dawn. They must pay £5 on the quay.", "Nets are mended by hand.")
    after = paragraphs("Ships sail at dawn.", "Nets are mended by hand. Be aware: on the quay they must pay £5, too.")
    assert found(before, after) == {}


def test_an_untouched_mention_in_an_edited_sentence_is_not_told() -> None:
    assert edited("By 5 May Ada Finch must pay £40, not less.", "By 5 May Ada Finch must give £40, not less.") == {}


def test_a_new_paragraph_is_told_by_what_it_mentions() -> None:
    after = paragraphs("Boats sail at dawn.", "From 1 June boats must pay £5.")
    assert found(paragraphs("Boats sail at dawn."), after) == {
        "figure": ("+ £5",),
        "date": ("+ 1 June",),
        "modal": ("+ must",),
    }


def test_a_sentence_that_moved_to_a_paragraph_of_its_own_touches_nothing() -> None:
    before = paragraphs(
        "Boats sail at dawn from all the ports of the coast. From 1 June they must pay £5 to Westmouth."
    )
    after = paragraphs(
        "Boats sail at dawn from all the ports of our coast.", "From 1 June they must pay £5 to Westmouth."
    )
    assert found(before, after) == {}


def test_words_in_quotation_marks_are_told_as_quotation() -> None:
    said = edited("She said: “We support all ports”.", "She said: “We sport all ports”.")
    assert said == {"quotation": ("We support all ports → We sport all ports",)}


@pytest.mark.parametrize(
    ("words", "is_quotation"),
    [
        ("“we will dredge”", True),
        ("“dredging”", False),
        ("‘ask the master’", False),
        ("‘we will dredge all nine ports’", True),
    ],
)
def test_few_words_in_single_marks_are_a_term(words: str, is_quotation: bool) -> None:
    assert ("quotation" in edited("He came.", f"He came and said {words}.")) == is_quotation


def test_a_block_quotation_put_in_marks_is_the_same_quotation() -> None:
    def said(kind: BlockKind, text: str) -> Statement:
        return replace(STATEMENT, body=(Block(kind, text),))

    words = "We support all the ports of the coast."
    assert found(said(BlockKind.QUOTATION, words), said(BlockKind.PARAGRAPH, f"“{words}”")) == {}
    assert found(said(BlockKind.QUOTATION, words), said(BlockKind.QUOTATION, words.replace("all", "few"))) == {
        "quotation": (f"{words} → {words.replace('all', 'few')}",)
    }


def test_an_entry_about_something_else_is_told_and_one_extended_is_not() -> None:
    def entry(text: str) -> Statement:
        return replace(STATEMENT, body=(Block(BlockKind.LIST_ITEM, text, 1),))

    berths = entry("north quay: boats of any size may moor there at high tide")
    assert "list_entry" in found(berths, entry("south pier: boats of any size may moor there at high tide"))
    assert "list_entry" not in found(berths, entry("new: north quay: boats of any size may moor there at high tide"))


def test_an_entry_under_another_name_with_the_same_abbreviation_is_no_other_entry() -> None:
    def entry(text: str) -> Statement:
        return replace(STATEMENT, body=(Block(BlockKind.LIST_ITEM, text, 1),))

    before = entry("Small Harbour Instrument (SHi)")
    assert "list_entry" not in found(before, entry("Quay Accelerator (formerly known as SHi)"))
    assert "list_entry" in found(before, entry("Quay Accelerator (formerly known as QAc)"))


def test_an_entry_that_moved_or_was_reworded_is_no_other_entry() -> None:
    def entries(*texts: str) -> Statement:
        return replace(STATEMENT, body=tuple(Block(BlockKind.LIST_ITEM, text, 1) for text in texts))

    tide, count = "check that your tide table is valid", "47 tests added to the quay total of nets"
    around = ("mend the nets by hand", "ask the warden for a berth", "pay the fee at noon")
    moved = found(entries(tide, *around), entries(*around, tide))
    assert ("list_entry" in moved, moved["moved_text"]) == (False, (tide,))
    recounted = count.replace("47", "1,948")
    assert "list_entry" not in found(entries(*around, count), entries(*around, recounted))


@pytest.mark.parametrize("heading", ["Previous updates", "Latest news"])
def test_a_short_heading_below_which_text_came_has_not_moved(heading: str) -> None:
    latest = [Block(BlockKind.PARAGRAPH, text) for text in ("Ships sail at dawn from all ports.", "Nets are mended.")]
    line, new = Block(BlockKind.HEADING, heading), Block(BlockKind.PARAGRAPH, "Wardens warn of high tides.")
    past = Block(BlockKind.PARAGRAPH, "Fees were due at noon.")
    before, after = (*latest, line, past), (new, line, *latest, past)
    assert "moved_text" not in found(replace(STATEMENT, body=before), replace(STATEMENT, body=after))


def test_a_short_entry_that_stands_elsewhere_has_not_moved() -> None:
    def entries(*texts: str) -> Statement:
        return replace(STATEMENT, body=tuple(Block(BlockKind.LIST_ITEM, text, 1) for text in texts))

    assert "moved_text" not in found(
        entries("San Zabrino", "Kestovia", "Mara"), entries("Kestovia", "Mara", "San Zabrino")
    )


def test_text_with_other_words_and_another_date_has_not_moved() -> None:
    said = "If you came from {} before 4am on {} you may not need to wait on the quay."
    around = ("Ships sail at dawn.", "Nets are mended by hand.", "Fees are due at noon.")
    old, new = said.format("Bonport, Saba and Poleford", "3 October"), said.format("Leighton", "25 October")
    assert "moved_text" not in found(paragraphs(old, *around), paragraphs(*around, new))


def test_a_link_with_other_words_for_the_same_target_is_told_by_no_signal() -> None:
    def linked(words: str) -> Statement:
        link = Link(words, "https://a.example/1")
        return replace(STATEMENT, body=(Block(BlockKind.PARAGRAPH, f"Read {words} first.", links=(link,)),))

    assert found(linked("the rules"), linked("these rules")) == {}


def test_a_sentence_that_stands_elsewhere_is_moved_text_but_not_between_neighbours() -> None:
    moved = "Skippers keep a log of every catch."
    ends = (
        "Ships sail at dawn from all ports.",
        "Nets are mended by hand each day.",
        "Fees are due at noon on the quay.",
    )
    assert found(
        paragraphs(f"{ends[0]} {moved}", ends[1], f"{ends[2]} Pay there."),
        paragraphs(ends[0], f"{ends[1]} Ask how.", f"{ends[2]} {moved}"),
    ) == {"moved_text": (moved,)}
    assert found(paragraphs(f"{ends[0]} {moved}", ends[1]), paragraphs(ends[0], f"{moved} {ends[1]}")) == {}


def test_entries_of_a_list_are_told() -> None:
    before = replace(STATEMENT, body=tuple(Block(BlockKind.LIST_ITEM, text, 1) for text in ("Kenya", "Malawi")))
    after = replace(STATEMENT, body=before.body[1:])
    assert found(before, after) == {"name": ("− Kenya",), "list_entry": ("− Kenya",)}


def test_a_link_to_another_target_is_told_and_so_is_one_to_an_attachment() -> None:
    def linked(*urls: str) -> Statement:
        links = tuple(Link("rules", url) for url in urls)
        file = Attachment("Rules", "https://a.example/r.pdf")
        return replace(
            STATEMENT, body=(Block(BlockKind.PARAGRAPH, "Read the rules.", links=links),), attachments=(file,)
        )

    assert found(linked("https://a.example/1"), linked("https://a.example/2")) == {
        "link": ("rules https://a.example/1 → rules https://a.example/2",)
    }
    assert found(linked(), linked("https://a.example/r.pdf")) == {"link": ("+ rules https://a.example/r.pdf",)}


def test_an_attachment_of_another_size_is_told() -> None:
    before = replace(STATEMENT, attachments=(Attachment("Rules", "https://a.example/r.pdf", "PDF, 1 MB, 81 pages"),))
    after = replace(STATEMENT, attachments=(Attachment("Rules", "https://a.example/r.pdf", "PDF, 1 MB, 40 pages"),))
    assert found(before, after) == {
        "attachment": (
            "Rules (PDF, 1 MB, 81 pages) https://a.example/r.pdf → Rules (PDF, 1 MB, 40 pages) https://a.example/r.pdf",
        )
    }


def test_title_and_moved_text_are_told() -> None:
    before = replace(paragraphs("Ships sail at dawn.", "Fees are due.", "Wardens inspect."), title="Tides")
    after = paragraphs("Fees are due.", "Wardens inspect.", "Ships sail at dawn.")
    assert found(before, after) == {"title": ("Tides → Tide tables",), "moved_text": ("Ships sail at dawn.",)}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            {"published_at": "2026-03-01"},
            {
                "date": ("3 March 2026 → 1 March 2026",),
                "backdated": ("3 March 2026 → 1 March 2026",),
                "date_only": ("3 March 2026 → 1 March 2026",),
            },
        ),
        ({"updated_at": "2026-04-01"}, {"date_only": ("+ 1 April 2026",)}),
        ({"notes": (Note("2026-04-01", "Added."), FIRST), "updated_at": "2026-04-01"}, {"note_only": ("Added.",)}),
        (
            {"notes": (FIRST, Note("2026-02-01", "Drafted."))},
            {"backdated": ("+ 2026-02-01: Drafted.",), "note_only": ("Drafted.",)},
        ),
        ({"notes": ()}, {}),
        (
            {"notes": (replace(FIRST, text="First issued."),)},
            {"history_rewritten": ("2026-03-03: First published. → 2026-03-03: First issued.",)},
        ),
    ],
)
def test_what_the_publisher_claims_is_told(edit: dict[str, object], expected: dict[str, tuple[str, ...]]) -> None:
    assert found(STATEMENT, replace(STATEMENT, **edit)) == expected  # type: ignore[arg-type]


def test_the_day_a_speech_was_given_is_backdated_where_it_moved_into_the_past() -> None:
    speech, corrected = (replace(STATEMENT, delivered_on=on) for on in ("2026-03-03", "2026-03-02"))
    assert found(speech, corrected)["backdated"] == ("3 March 2026 → 2 March 2026",)
    assert "backdated" not in found(corrected, speech)


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("Corrected a typo.", ("£5 → £6",)),
        ("Minor formatting changes and fixed a broken link.", ("£5 → £6",)),
        ("Fixed a broken link and raised the fee.", None),
        ("Raised the fee.", None),
        ("Corrected a typo: the fee is £6", None),
        ("Corrected the figure, which had a typo.", None),
        ("Fixed links.", ("£5 → £6",)),
        ("Added evidence on the links between fees and fleets.", None),
        ("Added the technical review of the harbour.", None),
        ("Updated for small boats.", None),
        ("Clarified what skippers pay.", None),
    ],
)
def test_a_note_that_speaks_of_trifles_underdeclares_a_new_figure(note: str, expected: tuple[str, ...] | None) -> None:
    after = replace(paragraphs("The fee is £6."), notes=(Note("2026-04-01", note), FIRST))
    assert found(paragraphs("The fee is £5."), after).get("underdeclared") == expected


def test_a_name_that_was_spelt_wrong_is_a_typo_and_another_name_is_not() -> None:
    def underdeclared(name: str) -> tuple[str, ...] | None:
        after = replace(paragraphs(f"Fees go to {name} each year."), notes=(Note("2026-04-01", "Fixed a typo."), FIRST))
        return found(paragraphs("Fees go to Westmuoth each year."), after).get("underdeclared")

    assert underdeclared("Westmouth") is None
    assert underdeclared("Eastmouth Bay") == ("Westmuoth → Eastmouth Bay",)


def test_a_note_that_a_link_was_added_owns_up_to_the_words_that_came_with_it() -> None:
    def underdeclared(link: Link | None) -> tuple[str, ...] | None:
        block = Block(BlockKind.PARAGRAPH, "Skippers must read the tide tables.", links=(link,) if link else ())
        after = replace(STATEMENT, body=(*STATEMENT.body, block), notes=(Note("2026-04-01", "Added a link."), FIRST))
        return found(STATEMENT, after).get("underdeclared")

    assert underdeclared(Link("tide tables", "https://www.example.gov/tides")) is None
    assert underdeclared(None) == ("+ must",)


def test_nothing_is_told_of_nothing() -> None:
    assert signals(STATEMENT, STATEMENT, compare(STATEMENT, STATEMENT)) == ()


def test_signals_come_in_the_order_of_the_contract() -> None:
    told = edited("Boats must pay £5 by 1 May.", "Boats may not pay £6 by 2 May to Westmouth.")
    assert list(told) == ["figure", "date", "name", "modal", "negation"]
