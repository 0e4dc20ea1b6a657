"""What listings name, and its turn to be looked at. Inside the caller's transaction.

`take` keeps what one look at a listing told: what is new and what was updated waits for its turn. `release` gives the
turn to so many a round, what is news first: they become pages, or are due again.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from monitor import schedule
from monitor.models import Entry, Page, Role, Source, canonical, utc_text

PAGES_A_ROUND = 200
"""Pages of a source that get their turn between two looks at its listing."""

ADDRESSES_MOST = 1_000_000
"""Addresses that are kept of one source's listings."""

UPDATED_MOST = 0.5
"""Share of a listing's pages above which, if all of them are said to be updated at once, none is: it was made anew."""

BENEATH_MOST = 50
"""Pages beneath another that are due at once when it was touched: attachments and parts; of an index, so many."""

LISTING, NEWS, FIRST_FILL = range(3)
"""What waits, in this order."""

_KNOWN = """SELECT address, updated_at FROM listed
    WHERE source = ? AND address IN (SELECT value FROM json_each(?))"""

_ADD = """INSERT INTO listed (address, source, url, title, updated_at, depth, baseline, wanted)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""

_UPDATE = "UPDATE listed SET updated_at = ?, wanted = coalesce(?, wanted) WHERE address = ? AND source = ?"

_TURN = """SELECT address, url, title, updated_at, depth, baseline, wanted FROM listed
    WHERE source = :source AND wanted IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM pages WHERE pages.address = listed.address AND pages.source = listed.source
        AND id IN (SELECT page_id FROM leases))
    ORDER BY wanted, updated_at DESC LIMIT :room"""
"""A page that is being looked at waits: that look may have been before the update."""

_LOOK_ELSEWHERE = """UPDATE pages SET urgent = 1, next_check_at = min(coalesce(next_check_at, :now), :now)
    WHERE address = :address AND source IN (SELECT value FROM json_each(:covered_by))
    AND orphaned_at IS NULL AND id NOT IN (SELECT page_id FROM leases)"""

_IS_ELSEWHERE = """SELECT 1 FROM pages WHERE address = ? AND source IN (SELECT value FROM json_each(?))
    AND orphaned_at IS NULL"""

_LOOK = """INSERT INTO pages (source, url, title, role, next_check_at, baseline, configured, first_seen_at, host,
    address, depth, listed_at, urgent)
    VALUES (:source, :url, :title, :role, :now, :baseline, 0, :now, :host, :address, :depth, :updated_at, :urgent)
    ON CONFLICT (address, source) DO UPDATE SET listed_at = excluded.listed_at, urgent = excluded.urgent,
        next_check_at = min(coalesce(next_check_at, excluded.next_check_at), excluded.next_check_at),
        depth = iif(orphaned_at IS NULL, depth, excluded.depth),
        baseline = iif(orphaned_at IS NULL OR role <> 'listing', baseline, excluded.baseline),
        seen_at = iif(orphaned_at IS NULL OR role <> 'listing', seen_at, NULL),
        configured = iif(orphaned_at IS NULL, configured, 0), orphaned_at = NULL
    WHERE orphaned_at IS NOT NULL OR (role = excluded.role AND depth = excluded.depth)
    RETURNING url"""
"""An item is never due. A listing is, only by what stands right above it: two that name each other would never end."""

_LOOK_BENEATH = """UPDATE pages SET next_check_at = :now WHERE id IN (
    SELECT id FROM pages WHERE address > :address || '/' AND address < :address || '0' AND source = :source
    AND role = 'statement' AND next_check_at > :now AND checked_at < :since
    AND id NOT IN (SELECT page_id FROM leases) ORDER BY checked_at LIMIT :most)"""
"""In ASCII, "0" follows upon "/"."""


def is_current(db: sqlite3.Connection, source: str, essence: str | None) -> bool:
    """Whether a listing was read under the rules that its source has now: they may have changed meanwhile."""
    (rules,) = db.execute("SELECT follow FROM sources WHERE name = ?", (source,)).fetchone()
    read_under = (essence or "").partition(" ")[0].partition("+")[2]
    return read_under == (rules or "").removeprefix("+")


def take(db: sqlite3.Connection, listing: Page, entries: Sequence[Entry]) -> str | None:
    """Keeps what a look at this listing, as it was before, told. What is odd about it in a few words, or None."""
    source = listing.source
    named = {canonical(entry.url): entry for entry in entries if entry.statement is None}
    known = dict(db.execute(_KNOWN, (source, json.dumps(list(named)))).fetchall())
    updates = [address for address, at in known.items() if named[address].updated_at not in (None, at)]
    told = [address for address in updates if known[address] is not None]
    made_anew = len(told) > max(PAGES_A_ROUND, UPDATED_MOST * len(known)) and not named[told[0]].listing
    wanted = set() if made_anew else set(told)
    db.executemany(_UPDATE, (_update(source, named[address], address in wanted) for address in updates))
    left_out = _add(db, listing, {address: entry for address, entry in named.items() if address not in known})
    if left_out:
        return f"{left_out} addresses beyond {ADDRESSES_MOST} are left out"
    return f"{len(told)} of {len(known)} pages said to be updated at once: no hint" if made_anew else None


def release(db: sqlite3.Connection, listing: Page, now: datetime) -> tuple[str, ...]:
    """Gives their turn to what waits, as many as a round may have; the addresses of those now due."""
    source = listing.source
    if listing.depth == 0:
        db.execute("UPDATE sources SET released = 0 WHERE name = ?", (source,))
    released, covered_by = db.execute("SELECT released, covered_by FROM sources WHERE name = ?", (source,)).fetchone()
    rows = db.execute(_TURN, {"source": source, "room": PAGES_A_ROUND - released}).fetchall()
    due = [url for row in rows if (url := _look(db, source, covered_by or "[]", row, utc_text(now)))]
    db.executemany(
        "UPDATE listed SET wanted = NULL WHERE address = ? AND source = ?", ((row[0], source) for row in rows)
    )
    db.execute("UPDATE sources SET released = released + ? WHERE name = ?", (len(rows), source))
    return tuple(due)


def look_beneath(db: sqlite3.Connection, page: Page, touched_at: datetime, now: datetime) -> None:
    """Makes due what stands beneath this page's address and was not looked at since the publisher touched the page.

    A look soon after that may have met a copy from before.
    """
    values = {
        "address": canonical(page.url),
        "source": page.source,
        "since": utc_text(touched_at + schedule.CONFIRM_WITHIN),
        "now": utc_text(now),
        "most": BENEATH_MOST,
    }
    db.execute(_LOOK_BENEATH, values)


def fill_anew(db: sqlite3.Connection, source: Source, now: datetime) -> None:
    """Reads all listings of a source again, as at its first fill; those that an index named are named anew."""
    name, at = source.name, utc_text(now)
    files = db.execute("DELETE FROM listed WHERE source = ? AND depth > 0", (name,)).rowcount
    db.execute("UPDATE sources SET listed = listed - ?, filled_at = NULL WHERE name = ?", (files, name))
    db.execute(
        """UPDATE pages SET essence = NULL, etag = NULL, last_modified = NULL,
        orphaned_at = iif(configured, orphaned_at, :now), next_check_at = iif(configured, :now, NULL)
        WHERE source = :source AND role = 'listing' AND orphaned_at IS NULL""",
        {"now": at, "source": name},
    )
    db.execute(
        """UPDATE listed SET wanted = ? WHERE source = ? AND address IN (
            SELECT address FROM pages WHERE source = ? AND role = 'statement' AND next_check_at IS NULL
            AND orphaned_at IS NULL)""",
        (FIRST_FILL, name, name),
    )


def take_back(db: sqlite3.Connection, source: str) -> None:
    """What other sources looked at in this one's stead gets its turn here, silently."""
    db.execute(
        """UPDATE listed SET wanted = ?, baseline = 1 WHERE source = ? AND depth = 0 AND NOT EXISTS (
            SELECT 1 FROM pages WHERE pages.address = listed.address AND pages.source = listed.source)""",
        (FIRST_FILL, source),
    )


