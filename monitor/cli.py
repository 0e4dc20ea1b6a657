"""The commands. Each is a few lines: read the configuration, call the room that does it, print."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from monitor import terminal
from monitor.errors import ConfigError, DatabaseError, MonitorError, UsageError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.models import Recorded
    from monitor.stores._reading import Reader
    from monitor.stores.sqlite import Store

T = TypeVar("T")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Watches government publication pages, catches announced and silent edits, and sends alerts.",
)
config_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The configuration: check it, or its schema."
)
app.add_typer(config_app, name="config")

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Limit = Annotated[int, typer.Option(help="At most so many.", min=1)]
Address = Annotated[str | None, typer.Option("--url", help="Where the file came from.")]


class _Folder:
    """The folder `--config` names."""

    path = Path("config")


def main() -> None:
    """The `monitor` command: errors are one line on stderr, the exit status says which kind."""
    try:
        sys.exit(app(standalone_mode=False))
    except typer.TyperException as error:
        words = error.format_message()
        print(words if "\n" in words else f"monitor: {words}", file=sys.stderr)  # called bare, they are the help
        sys.exit(error.exit_code)
    except ConfigError as error:
        for fault in error.faults:
            print(f"monitor: {fault}", file=sys.stderr)
        sys.exit(error.exit_status)
    except MonitorError as error:
        print(f"monitor: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.exit(130)


@app.callback()
def folder(
    config: Annotated[Path, typer.Option(envvar="MONITOR_CONFIG", help="The folder with monitor.toml.")] = Path(
        "config"
    ),
) -> None:
    """Remembers which configuration the command is about."""
    _Folder.path = config


# --- starting --------------------------------------------------------------------------------------------------------


@app.command()
def init(directory: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path()) -> None:
    """Write a commented configuration that runs as it is."""
    from monitor import starter

    for path in starter.write(directory):
        print(f"wrote {path}")
    print("next: `monitor check` looks at the example pages once; `monitor run` keeps looking")


@app.command()
def demo(
    directory: Annotated[Path, typer.Option("--dir", help="Where its files go.")] = Path("demo"),
) -> None:
    """Show the whole story here, without the network."""
    from monitor.demo import story

    raise typer.Exit(story.run(directory))


@app.command()
def run() -> None:
    """Run the daemon: poll and deliver until stopped."""
    from monitor import daemon

    config = _config()
    daemon.set_up_logs(config.log_format)
    with _writing(config) as store:
        _in_loop(_run(config, store))


async def _run(config: "Config", store: "Store") -> None:
    from monitor.daemon import Daemon
    from monitor.pipeline import Pipeline

    pipeline = Pipeline(store, _now)

    async def reload() -> None:
        await pipeline.follow(_config())

    try:
        await pipeline.follow(config)
        await Daemon(pipeline, reload).run()
    finally:
        await pipeline.aclose()


@app.command()
def check(
    named: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE|URL]…")] = None,
    deliver: Annotated[bool, typer.Option(help="Send what is to be said, too.")] = True,
    as_json: Json = False,
) -> None:
    """Look once at what is due or named; then deliver."""
    config = _config()
    with _writing(config) as store:
        rows = _in_loop(_check(config, store, named, deliver=deliver, as_json=as_json))
    if not as_json:
        _print_checks(rows)


async def _check(
    config: "Config", store: "Store", named: list[str] | None, *, deliver: bool, as_json: bool
) -> list[dict[str, Any]]:
    from monitor.models import AlertState
    from monitor.pipeline import Pipeline

    pipeline = Pipeline(store, _now)
    rows: list[dict[str, Any]] = []
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
        if deliver:
            async for delivery in pipeline.deliver():
                if delivery.settlement.state is not AlertState.SENT:
                    words = f"alert {delivery.alert.id} to {delivery.alert.channel}: {delivery.settlement.detail}"
                    print(f"monitor: {words}", file=sys.stderr)
    finally:
        await pipeline.aclose()
    return rows


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
    statement = look.reading.statement if look.reading else None
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


# --- reading pages without storing -----------------------------------------------------------------------------------


@app.command()
def parse(
    target: Annotated[str, typer.Argument(metavar="FILE|URL")], url: Address = None, as_json: Json = False
) -> None:
    """Show the statement on a page; store nothing."""
    from monitor import saved

    reading = _in_loop(saved.read(target, url, _config_if_any()))
    if reading.statement is None:
        if as_json:
            terminal.line({"url": url, "outcome": str(reading.outcome), "detail": reading.detail})
        raise MonitorError(f"{target}: {reading.outcome}: {reading.detail or 'no statement'}")
    if as_json:
        terminal.line(saved.statement_row(reading.statement))
    else:
        print(terminal.plain(saved.statement_text(reading.statement)))


@app.command()
def compare(before: str, after: str, url: Address = None, as_json: Json = False) -> None:
    """Say what differs between two saved pages.

    And whether the publisher said so.
    """
    from monitor import render, saved

    row, comparison = _in_loop(saved.compare(before, after, url, _config_if_any()))
    if as_json:
        terminal.line(row)
        return
    terminal.answer([row], ("kind", "disclosure", "words_added", "words_removed"), as_json=False, empty="")
    for reason in row["reasons"]:
        print(f"because {reason}")
    if comparison:
        terminal.redline("\n" + render.redline_text(comparison))


# --- reading the change log ------------------------------------------------------------------------------------------

CHANGES = ("id", "detected_at", "source", "kind", "disclosure", "title", "summary", "signals")


@app.command()
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
    with _reading() as reader:
        rows = reader.change_log(
            since=_since(since),
            source=source,
            kind=_word("--kind", kind, "Kind"),
            disclosure=_word("--disclosure", disclosure, "Disclosure"),
            alike=alike,
            limit=limit,
        )
        terminal.answer(rows, CHANGES, as_json=as_json, empty="no changes recorded")


@app.command()
def show(change: Annotated[int, typer.Argument(min=1, max=2**63 - 1)], as_json: Json = False) -> None:
    """Show one change as a redline."""
    from monitor import render

    with _reading() as reader:
        found = reader.change(change)
        if found is None:
            raise UsageError(f"there is no change {change}; `monitor changes` lists them")
        if as_json:
            terminal.line(render.change_row(found))
        else:
            terminal.redline(render.change_text(found))


@app.command()
def history(url: str, limit: Limit = 50, as_json: Json = False) -> None:
    """Show a page's versions, what else differed in its metadata, and the last checks of it."""
    with _reading() as reader:
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


