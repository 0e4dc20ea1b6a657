"""All DDL: tables, indexes, triggers, views, and the migrations that make them.

sources ─< pages ─┬─< checks       every look
                  ├─< versions >─ snapshots
                  ├─< changes ─┬─< alerts ─< receipts
                  │            └── read_marks
                  ├─< versions >─ snapshots, reread
                  ├─< changes ─< alerts ─< receipts
                  ├─< metadata_changes
                  ├── habits
                  └── leases             looks under way
        ├── budgets
        ├── pulses
        └─< listed                  what listings name
channels
incidents >─ reports                     the monitor itself
hosts, robots                            whom politeness is owed to
change_log, statements, edited_alike, earlier_silent: views for people; words, change_words: full-text indexes
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from monitor import failpoints
from monitor.stores._schema_hosts import LEASES, PAGES_OF_HOST, POLITENESS, REQUESTS
from monitor.stores._schema_incidents import INCIDENTS_AND_REPORTS
from monitor.stores._schema_listed import LISTINGS, URGENCY
from monitor.stores._schema_reading import BUSY_PAGES, FIND_CHANGES, QUICK
from monitor.stores._schema_web import FEWER_INDEXES, READING

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x53746D4D
"""`StmM`, in the header of every database that is ours."""

META = """CREATE TABLE meta ( -- this database; one row
    database_id TEXT NOT NULL, -- made once; part of every alert's id
    created_at TEXT NOT NULL -- UTC, as all times that end in _at
) STRICT"""

SOURCES = """CREATE TABLE sources ( -- what the user asked to watch: one file in config/sources each
    name TEXT PRIMARY KEY, -- the file's name
    listing TEXT, -- address of the listing that names its pages
    every_s REAL NOT NULL, -- seconds between two looks at one page
    added_at TEXT NOT NULL, -- when it was first configured
    filled_at TEXT, -- when its first fill was done: pages found later are published
    orphaned_at TEXT -- since when the configuration does not name it
) STRICT"""

PAGES = """CREATE TABLE pages ( -- one address that is looked at, and its state between looks
    id INTEGER PRIMARY KEY, -- stays the same for good
    source TEXT NOT NULL REFERENCES sources(name), -- the source it belongs to
    url TEXT NOT NULL, -- its address
    title TEXT, -- of its current version, or as its listing names it
    role TEXT NOT NULL, -- statement, listing, or item (a statement inside a feed, never fetched by itself)
    outcome TEXT, -- of its last check
    checked_at TEXT, -- its last check
    next_check_at TEXT, -- when it is due; empty: never
    claimed_at TEXT, -- when the look began that is under way
    version_id INTEGER REFERENCES versions(id), -- its current version
    seen_at TEXT, -- the last look that found the current version
    failures INTEGER NOT NULL DEFAULT 0, -- checks in a row that went wrong
    removed INTEGER NOT NULL DEFAULT 0, -- 1: gone at three checks in a row
    moved_to TEXT, -- the address it permanently redirects to
    streak_key TEXT, -- in what the latest looks were alike
    streak INTEGER NOT NULL DEFAULT 0, -- how many looks in a row were
    streak_at TEXT, -- the first of them
    flips INTEGER NOT NULL DEFAULT 0, -- returns to an earlier version without three quiet looks between
    shortcuts INTEGER NOT NULL DEFAULT 0, -- looks since the page was last read in full
    essence TEXT, -- hash of the bytes that decided the last look
    etag TEXT, -- the server's validator, of the same look
    last_modified TEXT, -- the other one
    baseline INTEGER NOT NULL, -- 1: part of its source's first fill, so its first version is not published
    configured INTEGER NOT NULL, -- 1: there because the configuration names it, 0: found in the listing
    first_seen_at TEXT NOT NULL, -- when it became a page here
    orphaned_at TEXT, -- since when neither configuration nor listing names it; it is kept, and not looked at
    host TEXT NOT NULL, -- host and port, lower case: whom politeness is owed to
    address TEXT NOT NULL, -- the url without what two spellings of it may differ in
    UNIQUE (address, source)
) STRICT"""

CHECKS = """CREATE TABLE checks ( -- every look at a page, and what came of it
    id INTEGER PRIMARY KEY, -- in the order they were recorded
    page_id INTEGER NOT NULL REFERENCES pages(id), -- the page
    checked_at TEXT NOT NULL, -- when
    outcome TEXT NOT NULL, -- unchanged, changed, blocked, error:timeout …
    status INTEGER, -- HTTP status; empty where no answer came
    elapsed_ms INTEGER NOT NULL, -- how long the fetch took
    wire_bytes INTEGER NOT NULL, -- bytes received
    detail TEXT, -- what exactly went wrong
    version_id INTEGER REFERENCES versions(id) -- the version it made
) STRICT"""

SNAPSHOTS = """CREATE TABLE snapshots ( -- bytes as served: the evidence; never changed or deleted
    hash TEXT PRIMARY KEY, -- SHA-256 of the bytes, hexadecimal
    size_bytes INTEGER NOT NULL, -- before compression
    body BLOB NOT NULL -- the bytes, compressed by zlib
) STRICT"""

VERSIONS = """CREATE TABLE versions ( -- statements as they once stood; never changed or deleted
    id INTEGER PRIMARY KEY, -- over all pages
    page_id INTEGER NOT NULL REFERENCES pages(id), -- the page
    number INTEGER NOT NULL, -- counts from 1 per page
    content_hash TEXT NOT NULL, -- over what readers see
    first_seen_at TEXT NOT NULL, -- the first look that found it
    title TEXT NOT NULL, -- as the page says
    published_at TEXT, -- as the page says
    updated_at TEXT, -- as the page says
    parser TEXT NOT NULL, -- what read it
    snapshot_hash TEXT REFERENCES snapshots(hash), -- the bytes it was read from
    fetched_url TEXT, -- where they came from, after redirects
    content_type TEXT, -- what the server called them
    headers TEXT, -- the server's header lines: JSON [[name, value], …]
    statement TEXT NOT NULL, -- everything that was read: JSON; for reading, see the view statements
    UNIQUE (page_id, number)
) STRICT"""

CHANGES = """CREATE TABLE changes ( -- what happened to pages; never changed or deleted; for reading, see change_log
    id INTEGER PRIMARY KEY, -- in the order they were recorded
    page_id INTEGER NOT NULL REFERENCES pages(id), -- the page
    detected_at TEXT NOT NULL, -- when it was recorded
    kind TEXT NOT NULL, -- published, edited, withdrawn, reinstated, removed, restored, moved, reparsed
    disclosure TEXT, -- announced, silent, indeterminate
    title TEXT NOT NULL, -- of the page at that time
    note TEXT, -- what the publisher's history says of it
    signals TEXT NOT NULL, -- what the edit touches: figure, date, name …
    fields TEXT NOT NULL, -- the fields that differ
    summary TEXT NOT NULL, -- in a line
    words_added INTEGER NOT NULL, -- in the body and the fields
    words_removed INTEGER NOT NULL, -- likewise
    before_version_id INTEGER REFERENCES versions(id), -- the version it replaced; empty for a first one
    after_version_id INTEGER REFERENCES versions(id), -- the version current after it; empty for a removal
    seen_before_at TEXT, -- the last look that still found the old version
    seen_after_at TEXT NOT NULL, -- the first look that found the new one
    verdict TEXT, -- disclosure, reasons and signals with their words: JSON
    comparison TEXT NOT NULL -- what differs: JSON
) STRICT"""

ALERTS = """CREATE TABLE alerts ( -- the outbox: a change addressed to one channel
    id TEXT PRIMARY KEY, -- made with the change; the same at every try
    change_id INTEGER NOT NULL REFERENCES changes(id), -- the change
    channel TEXT NOT NULL, -- the channel's name in the configuration
    state TEXT NOT NULL, -- pending, sent, failed
    attempts INTEGER NOT NULL DEFAULT 0, -- tries so far
    created_at TEXT NOT NULL, -- when the change was recorded
    next_attempt_at TEXT, -- when it is tried next; empty: never
    claimed_at TEXT, -- when the try began that is under way
    sent_at TEXT, -- when it was sent
    detail TEXT, -- how the last try ended
    UNIQUE (change_id, channel)
) STRICT"""

HOSTS = """CREATE TABLE hosts ( -- servers that asked for a rest
    host TEXT PRIMARY KEY, -- host and port
    free_at TEXT NOT NULL -- no request before this
) STRICT"""

METADATA_CHANGES = """CREATE TABLE metadata_changes ( -- what came to differ in metadata; never changed or deleted
    id INTEGER PRIMARY KEY, -- in the order they were recorded
    page_id INTEGER NOT NULL REFERENCES pages(id), -- the page
    version_id INTEGER NOT NULL REFERENCES versions(id), -- its current version after the look
    seen_at TEXT NOT NULL, -- the look that found it
    field TEXT NOT NULL, -- publishers, people, government, language, translations, keeps_history, related …
    before TEXT, -- all the page was known to say there
    after TEXT -- all it says now
) STRICT"""

ALERTS_OUTSTANDING = (
    "CREATE INDEX alerts_due ON alerts(next_attempt_at) WHERE state = 'pending'",
    "CREATE INDEX alerts_failed ON alerts(id) WHERE state = 'failed'",
)

HABITS = """CREATE TABLE habits ( -- how pages are edited, for sources that choose their looks
    page_id INTEGER PRIMARY KEY REFERENCES pages(id), -- the page
    edits REAL NOT NULL, -- its edits, older ones counting less
    odd_edits REAL NOT NULL, -- those of them outside office hours
    exposure REAL NOT NULL, -- the edits a usual page would have had meanwhile
    edited_at TEXT NOT NULL -- its last edit, or its publication
) STRICT"""

BUDGETS = """CREATE TABLE budgets ( -- the looks of sources that choose them
    source TEXT PRIMARY KEY REFERENCES sources(name), -- the source
    pages INTEGER NOT NULL, -- how many it looks at
    most INTEGER, -- looks a day (UTC) at most; empty: no bound
    spent INTEGER NOT NULL, -- looks taken on the day of priced_at
    odd REAL NOT NULL, -- share of its edits that keep no office hours
    price REAL NOT NULL, -- of a look, in squares of the mean wait
    priced_at TEXT NOT NULL -- when looks were taken last
) STRICT"""

LEVEL = """ALTER TABLE budgets ADD COLUMN
    level REAL NOT NULL DEFAULT 1 /* -- how many times as often as usual its pages are edited */"""

FIRST_LEVEL = """ALTER TABLE budgets ADD COLUMN
    first_level REAL NOT NULL DEFAULT 1 /* -- how many times as often as usual its pages get their first edit */"""

CHANNELS = """CREATE TABLE channels ( -- channels whose far end is in trouble; one that works has no row
    name TEXT PRIMARY KEY, -- as the configuration names it
    settings_hash TEXT NOT NULL, -- over its settings but the secrets; other settings begin anew
    faults INTEGER NOT NULL, -- how many tries in a row failed by its own fault
    failed_at TEXT NOT NULL, -- the first of them
    free_at TEXT NOT NULL, -- no message before this
    disabled_at TEXT, -- since when it is off, as its receiver said that it is gone for good; empty: it only rests
    detail TEXT NOT NULL -- how its last try ended
) STRICT"""

RECEIPTS = """CREATE TABLE receipts ( -- recipients done with a message that others of its channel wait for
    alert_id TEXT NOT NULL REFERENCES alerts(id), -- the message
    recipient TEXT NOT NULL, -- the bare address
    refused TEXT, -- what they refused it for good with; empty: they have it
    PRIMARY KEY (alert_id, recipient)
) STRICT"""

INDEXES = (
    # The host is in the index so that a claim passes over a resting host's pages without reading them.
    "CREATE INDEX pages_due ON pages(next_check_at, host) WHERE next_check_at IS NOT NULL",
    "CREATE INDEX checks_of_page ON checks(page_id)",
    "CREATE INDEX changes_of_page ON changes(page_id)",
    *ALERTS_OUTSTANDING,
)

METADATA_CHANGES_OF_PAGE = "CREATE INDEX metadata_changes_of_page ON metadata_changes(page_id, version_id)"


def kept(*tables: str) -> tuple[str, ...]:
    """The triggers that keep these tables' rows as they were written."""
    return tuple(
        f"CREATE TRIGGER {table}_are_kept_from_{verb} BEFORE {verb.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} are evidence: never changed, never deleted'); END"
        for table in tables
        for verb in ("update", "delete")
    )


