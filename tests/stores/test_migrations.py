"""Databases of every earlier schema, brought up to date with all they hold, and killed on the way at each statement."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from monitor.stores import _opening, _schema
from monitor.stores.sqlite import Store

AT = "2026-03-02T09:00:00.000Z"
STATEMENT = json.dumps({"url": "https://a.example/1", "title": "Lamps", "parser": "css-1", "body": []})
ROWS = (
    "INSERT INTO sources (name, every_s, added_at, filled_at) VALUES ('kept', 900, :at, :at)",
    """INSERT INTO pages (source, url, role, baseline, configured, first_seen_at, host, address, next_check_at)
    SELECT 'kept', 'https://a.example/' || value, 'statement', 1, value = 1, :at, 'a.example',
    'a.example/' || value, :at FROM json_each('[1, 2, 3]')""",
    "INSERT INTO snapshots (hash, size_bytes, body) VALUES ('ab', 3, x'789c')",
    """INSERT INTO versions (page_id, number, content_hash, first_seen_at, title, parser, snapshot_hash, statement)
    SELECT id, 1, 'c' || id, :at, 'Lamps', 'css-1', 'ab', :statement FROM pages""",
    "INSERT INTO words (rowid, text) SELECT id, 'Lamps' FROM versions",
    "UPDATE pages SET version_id = id",
    """INSERT INTO checks (page_id, checked_at, outcome, elapsed_ms, wire_bytes, version_id)
    SELECT id, :at, 'ok', 9, 9, id FROM pages""",
    """INSERT INTO changes (page_id, detected_at, kind, title, signals, fields, summary, words_added, words_removed,
    after_version_id, seen_after_at, comparison)
    SELECT id, :at, 'edited', 'Lamps', 'figure', 'body', 's', 1, 1, id, :at, '{}' FROM pages""",
    """INSERT INTO alerts (id, change_id, channel, state, attempts, created_at, next_attempt_at)
    SELECT 'msg_' || id, id, 'desk', iif(id = 1, 'sent', 'pending'), 1, :at, iif(id = 1, NULL, :at)
    FROM changes""",
    "INSERT INTO hosts (host, free_at) VALUES ('a.example', :at)",
)
"""What the first schema has room for; every later one keeps it."""

HELD = ("sources", "pages", "snapshots", "versions", "checks", "changes", "alerts", "hosts", "meta")


def at_schema(path: Path, version: int) -> None:
    """A new database as the code of that step made it."""
    with closing(_opening._connect(path, "rwc")) as db:
        db.execute(f"PRAGMA application_id = {_schema.APPLICATION_ID}")
        db.execute("PRAGMA journal_mode = WAL")
        steps = _schema.migrations()
        later = [step.name for step in steps.pending(Database(db))][version:]
        steps.apply(Database(db), stop_before=later)


def schema(path: Path) -> tuple[int, set[tuple[str, str]]]:
    """Its version, and every table, index, trigger and view it has."""
    with closing(sqlite3.connect(path)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        found = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return version, {(name, sql) for name, sql in found if not name.startswith("sqlite_")}


def held(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row, by table."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("SELECT count(*) FROM words WHERE words MATCH 'lamps'").fetchone()[0] == 3
        query = "SELECT * FROM {} ORDER BY 1"
        tables = {table: [dict(row) for row in db.execute(query.format(table))] for table in HELD}
    for page in tables["pages"]:
        page.pop("claimed_at", None)  # a row of `leases` since
    return tables


def keeps(after: dict[str, list[dict[str, Any]]], before: dict[str, list[dict[str, Any]]]) -> bool:
    """Whether every row of before is there, each with all it had."""
    return all(
        len(after[table]) == len(rows)
        and all(row.items() <= new.items() for row, new in zip(rows, after[table], strict=True))
        for table, rows in before.items()
    )


def open_and_die(path: Path, statement: int, *, in_steps: bool) -> bool:
    """Whether the store was open before so many statements had begun; else the process that tried was killed there.

    `in_steps` counts from the first step on.
    """
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    begun, counts = 0, not in_steps

    def count(sql: str) -> None:
        nonlocal begun, counts
        counts = counts or sql == "BEGIN"
        begun += counts
        if begun == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    connect = _opening._connect

    def traced(path: Path, mode: str) -> sqlite3.Connection:
        connection = connect(path, mode)
        connection.set_trace_callback(count)
        return connection

    _opening._connect = traced
    Store.open(path).close()
    os._exit(0)


def kill_at_every(folder: Path, version: int) -> int:
    """How many kills, a statement apart, until a database of that version had reached a later one.

    Of the first version those are counted, too, that come before the steps.
    """
    path = folder / "monitor.db"
    schemas = {}
    for each in range(version, _schema.VERSION + 1):
        at_schema(folder / f"reference-{each}", each)
        schemas[each] = schema(folder / f"reference-{each}")
    at_schema(folder / "old", version)
    with closing(_opening._connect(folder / "old", "rw")) as db:
        for row in ROWS:
            db.execute(row, {"at": AT, "statement": STATEMENT})
    before = held(folder / "old")
    kills = 0
    while True:
        for left in folder.glob("monitor.db*"):
            left.unlink()
        path.write_bytes((folder / "old").read_bytes())
        if open_and_die(path, 1 + kills, in_steps=version > 1):
            return kills
        kills += 1
        reached = schema(path)
        assert reached == schemas[reached[0]], f"between two schemas after statement {kills}"
        assert keeps(held(path), before)
        Store.open(path).close()
        assert schema(path) == schemas[_schema.VERSION]
        assert keeps(held(path), before)
        copy = path.with_name(f"monitor.db.schema-{version}")
        assert (schema(copy), held(copy)) == (schemas[version], before)
        if reached[0] > version:
            return kills


def test_a_page_that_was_being_looked_at_still_is(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    at_schema(path, list(_schema.STEPS).index("leases"))
    with closing(_opening._connect(path, "rw")) as db:
        for row in (*ROWS, "UPDATE pages SET claimed_at = :at WHERE id = 2"):
            db.execute(row, {"at": AT, "statement": STATEMENT})
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT * FROM leases").fetchall() == [(2, AT, AT)]


@pytest.mark.parametrize("version", range(1, _schema.VERSION))
def test_an_older_database_killed_at_any_statement_is_old_or_new_and_keeps_all_it_holds(
    tmp_path: Path, version: int
) -> None:
    command = [sys.executable, "-m", "tests.stores.test_migrations", str(tmp_path), str(version)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) >= 3  # begun, altered, committed


if __name__ == "__main__":
    print(kill_at_every(Path(sys.argv[1]), int(sys.argv[2])))  # it forks: in no thread of pytest's
