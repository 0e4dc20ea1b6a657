"""Reads GOV.UK's pages, of every document type and every era of its templates. Pure.

A page is read by taking it apart: title, dates, history, attachments … are read and cut out, the parts that belong to
other pages are dropped, and what is left is the body. So nothing that readers see is lost because nobody thought of it.
"""

import re
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from monitor.errors import ParseError
from monitor.html import absolute, blocks, cut, matches, text, without_tokens
from monitor.models import Block, BlockKind, Entry, Note, Statement, Translation, Withdrawal, canonical
from monitor.parsers._addresses import page_address
from monitor.parsers._govuk_attachments import take_attachments
from monitor.parsers._govuk_dates import stamp, utc
from monitor.parsers._govuk_history import published_at, take_days, take_notes, updated_at
from monitor.parsers._govuk_metadata import Metadata, take_metadata
from monitor.parsers._govuk_notices import plain_titles, take_government, take_withdrawal
from monitor.parsers._govuk_page import (
    NOISE,
    Head,
    head,
    read_bytes,
    read_surroundings,
    refuse_other_pages,
    region,
    rename,
)
from monitor.parsers._govuk_title import says_withdrawn, take_lead, take_title

TRANSLATIONS = (".gem-c-translation-nav", ".app-c-translation-nav", ".available-languages")
CONTACT_LABELS = (".contact .type", ".vcard .type")
TEXTS = (".govspeak", ".gem-c-govspeak")
LEVELS = ("h1", "h3", "h4")
LISTS = (".gem-c-document-list", ".finder-results", ".gem-c-image-card", ".document-list")
# Today's lists, the parts of a guide in them, an organisation's featured pages; then Whitehall's and old finders' own.
ITEMS = (
    *(".gem-c-document-list__item", ".gem-c-document-list-child", ".gem-c-image-card"),
    *(
        ".finder-results .document",
        ".document-list > li:not(.role_appointment)",
        ".document-row:not(.role_appointment)",
    ),
)
# What lists name besides: a person, a department, a search for more of the same.
NOT_DOCUMENTS = re.compile(r"[^?]*/government/(?:people|ministers|organisations)/[^/]+/?|[^?]*/search/.*|.*\?.*")
# Pages of these kinds may consist of their title, lead and dates alone.
MAY_BE_EMPTY = frozenset(
    ("collection", "document_collection", "publication", "statistics_announcement", "manual", "hmrc_manual")
)


@dataclass(frozen=True, slots=True)
class Parser:
    """GOV.UK's own pages: www.gov.uk/government/…, /guidance/…, /foreign-travel-advice/… and the rest."""

    @property
    def identity(self) -> str:
        """The parser and its version."""
        return "govuk-4"

    def statement(self, html: str, url: str) -> Statement:
        """The statement on this page.

        Raises:
            ParseError: the page is gone, a list of other pages, has no text, or is not laid out as GOV.UK does.
        """
        known = head(html)
        page = region(html)
        refuse_other_pages(page, known)
        statement = _read(page, known, url, self.identity)
        if not statement.body and not statement.attachments and not _may_be_empty(statement, known):
            raise ParseError("the page has a title but no text", "error:empty")
        return statement

    def listing(self, html: str, url: str) -> tuple[Entry, ...]:
        """The pages a finder, an organisation, a person or a collection lists.

        Raises:
            ParseError: there is no list of documents on the page.
        """
        page = region(html)
        if not matches(page, LISTS):
            raise ParseError("no list of documents on the page")
        named: dict[str, Entry] = {}
        for entry in (_entry(item, url) for item in matches(page, ITEMS)):
            if entry:
                named.setdefault(canonical(entry.url), entry)
        return tuple(named.values())

    def essence(self, body: bytes) -> bytes | None:
        """The parts of the head that are read, and `<main>`, without tokens; None for a page that has no `<main>`.

        `statement` reads the same parts and nothing else, so equal essence means an equal statement.
        """
        read = read_bytes(body)
        return without_tokens(read) if read is not None else None


def _read(page: LexborNode, known: Head, url: str, identity: str) -> Statement:
    related, offers_emails = read_surroundings(page)
    marked = Withdrawal(None, "") if says_withdrawn(page, known) else None
    title, document_type = take_title(page, known)
    language = page.attrs.get("lang") or known.language
    translations = _take_translations(page, url)
    government, withdrawn = take_government(page), take_withdrawal(page) or marked
    notes = take_notes(page)
    days = take_days(page)
    metadata = take_metadata(page, url)
    shown = metadata.days.or_else(days)
    updated = updated_at(shown, known, notes)
    lead = take_lead(page)
    attachments = take_attachments(page, url)
    return Statement(
        url=url,
        title=title,
        parser=identity,
        document_type=document_type,
        lead=lead,
        publishers=metadata.publishers,
        people=metadata.people,
        published_at=published_at(shown, known, notes),
        updated_at=updated,
        notes=_with_latest(notes, metadata, updated),
        body=(*metadata.facts, *_body(page, metadata, url)),
        attachments=attachments,
        withdrawn=withdrawn,
        government=government,
        delivered_on=metadata.delivered_on,
        location=metadata.location,
        language=language,
        translations=translations,
        keeps_history=bool(shown.kept or notes or known.public_updated_at),
        related=related,
        offers_emails=offers_emails,
        modified_at=utc(known.updated_at),
    )


def _take_translations(page: LexborNode, url: str) -> tuple[Translation, ...]:
    """The other languages the statement is published in, cut out of the page."""
    found: list[Translation] = []
    for link in matches(page, tuple(f"{navigation} a[href]" for navigation in TRANSLATIONS)):
        language = link.attrs.get("hreflang") or link.attrs.get("lang")
        if language:
            found.append(Translation(language, absolute(link.attrs.get("href") or "", url)))
    cut(page, TRANSLATIONS)
    return tuple(found)


def _with_latest(notes: tuple[Note, ...], metadata: Metadata, updated: str | None) -> tuple[Note, ...]:
    """The notes, with travel advice's "Latest update" as the newest."""
    return notes if metadata.latest is None else (replace(metadata.latest, at=updated), *notes)


def _body(page: LexborNode, metadata: Metadata, url: str) -> tuple[Block, ...]:
    plain_titles(page)
    cut(page, NOISE)
    for label in matches(page, CONTACT_LABELS):  # "Email" stands apart from the address by its style alone
        label.insert_after(" ")
    _level_headings(page)
    portraits = frozenset(metadata.people)
    found = blocks(page, url)
    return tuple(block for block in found if not (block.kind is BlockKind.IMAGE and block.text in portraits))


def _level_headings(page: LexborNode) -> None:
    """The template's own headings at one level, which eras set differently."""
    in_text = {node.mem_id for node in matches(page, tuple(f"{part} {level}" for part in TEXTS for level in LEVELS))}
    for heading in matches(page, LEVELS):
        if heading.mem_id not in in_text:
            rename(heading, "h2")


def _may_be_empty(statement: Statement, known: Head) -> bool:
    return known.schema in MAY_BE_EMPTY or (statement.document_type or "").lower() in MAY_BE_EMPTY


def _entry(item: LexborNode, url: str) -> Entry | None:
    link = next((link for link in matches(item, ("a[href]",)) if text(link)), None)
    if link is None:
        return None
    address = page_address(link.attrs.get("href") or "", url)
    if address is None or NOT_DOCUMENTS.fullmatch(address):
        return None
    return Entry(address, text(link), stamp(item))
