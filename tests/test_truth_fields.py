"""The measure of parsed fields: our page is right by its JSON, and where the JSON differs that field is missed."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.models import Outcome
from monitor.parsers.govuk import Parser
from truth.fields import Page, compared
from truth.fields_body import attachments
from truth.fields_outcomes import due, has_text
from truth.fields_shown import cases

PAGES = Path(__file__).parent / "parsers"
SPEECH = (PAGES / "govuk" / "speech_2026.html").read_text()
TEXT = SPEECH[SPEECH.index('<div class="govspeak">') : SPEECH.index("</div>", SPEECH.index('<div class="govspeak">'))]

SOURCE: dict[str, Any] = {
    "base_path": "/government/speeches/harbour-lights",
    "title": "Harbour lights: a speech to the Assembly of Pilots",
    "description": "The Secretary of State spoke about the lights of our harbours.",
    "schema_name": "speech",
    "document_type": "speech",
    "locale": "en",
    "first_published_at": "2018-03-05T09:15:00.000+00:00",
    "public_updated_at": "2018-04-10T15:30:00.000+01:00",
    "details": {
        "body": TEXT,
        "change_history": [
            {"public_timestamp": "2018-03-05T09:15:00.000+00:00", "note": "First published."},
            {"public_timestamp": "2018-04-10T15:30:00.000+01:00", "note": "Added the number of lights."},
        ],
        "delivered_on": "2018-03-04T00:00:00+00:00",
        "location": "Pilots' Hall, Westhaven",
        "political": True,
        "speech_type_explanation": "Transcript of the speech, exactly as it was delivered",
    },
    "links": {
        "organisations": [{"title": "Department for Harbours and Tides"}, {"title": "Lighthouse Agency"}],
        "speaker": [{"title": "The Rt Hon Ada Merrow MP"}],
        "government": [{"title": "2016 to 2019 May Conservative government", "details": {"current": False}}],
    },
}


def missed(source: dict[str, Any], html: str = SPEECH) -> list[str]:
    found = Parser().statement(html, f"https://www.gov.uk{source['base_path']}")
    return [field for field, miss in compared(Page("speech", html, source, found)) if miss]


def test_a_page_that_says_what_its_json_says_misses_nothing() -> None:
    assert missed(SOURCE) == []


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("title", "Harbour lamps", ["title"]),
        ("description", "Another lead.", ["lead"]),
        ("document_type", "oral_statement", ["document_type"]),
        ("locale", "cy", ["language"]),
        ("first_published_at", "2018-03-06T09:15:00.000+00:00", ["published_at"]),
        ("public_updated_at", "2018-04-11T09:15:00.000+00:00", ["updated_at"]),
        ("public_updated_at", "2018-03-05T09:15:00.000+00:00", ["updated_at"]),
        ("withdrawn_notice", {"withdrawn_at": "2019-01-01T00:00:00Z", "explanation": "Old."}, ["withdrawn"]),
        ("details.body", TEXT.replace("£1.5 million", "£15 million"), ["body, nothing lost", "body, nothing but text"]),
        ("details.body", TEXT.replace("harbour-plan", "harbour-plan-2"), ["body, links"]),
        ("details.body", "", ["body, nothing but text"]),
        ("details.change_history", SOURCE["details"]["change_history"][:1], ["notes"]),
        ("details.delivered_on", "2008-03-04T00:00:00+00:00", ["delivered_on"]),
        ("details.location", "Pilots' Hall, Easthaven", ["location"]),
        ("details.political", False, ["government"]),
        ("links.organisations", [{"title": "Lighthouse Agency"}], ["publishers"]),
        ("links.speaker", [], ["people"]),
    ],
)
def test_each_field_is_held_against_the_json(path: str, value: object, expected: list[str]) -> None:
    source = deepcopy(SOURCE)
    *parents, name = path.split(".")
    holder = source[parents[0]] if parents else source
    holder[name] = value
    assert missed(source) == expected


def test_a_refused_page_misses_every_field_that_says_something() -> None:
    page = Page("speech", SPEECH, SOURCE, Outcome.EMPTY)
    right = [field for field, miss in compared(page) if miss is None]
    assert right == []


def test_a_field_that_the_template_does_not_show_is_absent() -> None:
    shown = SPEECH.replace("gem-c-lead-paragraph", "nothing").replace('class="gem-c-metadata', 'class="nothing')
    bare = shown.replace("gem-c-metadata__definition", "nothing").replace("gem-c-published-dates", "nothing")
    found = Parser().statement(SPEECH, "https://www.gov.uk/page")
    fields = {field for field, miss in compared(Page("speech", bare, SOURCE, found)) if miss}
    assert fields == {"lead", "publishers", "people", "notes"}


SPEECH_FIELDS = {
    "title": "Harbour lights",
    "document_type": "Lecture",
    "lead": "Another lead.",
    "publishers": (),
    "people": (),
    "published_at": "2018-03-06",
    "updated_at": "2018-04-10T23:30:00.000Z",
    "notes": (),
    "government": None,
}


@pytest.mark.parametrize("era", ["speech_2018", "speech_2022", "speech_2026"])
def test_a_page_of_any_year_is_held_against_what_it_shows(era: str) -> None:
    html = (PAGES / "govuk" / f"{era}.html").read_text()
    found = Parser().statement(html, "https://www.gov.uk/page")
    told = {field: ours == true for field, ours, true in cases(found, html)}
    assert told == dict.fromkeys((*SPEECH_FIELDS, "text"), True)
    for field, wrong in SPEECH_FIELDS.items():
        misread = replace(found, **{field: wrong})  # type: ignore[arg-type]
        assert [name for name, ours, true in cases(misread, html) if ours != true] == [field]
    assert [name for name, ours, true in cases(replace(found, body=found.body[2:]), html) if ours != true] == ["text"]


FILE = {
    "attachment_type": "file",
    "id": "dues.pdf",
    "title": "Harbour dues",
    "url": "https://assets.example/dues.pdf",
    "content_type": "application/pdf",
    "file_size": 1_258_291,
    "number_of_pages": 14,
    "unique_reference": "DHT/14/7",
}
EMBEDDED = (
    '<p>Before.</p><section class="attachment embedded"><h2 class="title"><a href="/dues.csv">Dues</a></h2>'
    '<p class="metadata"><span class="type">CSV</span>, <span class="file-size">2KB</span></p></section>'
)


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"attachments": [FILE]}, []),
        (
            {"attachments": [FILE], "featured_attachments": ["dues.pdf"]},
            [("Harbour dues", "https://assets.example/dues.pdf", "PDF, 1.2 MB, 14 pages, Ref: DHT/14/7")],
        ),
        ({"body": EMBEDDED}, [("Dues", "https://www.gov.uk/dues.csv", "CSV, 2 KB")]),
    ],
)
def test_attachments_are_those_the_templates_list_and_those_in_the_text(
    details: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    source = {**SOURCE, "details": details, "schema_name": "publication", "document_type": "form"}
    assert list(attachments(source)) == expected


@pytest.mark.parametrize("page", sorted((PAGES / "govuk").glob("*.html")), ids=lambda page: page.stem)
def test_our_pages_are_due_to_be_statements(page: Path) -> None:
    assert due(page.read_text()) is None


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("<main><h1>T</h1><div class='govspeak'><p>Words</p></div></main>", True),
        ("<main><h1>T</h1><div class='govspeak'> </div></main>", False),
        ("<main><h1>T</h1></main><div class='govspeak'>Words</div>", False),
    ],
)
def test_text_is_what_stands_in_the_components_of_the_main_part(main: str, expected: bool) -> None:
    assert has_text(main) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gone_2026", "gone"),
        ("not_found_2022", "gone"),
        ("finder_2026", "error:parse"),
        ("browse_2019", "error:parse"),
    ],
)
def test_a_page_that_is_no_statement_is_due_another_outcome(name: str, expected: str) -> None:
    assert due((PAGES / "govuk_refused" / f"{name}.html").read_text()) == expected
