"""Sitemaps and their indexes: what they name, and what of them is refused."""

import gzip
import zlib
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import plugins
from monitor.errors import ParseError
from monitor.models import Entry, canonical
from monitor.parsers import sitemap

URL = "https://sluices.example/sitemap.xml"
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def urlset(*parts: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return f'{head}<urlset xmlns="{SPACE}">{"".join(parts)}</urlset>'.encode()


def url(location: str, updated: str = "") -> str:
    lastmod = f"<lastmod>{updated}</lastmod>" if updated else ""
    return f"<url><loc>{escape(location)}</loc>{lastmod}<changefreq>daily</changefreq></url>"


def index(*locations: str) -> bytes:
    named = "".join(f"<sitemap><loc>{each}</loc><lastmod>2026-11-24</lastmod></sitemap>" for each in locations)
    return f'<sitemapindex xmlns="{SPACE}">{named}</sitemapindex>'.encode()


def addresses(body: bytes) -> list[str]:
    return [entry.url for entry in sitemap.entries(body, URL)]


def refusal(body: bytes) -> str:
    with pytest.raises(ParseError) as raised:
        sitemap.entries(body, URL)
    return raised.value.outcome


def test_a_sitemap_names_pages_and_when_they_were_updated() -> None:
    body = urlset(url("https://sluices.example/lock", "2026-11-24T10:00:00+01:00"), url("https://sluices.example/weir"))
    assert sitemap.entries(body, URL) == (
        Entry("https://sluices.example/lock", None, "2026-11-24T09:00:00.000Z"),
        Entry("https://sluices.example/weir"),
    )


def test_an_index_names_listings() -> None:
    assert sitemap.entries(index("https://sluices.example/1.xml"), URL) == (
        Entry("https://sluices.example/1.xml", None, "2026-11-24", listing=True),
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24T10:00Z", "2026-11-24T10:00:00.000Z"),
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00.000Z"),
        ("2026-11-24T10:00:00", "2026-11-24T10:00:00.000Z"),
        ("2026-11-24T10:00:00.25+00:00", "2026-11-24T10:00:00.250Z"),
        (" 2026-11-24\n", "2026-11-24"),
        ("2026-13-24", None),
        ("2026-11", None),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("24/11/2026", None),
    ],
)
def test_a_date_that_is_none_is_no_date(written: str, read: str | None) -> None:
    assert sitemap.entries(urlset(url("https://sluices.example/lock", written)), URL)[0].updated_at == read


def test_what_stands_elsewhere_in_an_address_entry_is_not_its_address() -> None:
    image = '<image:image xmlns:image="i"><image:loc>https://sluices.example/x.png</image:loc></image:image>'
    link = '<xhtml:link xmlns:xhtml="x" rel="alternate" hreflang="cy" href="https://sluices.example/cy"/>'
    body = urlset(f"<url>{image}{link}<loc> https://sluices.example/lock </loc></url>", "<url/>", "<loc>x</loc>")
    assert addresses(body) == ["https://sluices.example/lock"]


def test_a_prefix_is_as_good_as_none() -> None:
    body = f'<s:urlset xmlns:s="{SPACE}"><s:url><s:loc>https://sluices.example/lock</s:loc></s:url></s:urlset>'
    assert addresses(body.encode()) == ["https://sluices.example/lock"]


def test_each_page_is_named_once_and_only_those_of_its_own_host() -> None:
    body = urlset(
        url("https://sluices.example/lock?utm_source=x"),
        url("https://sluices.example/lock/#top"),
        url("https://other.example/lock"),
        url("https://sluices.example.other.example/lock"),
        url("ftp://sluices.example/lock"),
        url("/weir"),
    )
    assert addresses(body) == ["https://sluices.example/lock", "https://sluices.example/weir"]


def test_other_hosts_are_named_where_they_are_asked_for() -> None:
    body = urlset(url("https://files.example/a"), url("https://other.example/b"))
    assert [entry.url for entry in sitemap.entries(body, URL, ("files.example",))] == ["https://files.example/a"]


def test_a_packed_sitemap_is_read_as_the_same() -> None:
    body = urlset(url("https://sluices.example/lock"))
    assert sitemap.is_sitemap(gzip.compress(body, mtime=0))
    assert sitemap.entries(gzip.compress(body, mtime=0), URL) == sitemap.entries(body, URL)


