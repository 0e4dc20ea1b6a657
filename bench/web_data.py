"""A database of a busy newsroom's year: so many changes on so many pages, written straight into the program's schema.

Statements have the length of GOV.UK's (some 600 words), of words as frequent as words are. Every tenth page has a
snapshot of its own; the others share them, as no page of the web reads more than one.
"""

import hashlib
import random
import sqlite3
import sys
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from bench.site import page as page_of_site
from monitor import disclose
from monitor.compare import compare, content_hash
from monitor.models import Block, BlockKind, Comparison, Kind, Note, Source, Statement, Verdict, utc_text
from monitor.render import summary
from monitor.stores._json import to_json
from monitor.stores.sqlite import Store

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
YEAR = timedelta(days=365)
PUBLISHERS = ("fcdo", "dfe", "dhsc", "treasury", "home-office", "defra", "mod", "cabinet-office")
CHECKED = timedelta(days=30)
SECONDS_A_LOOK = 5
POOL = 60
"""Edits that are compared word by word; the changes are these, on other pages."""

KINDS = ("edited",) * 94 + ("published",) * 3 + ("withdrawn", "removed", "moved")


@dataclass(frozen=True)
class Edit:
    """A statement before and after, and what differs."""

    before: Statement
    after: Statement
    comparison: Comparison
    verdict: Verdict


def make(path: Path, changes: int, pages: int, seed: int = 7) -> None:
    """Writes the database. A few minutes for 100,000 changes."""
    luck = random.Random(seed)  # noqa: S311 -- the same database at every run
    urls = [f"https://www.gov.uk/government/publications/dredging-plan-{number}" for number in range(pages)]
    sources = [
        Source(name, tuple(urls[n :: len(PUBLISHERS)]), every=timedelta(hours=8), channels=("desk", "hook"))
        for n, name in enumerate(PUBLISHERS)
    ]
    store = Store.open(path)
    store.sync_sources(sources, NOW - YEAR)
    db = store._db
    db.execute("PRAGMA synchronous = OFF")
    db.execute("BEGIN")
    edits = [_edit(luck) for _ in range(POOL)]
    _fill(db, luck, edits, changes)
    _checks(db, luck)
    db.execute("COMMIT")
    db.execute("PRAGMA synchronous = FULL")
    store.tidy()
    store.close()


SYLLABLES = [first + second for first in "bdfglmnprst" for second in ("a", "el", "i", "or", "um")]
KNOWN = ["".join(word) for word in product(SYLLABLES, repeat=3)][:30_000]


def words(luck: random.Random, count: int) -> str:
    """So many words, some much more frequent than others."""
    return " ".join(KNOWN[int(len(KNOWN) * luck.random() ** 3)] for _ in range(count))


def _edit(luck: random.Random) -> Edit:
    body = [Block(BlockKind.PARAGRAPH, f"{words(luck, 75)} costs £{luck.randint(2, 900)} million.") for _ in range(8)]
    body.insert(4, Block(BlockKind.HEADING, words(luck, 3), 2))
    before = Statement(
        "", words(luck, 6).capitalize(), "govuk-1", lead=words(luck, 20), body=tuple(body),
        notes=(Note("2026-01-12T09:30:00.000Z", "First published."),), keeps_history=True,
        updated_at="2026-01-12T09:30:00.000Z",
    )  # fmt: skip
    for _ in range(luck.choice((1, 1, 1, 2, 3))):
        place = luck.choice((0, 1, 2, 3, 5, 6, 7, 8))
        body[place] = Block(BlockKind.PARAGRAPH, f"{body[place].text[:-9]} billion. {words(luck, 4)}.")
    after = replace(before, body=tuple(body))
    if luck.random() < 0.5:
        note = Note("2026-02-12T09:30:00.000Z", f"Updated the {words(luck, 5)}.")
        after = replace(after, notes=(note, *before.notes), updated_at="2026-02-12T09:30:00.000Z")
    comparison = compare(before, after)
    return Edit(before, after, comparison, disclose.verdict(before, after, comparison))


