"""One look: what is fetched, what settles it without reading, and what a reading gives."""

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.check import LARGE_BYTES, SHORTCUTS_MOST, Looker, essence, read
from monitor.errors import MonitorError
from monitor.fetch import Fetcher
from monitor.models import (
    Block,
    BlockKind,
    Check,
    Entry,
    Fetch,
    Follow,
    Http,
    Outcome,
    Page,
    ParserSettings,
    Reading,
    Role,
    Statement,
)
from monitor.parsers.css import Parser
from monitor.sandbox import Sandbox
from tests.loop import run
from tests.servers import Answer, answer, html, serving

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
HTTP = Http(deadline=timedelta(seconds=5), allow=("127.0.0.1",))
CSS = ParserSettings("css", (("body", "main"), ("links", "nav a"), ("title", "h1")))
PARSERS = {"css": CSS, "feed": ParserSettings("feed")}
MARKUP = "<html><title>S</title><h1>Lock gates</h1><main><p>Opened today.</p></main><nav><a href=/b>B</a></nav></html>"
RSS = "<rss><channel><item><title>B</title><link>https://sluices.example/b</link></item></channel></rss>"
URL = "https://sluices.example/a"


class Here:
    """Runs in this process: what a child would do is tested with the sandbox."""

    def __init__(self, *, broken: bool = False) -> None:
        self.runs = 0
        self.broken = broken

    async def run(self, function: Callable[..., Any], *args: Any, large: bool) -> Any:
        self.runs += 1
        if self.broken:
            raise MonitorError("its process died")
        return function(*args)

    async def aclose(self) -> None:
        """Nothing runs."""


def looked(page: Page, *answers: Answer, sandbox: Here | None = None) -> tuple[Check, list[str]]:
    """The check with the server's own address left out, and the requests it took."""

    async def story() -> tuple[Check, list[str]]:
        async with serving(*answers) as server:
            looker = Looker(Fetcher(HTTP), sandbox or Here(), PARSERS, lambda: AT)
            check = await looker.look(replace(page, url=server.url + page.url))
            await looker.aclose()
            return check, server.requests

    return run(story())


PAGE = Page(1, "css", "/a")
SERVED = Fetch("/a", 200, content_type="text/html; charset=utf-8", body=MARKUP.encode())
ESSENCE = essence(Parser(title="h1", body="main", links="nav a"), SERVED, Role.STATEMENT)


def test_a_page_is_fetched_and_read() -> None:
    check, _ = looked(PAGE, html(MARKUP, ETag='"1"'))
    assert (check.outcome, check.checked_at, check.essence, check.fetch.etag) == (Outcome.OK, AT, ESSENCE, '"1"')
    statement = check.reading and check.reading.statement
    assert statement == Statement(
        check.page.url,
        "Lock gates",
        Parser(title="h1", body="main", links="nav a").identity,
        body=(Block(BlockKind.PARAGRAPH, "Opened today."),),
    )


def test_a_reading_holds_no_half_of_a_character() -> None:
    feed = (
        "<rss><channel><item><title>Locks &#xD83D;</title><link>http://a.example/&#xD83D;</link></item>"
        "<item><title>Gates &#xD83D;&#xDE00;</title><link>http://a.example/gates</link></item></channel></rss>"
    )
    served = Fetch("http://a.example/feed", 200, content_type="text/xml", body=feed.encode())
    assert read(served, ParserSettings("feed"), Role.LISTING) == Reading(
        entries=(Entry("http://a.example/\ufffd", "Locks \ufffd"), Entry("http://a.example/gates", "Gates 😀"))
    )


def test_not_modified_settles_a_look_without_reading() -> None:
    sandbox = Here()
    check, requests = looked(
        replace(PAGE, version_id=1, etag='"1"', last_modified="then"),
        answer(status="304 Not Modified"),
        sandbox=sandbox,
    )
    assert (check.outcome, check.reading, sandbox.runs) == (Outcome.UNCHANGED, None, 0)
    assert 'If-None-Match: "1"\r\nIf-Modified-Since: then\r\n' in requests[0]


def test_equal_essence_settles_a_look_without_reading() -> None:
    sandbox = Here()
    noisy = MARKUP.replace("<main>", "<script>var nonce = 7</script><main>")
    check, _ = looked(replace(PAGE, version_id=1, essence=ESSENCE), html(noisy), sandbox=sandbox)
    assert (check.outcome, check.essence, check.reading, sandbox.runs) == (Outcome.UNCHANGED, ESSENCE, None, 0)


def test_every_tenth_look_is_unconditional_and_read_in_full() -> None:
    page = replace(PAGE, version_id=1, essence=ESSENCE, etag='"1"', last_modified="then", shortcuts=SHORTCUTS_MOST)
    check, requests = looked(page, html(MARKUP))
    assert (check.outcome, check.reading is not None) == (Outcome.OK, True)
    assert "If-" not in requests[0]


