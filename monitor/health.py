"""What needs a person: in the change log's own figures, and on this machine."""

import os
import shutil
import sqlite3
import ssl
import stat
from collections.abc import Iterator
from pathlib import Path

from monitor import lock
from monitor.errors import MonitorError
from monitor.interfaces import Row

SQLITE_SOUND = (3, 51, 3)
"""Before this, two connections that write and checkpoint a WAL at once may damage it (the WAL-reset race)."""

DISK_LOW = 512 * 1024 * 1024
"""Bytes free below which a database is soon in trouble."""


def daemon(database: Path) -> Row | None:
    """The `process` that is at work on the database and the `words` it has to say; None where none is."""
    holder = lock.holder(database.resolve())
    return {"process": int(holder.process), "words": holder.words} if holder and holder.process else None


def needs_a_person(status: Row) -> list[str]:
    """One line for each thing in `monitor status` that will not mend itself, or has not for long."""
    daemon = status["daemon"]
    found = [f"the daemon is {daemon['words']}"] if daemon and daemon["words"].startswith("degraded") else []
    found += [
        f"{source['overdue']} pages of {source['source']} are late by more than two intervals; see that the daemon runs"
        for source in status["sources"]
        if source["overdue"]
    ]
    found += [
        f"{source[state]} pages of {source['source']} are {state}; `monitor history URL` says why"
        for source in status["sources"]
        for state in ("failing", "blocked")
        if source[state]
    ]
    if failed := status["outbox"]["failed"]:
        found.append(f"{failed} alerts were given up; `monitor alerts --failed`, then `monitor redeliver`")
    return found


def examine(folder: Path) -> list[Row]:
    """Every finding about this machine: `check`, `state` (fine, hurts, note) and `words`."""
    from monitor import config

    findings = list(_machine())
    try:
        found = config.load(folder)
    except MonitorError as error:
        return [*findings, *(_finding("configuration", "hurts", fault) for fault in str(error).splitlines())]
    findings.append(_finding("configuration", "fine", f"{len(found.sources)} sources, {len(found.channels)} channels"))
    if "you@example.org" in found.http.user_agent:
        findings.append(_finding("user agent", "note", "http.user_agent still names you@example.org: say who you are"))
    findings += _modes(folder)
    return [*findings, *_disk(found.store_path.parent), *_database(found.store_path)]


def _machine() -> Iterator[Row]:
    sound = sqlite3.sqlite_version_info >= SQLITE_SOUND
    words = sqlite3.sqlite_version + (
        "" if sound else "; before 3.51.3 keep other programs from writing to the database"
    )
    yield _finding("SQLite", "fine" if sound else "note", words)
    yield _finding("TLS", "fine", ssl.OPENSSL_VERSION)


def _modes(folder: Path) -> Iterator[Row]:
    for path in (folder, *sorted(folder.glob("*.toml")), *sorted(folder.glob("sources/*.toml"))):
        if path.stat().st_mode & stat.S_IWOTH:
            yield _finding("file mode", "hurts", f"{path} may be written by anyone: chmod o-w {path}")


def _disk(folder: Path) -> Iterator[Row]:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(there, os.W_OK):
        yield _finding("state", "hurts", f"{there} cannot be written")
    free = shutil.disk_usage(there).free
    yield _finding("disk", "hurts" if free < DISK_LOW else "fine", f"{free // 1024**2} MiB free at {there}")


def _database(path: Path) -> Iterator[Row]:
    from monitor.stores._reading import Reader

    if not path.exists():
        yield _finding("database", "note", f"{path} is not there yet; the first check makes it")
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield _finding("file mode", "note", f"{path} may be read by others ({mode:o}); chmod 600 {path}")
    try:
        reader = Reader.open(path)
        reader.close()
        yield _finding("database", "fine", f"{path}, {path.stat().st_size // 1024} KiB")
    except MonitorError as error:
        yield _finding("database", "hurts", str(error))


def _finding(check: str, state: str, words: str) -> Row:
    return {"check": check, "state": state, "words": words}
