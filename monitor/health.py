"""What needs a person: in the change log's own figures, and on this machine."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import _health_machine, lock
from monitor._health_incidents import incidents as incidents
from monitor._health_incidents import not_working
from monitor._health_machine import finding
from monitor.errors import MonitorError
from monitor.interfaces import Row
from monitor.stores._reading_quotes import missing

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.stores._reading import Reader


def standing(reader: "Reader", config: "Config", now: datetime) -> Row:
    """How things stand, as `monitor status` and the web pages tell it: what the database says, the
    `daemon`, and the watched `quotes` that no page holds."""
    budgets = {name: settings.budget for name, settings in config.http.hosts.items() if settings.budget}
    return reader.status(now, budgets) | {"daemon": daemon(reader.path), "quotes": missing(reader, config.sources)}


def figures(reader: "Reader", now: datetime) -> Row:
    """The part of `standing` that `healthz` and `incidents` go by; cheap, however many pages there are."""
    return reader.standing(now) | {"daemon": daemon(reader.path)}


def daemon(database: Path) -> Row | None:
    """The `process` that is at work on the database and the `words` it has to say; None where none is."""
    holder = lock.holder(database.resolve())
    return {"process": int(holder.process), "words": holder.words} if holder and holder.process else None


def healthz(status: Row) -> tuple[bool, list[str]]:
    """Whether the daemon does its work, and each reason why it does not.

    It does where one is at work, the store can be written, no page is late by more than two of its intervals, and no
    alert is due for more than an hour. A page that cannot be had, or a channel that rests, says nothing against it.
    """
    reasons = not_working(status)
    if not status["daemon"]:
        reasons = ["no daemon is at work", *reasons]
    return not reasons, reasons


def needs_a_person(status: Row) -> list[str]:
    """One line for each thing in `monitor status` that will not mend itself, or has not for long: the incidents.

    What `healthz` finds is among it, but for a daemon that is not there: the monitor may be run by `monitor check`.
    """
    return [finding.words for finding in incidents(status)]


def examine(folder: Path) -> list[Row]:
    """Every finding about this machine and the configuration: `check`, `state` (fine, hurts, note) and `words`."""
    from monitor import config

    findings = [*_health_machine.versions(), *_health_machine.limits()]
    try:
        found = config.load(folder)
    except MonitorError as error:
        return [*findings, *(finding("configuration", "hurts", fault) for fault in str(error).splitlines())]
    findings.append(finding("configuration", "fine", f"{len(found.sources)} sources, {len(found.channels)} channels"))
    if "you@example.org" in found.http.user_agent:
        findings.append(finding("user agent", "note", "http.user_agent still names you@example.org: say who you are"))
    if found.ops.channel is None:
        words = "nobody is told when something is wrong with the monitor itself: name a channel in [ops] channel"
        findings.append(finding("operators", "note", words))
    findings += [*_health_machine.configuration_files(folder), *_health_machine.secrets(found)]
    return [*findings, *_health_machine.state(found.store_path), *_health_machine.database(found.store_path)]