KEPT = kept("versions", "snapshots", "changes")

STATEMENTS = """CREATE VIEW statements AS -- every version in words, a block a line
SELECT versions.id, pages.source, pages.url, versions.number, versions.title, versions.first_seen_at,
    versions.title
    || coalesce(char(10) || nullif(json_extract(versions.statement, '$.lead'), ''), '')
    || coalesce(char(10) || (
        SELECT group_concat(json_extract(value, '$.text'), char(10))
        FROM json_each(versions.statement, '$.body') WHERE json_extract(value, '$.text') <> ''
    ), '') AS text
FROM versions JOIN pages ON pages.id = versions.page_id"""

WORDS = """CREATE VIRTUAL TABLE words USING fts5( -- full text of every version; rowid is the version's id
    text, content='statements', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
)"""

CHANGE_LOG = """CREATE VIEW change_log AS -- every change, newest first
SELECT changes.id, changes.detected_at, pages.source, changes.kind, changes.disclosure, changes.title, pages.url,
    changes.note, changes.signals, changes.fields, changes.summary, changes.words_added, changes.words_removed,
    (SELECT number FROM versions WHERE id = changes.before_version_id) AS before_version,
    (SELECT number FROM versions WHERE id = changes.after_version_id) AS after_version,
    changes.seen_before_at, changes.seen_after_at,
    (SELECT count(*) FROM alerts WHERE change_id = changes.id AND state = 'sent') AS alerts_sent,
    (SELECT count(*) FROM alerts WHERE change_id = changes.id AND state = 'pending') AS alerts_pending,
    (SELECT count(*) FROM alerts WHERE change_id = changes.id AND state = 'failed') AS alerts_failed
FROM changes JOIN pages ON pages.id = changes.page_id
ORDER BY changes.id DESC"""

