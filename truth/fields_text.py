"""The publisher's HTML as plain words, read without the parser that is held against it. Pure."""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

LONDON = ZoneInfo("Europe/London")
EMBEDDED = "section.attachment, div.attachment, .gem-c-attachment, .attachment-inline, .gem-c-attachment-link"
FACTS = ".type, .file-size, .page-length"
DOWNLOAD = re.compile(r"Download ([A-Z]+) ?(.*)")
INACCESSIBLE = "may not be suitable for users of assistive technology"
SIZE = re.compile(r"(?<=\d)(?=[KMG]?B(?:ytes)?\b)")
BLOCK_ENDS = re.compile(r"</(?:p|li|h\d|div|t[dh]|ul|ol)>|<br ?/?>")
UNSEEN = "script, style, .attachment-thumb"


def words(text: str) -> str:
    """White space folded."""
    return " ".join(text.split())


def london_day(at: str | None) -> str | None:
    """A time or day as the templates print it: the day in London, "4 March 2018"."""
    if at is None:
        return None
    day = datetime.fromisoformat(at)
    local = day.astimezone(LONDON) if day.tzinfo else day
    return f"{local.day} {local:%B %Y}"


def plain(html: str) -> str:
    """The words of HTML, white space folded."""
    return words(tree(BLOCK_ENDS.sub(r"\g<0> ", html)).text())


def solid(html: str) -> str:
    """The characters of HTML without white space; of an attachment inside it its title alone."""
    body = tree(html)
    for node in body.css(UNSEEN):
        node.decompose()
    for node in body.css("section.attachment, section.gem-c-attachment"):
        title = node.css_first(".title, .gem-c-attachment__title")
        node.replace_with(title.text() if title is not None else "")
    return "".join(body.text().split())


def linked(html: str, base_url: str) -> Iterator[str]:
    """The absolute address of each link with words in a text, those of attachments left out."""
    body = tree(html)
    for node in body.css(f"{UNSEEN}, {EMBEDDED}"):
        node.decompose()
    for link in body.css("a[href]"):
        if words(link.text()):
            yield urljoin(base_url, words(link.attrs.get("href") or ""))


def embedded(html: str, base_url: str) -> Iterator[tuple[str, str, str | None]]:
    """The title, address and details of each attachment inside a text."""
    for node in {node.mem_id: node for node in tree(html).css(EMBEDDED)}.values():
        title = node.css_first(".title") or node.css_first("a")
        link = node.css_first(".title a") or node.css_first(".download a") or node.css_first("a")
        if title is not None and link is not None:
            details = ", ".join(SIZE.sub(" ", fact) for fact in _facts(node))
            yield words(title.text()), urljoin(base_url, link.attrs.get("href") or ""), details or None


def _facts(node: LexborNode) -> Iterator[str]:
    """Type, size, pages and references; last that not everyone can read the file."""
    facts = [words(fact.text()) for fact in node.css(FACTS)]
    download = DOWNLOAD.match(words(" ".join(link.text(separator=" ") for link in node.css(".download a"))))
    yield from facts or (download.groups() if download else ())
    yield from (words(reference.text()) for reference in node.css(".references"))
    if INACCESSIBLE in words(node.text()):
        yield INACCESSIBLE


def tree(html: str) -> LexborNode:
    """The body of a piece of HTML."""
    body = LexborHTMLParser(f"<body>{html}").body
    if body is None:
        raise ValueError("HTML without a body: the library makes one of any text")
    return body
