"""What holds for every file in `executors/`, those not yet written too."""

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from monitor import plugins
from monitor.interfaces import Executor, Look
from monitor.models import Batch, Check, Fetch, Outcome, Page
from tests import loop

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

executors = pytest.mark.parametrize("name", plugins.names("executors"))


def made(name: str, **settings: Any) -> Executor:
    executor: Executor = plugins.make("executors", name, {"delay": timedelta(0), **settings})
    return executor


def batches(hosts: int, pages: int) -> list[Batch]:
    return [
        Batch(f"h{host}", tuple(Page(host * 100 + page, "s", f"https://h{host}/{page}") for page in range(pages)))
        for host in range(hosts)
    ]


def seen(page: Page) -> Check:
    return Check(page, AT, Outcome.UNCHANGED, Fetch(page.url))


async def look(page: Page) -> Check:
    await asyncio.sleep(0)
    return seen(page)


def run(executor: Executor, given: Iterable[Batch], how: Look) -> list[Check]:
    async def story() -> list[Check]:
        return [check async for check in executor.run(given, how)]

    return loop.run(story())


@executors
def test_every_page_is_looked_at_once(name: str) -> None:
    given = batches(hosts=100, pages=3)
    checks = run(made(name), given, look)
    assert sorted(check.page.id for check in checks) == [page.id for batch in given for page in batch.pages]


@executors
def test_nothing_to_do_is_done_at_once(name: str) -> None:
    assert run(made(name), [], look) == []


@executors
def test_the_pages_of_a_batch_are_looked_at_one_after_another_in_order(name: str) -> None:
    under_way: dict[str, int] = {}

    async def watchful(page: Page) -> Check:
        assert under_way.setdefault(page.host, page.id) == page.id
        await asyncio.sleep(0)
        del under_way[page.host]
        return seen(page)

    checks = run(made(name), batches(hosts=5, pages=4), watchful)
    by_host = {host: [check.page.id for check in checks if check.page.host == host] for host in ("h0", "h4")}
    assert by_host == {"h0": [0, 1, 2, 3], "h4": [400, 401, 402, 403]}


@executors
def test_hosts_are_looked_at_side_by_side(name: str) -> None:
    async def story() -> int:
        everyone_is_here = asyncio.Barrier(5)

        async def together(page: Page) -> Check:
            await everyone_is_here.wait()
            return seen(page)

        return len([check async for check in made(name).run(batches(hosts=5, pages=2), together)])

    assert loop.run(story()) == 10


@executors
def test_no_more_hosts_at_once_than_allowed(name: str) -> None:
    now, most = 0, 0

    async def counting(page: Page) -> Check:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return seen(page)

    run(made(name, hosts=3), batches(hosts=20, pages=2), counting)
    assert most == 3


@executors
def test_a_host_rests_between_two_looks(name: str) -> None:
    async def story() -> list[float]:
        clock = asyncio.get_running_loop().time
        times: list[float] = []

        async def timing(page: Page) -> Check:
            times.append(clock())
            return seen(page)

        executor = made(name, delay=timedelta(milliseconds=50))
        assert len([check async for check in executor.run(batches(hosts=1, pages=3), timing)]) == 3
        return [later - earlier for earlier, later in pairwise(times)]

    assert all(pause >= 0.05 for pause in loop.run(story()))


@executors
def test_a_batch_waits_for_its_start(name: str) -> None:
    start_at = datetime.now(UTC) + timedelta(milliseconds=100)
    late, early = batches(hosts=2, pages=1)
    given = [replace(late, start_at=start_at), replace(early, start_at=LONG_AGO)]
    times: dict[str, datetime] = {}

    async def timing(page: Page) -> Check:
        times[page.host] = datetime.now(UTC)
        return seen(page)

    run(made(name), given, timing)
    assert times["h1"] < start_at <= times["h0"]


@executors
def test_one_failure_stops_nothing_else(name: str) -> None:
    done: list[int] = []

    async def failing(page: Page) -> Check:
        if page.host == "h1":
            raise LookupError("a fault of ours")
        return await look(page)

    async def story() -> None:
        async for check in made(name).run(batches(hosts=4, pages=2), failing):
            done.append(check.page.id)  # noqa: PERF401 -- what came before the error is to be kept

    with pytest.raises(LookupError, match="a fault of ours"):
        loop.run(story())
    assert sorted(done) == [0, 1, 200, 201, 300, 301]


@executors
def test_stopping_early_leaves_nothing_running(name: str) -> None:
    async def story() -> tuple[int, int]:
        async with aclosing(made(name).run(batches(hosts=5, pages=50), look)) as checks:  # type: ignore[type-var]
            async for _ in checks:
                break
        return 1, len(asyncio.all_tasks())

    assert loop.run(story()) == (1, 1)
