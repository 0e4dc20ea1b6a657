import pytest

from monitor._signals_names import names
from monitor._signals_vocabulary import vocabulary


def found(text: str, *, page: str = "", entry: bool = False) -> list[str]:
    """The names told in a text of a page that says more."""
    return [mention.words for mention in names(text, vocabulary({text, page}, [text], []), entry=entry)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We thank Edna J. Zabriskie for it.", ["Edna J. Zabriskie"]),
        ("We thank Dr. Edna Zabriskie for it.", ["Edna Zabriskie"]),
        ("It is run by the U.S. Department of Tides today.", ["U.S. Department of Tides"]),
        ("It sails for the U.S. Zabriskie stays.", ["U.S.", "Zabriskie"]),
        ("Ships sail from New Zealand and the United Kingdom.", ["New Zealand", "United Kingdom"]),
        ("We asked the Net and Tide Agency about it.", ["Net and Tide Agency"]),
        ("We asked the Nets, Quays and Harbours Office about it.", ["Nets, Quays and Harbours Office"]),
        ("They wrote to the Ministry of Nets and Quays of late.", ["Ministry of Nets and Quays"]),
        (
            "He led the Department of Nets, Director Edna Zabriskie said.",
            ["Department of Nets", "Director Edna Zabriskie"],
        ),
        ("Unless Kestovia asks, they sail.", ["Kestovia"]),
        ("It names the Ministry of Tides, Harbour Committee and others.", ["Ministry of Tides", "Harbour Committee"]),
        ("We asked the University of Zabrino and Kestovia.", ["University of Zabrino", "Kestovia"]),
    ],
)
def test_what_belongs_to_one_name_is_one(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "They signed a paper on Harbour Management and left.",
        "We asked three Harbour Committees about it.",
        "They pay a Harbour Use Tax on it.",
        "You need a Harbour Use Permit for it.",
        "They spent it in the Fiscal Year before.",
        "The Attorney General and the Secretary-General spoke.",
        "She has a PhD, an MPhil and a B.A. from there.",
        "They came at 3 P.M. or so.",
        "Ladies and Gentlemen, Your Excellencies, they sail.",
        "All Member States met.",
        "We asked them on the Quay Notes page about it.",
        "See chapters IV and VII of it.",
        "Send it with Chapter IV, Title II.",
        "Read [the tide tables][InlineFile] and [the fees]InlineFile:1.",
        "We read the Terms and Conditions, and left.",
    ],
)
def test_fields_of_work_kinds_taxes_papers_degrees_and_forms_of_address_are_no_names(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FACT SHEET: ships sail from Zabrino.", ["Zabrino"]),
        ("THE VICE PRESIDENT: They sail.", []),
        ("MR. ZABRISKIE: They sail.", ["ZABRISKIE"]),
        ("The TIDE met the NATO fleet.", ["TIDE", "NATO"]),
        ("Q Will they sail to Zabrino?", ["Zabrino"]),
    ],
)
def test_words_in_capitals_beside_others_are_read_as_in_small_letters(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Keeping Small Harbours Open: boats sail to Zabrino.", ["Zabrino"]),
        ("Mend Large Nets and Keep Quays Clean Every Year by asking Zabriskie.", ["Zabriskie"]),
        ("Readout of the Meeting of Ada Zabriskie", ["Ada Zabriskie"]),
        ("Bill Signed by Zabriskie Today", ["Zabriskie"]),
        ("Talks in the Edwin Z. Marsh Room", ["Edwin Z. Marsh"]),
        ("Talks With South Kestovia", ["South Kestovia"]),
        ("Remarks by Zabrina Finch on the Quay", ["Zabrina Finch"]),
    ],
)
def test_in_titles_and_headings_that_a_text_runs_in_only_names_are_told(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("Skippers hold two HTCs each.", []),
        ("For an HTC, ask the warden.", []),
        ("They are Harbour Tide Chapters (HTCs). Two HTCs met.", ["HTC"]),
        ("The HTC met.", ["HTC"]),
    ],
)
def test_an_abbreviation_of_which_there_are_several_is_no_name(page: str, expected: list[str]) -> None:
    assert found("We asked about the HTC rules.", page=page) == expected


@pytest.mark.parametrize(
    ("text", "weak"),
    [
        ("They sail the Black Ocean Current.", False),
        ("They met Julian Marsh.", False),
        ("They hold Kestovian Cards.", True),
    ],
)
def test_a_people_is_told_only_in_the_place_of_another_and_a_sea_or_a_person_always(text: str, weak: bool) -> None:
    assert [mention.weak for mention in names(text, vocabulary({text}, [text], []))] == [weak]


def test_in_other_languages_the_first_word_of_a_sentence_and_german_nouns_are_no_names() -> None:
    assert found("Después los barcos salen de Zabrino hacia otro puerto.") == ["Zabrino"]
    assert found("Die neuen Schiffe fahren nach dem Sturm nicht mit Edna Zabriskie aus dem Hafen.") == [
        "Edna Zabriskie"
    ]
