"""The nouns: frozen values that pass between the rooms. Pure.

Our own times are aware UTC `datetime`s named `…_at`. What the publisher claims (`published_at`, `updated_at`, a note's
`at`) is text as ISO 8601: `2026-11-24T10:00:00.000Z` where the page gives a time, `2026-11-24` where it gives a day.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit


class Outcome(StrEnum):
    """What came of a check. Only `OK` (first version) and `CHANGED` store a version."""

    OK = "ok"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    SUSPECT = "suspect"
    FLAPPING = "flapping"
    GONE = "gone"
    BLOCKED = "blocked"
    MAINTENANCE = "maintenance"
    RATE_LIMITED = "rate_limited"
    AUTH_REQUIRED = "auth_required"
    ROBOTS = "robots"
    ADDRESS_BLOCKED = "error:address_blocked"
    REDIRECT_BLOCKED = "error:redirect_blocked"
    REDIRECT_LOOP = "error:redirect_loop"
    REDIRECT_INVALID = "error:redirect_invalid"
    TIMEOUT = "error:timeout"
    CONNECT = "error:connect"
    RESET = "error:reset"
    TRUNCATED = "error:truncated"
    PROTOCOL = "error:protocol"
    HEADERS_TOO_LARGE = "error:headers_too_large"
    TOO_LARGE = "error:too_large"
    ENCODING = "error:encoding"
    CONTENT_TYPE = "error:content_type"
    PARSE = "error:parse"
    EMPTY = "error:empty"
    STATUS = "error:status"
    TLS = "error:tls"
    FEED = "error:feed"

    @property
    def healthy(self) -> bool:
        """The page itself was seen, whatever it said."""
        return self in (Outcome.OK, Outcome.UNCHANGED, Outcome.CHANGED)


class Kind(StrEnum):
    """What happened to a page."""

    PUBLISHED = "published"
    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    REMOVED = "removed"
    RESTORED = "restored"
    MOVED = "moved"
    REPARSED = "reparsed"


class Disclosure(StrEnum):
    """Whether the publisher said so."""

    ANNOUNCED = "announced"
    SILENT = "silent"
    INDETERMINATE = "indeterminate"


class SignalName(StrEnum):
    """What kind of thing an edit touched."""

    FIGURE = "figure"
    DATE = "date"
    NAME = "name"
    MODAL = "modal"
    NEGATION = "negation"
    LIST_ENTRY = "list_entry"
    QUOTATION = "quotation"
    LINK = "link"
    ATTACHMENT = "attachment"
    TITLE = "title"
    BACKDATED = "backdated"
    HISTORY_REWRITTEN = "history_rewritten"
    NOTE_ONLY = "note_only"
    DATE_ONLY = "date_only"
    REVERTED = "reverted"
    MOVED_TEXT = "moved_text"
    UNDERDECLARED = "underdeclared"
    TYPOGRAPHY = "typography"
    SITEWIDE = "sitewide"


class BlockKind(StrEnum):
    """What a block of text is on the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    CELL = "cell"
    QUOTATION = "quotation"
    CODE = "code"
    CAPTION = "caption"
    IMAGE = "image"


class Role(StrEnum):
    """What a page is looked at for."""

    STATEMENT = "statement"
    LISTING = "listing"
    ITEM = "item"  # a statement that arrives inside its feed and is never fetched by itself


