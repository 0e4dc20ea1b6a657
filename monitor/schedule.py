"""When a page is looked at next, when a message is tried next, and which pages share a batch. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b

from monitor.models import Batch, Outcome, Page

CONFIRM_LOOKS = 3
"""Absence, upheaval and new addresses are believed after this many looks alike."""

CONFIRM_WITHIN = timedelta(minutes=10)
"""A look that waits for confirmation is repeated at least this soon."""

FAILURE_PAUSE_MOST = timedelta(hours=1)
"""Pauses after failures grow to this, or to the page's own interval where that is longer."""

TRIES = tuple(
    timedelta(seconds=seconds)
    for seconds in (0, 5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""The pause before each try of a message, after Standard Webhooks; after the last one it is given up."""

JITTER = 0.2
"""Share by which a pause between tries may differ from the table, either way."""


def fraction(*parts: object) -> float:
    """A number in [0, 1) that is always the same for the same parts: jitter without chance."""
    digest = blake2b("|".join(map(str, parts)).encode(), digest_size=7).digest()
    return int.from_bytes(digest) / 2**56


def next_check_at(
    page: Page, outcome: Outcome, now: datetime, every: timedelta, retry_after: timedelta | None
) -> datetime:
    """When the page is due again.

    The interval, up to a tenth early so that pages spread; sooner where a look awaits confirmation; growing pauses
    after failures; never before the time the server asked for.
    """
    if outcome is Outcome.SUSPECT or 0 < page.streak < CONFIRM_LOOKS:
        pause = min(every, CONFIRM_WITHIN)
    elif page.failures and outcome is not Outcome.GONE:
        pause = min(every * 2 ** min(page.failures - 1, 16), max(every, FAILURE_PAUSE_MOST))
    else:
        pause = every * (1 - 0.1 * fraction(page.id, now))
    return now + max(pause, retry_after or timedelta(0))


def next_try_at(alert_id: str, attempts: int, now: datetime, retry_after: timedelta | None) -> datetime | None:
    """When a message that failed `attempts` times is tried again; None when it is given up."""
    if attempts >= len(TRIES):
        return None
    pause = TRIES[attempts] * (1 - JITTER + 2 * JITTER * fraction(alert_id, attempts))
    return now + max(pause, retry_after or timedelta(0))


def pages_within(time: timedelta, delay: timedelta) -> int | None:
    """How many pages of one host fit into this time, at least one; None without a delay: all of them."""
    return max(1, time // delay) if delay else None


def batches(pages: Iterable[Page], free_at: Mapping[str, datetime]) -> list[Batch]:
    """One batch a host, in the order the pages came; `free_at` says until when a host still rests."""
    by_host: dict[str, list[Page]] = {}
    for page in pages:
        by_host.setdefault(page.host, []).append(page)
    return [Batch(host, tuple(group), free_at.get(host)) for host, group in by_host.items()]
