"""HTML to text, trees, blocks and essences: tables, and the law that essences keep."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.html import absolute, blocks, cut, decode, essence, fold, matches, text, tree, whole, without_tokens
from monitor.models import Block, BlockKind, Link

P, H, LI = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM
BASE = "https://www.gov.uk/government/news/lights"


def read(html: str) -> tuple[Block, ...]:
    return blocks(tree(f"<body>{html}</body>").css("body")[0], BASE)


# --- bytes to text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        ("£".encode(), "text/html; charset=utf-8", ("£", False)),
        (b"\xa3", "text/html; charset=ISO-8859-1", ("£", False)),
        (b"\x93\xa3\x94", "text/html", ("“£”", False)),  # no label and no UTF-8: Windows-1252
        ("£".encode(), "", ("£", False)),
        (b"\xef\xbb\xbf\xc2\xa3", "text/html; charset=latin1", ("£", False)),  # the mark comes first
        (b"\xff\xfe\xa3\x00", "text/html; charset=utf-8", ("£", False)),
        (b'<meta charset="windows-1251">\xcc', "text/html", ('<meta charset="windows-1251">М', False)),
        (
            b'<meta charset="windows-1251">\xc2\xa3',
            "text/html; charset=utf-8",
            ('<meta charset="windows-1251">£', False),
        ),
        (
            b" " * 2048 + b'<meta charset="windows-1251">\xa3',
            "",
            (" " * 2048 + '<meta charset="windows-1251">£', False),
        ),
        (b"\xa3 1", "text/html; charset=utf-8", ("\ufffd 1", True)),
        (b"a\x00b\x1bc\x7f", "text/html; charset=utf-8", ("abc", True)),
        ("a\u202eb\u2066c".encode(), "text/html; charset=utf-8", ("abc", True)),
        (b"one\x0btwo", "text/html; charset=utf-8", ("one two", True)),
        ("a\u200fb\u200b\n\tc".encode(), "text/html; charset=utf-8", ("a\u200fb\u200b\n\tc", False)),
    ],
)
def test_bytes_become_the_text_a_browser_would_show(body: bytes, content_type: str, expected: tuple[str, bool]) -> None:
    assert decode(body, content_type) == expected


@pytest.mark.parametrize("label", ["idna", "rot13", "zlib", "hex", "utf-7", "unicode_escape", "undefined", "no-such"])
def test_a_label_no_browser_knows_is_ignored(label: str) -> None:
    assert decode(b"+ADw-b \\u003c 78da", f"text/html; charset={label}") == ("+ADw-b \\u003c 78da", False)


@given(st.binary(max_size=200), st.sampled_from(["", "text/html; charset=utf-8", "text/html; charset=shift_jis"]))
def test_any_bytes_become_text_that_every_sink_can_take(body: bytes, content_type: str) -> None:
    found, _ = decode(body, content_type)
    found.encode("utf-8")
    assert "\x00" not in found


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("  one \n\t two\u00a0\u2003three  ", "one two three"),
        ("£1.5 million", "£1.5 million"),
        ("zero\u200bwidth", "zero\u200bwidth"),
        ("a\u202eb\x00", "ab"),
        ("", ""),
    ],
)
def test_only_white_space_is_folded(words: str, expected: str) -> None:
    assert fold(words) == expected


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/guidance/x", "https://www.gov.uk/guidance/x"),
        ("#top", f"{BASE}#top"),
        (" https://example.org/a ", "https://example.org/a"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("http://[bad", "http://[bad"),
    ],
)
def test_links_become_absolute(href: str, expected: str) -> None:
    assert absolute(href, BASE) == expected


# --- text to a tree --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 100_000,
        "<select>" + "<option>" * 200_000,
        "<select>" + "<option>one</option>" * 50_000,
        "<b><i><font>" * 30_000,
        "<a " + " ".join(f"a{number}=1" for number in range(100_000)) + ">",
        "<a " + " ".join(f'a{number}=">"' for number in range(1_000)) + ">",
        "<p></p>" * 250_000,
        "<br>" * 400_001,
        "<!-- --><script></script>" + "<div>" * 100_000,
        '<a "' * 10_000,
        "<div class=notice>" * 5_000 + "</div>" * 5_000,
        "<div></b>" * 5_000,
        "<!-->" + "<div>" * 5_000,
        "<!--->" + "<div>" * 5_000,
        "<!-- --!>" + "<div>" * 5_000,
        "<!x <!-- >" + "<div>" * 5_000,
        "</ <!-- >" + "<div>" * 5_000,
        "<rp>" * 5_000,
        "<svg>" + "<td>" * 5_000,
        "<svg><title>" + "<div>" * 5_000,
        "<svg>" + "<g d=a/>" * 5_000,
        "<svg><![CDATA[<!--]]>" + "<g>" * 5_000,
    ],
    ids=lambda bomb: bomb[:24],
)
def test_a_parser_bomb_is_refused_before_it_is_parsed(bomb: str) -> None:
    with pytest.raises(ParseError) as refused:
        tree(bomb)
    assert refused.value.outcome == "error:parse"


@pytest.mark.parametrize(
    "page",
    [
        "<p>one</p>" * 50_000,
        "<svg>" + '<path d="a"/>' * 50_000 + "</svg>",
        "<select>" + "<option>one" * 9_000,
        "<ul>" + "<li>one" * 50_000,
        "<table>" + "<tr><td>one<td>two" * 30_000,
        "<br>" * 50_000,
        "<script>" + "if (a <b) " * 30_000 + "</script>",
        "<!--" + "<div>" * 30_000 + "-->",
        '<p data-json="' + "<div>" * 30_000 + '">',
        "<" * 30_000,
    ],
    ids=lambda page: page[:12],
)
def test_a_long_page_is_no_bomb(page: str) -> None:
    assert tree(page).body is not None


@pytest.mark.parametrize("piece", ['<a "', "<a b='", "<!--", "<script>", "<a <b "])
def test_the_scan_is_linear_whatever_is_left_open(piece: str) -> None:
    def seconds(times: int) -> float:
        page = piece * times + "<p>" * 20_001
        start = time.process_time()
        with suppress(ParseError):
            tree(page)
        return time.process_time() - start

    assert seconds(40_000) < 40 * max(seconds(4_000), 0.005)


# --- a tree to blocks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Concussion<abbr>,</abbr> he said</p>", [Block(P, "Concussion, he said")]),
        ("<p>one<b>two</b></p><p>three</p>", [Block(P, "onetwo"), Block(P, "three")]),
        ("<p>one<br>two<br/>three</p>", [Block(P, "one two three")]),
        ("loose <i>words</i><p>then</p>more", [Block(P, "loose words"), Block(P, "then"), Block(P, "more")]),
        ("<h2>A &amp; B</h2><h4> c </h4>", [Block(H, "A & B", 2), Block(H, "c", 4)]),
        (
            "<ul><li>one<ol><li>two</li></ol>after</li></ul>",
            [Block(LI, "one", 1), Block(LI, "two", 2), Block(LI, "after", 1)],
        ),
        ("<ul><li><p>a</p><p>b</p></li></ul>", [Block(LI, "a", 1), Block(LI, "b", 1)]),
        (
            "<table><caption>T</caption><tr><th>a</th><td>b</td></tr><tr><td></td><td>c</td></tr></table>",
            [
                Block(BlockKind.CAPTION, "T"),
                Block(BlockKind.CELL, "a", 1),
                Block(BlockKind.CELL, "b", 2),
                Block(BlockKind.CELL, "c", 2),
            ],
        ),
        ("<blockquote><p>q</p></blockquote>", [Block(BlockKind.QUOTATION, "q")]),
        ("<pre>a\n  b</pre>", [Block(BlockKind.CODE, "a b")]),
        (
            '<figure><img alt="A light"><figcaption>Lit</figcaption></figure><img alt="">',
            [Block(BlockKind.IMAGE, "A light"), Block(BlockKind.CAPTION, "Lit")],
        ),
        ('<p>be<img alt="dot">fore</p>', [Block(P, "before"), Block(BlockKind.IMAGE, "dot")]),
        ("<p>x<del>2</del><ins>3</ins> H<sub>2</sub>O<sup>1</sup></p>", [Block(P, "x23 H2O1")]),
        ("<details><summary>More</summary>inside</details>", [Block(P, "More"), Block(P, "inside")]),
        ("<dl><dt>Case state</dt><dd>Open</dd></dl>", [Block(P, "Case state"), Block(P, "Open")]),
        (
            "<p>a</p><script>s</script><style>t</style><template>u</template><svg><text>v</text></svg><!-- w -->",
            [Block(P, "a")],
        ),
        (
            "<p>a</p><p hidden>x</p><button>y</button><noscript>z</noscript><select><option>o</option></select>",
            [Block(P, "a")],
        ),
        ('<p hidden="until-found">found</p>', [Block(P, "found")]),
        ("<p>one &#8238;two&#0;</p>", [Block(P, "one two\ufffd")]),
        (
            '<p>See <a href="/a">the <b>plan</b></a>, <a>not</a> <a href="#x"> </a>.</p>',
            [Block(P, "See the plan, not .", links=(Link("the plan", "https://www.gov.uk/a"),))],
        ),
        (
            '<a href="/a"><h3>Title</h3><p>words</p></a>',
            [
                Block(H, "Title", 3, (Link("Title", "https://www.gov.uk/a"),)),
                Block(P, "words", links=(Link("words", "https://www.gov.uk/a"),)),
            ],
        ),
    ],
)
def test_a_tree_reads_as_readers_see_it(html: str, expected: list[Block]) -> None:
    assert read(html) == tuple(expected)


def test_deep_nesting_is_walked_without_recursion() -> None:
    assert read("<div>" * 900 + "deep") == (Block(P, "deep"),)


def test_the_words_of_a_node_are_one_line() -> None:
    assert text(tree("<p>one</p><p>two <b>three</b></p>").body) == "one two three"
    assert text(None) == ""


@given(st.lists(st.sampled_from(["a", " ", "1.5", ",", "\u00a0", "<b>", "</b>", "<a href='/x'>", "</a>", "<br>", "é"])))
def test_inline_markup_loses_and_invents_no_character(pieces: list[str]) -> None:
    words = "".join(" " if piece == "<br>" else "" if piece.startswith("<") else piece for piece in pieces)
    assert " ".join(block.text for block in read("<p>" + "".join(pieces) + "</p>")) == fold(words)


def test_each_match_comes_once_and_inner_matches_are_cut_first() -> None:
    body = tree("<div class='a b'><p class='a'>x</p></div><p>y</p>").css("body")[0]
    assert [node.tag for node in matches(body, (".a", ".b"))] == ["div", "p"]
    cut(body, (".a", ".b"))
    assert text(body) == "y"


# --- essence ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>x</p><script>a()</script>", "<p>x</p><script>b()</script>"),
        ("<style>a{}</style><p>x</p>", "<style>b{}</style><p>x</p>"),
        ("<p>x</p><!-- 10:01 -->", "<p>x</p><!-- 10:02 -->"),
        ('<link nonce="aaa"><p>x</p>', '<link nonce="bbb"><p>x</p>'),
        ('<meta name="csrf-token" content="a=="><p>x', '<meta name="csrf-token" content="b=="><p>x'),
        ('<input name="authenticity_token" value="a"><p>x', '<input name="authenticity_token" value="b"><p>x'),
        ('<p id="search-main-1a2b3c4d">x</p>', '<p id="search-main-deadbeef">x</p>'),
        ('<p aria-labelledby="nav-1a2b3c4d">x</p>', '<p aria-labelledby="nav-deadbeef">x</p>'),
    ],
)
def test_what_differs_at_each_request_is_no_part_of_the_essence(one: str, other: str) -> None:
    assert essence(one.encode()) == essence(other.encode())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>x 1</p>", "<p>x 2</p>"),
        ('<a href="/file-1a2b3c4d">x</a>', '<a href="/file-deadbeef">x</a>'),
        ("<p>case -1a2b3c4d</p>", "<p>case -deadbeef</p>"),
        ('<p>say id="x-1a2b3c4d"</p>', '<p>say id="x-deadbeef"</p>'),
        ('<p>nonce="a"</p>', '<p>nonce="b"</p>'),
        ('<p title="<script>">x 1</p><script>a</script>', '<p title="<script>">x 2</p><script>a</script>'),
        ("<textarea><script></textarea><p>1<script></script>", "<textarea><script></textarea><p>2<script></script>"),
        ("<p>a --> 1</p><!-- b -->", "<p>a --> 2</p><!-- b -->"),
        ("<p>1</p><script>never closed", "<p>2</p><script>never closed"),
    ],
)
def test_what_readers_may_see_is_part_of_the_essence(one: str, other: str) -> None:
    assert essence(one.encode()) != essence(other.encode())


TAGS = "p /p a /a li script /script style /style textarea /textarea title /title svg /svg b /b !-- i"
PIECES = st.one_of(
    st.sampled_from(TAGS.split()).map("<{}>".format),
    st.sampled_from(["-->", "> ", "one", " 2", "-1a2b3c4d", "-deadbeef", "<img alt='a>'>", "<a href='/x-1a2b3c4d'>"]),
    st.sampled_from(["<p id='t-1a2b3c4d'>", '<b id="t-deadbeef">', '<i nonce="a">', '<i nonce="b">']),
)


@given(st.lists(PIECES, max_size=6), PIECES, PIECES, st.lists(PIECES, max_size=6))
def test_equal_essence_means_equal_blocks(start: list[str], one: str, other: str, end: list[str]) -> None:
    first, second = "".join([*start, one, *end]), "".join([*start, other, *end])
    if essence(first.encode()) == essence(second.encode()):
        assert read(first) == read(second)


def test_tokens_alone_can_be_left_out() -> None:
    assert without_tokens(b'<p id="a-1a2b3c4d">x</p><!-- y -->') == b'<p id="a">x</p><!-- y -->'


def test_letters_and_accents_read_alike_together_or_apart() -> None:
    assert decode("<p>Cafe\u0301</p>".encode(), "") == ("<p>Café</p>", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("dues", "dues"), ("é", "é"), ("a\ud83db", "a\ufffdb"), ("\ud83d\ude00", "😀"), ("\ude00\ud83d", "\ufffd\ufffd")],
)
def test_halves_of_characters_are_joined_or_replaced(text: str, expected: str) -> None:
    assert whole(text) == expected
