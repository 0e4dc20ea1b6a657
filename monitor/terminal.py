"""How commands answer: a table for people, one JSON object a line for programs; progress on a terminal."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

TIME = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d{3}Z$")


def answer(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, empty: str) -> None:
    """Prints the rows: every key as JSON, or these columns as a table; `empty` says why there are none."""
    if as_json:
        for row in rows:
            line(row)
        return
    rows = list(rows)
    if rows:
        table(rows, columns)
    else:
        print(empty)


def line(row: Mapping[str, Any]) -> None:
    """One JSON object on a line of its own."""
    print(json.dumps(row, ensure_ascii=False), flush=True)


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """A table as wide as the terminal; where nobody looks, as wide as it needs."""
    from rich.table import Table
    from rich.text import Text

    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        short = column in ("id", "kind", "disclosure", "outcome", "state") or column.endswith("_at")
        made.add_column(column.replace("_", " "), no_wrap=short, overflow="fold")
    for row in rows:
        made.add_row(*(Text(_cell(row.get(column)), style=_style(row.get(column))) for column in columns))
    console().print(made)


def _cell(value: object) -> str:
    """A value in a table: times to the second, without the letters that only programs need."""
    return TIME.sub(r"\1 \2", plain(value))


def plain(value: object) -> str:
    """A value as a person reads it; control characters are shown, not obeyed."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() or char == "\n" else repr(char)[1:-1] for char in text)


def in_turn(source: str, pages: int) -> str:
    """What is still to come of what a listing names."""
    return f"{source}: {pages:,} pages its listing names wait for their turn, at most 200 a round"


def spent(row: Mapping[str, Any]) -> str:
    """What a source has spent today."""
    if row["budget"] is None:
        return f"{row['source']}: {row['spent']:,} looks taken today (UTC)"
    kept = f"; {row['kept']:,} a day are kept for its listing and what that says is new" if row["kept"] else ""
    return f"{row['source']}: {row['spent']:,} of {row['budget']:,} looks taken today (UTC){kept}"


def put_off(source: str, pages: int) -> str:
    """What has no first look for lack of a budget."""
    return f"{source}: {pages:,} pages wait for their first look until there is a budget for it, tomorrow (UTC) at best"


def in_digest(row: Mapping[str, Any]) -> str:
    """What waits for a channel's digest."""
    return f"channel {row['channel']}: {row['alerts']:,} wait for the digest at {row['next_attempt_at']}"


def missing(quote: Mapping[str, Any]) -> str:
    """A watched quote that no page holds, and where it stood last."""
    where = quote["page"] or f"any page of {quote['source']}"
    last = f"version {quote['version']} of {quote['url']} was the last with it" if quote["version"] else "nor ever was"
    return f"{quote['source']}: the watched quote “{quote['quote']:.80}” is not on {where}; {last}"


def moved(page: Mapping[str, Any]) -> str:
    """A page that the configuration names and whose address leads elsewhere."""
    return f"{page['url']} leads to {page['moved_to']} for good: have {page['source']} name that"


def redline(text: str) -> None:
    """A redline, its `[-old-]` and `{+new+}` in colour where the terminal has it."""
    from rich.text import Text

    made = Text(plain(text))
    made.highlight_regex(r"(?s)\[-.*?-\]", "red strike")
    made.highlight_regex(r"(?s)\{\+.*?\+\}", "green underline")
    console().print(made, soft_wrap=True)


@contextmanager
def progress(words: str, *, shown: bool) -> Iterator[Any]:
    """Calls `advance(total)` draw a bar on stderr; nothing is drawn where nobody looks."""
    if not (shown and sys.stderr.isatty()):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:.0f}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda: bar.advance(task)


def console() -> Any:
    """The terminal; 200 columns where there is none, so that lines of a file are not cut."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 200, highlight=False, soft_wrap=False)


def _style(value: object) -> str:
    return {"silent": "bold red", "announced": "green", "failed": "bold red"}.get(str(value), "")
