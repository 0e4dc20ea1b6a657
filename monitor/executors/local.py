"""Runs batches here, in this event loop: hosts side by side, a host's pages one after another. The clock."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.interfaces import Look
from monitor.models import Batch, Check

TIMER_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Executor:
    """Looks at `hosts` hosts at once; `delay` passes between the end of one look at a host and the next."""

    delay: timedelta = timedelta(seconds=5)
    hosts: int = 32

    async def run(self, batches: Iterable[Batch], look: Look) -> AsyncIterator[Check]:
        """Yields every batch's checks as they are made.

        A `look` that raises ends its own batch alone; the error is raised once all others are done.
        """
        waiting = iter(sorted(batches, key=_start))
        made: asyncio.Queue[Check | None] = asyncio.Queue()
        workers = [asyncio.create_task(self._work(waiting, look, made)) for _ in range(self.hosts)]
        try:
            for _ in workers:
                while (check := await made.get()) is not None:
                    yield check
                    del check  # it may be large, and the next may be long in coming
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, waiting: Iterator[Batch], look: Look, made: "asyncio.Queue[Check | None]") -> None:
        """Takes batch after batch until none waits; puts None at the end, however it ends."""
        try:
            for batch in waiting:
                await self._run(batch, look, made)
        finally:
            made.put_nowait(None)

    async def _run(self, batch: Batch, look: Look, made: "asyncio.Queue[Check | None]") -> None:
        if batch.start_at:
            await _rest(batch.start_at - datetime.now(UTC))
        for number, page in enumerate(batch.pages):
            if number:
                await _rest(self.delay)
            made.put_nowait(await look(page))


async def _rest(pause: timedelta) -> None:
    """Never shorter than asked for: a loop's timers may be early by their own tick."""
    if pause > timedelta(0):
        await asyncio.sleep((pause + TIMER_TICK).total_seconds())


def _start(batch: Batch) -> datetime:
    return batch.start_at or datetime.min.replace(tzinfo=UTC)
