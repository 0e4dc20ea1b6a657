"""What a page says: a statement and its parts, and what a listing names. Pure."""

from dataclasses import dataclass

from monitor._models_words import BlockKind


@dataclass(frozen=True, slots=True)
class Note:
    """One line of the publisher's own update history. `at` is None where the page gives no time."""

    at: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link in the text: its words and its absolute target."""

    text: str
    url: str

    def __reduce__(self) -> tuple[type["Link"], tuple[str, str]]:
        """Pickled as it is made; pages have tens of thousands, and a dataclass's own way takes four times as long."""
        return Link, (self.text, self.url)


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that readers see as one: white space folded, nothing else touched.

    `level` is 1 to 6 for headings, the depth (from 1) for list items, the column (from 1) for cells, else 0.
    """

    kind: BlockKind
    text: str
    level: int = 0
    links: tuple[Link, ...] = ()

    def __reduce__(self) -> tuple[type["Block"], tuple[BlockKind, str, int, tuple[Link, ...]]]:
        """Pickled as it is made, like a link."""
        return Block, (self.kind, self.text, self.level, self.links)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or page attached to the statement; `details` is what is said of it: "PDF, 1.2 MB, 81 pages"."""

    title: str
    url: str
    details: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The publisher's withdrawn notice."""

    at: str | None
    explanation: str


@dataclass(frozen=True, slots=True)
class Translation:
    """Another language this statement is published in: its BCP 47 tag and absolute address."""

    language: str
    url: str


@dataclass(frozen=True, slots=True)
class Statement:
    """The fields parsed from one page. None means the page does not say; never a guess.

    `notes` come newest first. `keeps_history` says that pages of this kind show their updates (a history list or a
    public update date), even where this one has none yet: without it a silent edit cannot be told. `related` are the
    titles of pages linked beside the text; `offers_emails` says that readers can ask to be told of updates.
    `modified_at` is when the publisher's system says it last touched the page, for whatever reason: no reader sees it,
    and it is no evidence of an edit. `parser` is the identity of the parser that read it.
    """

    url: str
    title: str
    parser: str
    document_type: str | None = None
    lead: str | None = None
    publishers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    published_at: str | None = None
    updated_at: str | None = None
    notes: tuple[Note, ...] = ()
    body: tuple[Block, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    withdrawn: Withdrawal | None = None
    government: str | None = None
    delivered_on: str | None = None
    location: str | None = None
    language: str | None = None
    translations: tuple[Translation, ...] = ()
    keeps_history: bool = False
    related: tuple[str, ...] = ()
    offers_emails: bool = False
    modified_at: str | None = None

    @property
    def text(self) -> str:
        """The words readers see: title, lead and body, a block a line."""
        parts = (self.title, self.lead or "", *(block.text for block in self.body))
        return "\n".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Entry:
    """One page named by a listing. `statement` is set where the listing carries the full text (a feed's item).

    `updated_at` is when the listing says the page was updated: a reason to look, never evidence of an edit. `listing`
    says that what is named is a listing itself: a sitemap, named by an index.
    """

    url: str
    title: str | None = None
    updated_at: str | None = None
    statement: Statement | None = None
    listing: bool = False
