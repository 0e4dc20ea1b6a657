"""One monitor a database: a lock file that dies with its holder, and says how the holder left the database."""

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import CannotWriteError, LockedError

OPEN, CLOSED = "open", "closed"
"""What a holder says of the database: a file left `open` is a killed holder's, and its write-ahead log is needed."""

RECORD_BYTES = 512
"""The file keeps this length, so that writing it anew needs no room on a full disk."""

ASKED_FOR_S = 0.05
"""Who only asks for the holder keeps the lock for less."""


@dataclass(frozen=True, slots=True)
class Record:
    """The file: its holder's process, whether the database is open, and what the holder has to say."""

    process: str = ""
    state: str = ""
    words: str = ""


class Hold:
    """The lock while it is held. `left` is how the holder before left the database: `OPEN`, `CLOSED`, or empty."""

    def __init__(self, file: int) -> None:
        self._file = file
        self.left = _read(file).state
        self._write(self.left, "")

    def say(self, state: str, words: str = "") -> None:
        """Writes the record anew, in place; a disk that cannot take even that stops nothing."""
        with suppress(OSError):
            self._write(state, words)

    def _write(self, state: str, words: str) -> None:
        text = f"{os.getpid()}\n{state}\n{words}".encode()[: RECORD_BYTES - 1]
        os.pwrite(self._file, text.ljust(RECORD_BYTES - 1) + b"\n", 0)


@contextmanager
def lock(database: Path) -> Iterator[Hold]:
    """Holds `<database>.lock` for this process; a killed process leaves none behind.

    Raises:
        LockedError: another monitor holds it.
        CannotWriteError: the file cannot be written, or anyone could put another in its place.
    """
    path = _path(database)
    try:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if database.parent.stat().st_mode & (stat.S_IWOTH | stat.S_ISVTX) == stat.S_IWOTH:
            raise CannotWriteError(f"{database.parent}: anyone may write there; chmod o-w {database.parent}")
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise CannotWriteError(f"{path}: cannot be written: {error.strerror}") from error
    try:
        if not (_taken(file) or _taken(file, ASKED_FOR_S)):
            holder = _read(file).process or "unknown"
            raise LockedError(f"{database}: another monitor (process {holder}) is at work on it; stop that first")
        try:
            hold = Hold(file)
        except OSError as error:
            raise CannotWriteError(f"{path}: cannot be written: {error.strerror}") from error
        yield hold
    finally:
        os.close(file)


def holder(database: Path) -> Record | None:
    """What the monitor that is at work on this database says; None where none is."""
    try:
        file = os.open(_path(database), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        return None if _taken(file, mode=fcntl.LOCK_SH) else _read(file)
    finally:
        os.close(file)


def _path(database: Path) -> Path:
    return database.with_name(database.name + ".lock")


def _taken(file: int, after_s: float = 0, mode: int = fcntl.LOCK_EX) -> bool:
    time.sleep(after_s)
    try:
        fcntl.flock(file, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: int) -> Record:
    lines = os.pread(file, RECORD_BYTES, 0).decode(errors="replace").split("\n")
    return Record(*(line.strip() for line in lines[:3]))
