"""Holds every stored byte and version against its hash."""

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator

from monitor.compare import content_hash
from monitor.models import Statement
from monitor.stores import _rows
from monitor.stores._json import from_json


def faults(db: sqlite3.Connection) -> Iterator[str]:
    """What is not as it was written, a line each; nothing where all is well."""
    for (fault,) in db.execute("PRAGMA integrity_check"):
        if fault != "ok":
            yield f"database: {fault}"
    for table, parent_table in db.execute('SELECT "table", parent FROM pragma_foreign_key_check'):
        yield f"{table}: a row refers to a row of {parent_table} that is not there"
    for snapshot_hash, body in db.execute("SELECT hash, body FROM snapshots"):
        if not _is_snapshot(snapshot_hash, body):
            yield f"snapshot {snapshot_hash}: other bytes than were served"
    for version_id, its_hash, statement in db.execute("SELECT id, content_hash, statement FROM versions"):
        if not _is_version(its_hash, statement):
            yield f"version {version_id}: another statement than was read"


def _is_snapshot(snapshot_hash: str, body: bytes) -> bool:
    try:
        return hashlib.sha256(_rows.unpacked(body)).hexdigest() == snapshot_hash
    except zlib.error:
        return False


def _is_version(its_hash: str, statement: str) -> bool:
    try:
        return content_hash(from_json(Statement, statement)) == its_hash
    except ValueError:
        return False
