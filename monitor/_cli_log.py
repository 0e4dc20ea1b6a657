"""The commands that read the change log and the outbox."""

from typing import Annotated

import typer

from monitor import _cli_context as context
from monitor import terminal
from monitor._cli_context import Json, Limit
from monitor.errors import UsageError
from monitor.interfaces import Row

CHANGES = ("id", "detected_at", "source", "kind", "disclosure", "title", "summary", "signals")


def changes(
    since: Annotated[str | None, typer.Option(help='A day ("2026-11-24"), a time, or a length back ("7d").')] = None,
    source: str | None = None,
    kind: str | None = None,
    disclosure: str | None = None,
    alike: Annotated[
        int | None, typer.Option(metavar="CHANGE", help="It, and the same edit on other pages.", min=1, max=2**63 - 1)
    ] = None,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    """Show the change log, newest first."""
    with context.reading() as reader:
        rows = reader.change_log(
            since=context.since(since),
            source=source,
            kind=context.word("--kind", kind, "Kind"),
            disclosure=context.word("--disclosure", disclosure, "Disclosure"),
            alike=alike,
            limit=limit,
        )
        terminal.answer(rows, CHANGES, as_json=as_json, empty="no changes recorded")


def show(change: Annotated[int, typer.Argument(min=1, max=2**63 - 1)], as_json: Json = False) -> None:
    """Show one change as a redline."""
    from monitor import render

    with context.reading() as reader:
        found = reader.change(change)
        if found is None:
            raise UsageError(f"there is no change {change}; `monitor changes` lists them")
        if as_json:
            terminal.line(render.change_row(found))
        else:
            terminal.redline(render.change_text(found))


def history(url: str, limit: Limit = 50, as_json: Json = False) -> None:
    """Show a page's versions, what else differed in its metadata, and the last checks of it."""
    with context.reading() as reader:
        found = reader.history(url, limit)
        if found is None:
            raise UsageError(f"{url}: no such page; `monitor status` counts those there are")
        if as_json:
            terminal.line(found)
            return
        versions = ("number", "first_seen_at", "title", "published_at", "updated_at", "snapshot_hash")
        terminal.answer(found["versions"], versions, as_json=False, empty="no version yet")
        print()
        metadata = ("seen_at", "version", "field", "before", "after")
        terminal.answer(found["metadata_changes"], metadata, as_json=False, empty="its metadata never differed")
        print()
        checks = ("checked_at", "outcome", "status", "version", "elapsed_ms", "detail")
        terminal.answer(found["checks"], checks, as_json=False, empty="no check yet")


def search(words: list[str], limit: Limit = 20, as_json: Json = False) -> None:
    """Search the full text of all versions."""
    with context.reading() as reader:
        rows = reader.search(" ".join(words), limit)
        columns = ("title", "number", "first_seen_at", "snippet", "url")
        terminal.answer(rows, columns, as_json=as_json, empty="found nothing")


def status(
    quiet: Annotated[bool, typer.Option("--quiet", help="Only the exit status.")] = False, as_json: Json = False
) -> None:
    """Show what is due, failing, waiting to be sent.

    Exit status 1 when something needs a person.
    """
    from monitor import health
    from monitor.stores import _reading_budgets

    with context.reading() as reader:
        if quiet:  # a health check asks often, and of a million pages the counts take a second
            raise typer.Exit(1 if health.incidents(health.figures(reader, context.now())) else 0)
        found = health.standing(reader, context.config(), context.now())
        found["digests"] = reader.digests()
        found["spending"] = _reading_budgets.spending(reader, context.now())
        found["put_off"] = _reading_budgets.put_off(reader, context.now())
        found["requests"] = _reading_budgets.requests(reader, context.now())
    needs = health.incidents(found)
    healthy, reasons = health.healthz(found)
    if as_json:
        words = {"needs_a_person": [finding.words for finding in needs]}
        terminal.line(found | words | {"healthz": {"healthy": healthy, "reasons": reasons}})
    else:
        _print_status(found)
        since = {row["key"]: f" (found at {row['began_at']})" for row in found["incidents"]}
        for finding in needs:
            print(terminal.plain(f"needs a person: {finding.words}{since.get(finding.key, '')}"))
    raise typer.Exit(1 if needs else 0)


def _print_status(found: Row) -> None:
    """What is due, failing, waiting to be sent."""
    columns = ("source", "pages", "due", "overdue", "failing", "blocked", "robots", "removed", "checked_at")
    terminal.answer(found["sources"], columns, as_json=False, empty="no sources yet")
    outbox = found["outbox"]
    for source in found["sources"]:
        if source["waiting"]:
            print(terminal.in_turn(source["source"], source["waiting"]))
        if source["source"] in found["put_off"]:
            print(terminal.put_off(source["source"], found["put_off"][source["source"]]))
    for row in found["spending"]:
        print(terminal.spent(row))
    for words in (*map(terminal.missing, found["quotes"]), *map(terminal.moved, found["moved"])):
        print(terminal.plain(words))
    for host in found["hosts"]:
        bound = f" of {host['budget']}" if host["budget"] else ""
        rests = f", rests until {host['free_at']}" if host["free_at"] else ""
        print(terminal.plain(f"{host['host']}: {host['requests']}{bound} requests sent today (UTC){rests}"))
    requests, hosts = found["requests"]["requests"], found["requests"]["hosts"]
    print(f"{requests:,} requests sent today (UTC), to {hosts:,} {'host' if hosts == 1 else 'hosts'}")
    print(f"\noutbox: {outbox['pending']} to be sent, {outbox['failed']} given up")
    for row in found["digests"]:
        print(terminal.in_digest(row))
    for channel in found["channels"]:
        rests = "is off" if channel["disabled_at"] else f"rests until {channel['free_at']}"
        print(terminal.plain(f"channel {channel['name']}: {rests}, {channel['pending']} wait: {channel['detail']}"))
    print(f"database: {found['database_bytes'] / 1024**2:.1f} MiB")
    print(f"daemon: process {found['daemon']['process']}" if found["daemon"] else "daemon: none is running")
    if found["reports"]["pending"] or found["reports"]["failed"]:
        print(f"reports of incidents: {found['reports']['pending']} to be sent, {found['reports']['failed']} given up")


def alerts(
    failed: Annotated[bool, typer.Option("--failed", help="Only those given up.")] = False,
    explain: Annotated[
        int | None,
        typer.Option(
            "--explain", metavar="CHANGE", help="Say of every channel why it got it or not.", min=1, max=2**63 - 1
        ),
    ] = None,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    """Show the outbox, newest first: alerts of changes, then reports of the monitor's own incidents."""
    if explain is not None:
        _explain(explain, as_json=as_json)
        return
    with context.reading() as reader:
        state = "failed" if failed else None
        rows, reports = reader.alerts(state, limit), reader.reports(state, limit)
        columns = (
            "id",
            "state",
            "channel",
            "change_id",
            "attempts",
            "next_attempt_at",
            "sent_at",
            "told_with",
            "detail",
        )
        if rows or not reports:
            terminal.answer(rows, columns, as_json=as_json, empty="the outbox is empty")
        if reports:
            about = ("id", "state", "channel", "incidents", "attempts", "next_attempt_at", "sent_at", "detail")
            terminal.answer(reports, about, as_json=as_json, empty="")


def _explain(change_id: int, *, as_json: bool) -> None:
    from monitor._cli_explain import explained

    with context.reading() as reader:
        change = reader.change(change_id)
        if change is None:
            raise UsageError(f"there is no change {change_id}; `monitor changes` lists them")
        rows = context.in_loop(explained(reader, change, context.config()))
    if not as_json:
        told = f"{change.kind.value}, {change.verdict.disclosure.value}" if change.verdict else change.kind.value
        print(terminal.plain(f"change {change.id} ({told}) of {change.source}: {change.title}"))
    terminal.answer(rows, ("channel", "alert", "why"), as_json=as_json, empty="there are no channels")
