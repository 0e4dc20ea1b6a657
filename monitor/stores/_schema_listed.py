"""DDL of what listings name: the table, its index, and what sources and pages keep of it."""

LISTED = """CREATE TABLE listed ( -- addresses that listings name; each becomes a page in its turn
    address TEXT NOT NULL, -- as that of a page
    source TEXT NOT NULL REFERENCES sources(name), -- the source whose listing names it
    url TEXT, -- as it is named; empty: https:// and the address
    title TEXT, -- as it is named
    updated_at TEXT, -- when its listing says it was updated: a reason to look, never evidence
    depth INTEGER NOT NULL, -- 0: a page; else a listing, with so many above it
    baseline INTEGER NOT NULL, -- 1: named by its source's first fill
    wanted INTEGER, -- waits for a look: 0 a listing, 1 new or updated, 2 of the first fill; empty: it does not
    PRIMARY KEY (address, source)
) STRICT, WITHOUT ROWID"""

LISTED_WANTED = "CREATE INDEX listed_wanted ON listed(source, wanted, updated_at DESC) WHERE wanted IS NOT NULL"

LISTED_BEFORE = """INSERT INTO listed (address, source, url, title, depth, baseline)
    SELECT address, source, url, title, 0, baseline FROM pages WHERE role = 'statement' AND NOT configured"""

DEPTH = """ALTER TABLE pages ADD COLUMN
    depth INTEGER NOT NULL DEFAULT 0 /* -- of a listing: how many listings stand above it */"""

LISTED_AT = """ALTER TABLE pages ADD COLUMN
    listed_at TEXT /* -- when its listing says it was updated */"""

FOLLOW = """ALTER TABLE sources ADD COLUMN
    follow TEXT /* -- which of the pages a listing names are followed */"""

COVERED_BY = """ALTER TABLE sources ADD COLUMN
    covered_by TEXT /* -- sources that look at what it lists in its stead, where they name it, too: JSON */"""

COUNT = """ALTER TABLE sources ADD COLUMN
    listed INTEGER NOT NULL DEFAULT 0 /* -- how many addresses its listings name */"""

RELEASED = """ALTER TABLE sources ADD COLUMN
    released INTEGER NOT NULL DEFAULT 0 /* -- how many of them had their turn since the last look at its listing */"""

LISTINGS = (
    *(DEPTH, LISTED_AT, FOLLOW, COVERED_BY, COUNT, RELEASED),
    *(LISTED, LISTED_WANTED, LISTED_BEFORE),
    "UPDATE sources SET listed = (SELECT count(*) FROM listed WHERE source = name)",
)

URGENT = """ALTER TABLE pages ADD COLUMN
    urgent INTEGER NOT NULL DEFAULT 0 /* -- 1: a listing, or said to be new or updated: before what is merely due */"""

URGENCY = (
    URGENT,
    "UPDATE pages SET urgent = 1 WHERE role = 'listing'",
    "CREATE INDEX pages_urgent ON pages(next_check_at, host) WHERE urgent AND next_check_at IS NOT NULL",
)
