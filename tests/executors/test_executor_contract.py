"""What holds for every file in `executors/`, those not yet written too."""

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor import plugins
from monitor.interfaces import Executor, Look
from monitor.models import Batch, Check, Fetch, Outcome, Page, Pause
from monitor.schedule import PATIENCE
from tests import loop

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)

executors = pytest.mark.parametrize("name", plugins.names("executors"))


def made(name: str, **settings: Any) -> Executor:
    executor: Executor = plugins.make("executors", name, settings)
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
def test_a_page_whose_host_must_rest_is_looked_at_after_that_and_holds_up_no_other(name: str) -> None:
    done: list[int] = []

    async def story() -> list[int]:
        free_at = asyncio.get_running_loop().time() + 0.05

        async def resting(page: Page) -> Check | Pause:
            left_s = free_at - asyncio.get_running_loop().time()
            if page.host == "h0" and left_s > 0:
                return Pause(timedelta(seconds=left_s))
            done.append(page.id)
            return seen(page)

        return [check.page.id async for check in made(name, hosts=1).run(batches(hosts=2, pages=2), resting)]

    assert sorted(loop.run(story())) == [0, 1, 100, 101]
    assert done == [100, 101, 0, 1]


@executors
def test_where_a_host_rests_for_long_the_rest_of_its_batch_is_left_out(name: str) -> None:
    async def resting(page: Page) -> Check | Pause:
        return Pause(PATIENCE * 2) if page.id == 1 else seen(page)

    checks = run(made(name), batches(hosts=2, pages=3), resting)
    assert sorted(check.page.id for check in checks) == [0, 100, 101, 102]


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
