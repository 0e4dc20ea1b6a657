"""Any publisher's page, read by selectors from the configuration."""

from dataclasses import replace

import pytest

from monitor.errors import ParseError
from monitor.models import Block, BlockKind, Entry, Link, Note, Statement
from monitor.parsers.css import Parser

URL = "https://sluices.example/news/lock-gates"

PAGE = """<!doctype html><html><head><title>Sluices</title><meta name="date" content="2026-11-20T09:30:00+01:00"></head>
<body><h1> New lock
gates </h1><p class="intro">Opened today.</p>
<p class="updated">Last updated on 24 November 2026</p>
<article><h2>Works</h2><p>Gates of <a href="../oak">oak</a>.</p><div class="more"><p>Open at noon.</p></div></article>
<ul class="log"><li><time datetime="2026-11-24T10:00Z">24 November</time>: Corrected the hour.</li>
<li>20 November 2026 First published.</li></ul>
<nav><a href="/news/a?utm_source=x#top">A</a><a href="b">B</a><a href="mailto:x@y">Mail</a><a href="/news/a">A</a></nav>
</body></html>"""

PARSER = Parser(
    title="h1",
    body="article, article .more",
    lead=".intro",
    published_at="meta[name=date]",
    updated_at=".updated",
    notes=".log li",
    links="nav",
)


def test_every_field_is_read_where_its_selector_says() -> None:
    assert PARSER.statement(PAGE, URL) == Statement(
        URL,
        "New lock gates",
        PARSER.identity,
        lead="Opened today.",
        published_at="2026-11-20T08:30:00.000Z",
        updated_at="2026-11-24",
        notes=(Note("2026-11-24T10:00:00.000Z", "Corrected the hour."), Note("2026-11-20", "First published.")),
        body=(
            Block(BlockKind.HEADING, "Works", 2),
            Block(BlockKind.PARAGRAPH, "Gates of oak.", 0, (Link("oak", "https://sluices.example/oak"),)),
            Block(BlockKind.PARAGRAPH, "Open at noon."),
        ),
        keeps_history=True,
    )


def test_a_field_without_a_selector_is_absent() -> None:
    parser = Parser(title="h1", body="article")
    bare = replace(PARSER.statement(PAGE, URL), parser=parser.identity, lead=None, notes=(), keeps_history=False)
    assert parser.statement(PAGE, URL) == replace(bare, published_at=None, updated_at=None)


def test_notes_that_run_from_old_to_new_are_turned_round() -> None:
    page = "<h1>T</h1><article>x</article><ul class=log><li>1 May 2026 First.</li><li>2 May 2026 Second.</li></ul>"
    assert PARSER.statement(page, URL).notes == (Note("2026-05-02", "Second."), Note("2026-05-01", "First."))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00.000Z"),
        ("2026-11-24 10:00", "2026-11-24"),
        ("Published: 4th November 2026 at noon", "2026-11-04"),
        ("November 4, 2026", "2026-11-04"),
        ("Sept. 4, 2026", "2026-09-04"),
        ("4 Sep 2026", "2026-09-04"),
        ("04.09.2026", "2026-09-04"),
        ("03/04/2026", None),
        ("yesterday", None),
        ("32 May 2026", None),
    ],
)
def test_a_time_in_words_is_read_where_it_can_only_mean_one(words: str, expected: str | None) -> None:
    page = f"<h1>T</h1><article>x</article><p class=updated>{words}</p>"
    assert PARSER.statement(page, URL).updated_at == expected


@pytest.mark.parametrize(
    ("parser", "reason"),
    [
        (Parser(title="h3", body="article"), "title: h3 finds nothing"),
        (Parser(title="h1", body="main"), "body: main finds nothing"),
        (Parser(title="h1", body={"selector": "p", "expect": 2}), "body: p finds 4 elements, not 2"),
        (
            Parser(title="h1", body="article", notes={"selector": "ol li", "expect": 1}),
            "notes: ol li finds 0 elements, not 1",
        ),
    ],
)
def test_a_redesign_is_an_error_and_never_an_edit(parser: Parser, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parser.statement(PAGE, URL)


def test_a_body_without_words_is_empty() -> None:
    with pytest.raises(ParseError) as caught:
        PARSER.statement("<h1>T</h1><article> </article>", URL)
    assert caught.value.outcome == "error:empty"


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"title": "h1[", "body": "p"}, 'title: "h1\\[" is no CSS selector'),
        ({"title": "h1", "body": ""}, 'body: "" is no CSS selector'),
        ({"title": "h1", "body": {"selector": "p >>", "expect": 1}}, 'body: "p >>" is no CSS selector'),
        ({"title": "h1", "body": {"expect": 1}}, "body: expected a selector"),
        ({"title": "h1", "body": {"selector": "p", "count": 1}}, "body: expected a selector"),
    ],
)
def test_a_selector_that_is_none_is_refused_with_its_key(settings: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Parser(**settings)  # type: ignore[arg-type]


def test_links_name_the_pages_of_a_listing_once_each() -> None:
    assert PARSER.listing(PAGE, URL) == (
        Entry("https://sluices.example/news/a", "A"),
        Entry("https://sluices.example/news/b", "B"),
    )


def test_links_may_be_the_links_themselves() -> None:
    parser = Parser(title="h1", body="p", links="nav a[href^=b]")
    assert parser.listing(PAGE, URL) == (Entry("https://sluices.example/news/b", "B"),)


@pytest.mark.parametrize("links", [None, "aside a"])
def test_a_listing_that_names_nothing_is_none(links: str | None) -> None:
    with pytest.raises(ParseError):
        Parser(title="h1", body="p", links=links).listing(PAGE, URL)


def test_other_selectors_are_another_parser() -> None:
    identities = {parser.identity for parser in (PARSER, replace(PARSER, body="main"), replace(PARSER, notes=None))}
    assert len(identities) == 3
    assert all(identity.startswith("css-2-") for identity in identities)


def test_pages_of_equal_essence_read_alike() -> None:
    other = PAGE.replace("<body>", "<body><script>track()</script>")
    assert PARSER.essence(other.encode()) == PARSER.essence(PAGE.encode())
    assert PARSER.statement(other, URL) == PARSER.statement(PAGE, URL)
