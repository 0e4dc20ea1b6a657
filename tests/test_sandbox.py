"""A child that hangs, grows, dies or raises costs only its own run."""

import asyncio
import gc
import os
import resource
import sys
import time
import weakref
from collections.abc import Callable

import pytest

from monitor import sandbox
from monitor.sandbox import Sandbox, SandboxError


def doubled(number: int) -> int:
    return 2 * number


def spin() -> None:
    while True:
        pass


def wait() -> None:
    time.sleep(60)


def grow() -> int:
    return len(bytearray(2 * sandbox.MEMORY_BYTES))


def die() -> None:
    os._exit(3)


def fail() -> None:
    raise LookupError("no such thing")


class Sent:
    """Arrives as the limit of CPU seconds that held while it was sent."""

    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        return int, (resource.getrlimit(resource.RLIMIT_CPU)[0],)


def limits() -> tuple[bool, Sent]:
    return resource.getrlimit(resource.RLIMIT_CPU)[0] != resource.RLIM_INFINITY, Sent()


def heavy_modules() -> list[str]:
    return [name for name in ("h11", "httpx", "sqlite3", "typer") if name in sys.modules]


async def _reason(child: Sandbox, function: Callable[[], object]) -> str:
    try:
        return f"returned {await child.run(function)}"
    except SandboxError as error:
        return str(error)


def ran(*functions: Callable[[], object]) -> list[str]:
    """How each run ended, side by side in one sandbox, and that it still works afterwards."""

    async def story() -> list[str]:
        child = Sandbox()
        try:
            ends = await asyncio.gather(*(_reason(child, function) for function in functions))
            assert await child.run(doubled, 21) == 42
            return list(ends)
        finally:
            await child.aclose()

    return asyncio.run(story())


def test_a_function_runs_in_another_process() -> None:
    assert ran(os.getpid) != [f"returned {os.getpid()}"]


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (spin, "its process died (-24): more than 3 s of CPU, or out of memory"),
        (grow, "took more than 1024 MiB"),
        (die, "its process died (3): more than 3 s of CPU, or out of memory"),
        (fail, "LookupError: no such thing"),
    ],
)
def test_a_run_that_fails_says_why(function: Callable[[], object], reason: str) -> None:
    assert ran(function) == [reason]


def test_a_run_that_only_waits_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 2.0)
    assert ran(wait) == ["took more than 2 s"]


def test_a_result_is_sent_without_a_limit_that_could_cut_it() -> None:
    assert ran(limits) == [f"returned {(True, resource.RLIM_INFINITY)}"]


def test_runs_side_by_side_do_not_suffer_from_one_that_dies() -> None:
    assert (
        ran(die, *[float] * 20)
        == ["its process died (3): more than 3 s of CPU, or out of memory"] + ["returned 0.0"] * 20
    )


def test_a_child_carries_no_more_than_it_needs() -> None:
    assert ran(heavy_modules) == ["returned []"]


def test_closing_kills_what_is_under_way() -> None:
    async def story() -> float:
        child = Sandbox()
        assert await child.run(doubled, 1) == 2
        running = asyncio.create_task(_reason(child, wait))
        await child.run(doubled, 1)
        started = time.monotonic()
        running.cancel()
        await child.aclose()
        return time.monotonic() - started

    assert asyncio.run(story()) < 2


def test_a_sandbox_never_used_closes_at_once() -> None:
    asyncio.run(Sandbox().aclose())


def nap() -> str:
    time.sleep(0.5)
    return "slept"


def test_a_clock_that_is_set_ends_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    monkeypatch.setattr(time, "time", lambda: 1e9 * (time.monotonic() - began))
    assert ran(nap, nap, nap) == ["returned slept"] * 3


class Freight:
    """Something to be sent, whose end can be seen."""


def unloaded(freight: Freight) -> Freight:
    return freight


def test_what_was_sent_and_what_came_back_is_not_kept() -> None:
    async def story() -> list[Freight | None]:
        child = Sandbox()
        try:
            sent = Freight()
            back = await child.run(unloaded, sent)
            kept = [weakref.ref(sent), weakref.ref(back)]
            del sent, back
            gc.collect()
            return [reference() for reference in kept]
        finally:
            await child.aclose()

    assert asyncio.run(story()) == [None, None]
