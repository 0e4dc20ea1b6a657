"""The store: one SQLite file, written by one process at a time."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from monitor import failpoints, schedule
from monitor.errors import MonitorError, UsageError
from monitor.interfaces import Row
from monitor.models import (
    Alert,
    Budget,
    Change,
    Decision,
    Digest,
    Entry,
    Event,
    FieldChange,
    Finding,
    Host,
    Incident,
    Known,
    Page,
    Receipt,
    Recorded,
    Report,
    Robots,
    Settlement,
    Source,
    canonical,
    utc_text,
)
from monitor.stores import (
    _budgets,
    _changes,
    _claiming,
    _habits,
    _hosts,
    _incidents,
    _marks,
    _opening,
    _outbox,
    _outbox_digest,
    _recording,
    _reparsing,
    _rows,
    _sources,
    _standing,
)

LEAST_LIKENESS = 60
"""Of 100: how like a known name must be to one that nobody knows, to be offered instead."""


def _turn(row: Row) -> tuple[bool, str]:
    """By what claimed pages are ordered: urgent ones first, then those not looked at for longest."""
    return not row["urgent"], row["checked_at"] or ""


class Store:
    """Keeps everything; see `interfaces.Store`. One thread at a time."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self.path = path
        (self._id,) = connection.execute("SELECT database_id FROM meta").fetchone()

    @classmethod
    def open(cls, path: Path, *, create: bool = True, left: str = "") -> "Store":
        """The store in this file; `left` says how its last writer left it, see `_opening.open_to_write`.

        Raises:
            DatabaseError: the file is damaged, newer than this program, or not ours (it is left as it is); or it is not
                there, and `create` is False.
            CannotWriteError: it cannot be written.
        """
        return cls(_opening.open_to_write(path, create=create, left=left), path)

    def close(self) -> None:
        """Ends all use of this store."""
        self._db.close()

    def tidy(self) -> int:
        """Moves the write-ahead log into the file, as far as readers let it, and keeps SQLite's statistics fresh.

        Returns the bytes the log still has.
        """
        with _opening.named_errors(self.path):
            self._db.execute("PRAGMA optimize")
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")
            return self.path.with_name(f"{self.path.name}-wal").stat().st_size

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: everything inside is written, or nothing."""
        with _opening.named_errors(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._db.rollback()
                raise

    # --- sources and pages -------------------------------------------------------------------------------------------

    def sync_sources(self, sources: Sequence[Source], now: datetime) -> None:
        """Makes the pages the configuration names, due at once; what it no longer names is orphaned, never removed."""
        with self._writing():
            _sources.sync(self._db, sources, now)
            _budgets.sync(self._db, sources, now)

    def budgets(self) -> dict[str, Budget]:
        """The budgets of the sources that choose their looks, by source."""
        with _opening.named_errors(self.path):
            return _budgets.read(self._db)

    def claim_pages(
        self,
        now: datetime,
        limit: int,
        lease: timedelta,
        named: Sequence[str] | None = None,
        busy: Collection[str] = (),
        per_host: int | None = None,
        bounded: bool = True,
    ) -> list[Page]:
        """Up to `limit` due pages, the longest due first, each due again only when its lease ends.

        Of one host at most `per_host`, of one that is to be asked slowly what fits into a minute, of one that failed
        one; what is left of it is due still. `named`: all pages of these sources and at these addresses instead, due or
        not. Pages of `busy` hosts, and of hosts that rest, wait either way.
        Each page is charged to its source's budget; where they are `bounded` by it, what it has nothing left for is put
        off to the next day.

        Raises:
            UsageError: a name is neither a source nor a page.
        """
        self._ensure_known(named or ())
        values = {
            "now": utc_text(now),
            "until": utc_text(now + lease),
            "limit": limit,
            "names": json.dumps(named),
            "addresses": json.dumps([canonical(name) for name in named or ()]),
            "busy": json.dumps(list(busy)),
            "per_host": per_host or limit,
            "failing": schedule.FAILURES_ALLOWED,
        }
        with self._writing():
            claim = _claiming.due if named is None else _claiming.named
            rows = sorted(claim(self._db, values), key=_turn)
            afforded = _budgets.afforded(self._db, rows, now, bounded=bounded)
            habits = _habits.read(self._db, [row["id"] for row in afforded])
            return [_rows.page(row | habits.get(row["id"], {})) for row in afforded]

    def put_back(
        self,
        page_ids: Collection[int],
        now: datetime,
        hosts: Collection[Host] = (),
        robots: Collection[Robots] = (),
    ) -> None:
        """Makes claimed pages due again that were not looked at after all, and gives their sources the looks back; with
        it, what is now known of hosts is written: no page of one is claimed before it is free.
        """
        with self._writing():
            _hosts.keep(self._db, hosts, robots)
            _budgets.give_back(self._db, Counter(_claiming.make_due(self._db, now, page_ids)), now)

    def end_leases(self, now: datetime) -> None:
        """Makes due again what an earlier process claimed and never finished: pages and alerts."""
        at = utc_text(now)
        with self._writing():
            _hosts.end_leases(self._db, at)
            _claiming.make_due(self._db, now)
            self._db.execute(
                """UPDATE alerts SET next_attempt_at = ?, claimed_at = NULL
                WHERE state = 'pending' AND claimed_at IS NOT NULL""",
                (at,),
            )
            _incidents.end_leases(self._db, now)

    def _ensure_known(self, named: Sequence[str]) -> None:
        for name in named:
            known = self._ask(
                """SELECT 1 FROM sources WHERE name = ? AND orphaned_at IS NULL UNION ALL
                SELECT 1 FROM pages WHERE address = ? AND role <> 'item' AND orphaned_at IS NULL""",
                name,
                canonical(name),
            )
            if not known:
                raise UsageError(f'"{name}" is neither a source nor a page that is watched{self._nearest(name)}')

    def _nearest(self, name: str) -> str:
        from rapidfuzz import process  # seldom needed

        known = self._ask(
            """SELECT name FROM sources WHERE orphaned_at IS NULL UNION
            SELECT url FROM pages WHERE configured AND orphaned_at IS NULL"""
        )
        near = process.extractOne(name, [row["name"] for row in known], score_cutoff=LEAST_LIKENESS)
        return f'; did you mean "{near[0]}"?' if near else ""

    def discover(self, source: str, entries: Sequence[Entry], now: datetime) -> None:
        """Makes pages of those entries that are none of this source yet."""
        with self._writing():
            _sources.add_discovered(self._db, source, entries, now)

    def pages_of_items(self, source: str, urls: Sequence[str]) -> list[Page]:
        """The item pages of a source at these addresses, in their order; addresses that are none are left out."""
        query = "SELECT * FROM pages WHERE address = ? AND source = ? AND role = 'item'"
        return [_rows.page(row) for url in urls for row in self._ask(query, canonical(url), source)]

    def hosts(self, names: Collection[str]) -> tuple[list[Host], list[Robots]]:
        """What is known of these hosts, and of the robots.txt of their origins."""
        with _opening.named_errors(self.path):
            return _hosts.read(self._db, names)

    # --- what is known -----------------------------------------------------------------------------------------------

    def known(self, page_id: int) -> Known:
        """What a decision on this page is held against; `reread` is never set here."""
        current = self._ask(
            """SELECT versions.id, number, statement, content_hash, versions.first_seen_at
            FROM pages JOIN versions ON versions.id = pages.version_id WHERE pages.id = ?""",
            page_id,
        )
        if not current:
            return Known()
        earlier = self._ask(
            """SELECT content_hash, max(number) AS number FROM versions
            WHERE page_id = ? AND id <> ? GROUP BY content_hash ORDER BY number""",
            page_id,
            current[0]["id"],
        )
        metadata_changes = self._ask(
            "SELECT field, before, after FROM metadata_changes WHERE page_id = ? AND version_id = ? ORDER BY id",
            page_id,
            current[0]["id"],
        )
        return Known(
            _rows.version(current[0]),
            tuple((row["content_hash"], row["number"]) for row in earlier),
            metadata_changes=tuple(FieldChange(**row, metadata=True) for row in metadata_changes),
        )

    def snapshot(self, page_id: int) -> tuple[bytes, str] | None:
        """The bytes behind the page's current version, and their content type."""
        rows = self._ask(
            """SELECT body, content_type FROM pages JOIN versions ON versions.id = pages.version_id
            JOIN snapshots ON snapshots.hash = versions.snapshot_hash WHERE pages.id = ?""",
            page_id,
        )
        return (_rows.unpacked(rows[0]["body"]), rows[0]["content_type"]) if rows else None

    def change(self, change_id: int) -> Change | None:
        """One change, whole."""
        with _opening.named_errors(self.path):
            return _changes.whole(self._db, change_id)

    def _ask(self, query: str, *values: object) -> list[Row]:
        with _opening.named_errors(self.path):
            return list(_rows.by_name(self._db.execute(query, values)))

    # --- recording ---------------------------------------------------------------------------------------------------

    def record(
        self,
        decisions: Sequence[Decision],
        now: datetime,
        hosts: Collection[Host] = (),
        robots: Collection[Robots] = (),
    ) -> list[Recorded]:
        """Writes checks, versions, changes, metadata changes, alerts and pages, all or nothing, in the order given; and
        what the looks taught of hosts.

        A decision made on a version that is no longer the page's current one leaves its check row only.
        """
        with self._writing():
            _hosts.keep(self._db, hosts, robots)
            recorded = [_recording.record(self._db, decision, self._id, now) for decision in decisions]
            failpoints.passing("before-commit")
            return recorded

    def to_reparse(self, parsers: Mapping[str, str], after: int, limit: int) -> list[Page]:
        """Pages beyond the id `after` whose current version another parser read than the one named for their source,
        and that this one has not read to the same words since."""
        with _opening.named_errors(self.path):
            return _reparsing.read_by_others(self._db, parsers, after, limit)

    def count_to_reparse(self, parsers: Mapping[str, str]) -> int:
        """How many there are in all."""
        with _opening.named_errors(self.path):
            return _reparsing.count(self._db, parsers)

    def record_reparsed(self, read: Sequence[tuple[Page, str, Event | None]], now: datetime) -> list[int]:
        """Writes what reading snapshots again came to, all or nothing: page, parser, and what differs (None: nothing).

        Returns the ids of the changes.
        """
        with self._writing():
            recorded = [_reparsing.record(self._db, page, parser, event, now) for page, parser, event in read]
            return [change_id for change_id in recorded if change_id is not None]

    # --- the outbox --------------------------------------------------------------------------------------------------

    def sync_channels(self, settings_hashes: Mapping[str, str], now: datetime) -> None:
        """Ends the rests of channels that the configuration no longer names, or names with other settings; what waits
        for a digest is due, and waits again only where a claim finds that it must.
        """
        with self._writing():
            _outbox.sync(self._db, settings_hashes)
            _outbox_digest.free(self._db, now)

    def channel_faults(self) -> dict[str, int]:
        """How many tries in a row failed by the channel's own fault, by channel; one that works is left out."""
        with _opening.named_errors(self.path):
            return _outbox.faults(self._db)

    def claim_alerts(
        self,
        now: datetime,
        limit: int,
        lease: timedelta,
        held: Collection[int] = (),
        busy: Collection[str] = (),
        digests: Mapping[str, Digest] = MappingProxyType({}),
        *,
        patient: bool = True,
    ) -> list[Alert]:
        """Up to `limit` alerts whose next try is due, the longest due first, each due again when its lease ends.

        Those of `busy` and of resting channels wait; of the others each has its share of `limit`. Those of one channel
        on one sitewide edit become one, and those of a digest; an alert that was claimed once stays in its message. New
        alerts of `held` changes wait unless they are gathered so. Where it is not `patient`, none waits for more of its
        kind to come but for a digest's moment.
        """
        with self._writing():
            return _outbox.claim(self._db, now, limit, lease, held, busy, digests, patient=patient)

    def add_receipt(self, alert_id: str, receipt: Receipt) -> None:
        """Writes that a recipient is done with this alert's or report's message, while others may not be."""
        with self._writing():
            if not _incidents.add_receipt(self._db, alert_id, receipt):
                _outbox.add_receipt(self._db, alert_id, receipt)

    def settle_alert(self, alert_id: str, settlement: Settlement, now: datetime) -> None:
        """Writes how one try of an alert or a report ended, for all its message tells. What was sent stays sent,
        whatever is reported later.

        With a rest, the channel's other claimed alerts are due again, untried; what arrived ends its rest.
        """
        with self._writing():
            if not _incidents.settle(self._db, alert_id, settlement, now):
                _outbox.settle(self._db, alert_id, settlement, now)
            elif settlement.rest:
                _outbox.rest(self._db, settlement.rest, now)
            if settlement.rest:
                _incidents.release(self._db, settlement.rest.channel, now)
            failpoints.passing("settling")

    def redeliver(self, ids: Sequence[str] | None, now: datetime) -> int:
        """Makes these alerts and reports that were not sent (None: all), and those told with them, due at once; their
        number.

        Those given up begin anew, under the ids they had; the rests of their channels end.

        Raises:
            MonitorError: there is no such alert.
        """
        with self._writing():
            try:
                reports = None if ids is None else _incidents.are_reports(self._db, ids)
                alerts = None if ids is None else [each for each in ids if each not in (reports or ())]
                again = _incidents.redeliver(self._db, reports, now)
                return again + _outbox.redeliver(self._db, alerts, now)
            except LookupError as error:
                raise MonitorError(f"there is no alert {error}; `monitor alerts` lists them") from None

    def mark_read(self, change_ids: Sequence[int], now: datetime, *, read: bool = True) -> None:
        """Marks those of these changes that there are as read in the web pages, or as not read."""
        with self._writing():
            _marks.mark(self._db, change_ids, now, read=read)

    # --- the monitor itself ------------------------------------------------------------------------------------------

    def standing(self, now: datetime) -> Row:
        """The figures by which something needs a person."""
        with _opening.named_errors(self.path):
            return _standing.standing(self._db, self.path, now)

    def keep_incidents(self, found: Sequence[Finding], now: datetime) -> tuple[list[Incident], list[Incident]]:
        """Writes which incidents began and which ended, by all that is found now; gives both.

        Each channel that is to be told gets a report, the next one not before `_incidents.GATHERED_FOR`.
        """
        with self._writing():
            return _incidents.keep(self._db, self._id, found, now)

    def keep_past_incident(self, finding: Finding, began_at: datetime, now: datetime, told: Report | None) -> None:
        """Writes an incident that is over by now, and could not be written before; `told` is the report that was sent
        when it began."""
        with self._writing():
            _incidents.keep_past(self._db, finding, began_at, now, told)

    def claim_reports(self, now: datetime, limit: int, lease: timedelta, busy: Collection[str] = ()) -> list[Report]:
        """Up to `limit` reports whose next try is due, each due again when its lease ends."""
        with self._writing():
            return _incidents.claim(self._db, now, limit, lease, busy)
