"""RSS and Atom: the pages a feed names, and the statements it carries."""

from dataclasses import replace

import pytest

from monitor.compare import compare
from monitor.disclose import kind, verdict
from monitor.errors import ParseError
from monitor.models import Block, BlockKind, Disclosure, Entry, FieldChange, Kind, SignalName, Statement
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
        "feed-2",
        published_at="2026-11-20T08:00:00.000Z",
        updated_at="2026-11-24T10:00:00.000Z",
        body=(Block(BlockKind.HEADING, "Works", 2), Block(BlockKind.PARAGRAPH, TEXT.strip())),
        keeps_history=True,
    )


@pytest.mark.parametrize("reference", ["&#x110000;", "&#X0FFFFFFFF;", "&#1999999999;"])
def test_a_reference_to_no_character_costs_one_character(reference: str) -> None:
    (entry,) = feed.Parser().listing(rss(item(text=f"High {reference} water.")), URL)
    assert entry.statement is not None
    assert entry.statement.text.endswith("High \ufffd water.")


def test_a_description_is_the_text_only_where_it_is_whole() -> None:
    entries = feed.Parser().listing(RSS, URL)
    bodies = {entry.title: entry.statement and tuple(block.text for block in entry.statement.body) for entry in entries}
    assert bodies == {"Whole": ("All of it.",), "Described": (TEXT.strip(),), "Cut": None, "Teased": None}


def test_an_rss_item_shows_no_update_date() -> None:
    whole = feed.Parser().listing(RSS, URL)[0]
    assert (whole.updated_at, whole.statement and whole.statement.updated_at) == ("2026-11-20T08:00:00.000Z", None)
    assert whole.statement
    assert not whole.statement.keeps_history


def item(link: str = "https://sluices.example/tide", *, extra: str = "", text: str = "High water.") -> str:
    """An item as WordPress writes it; `text` is its HTML."""
    return (
        f"<item><title>Tide tables</title><link>{link}</link>{extra}"
        f"<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded></item>"
    )


def rss(*items: str) -> str:
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel><title>Sluices</title>{''.join(items)}</channel></rss>"
    )


def atom(dates: str) -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Sluices</title><entry><title>Tide tables</title>'
        f'<link href="https://sluices.example/tide"/>{dates}<content type="html">High water.</content></entry></feed>'
    )


RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Sluices</title></channel>'
)


def statement(xml: str) -> Statement:
    (entry,) = feed.Parser().listing(xml, URL)
    assert entry.statement
    return entry.statement


@pytest.mark.parametrize("kind", ["rss", "rdf"])
def test_the_first_thousand_items_are_read_of_however_many(kind: str) -> None:
    items = [item(f"https://sluices.example/{number}") for number in range(20_000)]
    xml = rss(*items) if kind == "rss" else f"{RDF}{''.join(items)}</rdf:RDF>"
    assert [entry.url for entry in feed.entries(xml, URL, texts=False)] == [
        f"https://sluices.example/{number}" for number in range(1000)
    ]
    with pytest.raises(ParseError, match="breaks off"):
        feed.entries(xml[:-500], URL, texts=False)


FIRST = "2026-11-20T08:00:00.000Z"
SECOND = "2026-11-24T10:00:00.000Z"


@pytest.mark.parametrize(
    ("xml", "published_at", "updated_at"),
    [
        (rss(item(extra="<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>")), FIRST, None),
        (rss(item(extra="<dc:date>2026-11-20T08:00:00Z</dc:date>")), FIRST, None),
        (
            rss(item(extra=f"<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate><dc:date>{FIRST}</dc:date>")),
            FIRST,
            None,
        ),
        (
            rss(item(extra=f"<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate><atom:updated>{SECOND}</atom:updated>")),
            FIRST,
            SECOND,
        ),
        (atom(f"<published>{FIRST}</published><updated>{FIRST}</updated>"), FIRST, None),
        (atom(f"<published>{FIRST}</published><updated>{SECOND}</updated>"), FIRST, SECOND),
        (atom(f"<updated>{SECOND}</updated>"), None, SECOND),
        (rss(item()), None, None),
    ],
)
def test_an_update_date_is_one_that_is_not_the_date_of_publication(
    xml: str, published_at: str | None, updated_at: str | None
) -> None:
    read = statement(xml)
    assert (read.published_at, read.updated_at, read.keeps_history) == (
        published_at,
        updated_at,
        updated_at is not None,
    )


def judged(before: str, after: str) -> tuple[Kind | None, Disclosure, tuple[SignalName, ...]]:
    """What we say of the only item of two feeds."""
    old, new = statement(before), statement(after)
    comparison = compare(old, new)
    said = verdict(old, new, comparison)
    return kind(old, new, comparison), said.disclosure, tuple(signal.name for signal in said.signals)


