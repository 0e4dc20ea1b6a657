"""Which channels are told of a change, and in what words the others are not."""

from dataclasses import replace
from typing import Any

import pytest

from monitor import routes
from monitor._compare_brief import compare_briefly
from monitor.compare import compare
from monitor.models import (
    Attachment,
    Block,
    BlockKind,
    Comparison,
    Disclosure,
    Filter,
    Kind,
    Link,
    Signal,
    SignalName,
    Source,
    Statement,
    Verdict,
)

SOURCE = Source("rivers", channels=("desk",))
VERDICT = Verdict(Disclosure.ANNOUNCED, (), (Signal(SignalName.DATE), Signal(SignalName.FIGURE)))


def page(*paragraphs: str, **fields: Any) -> Statement:
    blocks = (Block(BlockKind.HEADING, "Harbour dues", 2), *(Block(BlockKind.PARAGRAPH, text) for text in paragraphs))
    return replace(Statement("https://example.org/1", "Ports in winter", "test-1", body=blocks), **fields)


FILLER = "Harbour masters should write to the department before they apply for any of it."


def edit(before: str, after: str, **fields: Any) -> routes.Subject:
    sides = page(FILLER, before), page(FILLER, after, **fields)
    return routes.Subject(Kind.EDITED, VERDICT, compare(*sides), *sides)


def told_by(change: routes.Subject, term: str) -> tuple[str, ...]:
    """The keys of `only` by which a channel takes the change."""
    asked = {"added": Filter(added=(term,)), "removed": Filter(removed=(term,)), "words": Filter(words=(term,))}
    return tuple(key for key, filter_ in asked.items() if refusal(filter_, change) is None)


def refusal(filter_: Filter, change: routes.Subject) -> str | None:
    return routes.refusal("desk", filter_, SOURCE, change)


EDIT = edit("The fund pays £5 million.", "The fund pays £15 million.", document_type="News story", publishers=("DfT",))


@pytest.mark.parametrize(
    ("filter_", "reason"),
    [
        (Filter(), None),
        (Filter(("rivers",), (Kind.EDITED,), (Disclosure.ANNOUNCED,), (SignalName.FIGURE,)), None),
        (Filter(document_types=("speech", "news_story"), publishers=("Home Office", "dft")), None),
        (Filter(sources=("roads", "rails")), 'source "rivers" is none of roads, rails'),
        (Filter(kinds=(Kind.PUBLISHED, Kind.REMOVED)), 'kind "edited" is none of published, removed'),
        (Filter(disclosures=(Disclosure.SILENT,)), 'disclosure "announced" is none of silent'),
        (Filter(signals=(SignalName.NAME,)), "of its signals (date, figure) none is name"),
        (Filter(document_types=("speech",)), 'document type "News story" is none of speech'),
        (Filter(publishers=("Home Office",)), 'publisher "DfT" is none of Home Office'),
        (Filter(words=("oil", "gas")), "oil, gas: not in what was edited, nor round it"),
        (Filter(added=("£5 million",)), "£5 million: not in what was added"),
        (Filter(removed=("£15 million",)), "£15 million: not in what was removed"),
        (Filter(kinds=(Kind.REMOVED,), words=("oil",)), 'kind "edited" is none of removed'),
    ],
)
def test_the_first_condition_that_refuses_is_told(filter_: Filter, reason: str | None) -> None:
    assert refusal(filter_, EDIT) == reason


def test_what_a_change_lacks_is_told_as_such() -> None:
    removed = routes.Subject(Kind.REMOVED, before=page("Words."))
    assert refusal(Filter(disclosures=(Disclosure.SILENT,)), removed) == "it has no disclosure, so it is none of silent"
    assert refusal(Filter(signals=(SignalName.DATE,)), removed) == "it has no signal"
    assert refusal(Filter(document_types=("speech",)), removed) == "it has no document type, so it is none of speech"
    assert refusal(Filter(publishers=("DfT",)), removed) == "it has no publisher, so it is none of DfT"


def test_a_source_must_name_the_channel_and_nobody_hears_of_a_new_parser() -> None:
    assert routes.refusal("other", Filter(), SOURCE, EDIT) == 'source "rivers" does not name it'
    reparsed = "our parser changed, not the page: nobody is told"
    assert refusal(Filter(), replace(EDIT, kind=Kind.REPARSED)) == reparsed


