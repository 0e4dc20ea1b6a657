"""Pages read for a person: by the parser of their address, with nothing guessed."""

from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import saved
from monitor.config import Config
from monitor.errors import UsageError
from monitor.models import Block, BlockKind, Http, Note, Outcome, ParserSettings, Source, Statement, Withdrawal
from tests import loop
from tests.servers import HANG, html, serving

CSS = ParserSettings("css", (("body", "article"), ("title", "h1")))
FEED = ParserSettings("feed")
SLUICES = "https://sluices.example/news/gates"
LISTED = "https://listed.example/news.atom"
CONFIG = Config(
    Path("config"),
    Path("state/monitor.db"),
    Http(deadline=timedelta(seconds=0.3), allow=("127.0.0.1",)),
    {},
    (
        Source("sluices", pages=(SLUICES,), parser=CSS),
        Source("wholly", pages=("https://sluices.example/feed",), parser=FEED),
        Source("listed", listing=LISTED, parser=FEED),
    ),
)
PAGE = "<html><title>Gates</title><h1>Gates</h1><article><p>Open at {hour}.</p></article></html>"
GONE = "<html><title>Page not found</title><h1>Page not found</h1></html>"


def done(work: Coroutine[Any, Any, Any]) -> Any:
    return loop.run(work)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (SLUICES, CSS),
        ("http://SLUICES.example/news/gates/#top", CSS),
        ("https://sluices.example/feed", FEED),
        ("https://sluices.example/another", CSS),
        ("https://listed.example/news/one", FEED),
        ("https://www.gov.uk/government/news/one", ParserSettings("govuk")),
        ("", ParserSettings("govuk")),
        ("page.html", ParserSettings("govuk")),
    ],
)
def test_a_page_is_read_by_the_parser_that_watches_it_or_its_host(url: str, expected: ParserSettings) -> None:
    assert saved.parser_of(url, CONFIG) == expected
    assert saved.parser_of(url, None) == ParserSettings("govuk")


def test_a_file_is_read_as_the_page_it_came_from(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE.format(hour="six"), encoding="utf-8")
    reading = done(saved.read(str(tmp_path / "a.html"), SLUICES, CONFIG))
    assert (reading.statement.url, reading.statement.title) == (SLUICES, "Gates")
    assert reading.statement.body == (Block(BlockKind.PARAGRAPH, "Open at six."),)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.html: cannot be read: No such file"):
        done(saved.read(str(tmp_path / "none.html"), None, None))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (html(PAGE.format(hour="six")), Outcome.PARSE),  # read as GOV.UK, which it is not
        (html("", "404 Not Found"), Outcome.GONE),
        (HANG, Outcome.TIMEOUT),
    ],
)
def test_an_address_that_has_no_statement_gives_its_outcome(answer: bytes, expected: Outcome) -> None:
    async def story() -> Any:
        async with serving(answer) as server:
            return await saved.read(f"{server.url}/a", None, CONFIG)

    reading = done(story())
    assert (reading.statement, reading.outcome, bool(reading.detail)) == (None, expected, True)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (PAGE.format(hour="six"), PAGE.format(hour="six"), ("unchanged", None, [], 0, 0)),
        (PAGE.format(hour="six"), PAGE.format(hour="seven"), ("edited", "indeterminate", ["body"], 1, 1)),
        (PAGE.format(hour="six"), GONE, ("gone", None, [], 0, 0)),
        (GONE, PAGE.format(hour="six"), ("gone", None, [], 0, 0)),
        (PAGE.format(hour="six"), "", ("error:empty", None, [], 0, 0)),
    ],
)
def test_two_saved_pages_are_compared_or_one_is_none(
    tmp_path: Path, before: str, after: str, expected: tuple[Any, ...]
) -> None:
    for name, text in (("before.html", before), ("after.html", after)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    row, _ = done(saved.compare(str(tmp_path / "before.html"), str(tmp_path / "after.html"), SLUICES, CONFIG))
    assert tuple(row[key] for key in ("kind", "disclosure", "fields", "words_added", "words_removed")) == expected


def test_what_a_page_does_not_say_is_null() -> None:
    row = saved.statement_row(Statement("", "Gates", "css-1"))
    told = {"title": "Gates", "parser": "css-1"}
    lists = ("publishers", "people", "notes", "body", "attachments", "translations")
    assert {key: value for key, value in row.items() if value is not None} == told | dict.fromkeys(lists, ())
    assert "keeps_history" not in row


def test_a_statement_as_text_shows_its_fields_and_then_its_body() -> None:
    statement = Statement(
        SLUICES,
        "Gates",
        "css-1",
        publishers=("Department of Sluices",),
        notes=(Note("2026-03-01", "Hours added."), Note(None, "First published.")),
        withdrawn=Withdrawal("2026-04-01", "See the charts."),
        body=(
            Block(BlockKind.HEADING, "Hours", 2),
            Block(BlockKind.LIST_ITEM, "At six", 1),
            Block(BlockKind.QUOTATION, "At last."),
        ),
    )
    assert saved.statement_text(statement).splitlines() == [
        "Gates",
        f"url: {SLUICES}",
        "parser: css-1",
        "publishers: Department of Sluices",
        "withdrawn: 2026-04-01  See the charts.",
        "notes:",
        "  2026-03-01  Hours added.",
        "  ?  First published.",
        "",
        "",
        "## Hours",
        "  - At six",
        "> At last.",
    ]
