"""Politeness through the whole program: hosts that fail rest, robots.txt is obeyed and told of, budgets hold."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from monitor import config, health
from monitor.models import HostSettings, host_of
from monitor.stores._reading import Reader
from monitor.stores._reading_budgets import put_off, requests, spending
from tests.servers import RESET, answer, html, serving
from tests.test_pipeline import CSS, Desk, desk, statement


def pages(url: str, count: int) -> str:
    return f"pages = {json.dumps([f'{url}/{number}' for number in range(count)])}\n{CSS}"


async def due(monitor: Desk, minutes: float = 0) -> list[str]:
    """A round over what is due by then."""
    monitor.now += timedelta(minutes=minutes)
    return [recorded.decision.outcome.value async for recorded in monitor.pipeline.round()]


def status(monitor: Desk, **budgets: int) -> dict[str, list[dict[str, object]]]:
    reader = Reader.open(monitor.path)
    try:
        return dict(reader.status(monitor.now, budgets))
    finally:
        reader.close()


def told(story: Callable[[], object]) -> None:
    asyncio.run(story())  # type: ignore[arg-type]


def test_a_host_that_fails_rests_as_a_whole_and_is_tried_by_one_page_at_a_time(tmp_path: Path) -> None:
    up = False

    async def story() -> None:
        nonlocal up
        async with serving(lambda _: html(statement()) if up else RESET) as site:
            async with desk(tmp_path, pages(site.url, 8)) as monitor:
                assert await due(monitor) == ["error:reset"] * 5
                assert await due(monitor, 0.5) == []
                assert await due(monitor, 0.6) == ["error:reset"]
                assert await due(monitor, 1.5) == []
                (host,) = status(monitor)["hosts"]
                assert (host["failures"], host["free_at"]) == (6, "2026-11-20T10:03:06.000Z")
            async with desk(tmp_path, pages(site.url, 8)) as monitor:
                monitor.now += timedelta(minutes=2.6)
                assert await due(monitor) == []
                up = True
                assert [await due(monitor, minutes) for minutes in (1, 15)] == [
                    ["ok"] * 2,
                    [*["ok"] * 6, *["unchanged"] * 2],
                ]
                assert status(monitor)["hosts"] == []

    told(story)


def test_pages_that_robots_txt_forbids_are_checks_of_their_own_and_told_of_in_status(tmp_path: Path) -> None:
    async def story() -> None:
        file = answer(b"User-agent: *\nDisallow: /1")
        async with serving(html(statement()), robots=(file,)) as site, desk(tmp_path, pages(site.url, 3)) as monitor:
            assert sorted(await due(monitor)) == ["ok", "ok", "robots"]
            (check,) = monitor.history(f"{site.url}/1")["checks"]
            assert (check["outcome"], check["status"], check["detail"]) == (
                "robots",
                None,
                f"forbidden by {site.url}/robots.txt",
            )
            found = status(monitor)
            assert (found["sources"][0]["robots"], found["sources"][0]["failing"]) == (1, 0)
            (needed,) = health.needs_a_person(found | {"daemon": None})
            words = f"a page of rivers is not to be looked at: robots (forbidden by {site.url}/robots.txt)"
            assert needed.startswith(words)
            assert needed.endswith(f"; ask the publisher, or take it out of the source's file: {site.url}/1")
            assert [(each.origin, each.outcome) for each in monitor.pipeline.robots_asked()] == [(site.url, None)]
            assert monitor.pipeline.robots_asked() == []

    told(story)


def test_a_second_start_asks_for_no_robots_txt_again(tmp_path: Path) -> None:
    async def story() -> None:
        file = answer(b"User-agent: *\nDisallow: /1")
        async with serving(html(statement()), robots=(file,)) as site:
            for minutes in (0, 60):
                async with desk(tmp_path, pages(site.url, 2)) as monitor:
                    assert "robots" in await due(monitor, minutes)
            assert len(site.robots) == 1

    told(story)


def test_a_hosts_budget_holds_through_rounds_and_restarts_and_status_says_what_is_spent(tmp_path: Path) -> None:
    async def story() -> None:
        async with serving(html(statement())) as site:
            source = pages(site.url, 30).replace("[parser]", 'every = "1h"\n[parser]')
            name = host_of(site.url)
            budget = f'[http.hosts."{name}"]\nbudget = "20/day"\n'
            sent = 0
            for _ in range(3):
                async with desk(tmp_path, source, budget) as monitor:
                    assert config.load(tmp_path / "config", {}).http.hosts == {name: HostSettings(budget=20)}
                    sent += len(await due(monitor, 61)) + len(await due(monitor, 61))
                    (host,) = status(monitor, **{name: 20})["hosts"]
                    assert (host["requests"], host["budget"]) == (20, 20)
                    assert status(monitor)["sources"][0]["overdue"] == 0
            assert (len(site.robots), len(site.requests), sent) == (1, 19, 19)
            async with desk(tmp_path, source, budget) as monitor:
                assert len(await due(monitor, 26 * 60)) == 19
                assert len(site.robots) + len(site.requests) == 40

    told(story)


def test_a_page_is_not_put_off_by_a_pause_its_round_can_wait_for(tmp_path: Path) -> None:
    async def story() -> None:
        file = answer(b"User-agent: *\nCrawl-delay: 0.05")
        async with serving(html(statement()), robots=(file,)) as site, desk(tmp_path, pages(site.url, 3)) as monitor:
            assert await due(monitor) == ["ok"] * 3

    told(story)


def test_a_source_with_a_budget_and_an_interval_keeps_both(tmp_path: Path) -> None:
    async def story() -> None:
        async with serving(html(statement())) as site:
            source = pages(site.url, 3).replace("[parser]", 'every = "1h"\nbudget = "4/day"\n[parser]')
            async with desk(tmp_path, source) as monitor:
                assert [len(await due(monitor, minutes)) for minutes in (0, 61, 61)] == [3, 1, 0]
                row = status(monitor)["sources"][0]
                assert (row["spent"], row["budget"]) == (4, 4)

    told(story)


def test_checks_count_every_request_redirects_and_robots_txt_included(tmp_path: Path) -> None:
    def said(request: str) -> bytes:
        return answer(b"", "302 Found", Location="/0") if request.startswith("GET /1 ") else html(statement())

    async def story() -> None:
        file = answer(b"User-agent: *\nDisallow: /2")
        async with serving(said, robots=(file,)) as site, desk(tmp_path, pages(site.url, 3)) as monitor:
            await due(monitor)
            await due(monitor, 60)
            reader = Reader.open(monitor.path)
            rows = reader.ask("SELECT url, checks.requests FROM checks JOIN pages ON pages.id = page_id")
            counted = {name: sum(row["requests"] for row in rows if row["url"].endswith(name)) for name in "012"}
            assert (counted, sum(counted.values())) == (
                {"0": 3, "1": 4, "2": 0},
                len(site.requests) + len(site.robots),
            )
            assert requests(reader, monitor.now) == {"hosts": 1, "requests": 7}
            reader.close()

    told(story)


def test_what_waits_for_a_budget_and_what_is_kept_of_it_are_told(tmp_path: Path) -> None:
    async def story() -> None:
        names = "".join(f'<a class="page" href="/{number}">Page {number}</a>' for number in range(30))
        listing = html(f"<html><title>News</title><h1>News</h1>{names}</html>")

        def said(request: str) -> bytes:
            return listing if request.startswith("GET /news ") else html(statement())

        async with serving(said) as site:
            source = f'listing = "{site.url}/news"\nbudget = "20/day"\n{CSS}links = ".page"\n'
            async with desk(tmp_path, source) as monitor:
                assert len(await due(monitor)) == 18
                reader = Reader.open(monitor.path)
                assert spending(reader, monitor.now) == [{"source": "rivers", "spent": 18, "budget": 20, "kept": 2}]
                assert put_off(reader, monitor.now) == {"rivers": 13}
                assert spending(reader, monitor.now + timedelta(days=1))[0]["spent"] == 0
                reader.close()

    told(story)
