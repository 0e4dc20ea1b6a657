"""Reads RSS and Atom: the pages a feed names and, where its items carry whole texts, the statements. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any

from monitor.errors import ParseError
from monitor.models import Entry, Statement, canonical
from monitor.parsers._addresses import page_address

ITEMS_MOST = 1000

WHOLE_TEXT_WORDS = 100
"""A description of so many words that breaks off nowhere is taken for the text itself."""

ROOTS = frozenset({b"rss", b"feed", b"rdf:RDF"})
ROOT = re.compile(rb"<([A-Za-z_][\w:.-]*)")
HEAD_BYTES = 4096
DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")

CHANNEL_TIMES = re.compile(rb"<(lastBuildDate|pubDate|updated)>[^<]*</\1>")
HALF = re.compile(r"&#(?:x0*(d[89a-f][0-9a-f]{2})|0*(5[5-7]\d{3}));", re.IGNORECASE)
"""References to surrogates, U+D800 to U+DFFF, and to some neighbours: XML has none (1.0, 4.1), but some tools do."""

NO_CHARACTER = re.compile(
    r"&#(?:x0*(?:1[1-9a-f]|[2-9a-f][0-9a-f]|[0-9a-f]{3,})[0-9a-f]{4}|0*(?:[2-9]\d{6}|\d{8,}));", re.IGNORECASE
)
"""References beyond Unicode, from U+110000 on, or far beyond what any text has."""

ITEM = re.compile(rb"<(?:item|entry)[\s>]")

IDENTITY = "feed-2"

BREAKS_OFF = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\]|read more|continue reading|more)\W*\Z", re.IGNORECASE)
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Parser:
    """A feed whose items are the statements."""

    @property
    def identity(self) -> str:
        """The parser and its version."""
        return IDENTITY

    def statement(self, html: str, url: str) -> Statement:
        """A feed holds many statements; they come with its listing.

        Raises:
            ParseError: always.
        """
        raise ParseError('the "feed" parser reads listings: name the feed in the source\'s `listing`')

    def listing(self, html: str, url: str) -> tuple[Entry, ...]:
        """The items, with their statements where they carry the whole text.

        Raises:
            ParseError: the feed is broken or none.
        """
        return entries(html, url, texts=True)

    def essence(self, body: bytes) -> bytes | None:
        """The feed without the times of its own making."""
        return essence(body)


def is_feed(body: bytes) -> bool:
    """Whether the document's root element is a feed's."""
    root = ROOT.search(body[:HEAD_BYTES])
    return root is not None and root[1] in ROOTS


def essence(body: bytes) -> bytes:
    """The feed without the times before its first item, which only say when it was made."""
    first = ITEM.search(body)
    items_at = first.start() if first else len(body)
    return CHANNEL_TIMES.sub(b"", body[:items_at]) + body[items_at:]


def entries(xml: str, url: str, *, texts: bool) -> tuple[Entry, ...]:
    """The feed's items in its order, at most a thousand, each page once; `texts` asks for their statements, too.

    A page is its address (see `models.canonical`): guids may change at each making of a feed.

    Raises:
        ParseError: the feed is broken or none; its outcome is `error:feed`.
    """
    found = _feed(xml)
    is_atom = str(found.version).startswith("atom")
    by_page: dict[str, Entry] = {}
    for item in found.entries[:ITEMS_MOST]:
        entry = _entry(item, url, texts=texts, is_atom=is_atom)
        if entry:
            by_page.setdefault(canonical(entry.url), entry)
    return tuple(by_page.values())


def item_statement(found: Sequence[Entry], url: str) -> Statement | None:
    """The statement that these items of a feed carry for a page; None where the page is not among them."""
    return next((entry.statement for entry in found if canonical(entry.url) == canonical(url)), None)


def _feed(xml: str) -> Any:
    import feedparser  # slow to import, and needed in the child alone

    body = _joined(DECLARATION.sub("", xml)).encode("utf-8", "replace")
    _refuse(body)
    # A stream, as feedparser would open a string as an address or a file's name.
    try:
        found = feedparser.parse(BytesIO(_first_items(body)), resolve_relative_uris=False, sanitize_html=False)
    except ValueError as error:  # a reference to no character
        raise ParseError(f"the feed cannot be read: {error}", "error:feed") from error
    if found.bozo and not _closed(body):
        raise ParseError(f"the feed breaks off: {found.bozo_exception}", "error:feed")
    return found


def _joined(xml: str) -> str:
    """The feed with references to halves of characters joined or replaced: feedparser cannot encode them."""
    from monitor import html

    xml = NO_CHARACTER.sub("\ufffd", xml)
    return html.whole(HALF.sub(lambda half: chr(int(half[1], 16) if half[1] else int(half[2])), xml))


def _refuse(body: bytes) -> None:
    if not is_feed(body):
        raise ParseError("no RSS or Atom feed", "error:feed")
    if b"<!DOCTYPE" in body[:HEAD_BYTES] or b"<!ENTITY" in body:
        raise ParseError("the feed declares a document type; entities could make it grow without end", "error:feed")


def has_more(body: bytes) -> bool:
    """Whether the feed goes on beyond the items that are read."""
    return _beyond(body) is not None


def _beyond(body: bytes) -> "re.Match[bytes] | None":
    return next(islice(ITEM.finditer(body), ITEMS_MOST, None), None)


def _first_items(body: bytes) -> bytes:
    """The feed as if it ended after the most items that are read: feedparser takes a third of a millisecond for each.

    Raises:
        ParseError: it goes on beyond them, and breaks off.
    """
    beyond = _beyond(body)
    root = ROOT.search(body)
    if beyond is None or root is None:
        return body
    if not _closed(body):
        raise ParseError("the feed breaks off", "error:feed")
    channel = b"</channel>" if root[1] == b"rss" else b""
    return body[: beyond.start()] + channel + b"</" + root[1] + b">"


def _closed(body: bytes) -> bool:
    root = ROOT.search(body)
    return root is not None and b"</" + root[1] in body[-HEAD_BYTES:]


def _entry(item: Any, feed_url: str, *, texts: bool, is_atom: bool) -> Entry | None:
    """An item; None where it names no page."""
    url = page_address(item.get("link") or "", feed_url)
    if url is None:
        return None
    title = _plain(item.get("title") or "")
    published_at, updated_at = _times(item, is_atom=is_atom)
    statement = _statement(item, url, title, published_at, updated_at) if texts else None
    return Entry(url, title or None, updated_at or published_at, statement)


def _statement(item: Any, url: str, title: str, published_at: str | None, updated_at: str | None) -> Statement | None:
    """The statement an item carries. Its author elements are its people; a by-line in its text is text."""
    from monitor import html

    body = html.blocks(_body(_whole_text(item)), url) if title else ()
    if not body:
        return None
    return Statement(
        url,
        title,
        IDENTITY,
        people=_people(item),
        published_at=published_at,
        updated_at=updated_at,
        body=body,
        keeps_history=updated_at is not None,
    )


def _people(item: Any) -> tuple[str, ...]:
    """Who is named by `author` or `dc:creator`, each once, in the feed's order."""
    names = (_plain(author.get("name") or "") for author in item.get("authors") or ())
    return tuple(dict.fromkeys(name for name in names if name))


