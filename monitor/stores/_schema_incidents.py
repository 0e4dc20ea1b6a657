"""DDL of what of the monitor itself needs a person: incidents, how they are told, signs of life of sources."""

REPORTS = """CREATE TABLE reports ( -- the outbox of incidents: those of some minutes addressed to one channel
    id TEXT PRIMARY KEY, -- the same at every try
    channel TEXT NOT NULL, -- the channel's name in the configuration
    why TEXT NOT NULL, -- why it goes to this one
    state TEXT NOT NULL, -- pending, sent, failed
    attempts INTEGER NOT NULL DEFAULT 0, -- tries so far
    created_at TEXT NOT NULL, -- when it was made
    next_attempt_at TEXT, -- when it is tried next; empty: never
    claimed_at TEXT, -- when the try began that is under way
    sent_at TEXT, -- when it was sent
    detail TEXT, -- how the last try ended
    receipts TEXT NOT NULL DEFAULT '[]' -- recipients done with it while others are not: JSON [[address, refused], …]
) STRICT"""

INCIDENTS = """CREATE TABLE incidents ( -- what of the monitor itself needed a person, and until when
    id INTEGER PRIMARY KEY, -- in the order they began
    key TEXT NOT NULL, -- what it is about: host, page, channel, disk …
    words TEXT NOT NULL, -- what it was when it began
    began_at TEXT NOT NULL, -- when it was found
    ended_at TEXT, -- when it was found to be over; empty: not yet
    channel TEXT, -- whom to tell; empty: nobody
    why TEXT NOT NULL, -- why that one
    began_with TEXT REFERENCES reports(id), -- the report that tells of its beginning; empty: none yet
    ended_with TEXT REFERENCES reports(id) -- the report that tells of its end; empty: none yet
) STRICT"""

PULSES = """CREATE TABLE pulses ( -- signs of life of sources
    source TEXT PRIMARY KEY REFERENCES sources(name), -- the source
    first_at TEXT, -- its first change
    changed_at TEXT, -- its last change
    gaps INTEGER NOT NULL DEFAULT 0, -- how often an hour and more went by between two changes
    longest_gap_s REAL NOT NULL DEFAULT 0, -- the most seconds that did
    empty_since TEXT, -- since when its listing names nothing, though it did before
    empty_looks INTEGER NOT NULL DEFAULT 0 -- how many looks found that
) STRICT"""

PULSES_BEFORE = """INSERT INTO pulses (source, first_at, changed_at, gaps, longest_gap_s)
    SELECT source, min(detected_at), max(detected_at), count(*) FILTER (WHERE gap_s >= 3600), coalesce(max(gap_s), 0)
    FROM (
        SELECT source, detected_at, 86400 * (julianday(detected_at)
            - julianday(lag(detected_at) OVER (PARTITION BY source ORDER BY changes.id))) AS gap_s
        FROM changes JOIN pages ON pages.id = page_id WHERE kind <> 'reparsed')
    GROUP BY source"""

FAILING_SINCE = """ALTER TABLE pages ADD COLUMN
    failing_since TEXT /* -- the first of its checks in a row that went wrong */"""

INCIDENTS_AND_REPORTS = (
    *(REPORTS, INCIDENTS, PULSES, PULSES_BEFORE, FAILING_SINCE),
    "UPDATE pages SET failing_since = checked_at WHERE failures > 0",
    "CREATE INDEX pages_failing ON pages(host) WHERE failures > 0",
    "CREATE INDEX reports_due ON reports(next_attempt_at) WHERE state = 'pending'",
    "CREATE INDEX reports_unsent ON reports(state) WHERE state <> 'sent'",
    "CREATE UNIQUE INDEX incidents_open ON incidents(key) WHERE ended_at IS NULL",
    """CREATE INDEX incidents_untold ON incidents(channel)
    WHERE began_with IS NULL OR (ended_at IS NOT NULL AND ended_with IS NULL)""",
    "CREATE INDEX incidents_began_with ON incidents(began_with)",
    "CREATE INDEX incidents_ended_with ON incidents(ended_with)",
)
