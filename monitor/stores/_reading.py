"""Reads the database for people, on a connection that cannot write: change log, history, search, status."""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.errors import CannotWriteError
from monitor.interfaces import Row
from monitor.models import AlertState, Change, Statement, canonical, utc_text
from monitor.stores import _changes, _opening, _rows, _standing
from monitor.stores._standing import TROUBLED

_CHANGE_LOG = """SELECT * FROM change_log
    WHERE (:since IS NULL OR detected_at >= :since) AND (:source IS NULL OR source = :source)
    AND (:kind IS NULL OR kind = :kind) AND (:disclosure IS NULL OR disclosure = :disclosure)
    AND (:alike IS NULL OR id IN (
        SELECT :alike UNION SELECT alike_id FROM edited_alike WHERE id = :alike))
    LIMIT :limit"""

_PAGES = """SELECT id, source, url, title, role, outcome, checked_at, next_check_at, seen_at, failures, removed,
    moved_to, first_seen_at, orphaned_at FROM pages WHERE address = ? ORDER BY orphaned_at IS NOT NULL, id"""

_VERSIONS = """SELECT versions.id, source, number, versions.title, versions.first_seen_at, published_at, updated_at,
    parser, content_hash, snapshot_hash, fetched_url
    FROM versions JOIN pages ON pages.id = page_id WHERE page_id IN (SELECT value FROM json_each(:ids))
    ORDER BY versions.id DESC LIMIT :limit"""

_NOTES = """SELECT json_extract(value, '$.at') AS at, json_extract(value, '$.text') AS text
    FROM pages JOIN versions ON versions.id = version_id JOIN json_each(statement, '$.notes')
    WHERE pages.id = ? ORDER BY key"""

_CHECKS = """SELECT checks.id, source, checks.checked_at, checks.outcome, status, elapsed_ms, wire_bytes, detail,
    number AS version
    FROM checks JOIN pages ON pages.id = checks.page_id LEFT JOIN versions ON versions.id = checks.version_id
    WHERE checks.page_id IN (SELECT value FROM json_each(:ids)) ORDER BY checks.id DESC LIMIT :limit"""

_METADATA_CHANGES = """SELECT differing.id, source, differing.seen_at, number AS version, field, before, after
    FROM metadata_changes AS differing JOIN pages ON pages.id = differing.page_id
    JOIN versions ON versions.id = differing.version_id
    WHERE differing.page_id IN (SELECT value FROM json_each(:ids)) ORDER BY differing.id DESC LIMIT :limit"""

_SEARCH = """SELECT statements.id AS version_id, source, url, number, title, first_seen_at,
    snippet(words, 0, '[', ']', ' … ', 24) AS snippet
    FROM words JOIN statements ON statements.id = words.rowid
    WHERE words MATCH ? ORDER BY rank, words.rowid DESC LIMIT ?"""

_STATUS = f"""SELECT source, count(*) AS pages,
        count(*) FILTER (WHERE next_check_at <= :now) AS due,
        count(*) FILTER (WHERE removed) AS removed,
        count(*) FILTER (WHERE outcome = 'blocked' AND {TROUBLED}) AS blocked,
        count(*) FILTER (WHERE outcome = 'robots' AND {TROUBLED}) AS robots,
        count(*) FILTER (WHERE outcome NOT IN ('blocked', 'robots') AND {TROUBLED}) AS failing,
        max(checked_at) AS checked_at,
        (SELECT count(*) FROM listed WHERE listed.source = pages.source AND wanted IS NOT NULL) AS waiting,
        iif(substr(priced_at, 1, 10) < substr(:now, 1, 10), 0, spent) AS spent, most AS budget
    FROM pages LEFT JOIN budgets USING (source)
    WHERE orphaned_at IS NULL GROUP BY source ORDER BY source"""  # noqa: S608 -- of our own parts

_MOVED = """SELECT source, url, moved_to FROM pages
    WHERE moved_to IS NOT NULL AND configured AND orphaned_at IS NULL ORDER BY source, id LIMIT 20"""

_DIGESTS = """SELECT channel, count(*) AS alerts, min(next_attempt_at) AS next_attempt_at FROM alerts
    WHERE state = 'pending' AND told_with IS NULL AND told_as = 'digest' GROUP BY channel ORDER BY channel"""

