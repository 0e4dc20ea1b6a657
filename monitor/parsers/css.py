"""Reads any publisher's pages by CSS selectors from the configuration. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from hashlib import sha256

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor.errors import ParseError
from monitor.html import blocks, text, tree
from monitor.html import essence as essence_of
from monitor.models import Entry, Note, Statement
from monitor.parsers._addresses import page_address
from monitor.parsers._css_times import first_time, note

Selector = str | Mapping[str, str | int]
"""A CSS selector, or a table `{selector = "…", expect = N}` with the number of elements it must find."""

REQUIRED = ("title", "body")


@dataclass(frozen=True, slots=True)
class Parser:
    """One selector a field; `links` finds the pages a listing names. A count that is not met stops the reading.

    Raises:
        ValueError: a selector is none, or a table is not understood.
    """

    title: Selector
    body: Selector
    lead: Selector | None = None
    published_at: Selector | None = None
    updated_at: Selector | None = None
    notes: Selector | None = None
    links: Selector | None = None

    def __post_init__(self) -> None:
        for name, setting in self._settings():
            _check(name, setting)

    @property
    def identity(self) -> str:
        """The parser, its version, and a hash of its selectors: other selectors read otherwise."""
        told = "\n".join(f"{name}={_selector(setting)}" for name, setting in self._settings())
        return f"css-2-{sha256(told.encode()).hexdigest()[:6]}"

    def statement(self, html: str, url: str) -> Statement:
        """The statement on this page.

        Raises:
            ParseError: a selector found too little, or not as many elements as expected.
        """
        page = tree(html)
        body = tuple(block for node in self._find(page, "body") for block in blocks(node, url))
        if not body:
            raise ParseError("the body has no text", "error:empty")
        title, lead = self._find(page, "title"), self._find(page, "lead")
        return Statement(
            url,
            text(title[0]),
            self.identity,
            lead=" ".join(map(text, lead)) or None,
            published_at=first_time(self._find(page, "published_at")),
            updated_at=first_time(self._find(page, "updated_at")),
            notes=_newest_first([note(node) for node in self._find(page, "notes")]),
            body=body,
            keeps_history=bool(self.notes or self.updated_at),
        )

    def listing(self, html: str, url: str) -> tuple[Entry, ...]:
        """The pages that `links` finds, itself or inside what it finds, each once.

        Raises:
            ParseError: there is no such selector, or it found nothing.
        """
        found = self._find(tree(html), "links")
        if not found:
            raise ParseError("`links` finds nothing on the listing")
        named: dict[str, Entry] = {}
        for link in (link for node in found for link in _anchors(node)):
            address = page_address(link.attributes.get("href") or "", url)
            if address:
                named.setdefault(address, Entry(address, text(link) or None))
        return tuple(named.values())

    def essence(self, body: bytes) -> bytes | None:
        """The page without what differs at each request; any of the rest may be selected."""
        return essence_of(body)

    def _settings(self) -> list[tuple[str, Selector]]:
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return [(name, setting) for name, setting in pairs if setting is not None]

    def _find(self, page: LexborHTMLParser, name: str) -> list[LexborNode]:
        """The elements of a field in page order, none inside another of them."""
        setting = getattr(self, name)
        if setting is None:
            return []
        selector, expected = _selector(setting)
        found = page.css(selector)
        if expected is not None and len(found) != expected:
            raise ParseError(f"{name}: {selector} finds {len(found)} elements, not {expected}")
        if name in REQUIRED and not found:
            raise ParseError(f"{name}: {selector} finds nothing")
        return _outermost(found)


# --- settings --------------------------------------------------------------------------------------------------------


def _selector(setting: Selector) -> tuple[str, int | None]:
    """The selector and, where it is given, the number of elements it must find."""
    if isinstance(setting, str):
        return setting, None
    expected = setting.get("expect")
    return str(setting.get("selector", "")), None if expected is None else int(expected)


def _check(name: str, setting: Selector) -> None:
    if not isinstance(setting, str) and not {"selector"} <= setting.keys() <= {"selector", "expect"}:
        raise ValueError(f'{name}: expected a selector, or {{ selector = "…", expect = 1 }}')
    selector, _ = _selector(setting)
    try:
        LexborHTMLParser("").css(selector)
    except SelectolaxError:
        raise ValueError(f'{name}: "{selector}" is no CSS selector') from None


# --- elements --------------------------------------------------------------------------------------------------------


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """Without those inside another, whose text would count twice."""
    found = {node.mem_id for node in nodes}
    return [node for node in nodes if not any(parent.mem_id in found for parent in _parents(node))]


def _parents(node: LexborNode) -> list[LexborNode]:
    parents = []
    while (above := node.parent) is not None:
        parents.append(above)
        node = above
    return parents


def _anchors(node: LexborNode) -> list[LexborNode]:
    """The links in a node; the node itself may be one."""
    return [node] if node.tag == "a" else node.css("a[href]")


def _newest_first(notes: list[Note]) -> tuple[Note, ...]:
    """In page order, unless the page dates them all and runs from old to new."""
    times = [note.at for note in notes if note.at]
    ascending = len(times) == len(notes) > 1 and times[0] < times[-1]
    return tuple(reversed(notes)) if ascending else tuple(notes)
