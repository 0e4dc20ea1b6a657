"""Reading HTML: bytes to text, text to a tree, a tree to blocks of text as readers see them. Pure."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from unicodedata import normalize
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

from monitor._html_addresses import CAMPAIGN as CAMPAIGN
from monitor._html_addresses import VISIT as VISIT
from monitor._html_addresses import steady as steady
from monitor._html_essence import essence as essence
from monitor._html_essence import without_tokens as without_tokens
from monitor.errors import ParseError
from monitor.models import PLAIN_ADDRESS, Block, BlockKind, Link

# --- bytes to text ---------------------------------------------------------------------------------------------------

MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"))
META_BYTES = 2048


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The encodings of the WHATWG Encoding Standard, section 4, by Python's name. Python knows more, and some of those run
# code or re-spell markup: idna, rot13, zlib, unicode_escape, utf-7.
ENCODINGS = _words(
    "big5hkscs cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp866 cp874 cp932 cp949 euc_jp euc_kr "
    "gb18030 gbk iso2022_jp iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 "
    "iso8859-13 iso8859-14 iso8859-15 iso8859-16 koi8-r koi8-u mac-cyrillic mac-roman shift_jis utf-16-be utf-16-le "
    "utf-8"
)

# Controls, lone surrogates and the overrides and isolates that reorder what readers see; tab, line feed, form feed and
# carriage return are white space and stay.
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
HALF = re.compile("[\ud800-\udfff]")
PLAIN = bytes((9, 10, 12, 13, *range(32, 127)))  # never anything to look at, in any encoding like ASCII
SPACE_CONTROLS = "\x0b\x1c\x1d\x1e\x1f\x85"


def decode(body: bytes, content_type: str) -> tuple[str, bool]:
    """The text of a page, and whether anything in it had to be replaced or dropped.

    The encoding is the first usable of: byte order mark, `content_type`, `<meta>` in the first 2 KB, UTF-8 where the
    bytes are valid, Windows-1252. Where that is declared, valid UTF-8 is believed all the same: it is not by chance.
    """
    for mark, name in MARKS:
        if body.startswith(mark):
            return _readable(body[len(mark) :], name)
    named = _encoding(http_content_type_encoding(content_type or None)) or _in_meta(body)
    if named and named != "cp1252":
        return _readable(body, named)
    try:
        return _clean(body.decode("utf-8"), lossy=False)
    except UnicodeDecodeError:
        return _readable(body, "cp1252")


def _encoding(label: str | None) -> str | None:
    """Python's name for a declared encoding, None where it is none a browser would use."""
    if label is None:
        return None
    name = codecs.lookup(label).name
    if name == "utf-16":
        return "utf-16-le"  # as browsers read it
    return name if name in ENCODINGS else None


def _in_meta(body: bytes) -> str | None:
    """What the page itself declares; that it could be read so far tells that it is no UTF-16 (HTML, 13.2.3.2)."""
    name = _encoding(html_body_declared_encoding(body[:META_BYTES]))
    return "utf-8" if name and name.startswith("utf-16") else name


def _readable(body: bytes, encoding: str) -> tuple[str, bool]:
    text = body.decode(encoding, "replace")
    return _clean(text, lossy="\ufffd" in text)


def _clean(text: str, *, lossy: bool) -> tuple[str, bool]:
    text = text if text.isascii() else normalize("NFC", text)  # letters and accents apart or together look alike
    rest = text.encode("utf-8", "surrogatepass").translate(None, PLAIN).decode("utf-8", "surrogatepass")
    return (NOT_TEXT.sub(_replacement, text), True) if NOT_TEXT.search(rest) else (text, lossy)


def _replacement(match: re.Match[str]) -> str:
    return " " if match[0] in SPACE_CONTROLS else ""


def whole(text: str) -> str:
    """The text with halves of characters (surrogates, which no encoding carries) joined, or replaced where alone.

    Bytes hold none once decoded, but a numeric reference or an escape inside them may name one.
    """
    if text.isascii() or not HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def fold(text: str) -> str:
    """Runs of white space as one space, none at the ends; what is no text (controls, bidi overrides) left out.

    White space is Unicode's White_Space: a no-break space folds, a zero-width space stays.
    """
    return " ".join((NOT_TEXT.sub(_replacement, text) if NOT_TEXT.search(text) else text).split())


JOINS_MOST = 4
"""What is left out of an odd address (`a; ?`) can make another of the rest."""


def absolute(href: str, base_url: str) -> str:
    """The absolute address of a link, less what differs from visit to visit; as written where it cannot be resolved."""
    address = _joined(fold(href), base_url)
    for _ in range(JOINS_MOST):
        again = address if PLAIN_ADDRESS.fullmatch(address) and address[-1] != ";" else _joined(address, base_url)
        if again == address:
            break
        address = again
    return address


