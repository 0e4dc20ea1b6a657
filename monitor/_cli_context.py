"""What the commands share: the folder they are about, its store, the clock, the loop, and common options."""

import asyncio
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.lock import Hold
    from monitor.stores._reading import Reader
    from monitor.stores.sqlite import Store

T = TypeVar("T")

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Limit = Annotated[int, typer.Option(help="At most so many.", min=1)]


class Folder:
    """The folder `--config` names."""

    path = Path("config")


def in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Runs asynchronous work to its end, on uvloop where there is one: a fifth less CPU a page."""
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop

    return uvloop.run(work)


def now() -> datetime:
    return datetime.now(UTC)


def config() -> "Config":
    from monitor.config import load

    return load(Folder.path)


def config_if_any() -> "Config | None":
    return config() if (Folder.path / "monitor.toml").exists() else None


@contextmanager
def writing(config: "Config") -> "Iterator[Store]":
    """The store, held by this process alone."""
    with holding(config) as (store, _):
        yield store


@contextmanager
def holding(config: "Config") -> "Iterator[tuple[Store, Hold]]":
    """The store and its lock, whatever name the file is called by."""
    from monitor.lock import CLOSED, OPEN, lock
    from monitor.stores.sqlite import Store

    path = config.store_path.resolve()
    with lock(path) as hold:
        store = Store.open(path, left=hold.left)
        hold.say(OPEN)
        try:
            yield store, hold
        finally:
            hold.say(CLOSED)  # before it is: killed in between, it leaves a log that nobody misses
            store.close()


@contextmanager
def reading() -> "Iterator[Reader]":
    """The store, read only; a daemon may be at work on it."""
    from monitor.stores._reading import Reader

    reader = Reader.open(config().store_path)
    try:
        yield reader
    finally:
        reader.close()


def since(text: str | None) -> datetime | None:
    from monitor.config import duration

    if text is None:
        return None
    try:
        return now() - duration(text)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f'--since: "{text}" is no day, time or length such as "7d"') from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def word(option: str, word: str | None, enum: str) -> str | None:
    """The word, if it is one of the contract's."""
    from monitor import models, plugins

    known = [member.value for member in getattr(models, enum)]
    if word is None or word in known:
        return word
    raise UsageError(f'{option}: "{word}" is none of {", ".join(known)}{plugins.suggestion(word, known)}')
