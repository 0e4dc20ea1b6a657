"""RSS and Atom: the pages a feed names, and the statements it carries."""

from dataclasses import replace

import pytest

from monitor.errors import ParseError
from monitor.models import Block, BlockKind, Entry, Statement
from monitor.parsers import feed

URL = "https://sluices.example/feed.xml"
TEXT = "The Department of Sluices opened the new lock gates today. " * 12

ATOM = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Sluices</title><updated>2026-11-24T11:00:00Z</updated>
<entry><title>Lock &amp; gates</title><link rel="alternate" href="/news/lock-gates?utm_source=feed"/>
<published>2026-11-20T09:00:00+01:00</published><updated>2026-11-24T10:00:00Z</updated>
<summary>Short.</summary><content type="html">&lt;h2&gt;Works&lt;/h2&gt;&lt;p&gt;{TEXT}&lt;/p&gt;</content></entry>
<entry><title>Fish</title><link href="https://other.example/fish#top"/><updated>2026-11-23</updated>
<summary>Salmon climb every river.</summary></entry>
<entry><title>Fish again</title><link href="https://other.example/fish"/><updated>2026-11-23</updated></entry>
<entry><title>Nowhere</title><link href="javascript:x"/></entry>
</feed>"""

RSS = f"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Sluices</title>
<lastBuildDate>Tue, 24 Nov 2026 11:00:00 GMT</lastBuildDate><pubDate>Tue, 24 Nov 2026 11:00:00 GMT</pubDate>
<item><title>Whole</title><link>https://sluices.example/whole</link><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>
<description>Short.</description>
<content:encoded><![CDATA[<p>All of it.</p><script>x</script>]]></content:encoded></item>
<item><title>Described</title><link>https://sluices.example/described</link>
<description>&lt;p&gt;{TEXT}&lt;/p&gt;</description></item>
<item><title>Cut</title><link>https://sluices.example/cut</link><description>{TEXT} […]</description></item>
<item><title>Teased</title><guid>https://sluices.example/teased</guid><description>Short.</description></item>
</channel></rss>"""


def test_an_atom_feed_names_each_page_once() -> None:
    assert feed.entries(ATOM, URL, texts=False) == (
        Entry("https://sluices.example/news/lock-gates", "Lock & gates", "2026-11-24T10:00:00.000Z"),
        Entry("https://other.example/fish", "Fish", "2026-11-23"),
    )


def test_an_item_with_its_whole_text_is_a_statement() -> None:
    lock_gates, fish = feed.Parser().listing(ATOM, URL)
    assert fish.statement is None
    assert lock_gates.statement == Statement(
        "https://sluices.example/news/lock-gates",
        "Lock & gates",
        "feed-1",
        published_at="2026-11-20T08:00:00.000Z",
        updated_at="2026-11-24T10:00:00.000Z",
        body=(Block(BlockKind.HEADING, "Works", 2), Block(BlockKind.PARAGRAPH, TEXT.strip())),
        keeps_history=True,
    )


def test_a_description_is_the_text_only_where_it_is_whole() -> None:
    entries = feed.Parser().listing(RSS, URL)
    bodies = {entry.title: entry.statement and tuple(block.text for block in entry.statement.body) for entry in entries}
    assert bodies == {"Whole": ("All of it.",), "Described": (TEXT.strip(),), "Cut": None, "Teased": None}


def test_an_rss_item_shows_no_update_date() -> None:
    whole = feed.Parser().listing(RSS, URL)[0]
    assert (whole.updated_at, whole.statement and whole.statement.updated_at) == ("2026-11-20T08:00:00.000Z", None)
    assert whole.statement
    assert not whole.statement.keeps_history


def test_an_rdf_feed_is_read_too() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="x"><title>S</title></channel>'
        '<item rdf:about="https://a.example/1"><title>One</title><link>https://a.example/1</link></item></rdf:RDF>'
    )
    assert feed.entries(rdf, URL, texts=False) == (Entry("https://a.example/1", "One"),)


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<html><head><title>Not found</title></head></html>",
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa">]><rss><channel></channel></rss>',
        '<?xml version="1.0"?><!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss></rss>',
        ATOM[:700],
        RSS[: RSS.index("</channel>")],
        "{}",
    ],
)
def test_a_broken_feed_is_an_error(xml: str) -> None:
    with pytest.raises(ParseError) as caught:
        feed.entries(xml, URL, texts=True)
    assert caught.value.outcome == "error:feed"


def test_a_slip_in_the_markup_does_not_lose_the_feed() -> None:
    assert len(feed.entries(ATOM.replace("Short.", "Locks & gates&nbsp;"), URL, texts=False)) == 2


def test_a_feed_of_a_million_items_is_cut() -> None:
    item = "<item><title>T</title><link>https://a.example/{}</link></item>"
    items = "".join(item.format(number) for number in range(feed.ITEMS_MOST + 50))
    assert len(feed.entries(f"<rss><channel>{items}</channel></rss>", URL, texts=False)) == feed.ITEMS_MOST


def test_text_that_looks_like_a_file_name_opens_none() -> None:
    with pytest.raises(ParseError):
        feed.entries("/etc/passwd", URL, texts=False)


def test_only_the_feeds_own_times_are_no_essence() -> None:
    later = RSS.replace("24 Nov 2026 11:00:00", "25 Nov 2026 12:00:00")
    edited = RSS.replace("20 Nov 2026", "21 Nov 2026")
    assert feed.essence(later.encode()) == feed.essence(RSS.encode()) != feed.essence(edited.encode())
    assert feed.entries(later, URL, texts=True) == feed.entries(RSS, URL, texts=True)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (ATOM, True),
        (RSS, True),
        ('\ufeff<?xml version="1.0"?><!-- made by x --><rdf:RDF>', True),
        ("<!doctype html><html><body><rss></rss></body></html>", False),
        ("", False),
        ("<feedback/>", False),
    ],
)
def test_a_feed_is_known_by_its_root(body: str, expected: bool) -> None:
    assert feed.is_feed(body.encode()) is expected


def test_a_feed_itself_is_no_statement() -> None:
    with pytest.raises(ParseError):
        feed.Parser().statement(ATOM, URL)


def test_an_item_without_a_title_carries_no_statement() -> None:
    entry = feed.Parser().listing(ATOM.replace("<title>Lock &amp; gates</title>", ""), URL)[0]
    assert entry == replace(feed.Parser().listing(ATOM, URL)[0], title=None, statement=None)
