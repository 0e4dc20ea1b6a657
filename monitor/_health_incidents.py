"""What needs a person, told from the figures of the status: the one rule behind `monitor status` and its incidents.

Pure. Each finding has a key that stays while the thing lasts; a thing that begins to need a person, or does no more, is
told once. Where a bound is just reached and left again and again, what is open stays open a little longer.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import blake2b

from monitor.interfaces import Row
from monitor.models import FEW_PAGES, Finding, utc_text, utc_time

FAULTS_IN_A_ROW = 3
"""So often a channel must fail before that is a person's business: for some minutes at least."""

UNANSWERED_IN_A_ROW = 9
"""So many requests a host must leave unanswered: for a quarter of an hour at least, by the rests it then has."""

EMPTY_LOOKS = 3
"""So many looks in a row must find that a listing names nothing."""

DISK_LOW = 512 * 1024 * 1024
"""Bytes free below which a database is soon in trouble."""

GAPS_LEAST = 20
HISTORY_LEAST = timedelta(days=28)
SILENT_LEAST = timedelta(days=1)
SILENT_TIMES = 2
"""A source is silent for too long when nothing came for more than twice its longest gap, of twenty and more in four
weeks and more. Of n exponential gaps the next is that long once in (n + 1)(n + 2) / 2 times: from the twentieth on all
of them together come to one false alarm in the lives of ten sources. A mere record would be one in n + 1, without end.
"""

NOTICED = ("clock", "configuration", "wording:")
"""What only the daemon can notice: it says so of each key in `noticed`; for all others its open incidents do."""

WORDS_MOST = 500


def incidents(status: Row) -> list[Finding]:
    """Everything that needs a person now.

    `status` is what `Reader.status` gives, with the `daemon` at work, and what that `noticed`: words by key, empty
    where it found that all is well.
    """
    found = (
        *_store(status),
        *_late(status),
        *_hosts(status),
        *_pages(status),
        *_sources(status),
        *_quotes(status),
        *_channels(status),
        *_outbox(status),
        *_machine(status),
        *_noticed(status),
    )
    return [Finding(finding.key, finding.words[:WORDS_MOST]) for finding in found]


def not_working(status: Row) -> list[str]:
    """Why the daemon that is at work does not do its work; empty where it does."""
    return [finding.words for finding in (*_store(status), *_late(status))]


def _store(status: Row) -> Iterator[Finding]:
    daemon = status["daemon"]
    if daemon and daemon["words"].startswith("degraded"):
        yield Finding("store", f"the daemon is {daemon['words']}")


def _late(status: Row) -> Iterator[Finding]:
    for row in status["late"]:
        pages, are = _counted(row["pages"], "page", "is", "are")
        words = f"{pages} of {row['source']} {are} late by more than two intervals; see that the daemon runs"
        yield Finding(f"late:{row['source']}", words)
    if overdue := status["outbox"]["overdue"]:
        alerts, are = _counted(overdue, "alert", "is", "are")
        yield Finding("late", f"{alerts} {are} due for more than an hour; see that the daemon runs")


# --- pages -----------------------------------------------------------------------------------------------------------


def _hosts(status: Row) -> Iterator[Finding]:
    """Hosts that do not answer, and hosts with many pages in trouble."""
    silent = {host["host"]: host for host in status["hosts"] if _is_silent(host)}
    for name, host in silent.items():
        words = f"{name} does not answer, {host['failures']} times in a row; the next try is after {host['free_at']}"
        yield Finding(f"failing:{name}", words)
    for row in status["troubled_hosts"]:
        if _is_together(status, row) and not (row["host"] in silent and row["state"] == "failing"):
            words = f"{row['pages']} pages of {row['host']} are {_state(row)}, the first of {row['source']}"
            yield Finding(_key(row), f"{words}: {_why(row)}")


def _pages(status: Row) -> Iterator[Finding]:
    """Pages in trouble that are few on their host, or were told of when they were."""
    open_keys, silent = _open(status), {host["host"] for host in status["hosts"] if _is_silent(host)}
    together = {_key(row) for row in status["troubled_hosts"] if _is_together(status, row)}
    for row in status["troubled_pages"]:
        key = f"page:{row['id']}"
        if key in open_keys or not (_key(row) in together or (row["host"] in silent and row["state"] == "failing")):
            what = "the listing" if row["role"] == "listing" else "a page"
            often = f", {row['failures']} times in a row" if row["failures"] > 1 else ""
            yield Finding(key, f"{what} of {row['source']} is {_state(row)}{often}: {_why(row)}")


def _is_silent(host: Row) -> bool:
    return bool(host["failures"] >= UNANSWERED_IN_A_ROW and host["free_at"])


def _is_together(status: Row, row: Row) -> bool:
    return bool(row["pages"] > FEW_PAGES or (row["pages"] > 1 and _key(row) in _open(status)))


def _key(row: Row) -> str:
    return f"{row['state']}:{row['host']}"