# --- what a page says ------------------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that readers see as one: white space folded, nothing else touched.

    `level` is 1 to 6 for headings, the depth (from 1) for list items, the column (from 1) for cells, else 0.
    """

    kind: BlockKind
    text: str
    level: int = 0
    links: tuple[Link, ...] = ()


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
    public update date), even where this one has none yet: without it a silent edit cannot be told. `parser` is the
    identity of the parser that read it.
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

    @property
    def text(self) -> str:
        """The words readers see: title, lead and body, a block a line."""
        parts = (self.title, self.lead or "", *(block.text for block in self.body))
        return "\n".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Entry:
    """One page named by a listing. `statement` is set where the listing carries the full text (a feed's item)."""

    url: str
    title: str | None = None
    updated_at: str | None = None
    statement: Statement | None = None


# --- what the user asked for -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ParserSettings:
    """A parser by its file name in `parsers/`, and its settings as plain values (name, value), sorted."""

    type: str = "govuk"
    settings: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """What the user asked to watch: one file in `config/sources/`.

    `auto`: each page's next look is chosen by when its edits are likely, within `budget` looks a day (None: as many as
    the default needs); `every` is then only what such a page waits where nothing is known of it. `time_zone` is the
    publisher's, whose office hours are kept.
    """

    name: str
    pages: tuple[str, ...] = ()
    listing: str | None = None
    every: timedelta = timedelta(minutes=15)
    channels: tuple[str, ...] = ()
    parser: ParserSettings = ParserSettings()
    auto: bool = False
    budget: int | None = None
    time_zone: str = "Europe/London"


@dataclass(frozen=True, slots=True)
class Http:
    """How pages are fetched; sizes in bytes. `allow` opens addresses not public, as "ADDRESS[:PORT]" or CIDR."""

    user_agent: str = "statement-monitor"
    delay: timedelta = timedelta(seconds=5)
    deadline: timedelta = timedelta(seconds=30)
    max_body: int = 8 * 1024 * 1024
    allow: tuple[str, ...] = ()
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a channel takes; an empty tuple takes everything."""

    sources: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    signals: tuple[SignalName, ...] = ()


# --- looking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """One address that is looked at, and what is known of it between looks.

    `version_id` names the current version (None before the first). `essence` is the hash of the bytes that decided
    the last look that agreed with that version (see `Parser.essence`); `etag` and `last_modified` belong to the same
    look. `baseline` pages belong to their source's first fill: their first version is not `published`.
    `streak` counts looks alike in a row: `streak_key` says alike in what (an outcome, a suspect's hash, a new address).
    `flips` counts returns to an earlier version without three quiet looks in between.
    `shortcuts` counts looks since the page was last read in full.
    `edits` and `exposure` are how often it was edited, and a usual page would have been meanwhile, older times counting
    less; `odd_edits` of them came outside the publisher's office hours; `edited_at` is its last edit or publication.
    They are kept for sources that choose their looks (`auto`).
    """

    id: int
    source: str
    url: str
    role: Role = Role.STATEMENT
    baseline: bool = True
    version_id: int | None = None
    essence: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    shortcuts: int = 0
    streak_key: str | None = None
    streak: int = 0
    streak_at: datetime | None = None  # the first look of the streak
    flips: int = 0
    removed: bool = False
    moved_to: str | None = None
    failures: int = 0
    next_check_at: datetime | None = None
    seen_at: datetime | None = None  # the last look that found the current version
    edits: float = 0.0
    odd_edits: float = 0.0
    exposure: float = 0.0
    edited_at: datetime | None = None

    @property
    def host(self) -> str:
        """The authority politeness is owed to: host and port, lower case."""
        return self.url.split("/", 3)[2].rsplit("@", 1)[-1].lower()


@dataclass(frozen=True, slots=True)
class Budget:
    """The looks a source that chooses them (`auto`) may take, and has taken.

    `most` bounds the looks of one day (UTC), None not at all; `spent` were taken on the day of `priced_at`. The `price`
    of a look is in squares of the mean wait; it moves so that the looks wanted meet the budget. `odd` is the share of
    the source's edits that keep no office hours.
    """

    pages: int
    most: int | None
    price: float
    priced_at: datetime
    spent: int = 0
    odd: float = 0.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Pages of one host, looked at one after another; none before `start_at`."""

    host: str
    pages: tuple[Page, ...]
    start_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """One server's answer, bounded. `outcome` is set where the answer is no page at all.

    `status` is None where no answer came. `url` is the final address; `permanent` says that every redirect to it was
    301 or 308. `body` is decoded from gzip, as served otherwise. `not_modified` marks a 304 to our own validators.
    """

    url: str
    status: int | None = None
    outcome: Outcome | None = None
    detail: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = ""
    body: bytes = b""
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False
    permanent: bool = False
    retry_after: timedelta | None = None
    elapsed_ms: int = 0
    wire_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page's bytes say: a statement, a listing's entries, or the outcome that rules both out."""

    outcome: Outcome | None = None
    detail: str = ""
    statement: Statement | None = None
    entries: tuple[Entry, ...] | None = None
    lossy: bool = False  # bytes that are no text in the page's encoding were replaced


@dataclass(frozen=True, slots=True)
class Check:
    """One look at one page, and what came of it before it is held against what was known.

    `outcome` is `OK` where `reading` holds a statement or entries, `UNCHANGED` where the look agreed with the current
    version without being read (a 304, or an equal essence), else what went wrong.
    """

    page: Page
    checked_at: datetime
    outcome: Outcome
    fetch: Fetch
    reading: Reading | None = None
    essence: str | None = None

    @property
    def detail(self) -> str:
        """What exactly went wrong, or was odd; empty where nothing was."""
        return self.fetch.detail or (self.reading.detail if self.reading else "")


# --- comparing -------------------------------------------------------------------------------------------------------


class Op(StrEnum):
    """What a span of words is in a redline."""

    EQUAL = "equal"
    INSERT = "insert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words that stayed, came or went; concatenating equal and insert spans gives the new text exactly."""

    op: Op
    text: str


class BlockOp(StrEnum):
    """What happened to a block."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"  # its place changed; its words may have too


@dataclass(frozen=True, slots=True)
class BlockChange:
    """A block that differs, in page order. `heading` is the nearest heading above it ("" at the top of the body).

    `spans` covers the text; `links` lists the link edits inside it as (old, new), None where one side has none. `row`
    is the first cell of the table row that a later cell stands in; "" where the whole row came, went or moved, and for
    what is no cell.
    """

    op: BlockOp
    heading: str
    before: Block | None
    after: Block | None
    spans: tuple[Span, ...] = ()
    links: tuple[tuple[Link | None, Link | None], ...] = ()
    row: str = ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field other than the body that differs, as text (None: absent). `field` is the name in `Statement`.

    A field with several values (notes, attachments, translations …) gives one FieldChange for each value that
    differs. `metadata` fields (publishers, people, government, translations, language, keeps_history) are no edits of
    the statement.
    """

    field: str
    before: str | None
    after: str | None
    spans: tuple[Span, ...] = ()
    metadata: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two statements. Falsy where nothing a reader of the statement sees differs."""

    fields: tuple[FieldChange, ...] = ()
    blocks: tuple[BlockChange, ...] = ()
    words_added: int = 0
    words_removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.blocks) or any(not change.metadata for change in self.fields)

    @property
    def field_names(self) -> tuple[str, ...]:
        """The statement's fields that differ, metadata left out, `body` last."""
        names = dict.fromkeys(change.field for change in self.fields if not change.metadata)
        return (*names, "body") if self.blocks else tuple(names)


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal and the words it is about, each as it stands on the page ("£1.5 million → £15 million" for a swap)."""

    name: SignalName
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the publisher said so, why we say that, and what the edit touched."""

    disclosure: Disclosure
    reasons: tuple[str, ...]
    signals: tuple[Signal, ...] = ()


# --- deciding and recording ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    """A statement as it once stood; `number` counts from 1 per page. `content_hash` is over what readers see."""

    id: int
    number: int
    statement: Statement
    content_hash: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a page before this check.

    `earlier` maps the content hashes of past versions to their numbers. `reread` is the current version's snapshot as
    today's parser reads it, set only where another parser read it then. `metadata_changes` are what was recorded of
    the metadata beside the current version, oldest first: one change a field and look, values whole. `briefly` asks
    for a comparison of whole blocks, in time linear in the text: for texts that differ too much for one word by word.
    """

    version: Version | None = None
    earlier: tuple[tuple[str, int], ...] = ()
    reread: Statement | None = None
    metadata_changes: tuple[FieldChange, ...] = ()
    briefly: bool = False


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be written. `body` is the snapshot as served; None keeps the previous version's snapshot."""

    statement: Statement
    content_hash: str
    fetch: Fetch | None = None


@dataclass(frozen=True, slots=True)
class NewChange:
    """A change to be written, with the channels it is alerted to.

    `seen_before_at` is the last look that still found the old version, `seen_after_at` the first that found the new.
    `edit_key` is equal on pages that were edited alike (see `cluster.edit_key`).
    """

    kind: Kind
    title: str
    summary: str
    seen_after_at: datetime
    seen_before_at: datetime | None = None
    verdict: Verdict | None = None
    comparison: Comparison = Comparison()
    note: str | None = None
    channels: tuple[str, ...] = ()
    edit_key: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A version, a change, or both, written in this order."""

    version: NewVersion | None = None
    change: NewChange | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything one check writes, in one transaction. `page` is the page's new state; its `version_id` is still the
    one the decision was made on, and the store refuses the decision where that has moved since.

    `discovered` are all the listing's entries, known or not; `filled` marks the source's first fill as done.
    `metadata_changes` are what differs in the metadata from what was last known: recorded, never alerted.
    """

    check: Check
    outcome: Outcome
    page: Page
    events: tuple[Event, ...] = ()
    discovered: tuple[Entry, ...] = ()
    filled: bool = False
    metadata_changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a decision left in the store: the changes it made, how many alerts wait for them, which pages are new."""

    decision: Decision
    change_ids: tuple[int, ...] = ()
    alerts: int = 0
    discovered: tuple[str, ...] = ()


# --- alerting --------------------------------------------------------------------------------------------------------


class AlertState(StrEnum):
    """Where an alert stands in the outbox."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Brief:
    """A change in a line, where the message about another one names it.

    `earlier` are the ids of the silent edits of its page since the last announced one, where it is announced.
    """

    id: int
    title: str
    url: str
    summary: str
    seen_after_at: datetime
    disclosure: Disclosure | None = None
    earlier: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A recorded change with everything a message needs.

    `earlier` are the silent edits of the page since the last announced one, oldest first, where this one is announced;
    of many the latest, with `earlier_left_out` before them. `alike` counts the pages edited so within a day of it, its
    own too; of an alert's change only those found by the last page that its message tells. So an alert's change is the
    same at every try.
    """

    id: int
    detected_at: datetime
    page_id: int
    source: str
    kind: Kind
    title: str
    url: str
    summary: str
    seen_after_at: datetime
    seen_before_at: datetime | None = None
    verdict: Verdict | None = None
    comparison: Comparison = Comparison()
    note: str | None = None
    before_version: int | None = None
    after_version: int | None = None
    snapshot_hash: str | None = None
    alerts: int = 0
    first_change_id: int | None = None  # the page's first change: the root of its mail thread
    edit_key: str | None = None
    alike: int = 1
    earlier: tuple[Brief, ...] = ()
    earlier_left_out: int = 0


@dataclass(frozen=True, slots=True)
class Alert:
    """A change addressed to one channel: a row of the outbox. `id` is made when the change is committed, and kept.

    `pages` are the changes its message tells, its own first, where these are several: one edit on many pages.
    """

    id: str
    change: Change
    channel: str
    attempts: int
    created_at: datetime
    pages: tuple[Brief, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """An alert in words. `id` is the alert's; `thread` is the id all mails on one page refer to."""

    id: str
    thread: str
    subject: str
    text: str
    html: str
    data: dict[str, object] = field(default_factory=dict)
    created_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    why: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How one try ended: sent, to be tried again at `next_attempt_at`, or failed for good."""

    state: AlertState
    detail: str = ""
    next_attempt_at: datetime | None = None


# --- time as text ----------------------------------------------------------------------------------------------------


def utc_text(at: datetime) -> str:
    """`2026-11-24T10:00:00.000Z`: the one way times are written. Milliseconds, UTC, sorts as text."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def utc_time(text: str) -> datetime:
    """The time that `utc_text` wrote.

    Raises:
        ValueError: `text` is no ISO 8601 time.
    """
    return datetime.fromisoformat(text)


# --- addresses -------------------------------------------------------------------------------------------------------


def canonical(url: str) -> str:
    """What two spellings of one page's address share: scheme, fragment, a last slash and the host's case left out."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}{query}"
