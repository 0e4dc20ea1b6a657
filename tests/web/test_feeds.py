"""Feeds as readers take them: valid, stable, sent once, and free of what a page may have put into its title."""

import re
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest

from monitor.models import Change
from monitor.stores._reading import Reader
from monitor.web._atom import AtomEntry, AtomFeed, lasting_id, written
from tests.web.conftest import Clock, Served, served

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ("/feeds/all.atom", "/feeds/source/rivers-speeches.atom", "/feeds/page/6.atom", "/feeds/disclosure/silent.atom",
         "/feeds/all.atom?words=sits+panel&kind=edited")  # fmt: skip
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_has_all_that_rfc_4287_asks_for(pages: Served, address: str) -> None:
    answer = pages.client.get(address)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)  # noqa: S314
    assert feed.tag == f"{ATOM}feed"
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == f"{pages.url}{address}"  # type: ignore[union-attr]
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    for element in (feed, *entries):
        for tag, many in (("id", 1), ("title", 1), ("updated", 1)):
            assert len(element.findall(ATOM + tag)) == many
        assert TIME.fullmatch(element.findtext(f"{ATOM}updated", ""))
        assert element.findtext(f"{ATOM}id", "").startswith("urn:uuid:")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)


def test_a_reader_gets_titles_redlines_and_links(pages: Served, reader: Reader) -> None:
    found = feedparser.parse(pages.client.get("/feeds/all.atom").content)
    assert not found.bozo
    change = reader.change(3)
    assert isinstance(change, Change)
    entry = next(each for each in found.entries if each.link == f"{pages.url}/changes/3")
    assert entry.title == f"[edited, announced] {change.title}"
    assert "<ins" in entry.content[0].value
    assert [tag.term for tag in entry.tags][:2] == ["edited", "announced"]


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/feeds/all.atom", "/"),
        ("/feeds/page/6.atom", "/pages/6"),
        ("/feeds/source/rivers-speeches.atom?kind=edited", "/?kind=edited&source=rivers-speeches"),
    ],
)
def test_a_feed_names_the_page_that_shows_the_same(pages: Served, address: str, page: str) -> None:
    assert feedparser.parse(pages.client.get(address).content).feed.link == pages.url + page


def test_ids_stay_wherever_the_pages_are_served(told: Path, pages: Served) -> None:
    with served(told, Clock(), url="https://monitor.example.org") as elsewhere:
        there = elsewhere.client.get("/feeds/all.atom", headers={"host": "monitor.example.org"}).text
    here = pages.client.get("/feeds/all.atom").text
    assert re.findall("<id>.*</id>", there) == re.findall("<id>.*</id>", here)
    assert 'href="https://monitor.example.org/feeds/all.atom"' in there


def test_what_the_reader_has_is_not_sent_again(pages: Served) -> None:
    first = pages.client.get("/feeds/all.atom")
    etag, modified = first.headers["etag"], first.headers["last-modified"]

    def again(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return pages.client.get("/feeds/all.atom", headers=named).status_code

    assert again(if_none_match=etag) == 304
    assert again(if_none_match=f'W/{etag}, "other"') == 304
    assert again(if_modified_since=modified) == 304
    assert again(if_none_match='"other"', if_modified_since=modified) == 200
    assert again(if_modified_since="Sun, 01 Mar 2020 00:00:00 GMT") == 200
    assert again(if_modified_since="yesterday") == 200
    assert pages.client.get("/feeds/all.atom", headers={"if-none-match": etag}).headers["etag"] == etag


@pytest.mark.parametrize(
    "address", ["/feeds/source/nobody.atom", "/feeds/page/999.atom", "/feeds/disclosure/loud.atom"]
)
def test_a_feed_of_nothing_there_is_no_feed(pages: Served, address: str) -> None:
    assert pages.client.get(address).status_code == 404


def test_whatever_a_title_holds_the_feed_is_xml() -> None:
    hostile = "</title><script>alert(1)</script>&\x00\x0b\ufffe\ud800 ]]> \"'"
    entry = AtomEntry("urn:x", hostile, "2026-03-02T09:00:00.000Z", "2026-03-02T09:00:00.000Z", f"https://a.example/?{hostile}",
                      hostile, hostile, hostile, f"<p>{hostile}", (hostile,))  # fmt: skip
    made = written(AtomFeed("urn:y", hostile, "2026-03-02T09:00:00.000Z", "/x", "/y", (entry,)))
    feed = ElementTree.fromstring(made)  # noqa: S314
    assert feed.findtext(f"{ATOM}title") == "</title><script>alert(1)</script>&\ufffd\ufffd\ufffd\ufffd ]]> \"'"
    assert [element.tag for element in feed.iter() if "script" in element.tag] == []


def test_ids_are_of_the_database_and_the_thing() -> None:
    one, other = "0" * 32, "1" * 32
    ids = {
        lasting_id(one, "change", 1),
        lasting_id(one, "change", 2),
        lasting_id(one, "feed", 1),
        lasting_id(other, "change", 1),
    }
    assert len(ids) == 4
    assert lasting_id(one, "change", 1) == lasting_id(one, "change", 1)


def test_a_feed_reader_names_the_token_as_its_password(told: Path) -> None:
    with served(told, Clock(), token="a token of some length") as locked:
        asked = locked.client.get("/feeds/all.atom", headers={"accept": "text/html"})
        assert (asked.status_code, asked.headers["www-authenticate"].split()[0]) == (401, "Basic")
        assert locked.client.get("/feeds/all.atom", auth=("reader", "a token of some length")).status_code == 200
        assert locked.client.get("/", auth=("reader", "a token of some length")).status_code == 401
        for header in ("Basic", "Basic !", "Basic cmVhZGVyOndyb25n"):
            assert locked.client.get("/feeds/all.atom", headers={"authorization": header}).status_code == 401