@app.command()
def search(words: list[str], limit: Limit = 20, as_json: Json = False) -> None:
    """Search the full text of all versions."""
    with _reading() as reader:
        rows = reader.search(" ".join(words), limit)
        columns = ("title", "number", "first_seen_at", "snippet", "url")
        terminal.answer(rows, columns, as_json=as_json, empty="found nothing")


@app.command()
def status(
    quiet: Annotated[bool, typer.Option("--quiet", help="Only the exit status.")] = False, as_json: Json = False
) -> None:
    """Show what is due, failing, waiting to be sent.

    Exit status 1 when something needs a person.
    """
    from monitor import health

    with _reading() as reader:
        found = reader.status(_now())
    needs = health.needs_a_person(found)
    if as_json:
        terminal.line(found | {"needs_a_person": needs})
    elif not quiet:
        columns = ("source", "pages", "due", "overdue", "failing", "blocked", "removed", "checked_at")
        terminal.answer(found["sources"], columns, as_json=False, empty="no sources yet")
        outbox = found["outbox"]
        for source in found["sources"]:
            if source["spent"] is not None:
                bound = f" of {source['budget']}" if source["budget"] else ""
                print(f"{source['source']}: {source['spent']}{bound} looks taken today (UTC)")
        print(f"\noutbox: {outbox['pending']} to be sent, {outbox['failed']} given up")
        print(f"database: {found['database_bytes'] / 1024**2:.1f} MiB")
        for words in needs:
            print(f"needs a person: {words}")
    raise typer.Exit(1 if needs else 0)


