"""The commands that look at pages: init, demo, run, check; parse and compare, which store nothing."""

import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor import _cli_context as context
from monitor import terminal
from monitor._cli_context import Json
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.lock import Hold
    from monitor.models import Recorded
    from monitor.pipeline import Delivery
    from monitor.stores.sqlite import Store

Address = Annotated[str | None, typer.Option("--url", help="Where the file came from.")]


def init(directory: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path()) -> None:
    """Write a commented configuration that runs as it is."""
    from monitor import starter

    for path in starter.write(directory):
        print(f"wrote {path}")
    print("next: `monitor check` looks at the example pages once; `monitor run` keeps looking")


def demo(
    directory: Annotated[Path, typer.Option("--dir", help="Where its files go.")] = Path("demo"),
) -> None:
    """Show the whole story here, without the network."""
    from monitor.demo import story

    raise typer.Exit(story.run(directory))


def run() -> None:
    """Run the daemon: poll and deliver until stopped."""
    from monitor import daemon

    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the daemon listens to it; else it would be its end
    config = context.config()
    daemon.set_up_logs(config.log_format)
    with context.holding(config) as (store, hold):
        context.in_loop(_run(config, store, hold))


async def _run(config: "Config", store: "Store", hold: "Hold") -> None:
    from monitor._cli_web import beside
    from monitor.daemon import Daemon
    from monitor.pipeline import Pipeline

    pipeline = Pipeline(store, context.now, patient=True)
    followers: list[Callable[[Config], None]] = []

    async def reload() -> list[str]:
        found = context.config()
        await pipeline.follow(found)
        for follow in followers:
            follow(found)
        fixed = {
            "store.path": found.store_path == config.store_path,
            "log.format": found.log_format == config.log_format,
            "web": found.web == config.web,
        }
        return [key for key, kept in fixed.items() if not kept]

    try:
        await pipeline.follow(config)
        async with beside(config, pipeline) as follow:
            followers.append(follow)
            await Daemon(pipeline, reload, hold).run()
    finally:
        await pipeline.aclose()


def check(
    named: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE|URL]…")] = None,
    deliver: Annotated[bool, typer.Option(help="Send what is to be said, too.")] = True,
    as_json: Json = False,
) -> None:
    """Look once at what is due or named; then deliver.

    Exit status 1 when a message did not arrive.
    """
    config = context.config()
    with context.writing(config) as store:
        rows, began, unsent = context.in_loop(_check(config, store, named, deliver=deliver, as_json=as_json))
    if not as_json:
        from monitor.stores._reading_budgets import spending

        _print_checks(rows)
        with context.reading() as reader:
            for source, pages in reader.waiting().items():
                print(terminal.in_turn(source, pages))
            for row in spending(reader, context.now()):
                if row["budget"] is not None and row["spent"] >= row["budget"] - row["kept"]:
                    print(f"{terminal.spent(row)}; what else is due waits for tomorrow")
            for row in reader.digests():
                print(terminal.in_digest(row))
            if any(source.quotes for source in config.sources):
                from monitor.stores._reading_quotes import missing

                for quote in missing(reader, config.sources):
                    print(terminal.plain(terminal.missing(quote)))
        for words in began:
            print(terminal.plain(f"needs a person: {words}"))
    if unsent:
        raise MonitorError(f"not delivered: {'; '.join(unsent)}; `monitor alerts` lists them")


async def _check(
    config: "Config", store: "Store", named: list[str] | None, *, deliver: bool, as_json: bool
) -> tuple[list[dict[str, Any]], list[str], list[str]]:
    """The looks as rows, what began to need a person, and what was not delivered, in words."""
    from monitor.pipeline import Pipeline

    pipeline = Pipeline(store, context.now)
    rows: list[dict[str, Any]] = []
    began: list[str] = []
    unsent: list[str] = []
    try:
        await pipeline.follow(config)
        with terminal.progress("looked at", shown=not as_json) as advance:
            async for recorded in pipeline.round(named):
                advance()
                row = _check_row(recorded)
                if as_json:
                    terminal.line(row)
                else:
                    rows.append(row)
        began = [incident.words for incident in (await pipeline.watch()).began]
        if deliver:
            unsent = _unsent([delivery async for delivery in pipeline.deliver(patient=False)])
    finally:
        await pipeline.aclose()
    return rows, began, unsent


def _unsent(deliveries: "list[Delivery]") -> list[str]:
    """A few words on each channel to which not everything was delivered: how much it was, and why for the first."""
    from monitor.models import AlertState

    with context.reading() as reader:
        resting = {row["name"]: row for row in reader.status(context.now())["channels"] if row["pending"]}
    words = [f"{name}: {row['pending']} ({row['detail']})" for name, row in resting.items()]
    failed: dict[str, list[str]] = {}
    for delivery in deliveries:
        if delivery.settlement.state is not AlertState.SENT and delivery.alert.channel not in resting:
            failed.setdefault(delivery.alert.channel, []).append(delivery.settlement.detail)
    return words + [f"{name}: {len(details)} ({details[0]})" for name, details in failed.items()]


def _print_checks(rows: list[dict[str, Any]]) -> None:
    """What is worth a line, and how many looks came to what."""
    telling = [row for row in rows if row["outcome"] != "unchanged" or row["kind"]]
    if telling:
        terminal.table(telling, ("outcome", "kind", "disclosure", "change", "source", "title", "url", "detail"))
    counts = Counter(row["outcome"] for row in rows)
    words = ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common())
    print(f"{len(rows)} looked at: {words}" if rows else "nothing to look at: not due, or its host asked for a rest")


def _check_row(recorded: "Recorded") -> dict[str, Any]:
    decision = recorded.decision
    look = decision.check
    change = next((event.change for event in reversed(decision.events) if event.change), None)
    statement = look.statement
    return {
        "url": look.page.url,
        "source": look.page.source,
        "outcome": decision.outcome.value,
        "status": look.fetch.status,
        "kind": change.kind.value if change else None,
        "disclosure": change.verdict.disclosure.value if change and change.verdict else None,
        "change": recorded.change_ids[-1] if recorded.change_ids else None,
        "alerts": recorded.alerts,
        "title": statement.title if statement else None,
        "text_head": statement.text[:200] if statement else None,
        "elapsed_ms": look.fetch.elapsed_ms,
        "bytes": look.fetch.wire_bytes,
        "detail": look.detail or None,
    }


def parse(
    target: Annotated[str, typer.Argument(metavar="FILE|URL")], url: Address = None, as_json: Json = False
) -> None:
    """Show the statement on a page; store nothing."""
    from monitor import saved

    reading = context.in_loop(saved.read(target, url, context.config_if_any()))
    if reading.statement is None:
        if as_json:
            terminal.line({"url": url, "outcome": str(reading.outcome), "detail": reading.detail})
        raise MonitorError(f"{target}: {reading.outcome}: {reading.detail or 'no statement'}")
    if as_json:
        terminal.line(saved.statement_row(reading.statement))
    else:
        print(terminal.plain(saved.statement_text(reading.statement)))


def compare(before: str, after: str, url: Address = None, as_json: Json = False) -> None:
    """Say what differs between two saved pages.

    And whether the publisher said so.
    """
    from monitor import render, saved

    row, comparison = context.in_loop(saved.compare(before, after, url, context.config_if_any()))
    if as_json:
        terminal.line(row)
        return
    terminal.answer([row], ("kind", "disclosure", "words_added", "words_removed"), as_json=False, empty="")
    for reason in row["reasons"]:
        print(f"because {reason}")
    if comparison:
        terminal.redline("\n" + render.redline_text(comparison))