def _joined(href: str, base_url: str) -> str:
    try:
        return steady(urljoin(base_url, href)).strip()
    except ValueError:
        return steady(href).strip()


# --- text to a tree --------------------------------------------------------------------------------------------------

# A parser takes time and memory quadratic in each of these (lexbor #340), and reading a tree does in its depth. Of
# 1,568 real pages none is deeper than 72, counting what is left open, offers more than 205 options or has 15,000 tags.
MAX_DEPTH = 1_000
MAX_OPTIONS = 10_000
MAX_ATTRIBUTES = 512
MAX_TAGS = 200_000

# Elements that the next of their kind or their parent ends, tags or not: open ones do not nest.
SELF_ENDING = _words("p li dt dd td th tr thead tbody tfoot colgroup")
VOID = _words("area base br col embed hr img input link meta param source track wbr")
NAME_AND_VALUE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>]*+))?+"""
ATTRIBUTE = re.compile(NAME_AND_VALUE)
# Each alternative consumes to the end of the text where its own end is missing, so that no part is scanned twice. What
# begins like a tag and is none is a comment up to the next ">" (HTML, 13.2.5.42).
TAG = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(?:[!?]|/[^a-zA-Z])[^>]*+"
    rf"|<(?P<close>/?+)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[\s/]++|{NAME_AND_VALUE})*+)>?+",
    re.DOTALL,
)
FOREIGN = ("svg", "math")
NEVER_NEST = SELF_ENDING | VOID | {"option"}
RAW_TEXT = _words("iframe noembed noframes script style textarea title xmp")


def tree(html: str) -> LexborHTMLParser:
    """The parsed document.

    Raises:
        ParseError: the page would take the parser more time or memory than any real page does.
    """
    if html.count("<") > MAX_DEPTH or max(map(len, html.split("<"))) > 2 * MAX_ATTRIBUTES:
        _check_size(html)
    return LexborHTMLParser(html)


def _check_size(html: str) -> None:
    opened: dict[str, int] = {}
    depth = options = 0
    for tags, (name, closes, attributes, foreign) in enumerate(_tags(html), 1):
        options += name == "option" and not closes  # they cost alike, closed or not
        if closes and opened.get(name):  # the end of nothing ends nothing
            opened[name] -= 1
            depth -= 1
        elif not closes and (foreign or name not in NEVER_NEST) and not (foreign and _ends_itself(attributes)):
            opened[name] = opened.get(name, 0) + 1
            depth += 1
        if len(attributes) > 2 * MAX_ATTRIBUTES and len(ATTRIBUTE.findall(attributes)) > MAX_ATTRIBUTES:
            raise ParseError(f"a tag with more than {MAX_ATTRIBUTES} attributes")
        if depth > MAX_DEPTH:
            raise ParseError(f"tags nested or left open more than {MAX_DEPTH} deep")
        if options > MAX_OPTIONS:
            raise ParseError(f"more than {MAX_OPTIONS} options")
        if tags > MAX_TAGS:
            raise ParseError(f"more than {MAX_TAGS} tags")


def _ends_itself(attributes: str) -> bool:
    """Whether a drawing's or formula's tag is its own end: `<path/>`, but not `<path d=a/>`."""
    return attributes.endswith("/") and ATTRIBUTE.sub("", attributes).endswith("/")


def _tags(html: str) -> Iterator[tuple[str, bool, str, bool]]:
    """Each tag's name, whether it closes, its attributes as written, and whether it stands in a drawing or formula,
    where elements end otherwise; the content of scripts and such is none."""
    at = foreign = 0
    while match := TAG.search(html, at):
        at = match.end()
        name = (match["name"] or "").lower()
        if not name:
            continue
        closes = bool(match["close"])
        yield name, closes, match["attributes"], foreign > 0
        if name in FOREIGN:
            foreign = max(0, foreign - 1) if closes else foreign + 1
        elif name in RAW_TEXT and not closes and not foreign:
            end = re.compile(f"</{name}", re.IGNORECASE).search(html, at)
            at = end.start() if end else len(html)


# --- a tree to blocks ------------------------------------------------------------------------------------------------

BLOCKS = _words(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre search "
    "section summary table tbody td tfoot th thead tr ul"
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
KINDS = {
    **dict.fromkeys(HEADINGS, BlockKind.HEADING),
    "li": BlockKind.LIST_ITEM,
    "td": BlockKind.CELL,
    "th": BlockKind.CELL,
    "blockquote": BlockKind.QUOTATION,
    "pre": BlockKind.CODE,
    "caption": BlockKind.CAPTION,
    "figcaption": BlockKind.CAPTION,
}
LISTS = frozenset(("ul", "ol", "menu", "dir"))
# Controls and what browsers do not show as text.
SKIPPED = _words(
    "audio button canvas datalist embed head iframe input noembed noframes noscript object script select style svg "
    "template textarea title video"
)


@dataclass(slots=True)
class _Page:
    """The blocks so far, and the one being read."""

    base_url: str
    blocks: list[Block] = field(default_factory=list)
    kinds: list[tuple[BlockKind, int]] = field(default_factory=list)  # innermost last
    lists: int = 0
    columns: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    href: str | None = None  # of the link being read, whose words begin at `link_at`
    link_at: int = 0

    def open(self, tag: str, node: LexborNode) -> None:
        """An element begins."""
        if tag in BLOCKS:
            self.end_block()
            self._open_block(tag)
        elif tag == "a":
            self.href, self.link_at = node.attrs.get("href"), len(self.words)
        elif tag == "br":
            self.words.append(" ")
        elif tag == "img":
            self.images.append(node.attrs.get("alt") or "")

    def close(self, tag: str) -> None:
        """An element ends."""
        if tag in BLOCKS:
            self.end_block()
            self._close_block(tag)
        elif tag == "a":
            self._end_link()
            self.href = None

    def end_block(self) -> None:
        """The words read so far stand alone; an image inside them follows them."""
        self._end_link()
        text = fold("".join(self.words))
        if text:
            kind, level = self.kinds[-1] if self.kinds else (BlockKind.PARAGRAPH, 0)
            self.blocks.append(Block(kind, text, level, tuple(self.links)))
        self.blocks.extend(Block(BlockKind.IMAGE, alt) for alt in map(fold, self.images) if alt)
        self.words, self.links, self.images, self.link_at = [], [], [], 0

    def _end_link(self) -> None:
        text = fold("".join(self.words[self.link_at :])) if self.href is not None else ""
        if self.href is not None and text:
            self.links.append(Link(text, absolute(self.href, self.base_url)))

    def _open_block(self, tag: str) -> None:
        if tag in LISTS:
            self.lists += 1
        elif tag == "tr":
            self.columns.append(0)
        elif kind := KINDS.get(tag):
            self.kinds.append((kind, self._level(tag)))

    def _close_block(self, tag: str) -> None:
        if tag in LISTS:
            self.lists -= 1
        elif tag == "tr":
            self.columns.pop()
        elif tag in KINDS:
            self.kinds.pop()

    def _level(self, tag: str) -> int:
        if tag in ("td", "th") and self.columns:
            self.columns[-1] += 1
            return self.columns[-1]
        return max(1, self.lists) if tag == "li" else HEADINGS.get(tag, 0)


def blocks(node: LexborNode, base_url: str) -> tuple[Block, ...]:
    """The text under a node, a block for each run that readers see as one, in the page's order.

    Only white space is folded (see `fold`). Inline markup neither splits nor joins words; `<br>` is a space. A block is
    what its nearest enclosing heading, list item, cell, quotation … makes it. Hidden elements, scripts and controls
    are left out; deleted and inserted text (`del`, `ins`) and the content of `details` are text.
    """
    page = _Page(base_url)
    opened: list[tuple[str, LexborNode | None]] = []  # the open elements, with what follows each
    at = node.child
    while at is not None or opened:
        if at is None:
            tag, at = opened.pop()
            page.close(tag)
            continue
        tag = at.tag or ""
        if tag == "-text":
            page.words.append(at.text_content or "")
        elif at.is_element_node and tag not in SKIPPED and not _hidden(at):
            page.open(tag, at)
            opened.append((tag, at.next))
            at = at.child
            continue
        at = at.next
    page.end_block()
    return tuple(page.blocks)


def text(node: LexborNode | None) -> str:
    """All words under a node as one line, the way `blocks` reads them; "" for None."""
    return " ".join(block.text for block in blocks(node, "") if block.kind is not BlockKind.IMAGE) if node else ""


def matches(node: LexborNode, selectors: tuple[str, ...]) -> list[LexborNode]:
    """The nodes under (or at) a node that match any of the selectors: each once, in the page's order."""
    return list({found.mem_id: found for found in node.css(", ".join(selectors))}.values())


def cut(node: LexborNode, selectors: tuple[str, ...]) -> None:
    """The tree under a node without what matches. Inner matches go first: no node is touched once its parent went."""
    for found in reversed(matches(node, selectors)):
        found.decompose()


def _hidden(node: LexborNode) -> bool:
    """Whether an element is hidden from every reader; `until-found` is shown on demand."""
    return "hidden" in node.attrs and node.attrs.get("hidden") != "until-found"