EDIT_KEY = """ALTER TABLE changes ADD COLUMN
    edit_key TEXT /* -- hash of what was edited: equal on pages that were edited alike; empty: no such edit */"""

CHANGES_ALIKE = "CREATE INDEX changes_alike ON changes(edit_key, detected_at) WHERE edit_key IS NOT NULL"

EDITED_ALIKE = """CREATE VIEW edited_alike AS -- for every edit the changes that are the same within a day, itself too
SELECT changes.id, alike.id AS alike_id, pages.address
FROM changes JOIN changes AS alike ON alike.edit_key = changes.edit_key
    AND alike.detected_at >= strftime('%Y-%m-%dT%H:%M:%fZ', changes.detected_at, '-1 day')
    AND alike.detected_at <= strftime('%Y-%m-%dT%H:%M:%fZ', changes.detected_at, '+1 day')
JOIN pages ON pages.id = alike.page_id"""

EARLIER_SILENT = """CREATE VIEW earlier_silent AS -- for every announced change the silent ones since the last announced
SELECT changes.id, silent.id AS silent_id
FROM changes JOIN changes AS silent ON silent.page_id = changes.page_id AND silent.id < changes.id
    AND silent.disclosure = 'silent' AND silent.kind NOT IN ('withdrawn', 'reinstated')
WHERE changes.disclosure = 'announced' AND silent.id > (
    SELECT coalesce(max(last.id), 0) FROM changes AS last
    WHERE last.page_id = changes.page_id AND last.id < changes.id AND last.disclosure = 'announced')"""

