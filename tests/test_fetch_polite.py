"""A polite fetcher: one request at a time to each host, pauses kept, robots.txt obeyed. Servers on loopback."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor._fetch_hosts import Hosts
from monitor.fetch import Fetcher
from monitor.models import Fetch, Host, HostSettings, Http, Outcome, Robots, host_of
from tests.loop import run
from tests.servers import HANG, RESET, Answer, Server, answer, html, serving

HTTP = Http("watch (tests)", timedelta(0), timedelta(seconds=0.5), allow=("127.0.0.1",))
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
PAGE = html("<p>Sluices</p>")
DISALLOW_ALL = b"User-agent: *\nDisallow: /"


@dataclass
class Visit:
    """A fetcher with a clock that moves when told."""

    server: Server
    http: Http = HTTP
    now: datetime = NOW
    stored: dict[str, tuple[list[Host], list[Robots]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.hosts = Hosts(lambda: self.now, self.recall)
        self.hosts.follow(self.http)
        self.fetcher = Fetcher(self.http, self.hosts, lambda: self.now)

    async def recall(self, name: str) -> tuple[list[Host], list[Robots]]:
        return self.stored.get(name, ([], []))

    async def look(self, path: str = "/a", url: str | None = None) -> Fetch | timedelta:
        """The fetch, or how long the host must rest before."""
        where = url or self.server.url + path
        return await self.fetcher.prepare(where) or await self.fetcher.fetch(where)

    async def outcome(self, path: str = "/a") -> str:
        found = await self.look(path)
        return found.outcome or "ok" if isinstance(found, Fetch) else f"rest {found.total_seconds():.0f}"


def visited(story: Callable[[Visit], Awaitable[None]], *pages: Answer, robots: tuple[Answer, ...] = ()) -> None:
    async def told() -> None:
        async with serving(*(pages or (PAGE,)), robots=robots) as server:
            await story(Visit(server))

    run(told())


# --- robots.txt ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "outcome"),
    [
        (answer(DISALLOW_ALL), "robots"),
        (answer(gzip.compress(DISALLOW_ALL), Content_Encoding="gzip"), "robots"),
        (answer(b"\xef\xbb\xbf" + DISALLOW_ALL), "robots"),
        (answer(DISALLOW_ALL, "404 Not Found"), "ok"),
        (answer(DISALLOW_ALL, "403 Forbidden"), "ok"),
        (answer(DISALLOW_ALL, "500 Sorry"), "robots"),
        (answer(DISALLOW_ALL, "503 Later"), "robots"),
        (html("<h1>Not found</h1>"), "ok"),
        (answer(DISALLOW_ALL + b"\n" + b"#" * 600_000), "robots"),
        (answer(gzip.compress(DISALLOW_ALL + b"\n" * 10**8, 1), Content_Encoding="gzip"), "robots"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + DISALLOW_ALL + b"\n" + b"#" * 600_000 + HANG, "robots"),
        (HANG, "error:timeout"),
        (RESET, "error:reset"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "error:protocol"),
        (answer(status="302 Found", Location="http://10.1.2.3/robots.txt"), "ok"),
        (answer(status="302 Found", Location="/robots.txt"), "ok"),
    ],
)
def test_a_robots_txt_is_obeyed_as_it_answers(file: Answer, outcome: str) -> None:
    async def story(visit: Visit) -> None:
        assert await visit.outcome() == outcome
        assert (len(visit.server.robots), len(visit.server.requests)) == (1, int(outcome == "ok"))
        assert "User-Agent: watch (tests)\r\n" in visit.server.robots[0]

    visited(story, robots=(file,))


def test_redirects_of_a_robots_txt_are_followed_up_to_five() -> None:
    def step(request: str) -> bytes:
        number = len(request.split(" ")[1].removeprefix("/r"))
        return answer(status="301 Moved", Location=f"/r{'x' * (number + 1)}") if number < 4 else answer(DISALLOW_ALL)

    async def story(visit: Visit) -> None:
        assert await visit.outcome() == "robots"

    visited(story, step, robots=(answer(status="302 Found", Location="/r"),))


def test_a_robots_txt_is_asked_for_once_a_day() -> None:
    async def story(visit: Visit) -> None:
        for hours, times in ((0, 1), (23, 1), (1, 2)):
            visit.now += timedelta(hours=hours)
            assert await visit.outcome() == "ok"
            assert len(visit.server.robots) == times

    visited(story)


def test_a_restart_asks_for_no_robots_txt_that_is_known_and_forgets_no_refusal() -> None:
    async def story(visit: Visit) -> None:
        assert await visit.outcome() == "robots"
        hosts, robots = visit.hosts.news()
        again = Visit(visit.server, stored={host_of(visit.server.url): (hosts, robots)})
        assert await again.outcome() == "robots"
        assert (len(visit.server.robots), again.hosts.news()) == (1, ([], []))

    visited(story, robots=(answer(DISALLOW_ALL),))


def test_an_outage_after_that_day_changes_nothing_of_what_is_allowed() -> None:
    async def story(visit: Visit) -> None:
        assert await visit.outcome() == "ok"
        visit.now += timedelta(hours=25)
        assert [await visit.outcome(), await visit.outcome("/drafts/1")] == ["ok", "robots"]
        assert len(visit.server.robots) == 2

    visited(story, robots=(answer(b"User-agent: *\nDisallow: /drafts"), answer(status="500 Sorry")))


def test_a_page_that_leads_to_a_forbidden_one_is_forbidden() -> None:
    async def story(visit: Visit) -> None:
        assert await visit.outcome() == "robots"
        assert visit.server.paths == ["/a"]

    moved = answer(status="301 Moved", Location="/drafts/a")
    visited(story, moved, PAGE, robots=(answer(b"User-agent: *\nDisallow: /drafts"),))


def test_another_hosts_robots_txt_is_asked_for_before_a_redirect_to_it_is_followed() -> None:
    async def story(visit: Visit) -> None:
        async with serving(PAGE, robots=(answer(DISALLOW_ALL),)) as other:
            leading = answer(status="301 Moved", Location=f"{other.url}/b")
            async with serving(leading) as first:
                assert await replace(visit, server=first).outcome() == "robots"
            assert (len(other.robots), other.requests) == (1, [])

    visited(story)


def test_a_host_of_ones_own_may_be_looked_at_whatever_its_robots_txt_says() -> None:
    async def story(visit: Visit) -> None:
        hosts = {host_of(visit.server.url): HostSettings(robots=False)}
        assert await replace(visit, http=replace(HTTP, hosts=hosts)).outcome() == "ok"
        assert visit.server.robots == []

    visited(story, robots=(answer(DISALLOW_ALL),))


# --- pauses ----------------------------------------------------------------------------------------------------------


def noted(times: list[float], given: bytes) -> Callable[[str], bytes]:
    def note(_request: str) -> bytes:
        times.append(asyncio.get_running_loop().time())
        return given

    return note


def test_no_two_requests_to_a_host_come_within_its_delay_whatever_they_are_for() -> None:
    times: list[float] = []
    moved = noted(times, answer(status="302 Found", Location="/b"))
    page, file = noted(times, PAGE), noted(times, answer(status="404 Not Found"))

    async def look(visit: Visit, path: str) -> None:
        found = await visit.look(path)
        if isinstance(found, timedelta):
            await asyncio.sleep(found.total_seconds() + 0.001)
            await look(visit, path)

    async def story(visit: Visit) -> None:
        polite = replace(visit, http=replace(HTTP, delay=timedelta(milliseconds=60)))
        await asyncio.gather(look(polite, "/a"), look(polite, "/c"))

    visited(story, moved, page, robots=(file,))
    assert len(times) >= 4
    assert [gap for earlier, later in pairwise(times) if (gap := later - earlier) < 0.058] == []


def test_pauses_are_no_part_of_a_deadline() -> None:
    async def story(visit: Visit) -> None:
        polite = replace(visit, http=replace(HTTP, delay=HTTP.deadline * 1.2, hosts={}))
        found = await polite.fetcher.fetch(f"{visit.server.url}/a")
        assert (found.outcome, found.status, found.elapsed_ms < 500) == (None, 200, True)

    visited(story, answer(status="302 Found", Location="/b"), PAGE)


@pytest.mark.parametrize(("asked", "first", "then"), [(b"2", 2, 2), (b"30", 10, 30), (b"9999", 10, 300)])
def test_a_crawl_delay_is_kept_after_the_file_itself_ten_seconds_at_most(asked: bytes, first: int, then: int) -> None:
    async def story(visit: Visit) -> None:
        host = host_of(visit.server.url)
        assert await visit.outcome() == f"rest {first}"
        assert (visit.hosts.news()[0][0].pause, visit.server.requests) == (timedelta(seconds=then), [])
        known = Host(host, asked_at=NOW - timedelta(seconds=1), pause=timedelta(seconds=then))
        robots = Robots(visit.server.url, NOW, known_at=NOW)
        again = Visit(visit.server, stored={host: ([known], [robots])})
        assert await again.outcome() == f"rest {then - 1}"

    visited(story, robots=(answer(b"User-agent: *\nCrawl-delay: " + asked),))


def test_a_host_has_no_more_requests_a_day_than_its_budget_robots_and_redirects_included() -> None:
    async def story(visit: Visit) -> None:
        hosts = {host_of(visit.server.url): HostSettings(budget=4)}
        bounded = replace(visit, http=replace(HTTP, hosts=hosts))
        assert [await bounded.outcome(), await bounded.outcome()] == ["ok", "rate_limited"]
        assert len(visit.server.robots) + len(visit.server.requests) == 4
        assert await bounded.outcome() == "rest 50400"
        (host,), _ = bounded.hosts.news()
        assert host.requests == 4
        bounded.now += timedelta(hours=14)
        assert await bounded.outcome() == "ok"

    moved = answer(status="302 Found", Location="/b")
    visited(story, moved, PAGE, moved, PAGE)


def test_a_redirect_to_a_host_that_rests_waits_with_its_page() -> None:
    async def story(visit: Visit) -> None:
        async with serving(answer(status="429 Slow down", Retry_After="3600")) as other:
            leading = answer(status="302 Found", Location=f"{other.url}/b")
            async with serving(leading) as first:
                led = replace(visit, server=first)
                found = [await led.look(), await led.look()]
                pauses = [each.retry_after for each in found if isinstance(each, Fetch)]
                assert (pauses, len(other.requests)) == ([timedelta(hours=1)] * 2, 1)
                assert await led.look(url=other.url) == timedelta(hours=1)

    visited(story)


# --- hosts that fail -------------------------------------------------------------------------------------------------


def rests(*answers: Outcome | int) -> list[int]:
    """Minutes of rest after each answer."""
    hosts = Hosts(lambda: NOW)
    found = []

    async def story() -> None:
        await hosts.ready("a")
        for told in answers:
            fetch = Fetch("", status=told) if isinstance(told, int) else Fetch("", outcome=told)
            hosts.answered("a", fetch)
            found.append(round(hosts.pause("a").total_seconds() / 60))

    run(story())
    return found


def test_a_host_that_does_not_answer_five_times_rests_longer_and_longer() -> None:
    assert rests(*[Outcome.TIMEOUT] * 11) == [0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30]
    assert rests(Outcome.CONNECT, Outcome.RESET, 503, Outcome.TLS, Outcome.CONNECT) == [0, 0, 0, 0, 1]


@pytest.mark.parametrize("answered", [200, 404, 500])
def test_any_answer_shows_that_the_host_is_alive(answered: int) -> None:
    assert rests(*[Outcome.TIMEOUT] * 4, answered, *[Outcome.TIMEOUT] * 4) == [0] * 9


def test_a_host_that_is_asked_too_often_rests_at_once() -> None:
    assert rests(429, 429) == [1, 2]


def test_a_rest_is_as_long_as_a_server_says_until_it_says_so_time_and_again() -> None:
    async def story() -> list[float]:
        hosts = Hosts(lambda: NOW)
        await hosts.ready("a")
        pauses = []
        for _ in range(6):
            hosts.answered("a", Fetch("", 429, Outcome.RATE_LIMITED, retry_after=timedelta(seconds=4)))
            pauses.append(hosts.pause("a").total_seconds())
        return pauses

    assert run(story()) == [4, 4, 4, 4, 60, 120]


def test_no_answer_in_time_counts_where_a_page_and_where_a_robots_txt_is_asked_for() -> None:
    async def story(visit: Visit) -> None:
        assert await visit.outcome() == "error:timeout"
        assert [host.failures for host in visit.hosts.news()[0]] == [1]

    visited(story, HANG)
    visited(story, PAGE, robots=(HANG,))
