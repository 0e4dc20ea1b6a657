"""The thread that touches the store: what cannot be written waits, and a disk that does not answer is noticed."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from monitor._pipeline_disk import Disk, Trouble
from monitor.errors import CannotWriteError

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def failing(times: int) -> Callable[[], str]:
    """A call that cannot be written so many times, then can."""
    left = [f"no room {number}" for number in range(times)]

    def call() -> str:
        if left:
            raise CannotWriteError(left.pop(0))
        return "written"

    return call


def trouble(disk: Disk) -> Trouble | None:
    return disk.trouble


def test_what_cannot_be_written_is_written_once_it_can_be_and_nothing_new_begins_before() -> None:
    async def story() -> None:
        disk = Disk(lambda: NOW, patient=True)
        writing = asyncio.create_task(disk(failing(1)))
        while not trouble(disk):  # noqa: ASYNC110 -- it rings no bell
            await asyncio.sleep(0)
        assert trouble(disk) == Trouble(NOW, "no room 0")
        beginning = asyncio.create_task(disk.well())
        assert await disk(lambda: "read") == "read"
        assert not beginning.done()
        assert await writing == "written"
        await beginning
        assert trouble(disk) is None
        await disk.aclose()

    asyncio.run(story())


def test_the_first_call_that_is_written_wakes_all_that_wait() -> None:
    async def story() -> None:
        disk = Disk(lambda: NOW, patient=True)
        assert set(await asyncio.gather(*(disk(failing(1)) for _ in range(3)))) == {"written"}
        assert trouble(disk) is None
        await disk.aclose()

    asyncio.run(story())


def test_who_is_not_patient_is_told_at_once() -> None:
    async def story() -> None:
        disk = Disk(lambda: NOW, patient=False)
        with pytest.raises(CannotWriteError, match="no room 0"):
            await disk(failing(1))
        assert trouble(disk) is None
        await disk.aclose()

    asyncio.run(story())


def test_a_disk_that_does_not_answer_gives_no_sign_of_life() -> None:
    async def story() -> None:
        disk = Disk(lambda: NOW, patient=True)
        stuck = threading.Event()
        hanging = asyncio.create_task(disk.once(stuck.wait))
        sign = asyncio.create_task(disk.once(int))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not sign.done()
        stuck.set()
        assert (await hanging, await sign) == (True, 0)
        await disk.aclose()

    asyncio.run(story())
