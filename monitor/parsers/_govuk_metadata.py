"""GOV.UK's metadata lists: from whom, when, where, and the facets of specialist documents. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from monitor.html import blocks, cut, matches, text
from monitor.models import Block, BlockKind, Note
from monitor.parsers._govuk_dates import day, days
from monitor.parsers._govuk_history import Days, labelled

# The framed list over a speech, a release or a specialist document; the publisher's list under the title; logos.
IMPORTANT = (".important-metadata", ".app-c-important-metadata")
LISTS = (".gem-c-metadata", ".app-c-publisher-metadata", ".metadata-list", ".meta")
LOGOS = (".gem-c-organisation-logo", ".organisation-logo")

DELIVERED = ("Delivered on", "Written on")
ORGANISATION = re.compile(r"/(?:government|world)/organisations/")
PERSON = re.compile(r"/government/people/")
# Lists of other pages that this one belongs to; they change without it.
ELSEWHERE = re.compile(r"/(?:browse|collections|policies|topics?|topical-events|world)(?:/|$)")
CONNECTIVES = re.compile(r"^(?:[\s,;]|\band\b)+|(?:[\s,;]|\band\b)+$")
NO_DAYS = Days()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the lists at the top of a page say. `facts` are the entries that are content, each a paragraph."""

    publishers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    days: Days = NO_DAYS
    latest: Note | None = None  # travel advice: "Latest update"
    delivered_on: str | None = None
    location: str | None = None
    facts: tuple[Block, ...] = ()


def take_metadata(page: LexborNode, url: str) -> Metadata:
    """Everything the metadata lists and logos say, cut out of the page.

    Publishers are named by logos where no list names them, as in HTML attachments and corporate pages.
    """
    known = Metadata()
    framed = list(_entries(page, IMPORTANT))
    spoken = any(definition.css_first("time") for _, definition in framed)
    for label, definition in framed:
        placed = _with_place(known, label, definition) or (_with_speech(known, definition) if spoken else None)
        known = placed or _with_fact(known, label, definition, url)
    cut(page, IMPORTANT)
    for label, definition in _entries(page, LISTS):
        known = _with_place(known, label, definition) or _with_entry(known, label, definition, url)
    cut(page, LISTS)
    logos = tuple(dict.fromkeys(name for logo in matches(page, LOGOS) if (name := text(logo))))
    cut(page, LOGOS)
    return replace(known, publishers=known.publishers or logos)


def _entries(page: LexborNode, lists: tuple[str, ...]) -> Iterator[tuple[str, LexborNode]]:
    """Each term's words, without the colon that templates have had at times, and its definition."""
    for term in matches(page, tuple(f"{container} dt" for container in lists)):
        definition = term.next
        while definition is not None and definition.tag not in ("dd", "dt"):
            definition = definition.next
        if definition is not None and definition.tag == "dd":
            yield text(term).removesuffix(":").rstrip(), definition


def _with_place(known: Metadata, label: str, definition: LexborNode) -> Metadata | None:
    """Where or when a speech was given; None for any other entry."""
    if label == "Location":
        return replace(known, location=text(definition))
    return _with_day(known, text(definition)) if label in DELIVERED else None


def _with_day(known: Metadata, words: str) -> Metadata:
    """When a speech was given, and what is said of it: "(Original script, may differ …)"."""
    remark = words[words.find("(") :] if "(" in words else ""
    facts = (*known.facts, Block(BlockKind.PARAGRAPH, remark)) if remark else known.facts
    return replace(known, delivered_on=day(words), facts=facts)


def _with_speech(known: Metadata, definition: LexborNode) -> Metadata:
    """The same under labels in the page's own language: of the two entries the day is a `time`."""
    if definition.css_first("time") is not None:
        return _with_day(known, text(definition))
    return replace(known, location=text(definition) or None)


def _with_entry(known: Metadata, label: str, definition: LexborNode, url: str) -> Metadata:
    """The metadata with one more entry of the publisher's list."""
    words, links = text(definition), _links(definition)
    if any(ORGANISATION.search(href) or PERSON.search(href) for href, _ in links):
        return _with_names(known, definition)
    if label == "Still current at":  # the day of the look
        return known
    if label == "Latest update":
        return replace(known, latest=Note(None, words))
    if days(words):
        return replace(known, days=known.days.or_else(labelled(f"{label} {words}", known.days)))
    if links and all(ELSEWHERE.search(href) for href, _ in links):
        return known
    return _with_fact(known, label, definition, url)


def _with_names(known: Metadata, definition: LexborNode) -> Metadata:
    links = _links(definition)
    publishers = [name for href, name in links if ORGANISATION.search(href)]
    people = [name for href, name in links if PERSON.search(href)] + _unlinked(definition)
    return replace(
        known,
        publishers=tuple(dict.fromkeys((*known.publishers, *publishers))),
        people=tuple(dict.fromkeys((*known.people, *people))),
    )


def _links(node: LexborNode) -> list[tuple[str, str]]:
    return [(link.attrs.get("href") or "", text(link)) for link in node.css("a[href]")]


def _unlinked(definition: LexborNode) -> list[str]:
    """The speaker without a page, whom the publisher keeps in one field: "… and Ada Merrow, Harbour Master"."""
    words = text(definition)
    for _, name in _links(definition):
        words = words.replace(name, "", 1)
    name = CONNECTIVES.sub("", words)
    return [name] if " " in name else []


def _with_fact(known: Metadata, label: str, definition: LexborNode, url: str) -> Metadata:
    """An entry as a line: "Case state: Open". "Applies to England" is a sentence, as its own component has it."""
    links = tuple(link for block in blocks(definition, url) for link in block.links)
    joint = " " if label == "Applies to" else ": "
    fact = Block(BlockKind.PARAGRAPH, f"{label}{joint}{text(definition)}", links=links)
    return replace(known, facts=(*known.facts, fact))