SITEWIDE_CHANGE_LOG = CHANGE_LOG.replace(
    "changes.signals,",
    """changes.signals || iif(changes.edit_key IS NOT NULL AND 3 = (SELECT count(*) FROM (
        SELECT DISTINCT address FROM edited_alike WHERE id = changes.id LIMIT 3)),
        iif(changes.signals = '', '', ', ') || 'sitewide', '') AS signals,
   """,
)
"""`sitewide` is told by what else was found, later too, so it is derived here and never written. It counts no further
than it must, `cluster.SITEWIDE`: clusters grow to hundreds of pages."""

TOLD_ALERTS = ALERTS.replace(
    "    UNIQUE (",
    """    told_with TEXT REFERENCES alerts(id), -- the alert whose message tells it, itself or another; empty: none yet
    UNIQUE (""",
)

ALERTS_TOLD_WITH = "CREATE INDEX alerts_told_with ON alerts(told_with)"

MOVE_ALERTS = """INSERT INTO alerts SELECT id, change_id, channel, state, attempts, created_at, next_attempt_at,
    claimed_at, sent_at, detail, id FROM alerts_before"""

TOLD_AS = """ALTER TABLE alerts ADD COLUMN
    told_as TEXT /* -- why its message tells others too: mass, storm, digest; empty: alone, or one edit on many pages.
    With told_with empty: what it waits for */"""

