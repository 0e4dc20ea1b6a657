"""The plain reading of items and redlines that feeds are held against."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from monitor.models import Block, BlockKind, Kind, SignalName, Statement
from truth.looks import told
from truth.marks import marks
from truth.plain_item import Plain, Recorded, expected, items, plain, typewritten

ITEM = Recorded("https://sluices.example/tide", "Tide &amp; time", "<p>High water.</p>", "")
STATEMENT = Statement(
    "https://sluices.example/tide", "Tide", "feed-2", body=(Block(BlockKind.PARAGRAPH, "High water."),)
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>High</p><p>water</p>", "High water"),
        ("<p><b>H</b>igh&nbsp;water<br>here</p>", "High water here"),
        ("<!-- x --><script>y</script><p>It&#8217;s &amp;amp; so</p>", "It’s &amp; so"),
    ],
)
def test_an_item_is_read_as_its_words(html: str, text: str) -> None:
    assert plain(ITEM._replace(html=html)).text == f"Tide & time\n{text}"


def test_links_and_the_day_in_british_time_are_read_too() -> None:
    html = '<p><a class=x href="/a?b&amp;c">A</a> <a href="/empty"></a></p>'
    item = ITEM._replace(html=html, date="Tue, 30 Jun 2026 23:30:00 +0000")
    assert plain(item) == Plain("Tide & time\nA", ("/a?b&c",), date(2026, 7, 1))


@pytest.mark.parametrize(
    ("before", "after", "meant"),
    [
        ("<p>It’s high.</p>", "<div>It&rsquo;s\n high.</div>", "unchanged"),
        ("It’s high.", "It's high.", "typography"),
        ("High – low", "High—low", "typography"),
        ("High &amp;amp; low", "High &amp; low", "typography"),
        ("High\u200b", "High", "typography"),
        ("High", "high", "edited"),
        ("<a href='/a'>It’s</a>", "<a href='/b'>It's</a>", "edited"),
    ],
)
def test_what_came_of_an_item_is_plain(before: str, after: str, meant: str) -> None:
    assert expected(*(plain(ITEM._replace(html=html)) for html in (before, after))) == meant


def test_a_typewriter_has_one_dash_and_one_quote() -> None:
    assert typewritten("“High” – \u00adlow&#8217;s … − 5") == '"High"-low\'s ... - 5'


def test_the_items_of_a_feed_are_found_as_they_are_written() -> None:
    xml = (
        "<rss><channel><title>Sluices</title><item>\n<title>Tide &#38; time</title><link>https://a.example/1</link>"
        "<pubDate>Mon, 05 Jan 2026 09:00:00 GMT</pubDate><dc:creator><![CDATA[Ada Weir]]></dc:creator>"
        "<description>Short</description><content:encoded><![CDATA[<p>High</p>]]></content:encoded></item>"
        "<item><title>Ebb</title><link>https://a.example/2</link><description>&lt;p&gt;Low</description></item></channel>"
    )
    assert list(items(xml)) == [
        Recorded("https://a.example/1", "Tide & time", "<p>High</p>", "Mon, 05 Jan 2026 09:00:00 GMT", "Ada Weir"),
        Recorded("https://a.example/2", "Ebb", "<p>Low", ""),
    ]


def paragraph(text: str) -> Statement:
    return replace(STATEMENT, body=(Block(BlockKind.PARAGRAPH, text),))


def test_each_text_leads_to_its_own_changes() -> None:
    texts = [paragraph("High water."), paragraph("Low water."), paragraph("Low water."), paragraph("High water.")]
    found = told([*texts, replace(texts[-1], people=("Ada Weir",))])
    assert [[change.kind for change in each.changes] for each in found] == [[Kind.EDITED], [], [Kind.EDITED], []]
    (again,) = found[2].changes
    assert again.verdict
    assert SignalName.REVERTED in {signal.name for signal in again.verdict.signals}
    assert [change.field for each in found for change in each.metadata] == ["people"]


def test_marks_are_held_against_both_texts() -> None:
    before, after = "The Office of Locks met.", "The Board of Weirs met."
    (edit,) = told([paragraph(before), paragraph(after)])
    found = marks("tide", before, after, edit.changes)
    assert found.marked == Counter(
        [("delete", word) for word in ("Office", "of", "Locks")]
        + [("insert", word) for word in ("Board", "of", "Weirs")]
    )
    assert (found.missed, found.extra) == ([], ["tide: delete of", "tide: insert of"])
    unmarked = marks("tide", before, after, ())
    assert unmarked.missed == ["tide: delete Office", "tide: delete Locks", "tide: insert Board", "tide: insert Weirs"]
