"""GOV.UK's real pages, where they lie: each parses or is refused as it should be, and says what its source says."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ParseError
from monitor.html import blocks, decode, fold, tree
from monitor.models import Statement, Withdrawal
from monitor.parsers.govuk import Parser

ROOT = Path(__file__).parent.parent
CORPUS = Path(os.environ.get("MONITOR_CORPUS", ROOT.parent / "shared" / "corpus"))
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the corpus of real pages is not at {CORPUS}")

METADATA = {"url", "parser", "publishers", "people", "government", "translations", "language", "keeps_history"}
# Pages whose templates rendered nothing into <main>: of these types, the corpus has no page with its text.
EMPTY = re.compile(r"^(?:fatality_notice|help_page|working_group)")
SHOWN_DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")


def pages(pattern: str) -> list[Path]:
    return sorted(CORPUS.glob(pattern))


def parsed(page: Path, url: str = "https://www.gov.uk/page") -> Statement:
    html, _ = decode(page.read_bytes(), "text/html; charset=utf-8")
    return Parser().statement(html, url)


def outcome(page: Path) -> str:
    """`ok`, or the outcome the page is refused with."""
    try:
        parsed(page)
    except ParseError as refused:
        return refused.outcome
    return "ok"


def differing(before: Statement, after: Statement) -> set[str]:
    """The fields that differ, metadata left out."""
    names = {field.name for field in fields(Statement)} - METADATA
    return {name for name in names if getattr(before, name) != getattr(after, name)}


# --- each page parses, or is refused as it should be -----------------------------------------------------------------


def outcomes(pattern: str) -> dict[str, int]:
    return dict(Counter(outcome(page) for page in pages(pattern)))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("govuk_main_by_type/*.html", {"ok"}),
        ("govuk_main_withdrawn/*.html", {"ok"}),
        ("govuk_main_html_attachment/*.html", {"ok"}),
        ("govuk_main_history_mode/*.html", {"ok"}),
        ("govuk_full_2020_daily/uk/*.html", {"ok"}),
        ("govuk_rendered_noise_pairs/*/*.html", {"ok"}),
        ("govuk_main_finder_browse/*.html", {"error:parse"}),
        ("govuk_rendered_2026/gone__*.html", {"gone"}),
        ("govuk_main_404_410/government-news-*.html", {"gone"}),
    ],
)
def test_every_page_of_a_kind_has_the_same_outcome(pattern: str, expected: set[str]) -> None:
    assert set(outcomes(pattern)) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("govuk_rendered_2026/*.html", {"ok", "gone", "error:empty"}),
        ("govuk_rendered_edition_pairs/*/*.html", {"ok", "error:empty"}),
    ],
)
def test_only_pages_rendered_without_a_text_are_empty(pattern: str, expected: set[str]) -> None:
    found = {page: outcome(page) for page in pages(pattern)}
    empty = {page for page, said in found.items() if said == "error:empty"}
    assert empty == {page for page in found if EMPTY.match(page.name) or EMPTY.match(page.parent.name)}
    assert set(found.values()) == expected


def test_organisations_and_services_are_lists_while_their_pages_are_statements() -> None:
    lists = {page.name for page in pages("govuk_full_2023_httrack/*.html") if outcome(page) != "ok"}
    assert all(name.endswith(("-contact.html", "-services-information.html")) for name in lists)
    assert {outcome(page) for page in pages("govuk_main_org_people/*-about-*.html")} == {"ok"}
    assert {outcome(page) for page in pages("govuk_main_org_people/*-limited.html")} == {"error:parse"}


@pytest.mark.parametrize("pattern", ["govuk_versions_main/*/*.html", "govuk_pairs_*/*/*.html"])
def test_successive_versions_parse_but_for_404_bodies_and_organisations(pattern: str) -> None:
    for page in pages(pattern):
        body = page.read_text(errors="replace")
        other = "gone" if "Status code: 4" in body else "error:parse" if "organisation__section-wrap" in body else "ok"
        assert outcome(page) == other, page


# --- what a page shows is what we have -------------------------------------------------------------------------------


def main_pages() -> list[Path]:
    return [
        page for folder in ("by_type", "withdrawn", "html_attachment") for page in pages(f"govuk_main_{folder}/*.html")
    ]


def shown(page: Path, selector: str) -> list[str]:
    html, _ = decode(page.read_bytes(), "text/html; charset=utf-8")
    return [fold(node.text(separator=" ")) for node in tree(html).css(selector)]


@pytest.mark.parametrize("page", main_pages(), ids=lambda page: page.stem[-60:])
def test_title_type_dates_and_history_are_those_shown(page: Path) -> None:
    found = parsed(page)
    assert found.title in (title.removeprefix("[Withdrawn] ") for title in shown(page, "h1"))
    assert bool(found.withdrawn) == bool(shown(page, ".gem-c-notice time")) or found.withdrawn == Withdrawal(None, "")
    assert found.document_type in shown(page, ".gem-c-title__context")
    assert found.body or found.attachments
    items = shown(page, ".app-c-published-dates__change-item")
    assert len(found.notes) == len(items) or "foreign-travel-advice" in page.name
    dates = shown(page, ".app-c-published-dates, .publication-header__last-changed, .gem-c-metadata__definition")
    has_day = any(SHOWN_DAY.search(words) for words in dates)
    assert bool(found.published_at or found.updated_at) == has_day
    assert found.keeps_history == has_day


def silent_pairs() -> Iterator[tuple[Path, dict[str, Any]]]:
    for label in pages("govuk_pairs_silent/*/label.json"):
        yield label.parent, json.loads(label.read_text())


def test_every_silent_edit_shows_in_some_field() -> None:
    missed = []
    for pair, label in silent_pairs():
        sides = pair / "before.html", pair / "after.html"
        if {outcome(side) for side in sides} == {"ok"} and not differing(*map(parsed, sides)):
            missed.append((pair.name, label["word_diff"]))
    assert missed == []


def test_markup_that_changes_alone_is_no_change_of_the_statement() -> None:
    pairs = [(page, page.with_name("after.html")) for page in pages("govuk_pairs_noise_markup/*/before.html")]
    rendered = CORPUS / "govuk_rendered_2026"
    pairs += [(rendered / f"{page.parent.name}.html", page) for page in pages("govuk_rendered_noise_pairs/*/*.html")]
    assert len(pairs) > 30
    assert {after: fields for before, after in pairs if (fields := differing(parsed(before), parsed(after)))} == {}


def test_equal_essence_means_an_equal_statement_on_real_pages() -> None:
    seen: dict[bytes, Statement] = {}
    for page in pages("govuk_rendered_noise_pairs/*/*.html") + pages("govuk_rendered_2026/*.html"):
        essence = Parser().essence(page.read_bytes())
        if essence is not None and outcome(page) == "ok":
            assert seen.setdefault(essence, parsed(page)) == parsed(page)
    assert len(seen) < len(pages("govuk_rendered_noise_pairs/*/*.html") + pages("govuk_rendered_2026/*.html"))


# --- against the publisher's own data --------------------------------------------------------------------------------


def sources() -> Iterator[tuple[Statement, dict[str, Any]]]:
    """Each statement rendered from an official example, with the example."""
    for page in pages("govuk_rendered_2026/*.html"):
        kind, name = page.stem.split("__")
        source = json.loads((CORPUS / "govuk_content_api_examples" / kind / f"{name}.json").read_text())
        if outcome(page) == "ok":
            yield parsed(page, f"https://www.gov.uk{source['base_path']}"), source


def plain(html: str) -> str:
    node = tree(f"<main>{html}</main>").css("main")[0]
    return " ".join(block.text for block in blocks(node, ""))


def withdrawn(source: dict[str, Any]) -> tuple[str, str] | None:
    notice = source.get("withdrawn_notice") or {}
    return (notice["withdrawn_at"][:10], plain(notice["explanation"])) if notice else None


def test_fields_equal_the_publishers_data() -> None:
    for found, source in sources():
        details, links = source["details"], source.get("links", {})
        said = found.withdrawn
        assert found.title == fold(source["title"])
        assert found.lead in (None, fold(source.get("description") or ""))
        assert (said and ((said.at or "")[:10], said.explanation)) == withdrawn(source)
        assert found.delivered_on == ((details.get("delivered_on") or "")[:10] or None)
        assert found.location == (details.get("location") or None)
        assert found.language == source["locale"]
        history = {fold(change["note"]) for change in details.get("change_history") or []}
        history.add(fold(details.get("change_description") or "").removeprefix("Latest update: "))
        assert {note.text for note in found.notes} <= history
        names = [body["title"] for kind in ("organisations", "worldwide_organisations") for body in links.get(kind, [])]
        assert {name.replace("&", "and") for name in found.publishers} <= {name.replace("&", "and") for name in names}


def test_no_character_of_the_body_is_lost() -> None:
    for found, source in sources():
        body = source["details"].get("body") or ""
        html = (
            body if isinstance(body, str) else next(part["content"] for part in body if "html" in part["content_type"])
        )
        if "attachment embedded" not in html:  # whose boilerplate is left out on purpose
            words = "".join(block.text for block in found.body)
            assert plain(html).replace(" ", "") in words.replace(" ", ""), source["base_path"]
