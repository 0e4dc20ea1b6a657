"""What was known of a page, and everything a check writes. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from monitor._models_comparison import Comparison, FieldChange, QuoteChange, Verdict
from monitor._models_look import Check, Fetch, Page
from monitor._models_page import Entry, Statement
from monitor._models_words import Kind, Outcome


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
    `edit_key` is equal on pages that were edited alike (see `cluster.edit_key`). `quotes` are the watched ones that
    came or went.
    """

    kind: Kind
    title: str
    summary: str
    seen_after_at: datetime
    seen_before_at: datetime | None = None
    verdict: Verdict | None = None
    comparison: Comparison = field(default_factory=Comparison)
    note: str | None = None
    channels: tuple[str, ...] = ()
    edit_key: str | None = None
    quotes: tuple[QuoteChange, ...] = ()


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
    `metadata_changes` are what differs in the metadata from what was last known: recorded, never alerted. `touched_at`
    is when the publisher says it last touched the page: those beneath its address not looked at since are due.
    """

    check: Check
    outcome: Outcome
    page: Page
    events: tuple[Event, ...] = ()
    discovered: tuple[Entry, ...] = ()
    filled: bool = False
    metadata_changes: tuple[FieldChange, ...] = ()
    touched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a decision left in the store: the changes it made, how many alerts wait for them, which pages are new."""

    decision: Decision
    change_ids: tuple[int, ...] = ()
    alerts: int = 0
    discovered: tuple[str, ...] = ()
