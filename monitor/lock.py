"""One monitor a database: a lock file that dies with its holder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from monitor.errors import CannotWriteError, LockedError


@contextmanager
def lock(database: Path) -> Iterator[None]:
    """Holds `<database>.lock` for this process; a killed process leaves none behind.

    Raises:
        LockedError: another monitor holds it.
        CannotWriteError: the folder cannot be written.
    """
    path = database.with_name(database.name + ".lock")
    try:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+", encoding="ascii")
    except OSError as error:
        raise CannotWriteError(f"{path}: cannot be written: {error.strerror}") from error
    with file:
        _take(file, database)
        yield


def _take(file: IO[str], database: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        raise LockedError(f"{database}: another monitor (process {holder}) is at work on it; stop that first") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
