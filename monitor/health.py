"""What needs a person: in the change log's own figures, and on this machine."""

from collections.abc import Iterator
from pathlib import Path

from monitor import _health_machine, lock
from monitor._health_machine import finding
from monitor.errors import MonitorError
from monitor.interfaces import Row

FAULTS_IN_A_ROW = 3
"""So often a channel must fail before that is a person's business: for some minutes at least."""


UNANSWERED_IN_A_ROW = 9
"""So many requests a host must leave unanswered: for a quarter of an hour at least, by the rests it then has."""


def daemon(database: Path) -> Row | None:
    """The `process` that is at work on the database and the `words` it has to say; None where none is."""
    holder = lock.holder(database.resolve())
    return {"process": int(holder.process), "words": holder.words} if holder and holder.process else None


def healthz(status: Row) -> tuple[bool, list[str]]:
    """Whether the daemon does its work, and each reason why it does not.

    It does where one is at work, the store can be written, no page is late by more than two of its intervals, and no
    alert is due for more than an hour. A page that cannot be had, or a channel that rests, says nothing against it.
    """
    reasons = [*_late(status)] if status["daemon"] else ["no daemon is at work", *_late(status)]
    return not reasons, reasons


def _late(status: Row) -> Iterator[str]:
    """What is not done though it should have been, and that the store cannot be written."""
    daemon, overdue = status["daemon"], status["outbox"]["overdue"]
    if daemon and daemon["words"].startswith("degraded"):
        yield f"the daemon is {daemon['words']}"
    for source in status["sources"]:
        if late := source["overdue"]:
            yield f"{late} pages of {source['source']} are late by more than two intervals; see that the daemon runs"
    if overdue:
        yield f"{overdue} alerts are due for more than an hour; see that the daemon runs"


def needs_a_person(status: Row) -> list[str]:
    """One line for each thing in `monitor status` that will not mend itself, or has not for long.

    What `healthz` finds is among it, but for a daemon that is not there: the monitor may be run by `monitor check`.
    """
    found = [*_late(status)]
    found += [
        f"{source[state]} pages of {source['source']} are {state}; `monitor history URL` says why"
        for source in status["sources"]
        for state in ("failing", "blocked")
        if source[state]
    ]
    found += [
        f"{source['robots']} pages of {source['source']} may not be looked at: their robots.txt forbids it,"
        " or cannot be read; `monitor history URL` says which"
        for source in status["sources"]
        if source["robots"]
    ]
    found += [
        f"{host['host']} does not answer, {host['failures']} times in a row; the next try is after {host['free_at']}"
        for host in status["hosts"]
        if host["failures"] >= UNANSWERED_IN_A_ROW and host["free_at"]
    ]
    found += [words for channel in status["channels"] if (words := _channel(channel))]
    if failed := status["outbox"]["failed"]:
        found.append(f"{failed} alerts were given up; `monitor alerts --failed`, then `monitor redeliver`")
    return found


def _channel(channel: Row) -> str:
    """What is to be done about a channel; nothing where a moment's trouble may still end by itself."""
    name, waiting = channel["name"], f"{channel['pending']} alerts wait"
    if channel["disabled_at"]:
        remedy = "give it another address, or turn it on by `monitor redeliver`"
        return f"channel {name} is off, as its receiver is gone for good ({channel['detail']}): {waiting}; {remedy}"
    if channel["faults"] < FAULTS_IN_A_ROW:
        return ""
    next_try = f"; the next try is at {channel['free_at']}" if channel["pending"] else ""
    return f"channel {name} takes nothing since {channel['failed_at']} ({channel['detail']}): {waiting}{next_try}"


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
    findings += [*_health_machine.configuration_files(folder), *_health_machine.secrets(found)]
    return [*findings, *_health_machine.state(found.store_path), *_health_machine.database(found.store_path)]
