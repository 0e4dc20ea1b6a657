"""What needs a person: in the change log's own figures, and on this machine."""

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
    if overdue := status["outbox"]["overdue"]:
        found.append(f"{overdue} alerts are due for more than an hour; see that the daemon runs")
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
