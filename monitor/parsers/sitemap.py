"""Reads sitemaps and their indexes (sitemaps.org, protocol 0.9): which addresses there are, and when each was updated.

Pure. Read piece by piece, so that what grows when it is unpacked costs no more than its limit.
"""

import re
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.parsers.expat import ExpatError, ParserCreate

from monitor.errors import ParseError
from monitor.models import Entry, canonical, utc_text
from monitor.parsers._addresses import page_address

ADDRESSES_MOST = 50_000
UNPACKED_MOST = 50 * 1024 * 1024
"""What one file may hold: addresses, and bytes once unpacked. Both limits are the protocol's own."""

GZIP = b"\x1f\x8b"
PIECE_BYTES = 1024 * 1024
HEAD_BYTES = 4096
RUNS_MOST = 2
"""Runs of text, of at most 8 KiB each, that are kept of one value: more than any address has."""

ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)")
INDEX, PAGES = "sitemapindex", "urlset"
PARTS = {INDEX: "sitemap", PAGES: "url"}
"""The root element of each kind, and what it holds for each address."""

TIME = re.compile(
    r"(?:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)|\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d\.\d{1,6})?)(?:Z|[+-]\d\d:\d\d)?"
)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
"""W3C dates as far as they name a day; a year or a month alone says too little."""


@dataclass(frozen=True, slots=True)
class Parser:
    """Refused: a sitemap names pages, and what reads those is another parser.

    Raises:
        ValueError: always.
    """

    def __post_init__(self) -> None:
        raise ValueError("a sitemap is named in `listing`; `type` says what reads the pages it names")


def is_sitemap(body: bytes) -> bool:
    """Whether the document's root element, packed or not, is a sitemap's or an index's."""
    try:
        head = _unzip().decompress(body, HEAD_BYTES) if body.startswith(GZIP) else body[:HEAD_BYTES]
    except zlib.error:
        return False
    root = ROOT.search(head)
    return root is not None and root[2].decode() in PARTS


def entries(body: bytes, url: str, hosts: Collection[str] = ()) -> tuple[Entry, ...]:
    """What the sitemap at `url` names on its own host and on these, in its order, each address once. An index names
    listings.

    Raises:
        ParseError: it is broken, declares a document type (`error:feed`), breaks off (`error:truncated`), or holds more
            than the protocol allows (`error:too_large`).
    """
    document = _Document()
    try:
        for piece in _pieces(body):
            document.feed(piece)
        document.close()
    except ExpatError as error:
        raise ParseError(f"the sitemap is broken or breaks off: {error}", "error:feed") from None
    hosts = {urlsplit(url).netloc.lower(), *hosts}
    by_page: dict[str, Entry] = {}
    for location, updated in document.found:
        address = page_address(location, url)
        if address is None or address.split("/", 3)[2].lower() not in hosts:
            continue
        by_page.setdefault(canonical(address), Entry(address, None, _time(updated), listing=document.is_index))
    return tuple(by_page.values())


def _pieces(body: bytes) -> Iterator[bytes]:
    if not body.startswith(GZIP):
        yield body
        return
    stream, size, packed = _unzip(), 0, body
    try:
        while not stream.eof:
            piece = stream.decompress(packed, PIECE_BYTES)
            packed = stream.unconsumed_tail
            if not piece and not packed and not stream.eof:
                raise ParseError("the packed sitemap has no end", "error:truncated")
            size += len(piece)
            if size > UNPACKED_MOST:
                raise ParseError(f"more than {UNPACKED_MOST} bytes once unpacked", "error:too_large")
            yield piece
    except zlib.error as error:
        raise ParseError(f"the sitemap is no sound gzip: {error}", "error:feed") from None


def _unzip() -> "zlib._Decompress":
    return zlib.decompressobj(16 + zlib.MAX_WBITS)


class _Document:
    """Gathers `found`: each address and its date, as they are written."""

    def __init__(self) -> None:
        self.is_index = False
        self.found: list[tuple[str, str]] = []
        self._part = ""
        self._fields: dict[str, str] = {}
        self._depth = 0
        self._values: dict[str, str] = {}
        self._reading: list[str] | None = None
        self._parser = ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def feed(self, piece: bytes) -> None:
        """More of the document.

        Raises:
            ExpatError: it is no XML.
            ParseError: it is no sitemap that we read.
        """
        self._parser.Parse(piece, False)

    def close(self) -> None:
        """The document has ended.

        Raises:
            ExpatError: it had not.
        """
        self._parser.Parse(b"", True)

    def _refuse(self, *_declaration: object) -> None:
        raise ParseError("the sitemap declares a document type; entities could make it grow without end", "error:feed")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 3:
            self._reading = [] if name in self._fields else None
        elif self._depth == 2:
            self._values = {}
        elif self._depth == 1:
            self._root(name)

    def _end(self, name: str) -> None:
        if self._depth == 3 and self._reading is not None:
            self._values[self._fields[name]] = "".join(self._reading).strip()
            self._reading = None
        elif self._depth == 2 and name == self._part and self._values.get("loc"):
            self.found.append((self._values["loc"], self._values.get("lastmod", "")))
            if len(self.found) > ADDRESSES_MOST:
                raise ParseError(f"more than {ADDRESSES_MOST} addresses in one sitemap", "error:too_large")
        self._depth -= 1

    def _text(self, text: str) -> None:
        if self._reading is not None and len(self._reading) < RUNS_MOST:
            self._reading.append(text)

    def _root(self, name: str) -> None:
        local = name.rpartition(":")[2]
        prefix = name.removesuffix(local)
        if local not in PARTS:
            raise ParseError(f"no sitemap: its root is <{name:.40}>", "error:feed")
        self.is_index = local == INDEX
        self._part = prefix + PARTS[local]
        self._fields = {prefix + field: field for field in ("loc", "lastmod")}


def _time(written: str) -> str | None:
    """A date as our own are written, None where it is none."""
    day, match = DAY.fullmatch(written), TIME.fullmatch(written)
    if not (day or match):
        return None
    try:
        at = datetime.fromisoformat(written)
        if day or match is None:
            return written
        if at.tzinfo in (UTC, None) and match[1]:  # most are, and there are thousands
            return f"{match[1]}.000Z"
        return utc_text(at.replace(tzinfo=UTC) if at.tzinfo is None else at)
    except (ValueError, OverflowError):
        return None
