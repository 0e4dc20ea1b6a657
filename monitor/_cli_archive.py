"""The commands that go through all that is stored: reading it again, and taking it along."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import _cli_context as context
from monitor import terminal
from monitor._cli_context import Json
from monitor.errors import CannotWriteError, UsageError

if TYPE_CHECKING:
    from monitor._pipeline_reparse import Reparser
    from monitor.interfaces import Row

UNREADABLE_SHOWN = 20


def reparse(as_json: Json = False) -> None:
    """Read the stored snapshots of all current versions again, where another parser read them.

    What differs then is recorded as `reparsed`, and alerts nobody; earlier versions stay as they were read. No daemon
    may be at work meanwhile. It may be stopped at any time, and goes on from there. Exit status 1 when a snapshot could
    not be read.
    """
    from monitor._pipeline_reparse import Reparser

    config = context.config()
    with context.writing(config) as store:
        reparser = Reparser(store, config, context.now)
        total = store.count_to_reparse(reparser.parsers)
        rows = context.in_loop(_reread(reparser, total, as_json=as_json))
    unreadable = [row for row in rows if row["outcome"] == "unreadable"]
    if not as_json:
        changed = sum(row["outcome"] == "reparsed" for row in rows)
        print(f"read again: {len(rows)}; to other words: {changed}; not to be read: {len(unreadable)}")
        for row in unreadable[:UNREADABLE_SHOWN]:
            print(terminal.plain(f"{row['parser']} finds no statement in the snapshot of {row['url']}"))
    raise typer.Exit(1 if unreadable else 0)


async def _reread(reparser: "Reparser", total: int, *, as_json: bool) -> "list[Row]":
    rows: list[Row] = []
    try:
        with terminal.progress(f"of {total} snapshots read again:", shown=not as_json) as advance:
            async for each in reparser.run():
                advance()
                outcome = "reparsed" if each.event else "same" if each.readable else "unreadable"
                row = {"url": each.page.url, "source": each.page.source, "parser": each.parser, "outcome": outcome}
                rows.append(row)
                if as_json:
                    terminal.line(row)
    finally:
        await reparser.aclose()
    return rows


def export(
    target: Annotated[Path, typer.Argument(metavar="FOLDER|FILE.zip")],
    source: Annotated[str | None, typer.Option(help="Only what belongs to this source.")] = None,
    page: Annotated[str | None, typer.Option(metavar="URL", help="Only what belongs to this page.")] = None,
    since: Annotated[
        str | None, typer.Option(help='Only what came since: a day, a time, or a length back ("7d").')
    ] = None,
) -> None:
    """Write versions, changes and evidence where nothing of this program is needed to read or to check them.

    JSON, an object a line, the snapshots as served, and SHA256SUMS over all of it (`sha256sum -c SHA256SUMS`). A daemon
    may be at work on the database; what is written is as it was at one moment.
    """
    from monitor._cli_exporting import Folder, Zip, exported
    from monitor.stores._exporting import Selection

    if target.exists():
        raise CannotWriteError(f"{target}: there already; name a folder or a file that is not")
    with context.reading() as reader:
        wanted = Selection.of(reader, source, page, context.since(since))
        if wanted is None:
            raise UsageError(f"{page or source}: no such {'page' if page else 'source'}; `monitor status` counts them")
        partial = target.with_name(f"{target.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.unlink(missing_ok=True)
        try:
            at, kind = context.now(), Zip if target.suffix == ".zip" else Folder
            with kind(partial, at) as archive, terminal.progress("rows and snapshots written:", shown=True) as advance:
                counts = exported(reader, wanted, archive, advance, at)
            partial.rename(target)
        except OSError as error:
            raise CannotWriteError(f"{target}: {error.strerror}") from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)
            partial.unlink(missing_ok=True)
    print(f"wrote {target}: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
