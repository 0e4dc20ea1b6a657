"""A call that cannot be stopped, in a thread that ends with the process at the latest; what a logger says in it."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

T = TypeVar("T")


class Said(logging.Handler):
    """Keeps the warnings of one thread; apprise says there, and only there, why something failed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.thread: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Called by the logger."""
        if record.thread == self.thread:
            self.lines.append(" ".join(record.getMessage().split()))


async def in_thread(call: Callable[[], T], logger: str) -> tuple[T, list[str]]:
    """What the call returns, and what the logger said meanwhile. Who is cancelled leaves the thread behind.

    Not an executor's: the process would wait for those at its end.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[T] = loop.create_future()
    said = Said()

    def run() -> None:
        said.thread = threading.get_ident()
        logging.getLogger(logger).addHandler(said)
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001 -- raised again where it is awaited
            _settle(loop, ended, partial(ended.set_exception, error))
        else:
            _settle(loop, ended, partial(ended.set_result, result))
        finally:
            logging.getLogger(logger).removeHandler(said)

    threading.Thread(target=run, name="chat", daemon=True).start()
    return await ended, said.lines


def _settle(loop: asyncio.AbstractEventLoop, ended: "asyncio.Future[T]", settle: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop may have ended meanwhile
        loop.call_soon_threadsafe(lambda: None if ended.done() else settle())
