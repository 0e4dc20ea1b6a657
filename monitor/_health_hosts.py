"""Whether the hosts that are watched can be reached from here, and whether their clocks agree with ours."""

import asyncio
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
    return [*hosts, *more, *clock([seen for fetch in fetches if (seen := _date(fetch))], now)]


def clock(dates: Sequence[datetime], now: datetime) -> Iterable[Row]:
    """Whether our clock is right, by the dates that servers answered with just now. Nothing, where none did."""
    if not dates:
        return
    skew = timedelta(seconds=median((at - now).total_seconds() for at in dates))
    off = sum(abs(at - now) > SKEW_MOST for at in dates)
    if off * 2 > len(dates):
        words = f"{off} of {len(dates)} servers disagree by more than 5 min, {abs(skew)} mostly: set this clock"
        yield finding("clock", "hurts", words)
    else:
        yield finding("clock", "fine", f"within 5 min of {len(dates) - off} of {len(dates)} servers")


def _host(origin: str, fetch: Fetch) -> Row:
    if fetch.status is None:
        return finding("host", "hurts", f"{origin}: {fetch.outcome}: {fetch.detail}")
    return finding("host", "fine", f"{origin} answers within {fetch.elapsed_ms} ms")


def _date(fetch: Fetch) -> datetime | None:
    value = next((value for name, value in fetch.headers if name.lower() == "date"), "")
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