@pytest.mark.parametrize(
    ("before", "after", "term", "where"),
    [
        ("It covers tea.", "It covers tea and oil.", "oil", "added words"),
        ("It covers tea and oil.", "It covers tea.", "oil", "removed words"),
        ("It covers oil and tea.", "It covers oil and gas.", "oil", "words"),
        ("It covers tea.", "It covers gas.", "harbour DUES", "words"),  # the heading above
        ("It covers tea.", "It covers gas.", "winter", "words"),  # the title
        ("It covers tea.", "It covers gas.", "masters", ""),  # another paragraph
        ("It covers tea.", "It covers oil.", "Oil", "added words"),
        ("It covers tea.", "It covers oils.", "oil", ""),
        ("It covers tea.", "It covers the Côte d’Ivoire.", "cote d'ivoire", "added words"),
        ("It covers tea.", "It covers the Cote d'Ivoire.", "Côte d’Ivoire", "added words"),
        ("On export rules.", "On export controls.", "export controls", "added words"),
        ("On export and import controls.", "On export controls.", "export controls", "added words"),
        ("On export controls.", "On export and import controls.", "export controls", "removed words"),
        ("On export controls.", "On all export controls.", "export controls", "words"),
        ("It pays £5.", "It pays £5.2 million.", "£5", "removed words"),
        ("It pays £1,500.", "It pays £500.", "500", "added words"),
        ("Talks with France.", "Talks with the U.S. end.", "U.S.", "added words"),
        ("新茶叶措施", "新制裁措施", "制裁", "added words"),
        ("It covers tea.", "It covers oil\u00ad.", "oil", "added words"),
        ("It covers tea.", "It covers £3.5 million.", "/£[0-9.]+ (million|bn)/", "added words"),
        ("It covers tea.", "It covers oil.", "/OIL/", ""),
        ("It covers tea.", "It covers oil.", "/(?i)OIL/", "added words"),
    ],
)
def test_words_are_whole_words_whatever_their_case_and_accents(before: str, after: str, term: str, where: str) -> None:
    assert " ".join(told_by(edit(before, after), term)) == where


def test_links_dates_and_every_field_of_the_redline_are_text() -> None:
    old, new = page("Words."), page("Words.", updated_at="2026-11-24", attachments=(Attachment("Tariff", "/t.pdf"),))
    linked = replace(new, body=(replace(new.body[1], links=(Link("Words", "https://example.org/tariff"),)),))
    change = routes.Subject(Kind.EDITED, VERDICT, compare(old, linked), old, linked)
    for term in ("tariff", "2026-11-24", "/example.org/"):
        assert refusal(Filter(added=(term,)), change) is None


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Kind.PUBLISHED, ("added", "words")),
        (Kind.RESTORED, ("added", "words")),
        (Kind.REMOVED, ("removed", "words")),
        (Kind.MOVED, ("words",)),
        (Kind.WITHDRAWN, ("words",)),
    ],
)
def test_a_page_that_comes_or_goes_does_so_with_all_its_words(kind: Kind, told: tuple[str, ...]) -> None:
    text = page("It covers oil.")
    change = routes.Subject(kind, None, Comparison(), None if kind is Kind.PUBLISHED else text, text)
    change = replace(change, after=None) if kind is Kind.REMOVED else change
    assert told_by(change, "oil") == told


def test_where_too_much_differs_all_the_text_counts() -> None:
    old, new = page(*("tea " * 300 for _ in range(300))), page(*("gas " * 300 for _ in range(300)), "At last: oil.")
    comparison = compare_briefly(old, new)
    assert "oil" not in repr(comparison)
    change = routes.Subject(Kind.EDITED, VERDICT, comparison, old, new)
    assert refusal(Filter(added=("oil",)), change) is None
    assert refusal(Filter(removed=("oil",)), change) == "oil: not in what was removed"


def test_expressions_are_left_open_until_they_can_be_matched() -> None:
    asked = Filter(kinds=(Kind.EDITED,), words=("oil",), added=("tea", "/gas/"))
    assert routes.has_patterns(asked)
    assert routes.without_patterns(asked) == Filter(kinds=(Kind.EDITED,), words=("oil",))
    assert not routes.has_patterns(routes.without_patterns(asked))


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("/(a+)+$/", "expected no repetition inside a repetition, such as (a+)+: it can take for ever"),
        ("/(oil/", "expected a regular expression: missing ), unterminated subpattern at position 0"),
        ("\u00ad", "expected a word or a phrase"),
        ("/" + 501 * "a" + "/", "expected at most 500 characters"),
    ],
)
def test_a_term_that_cannot_be_used_is_refused(term: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"^expected") as caught:
        routes.lint(term)
    assert str(caught.value) == words
