"""DDL of what hosts are owed and have had, and of their robots.txt."""

HOSTS = """CREATE TABLE hosts ( -- servers: what politeness each is owed, and what it has had of us
    host TEXT PRIMARY KEY, -- host and port
    free_at TEXT, -- no request before this
    asked_at TEXT, -- the last request
    requests INTEGER NOT NULL DEFAULT 0, -- sent on the day (UTC) of asked_at, redirects and robots.txt included
    failures INTEGER NOT NULL DEFAULT 0, -- requests in a row that had no answer
    pause_s REAL NOT NULL DEFAULT 0 -- seconds between two requests that its robots.txt asks for
) STRICT"""

MOVE_HOSTS = "INSERT INTO hosts (host, free_at) SELECT host, free_at FROM hosts_before"

ROBOTS = """CREATE TABLE robots ( -- each server's robots.txt (RFC 9309)
    origin TEXT PRIMARY KEY, -- scheme, host and port
    asked_at TEXT NOT NULL, -- when it was asked for last
    outcome TEXT, -- why it could not be read then; empty: it was, or there is none
    detail TEXT, -- what exactly
    failing_since TEXT, -- since when it cannot be read
    known_at TEXT, -- when it was read last, or found missing
    body BLOB -- its first 500 KiB then, compressed by zlib
) STRICT"""

PAGES_CLAIMED = "CREATE INDEX pages_claimed ON pages(id) WHERE claimed_at IS NOT NULL"
"""So that a start need not read all pages to find those that a killed process held."""

POLITENESS = (
    *("ALTER TABLE hosts RENAME TO hosts_before", HOSTS, MOVE_HOSTS, "DROP TABLE hosts_before"),
    *(ROBOTS, PAGES_CLAIMED),
)


LEASES_TABLE = """CREATE TABLE leases ( -- pages that are being looked at
    page_id INTEGER PRIMARY KEY REFERENCES pages(id), -- the page
    claimed_at TEXT NOT NULL, -- when the look began
    until TEXT NOT NULL -- if nothing comes of it, the page is due again then
) STRICT"""
"""A table of its own: claiming then writes a few blocks, and not one of each page and of each host."""

MOVE_LEASES = """INSERT INTO leases SELECT id, claimed_at, next_check_at FROM pages
    WHERE claimed_at IS NOT NULL AND next_check_at IS NOT NULL"""

LEASES = (LEASES_TABLE, MOVE_LEASES, "DROP INDEX pages_claimed", "ALTER TABLE pages DROP COLUMN claimed_at")

REQUESTS = """ALTER TABLE checks ADD COLUMN
    requests INTEGER /* -- sent for it, redirects and robots.txt included; empty: before this was kept */"""

PAGES_OF_HOST = "CREATE INDEX pages_of_host ON pages(host, next_check_at) WHERE next_check_at IS NOT NULL"