@pytest.mark.parametrize(
    ("body", "is_one"),
    [
        (urlset(), True),
        (index(), True),
        (b"\xef\xbb\xbf" + urlset(), True),
        (b"<rss/>", False),
        (b"<html><body>urlset</body></html>", False),
        (b"", False),
        (gzip.compress(b"<html></html>", mtime=0), False),
        (b"\x1f\x8b\x08 no gzip", False),
    ],
)
def test_a_sitemap_is_told_by_its_root(body: bytes, is_one: bool) -> None:
    assert sitemap.is_sitemap(body) is is_one


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (urlset(head='<!DOCTYPE urlset [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'), "error:feed"),
        (urlset(head='<!DOCTYPE urlset SYSTEM "http://127.0.0.1/x.dtd">'), "error:feed"),
        (urlset(url("https://sluices.example/lock"))[:-20], "error:feed"),
        (urlset("<url><loc>&nothing;</loc></url>"), "error:feed"),
        (b"<urlset/><urlset/>", "error:feed"),
        (b"<html></html>", "error:feed"),
        (gzip.compress(urlset(url("https://sluices.example/lock")), mtime=0)[:-30], "error:truncated"),
        (gzip.compress(urlset(), mtime=0)[:-8] + b"\xff" * 8, "error:feed"),
    ],
)
def test_what_is_broken_is_refused_whole(body: bytes, outcome: str) -> None:
    assert refusal(body) == outcome


def test_more_addresses_than_the_protocol_allows_are_too_many() -> None:
    parts = [url(f"https://sluices.example/{number}") for number in range(sitemap.ADDRESSES_MOST)]
    assert len(addresses(urlset(*parts))) == sitemap.ADDRESSES_MOST
    assert refusal(urlset(*parts, url("https://sluices.example/last"))) == "error:too_large"


def test_what_grows_without_end_once_unpacked_is_too_large() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    grown = b"".join(
        (packer.compress(b"<urlset>"), *(packer.compress(b" " * 1024**2) for _ in range(60)), packer.flush())
    )
    assert len(grown) < 100_000
    assert refusal(grown) == "error:too_large"


def test_a_value_without_end_is_no_address() -> None:
    body = urlset(f"<url><loc>https://sluices.example/{'a' * 100_000}</loc></url>", url("https://sluices.example/b"))
    assert addresses(body) == ["https://sluices.example/b"]


def test_elements_in_elements_cost_nothing() -> None:
    deep = "<a>" * 50_000 + "</a>" * 50_000
    body = urlset(f"<url>{deep}<loc>https://sluices.example/lock</loc></url>")
    assert addresses(body) == ["https://sluices.example/lock"]


def test_nobody_can_take_a_sitemap_for_what_reads_pages() -> None:
    with pytest.raises(ValueError, match="named in `listing`"):
        plugins.make("parsers", "sitemap", {})


# --- laws ------------------------------------------------------------------------------------------------------------

PATHS = st.text("abcdefghij-%C3%A9é/&'\"", min_size=1, max_size=30).map(lambda path: f"https://sluices.example/{path}")
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC).isoformat())  # noqa: DTZ001


@given(st.lists(st.tuples(PATHS, TIMES), max_size=20))
def test_every_page_of_a_sound_sitemap_is_named_once_in_its_order(named: list[tuple[str, str]]) -> None:
    found = sitemap.entries(urlset(*(url(*each) for each in named)), URL)
    pages = [canonical(entry.url) for entry in found]
    assert len(pages) == len(set(pages)) <= len(named)
    assert all(entry.updated_at and not entry.listing for entry in found)


@given(st.lists(st.tuples(PATHS, TIMES), max_size=20), st.integers(1, 400))
def test_a_sitemap_that_is_cut_off_names_nothing(named: list[tuple[str, str]], lost: int) -> None:
    body = urlset(*(url(*each) for each in named))
    assert refusal(body[:-lost]) == "error:feed"


@given(st.lists(st.tuples(PATHS, TIMES), max_size=20), st.integers(0))
def test_packing_changes_nothing(named: list[tuple[str, str]], level: int) -> None:
    body = urlset(*(url(*each) for each in named))
    assert sitemap.entries(gzip.compress(body, level % 10, mtime=0), URL) == sitemap.entries(body, URL)


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"<urlset>", b"<sitemapindex>", b"\x1f\x8b\x08\x00", b"\xff\xfe"])
)
def test_whatever_it_is_it_is_read_or_refused(tail: bytes, head: bytes) -> None:
    sitemap.is_sitemap(head + tail)
    try:
        found = sitemap.entries(head + tail, URL)
    except ParseError as error:
        assert error.outcome in ("error:feed", "error:truncated", "error:too_large")
    else:
        assert all(entry.url.startswith(("https://", "http://")) for entry in found)