def _fill(db: sqlite3.Connection, luck: random.Random, edits: list[Edit], changes: int) -> None:
    rows = db.execute("SELECT id, url FROM pages ORDER BY id").fetchall()
    hashes = _snapshots(db, len(rows) // 10)
    current: dict[int, tuple[int, int, str]] = {}
    for number, (page_id, url) in enumerate(rows):
        at = utc_text(NOW - YEAR + timedelta(seconds=number))
        statement = replace(edits[number % POOL].before, url=url)
        version_id = _version(db, page_id, 1, at, statement, hashes[number % len(hashes)])
        current[page_id] = (version_id, 1, at)
    for number in range(changes):
        page_id, url = luck.choice(rows) if luck.random() < 0.7 else rows[int(len(rows) * luck.random() ** 2)]
        made_at = NOW - YEAR + (number + 1) * (YEAR / (changes + 1))
        what = (page_id, url, number, made_at)
        current[page_id] = _change(db, luck, luck.choice(edits), what, current[page_id], hashes)
    for page_id, (version_id, _, _) in current.items():
        db.execute("UPDATE pages SET version_id = ?, title = (SELECT title FROM versions WHERE id = ?) WHERE id = ?",
                   (version_id, version_id, page_id))  # fmt: skip


def _change(
    db: sqlite3.Connection,
    luck: random.Random,
    edit: Edit,
    what: tuple[int, str, int, datetime],
    before: tuple[int, int, str],
    hashes: list[str],
) -> tuple[int, int, str]:
    """Writes a change with its version and alerts; the page's current version after it."""
    page_id, url, number, at = what
    version_id, version, seen = before
    kind = luck.choice(KINDS)
    edited = kind == "edited"
    after_id = _version(
        db, page_id, version + 1, utc_text(at), replace(edit.after, url=url), hashes[number % len(hashes)]
    )
    verdict = edit.verdict if edited else None
    seen_before = max(seen, utc_text(at - timedelta(minutes=luck.choice((15, 30, 60, 480)))))
    values = (
        page_id, utc_text(at), kind, verdict.disclosure.value if verdict else None, edit.after.title,
        "Updated the figures." if verdict and verdict.disclosure.value == "announced" else None,
        ", ".join(signal.name.value for signal in verdict.signals) if verdict else "",
        ", ".join(edit.comparison.field_names) if edited else "",
        summary(Kind(kind), edit.comparison if edited else Comparison(), verdict),
        edit.comparison.words_added, edit.comparison.words_removed, version_id, after_id, seen_before, utc_text(at),
        to_json(verdict) if verdict else None, to_json(edit.comparison if edited else Comparison()),
        f"key-{number // 50}" if edited and number % 50 < 4 else None,
    )  # fmt: skip
    (change_id,) = db.execute(ADD_CHANGE, values).fetchone()
    for channel in ("desk", "hook"):
        state = _state(NOW - at, luck)
        alert = (f"msg_{change_id}_{channel}", change_id, channel, state, 1, utc_text(at),
                 utc_text(at) if state == "pending" else None, utc_text(at) if state == "sent" else None,
                 "250 OK", f"msg_{change_id}_{channel}")  # fmt: skip
        db.execute(ADD_ALERT, alert)
    return after_id, version + 1, utc_text(at)


def _state(age: timedelta, luck: random.Random) -> str:
    """Of an alert: the latest are still to be sent, and some of the last days were given up."""
    if age < timedelta(minutes=30):
        return "pending"
    return "failed" if age < timedelta(days=2) and luck.random() < 0.1 else "sent"


ADD_CHANGE = """INSERT INTO changes (page_id, detected_at, kind, disclosure, title, note, signals, fields, summary,
    words_added, words_removed, before_version_id, after_version_id, seen_before_at, seen_after_at, verdict,
    comparison, edit_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"""

ADD_ALERT = """INSERT INTO alerts (id, change_id, channel, state, attempts, created_at, next_attempt_at, sent_at,
    detail, told_with) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

ADD_VERSION = """INSERT INTO versions (page_id, number, content_hash, first_seen_at, title, updated_at, parser,
    snapshot_hash, fetched_url, content_type, headers, statement)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'text/html; charset=utf-8', '[]', ?) RETURNING id"""

ADD_CHECK = """INSERT INTO checks (page_id, checked_at, outcome, status, elapsed_ms, wire_bytes, detail)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""


def _version(
    db: sqlite3.Connection, page_id: int, number: int, at: str, statement: Statement, snapshot_hash: str
) -> int:
    claims = (content_hash(statement), at, statement.title, statement.updated_at, statement.parser, snapshot_hash)
    values = (page_id, number, *claims, statement.url, to_json(statement))
    version_id: int = db.execute(ADD_VERSION, values).fetchone()[0]
    db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (version_id, statement.text))
    return version_id


def _snapshots(db: sqlite3.Connection, count: int) -> list[str]:
    found = []
    for number in range(max(count, 1)):
        body = page_of_site(number, edited=False).encode()
        found.append(hashlib.sha256(body).hexdigest())
        db.execute("INSERT INTO snapshots VALUES (?, ?, ?)", (found[-1], len(body), zlib.compress(body)))
    return found


def _checks(db: sqlite3.Connection, luck: random.Random) -> None:
    """A month of looks, one every five seconds; the pages are as the last ones left them."""
    ids = [page_id for (page_id,) in db.execute("SELECT id FROM pages ORDER BY id")]
    count = CHECKED // timedelta(seconds=SECONDS_A_LOOK)
    wrong = ("error:timeout", None, "no answer in 30 s"), ("blocked", 403, "a wall of its CDN"), ("gone", 404, None)
    for number in range(count):
        at = utc_text(NOW - CHECKED + number * timedelta(seconds=SECONDS_A_LOOK))
        outcome, status, detail = luck.choice(wrong) if luck.random() < 0.01 else ("unchanged", 200, None)
        look = (ids[number % len(ids)], at, outcome, status, luck.randint(90, 900), luck.randint(9, 90_000), detail)
        db.execute(ADD_CHECK, look)
    last = """UPDATE pages SET (checked_at, outcome) = (SELECT checked_at, outcome FROM checks
        WHERE page_id = pages.id ORDER BY id DESC LIMIT 1), seen_at = :now, failures = 0, next_check_at = :later"""
    db.execute(last, {"now": utc_text(NOW), "later": utc_text(NOW + timedelta(hours=8))})
    db.execute("UPDATE pages SET failures = 4 WHERE outcome <> 'unchanged'")


def main() -> None:
    """`python -m bench.web_data FILE [CHANGES [PAGES]]`"""
    numbers = [int(word) for word in sys.argv[2:]] + [100_000, 5_000][len(sys.argv) - 2 :]
    make(Path(sys.argv[1]), *numbers)


if __name__ == "__main__":
    main()
