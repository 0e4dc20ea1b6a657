"""Several streams as one, in groups of what came within a moment. The event loop's clock."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import timedelta
from typing import TypeVar

MOMENT = timedelta(milliseconds=40)
"""How long a value waits for others to share a group with."""

T = TypeVar("T")


async def groups(streams: Sequence[AsyncIterator[T]], most: int) -> AsyncGenerator[list[T], None]:
    """What the streams yield, side by side, in groups of what came within a moment: so checks share commits."""
    queue: asyncio.Queue[T | None] = asyncio.Queue()
    pumping = asyncio.create_task(_pump(streams, queue))
    try:
        ended = False
        while not ended:
            group = [await queue.get()]
            if group != [None]:
                await asyncio.sleep(MOMENT.total_seconds())
            while not queue.empty() and len(group) < most:
                group.append(queue.get_nowait())
            ended = None in group
            if values := [value for value in group if value is not None]:
                yield values
            del group, values  # they may be large, and the next may be long in coming
        await pumping
    finally:
        pumping.cancel()
        await asyncio.gather(pumping, return_exceptions=True)


async def _pump(streams: Sequence[AsyncIterator[T]], queue: "asyncio.Queue[T | None]") -> None:
    """Puts what the streams yield into the queue, and None once all have ended."""

    async def pump(stream: AsyncIterator[T]) -> None:
        async for value in stream:
            queue.put_nowait(value)
            del value

    try:
        async with asyncio.TaskGroup() as group:
            for stream in streams:
                group.create_task(pump(stream))
    finally:
        queue.put_nowait(None)