TOLD_AT = """ALTER TABLE alerts ADD COLUMN
    told_at TEXT /* -- when its message was first claimed; empty: not yet, or before this was kept */"""

MASSES_TOLD = """UPDATE alerts SET told_as = 'mass' WHERE told_with IN (
    SELECT told_with FROM alerts JOIN changes ON changes.id = change_id GROUP BY told_with
    HAVING count(*) > 1 AND (count(DISTINCT edit_key) > 1 OR count(edit_key) < count(*)))"""

IDENTITY = """INSERT INTO meta (database_id, created_at)
VALUES (lower(hex(randomblob(16))), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"""

TABLES = (META, SOURCES, PAGES, CHECKS, SNAPSHOTS, VERSIONS, CHANGES, ALERTS, HOSTS)

QUOTES = """ALTER TABLE changes ADD COLUMN
    quotes TEXT /* -- watched quotes that came or went, each with its state: JSON; empty: none */"""

QUOTES_CHANGE_LOG = SITEWIDE_CHANGE_LOG.replace(
    "AS alerts_failed",
    """AS alerts_failed,
    (SELECT group_concat(json_extract(value, '$.state') || ': ' || json_extract(value, '$.text'), '; ')
        FROM json_each(changes.quotes)) AS quotes""",
)

QUOTES_WATCHED = (QUOTES, "DROP VIEW change_log", QUOTES_CHANGE_LOG)

SITEWIDE = (
    EDIT_KEY,
    *("DROP VIEW change_log", "ALTER TABLE alerts RENAME TO alerts_before", TOLD_ALERTS, MOVE_ALERTS),
    "DROP TABLE alerts_before",
    *(CHANGES_ALIKE, *ALERTS_OUTSTANDING, ALERTS_TOLD_WITH),
    *(EDITED_ALIKE, EARLIER_SILENT, SITEWIDE_CHANGE_LOG),
)

STEPS = {
    "first": (*TABLES, *INDEXES, *KEPT, STATEMENTS, WORDS, CHANGE_LOG, IDENTITY),
    "metadata_changes": (METADATA_CHANGES, METADATA_CHANGES_OF_PAGE, *kept("metadata_changes")),
    "sitewide": SITEWIDE,
    "when_to_look": (HABITS, BUDGETS),
    "who_has_what": (CHANNELS, RECEIPTS),
    "listings": LISTINGS,
    "politeness": POLITENESS,
    "urgency": URGENCY,
    "by_host": (PAGES_OF_HOST,),
    "reading": READING,
    "quick_reading": QUICK,
    "incidents": INCIDENTS_AND_REPORTS,
    "quotes": QUOTES_WATCHED,
    "busy_pages": BUSY_PAGES,
    "digests": (TOLD_AS, MASSES_TOLD),
    "levels": (LEVEL,),
    "find_changes": FIND_CHANGES,
    "fewer_indexes": FEWER_INDEXES,
    "told_at": (TOLD_AT,),
    "leases": LEASES,
    "requests": (REQUESTS,),
    "first_levels": (FIRST_LEVEL,),
}
"""The migrations, in order, by name: what each does."""

VERSION = len(STEPS)
"""How many migrations there are; `PRAGMA user_version` of a database that has had them all."""


def migrations() -> "Migrations":
    """All steps from an empty database to `VERSION`, each one transaction."""
    from sqlite_utils import Migrations  # 80 ms, and seldom needed

    steps = Migrations("monitor")
    for version, (name, statements) in enumerate(STEPS.items(), 1):
        steps(name=name)(_step(version, statements))
    return steps


def _step(version: int, statements: Sequence[str]) -> Callable[["Database"], None]:
    def step(db: "Database") -> None:
        for statement in statements:
            failpoints.passing("migrating")
            db.conn.execute(statement)
        db.conn.execute(f"PRAGMA user_version = {version}")

    return step
