"""Whether the hosts that are watched can be reached from here, and whether their clocks agree with ours."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median
from urllib.parse import urlsplit

from monitor._health_machine import finding
from monitor.config import Config
from monitor.fetch import Fetcher
from monitor.interfaces import Row
from monitor.models import Fetch

HOSTS_MOST = 20
"""One request to each host suffices to see what hurts; of many hosts the first ones do."""

AGE = re.compile(r"\d{1,9}", re.ASCII)

SKEW_MOST = timedelta(minutes=5)
"""A webhook's receiver refuses a message whose time is further off (Standard Webhooks 1.0)."""


async def reached(config: Config) -> list[Row]:
    """One request to each host."""
    addresses = [address for source in config.sources for address in (source.listing, *source.pages) if address]
    origins = list(dict.fromkeys("{0.scheme}://{0.netloc}".format(urlsplit(address)) for address in addresses))
    fetcher = Fetcher(config.http)
    try:
        fetches = await asyncio.gather(*(fetcher.fetch(f"{origin}/robots.txt") for origin in origins[:HOSTS_MOST]))
    finally:
        await fetcher.aclose()
    now = datetime.now(UTC)
    hosts = [_host(origin, fetch) for origin, fetch in zip(origins, fetches, strict=False)]
    left = len(origins) - len(hosts)
    more = [finding("host", "note", f"{left} more hosts were not asked")] if left else []
    return [*hosts, *more, *clock([found for fetch in fetches if (found := skew(fetch, now)) is not None])]


def clock(skews: Sequence[timedelta]) -> Iterable[Row]:
    """Whether our clock is right, by those of servers that answered just now. Nothing, where none did."""
    if fault := clock_fault(skews):
        yield finding("clock", "hurts", fault)
    elif skews:
        near = sum(abs(skew) <= SKEW_MOST for skew in skews)
        yield finding("clock", "fine", f"within 5 min of {near} of {len(skews)} servers")


def clock_fault(skews: Sequence[timedelta]) -> str:
    """What is wrong with our clock where most of these servers' differ much from it; empty where they do not."""
    off = sum(abs(skew) > SKEW_MOST for skew in skews)
    if off * 2 <= len(skews):
        return ""
    mostly = timedelta(seconds=round(median(abs(skew).total_seconds() for skew in skews)))
    return f"{off} of {len(skews)} servers disagree by more than 5 min, {mostly} mostly: set this clock"


def skew(fetch: Fetch, now: datetime) -> timedelta | None:
    """How far a server's clock is ahead of ours, by an answer that came just now; None where it does not say.

    A cache hands out old answers with their old date, and says how old they are (RFC 9111, 5.1).
    """
    at, age = _date(fetch), _header(fetch, "age")
    return at - now + timedelta(seconds=int(age) if AGE.fullmatch(age) else 0) if at else None


def _host(origin: str, fetch: Fetch) -> Row:
    if fetch.status is None:
        return finding("host", "hurts", f"{origin}: {fetch.outcome}: {fetch.detail}")
    return finding("host", "fine", f"{origin} answers within {fetch.elapsed_ms} ms")


def _date(fetch: Fetch) -> datetime | None:
    try:
        at = parsedate_to_datetime(_header(fetch, "date"))
    except (ValueError, OverflowError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _header(fetch: Fetch, wanted: str) -> str:
    return next((value for name, value in fetch.headers if name.lower() == wanted), "")
