"""Opens database files: makes them private, checks that they are ours and whole, migrates them, names their errors."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import CannotWriteError, DatabaseError, SlowError, UsageError
from monitor.stores import _schema

if TYPE_CHECKING:
    from sqlite_utils import Migrations

BUSY_TIMEOUT_S = 3
"""How long one call waits for another program that holds the database; the daemon then tries again."""

CHECKED_WHOLE_BYTES = 64 * 1024 * 1024
"""Files up to this size are checked whole when opened; `monitor verify` reads larger ones."""

CACHE_KIB = 8 * 1024
"""Room for the inner pages of the indexes of a million pages."""

LOG_BYTES = 16 * 1024 * 1024
"""A write-ahead log that grew beyond this is cut back once its content is in the file."""

ANALYSED_ROWS = 400
"""Rows of an index that `PRAGMA optimize` looks at: milliseconds, however large the table (SQLite's advice)."""

PROGRESS = 10_000
"""Steps of SQLite's machine, a millisecond of them, between two looks at the clock."""

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
UNWRITABLE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)


def open_to_write(path: Path, *, create: bool, left: str = "") -> sqlite3.Connection:
    """A connection that may write; a new file is mode 0600, in a folder of mode 0700.

    `left` is how its last writer left it: "open" (it was killed), "closed", or empty where there is no telling.

    Raises:
        UsageError: the file is not there, and `create` is False.
        DatabaseError: it is damaged, not all there, newer than this program, or not ours; it is left as it is.
        CannotWriteError: it cannot be written.
    """
    with named_errors(path):
        _ensure_all_there(path, left)
        _ensure_file(path, create=create)
        connection = _connect(path, "rw")
        try:
            _ensure_ours(connection, path, new_too=True)
            _ensure_whole(connection, path)
            _set_up(connection)
            if _number(connection, "user_version") < _schema.VERSION:
                migrate(connection, path, _schema.migrations())
        except BaseException:
            connection.close()
            raise
        return connection


def open_to_read(path: Path, patience: timedelta | None = None) -> sqlite3.Connection:
    """A connection that cannot write; with `patience`, one whose questions are given up that much later.

    Raises:
        UsageError: the file is not there.
        DatabaseError: it is damaged, of another age than this program, or not ours.
    """
    with named_errors(path):
        _ensure_file(path, create=False)
        connection = _connect(path, "ro")
        try:
            _ensure_ours(connection, path, new_too=False)
            connection.execute("PRAGMA query_only = ON")
            if patience is not None:
                end = time.monotonic() + patience.total_seconds()
                connection.set_progress_handler(lambda: time.monotonic() > end, PROGRESS)
        except BaseException:
            connection.close()
            raise
        return connection


def migrate(connection: sqlite3.Connection, path: Path, steps: "Migrations") -> None:
    """Applies the steps that the database has not had, each one transaction; first, it is copied beside itself."""
    from sqlite_utils import Database  # 80 ms, and seldom needed

    version = _number(connection, "user_version")
    if version:
        back_up(connection, path.with_name(f"{path.name}.schema-{version}"))
    steps.apply(Database(connection, recursive_triggers=False, execute_plugins=False))


def back_up(connection: sqlite3.Connection, target: Path) -> None:
    """A consistent copy, mode 0600, on disk when this returns; `target` is written over, once the copy is whole."""
    partial = target.with_name(f"{target.name}.partial")
    with named_errors(target):
        try:
            partial.unlink(missing_ok=True)
            _make_file(partial)
            with closing(sqlite3.connect(partial)) as copy:
                connection.backup(copy)
            partial.rename(target)
            _keep_name(target)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Turns errors of the disk and of SQLite into ours, one line with the file's name; programmers' errors pass."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in DAMAGED:
            raise DatabaseError(f"{path}: {error}; move it away or restore a backup, it was left as it is") from error
        if code == sqlite3.SQLITE_INTERRUPT:
            raise SlowError(f"{path}: reading took too long") from error
        if code in UNWRITABLE:
            raise CannotWriteError(f"{path}: {error}; see that the disk has room and the file is ours alone") from error
        raise
    except OSError as error:
        raise CannotWriteError(f"{path}: {error.strerror}") from error


def _ensure_all_there(path: Path, left: str) -> None:
    """Without its log a database lacks what was committed last; one that is empty and was not is no new one."""
    log = path.with_name(f"{path.name}-wal")
    logged = log.exists() and log.stat().st_size > 0
    if not path.exists():
        lost = path if logged else None
    elif path.stat().st_size == 0:
        lost = path if logged or left else None
    else:
        lost = log if left == "open" and not log.exists() else None
    if lost:
        raise DatabaseError(
            f"{lost}: gone or empty, though it held what was committed; put it back, or restore a backup, "
            f"or delete {path}.lock to go on without"
        )


def _ensure_file(path: Path, *, create: bool) -> None:
    if path.exists():
        return
    if not create:
        raise UsageError(f"{path}: not there yet; `monitor check` or `monitor run` makes it")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_file(path)


def _make_file(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    _keep_name(path)


def _keep_name(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # else a power cut may take the name of a file whose content is safe
    finally:
        os.close(folder)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    # Transactions are begun by us alone: the driver's own begin late, and fail at once where another one writes.
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )


def _ensure_ours(connection: sqlite3.Connection, path: Path, *, new_too: bool) -> None:
    owner, version = _number(connection, "application_id"), _number(connection, "user_version")
    if new_too and owner == 0 and not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        connection.execute(f"PRAGMA application_id = {_schema.APPLICATION_ID}")
    elif owner != _schema.APPLICATION_ID:
        raise DatabaseError(f"{path}: this database belongs to another program; name another file in [store] path")
    if version > _schema.VERSION:
        raise DatabaseError(
            f"{path}: made by a newer monitor (schema {version}); install that one, or restore a backup"
        )
    if version < _schema.VERSION and not new_too:
        raise DatabaseError(
            f"{path}: made by an older monitor (schema {version}); `monitor check` brings it up to date"
        )


def _ensure_whole(connection: sqlite3.Connection, path: Path) -> None:
    if path.stat().st_size > CHECKED_WHOLE_BYTES:
        return
    fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if fault != "ok":
        first_line = fault.splitlines()[-1]
        raise DatabaseError(f"{path}: damaged ({first_line}); move it away or restore a backup, it was left as it is")


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")  # a file that is read-only is opened all the same: this tells
    connection.execute("ROLLBACK")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
    connection.execute(f"PRAGMA analysis_limit = {ANALYSED_ROWS}")
    connection.execute("PRAGMA synchronous = FULL")  # NORMAL may lose the last commits when the power goes
    journal = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if (journal, _number(connection, "synchronous"), _number(connection, "foreign_keys")) != ("wal", 2, 1):
        raise DatabaseError(f"this SQLite ({sqlite3.sqlite_version}) cannot keep commits safe; install another one")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    number: int = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
    return number