def published(day: int) -> str:
    return f"<pubDate>{day} Nov 2026 08:00:00 GMT</pubDate>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (rss(item(extra=published(20))), rss(item(extra=published(24), text="Low water."))),
        (
            atom(f"<published>{FIRST}</published><updated>{FIRST}</updated>"),
            atom(f"<published>{SECOND}</published><updated>{SECOND}</updated>").replace("High", "Low"),
        ),
        (rss(item(extra="<guid>1</guid>")), rss(item(extra="<guid>2</guid>", text="Low water."))),
    ],
)
def test_a_republished_item_announces_nothing(before: str, after: str) -> None:
    assert judged(before, after)[:2] == (Kind.EDITED, Disclosure.INDETERMINATE)


def test_an_atom_item_announces_an_edit_by_its_update_date() -> None:
    before = atom(f"<published>{FIRST}</published><updated>{FIRST}</updated>")
    after = atom(f"<published>{FIRST}</published><updated>{SECOND}</updated>").replace("High", "Low")
    assert judged(before, after)[:2] == (Kind.EDITED, Disclosure.ANNOUNCED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("the tide’s turn", "the tide&#8217;s turn"),
        ("the tide’s turn", "the tide&rsquo;s turn"),
        ("locks &amp; gates", "locks &#38; gates"),
        ("five metres", "five&nbsp;metres"),
        ("five metres", "five&#160;\nmetres"),
        ("<b>High</b> water", "<strong>High</strong> water"),
    ],
)
def test_an_entity_or_markup_written_otherwise_is_no_change(old: str, new: str) -> None:
    assert judged(rss(item(text=old)), rss(item(text=new))) == (None, Disclosure.INDETERMINATE, ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("the tide’s turn", "the tide's turn"),
        ("the tide’s turn", "the tide&amp;#8217;s turn"),
        ("locks &amp; gates", "locks &amp;amp; gates"),
        ("high — low", "high – low"),
        ("high tide", "high\u200b tide"),
    ],
)
def test_a_text_that_is_set_otherwise_is_typography_alone(old: str, new: str) -> None:
    edited = (Kind.EDITED, Disclosure.INDETERMINATE, (SignalName.TYPOGRAPHY,))
    assert judged(rss(item(text=old)), rss(item(text=new))) == edited


@pytest.mark.parametrize(
    ("author", "people"),
    [
        ("<dc:creator><![CDATA[Office of Locks]]></dc:creator>", ("Office of Locks",)),
        ("<dc:creator>Ada Weir</dc:creator><dc:creator>Bo Sluice</dc:creator>", ("Ada Weir", "Bo Sluice")),
        ("<dc:creator>Ada Weir</dc:creator><dc:creator>Ada Weir</dc:creator>", ("Ada Weir",)),
        ("<author>ada@sluices.gov (Ada Weir)</author>", ("Ada Weir",)),
        ("<author>ada@sluices.gov</author>", ()),
        ("", ()),
    ],
)
def test_an_items_authors_are_its_people(author: str, people: tuple[str, ...]) -> None:
    assert statement(rss(item(extra=author))).people == people


def test_another_author_is_no_edit() -> None:
    before, after = (rss(item(extra=f"<dc:creator>{name}</dc:creator>")) for name in ("Ada Weir", "Office of Locks"))
    assert compare(statement(before), statement(after)).fields == (
        FieldChange("people", None, "Office of Locks", metadata=True),
        FieldChange("people", "Ada Weir", None, metadata=True),
    )
    assert judged(before, after) == (None, Disclosure.INDETERMINATE, ())


def test_a_by_line_in_the_text_is_text_even_where_it_repeats_the_author() -> None:
    read = statement(rss(item(extra="<dc:creator>Ada Weir</dc:creator>", text="Ada Weir</p><p>High water.")))
    assert [block.text for block in read.body] == ["Ada Weir", "High water."]


def test_one_page_named_twice_is_one_item() -> None:
    links = ("https://sluices.example/tide", "http://Sluices.example/tide/", "https://sluices.example/tide?utm_id=1#a")
    xml = rss(*(item(link, extra=f"<guid>{number}</guid>") for number, link in enumerate(links)))
    assert [entry.url for entry in feed.Parser().listing(xml, URL)] == [links[0]]


def test_an_items_statement_is_found_by_its_page() -> None:
    found = feed.Parser().listing(rss(item()), URL)
    assert feed.item_statement(found, "http://sluices.example/tide/") == found[0].statement
    assert feed.item_statement(found, "https://sluices.example/ebb") is None


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