def want_again(db: sqlite3.Connection, pages: Iterable[tuple[str, str]]) -> None:
    """What the configuration no longer names, and a listing does, stays a page: sources and addresses."""
    db.executemany("UPDATE listed SET wanted = 1 WHERE source = ? AND address = ?", pages)


def _add(db: sqlite3.Connection, listing: Page, new: Mapping[str, Entry]) -> int:
    """Keeps these; how many had no room."""
    query = "SELECT filled_at, listed FROM sources WHERE name = ?"
    filled_at, count = db.execute(query, (listing.source,)).fetchone()
    of_first_fill = listing.depth > 0 and listing.baseline and listing.seen_at is None
    baseline = filled_at is None or of_first_fill
    kept = list(new.items())[: max(0, ADDRESSES_MOST - count)]
    db.executemany(_ADD, (_row(listing, address, entry, baseline=baseline) for address, entry in kept))
    db.execute("UPDATE sources SET listed = listed + ? WHERE name = ?", (len(kept), listing.source))
    return len(new) - len(kept)


def _row(listing: Page, address: str, entry: Entry, *, baseline: bool) -> tuple[object, ...]:
    url = None if entry.url == f"https://{address}" else entry.url
    depth = listing.depth + 1 if entry.listing else 0
    wanted = LISTING if entry.listing else FIRST_FILL if baseline else NEWS
    return address, listing.source, url, entry.title, entry.updated_at, depth, baseline, wanted


def _update(source: str, entry: Entry, wanted: bool) -> tuple[object, ...]:
    turn = LISTING if entry.listing else NEWS
    return entry.updated_at, turn if wanted else None, canonical(entry.url), source


def _look(db: sqlite3.Connection, source: str, covered_by: str, row: Sequence[object], now: str) -> str | None:
    """Makes a page of it, or makes the page due that it is, here or elsewhere; its address where it is due here."""
    address, url, title, updated_at, depth, baseline, wanted = row
    if covered_by != "[]" and db.execute(_IS_ELSEWHERE, (address, covered_by)).fetchone():
        db.execute(_LOOK_ELSEWHERE, {"now": now, "address": address, "covered_by": covered_by})
        return None
    page = Page(0, source, str(url or f"https://{address}"))
    values = {
        "source": source,
        "url": page.url,
        "title": title,
        "role": Role.LISTING if depth else Role.STATEMENT,
        "now": now,
        "baseline": baseline,
        "host": page.host,
        "address": address,
        "depth": depth,
        "updated_at": updated_at,
        "urgent": wanted != FIRST_FILL,
    }
    due: tuple[str] | None = db.execute(_LOOK, values).fetchone()
    return due[0] if due else None
