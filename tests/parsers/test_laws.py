"""Laws that hold for whatever a feed or an address says."""

import xml.sax.saxutils
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.html import absolute, steady
from monitor.models import canonical
from monitor.parsers import feed
from monitor.parsers._addresses import page_address

URL = "https://harbours.example/news/feed.xml"
TEXTS = st.text(max_size=60)
PIECES = st.sampled_from(
    [
        *"/?#&=;:@%.[]\\ ",
        "http:",
        "https://",
        "//",
        "a",
        "b.example",
        "utm_source=x",
        "sid=0a1b2c3d4e5f6071",
        "\u00e9",
        "\t",
    ]
)
ADDRESSES = st.one_of(TEXTS, st.lists(PIECES, max_size=14).map("".join))

ITEMS = st.lists(
    st.fixed_dictionaries({"title": TEXTS, "link": ADDRESSES, "guid": TEXTS, "description": TEXTS}), max_size=5
)


def rss(items: list[dict[str, str]]) -> str:
    def element(name: str, text: str) -> str:
        return f"<{name}>{xml.sax.saxutils.escape(text)}</{name}>"

    inner = "".join(element_of(item, element) for item in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{inner}</channel></rss>'


def element_of(item: dict[str, str], element: object) -> str:
    assert callable(element)
    return "<item>" + "".join(element(name, text) for name, text in item.items()) + "</item>"


@settings(deadline=None)
@given(ITEMS)
def test_a_feed_names_pages_of_the_web_each_once_whatever_its_items_say(items: list[dict[str, str]]) -> None:
    try:
        found = feed.entries(rss(items), URL, texts=True)
    except ParseError:
        return
    pages = [canonical(entry.url) for entry in found]
    assert len(pages) == len(set(pages)) <= len(items)
    assert all(urlsplit(entry.url).scheme in ("http", "https") and urlsplit(entry.url).hostname for entry in found)


@settings(deadline=None)
@given(ITEMS)
def test_the_order_of_a_feed_says_nothing(items: list[dict[str, str]]) -> None:
    try:
        found = feed.entries(rss(items), URL, texts=True)
    except ParseError:
        with pytest.raises(ParseError):
            feed.entries(rss(items[::-1]), URL, texts=True)
        return
    again = feed.entries(rss(items[::-1]), URL, texts=True)
    assert {canonical(entry.url) for entry in found} == {canonical(entry.url) for entry in again}


@settings(deadline=None)
@given(st.text(max_size=400))
def test_what_is_no_feed_is_refused_and_nothing_else_happens(text: str) -> None:
    with pytest.raises(ParseError):
        feed.entries(text, URL, texts=True)


@given(ADDRESSES)
@example("HTTP://0//[/.")
def test_an_address_taken_apart_twice_is_the_same(href: str) -> None:
    once = page_address(href, URL)
    assert once is None or page_address(once, URL) == once


@given(ADDRESSES)
@example("//[?")
@example(";\r?")
def test_a_link_has_one_address_that_stays(href: str) -> None:
    once = absolute(href, URL)
    assert steady(once) == once
    assert absolute(once, URL) == once


@given(st.sampled_from(["utm_campaign", "PHPSESSID", "jsessionid", "fbclid", "csrf_token"]), TEXTS)
def test_what_names_a_visit_is_left_out_and_nothing_beside_it(name: str, value: str) -> None:
    value = "".join(letter for letter in value if letter.isalnum())
    assert steady(f"{URL}?a=1&{name}={value}&b=2#part") == f"{URL}?a=1&b=2#part"