@app.command()
def alerts(
    failed: Annotated[bool, typer.Option("--failed", help="Only those given up.")] = False,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    """Show the outbox, newest first."""
    with _reading() as reader:
        rows = reader.alerts("failed" if failed else None, limit)
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
        terminal.answer(rows, columns, as_json=as_json, empty="the outbox is empty")


@app.command()
def redeliver(
    named: Annotated[list[str] | None, typer.Argument(metavar="[ALERT]…")] = None, as_json: Json = False
) -> None:
    """Send failed alerts again, under the ids they had.

    All of them, or those named.
    """
    config = _config()
    with _writing(config) as store:
        count = store.redeliver(named or None, _now())
    if as_json:
        terminal.line({"alerts": count})
    else:
        print(f"{count} alerts wait to be sent again; `monitor check` or the daemon sends them")


# --- the database ----------------------------------------------------------------------------------------------------


@app.command()
def verify(as_json: Json = False) -> None:
    """Hold every stored byte and version against its hash.

    Exit status 65 when one is not as it was written.
    """
    with _reading() as reader:
        found = reader.verify()
    if as_json:
        terminal.line(found)
    else:
        print(f"held against their hashes: snapshots {found['snapshots']}, versions {found['versions']}")
        print("\n".join(found["faults"]) or "every one is as it was written")
    if found["faults"]:
        raise DatabaseError(f"faults found: {len(found['faults'])}; keep the file, and restore a backup beside it")


@app.command()
def backup(target: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Write a consistent copy of the database; a daemon may be at work on it."""
    with _reading() as reader:
        reader.backup(target)
    print(f"wrote {target}: {target.stat().st_size / 1024**2:.1f} MiB")


# --- the machine and the configuration -------------------------------------------------------------------------------


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say what on this machine would hurt.

    Exit status 1 when something does.
    """
    from monitor import health

    findings = health.examine(_Folder.path)
    terminal.answer(findings, ("check", "state", "words"), as_json=as_json, empty="")
    raise typer.Exit(1 if any(finding["state"] == "hurts" for finding in findings) else 0)


@config_app.command("check")
def config_check(as_json: Json = False) -> None:
    """Report every fault of the configuration."""
    try:
        config = _config()
    except ConfigError as error:
        if as_json:
            for fault in error.faults:
                terminal.line({"fault": fault})
        raise
    row = {"sources": len(config.sources), "channels": len(config.channels)}
    if as_json:
        terminal.line(row)
    else:
        print(f"{_Folder.path}: no faults; sources: {row['sources']}, channels: {row['channels']}")


@config_app.command("schema")
def config_schema() -> None:
    """Print the JSON Schema of the configuration."""
    from monitor import config

    terminal.line(config.schema())


# --- what the commands share -----------------------------------------------------------------------------------------


def _in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Runs asynchronous work to its end, on uvloop where there is one: a fifth less CPU a page."""
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop

    return uvloop.run(work)


def _now() -> datetime:
    return datetime.now(UTC)


def _config() -> "Config":
    from monitor import config

    return config.load(_Folder.path)


def _config_if_any() -> "Config | None":
    return _config() if (_Folder.path / "monitor.toml").exists() else None


@contextmanager
def _writing(config: "Config") -> "Iterator[Store]":
    """The store, held by this process alone."""
    from monitor.lock import lock
    from monitor.stores.sqlite import Store

    with lock(config.store_path):
        store = Store.open(config.store_path)
        try:
            yield store
        finally:
            store.close()


@contextmanager
def _reading() -> "Iterator[Reader]":
    """The store, read only; a daemon may be at work on it."""
    from monitor.stores._reading import Reader

    reader = Reader.open(_config().store_path)
    try:
        yield reader
    finally:
        reader.close()


def _since(text: str | None) -> datetime | None:
    from monitor.config import duration

    if text is None:
        return None
    try:
        return _now() - duration(text)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f'--since: "{text}" is no day, time or length such as "7d"') from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _word(option: str, word: str | None, enum: str) -> str | None:
    """The word, if it is one of the contract's."""
    from monitor import models, plugins

    known = [member.value for member in getattr(models, enum)]
    if word is None or word in known:
        return word
    raise UsageError(f'{option}: "{word}" is none of {", ".join(known)}{plugins.suggestion(word, known)}')
