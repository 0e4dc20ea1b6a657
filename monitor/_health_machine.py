"""What on this machine would hurt: versions, files and their modes, secrets, room, the lock."""

import os
import pyexpat
import resource
import shutil
import sqlite3
import ssl
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor import lock, plugins
from monitor._health_incidents import DISK_LOW
from monitor.config import Config
from monitor.errors import MonitorError
from monitor.interfaces import Row

SQLITE_SOUND = (3, 51, 3)
"""Before this, two connections that write and checkpoint a WAL at once may damage it (the WAL-reset race)."""

EXPAT_SOUND = (2, 6, 0)
"""Before this, a large token in a feed takes quadratic time (CVE-2023-52425)."""

OPENSSL_SOUND = (3, 0)
"""Versions before this are mended no more."""

LOG_LARGE = 64 * 1024 * 1024
"""Bytes of a write-ahead log that should have been moved into the database long since."""

DESCRIPTORS_LEAST = 256
"""Files and connections one process may have open: 32 hosts at once, both ends of children, channels, some reserve."""


def finding(check: str, state: str, words: str) -> Row:
    """A row of `monitor doctor`; `state` is fine, note or hurts."""
    return {"check": check, "state": state, "words": words}


def versions() -> Iterator[Row]:
    """The libraries below us, as far as their age matters."""
    yield _aged("SQLite", sqlite3.sqlite_version, SQLITE_SOUND, "keep other programs from writing to the database")
    yield _aged("expat", pyexpat.EXPAT_VERSION.removeprefix("expat_"), EXPAT_SOUND, "a feed can slow its reading down")
    yield _aged("TLS", ssl.OPENSSL_VERSION.split()[1], OPENSSL_SOUND, "it is mended no more")


def _aged(name: str, version: str, sound: tuple[int, ...], words: str) -> Row:
    found = tuple(int(part) for part in version.split(".") if part.isdecimal())
    if found >= sound:
        return finding(name, "fine", version)
    return finding(name, "note", f"{version}; before {'.'.join(map(str, sound))} {words}")


def limits() -> Iterator[Row]:
    """What the system lets this user's processes have."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files < DESCRIPTORS_LEAST:
        yield finding("descriptors", "hurts", f"{files} open files at most; raise it: ulimit -n 1024")


def configuration_files(folder: Path) -> Iterator[Row]:
    """Who else may write or read what the configuration says."""
    for path in (folder, *sorted(folder.glob("*.toml")), *sorted(folder.glob("sources/*.toml"))):
        if path.stat().st_mode & stat.S_IWOTH:
            yield finding("file mode", "hurts", f"{path} may be written by anyone: chmod o-w {path}")


def secrets(config: Config) -> Iterator[Row]:
    """Secrets that others on this machine may read."""
    file = config.folder / "monitor.toml"
    written = tomllib.loads(file.read_text(encoding="utf-8"))
    tables, ops = written.get("channels", {}), written.get("ops", {})
    yield from _readable(config, file, ops, "heartbeat_url", "ops")
    for name, channel in config.channels.items():
        keys = plugins.keys(plugins.load("channels", channel.type))
        for key in (key for key, field in keys.items() if field.metadata.get("secret")):
            yield from _readable(config, file, tables[name], key, f"channels.{name}")


def _readable(config: Config, file: Path, table: dict[str, Any], key: str, place: str) -> Iterator[Row]:
    """The file that has a secret of this table, where others may read it."""
    written, kept = table.get(key, ""), table.get(f"{key}_file")
    path = config.folder.absolute().parent / kept if kept else file if written and "${" not in written else None
    if path and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        words = f"{path} holds the {key} of {place} and may be read by others: chmod 600 {path}"
        yield finding("secret", "hurts", words)


def state(path: Path) -> Iterator[Row]:
    """The database's folder: room, rights, and who may interfere."""
    folder = next(each for each in path.parents if each.exists())
    if not os.access(folder, os.W_OK):
        yield finding("state", "hurts", f"{folder} cannot be written")
    if folder == path.parent and folder.stat().st_mode & stat.S_IWOTH:
        yield finding("file mode", "hurts", f"{folder} may be written by anyone: chmod 700 {folder}")
    free = shutil.disk_usage(folder).free
    yield finding("disk", "hurts" if free < DISK_LOW else "fine", f"{free // 1024**2} MiB free at {folder}")


def database(path: Path) -> Iterator[Row]:
    """The database's files, and who is at work on them."""
    if not path.exists():
        yield finding("database", "note", f"{path} is not there yet; the first check makes it")
        return
    yield from _files(path)
    yield from _log(path)
    yield from _holder(path)
    yield _opened(path)


def _files(path: Path) -> Iterator[Row]:
    for each in (path, *(path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm", ".lock"))):
        if not each.exists():
            continue
        found = each.stat()
        mode = stat.S_IMODE(found.st_mode)
        if mode & stat.S_IWOTH:
            yield finding("file mode", "hurts", f"{each} may be written by anyone ({mode:o}); chmod 600 {each}")
        elif mode & 0o077:
            yield finding("file mode", "note", f"{each} may be read by others ({mode:o}); chmod 600 {each}")
        if found.st_uid != path.parent.stat().st_uid:
            words = f"{each} belongs to user {found.st_uid}, its folder to user {path.parent.stat().st_uid}"
            yield finding("owner", "hurts", f"{words}; one of them cannot write it: chown it")
    if path.is_symlink():
        yield finding("database", "note", f"{path} is a link to {path.resolve()}")


def _log(path: Path) -> Iterator[Row]:
    log = path.resolve().with_name(f"{path.resolve().name}-wal")
    if log.exists() and log.stat().st_size > LOG_LARGE:
        words = f"{log} has {log.stat().st_size // 1024**2} MiB: another program has read the database for long; end it"
        yield finding("write-ahead log", "hurts", words)


def _holder(path: Path) -> Iterator[Row]:
    holder = lock.holder(path.resolve())
    if holder is None:
        yield finding("daemon", "note", "none is at work on the database")
    else:
        hurts = holder.words.startswith("degraded")
        yield finding("daemon", "hurts" if hurts else "fine", f"process {holder.process} {holder.words}".rstrip())


def _opened(path: Path) -> Row:
    from monitor.stores._reading import Reader

    try:
        reader = Reader.open(path)
        journal = reader.journal_mode()
        reader.close()
    except MonitorError as error:
        return finding("database", "hurts", str(error))
    if journal != "wal":
        words = f"{path} keeps its journal in mode {journal}: another program set it; the daemon's next start mends it"
        return finding("database", "hurts", words)
    return finding("database", "fine", f"{path}, {path.stat().st_size // 1024} KiB")
