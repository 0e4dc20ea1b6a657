"""The one thread that touches the store, and its patience: what cannot be written now is written later.

A disk that is full, a file that another program holds, a volume that turned read-only: what was seen and what was sent
is kept here until it can be written, and meanwhile nothing new is begun, as there would be nowhere to put it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from monitor.errors import CannotWriteError

PAUSE_FIRST = timedelta(seconds=1)
PAUSE_MOST = timedelta(minutes=1)
"""The pause before what could not be written is tried again; each is twice the one before."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the store cannot be written, and since when."""

    since: datetime
    reason: str


class Disk:
    """Calls of the store, one at a time. Unless `patient`, what cannot be written is raised at once."""

    def __init__(self, clock: Callable[[], datetime], *, patient: bool) -> None:
        self._clock = clock
        self._patient = patient
        self._thread = ThreadPoolExecutor(1, "store")
        self._well = asyncio.Event()
        self._well.set()
        self.trouble: Trouble | None = None

    async def once(self, call: Callable[[], T]) -> T:
        """What the call returns.

        Raises:
            CannotWriteError: it cannot be written.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    async def __call__(self, call: Callable[[], T]) -> T:
        """What the call returns; while it cannot be written, it is tried again with growing pauses."""
        pause = PAUSE_FIRST
        while True:
            try:
                result = await self.once(call)
            except CannotWriteError as error:
                if not self._patient:
                    raise
                self._worsen(str(error))
                await self._wait(pause)
                pause = min(2 * pause, PAUSE_MOST)
            else:
                if pause > PAUSE_FIRST:
                    self._recover()
                return result

    async def well(self) -> None:
        """Returns once the store can be written."""
        await self._well.wait()

    async def aclose(self) -> None:
        """Ends the thread after the call it is at; what waits is dropped."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    async def _wait(self, pause: timedelta) -> None:
        """For the pause, or until another call was written."""
        with suppress(TimeoutError):
            async with asyncio.timeout(pause.total_seconds()):
                await self._well.wait()

    def _worsen(self, reason: str) -> None:
        self.trouble = Trouble(self.trouble.since if self.trouble else self._clock(), reason)
        self._well.clear()

    def _recover(self) -> None:
        self.trouble = None
        self._well.set()
