"""Writes Atom feeds (RFC 4287). Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5
from xml.sax.saxutils import escape, quoteattr

NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, however it is written (section 2.2)."""


@dataclass(frozen=True, slots=True)
class AtomEntry:
    """One entry. Times as text, RFC 3339; `content` is an HTML fragment; `url` is the entry's page here, `about` the
    publisher's; `words` are its categories."""

    id: str
    title: str
    updated_at: str
    published_at: str
    url: str
    about: str
    author: str
    summary: str
    content: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AtomFeed:
    """One feed; `entries` newest first. `url` is its own address, `page` that of the same as a page."""

    id: str
    title: str
    updated_at: str
    url: str
    page: str
    entries: Sequence[AtomEntry] = ()


def lasting_id(database_id: str, *names: object) -> str:
    """The id of a thing of this database: the same for good, whatever host, port or path it is served at.

    A UUID is the one kind of name that needs no registered authority (RFC 9562, section 5.5; RFC 4287, section 4.2.6).
    """
    return f"urn:uuid:{uuid5(UUID(database_id), '/'.join(map(str, names)))}"


def written(feed: AtomFeed) -> bytes:
    """The document, in UTF-8."""
    lines = (
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        *(_text("id", feed.id), _text("title", feed.title), _text("updated", feed.updated_at)),
        f'<link rel="self" type="application/atom+xml" href={_attribute(feed.url)}/>',
        f'<link rel="alternate" type="text/html" href={_attribute(feed.page)}/>',
        "<author><name>statement-monitor</name></author>",
        *map(_entry, feed.entries),
        "</feed>",
        "",
    )
    return "\n".join(lines).encode()


def _entry(entry: AtomEntry) -> str:
    lines = (
        "<entry>",
        *(_text("id", entry.id), _text("title", entry.title)),
        *(_text("updated", entry.updated_at), _text("published", entry.published_at)),
        f"<author>{_text('name', entry.author)}</author>",
        f'<link rel="alternate" type="text/html" href={_attribute(entry.url)}/>',
        f'<link rel="related" href={_attribute(entry.about)}/>',
        *(f"<category term={_attribute(word)}/>" for word in entry.words),
        _text("summary", entry.summary),
        f'<content type="html">{_escaped(entry.content)}</content>',
        "</entry>",
    )
    return "\n".join(lines)


def _text(tag: str, text: str) -> str:
    return f"<{tag}>{_escaped(text)}</{tag}>"


def _escaped(text: str) -> str:
    return escape(NO_XML.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(NO_XML.sub("\ufffd", text))
