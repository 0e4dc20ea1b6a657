"""What the JSON answers hold: each answer is made by its model, so that it is as `/api/openapi.json` says."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

TIME = "UTC, such as 2026-11-24T10:00:00.000Z"


class Answer(BaseModel):
    """A JSON object; what the database knows besides is left out."""

    model_config = ConfigDict(extra="ignore")


class ChangeRow(Answer):
    """A row of the change log."""

    id: int
    page_id: int
    detected_at: str = Field(description=f"When it was recorded; {TIME}")
    source: str
    kind: str = Field(description="published, edited, withdrawn, reinstated, removed, restored, moved, reparsed")
    disclosure: str | None = Field(description="announced, silent, indeterminate; null where none applies")
    title: str
    url: str
    note: str | None = Field(description="What the publisher's history says of it")
    signals: str = Field(description="What the edit touches, with commas between")
    fields: str = Field(description="The fields that differ, with commas between")
    summary: str
    words_added: int
    words_removed: int
    before_version: int | None
    after_version: int | None
    seen_before_at: str | None = Field(description="The last look that still found the old version")
    seen_after_at: str = Field(description="The first look that found the new one")
    alerts_sent: int
    alerts_pending: int
    alerts_failed: int
    quotes: str | None = Field(description="Watched sentences that came, went or were altered")


class Changes(Answer):
    """Some of the change log, newest first; `older` and `newer` are where it goes on, null where it does not."""

    changes: list[ChangeRow]
    older: str | None
    newer: str | None


class Difference(Answer):
    """A field or block that differs; null where one side has none."""

    field: str
    before: str | None
    after: str | None
    op: str | None = Field(None, description="Of a block: added, removed, changed, moved")
    heading: str | None = Field(None, description="Of a block: the heading it stands under")


class SignalDetail(Answer):
    """A signal and the words it is about."""

    signal: str
    words: list[str]


class QuoteDetail(Answer):
    """A watched sentence that came, went or was altered, with the sentence it stood in as a redline."""

    text: str
    state: str
    redline: str | None


class EarlierSilent(Answer):
    """A silent edit that came before an announced one."""

    id: int
    seen_after_at: str
    summary: str


class Links(Answer):
    """Where the rest is."""

    page: str
    change: str
    snapshot: str | None = Field(description="sha256: and the hash of the bytes as served")


class ChangeWhole(ChangeRow):
    """A change with all that differs, as webhooks have it."""

    changes: list[Difference]
    changes_left_out: int
    redline: str = Field(description="Every edit as [-old-]{+new+} under the heading it stands at")
    reasons: list[str]
    earlier_silent: list[EarlierSilent]
    earlier_silent_left_out: int
    signals_detail: list[SignalDetail]
    quotes_detail: list[QuoteDetail]
    links: Links


class PageRow(Answer):
    """A page that is or was watched."""

    id: int
    source: str
    url: str
    title: str | None
    role: str = Field(description="statement, listing, or item (a statement inside a feed)")
    outcome: str | None = Field(description="What came of its last check")
    checked_at: str | None
    next_check_at: str | None
    seen_at: str | None = Field(description="The last look that found its current version")
    failures: int = Field(description="Checks in a row that went wrong")
    removed: bool
    moved_to: str | None
    first_seen_at: str
    orphaned_at: str | None
    versions: int | None
    changes: int
    silent: int
    changed_at: str | None


class Pages(Answer):
    """Some of the pages; `older` and `newer` are where the list goes on."""

    pages: list[PageRow]
    older: str | None
    newer: str | None


class Note(Answer):
    """An entry of the publisher's own history; `current`: the page shows it still."""

    at: str | None
    text: str
    current: bool


class PageWhole(PageRow):
    """A page with the publisher's own history."""

    notes: list[Note]


class VersionRow(Answer):
    """A statement as it once stood."""

    id: int
    number: int
    first_seen_at: str
    title: str
    published_at: str | None
    updated_at: str | None
    parser: str
    snapshot_hash: str | None


class Versions(Answer):
    """A page's versions, newest first, 1,000 at most."""

    versions: list[VersionRow]


class VersionWhole(VersionRow):
    """A version with what was read: the fields of `monitor parse --json`."""

    page_id: int
    content_hash: str
    fetched_url: str | None
    content_type: str | None
    statement: dict[str, Any]


class SourceRow(Answer):
    """What is watched, and how well; counts of looks are of the last day, of edits' dates of thirty days."""

    source: str
    listing: str | None
    every_s: float
    pages: int
    orphaned: int
    due: int | None
    overdue: int | None
    failing: int | None
    blocked: int | None
    robots: int | None
    removed: int | None
    waiting: int | None
    spent: int | None
    budget: int | None
    checked_at: str | None
    looks: int | None
    unread: int | None
    timed: int | None
    late: int | None
    edits: int | None
    median_s: float | None
    most_s: float | None
    added_at: str
    filled_at: str | None
    orphaned_at: str | None


class Sources(Answer):
    """Every source there is or was."""

    sources: list[SourceRow]


class Daemon(Answer):
    """The process at work on the database."""

    process: int
    words: str


class Outbox(Answer):
    """Alerts that are not sent."""

    pending: int
    failed: int
    overdue: int
    oldest_at: str | None


class Incident(Answer):
    """What of the monitor itself needs a person since then."""

    key: str
    words: str
    began_at: str


class Status(Answer):
    """How things stand, as `monitor status` says it."""

    pages: int
    due: int
    overdue: int
    failing: int
    blocked: int
    robots: int
    removed: int
    waiting: int
    checked_at: str | None
    database_bytes: int
    daemon: Daemon | None
    outbox: Outbox
    incidents: list[Incident]
    needs_a_person: list[str]


class Hit(Answer):
    """A version that was found; the words in its snippet stand in square brackets."""

    version_id: int
    page_id: int
    source: str
    url: str
    number: int
    title: str
    first_seen_at: str
    current: bool
    snippet: str


class Hits(Answer):
    """Versions with all the words: those that fit best, or, of more than a thousand (`total` null), the newest."""

    hits: list[Hit]
    total: int | None
    ranked: bool


class Stay(Answer):
    """Where a sentence stands or stood: it came and went between two looks each."""

    page_id: int
    source: str
    url: str
    title: str | None
    from_version: int
    to_version: int
    now: bool
    came_after_at: str | None
    came_by_at: str
    came_change_id: int | None
    went_after_at: str | None
    went_by_at: str | None
    went_change_id: int | None
    seen_at: str | None


class Stays(Answer):
    """All stays of a sentence; `too_many`: more versions have it than are followed, so that some are missing."""

    stays: list[Stay]
    too_many: bool


class Fault(Answer):
    """Why there is no answer."""

    error: str
