"""What a robots.txt asks of us, by RFC 9309."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor import robots
from monitor.models import Fetch, Outcome, Robots

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
ORIGIN = "https://harbours.example"
FILE = f"{ORIGIN}/robots.txt"
AGENT = "statement-monitor (+mailto:you@example.org)"

DISALLOW_ALL = b"User-agent: *\nDisallow: /"


def allows(text: str | bytes, path: str = "/news/dues", agent: str = AGENT) -> bool:
    body = text if isinstance(text, bytes) else text.encode()
    return robots.Rules(body, agent).allows(ORIGIN + path)


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        (AGENT, "statement-monitor"),
        ("Statement_Monitor/2.1 (x)", "statement_monitor"),
        ("Mozilla/5.0 (compatible; Watch-bot/1.0; +https://w.example)", "watch-bot"),
        ("2nd watch", "*"),
    ],
)
def test_the_product_token_is_the_name_in_the_user_agent(agent: str, token: str) -> None:
    assert robots.product_token(agent) == token


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /news", False),
        ("User-agent: *\nDisallow: /newsroom", True),
        ("User-agent: *\nDisallow: /NEWS", True),
        ("USER-AGENT:*\ndisallow : /news # not these", False),
        ("User-agent: *\rDisallow: /news", False),
        ("User-agent: *\r\nDisallow: /news\r\n", False),
        # the longest match decides, and Allow where two are equal (2.2.2)
        ("User-agent: *\nDisallow: /news\nAllow: /news/dues", True),
        ("User-agent: *\nAllow: /news\nDisallow: /news/dues", False),
        ("User-agent: *\nDisallow: /news/dues\nAllow: /news/dues", True),
        # special characters (2.2.3)
        ("User-agent: *\nDisallow: /*/dues", False),
        ("User-agent: *\nDisallow: /*dues$", False),
        ("User-agent: *\nDisallow: /news/due$", True),
        ("User-agent: *\nDisallow: /n%65ws/", False),
        # our group instead of "*", whatever the case; groups of one name are one (2.2.1)
        ("User-agent: *\nDisallow: /\nUser-agent: Statement-Monitor\nDisallow: /print", True),
        ("User-agent: statement-monitor\nDisallow: /\nUser-agent: *\nAllow: /", False),
        ("User-agent: statement-monitor/1.0\nDisallow: /", False),
        (
            "User-agent: statement-monitor\nDisallow: /a\nUser-agent: x\nUser-agent: statement-monitor\nDisallow: /n",
            False,
        ),
        # names that ours begins with, or that begin with ours, are others'
        ("User-agent: statement\nDisallow: /", True),
        ("User-agent: s\nDisallow: /", True),
        ("User-agent: statement-monitor-2\nDisallow: /", True),
        ("User-agent: statement-monitors\nDisallow: /", True),
        ("User-agent: somebody\nUser-agent: *\nDisallow: /", False),
        ("User-agent: *\nUser-agent: somebody\nDisallow: /", False),
        ("User-agent: *\nAllow: /\nUser-agent: somebody\nDisallow: /", True),
        # rules of no group, and what is no rule
        ("Disallow: /", True),
        ("User-agent: *\nNoindex: /\nDisallow: /news", False),
        ("User-agent: *\n\n\nSitemap: https://harbours.example/map.xml\nDisallow: /news", False),
        ("<!DOCTYPE html><html><title>Harbours</title><h1>Page not found</h1></html>", True),
    ],
)
def test_a_file_forbids_what_it_says(text: str, allowed: bool) -> None:
    assert allows(text) is allowed


def test_a_byte_order_mark_does_not_hide_the_first_group() -> None:
    assert not allows(b"\xef\xbb\xbf" + DISALLOW_ALL)


def test_bytes_that_are_no_text_hide_nothing_else() -> None:
    assert not allows(b"\xff\xfe\x00\n" + DISALLOW_ALL)


def test_the_query_is_part_of_what_rules_match() -> None:
    text = "User-agent: *\nDisallow: /search?*page="
    assert [allows(text, path) for path in ("/search?q=a&page=2", "/search?q=a")] == [False, True]


def test_the_file_itself_may_always_be_asked_for() -> None:
    assert allows(DISALLOW_ALL, "/robots.txt")


def test_what_follows_500_kib_does_not_count_and_a_line_cut_there_neither() -> None:
    filler = b"# " + b"x" * 60 + b"\n"
    start = b"User-agent: *\nDisallow: /a\n"
    lines = start + filler * (robots.READ_MOST // len(filler) + 1)
    cut = lines[: robots.READ_MOST - 13] + b"\nDisallow: /news\n"
    assert (allows(cut), allows(cut, "/a"), allows(lines[: robots.READ_MOST - 100] + b"\nDisallow: /news\n")) == (
        True,
        False,
        False,
    )


def test_a_file_of_many_names_and_many_rules_costs_no_more_than_its_lines() -> None:
    names = b"".join(b"User-agent: n%d\n" % number for number in range(12_000))
    rules = b"".join(b"Disallow: /%d*x\n" % number for number in range(15_000))
    assert not allows(names + b"User-agent: *\n" + rules + b"Disallow: /news")


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("User-agent: *\nCrawl-delay: 7", 7),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nCrawl-delay: 86400", 300),
        ("User-agent: *\nCrawl-delay: 1e400", 0),
        ("User-agent: *\nCrawl-delay: -3", 0),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: *\nCrawl-delay: nan", 0),
        ("User-agent: somebody\nCrawl-delay: 7", 0),
        ("User-agent: *\nDisallow:", 0),
        ("", 0),
    ],
)
def test_the_pause_it_asks_for_is_kept_up_to_five_minutes(text: str, delay_s: float) -> None:
    assert robots.Rules(text.encode(), AGENT).crawl_delay == timedelta(seconds=delay_s)


# --- what an answer means --------------------------------------------------------------------------------------------


def found(status: int | None, outcome: Outcome | None = None, body: bytes = DISALLOW_ALL, url: str = FILE) -> Fetch:
    return Fetch(url, status=status, outcome=outcome, detail="it is said", body=body)


@pytest.mark.parametrize(
    ("fetch", "fault", "body"),
    [
        (found(200), None, DISALLOW_ALL),
        (found(404, Outcome.GONE), None, b""),
        (found(403, Outcome.BLOCKED), None, b""),
        (found(401, Outcome.AUTH_REQUIRED), None, b""),
        (found(410, Outcome.GONE), None, b""),
        (found(418, Outcome.STATUS), None, b""),
        (found(204, Outcome.STATUS), None, b""),
        (found(301, Outcome.REDIRECT_LOOP), None, b""),
        (found(302, Outcome.REDIRECT_BLOCKED), None, b""),
        (found(None, Outcome.ADDRESS_BLOCKED, url="http://10.0.0.1/robots.txt"), None, b""),
        (found(None, Outcome.ADDRESS_BLOCKED), Outcome.ADDRESS_BLOCKED, None),
        (found(500, Outcome.STATUS), Outcome.ROBOTS, None),
        (found(503, Outcome.MAINTENANCE), Outcome.ROBOTS, None),
        (found(429, Outcome.RATE_LIMITED), Outcome.RATE_LIMITED, None),
        (found(None, Outcome.CONNECT), Outcome.CONNECT, None),
        (found(None, Outcome.TIMEOUT), Outcome.TIMEOUT, None),
        (found(None, Outcome.TLS), Outcome.TLS, None),
        (found(200, Outcome.TRUNCATED), Outcome.TRUNCATED, None),
    ],
)
def test_a_file_is_read_missing_or_not_to_be_read_for_now(
    fetch: Fetch, fault: Outcome | None, body: bytes | None
) -> None:
    never = Robots(ORIGIN, NOW, fault, "it is said", failing_since=NOW)
    assert robots.judged(None, ORIGIN, fetch, NOW) == (
        Robots(ORIGIN, NOW, known_at=NOW, body=body) if body is not None else never
    )


def refusal(known: Robots, path: str = "/news/dues", now: datetime = NOW) -> tuple[Outcome, str] | None:
    rules = robots.Rules(known.body, AGENT) if known.known_at else None
    return robots.refusal(known, rules, ORIGIN + path, now)


KNOWN = Robots(ORIGIN, NOW, known_at=NOW, body=b"User-agent: *\nDisallow: /drafts")
UNREADABLE = Robots(ORIGIN, NOW, Outcome.ROBOTS, "status 500", failing_since=NOW)


def test_what_a_file_forbids_is_named() -> None:
    assert refusal(KNOWN, "/drafts/1") == (Outcome.ROBOTS, "forbidden by https://harbours.example/robots.txt")
    assert refusal(KNOWN) is None


def test_a_file_that_cannot_be_read_forbids_everything_for_a_month() -> None:
    words = "/robots.txt: status 500; until it can be read, nothing may be asked for"
    assert refusal(UNREADABLE) == (Outcome.ROBOTS, words)
    assert refusal(replace(UNREADABLE, outcome=Outcome.TLS), now=NOW + timedelta(days=30)) is not None
    assert refusal(UNREADABLE, now=NOW + timedelta(days=30, seconds=1)) is None


def test_while_a_file_cannot_be_read_what_was_known_of_it_holds() -> None:
    later = NOW + timedelta(days=2)
    known = robots.judged(KNOWN, ORIGIN, found(503, Outcome.MAINTENANCE), later)
    assert known == replace(KNOWN, asked_at=later, outcome=Outcome.ROBOTS, detail="it is said", failing_since=later)
    assert refusal(known, now=later) is None
    assert refusal(known, "/drafts/1", later) is not None
    still = robots.judged(known, ORIGIN, found(503, Outcome.MAINTENANCE), later + timedelta(hours=1))
    assert still.failing_since == later
    assert robots.judged(still, ORIGIN, found(404, Outcome.GONE), later) == Robots(ORIGIN, later, known_at=later)


@pytest.mark.parametrize(
    ("known", "pauses"),
    [
        (KNOWN, timedelta(days=1)),
        (replace(KNOWN, outcome=Outcome.TIMEOUT), timedelta(hours=1)),
        (UNREADABLE, timedelta(minutes=1)),
        (replace(UNREADABLE, outcome=Outcome.CONNECT), timedelta(0)),
    ],
)
def test_a_file_is_asked_for_again_in_time(known: Robots, pauses: timedelta) -> None:
    moment = timedelta(microseconds=1)
    assert (robots.due(known, NOW + pauses), robots.due(known, NOW - moment), robots.due(None, NOW)) == (True,) * 3
    assert not pauses or not robots.due(known, NOW + pauses - moment)
