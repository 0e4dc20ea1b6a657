"""GOV.UK's pages, written by us in the publisher's markup of each era, against what they say."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ParseError
from monitor.models import Entry, Note, Statement, Withdrawal
from monitor.parsers.govuk import Parser

HERE = Path(__file__).parent
URL = "https://www.gov.uk/government/speeches/harbour-lights"
PAGES = sorted(page.stem for page in (HERE / "govuk").glob("*.html"))
ERAS = ("speech_2014", "speech_2018", "speech_2022", "speech_2026")


def read(name: str, folder: str = "govuk") -> str:
    return (HERE / folder / f"{name}.html").read_text()


def statement(html: str) -> Statement:
    return Parser().statement(html, URL)


def alone(found: Statement) -> Statement:
    """The statement without what surrounds it or stands in its head, which differs from era to era."""
    return replace(found, related=(), offers_emails=False, modified_at=None)


def as_json(found: Statement) -> Any:
    return json.loads(json.dumps(asdict(found)))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_its_golden_file_says(name: str) -> None:
    expected = json.loads((HERE / "govuk" / f"{name}.json").read_text())
    assert as_json(statement(read(name))) == expected


@pytest.mark.parametrize("era", ERAS)
def test_a_change_of_era_is_no_change_of_the_statement(era: str) -> None:
    assert alone(statement(read(era))) == alone(statement(read("speech_2026")))


def test_attachments_read_alike_in_every_era() -> None:
    assert alone(statement(read("publication_2021"))) == alone(statement(read("publication_2026")))


@pytest.mark.parametrize("name", PAGES)
def test_equal_essence_means_an_equal_statement(name: str) -> None:
    page = read(name)
    other = (
        page.replace("<footer>", "<footer><p>Recruiting now</p>")
        .replace("1a2b3c4d", "99aabbcc")
        .replace("0f1e2d3c", "00112233")
        .replace("8207d81b", "deadbeef")
        .replace("bm90IGEgc2VjcmV0IGF0IGFsbA==", "YW5vdGhlciBzZWNyZXQ=")
    )
    if Parser().essence(page.encode()) is not None:
        assert Parser().essence(other.encode()) == Parser().essence(page.encode())
    assert statement(other) == statement(page)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("£1.5 million", "£15 million"),
        ("Harbour lights: a speech", "Harbour lamps: a speech"),
        ("about the lights", "about the lamps"),
        ("4 March 2018", "4 March 2008"),
        ("10 April 2018 —", "11 April 2018 —"),
        ("Added the number", "Changed the number"),
        ("Westhaven", "Easthaven"),
        ("/government/publications/harbour-plan", "/government/publications/harbour-plan-2"),
        ('public-updated-at" content="2018-04-10T15:30', 'public-updated-at" content="2018-04-10T16:30'),
        ('govuk:updated-at" content="2026-09-30T08:00', 'govuk:updated-at" content="2026-10-01T08:00'),
    ],
)
def test_whatever_the_statement_holds_changes_the_essence_and_the_statement(old: str, new: str) -> None:
    page = read("speech_2026")
    edited = page.replace(old, new)
    assert Parser().essence(edited.encode()) != Parser().essence(page.encode())
    assert statement(edited) != statement(page)


def test_a_page_without_main_has_no_cheap_essence() -> None:
    assert Parser().essence(read("speech_2014").encode()) is None


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("gone_2026", "gone"),
        ("not_found_2022", "gone"),
        ("finder_2026", "error:parse"),
        ("browse_2019", "error:parse"),
        ("no_title_2026", "error:parse"),
        ("empty_2026", "error:empty"),
    ],
)
def test_a_page_that_is_no_statement_is_refused_with_its_outcome(name: str, outcome: str) -> None:
    with pytest.raises(ParseError) as refused:
        statement(read(name, "govuk_refused"))
    assert refused.value.outcome == outcome


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        ("<main><h1>Sign in</h1><p>Enter your password.</p></main>", "error:parse"),
        ("<main><div class='gem-c-title'><h1>Sorry</h1></div><pre>Status code: 503</pre></main>", "error:parse"),
        ("<main><div class='gem-c-title'><h1>Sorry</h1></div><pre>Status code: 410</pre></main>", "gone"),
        ("", "error:parse"),
    ],
)
def test_a_page_of_another_layout_or_an_error_page_is_refused(page: str, outcome: str) -> None:
    with pytest.raises(ParseError) as refused:
        statement(page)
    assert refused.value.outcome == outcome


def test_a_page_about_pages_not_found_is_a_statement() -> None:
    page = read("corporate_page_2026").replace(
        ">\n          Complaints procedure", ">\n          Page not found: a review"
    )
    assert statement(page).title == "Page not found: a review"


def test_a_finder_lists_its_pages_in_order() -> None:
    assert Parser().listing(read("finder_2026", "govuk_refused"), "https://www.gov.uk/search/news") == (
        Entry("https://www.gov.uk/government/speeches/harbour-lights", "Harbour lights", "2018-04-10"),
        Entry("https://www.gov.uk/government/publications/harbour-plan", "The harbour plan"),
    )


ORGANISATION = """<main id="content"><h1>Department for Harbours</h1>
<section id="featured-documents"><div class="gem-c-image-card"><div class="gem-c-image-card__text-wrapper">
<p class="gem-c-image-card__context"><time datetime="2026-11-24T09:30:00Z">24 November 2026</time> Press release</p>
<h3 class="gem-c-image-card__title"><a class="gem-c-image-card__title-link" href="/government/news/tide">Tide</a></h3>
</div></div></section>
<section id="latest-documents"><ul class="gem-c-document-list">
<li class="gem-c-document-list__item"><div class="gem-c-document-list__item-title">
<a class="govuk-link" href="/government/news/tide#full-publication-update-history">Tide</a></div></li>
<li class="gem-c-document-list__item"><div class="gem-c-document-list__item-title">
<a class="govuk-link" href="/guidance/mooring">Mooring</a></div>
<ul class="gem-c-document-list__item-metadata"><li class="gem-c-document-list__attribute">
<time datetime="2026-11-20">20 November 2026</time></li></ul>
<ul class="gem-c-document-list__children"><li class="gem-c-document-list-child">
<a class="gem-c-document-list-child__link" href="/guidance/mooring/fees">Fees</a></li></ul></li>
<li class="gem-c-document-list__item"><div class="gem-c-document-list__item-title">
<a class="govuk-link" href="/search/news-and-communications?organisations[]=harbours">See all news</a></div></li>
<li class="gem-c-document-list__item"><span>No page of its own</span></li></ul></section>
<section><div class="gem-c-image-card"><a class="gem-c-image-card__title-link" href="/government/people/ann-hale">Ann
Hale</a></div></section></main>"""


def test_an_organisations_page_lists_what_it_features_and_its_latest_pages() -> None:
    assert Parser().listing(ORGANISATION, "https://www.gov.uk/government/organisations/harbours") == (
        Entry("https://www.gov.uk/government/news/tide", "Tide", "2026-11-24T09:30:00.000Z"),
        Entry("https://www.gov.uk/guidance/mooring", "Mooring", "2026-11-20"),
        Entry("https://www.gov.uk/guidance/mooring/fees", "Fees"),
    )


def test_a_finder_without_results_lists_nothing() -> None:
    empty = (
        '<main><div class="finder-results"></div><div class="no-results">There are no matching results.</div></main>'
    )
    assert Parser().listing(empty, "https://www.gov.uk/search/all") == ()


def test_a_persons_page_lists_statements_and_not_their_offices() -> None:
    page = """<main><ul class="document-list"><li class="role_appointment document-row"><h3>
    <a href="/government/ministers/minister-for-ports">Minister</a></h3></li><li class="news_article document-row"><h3>
    <a href="/government/news/ports">Ports</a></h3><ul class="attributes"><li class="organisations">
    <a href="/government/organisations/harbours">Harbours</a></li></ul></li></ul></main>"""
    assert Parser().listing(page, "https://www.gov.uk/government/people/ann-hale") == (
        Entry("https://www.gov.uk/government/news/ports", "Ports"),
    )


def test_a_statement_is_no_listing() -> None:
    with pytest.raises(ParseError):
        Parser().listing(read("speech_2026"), URL)


def test_the_withdrawn_notice_is_no_part_of_the_text() -> None:
    page = read("press_release_withdrawn_2026")
    before, notice = page.split('<section lang="en"')
    after = notice.split("</section>", 1)[1]
    withdrawn = Withdrawal("2025-06-30T23:30:00.000Z", "This news is out of date. Read the new plan.")
    assert statement(page) == replace(statement(before + after), withdrawn=withdrawn)


def test_a_title_marked_withdrawn_says_so_without_a_notice() -> None:
    page = read("html_attachment_2026")
    marked = page.replace('gem-c-heading__text">The', 'gem-c-heading__text">[Withdrawn] The')
    assert statement(marked) == replace(statement(page), withdrawn=Withdrawal(None, ""))


def test_travel_advice_that_is_still_current_a_day_later_is_the_same_statement() -> None:
    page = read("travel_advice_2026")
    assert statement(page.replace("24 November 2026", "25 November 2026")) == statement(page)


def test_the_latest_update_of_travel_advice_is_its_note() -> None:
    at = "2026-10-02T16:20:05.000Z"
    assert statement(read("travel_advice_2026")).notes == (Note(at, "New warning about the coast of Strelsau."),)


@pytest.mark.parametrize(
    ("public", "expected"),
    [
        ("2018-04-10T15:30:00.000+01:00", "2018-04-10T14:30:00.000Z"),
        ("2018-04-09T23:30:00Z", "2018-04-09T23:30:00.000Z"),  # half past midnight in London, in summer
        ("2018-04-12T09:00:00Z", "2018-04-10T14:30:00.000Z"),  # another day than readers see: the history decides
    ],
)
def test_the_day_shown_takes_its_time_from_where_it_agrees(public: str, expected: str) -> None:
    page = read("speech_2026").replace("2018-04-10T15:30:00.000+01:00", public, 1)
    assert statement(page).updated_at == expected


def test_without_any_time_the_day_stands() -> None:
    page = read("detailed_guide_2026").replace("2020-05-12T14:00:00Z", "")
    found = statement(page)
    assert (found.published_at, found.updated_at) == ("2020-05-12", None)


def test_an_authors_summary_in_the_text_is_no_lead() -> None:
    text = "<div class='govspeak'><div class='summary'><p>Pay first.</p></div><p>Then sail.</p></div>"
    found = statement(f"<main><h1>Buoys</h1><div class='gem-c-govspeak'>{text}</div></main>")
    assert (found.lead, [block.text for block in found.body]) == (None, ["Pay first.", "Then sail."])


@pytest.mark.parametrize(
    "history",
    [
        "<dl><dt><abbr title='2014-06-02T10:30:00+01:00'>2 June</abbr></dt><dd>Fees of 1 May 2014 corrected.</dd></dl>",
        "<dl><dt>Fees of 1 May 2014 corrected.</dt><dd><abbr title='2014-06-02T10:30:00+01:00'>2 June</abbr></dd></dl>",
        "<ul><li><p>Fees of 1 May 2014 corrected.</p><abbr title='2014-06-02T10:30:00+01:00'>2 June</abbr></li></ul>",
    ],
)
def test_whitehalls_history_is_read_in_every_order_of_time_and_note(history: str) -> None:
    page = read("speech_2014")
    start, end = page.index('<section class="change-notes"'), page.index("</section>")
    found = statement(f"{page[:start]}<section class='change-notes'>{history}{page[end:]}")
    assert found.notes == (Note("2014-06-02T09:30:00.000Z", "Fees of 1 May 2014 corrected."),)


def test_a_history_that_the_footer_repeats_is_read_once() -> None:
    page = read("publication_2014")
    footer = page.index('<div class="document-footer-meta')
    found = statement(page[:footer] + "</div></div></div></body></html>")
    assert found == replace(statement(page), published_at=None)


def test_a_speech_in_another_language_keeps_its_place_its_day_and_its_government() -> None:
    page = read("speech_2026")
    welsh = page.replace("Location:", "Lleoliad:").replace("Delivered on:", "Traddodwyd ar:")
    welsh = welsh.replace("This was published under the", "Cyhoeddwyd hwn o dan y")
    assert statement(welsh) == statement(page)


@pytest.mark.parametrize("speaker", ["His Majesty the King", "Bede Marsh, Master of Pilots and Tides"])
def test_a_speaker_without_a_page_is_a_person(speaker: str) -> None:
    page = read("speech_2026").replace("The Rt Hon Ada Merrow MP</a>", f"The Rt Hon Ada Merrow MP</a> and {speaker}", 1)
    assert statement(page).people == ("The Rt Hon Ada Merrow MP", speaker)
