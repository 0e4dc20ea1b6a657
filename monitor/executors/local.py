"""Runs batches here, in this event loop: hosts side by side, a host's pages one after another. The clock."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import timedelta

from monitor.interfaces import Look
from monitor.models import Batch, Check, Pause
from monitor.schedule import PATIENCE

TIMER_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Executor:
    """Looks at `hosts` hosts at once; one that rests is not counted."""

    hosts: int = 32

    async def run(self, batches: Iterable[Batch], look: Look) -> AsyncIterator[Check]:
        """Yields every batch's checks as they are made.

        Where a host rests for long, the rest of its batch is left out. A `look` that raises ends its own batch alone;
        the error is raised once all others are done.
        """
        made: asyncio.Queue[Check | None] = asyncio.Queue()
        places = asyncio.Semaphore(self.hosts)
        runs = [asyncio.create_task(_run(batch, look, made, places)) for batch in batches]
        try:
            for _ in runs:
                while (check := await made.get()) is not None:
                    yield check
                    del check  # it may be large, and the next may be long in coming
            await asyncio.gather(*runs)
        finally:
            for run in runs:
                run.cancel()
            await asyncio.gather(*runs, return_exceptions=True)


async def _run(batch: Batch, look: Look, made: "asyncio.Queue[Check | None]", places: asyncio.Semaphore) -> None:
    """Puts the batch's checks into the queue, and None at the end, however it ends.

    It keeps its place from page to page, as its host's connection is open; a rest frees it for another host.
    """
    try:
        await places.acquire()
        for page in batch.pages:
            while isinstance(found := await look(page), Pause):
                if found.time > PATIENCE:
                    return
                places.release()
                # Never shorter than asked for: a loop's timers may be early by their own tick.
                await asyncio.sleep((found.time + TIMER_TICK).total_seconds())
                await places.acquire()
            made.put_nowait(found)
            del found
    finally:
        places.release()
        made.put_nowait(None)
