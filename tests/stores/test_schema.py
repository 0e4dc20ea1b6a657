"""The database file: explains itself, is private, is never written over, survives being killed."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from monitor.errors import CannotWriteError, DatabaseError, MonitorError, UsageError
from monitor.models import Source
from monitor.stores import _opening, _schema
from monitor.stores._reading import Reader
from monitor.stores.sqlite import Store

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database that was made and closed."""
    Store.open(tmp_path / "state" / "monitor.db").close()
    return tmp_path / "state" / "monitor.db"


@pytest.fixture
def db(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def objects(db: sqlite3.Connection, kind: str) -> dict[str, str]:
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL", (kind,))
    return {name: sql for name, sql in rows if not name.startswith(("sqlite_", "_sqlite", "words_", "change_words_"))}


def python(script: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """The script, run by a Python of its own."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


# --- explains itself -------------------------------------------------------------------------------------------------


def test_every_table_and_column_has_a_comment(db: sqlite3.Connection) -> None:
    bare = (")", "    text,", "    UNIQUE (", "    PRIMARY KEY (")
    for sql in objects(db, "table").values():
        lines = [line for line in sql.splitlines() if not line.startswith(bare)]
        assert [line for line in lines if " -- " not in line] == []


def test_every_view_has_a_comment(db: sqlite3.Connection) -> None:
    assert [sql for sql in objects(db, "view").values() if " -- " not in sql] == []


def test_tables_have_the_contracts_words(db: sqlite3.Connection) -> None:
    tables = """alerts budgets change_words changes channels checks habits hosts incidents leases listed meta
        metadata_changes pages pulses read_marks receipts reports reread robots snapshots sources versions words"""
    assert sorted(objects(db, "table")) == tables.split()


def test_the_change_log_has_the_contracts_columns(db: sqlite3.Connection) -> None:
    columns = """id detected_at source kind disclosure title url note signals fields summary words_added words_removed
        before_version after_version seen_before_at seen_after_at alerts_sent alerts_pending alerts_failed
        quotes"""
    assert [row[0] for row in db.execute("SELECT * FROM change_log").description] == columns.split()


def test_tables_are_strict_and_name_the_columns_they_refer_to(db: sqlite3.Connection) -> None:
    tables = [name for name in objects(db, "table") if "words" not in name]
    assert [name for name in tables if not db.execute(f"PRAGMA table_list({name})").fetchone()[5]] == []
    references = [row for name in tables for row in db.execute(f"PRAGMA foreign_key_list({name})")]
    assert [row for row in references if row[4] is None] == []


@pytest.mark.parametrize("table", ["versions", "snapshots", "changes", "metadata_changes"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET rowid = rowid + 1"])
def test_evidence_cannot_be_changed_or_deleted(story: Any, table: str, statement: str) -> None:
    story.watch(story.source)
    story.edit()
    story.rename()
    db = sqlite3.connect(story.path)
    with pytest.raises(sqlite3.IntegrityError, match=f"{table} are evidence"):
        db.execute(statement.format(table))
    db.close()


# --- is private and safe ---------------------------------------------------------------------------------------------


def test_the_file_and_its_folder_are_private(path: Path) -> None:
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_every_connection_keeps_commits_safe(path: Path) -> None:
    connection = _opening.open_to_write(path, create=False)
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "application_id", "user_version")
    values = [connection.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in pragmas]
    assert values == ["wal", 2, 1, 3000, _schema.APPLICATION_ID, _schema.VERSION]
    connection.close()


def test_a_reader_cannot_write(path: Path) -> None:
    connection = _opening.open_to_read(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM meta")
    connection.close()


def test_tidying_says_how_long_the_write_ahead_log_still_is(path: Path) -> None:
    store = Store.open(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM sources").fetchall()
        store.sync_sources([Source(f"s{number}", pages=(f"https://a.example/{number}",)) for number in range(99)], NOW)
        log_bytes = store.tidy()
    assert log_bytes == path.with_name("monitor.db-wal").stat().st_size > 0
    store.close()


def test_an_open_database_needs_no_migrations_library(path: Path) -> None:
    script = (
        "import sys, pathlib, monitor.stores.sqlite as s; s.Store.open(pathlib.Path(sys.argv[1])); print(*sys.modules)"
    )
    modules = python(script, path).stdout
    assert "sqlite_utils" not in modules.split()


# --- is never written over -------------------------------------------------------------------------------------------


def damaged(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xff" * 4096)


def no_database(path: Path) -> None:
    path.write_bytes(b"Dear Sir or Madam, " * 500)


def of_another_program(path: Path) -> None:
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipes (title TEXT)")
    other.close()


def newer(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 999")
    other.close()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (damaged, "restore a backup"),
        (no_database, "restore a backup"),
        (of_another_program, "another program"),
        (newer, "newer monitor"),
    ],
)
def test_a_file_we_cannot_use_is_named_and_left_as_it_is(path: Path, spoil: Callable[[Path], None], words: str) -> None:
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match=words) as caught:
        Store.open(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


def test_a_reader_tells_an_older_database(path: Path) -> None:
    of_another_program(path)
    other = sqlite3.connect(path)
    other.execute(f"PRAGMA application_id = {_schema.APPLICATION_ID}")
    other.close()
    with pytest.raises(DatabaseError, match="older monitor"):
        Reader.open(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(CannotWriteError, match="state"):
        Store.open(tmp_path / "state" / "monitor.db")


def test_a_folder_in_the_databases_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(MonitorError, match=str(tmp_path)):
        Store.open(tmp_path)


def test_a_database_another_program_holds_is_named(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    connection = _opening._connect(path, "rw")
    connection.execute("PRAGMA busy_timeout = 1")
    with pytest.raises(CannotWriteError, match=str(path)), _opening.named_errors(path):
        connection.execute("BEGIN IMMEDIATE")
    connection.close()
    other.close()


def test_reading_what_is_not_there_says_what_makes_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="monitor check"):
        Reader.open(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    path.touch()
    Store.open(path).close()
    Reader.open(path).close()


# --- migrations ------------------------------------------------------------------------------------------------------


def test_a_database_is_copied_before_it_is_migrated(path: Path) -> None:
    steps = Migrations("next")

    @steps()
    def second(db: Database) -> None:
        db.conn.execute("ALTER TABLE meta ADD COLUMN motto TEXT")

    connection = _opening.open_to_write(path, create=False)
    _opening.migrate(connection, path, steps)
    connection.execute("UPDATE meta SET motto = 'lux'")
    connection.close()
    copy = path.with_name(f"monitor.db.schema-{_schema.VERSION}")
    assert copy.stat().st_mode & 0o777 == 0o600
    before = sqlite3.connect(copy)
    assert "motto" not in objects(before, "table")["meta"]
    before.close()


def test_a_database_of_the_first_schema_is_brought_up_to_date_with_all_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    old = sqlite3.connect(path, isolation_level=None)
    old.execute(f"PRAGMA application_id = {_schema.APPLICATION_ID}")
    _schema.migrations().apply(Database(old), stop_before="metadata_changes")
    old.execute("INSERT INTO sources (name, every_s, added_at) VALUES ('kept', 900, '2026-03-02T09:00:00.000Z')")
    assert "metadata_changes" not in objects(old, "table")
    old.close()
    Store.open(path).close()
    db = sqlite3.connect(path)
    assert db.execute("SELECT name FROM sources").fetchall() == [("kept",)]
    assert {"metadata_changes", "habits", "budgets"} <= set(objects(db, "table"))
    assert db.execute("PRAGMA user_version").fetchone() == (_schema.VERSION,)
    db.close()
    assert path.with_name("monitor.db.schema-1").is_file()


OLD_CHANGE = """INSERT INTO changes (page_id, detected_at, kind, title, signals, fields, summary, words_added,
    words_removed, seen_after_at, comparison) VALUES (1, :at, 'edited', 'Lamps', '', 'body', 's', 1, 1, :at, '{}')"""


def test_the_outbox_of_an_older_database_is_kept_and_each_alert_told_as_it_was(tmp_path: Path) -> None:
    path, at = tmp_path / "monitor.db", "2026-03-02T09:00:00.000Z"
    old = sqlite3.connect(path, isolation_level=None)
    old.execute(f"PRAGMA application_id = {_schema.APPLICATION_ID}")
    _schema.migrations().apply(Database(old), stop_before="sitewide")
    old.execute("INSERT INTO sources (name, every_s, added_at) VALUES ('kept', 900, ?)", (at,))
    old.execute(
        """INSERT INTO pages (source, url, role, baseline, configured, first_seen_at, host, address)
        VALUES ('kept', 'https://a.example/1', 'statement', 1, 1, ?, 'a.example', 'a.example/1')""",
        (at,),
    )
    old.execute(OLD_CHANGE, {"at": at})
    rows = [
        ("a", 1, "desk", "sent", 2, at, None, None, at, "250 OK"),
        ("b", 1, "hook", "pending", 1, at, at, None, None, "503"),
    ]
    old.executemany("INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    old.close()
    store = Store.open(path)
    alerts = store._ask("SELECT * FROM alerts ORDER BY id")
    assert [tuple(row.values()) for row in alerts] == [(*row, row[0], None, None) for row in rows]
    (alert,) = store.claim_alerts(datetime(2026, 3, 3, tzinfo=UTC), 10, timedelta(hours=1))
    assert (alert.id, alert.attempts, alert.change.edit_key) == ("b", 1, None)
    store.close()
    with closing(Reader.open(path)) as reader:
        (row,) = reader.change_log()
    assert (row["signals"], row["alerts_sent"], row["alerts_pending"]) == ("", 1, 1)


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    steps = Migrations("next")

    @steps()
    def second(db: Database) -> None:
        db.conn.execute("ALTER TABLE meta ADD COLUMN motto TEXT")
        db.conn.execute("ALTER TABLE nothing ADD COLUMN motto TEXT")

    connection = _opening.open_to_write(path, create=False)
    with pytest.raises(sqlite3.OperationalError, match="nothing"):
        _opening.migrate(connection, path, steps)
    assert "motto" not in objects(connection, "table")["meta"]
    connection.close()


# --- survives --------------------------------------------------------------------------------------------------------

KILLED = """
import os, pathlib, signal, sys
from monitor.models import Source
from monitor.stores.sqlite import Store
from datetime import UTC, datetime
store = Store.open(pathlib.Path(sys.argv[1]))
now = datetime(2026, 3, 2, tzinfo=UTC)
store.sync_sources([Source("kept", pages=("https://a.example/1",))], now)
with store._writing():
    store._db.execute("UPDATE pages SET title = 'half written'")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_inside_a_transaction_leaves_what_was_committed_before(path: Path) -> None:
    killed = python(KILLED, path)
    assert killed.returncode == -9
    Store.open(path).close()
    db = sqlite3.connect(path)
    assert db.execute("SELECT source, title FROM pages").fetchall() == [("kept", None)]
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


CUT_SHORT = """
import itertools, os, pathlib, signal, sys
from monitor.stores import _opening
from monitor.stores.sqlite import Store
connect, counter = _opening._connect, itertools.count(1)
def doomed(path, mode):
    connection = connect(path, mode)
    connection.set_trace_callback(
        lambda _: next(counter) == int(sys.argv[2]) and os.kill(os.getpid(), signal.SIGKILL)
    )
    return connection
_opening._connect = doomed
Store.open(pathlib.Path(sys.argv[1]))
"""


@pytest.mark.parametrize("statement", [1, 4, 5, 8, 11, 13, 16, 30, 50, 55, 60])
def test_a_database_whose_making_was_cut_short_is_made_to_the_end(tmp_path: Path, statement: int) -> None:
    path = tmp_path / "monitor.db"
    killed = python(CUT_SHORT, path, statement)
    assert killed.returncode == -9
    Store.open(path).close()
    Reader.open(path).close()
