"""What the database says, read beside the daemon, and how it compares with what was published and received."""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torture.receivers import Received
from torture.site import MARK


@dataclass(frozen=True)
class Verdict:
    """What a run came to; the names say what is wrong where they are not 0."""

    edits: int
    edits_without_version: int
    versions: int
    versions_lost_or_altered: int
    changes: int
    changes_invented: int
    alerts: int
    alerts_failed: int
    alerts_unsettled: int
    alerts_missing: int
    alerts_not_received: int
    received: int
    received_again: int
    received_under_unknown_id: int
    received_again_with_other_bytes: int

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return not (
            self.edits_without_version
            or self.versions_lost_or_altered
            or self.changes_invented
            or self.alerts_unsettled
            or self.alerts_missing
            or self.alerts_not_received
            or self.received_under_unknown_id
            or self.received_again_with_other_bytes
        )


@dataclass
class Ledger:
    """Every version seen committed, by its id: the hashes it had, its statement."""

    path: Path
    versions: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)

    def read(self) -> None:
        """Notes the versions that were committed since."""
        newest = max(self.versions, default=0)
        query = "SELECT id, content_hash, snapshot_hash, statement FROM versions WHERE id > ?"
        new = {row[0]: row[1:] for row in self.ask(query, newest)}
        self.versions |= new
        self.marks.update(mark for _, _, statement in new.values() for mark in re.findall(MARK, statement))

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows; none while the database is still being made."""
        try:
            with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=10)) as connection:
                return connection.execute(query, values).fetchall()
        except sqlite3.OperationalError:
            return []

    def holds(self, mark: str) -> bool:
        """Whether a version with this mark was committed."""
        return mark in self.marks

    def waiting(self) -> int:
        """Alerts that are neither sent nor given up."""
        return len(self.ask("SELECT id FROM alerts WHERE state = 'pending'"))

    def verdict(self, marks: Sequence[Sequence[str]], received: Mapping[str, Received]) -> Verdict:
        """Holds the database against what was published and what arrived."""
        at_end = Ledger(self.path)
        at_end.read()
        edits = [mark for page in marks for mark in page[1:]]
        changes = self.ask("SELECT id FROM changes")
        alerts = self.ask("SELECT coalesce(told_with, id), change_id, channel, state FROM alerts")
        told = {(change_id, channel) for _, change_id, channel, _ in alerts}
        sent = [(alert_id, str(channel)) for alert_id, _, channel, state in alerts if state == "sent"]
        ids = {channel: {alert_id for alert_id, _, its, _ in alerts if its == channel} for channel in received}
        arrivals = [bodies for each in received.values() for bodies in each.accepted.values()]
        return Verdict(
            edits=len(edits),
            edits_without_version=sum(not at_end.holds(mark) for mark in edits),
            versions=len(at_end.versions),
            versions_lost_or_altered=sum(at_end.versions.get(key) != row for key, row in self.versions.items()),
            changes=len(changes),
            changes_invented=len(changes) - len(edits),
            alerts=len(alerts),
            alerts_failed=sum(state == "failed" for *_, state in alerts),
            alerts_unsettled=self.waiting(),
            alerts_missing=sum((change_id, channel) not in told for (change_id,) in changes for channel in received),
            alerts_not_received=sum(alert_id not in received[channel].accepted for alert_id, channel in sent),
            received=sum(map(len, arrivals)),
            received_again=sum(len(bodies) - 1 for bodies in arrivals),
            received_under_unknown_id=sum(len(each.accepted.keys() - ids[name]) for name, each in received.items()),
            received_again_with_other_bytes=sum(len(set(bodies)) > 1 for bodies in arrivals),
        )
