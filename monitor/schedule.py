"""When a page is looked at next, when a message is tried next, and which pages share a batch. Pure.

a host            `after_answer`, `after_request`           _schedule_hosts
every = "15m"     `next_check_at` alone
every = "auto"    `learnt` keeps how a page is edited    _schedule_habits, with the figures of _schedule_rates
                  `wait` finds what pays at a price      _schedule_gaps
                  `charged` moves the price to the budget  _schedule_prices
Retry-After       `retry_after`, for pages and messages    _schedule_asked
digest = "1h"     `next_digest_at`, `last_digest_at`       _schedule_digests
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from zoneinfo import ZoneInfo

from monitor import _schedule_gaps as gaps
from monitor import _schedule_habits as habits
from monitor import _schedule_rates as rates
from monitor._schedule_asked import RETRY_AFTER_LEAST, RETRY_AFTER_MOST, http_date, retry_after
from monitor._schedule_digests import last_digest_at, next_digest_at
from monitor._schedule_hosts import FAILURES_ALLOWED, PATIENCE, after_answer, after_request, requests_on
from monitor._schedule_prices import budget_for, charged, mean_wait, next_day, room, urgent_share
from monitor._schedule_rates import first_level, level, odd_share
from monitor.models import Batch, Budget, Outcome, Page, Patience, Role, Statement

__all__ = [
    "CHOSEN_SPREAD",
    "CONFIRM_LOOKS",
    "CONFIRM_WITHIN",
    "FAILURES_ALLOWED",
    "PATIENCE",
    "RETRY_AFTER_LEAST",
    "RETRY_AFTER_MOST",
    "START_PRICE",
    "after_answer",
    "after_request",
    "batches",
    "budget_for",
    "channel_free_at",
    "charged",
    "first_level",
    "http_date",
    "last_digest_at",
    "learnt",
    "level",
    "longest_wait",
    "next_check_at",
    "next_day",
    "next_digest_at",
    "next_try_at",
    "odd_share",
    "pages_within",
    "put_off_until",
    "requests_on",
    "retry_after",
    "room",
    "urgent_share",
    "usual_edits",
    "wait",
]

CONFIRM_LOOKS = 3
"""Absence, upheaval and new addresses are believed after this many looks alike."""

CONFIRM_WITHIN = timedelta(minutes=10)
"""A look that waits for confirmation is repeated at least this soon."""

FAILURE_PAUSE_FIRST = timedelta(minutes=15)
"""What a page of a source that chooses its looks waits after a first failure; after more of them, up to the mean."""

FAILURE_PAUSE_MOST = timedelta(hours=1)
"""Pauses after failures grow to this, or to the page's own interval where that is longer."""