_ALERTS = """SELECT alerts.id, change_id, channel, state, attempts, created_at,
    iif(disabled_at IS NULL, max(next_attempt_at, coalesce(free_at, next_attempt_at)), NULL) AS next_attempt_at,
    sent_at, CASE
        WHEN state = 'pending' AND disabled_at IS NOT NULL THEN 'its channel is off: ' || channels.detail
        WHEN state = 'pending' AND told_with IS NULL AND told_as = 'digest' THEN 'waits for the digest'
        WHEN state = 'pending' AND told_with IS NULL AND told_as IS NOT NULL THEN 'waits for more to be told with it'
        ELSE alerts.detail END AS detail, told_with, told_as, kind, disclosure, changes.title, url
    FROM alerts CROSS JOIN changes ON changes.id = change_id CROSS JOIN pages ON pages.id = page_id
    LEFT JOIN channels ON channels.name = channel
    WHERE {conditions}
    ORDER BY change_id DESC, channel LIMIT :limit"""

_TOLD_WITH = "SELECT change_id FROM alerts WHERE told_with = ? ORDER BY change_id"


class Reader:
    """The database as people see it. Rows come newest first; their values are JSON's own; times are text."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self.path = path

    @classmethod
    def open(cls, path: Path, patience: timedelta | None = None) -> "Reader":
        """The reader of this file; with `patience`, what it is asked after that long raises SlowError.

        Raises:
            DatabaseError: the file is not there, damaged, of another age than this program, or not ours.
        """
        return cls(_opening.open_to_read(path, patience), path)

    def close(self) -> None:
        """Ends all use of this reader."""
        self._db.close()

    def change_log(
        self,
        *,
        since: datetime | None = None,
        source: str | None = None,
        kind: str | None = None,
        disclosure: str | None = None,
        alike: int | None = None,
        limit: int = 100,
    ) -> list[Row]:
        """Rows of the view `change_log`, which those conditions narrow that are not None.

        `alike` is the id of a change: it and the others that are the same edit within a day of it.
        """
        wanted = {
            "since": _rows.text(since),
            "source": source,
            "kind": kind,
            "disclosure": disclosure,
            "alike": alike,
            "limit": limit,
        }
        return self.ask(_CHANGE_LOG, wanted)

    def change(self, change_id: int) -> Change | None:
        """One change, whole."""
        with _opening.named_errors(self.path):
            return _changes.whole(self._db, change_id)

    def history(self, url: str, limit: int = 100) -> Row | None:
        """A page's row with its `notes`, and up to `limit` each of its `versions`, `metadata_changes` and `checks`.

        None: no such page. Where several sources watch the address, they are those of all, each with its `source`.
        """
        pages = self.ask(_PAGES, (canonical(url),))
        if not pages:
            return None
        wanted = {"ids": json.dumps([page["id"] for page in pages]), "limit": limit}
        return pages[0] | {
            "notes": self.ask(_NOTES, (pages[0]["id"],)),
            "versions": self.ask(_VERSIONS, wanted),
            "metadata_changes": self.ask(_METADATA_CHANGES, wanted),
            "checks": self.ask(_CHECKS, wanted),
        }

    def snapshot(self, snapshot_hash: str) -> bytes | None:
        """The bytes as served that have this SHA-256."""
        rows = self.ask("SELECT body FROM snapshots WHERE hash = ?", (snapshot_hash,))
        return _rows.unpacked(rows[0]["body"]) if rows else None

    def search(self, words: str, limit: int = 20) -> list[Row]:
        """Versions that hold all these words ("quoted ones" side by side), best first, each with a `snippet`."""
        query = match_query(words)
        return self.ask(_SEARCH, (query, limit)) if query else []

    def standing(self, now: datetime) -> Row:
        """The part of `status` by which anything needs a person; cheap, however many pages there are."""
        with _opening.named_errors(self.path):
            return _standing.standing(self._db, self.path, now)

    def status(self, now: datetime, budgets: Mapping[str, int] | None = None) -> Row:
        """How things stand: what `_standing.standing` finds, `sources` (a row each), their sums, the last check, the
        size in bytes.

        `moved` are pages the configuration names whose address leads elsewhere for good, twenty at most.
        `channels` are those in trouble: resting until `free_at`, or off since `disabled_at`; `overdue` alerts of others
        are due for an hour and more.

        `due` pages wait for a look, `overdue` ones for more than two intervals, though their hosts do not rest;
        `failing` ones went wrong at the last three checks or for a day, other than by being `blocked`, or by `robots`,
        which forbid those; one that is gone only where it never was there. `waiting` are pages that a listing names and
        that have not had their turn. `spent` are the looks of this day (UTC), `budget` how many may be: each is None
        where the source's looks are not chosen, or not bounded. `hosts` are those that rest until `free_at`, and those
        that have one of these `budgets`, with the `requests` of this day.
        """
        with _opening.named_errors(self.path):
            found = _standing.standing(self._db, self.path, now, budgets)
        late = {row["source"]: row["pages"] for row in found["late"]}
        values = {"now": utc_text(now), "day_ago": utc_text(now - _standing.TROUBLED_FOR)}
        sources = [row | {"overdue": late.get(row["source"], 0)} for row in self.ask(_STATUS, values)]
        counts = ("pages", "due", "overdue", "blocked", "robots", "removed", "failing", "waiting")
        return (
            {name: sum(source[name] for source in sources) for name in counts}
            | found
            | {
                "checked_at": max((source["checked_at"] for source in sources if source["checked_at"]), default=None),
                "moved": self.ask(_MOVED),
                "database_bytes": self.path.stat().st_size,
                "sources": sources,
            }
        )

    def waiting(self) -> dict[str, int]:
        """How many pages that a listing names have not had their turn, by source; only sources that have any."""
        rows = self.ask("SELECT source, count(*) AS pages FROM listed WHERE wanted IS NOT NULL GROUP BY source")
        return {row["source"]: row["pages"] for row in rows}

    def digests(self) -> list[Row]:
        """How many `alerts` wait for the digest of their `channel`, and until when; only channels where any do."""
        return self.ask(_DIGESTS)

    def alerts(self, state: str | None = None, limit: int = 100, change: int | None = None) -> list[Row]:
        """The outbox, with what each alert is about; `state` None: all, `change` None: of all changes."""
        conditions = [f"state = '{AlertState(state)}'"] if state else []  # in words, as there is an index for each
        conditions += ["change_id = :change"] if change is not None else []
        query = _ALERTS.replace("{conditions}", " AND ".join(conditions) or "1")
        return self.ask(query, {"limit": limit, "change": change})

    def told_together(self, alert_id: str) -> list[int]:
        """The changes that the message of this alert tells."""
        return [row["change_id"] for row in self.ask(_TOLD_WITH, (alert_id,))]

    def sides(self, change_id: int) -> tuple[Statement | None, Statement | None]:
        """The page's statements before and after a change; None where there was none."""
        with _opening.named_errors(self.path):
            return _changes.sides(self._db, change_id)

    def identity(self) -> Row:
        """This database's `database_id`, and when it was `created_at`."""
        return self.ask("SELECT database_id, created_at FROM meta")[0]

    def reports(self, state: str | None = None, limit: int = 100) -> list[Row]:
        """The outbox of incidents, newest first, with the keys of those that each tells of; `state` None: all."""
        return self.ask(_standing.REPORTS, {"state": state, "limit": limit})

    def journal_mode(self) -> str:
        """How the file keeps its journal: `wal`, unless another program set it otherwise."""
        return str(self.ask("PRAGMA journal_mode")[0]["journal_mode"])

    def verify(self) -> Row:
        """How many `snapshots` and `versions` there are, and the `faults` in them, a line each."""
        from monitor.stores import _verifying  # takes the comparing rules along, which other reading does without

        with _opening.named_errors(self.path):
            counts = "SELECT (SELECT count(*) FROM snapshots) AS snapshots, (SELECT count(*) FROM versions) AS versions"
            return self.ask(counts)[0] | {"faults": list(_verifying.faults(self._db))}

    def backup(self, target: Path) -> None:
        """A consistent copy in a new file, whoever writes meanwhile.

        Raises:
            CannotWriteError: the file is there already, or cannot be written.
        """
        if target.exists():
            raise CannotWriteError(f"{target}: there already; name a file that is not")
        _opening.back_up(self._db, target)

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """All that is read inside is as it was at one moment, whatever is written meanwhile."""
        with _opening.named_errors(self.path):
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                self._db.rollback()

    def ask(self, query: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> list[Row]:
        """The rows of a query; for the files of this room."""
        with _opening.named_errors(self.path):
            return list(_rows.by_name(self._db.execute(query, values)))


def match_query(words: str) -> str:
    """What a person typed, as an FTS5 query for all of it; empty where it has neither letter nor digit.

    Each term is quoted, so that no character has a meaning of its own (SQLite FTS5, section 3.1).
    """
    terms = (quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|([^\s"]+)', words))
    return " ".join(f'"{term}"' for term in terms if any(map(str.isalnum, term)))
