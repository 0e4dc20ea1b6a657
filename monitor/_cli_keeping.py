"""The commands that keep the monitor in order: its outbox, its database, this machine, its configuration."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from monitor import _cli_context as context
from monitor import terminal
from monitor._cli_context import Json
from monitor.errors import ConfigError, DatabaseError


def redeliver(
    named: Annotated[list[str] | None, typer.Argument(metavar="[ALERT]…")] = None, as_json: Json = False
) -> None:
    """Send what failed again, under the ids it had, and try what waits at once.

    All alerts that were not sent, or those named; channels that rest or are off are tried again. Exit status 1 when one
    that is named does not exist.
    """
    config = context.config()
    with context.writing(config) as store:
        count = store.redeliver(named or None, context.now())
    if as_json:
        terminal.line({"alerts": count})
    else:
        print(f"{count} alerts are to be sent now; `monitor check` or the daemon sends them")


def verify(as_json: Json = False) -> None:
    """Hold every stored byte and version against its hash.

    Exit status 65 when one is not as it was written.
    """
    with context.reading() as reader:
        found = reader.verify()
    if as_json:
        terminal.line(found)
    else:
        print(f"held against their hashes: snapshots {found['snapshots']}, versions {found['versions']}")
        print("\n".join(found["faults"]) or "every one is as it was written")
    if found["faults"]:
        raise DatabaseError(f"faults found: {len(found['faults'])}; keep the file, and restore a backup beside it")


def backup(target: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Write a consistent copy of the database; a daemon may be at work on it."""
    with context.reading() as reader:
        reader.backup(target)
    print(f"wrote {target}: {target.stat().st_size / 1024**2:.1f} MiB")


def doctor(as_json: Json = False) -> None:
    """Say what on this machine would hurt.

    Exit status 1 when something does.
    """
    from monitor import health
    from monitor._health_hosts import reached

    findings = health.examine(context.Folder.path)
    with suppress(ConfigError):  # its faults are among the findings
        findings += context.in_loop(reached(context.config()))
    terminal.answer(findings, ("check", "state", "words"), as_json=as_json, empty="")
    raise typer.Exit(1 if any(finding["state"] == "hurts" for finding in findings) else 0)


def config_check(as_json: Json = False) -> None:
    """Report every fault of the configuration."""
    try:
        config = context.config()
    except ConfigError as error:
        if as_json:
            for fault in error.faults:
                terminal.line({"fault": fault})
        raise
    row = {"sources": len(config.sources), "channels": len(config.channels)}
    if as_json:
        terminal.line(row)
    else:
        print(f"{context.Folder.path}: no faults; sources: {row['sources']}, channels: {row['channels']}")


def config_schema() -> None:
    """Print the JSON Schema of the configuration."""
    from monitor import config

    terminal.line(config.schema())