def _state(row: Row) -> str:
    return "not to be looked at" if row["state"] == "robots" else str(row["state"])


def _why(row: Row) -> str:
    detail = f" ({row['detail']})" if row["detail"] else ""
    outcome = f"{row['outcome']}{detail:.200} since {row['since']}"
    if row["state"] == "robots" and str(row["detail"]).startswith("forbidden"):
        return f"{outcome}; ask the publisher, or take it out of the source's file: {row['url']}"
    return f"{outcome}; `monitor history {row['url']}` says more"


# --- sources ---------------------------------------------------------------------------------------------------------


def _sources(status: Row) -> Iterator[Finding]:
    late = {row["source"] for row in status["late"]}
    for pulse in status["pulses"]:
        source = pulse["source"]
        if pulse["empty_looks"] >= EMPTY_LOOKS:
            looks = f"since {pulse['empty_since']}, at {pulse['empty_looks']} looks"
            yield Finding(
                f"empty:{source}", f"the listing of {source} names no pages any more {looks}: see its address"
            )
        elif pulse["changed_at"] and source not in late and (words := _silence(pulse, utc_time(status["at"]))):
            yield Finding(f"silent:{source}", words)


def _silence(pulse: Row, now: datetime) -> str:
    """Why a source is silent for too long, in numbers; empty where it is not."""
    changed_at, longest = utc_time(pulse["changed_at"]), timedelta(seconds=pulse["longest_gap_s"])
    history, silence = changed_at - utc_time(pulse["first_at"]), now - changed_at
    if pulse["gaps"] < GAPS_LEAST or history < HISTORY_LEAST or silence < max(SILENT_LEAST, SILENT_TIMES * longest):
        return ""
    since = f"nothing changed at {pulse['source']} for {_days(silence)}, since {utc_text(changed_at)}"
    known = f"the longest of {pulse['gaps']} gaps in {_days(history)} was {_days(longest)}"
    return f"{since}; {known}: see that it is still published where we look"


def _days(time: timedelta) -> str:
    days = time / timedelta(days=1)
    return f"{days:.1f} days" if days < 10 else f"{days:.0f} days"


def _quotes(status: Row) -> Iterator[Finding]:
    """Watched quotes that no page ever held; that one was lost was told when it happened."""
    for row in status.get("quotes", ()):
        if row["version"] is None:
            where, quote = row["page"] or f"any page of {row['source']}", f"“{row['quote']:.80}”"
            words = f"the watched quote {quote} is not on {where}, and never was: see how it is spelt there"
            yield Finding(f"quote:{row['source']}:{blake2b(row['quote'].encode(), digest_size=4).hexdigest()}", words)


# --- telling, machine, daemon ----------------------------------------------------------------------------------------


def _channels(status: Row) -> Iterator[Finding]:
    for channel in status["channels"]:
        if words := _channel(channel):
            yield Finding(f"channel:{channel['name']}", words)


def _channel(channel: Row) -> str:
    """What is to be done about a channel; nothing where a moment's trouble may still end by itself."""
    name, waiting = channel["name"], " ".join(_counted(channel["pending"], "alert", "waits", "wait"))
    if channel["disabled_at"]:
        remedy = "give it another address, or turn it on by `monitor redeliver`"
        return f"channel {name} is off, as its receiver is gone for good ({channel['detail']}): {waiting}; {remedy}"
    if channel["faults"] < FAULTS_IN_A_ROW:
        return ""
    next_try = f"; the next try is at {channel['free_at']}" if channel["pending"] else ""
    return f"channel {name} takes nothing since {channel['failed_at']} ({channel['detail']}): {waiting}{next_try}"


def _outbox(status: Row) -> Iterator[Finding]:
    for row in status["given_up"]:
        alerts, were = _counted(row["alerts"], "alert", "was", "were")
        words = f"{alerts} of {row['day']} to {row['channel']} {were} given up ({row['detail']})"
        remedy = "`monitor alerts --failed`, then `monitor redeliver`"
        yield Finding(f"given_up:{row['channel']}:{row['day']}", f"{words}; {remedy}")


def _machine(status: Row) -> Iterator[Finding]:
    bound = DISK_LOW * 5 // 4 if "disk" in _open(status) else DISK_LOW
    if status["free_bytes"] < bound:
        yield Finding("disk", f"{status['free_bytes'] // 1024**2} MiB are free where the database is; make room")


def _noticed(status: Row) -> Iterator[Finding]:
    noticed = status.get("noticed", {})
    before = {row["key"]: row["words"] for row in status["incidents"] if row["key"].startswith(NOTICED)}
    yield from (Finding(key, words) for key, words in (before | noticed).items() if words)


def _counted(count: int, noun: str, one: str, many: str) -> tuple[str, str]:
    """`1 alert`, `waits`; `2 alerts`, `wait`."""
    return (f"{count:,} {noun}", one) if count == 1 else (f"{count:,} {noun}s", many)


def _open(status: Row) -> set[str]:
    return {row["key"] for row in status["incidents"]}
