"""Changes as they are told: alerts, messages, and how a try ended. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from monitor._models_comparison import Comparison, QuoteChange, Verdict
from monitor._models_words import Disclosure, Kind, SignalName


class AlertState(StrEnum):
    """Where an alert stands in the outbox."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class ToldAs(StrEnum):
    """Why one message tells changes that are not one edit."""

    MASS = "mass"  # a source changed throughout
    STORM = "storm"  # too many at once for a message each
    DIGEST = "digest"  # the channel has them gathered until its hour


class Patience(StrEnum):
    """How long a message is tried, by why it was not taken; see `schedule.next_try_at`."""

    USUAL = "usual"
    SHORT = "short"  # the receiver objects to what it says (HTTP 4xx)
    POSTAL = "postal"  # a recipient is refused for now (SMTP 4xx)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A recipient that is done with a message: has it, or refused it for good with these words."""

    recipient: str
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """A change in a line, where the message about another one names it.

    `earlier` are the ids of the silent edits of its page since the last announced one, where it is announced. `signals`
    are the names alone. `verdict`, `comparison` and `language` are there where the message shows what differs.
    """

    id: int
    title: str
    url: str
    summary: str
    seen_after_at: datetime
    disclosure: Disclosure | None = None
    earlier: tuple[int, ...] = ()
    kind: Kind = Kind.EDITED
    source: str = ""
    signals: tuple[SignalName, ...] = ()
    edit_key: str | None = None
    verdict: Verdict | None = None
    comparison: Comparison = field(default_factory=Comparison)
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A recorded change with everything a message needs.

    `earlier` are the silent edits of the page since the last announced one, oldest first, where this one is announced;
    of many the latest, with `earlier_left_out` before them. `alike` counts the pages edited so within a day of it, its
    own too; of an alert's change only those found by the last page that its message tells. So an alert's change is the
    same at every try. `language` is the statement's.
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
    comparison: Comparison = field(default_factory=Comparison)
    note: str | None = None
    before_version: int | None = None
    after_version: int | None = None
    snapshot_hash: str | None = None
    alerts: int = 0
    first_change_id: int | None = None  # the page's first change: the root of its mail thread
    edit_key: str | None = None
    alike: int = 1
    quotes: tuple[QuoteChange, ...] = ()
    earlier: tuple[Brief, ...] = ()
    earlier_left_out: int = 0
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A change addressed to one channel: a row of the outbox. `id` is made when the change is committed, and kept.

    `pages` are the changes its message tells, its own first, where these are several: one edit on many pages, or a
    digest of changes each its own: `told_as` says why, and `created_at` is when they were gathered.
    `receipts` are those of earlier tries, where some recipients are done with it and others are not.
    """

    id: str
    change: Change
    channel: str
    attempts: int
    created_at: datetime
    pages: tuple[Brief, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    told_as: ToldAs | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """An alert in words. `id` is the alert's; `thread` is the id all mails on one page refer to.

    `thin` is what a receiver gets that finds `data` too large. `short` is a few lines of plain text for who reads in
    passing, empty where the text itself is short; `link` leads to what the message is about. Who has a
    receipt is done with it.
    """

    id: str
    thread: str
    subject: str
    text: str
    html: str
    data: dict[str, object] = field(default_factory=dict)
    created_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    why: str = ""
    thin: dict[str, object] = field(default_factory=dict)
    receipts: tuple[Receipt, ...] = ()
    short: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """A channel that sends nothing before `free_at`, since it failed so many tries in a row; for good where `disabled`.

    It ends when a message arrives, when a person wants so, or with other settings: `settings_hash` is over its own.
    """

    channel: str
    settings_hash: str
    faults: int
    free_at: datetime
    detail: str
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """How one try ended: sent, to be tried again at `next_attempt_at`, or failed for good.

    Not `counted` among the message's tries where the fault was its channel's, which then has a `rest`.
    """

    state: AlertState
    detail: str = ""
    next_attempt_at: datetime | None = None
    counted: bool = True
    rest: Rest | None = None
