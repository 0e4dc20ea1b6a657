"""Runs pure functions in a child that can be killed, so that a page built to hang a parser costs only itself.

The children fork from a small server that has never seen a thread or a socket of ours (multiprocessing's "forkserver").
"""

import asyncio
import ctypes
import resource
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

from monitor.errors import MonitorError

if TYPE_CHECKING:
    from pebble import ProcessPool

CHILDREN = 2
WALL_SECONDS = 15.0
CPU_SECONDS = 3
MEMORY_BYTES = 1024**3
RUNS_MOST = 20
"""After so many runs a child ends, and whatever they left in its memory with it."""

MAPPED_BYTES = 64 * 1024
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # mallopt(3)

T = TypeVar("T")


def give_memory_back() -> None:
    """From here on what this process frees goes back to the system, where the C library is told so by `mallopt`.

    Else it keeps it for later, in pieces between what stays: as much again as is in use, once large pages came and
    went.
    """
    with suppress(AttributeError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES)
        mallopt(M_ARENA_MAX, 1)


class SandboxError(MonitorError):
    """The child was killed, died, or the function raised; the text says which. Another try would end alike."""


class Sandbox:
    """At most two children, and one more for what is large; each kind is started at its first `run`."""

    def __init__(self) -> None:
        self._usual = _Children(CHILDREN)
        self._large = _Children(1)

    async def run(self, function: Callable[..., T], *args: Any, large: bool = False) -> T:
        """What `function(*args)` returns; both must survive pickling, the function by its module's name.

        `large` says that it may take long and much memory: such runs wait for each other, never others for them.

        Raises:
            SandboxError: it took too long or too much memory, or it raised.
        """
        children = self._large if large else self._usual
        return await children.run(function, args)

    async def aclose(self) -> None:
        """Kills the children, whatever they are at."""
        await self._usual.aclose()
        await self._large.aclose()


class _Children:
    """So many children at most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pool: ProcessPool | None = None
        self._free = asyncio.Semaphore(most)

    async def run(self, function: Callable[..., T], args: tuple[Any, ...]) -> T:
        async with self._free:
            return await self._run(function, args)

    async def _run(self, function: Callable[..., T], args: tuple[Any, ...]) -> T:
        """The pool's own time-outs go by the wall clock: one that is set would kill what has just begun."""
        pool = self._pool = self._pool or _start(function.__module__, self._most)
        future = asyncio.wrap_future(pool.schedule(_limited, args=(_Parcel(function, *args),)))
        try:
            await asyncio.wait({future}, timeout=WALL_SECONDS)
        finally:
            future.cancel()
        if future.cancelled():
            raise SandboxError(f"took more than {WALL_SECONDS:g} s")
        error = future.exception()
        if isinstance(error, BrokenExecutor) and self._pool is pool:
            self._pool = None
        if error:
            raise SandboxError(_reason(error))
        result: T = cast("list[T]", future.result()).pop()
        return result

    async def aclose(self) -> None:
        pool, self._pool = self._pool, None
        if pool:
            pool.stop()  # type: ignore[no-untyped-call]
            await asyncio.to_thread(pool.join)


class _Parcel:
    """Values that are gone here once they were sent, and arrive as a list.

    The pool and its children keep their last task and its result until the next: of a large page, as much as it takes.
    """

    def __init__(self, *values: Any) -> None:
        self._values = values

    def __reduce__(self) -> tuple[type[list[Any]], tuple[tuple[Any, ...]]]:
        values, self._values = self._values, ()
        return list, (values,)


def _start(module: str, children: int) -> "ProcessPool":
    """A pool whose children have the module the work is in imported already."""
    import multiprocessing  # with pebble slow to import, and most rounds parse nothing

    from pebble import ProcessPool

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module])
    return ProcessPool(max_workers=children, max_tasks=RUNS_MOST, initializer=_bound_memory, context=context)


def _bound_memory() -> None:
    """In the child: the kernel refuses what goes beyond."""
    give_memory_back()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limited(parcel: list[Any]) -> _Parcel:
    """In the child: what the function returns, with so much CPU from here on and no more.

    The limit ends with it: the results of all children go through one pipe, and a child that died while writing to it
    would leave half a result there, and every later one unread.
    """
    function, *args = parcel
    parcel.clear()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + CPU_SECONDS, most))
    try:
        return _Parcel(function(*args))
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))


def _reason(error: BaseException) -> str:
    from pebble import ProcessExpired

    if isinstance(error, ProcessExpired):
        return f"its process died ({error.exitcode}): more than {CPU_SECONDS} s of CPU, or out of memory"
    if isinstance(error, MemoryError):
        return f"took more than {MEMORY_BYTES // 1024**2} MiB"
    return f"{type(error).__name__}: {error}"