def _whole_text(item: Any) -> str:
    """The item's text as HTML; "" where it only carries a summary."""
    content = " ".join(part.get("value") or "" for part in item.get("content") or ())
    if content:
        return content
    description: str = item.get("summary") or ""
    words = _plain(description)
    return description if len(words.split()) >= WHOLE_TEXT_WORDS and not BREAKS_OFF.search(words) else ""


def _body(markup: str) -> Any:
    from monitor import html

    return html.tree(markup).body


def _plain(markup: str) -> str:
    """The words of a piece of HTML."""
    from monitor import html

    return html.text(_body(markup)) if markup else ""


def _times(item: Any, *, is_atom: bool) -> tuple[str | None, str | None]:
    """When an item says it was published and updated.

    An Atom `updated` is an update date (RFC 4287, 4.2.15), and so is any that is not the date of publication again:
    one that moves with it tells a new edition from none. In RSS a lone one is `dc:date`, the only date there is.
    """
    published_at, updated_at = _time(item, "published"), _time(item, "updated")
    if published_at is None and not is_atom:
        return updated_at, None
    return published_at, None if updated_at == published_at else updated_at


def _time(item: Any, name: str) -> str | None:
    """When an item says it was published or updated, as ISO 8601; None where it does not, or in no form we know."""
    written, parsed = dict.get(item, name), dict.get(item, f"{name}_parsed")
    if written and DAY.fullmatch(written.strip()):
        return str(written.strip())
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.000Z".format(*parsed[:6]) if parsed else None
