"""What search, sources, status and insights say, and how charts and figures are told."""

import json
import re
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from monitor import health
from monitor.models import AlertState, Settlement
from monitor.stores._reading import Reader
from monitor.stores.sqlite import Store
from monitor.web import _charts, _words
from monitor.web.insights import counted
from screenshots import story
from tests.web.conftest import Clock, Served, served, text_of


def said(pages: Served, address: str) -> str:
    answer = pages.client.get(address)
    assert answer.status_code == 200, answer.text
    return text_of(answer.text)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 -- what we wrote


# --- search ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("see `monitor history <b>` for <i>", "see <code>monitor history &lt;b&gt;</code> for &lt;i&gt;"),
        ("one ` alone <i>", "one ` alone &lt;i&gt;"),
        ("turned \u202e`round\u202c\x1b[31m`", "turned <code>round [31m</code>"),
        ("turned \u202eround", "turned round"),
        ("", ""),
    ],
)
def test_commands_in_words_are_marked_and_nothing_else_is_markup(words: str, shown: str) -> None:
    assert str(_words.commands(words)) == shown


def test_what_is_found_is_marked_in_its_words(pages: Served) -> None:
    html = pages.client.get("/search", params={"q": "harbour"}).text
    assert re.search(r'<p class="snippet" dir="auto">.*<mark>[Hh]arbour', html)
    assert "on the page now" in text_of(html)


@pytest.mark.parametrize("how", ["words", "sentence"])
@pytest.mark.parametrize(
    "typed", ["", '"', "<script>alert(1)</script>", "AND OR NOT", "NEAR(", "é ☃ \u202e", "*", "x" * 999]
)
def test_any_words_may_be_searched_for(pages: Served, typed: str, how: str) -> None:
    answer = pages.client.get("/search", params={"q": typed, "how": how})
    assert answer.status_code == 200
    assert "<script" not in answer.text


def test_a_sentence_is_told_with_when_it_came_and_went(pages: Served, reader: Reader) -> None:
    change = reader.change(12)
    assert change
    came = max((block.after.text for block in change.comparison.blocks if block.after), key=len)
    answer = pages.client.get("/search", params={"how": "sentence", "q": came})
    assert re.search(r"between .* and .* \( change 12 \)", text_of(answer.text))


# --- sources and status ----------------------------------------------------------------------------------------------


def test_sources_say_how_late_looks_are_and_how_closely_edits_are_dated(pages: Served) -> None:
    told = said(pages, "/sources")
    assert all(source.name in told for source in story.SOURCES)
    assert "No gap of more than two intervals" in told


def test_the_status_says_what_the_command_says(pages: Served, reader: Reader) -> None:
    standing = health.standing(reader, pages.site.config, pages.site.clock())
    needs, told = health.needs_a_person(standing), said(pages, "/status")
    assert needs
    assert all("".join(words.replace("`", "").split()) in "".join(told.split()) for words in needs)
    answer = pages.client.get("/api/status").json()
    assert answer["needs_a_person"] == needs
    assert {name: answer[name] for name in ("pages", "due", "failing")} == {
        name: standing[name] for name in ("pages", "due", "failing")
    }


def test_given_up_alerts_can_be_sent_again_where_that_can_be_done(store: Store) -> None:
    at = story.ENDS + timedelta(days=1)
    store.redeliver(None, at)
    for alert in store.claim_alerts(at, 100, timedelta(minutes=5), patient=False):
        store.settle_alert(alert.id, Settlement(AlertState.FAILED, "550 no such user"), at)
    with served(store.path, Clock(), store, token="a token of some length") as pages:
        html = pages.client.get("/status", headers={"authorization": "Bearer a token of some length"}).text
        assert '<form method="post" action="/redeliver"' in html
    with served(store.path, Clock()) as pages:
        told = said(pages, "/status")
        assert "550 no such user" in told
        assert "monitor redeliver" in told


def test_an_empty_database_has_empty_pages(tmp_path: Path) -> None:
    Store.open(tmp_path / "monitor.db").close()
    with served(tmp_path / "monitor.db", Clock()) as pages:
        assert "No edit was detected" in said(pages, "/insights")
        assert "We saw no publication" in said(pages, "/insights")
        assert "No source yet" in said(pages, "/sources")
        assert "Pages that cannot be read None." in said(pages, "/status")
        for address in ("/feeds/all.atom", "/api/changes", "/changes.csv", "/metrics", "/api/sources", "/search.csv"):
            assert pages.client.get(address).status_code == 200


# --- insights --------------------------------------------------------------------------------------------------------


def test_insights_have_each_figure_in_a_table_too(pages: Served) -> None:
    html = pages.client.get("/insights?weeks=20").text
    charts = re.findall(r"<svg class=\"chart\".*?</svg>", html, re.DOTALL)
    assert len(charts) == 2
    assert html.count("<caption>") == 3
    for chart in charts:
        root = parsed(chart)
        title, description = (root.find("{*}" + tag) for tag in ("title", "desc"))
        assert title is not None and description is not None
        assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        assert description.text
        assert "style=" not in chart


def test_charts_say_what_their_shapes_show() -> None:
    made = str(_charts.stacked("c", "Title", "Words", ("a & b", "c"), [("<one>", [3, 0]), ("two", [1, 2])]))
    texts = [text.text for text in parsed(made).findall(".//{*}text")]
    assert texts == ["a & b", "c", "<one>", "3", "two", "3"]
    columns = str(_charts.columns("d", "Title", "Words", [("2 Nov", 0), ("9 Nov", 7)]))
    assert [text.text for text in parsed(columns).findall(".//{*}text")] == ["0", "2 Nov", "7", "9 Nov"]


def test_each_wait_counts_once_under_its_length() -> None:
    waits = [timedelta(minutes=59), timedelta(hours=1), timedelta(hours=2), timedelta(days=30), None]
    assert json.loads(json.dumps(counted(waits))) == {
        "within an hour": 2,
        "within a day": 1,
        "within a week": 0,
        "within four weeks": 0,
        "later": 1,
        "not yet": 1,
    }


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(3, 4, "3 of 4"), (19, 20, "95 %"), (0, 500, "0 %"), (1, 500, "0.2 %"), (499, 500, "99.8 %"), (500, 500, "100 %")],
)
def test_a_share_of_few_is_told_as_a_count(part: int, whole: int, words: str) -> None:
    assert _words.share(part, whole) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (90, "90 seconds"), (900, "15 minutes"), (7200, "2 hours"), (1e6, "12 days")],
)
def test_lengths_of_time_are_told_in_their_unit(seconds: float, words: str) -> None:
    assert _words.lasting(seconds) == words
