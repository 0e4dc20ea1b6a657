"""Looking: a page and its state, a fetch, a reading, a check. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from monitor._models_page import Entry, Statement
from monitor._models_words import Outcome, Role

NAMES_NOTHING = "names no pages"
"""The detail of a listing that was read and names nothing at all, whatever would be followed."""


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
    `configured` says that the configuration names it; a listing found others, and `listed_at` is when that says it was
    updated. `depth` counts the listings above a listing. `urgent` says that it is a listing, or that one said since the
    last look that it is new or was updated.
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
    configured: bool = True
    depth: int = 0
    listed_at: str | None = None
    urgent: bool = False

    @property
    def host(self) -> str:
        """The authority politeness is owed to."""
        return host_of(self.url)


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The authority of an http(s) address: host and port, lower case."""
    return re.split("[/?#]", url, maxsplit=3)[2].rsplit("@", 1)[-1].lower()


@dataclass(frozen=True, slots=True)
class Budget:
    """The looks a source that chooses them (`auto`) may take, and has taken.

    `most` bounds the looks of one day (UTC), None not at all; `spent` were taken on the day of `priced_at`. The `price`
    of a look is in squares of the mean wait, times `level`; it moves so that the looks wanted meet the budget. `odd` is
    the share of the source's edits that keep no office hours, `level` how many times as often as usual its pages are
    edited, and `first_level` how many times as often those are that never were.
    """

    pages: int
    most: int | None
    price: float
    priced_at: datetime
    spent: int = 0
    odd: float = 0.0
    level: float = 1.0
    first_level: float = 1.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Pages of one host, looked at one after another."""

    host: str
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """Instead of a check: the page's host may not be asked for so long."""

    time: timedelta


@dataclass(frozen=True, slots=True)
class Host:
    """A server that politeness is owed to, and what it has had of us.

    Nothing is asked of it before `free_at`. `requests` were sent on the day (UTC) of `asked_at`, the last of them then.
    `failures` counts those in a row that had no answer. `pause` between two requests is what its robots.txt asks for.
    """

    name: str
    free_at: datetime | None = None
    asked_at: datetime | None = None
    requests: int = 0
    failures: int = 0
    pause: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Robots:
    """What is known of the robots.txt of an origin ("https://www.gov.uk").

    `body` is what it said at `known_at`, empty where there was none; `known_at` None: never known. `outcome` says why
    it could not be read at `asked_at`, None where it could; it could not since `failing_since`.
    """

    origin: str
    asked_at: datetime
    outcome: Outcome | None = None
    detail: str = ""
    failing_since: datetime | None = None
    known_at: datetime | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One server's answer, bounded. `outcome` is set where the answer is no page at all.

    `status` is None where no answer came. `url` is the final address; `permanent` says that every redirect to it was
    301 or 308. `body` is decoded from gzip, as served otherwise. `not_modified` marks a 304 to our own validators.
    `requests` were sent for it, redirects and robots.txt included.
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
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page's bytes say: a statement, a listing's entries, or the outcome that rules both out.

    `let_go` says that it is none of those pages that are followed; `detail` says why.
    """

    outcome: Outcome | None = None
    detail: str = ""
    statement: Statement | None = None
    entries: tuple[Entry, ...] | None = None
    lossy: bool = False  # bytes that are no text in the page's encoding were replaced
    let_go: bool = False


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
    def statement(self) -> Statement | None:
        """The statement that was read, if one was."""
        return self.reading.statement if self.reading else None

    @property
    def detail(self) -> str:
        """What exactly went wrong, or was odd; empty where nothing was."""
        return self.fetch.detail or (self.reading.detail if self.reading else "")