@pytest.mark.parametrize(
    "served",
    [
        replace(SERVED, body=MARKUP.replace("today", "Today").encode()),
        replace(SERVED, content_type="text/html; charset=iso-8859-1"),
    ],
)
def test_what_can_change_a_reading_changes_the_essence(served: Fetch) -> None:
    assert essence(Parser(title="h1", body="main", links="nav a"), served, Role.STATEMENT) != ESSENCE


def test_another_parser_has_another_essence() -> None:
    assert essence(Parser(title="h1", body="p"), SERVED, Role.STATEMENT) != ESSENCE


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (html("", "404 Not Found"), Outcome.GONE),
        (html("", "500 Oops"), Outcome.STATUS),
        (html("<html><title>Just a moment...</title><p>Wait</p></html>"), Outcome.BLOCKED),
        (html("<html><title>S</title><p>Redesigned</p></html>"), Outcome.PARSE),
        (html("<html><h1>T</h1><main></main><p>Words around it</p></html>"), Outcome.EMPTY),
        (answer(b"%PDF-1.7", content_type="application/pdf"), Outcome.CONTENT_TYPE),
    ],
)
def test_what_is_no_page_has_an_outcome_and_no_statement(told: bytes, expected: Outcome) -> None:
    check, _ = looked(PAGE, told)
    assert (check.outcome, check.reading.statement if check.reading else None) == (expected, None)
    assert check.detail


def test_a_redirect_to_the_home_page_is_not_the_page() -> None:
    check, _ = looked(PAGE, answer(status="302 Found", Location="/"), html(MARKUP))
    assert check.outcome is Outcome.GONE


def test_a_child_that_dies_costs_this_look_alone() -> None:
    check, _ = looked(PAGE, html(MARKUP), sandbox=Here(broken=True))
    assert (check.outcome, check.detail) == (Outcome.PARSE, "its process died")


def test_a_large_page_is_read_once_the_one_before_is_recorded_and_small_ones_meanwhile() -> None:
    large = html(MARKUP.replace("today", "today " * LARGE_BYTES))

    async def story() -> list[int]:
        sandbox, read_by_then = Here(), []
        async with serving(lambda request: html(MARKUP) if "/small" in request else large) as server:
            looker = Looker(Fetcher(HTTP), sandbox, PARSERS, lambda: AT)
            pages = [replace(PAGE, id=number, url=f"{server.url}/{number}") for number in range(2)]
            looks = {asyncio.create_task(looker.look(page)) for page in pages}
            (first,), (second,) = await asyncio.wait(looks, return_when=asyncio.FIRST_COMPLETED)
            for _ in range(5):
                await looker.look(replace(PAGE, id=2, url=f"{server.url}/small"))
            read_by_then.append(sandbox.runs)
            looker.recorded((await first).page)
            looker.recorded((await second).page)
            read_by_then.append(sandbox.runs)
            await looker.aclose()
            return read_by_then

    assert run(story()) == [6, 7]


def test_a_listing_names_pages_by_the_parsers_selectors() -> None:
    check, _ = looked(replace(PAGE, role=Role.LISTING), html(MARKUP))
    assert check.reading
    assert [entry.title for entry in check.reading.entries or ()] == ["B"]


def test_a_listing_that_is_a_feed_is_read_as_one() -> None:
    check, _ = looked(replace(PAGE, role=Role.LISTING), answer(RSS.encode(), content_type="application/rss+xml"))
    assert check.reading
    assert check.reading.entries == (Entry("https://sluices.example/b", "B"),)


MAP = b"<urlset><url><loc>/news/b</loc></url><url><loc>https://other.example/c</loc></url></urlset>"


@pytest.mark.parametrize("source", ["css", "feed"])
@pytest.mark.parametrize("content_type", ["application/xml", "text/plain", "application/gzip"])
def test_a_listing_that_is_a_sitemap_is_read_as_one_whatever_it_is_served_as(source: str, content_type: str) -> None:
    body = gzip.compress(MAP) if content_type == "application/gzip" else MAP
    page = replace(PAGE, source=source, role=Role.LISTING)
    check, _ = looked(page, answer(body, content_type=content_type))
    assert check.reading
    assert [entry.url.split("/", 3)[3] for entry in check.reading.entries or ()] == ["news/b"]


def test_a_sitemap_is_read_anew_when_any_of_it_differs() -> None:
    served = Fetch("/s", 200, body=MAP)
    later = replace(served, body=MAP.replace(b"</loc></url>", b"</loc><lastmod>2026-11-24</lastmod></url>"))
    parser = Parser(title="h1", body="main")
    assert essence(parser, served, Role.LISTING) != essence(parser, later, Role.LISTING)


