"""What the pages say: the log and its filters, a change, a page, two versions, evidence; and what cannot be shown."""

import re
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from monitor.errors import SlowError
from monitor.stores._reading import Reader
from monitor.stores._reading_changes import Wanted, change_page, count_changes
from tests.web.conftest import Clock, Served, served, text_of

CHANGES = 16


def shown(pages: Served, address: str) -> list[int]:
    """The changes that a page of the log lists."""
    answer = pages.client.get(address)
    assert answer.status_code == 200
    return [int(number) for number in re.findall(r'<h2>.*?href="/changes/(\d+)"', answer.text)]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [*range(CHANGES, 0, -1)]),
        ("source=rivers-speeches", [12, 11, 7]),
        ("kind=withdrawn", [8]),
        ("disclosure=announced", [15, 9, 4, 3]),
        ("signal=attachment", [10]),
        ("signal=sitewide", []),
        ("words=sits+panel", [9]),
        ("words=tide+wait+beforehand", []),
        ('words="number of cellars"', [12]),
        ("words=*", []),
        ("from=2026-11-01", [16, 15]),
        ("from=2026-04-12&to=2026-04-12", [1]),
        ("alike=5", [5]),
        ("page=6", [15, 3]),
        ("unread=1&kind=published", [2]),
        ("source=nobody", []),
    ],
)
def test_the_log_is_narrowed_by_its_address(pages: Served, query: str, ids: list[int]) -> None:
    assert shown(pages, f"/?{query}") == ids


@pytest.mark.parametrize(
    "address",
    ["/?kind=x", "/?from=yesterday", "/?to=2026-13-01", "/?before=x", "/?after=0", "/?words=" + "x" * 201, "/?alike=²",
     "/?before=99999999999999999999", "/pages?state=ill", "/changes/1?view=x", "/pages/7/compare?before=one&after=2"],
)  # fmt: skip
def test_a_parameter_that_makes_no_sense_is_told_in_a_sentence(pages: Served, address: str) -> None:
    answer = pages.client.get(address)
    assert answer.status_code == 400
    assert re.search(r"“\w+” (is|takes) .*\.", text_of(answer.text))


@pytest.mark.parametrize(
    "address",
    ["/changes/99", "/changes/99999999999999999999", "/pages/99", "/pages/7/compare?before=1&after=99", "/login",
     "/pages/7/compare", "/snapshots/none", "/nothing", "/changes/x", "/static/../app.py", "/static/%2e%2e/app.py"],
)  # fmt: skip
def test_what_is_not_there_is_said_plainly(pages: Served, address: str) -> None:
    answer = pages.client.get(address)
    assert (answer.status_code, "<h1>Not Found</h1>" in answer.text) == (404, True)


def test_pages_of_results_hold_each_change_once_in_both_directions(reader: Reader) -> None:
    every = [row["id"] for row in change_page(reader, Wanted(), 100)]
    down: list[int] = []
    while rows := change_page(reader, Wanted(), 5, before=down[-1] if down else None):
        down += [row["id"] for row in rows]
    up: list[int] = []
    while rows := change_page(reader, Wanted(), 5, after=up[0] if up else 0):
        up = [*(row["id"] for row in rows), *up]
    assert every == down == up == [*range(CHANGES, 0, -1)]
    assert count_changes(reader, Wanted(disclosure="announced")) == 4


def test_a_change_says_what_when_why_and_where_the_evidence_is(pages: Served) -> None:
    said = text_of(pages.client.get("/changes/15").text)
    for words in (
        "The publisher edited this statement and said so.",
        "The publisher’s note Corrected a spelling.",
        "Why we call it announced",
        "figure: 3.2 → 2.3",
        "version 2",
        "version 3",
        "Cite it",
        "Other changes of this page",
        f"{pages.url}/changes/15",
    ):
        assert words in said, words


def test_a_watched_quote_stands_before_all_else(pages: Served) -> None:
    said = text_of(pages.client.get("/changes/11").text)
    at = [said.index(words) for words in ("A watched quote was altered.", "The publisher edited", "What changed")]
    assert at == sorted(at)
    assert "quote altered Minister speaks to the lock keepers" in text_of(pages.client.get("/").text)


def test_the_redline_stands_in_its_text_with_what_stayed_folded(pages: Served) -> None:
    page = pages.client.get("/changes/1").text
    assert re.search(r"up to <del>£1\.5</del>\s*<ins>£15</ins> million, and must match", page)
    assert re.search(r"<summary>\d+ unchanged paragraphs</summary>", page)
    assert 'class="block heading level2" dir="auto">What the fund pays for<' in page
    side = pages.client.get("/changes/1?view=side").text
    assert re.search(r"up to <del>£1\.5</del> million", side) and re.search(r"up to <ins>£15</ins> million", side)


def test_a_page_shows_its_time_its_gaps_and_both_histories(pages: Served) -> None:
    page = pages.client.get("/pages/7").text
    assert page.count('class="point silent"') == 4
    assert page.count('class="point announced"') == 2
    assert page.count('class="gap"') == 1
    said = text_of(page)
    assert "Corrected the largest sum. no longer shown" in said
    assert "First published. before we watched" in said
    assert "They say:" in page and said.count("nothing") == 4


def test_any_two_versions_are_compared(pages: Served) -> None:
    said = text_of(pages.client.get("/pages/7/compare?before=1&after=7").text)
    assert "edited, announced" in said and "must → should" in said
    assert "equal" in text_of(pages.client.get("/pages/7/compare?before=2&after=2").text)
    assert "the later one stands before" in text_of(pages.client.get("/pages/7/compare?before=7&after=1").text)


@pytest.mark.parametrize(
    ("state", "titles"),
    [
        ("failing", ["Eel survey 2025"]),
        ("blocked", ["Minister speaks to the lock keepers"]),
        ("removed", ["Mooring fees stay as they are"]),
        ("moved", []),
        ("unwatched", []),
        ("robots", []),
    ],
)
def test_pages_are_found_by_their_state(pages: Served, state: str, titles: list[str]) -> None:
    page = pages.client.get(f"/pages?state={state}").text
    assert re.findall(r"<h2><a [^>]*>([^<]*)", page) == titles


def test_a_snapshot_is_a_download_of_text_that_nothing_runs(pages: Served) -> None:
    (name,) = set(re.findall(r"/snapshots/([0-9a-f]{64})", pages.client.get("/changes/2").text))
    answer = pages.client.get(f"/snapshots/{name}")
    assert sha256(answer.content).hexdigest() == name
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.txt"'
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_database_that_is_gone_or_damaged_is_said_without_our_insides(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    for content in (None, b"this is no database, but long enough to be looked at" * 100):
        if content:
            path.write_bytes(content)
        with served(path, Clock()) as found:
            answer = found.client.get("/")
            assert answer.status_code == 503
            assert "Traceback" not in answer.text and str(tmp_path) not in answer.text


def test_a_reader_in_a_hurry_is_told_when_a_question_takes_too_long(told: Path) -> None:
    reader = Reader.open(told, timedelta(0))
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with closing(reader), pytest.raises(SlowError):
        reader.ask(endless)