TRIES = {
    Patience.USUAL: tuple(
        timedelta(seconds=seconds)
        for seconds in (0, 5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
    ),
    Patience.SHORT: tuple(timedelta(minutes=minutes) for minutes in (0, 15, 45)),
    Patience.POSTAL: tuple(timedelta(seconds=seconds) for seconds in (0, 400, 800, 1600, 3200, *[4000] * 106)),
}
"""The pause before each try of a message; after the last one it is given up: after three days (Standard Webhooks), an
hour, or five days (Postfix's `maximal_backoff_time` and `maximal_queue_lifetime`; greylists want five minutes)."""

JITTER = 0.2
"""Share by which a pause between tries may differ from the table, either way."""

CHANNEL_RESTS = tuple(timedelta(seconds=seconds) for seconds in (6, 360, 2160, 3600))
"""How long a channel rests after each fault in a row of its own, then after every further one.

A little longer than its messages' own pauses, so that after it those it failed are due with those it did not try."""

DAY = timedelta(days=1)
MONDAY = datetime(2019, 1, 7)  # noqa: DTZ001 - a wall clock's time, of no zone

START_PRICE = 0.0006
"""The price a budget begins with, between those that publishers with and without office hours bring it to: 0.0004 and
0.002."""

PUT_OFF_SPREAD = timedelta(hours=1)
"""Pages that wait for a new budget are due within this, so that they do not come all at once."""

SPREAD, CHOSEN_SPREAD = 0.1, 0.01
"""Share of its interval by which a page may be early, so that pages spread: of a plain one, and of a chosen wait, which
often ends where office hours do."""

LONGEST = timedelta(days=31)
"""However quiet a page, it is looked at again by then, where its source's budget is enough for that."""

LONGEST_MEANS = 3.0
"""However quiet a page, it waits no longer than this many times the mean, whatever is thought of its edits."""

SUSTAINED_MEANS = 2.0
"""Where the budget is not enough, a quiet page waits so many times the mean: else more would be due each day than may
be looked at, and nothing would ever be looked at in time."""

LISTING_WAIT = timedelta(minutes=15)
"""Between two looks at a listing, where the source's budget allows: what is new is told there."""

TOLD_WAIT = timedelta(days=1)
"""Between two looks at a sitemap whose index says when it was updated: it is looked at when that moves, and to be sure
once a day."""

LISTING_SHARE = 0.2
"""Of the budget, what looks at the listing may take."""


def fraction(*parts: object) -> float:
    """A number in [0, 1) that is always the same for the same parts: jitter without chance."""
    digest = blake2b("|".join(map(str, parts)).encode(), digest_size=7).digest()
    return int.from_bytes(digest) / 2**56


def next_check_at(
    page: Page,
    outcome: Outcome,
    now: datetime,
    every: timedelta,
    retry_after: timedelta | None,
    spread: float = SPREAD,
) -> datetime:
    """When the page is due again.

    The interval, less a share up to `spread`, so that pages do not come all at once; sooner where a look awaits
    confirmation; growing pauses after failures; never before the time the server asked for.
    """
    if outcome is Outcome.SUSPECT or 0 < page.streak < CONFIRM_LOOKS:
        pause = min(every, CONFIRM_WITHIN)
    elif page.failures and outcome is not Outcome.GONE:
        pause = min(every * 2 ** min(page.failures - 1, 16), max(every, FAILURE_PAUSE_MOST))
    else:
        pause = every * (1 - spread * fraction(page.id, now))
    return now + max(pause, retry_after or timedelta(0))


def wait(page: Page, budget: Budget, time_zone: str, now: datetime) -> timedelta:
    """Until the next look at a page of a source that chooses its looks, just looked at."""
    mean = mean_wait(budget)
    if page.role is Role.LISTING:
        return LISTING_WAIT if budget.most is None else max(LISTING_WAIT, DAY / (LISTING_SHARE * budget.most))
    longest = longest_wait(budget)
    if page.failures:
        return min(mean, FAILURE_PAUSE_FIRST * (1 << min(page.failures - 1, 16)))
    if page.edited_at is None:
        return min(mean, longest)
    habit = gaps.Habit(page.edits, page.exposure, _local_days(page.edited_at, time_zone))
    price = budget.price * budget.level * (mean / DAY) ** 2
    level = budget.level if page.edits else budget.first_level
    terms = gaps.Terms(price, mean / DAY, longest / DAY, budget.odd, level, rates.prior(budget.level))
    return DAY * gaps.wait(habit, _local_days(now, time_zone), terms)


def longest_wait(budget: Budget) -> timedelta:
    """The longest that a page of a source with this budget waits, however quiet it is."""
    mean = mean_wait(budget)
    return min(LONGEST_MEANS * mean, max(LONGEST, SUSTAINED_MEANS * mean))


def put_off_until(page_id: int, now: datetime) -> datetime:
    """When a page is due again for which its source's budget of this day (UTC) has nothing left: early tomorrow."""
    midnight = next_day(now)
    return midnight + PUT_OFF_SPREAD * fraction(page_id, midnight)


def learnt(page: Page, statement: Statement | None, edited: bool, time_zone: str, now: datetime) -> Page:
    """The page with what this look taught of when it is edited: from the statement, where it was read, its own history;
    from an edit that the history does not tell of, that it came by now."""
    if statement is None:
        return page
    zone = _zone(time_zone)
    after = habits.with_edits(page, habits.told(statement, zone, now), zone)
    if after.edited_at is None:
        return habits.with_edits(page, [now - habits.UNDATED if page.baseline else now], zone)
    return habits.with_edits(page, [now], zone) if edited and after == page else after


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def usual_edits(age: timedelta) -> float:
    """Edits that a usual page has within this time after one."""
    return rates.total(max(age, timedelta(0)) / DAY)


def _local_days(at: datetime, time_zone: str) -> float:
    """Days on the publisher's clocks since a Monday midnight."""
    return (at.astimezone(_zone(time_zone)).replace(tzinfo=None) - MONDAY) / DAY


def next_try_at(alert_id: str, attempts: int, now: datetime, patience: Patience) -> datetime | None:
    """When a message that failed `attempts` times is tried again; None when it is given up."""
    tries = TRIES[patience]
    if attempts >= len(tries):
        return None
    return now + tries[attempts] * (1 - JITTER + 2 * JITTER * fraction(alert_id, attempts))


def channel_free_at(faults: int, now: datetime, retry_after: timedelta | None) -> datetime:
    """Until when a channel rests after so many faults in a row, the latest now; never less than it asked for."""
    rest = CHANNEL_RESTS[min(faults, len(CHANNEL_RESTS)) - 1]
    return now + max(rest, retry_after or timedelta(0))


def pages_within(time: timedelta, delay: timedelta) -> int | None:
    """How many pages of one host fit into this time, at least one; None without a delay: all of them."""
    return max(1, time // delay) if delay else None


def batches(pages: Iterable[Page]) -> list[Batch]:
    """One batch a host, in the order the pages came."""
    by_host: dict[str, list[Page]] = {}
    for page in pages:
        by_host.setdefault(page.host, []).append(page)
    return [Batch(host, tuple(group)) for host, group in by_host.items()]