def test_what_a_listing_names_is_followed_by_its_rules() -> None:
    rules = Follow(paths=("/news/*",), hosts=("other.example",))
    served = Fetch("https://sluices.example/s", 200, body=MAP)
    assert read(served, CSS, Role.LISTING, rules) == Reading(entries=())
    assert read(served, CSS, Role.LISTING, Follow(hosts=("other.example",))) == Reading(
        entries=(Entry("https://other.example/c"),)
    )
    nav = replace(SERVED, url=URL)
    assert read(nav, CSS, Role.LISTING, Follow(words=("B",))).entries == (Entry("https://sluices.example/b", "B"),)
    assert read(nav, CSS, Role.LISTING, Follow(words=("A",))).entries == ()


def test_a_page_that_is_not_followed_has_no_statement() -> None:
    served = replace(SERVED, url=URL)
    assert read(served, CSS, Role.STATEMENT, Follow(words=("gates",))).statement
    assert read(served, CSS, Role.STATEMENT, Follow(words=("weirs",))) == Reading(
        Outcome.UNCHANGED, "its title has none of the words that are followed", let_go=True
    )


@pytest.mark.parametrize(("configured", "followed"), [(True, True), (False, False)])
def test_rules_hold_for_what_a_listing_named_and_other_rules_read_anew(configured: bool, followed: bool) -> None:
    async def story() -> tuple[Check, list[str]]:
        async with serving(html(MARKUP)) as server:
            rules = {"css": Follow(words=("weirs",))}
            looker = Looker(Fetcher(HTTP), Here(), PARSERS, lambda: AT, rules)
            page = replace(
                PAGE, url=server.url + "/a", configured=configured, version_id=1, essence=ESSENCE, etag='"1"'
            )
            check = await looker.look(page)
            await looker.aclose()
            return check, server.requests

    check, requests = run(story())
    assert (check.reading is not None and check.reading.let_go) is not followed
    assert ("If-None-Match" in requests[0]) is followed


def test_a_rule_that_takes_for_ever_costs_its_listing_a_few_seconds() -> None:
    endless = Follow(paths=("/" + "*a" * 12 + "*b",))

    async def story() -> list[Outcome]:
        body = b"<urlset><url><loc>/" + b"a" * 2000 + b"</loc></url></urlset>"
        async with serving(answer(body), html(MARKUP)) as server:
            looker = Looker(Fetcher(HTTP), Sandbox(), PARSERS, lambda: AT, {"css": endless})
            pages = (replace(PAGE, url=f"{server.url}/s", role=Role.LISTING), replace(PAGE, url=f"{server.url}/a"))
            outcomes = [(await looker.look(page)).outcome for page in pages]
            await looker.aclose()
            return outcomes

    assert run(story()) == [Outcome.PARSE, Outcome.OK]


def test_a_broken_feed_says_so() -> None:
    page = replace(PAGE, source="feed", role=Role.LISTING)
    check, _ = looked(page, answer(RSS[:60].encode(), content_type="application/rss+xml"))
    assert check.outcome is Outcome.FEED


def test_a_stored_snapshot_is_read_again() -> None:
    looker = Looker(Fetcher(HTTP), Here(), PARSERS, lambda: AT)
    page = replace(PAGE, url=URL)
    assert run(looker.reread(page, b"<h1>T</h1><main>Words</main>", "text/html")) == Statement(
        URL, "T", Parser(title="h1", body="main", links="nav a").identity, body=(Block(BlockKind.PARAGRAPH, "Words"),)
    )
    assert run(looker.reread(page, b"%PDF-", "text/html")) is None


def test_the_snapshot_of_an_item_is_its_feed() -> None:
    looker = Looker(Fetcher(HTTP), Here(), PARSERS, lambda: AT)
    page = replace(PAGE, url="https://sluices.example/b", source="feed", role=Role.ITEM)
    item = RSS.replace("</item>", "<description>The lock is open. " + "Open it stays. " * 40 + "</description></item>")
    read_again = run(looker.reread(page, item.encode(), "application/rss+xml"))
    assert read_again
    assert (read_again.url, read_again.title) == (page.url, "B")
    assert run(looker.reread(replace(page, url=URL), item.encode(), "application/rss+xml")) is None
    assert run(looker.reread(page, RSS[:60].encode(), "application/rss+xml")) is None


def test_a_reading_tells_what_the_bytes_lost() -> None:
    reading = read(replace(SERVED, url=URL, body=b"<h1>T</h1><main>a\xffb</main>"), CSS, Role.STATEMENT)
    assert reading.lossy
    assert reading.statement


def test_a_page_built_to_hang_the_parser_costs_a_few_seconds_and_itself() -> None:
    async def story() -> list[Outcome]:
        bomb = html("<html><title>S</title><h1>T</h1><main>" + "<b><i><font>" * 6000 + "words")
        async with serving(bomb, html(MARKUP)) as server:
            looker = Looker(Fetcher(HTTP), Sandbox(), PARSERS, lambda: AT)
            outcomes = [(await looker.look(replace(PAGE, url=f"{server.url}/{n}"))).outcome for n in range(2)]
            await looker.aclose()
            return outcomes

    first, second = run(story())
    assert first is not Outcome.OK
    assert second is Outcome.OK
