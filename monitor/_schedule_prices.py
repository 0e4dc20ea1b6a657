"""What a look costs a source that has a budget, so that it spends what it has. Pure."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from math import exp

from monitor.models import Budget

LOOKS_PER_PAGE = 4
"""A day, on average, where no budget is given."""

SPARE = 0.35
"""Share of a budget that is kept back on average: five days of seven want nearly all looks, and no day may spend more
than the budget."""

URGENT_SHARE_LEAST, URGENT_SHARE_MOST = 0.1, 0.5
"""Of a budget, what is kept for pages that a listing says are new or updated."""

MONTH_DAYS = 31

GAIN = 0.06
"""By what power of e the price grows when a day's looks are spent at once, and falls in a day that spends none: so
little that it is much the same on Monday morning as on Friday night."""

DAY = timedelta(days=1)


def aim(budget: Budget) -> float:
    """Looks a day that the price steers to."""
    return LOOKS_PER_PAGE * max(1, budget.pages) if budget.most is None else (1 - SPARE) * budget.most


def budget_for(pages: int, looks_per_page: float) -> int:
    """The budget of a day with which so many looks are taken per page and day on average."""
    return max(1, round(pages * looks_per_page / (1 - SPARE)))


def mean_wait(budget: Budget) -> timedelta:
    """Between two looks at a page, were all looked at alike."""
    return DAY * (max(1, budget.pages) / aim(budget))


def room(budget: Budget, now: datetime, kept: float = 0.0) -> int | None:
    """Looks left of the budget on this day (UTC), once this share of it is kept; None without a budget."""
    return None if budget.most is None else max(0, round(budget.most * (1 - kept)) - _looks_on(budget, now))


def urgent_share(budget: Budget) -> float:
    """The share of a budget that is kept for what listings say is new or updated.

    It is the larger the less the budget is enough for a look a month at every page: then hints find more than a round.
    """
    enough = 1.0 if budget.most is None else budget.most * MONTH_DAYS / max(1, budget.pages)
    return min(URGENT_SHARE_MOST, max(URGENT_SHARE_LEAST, 1 - enough))


def charged(budget: Budget, wanted: int, taken: int, now: datetime) -> Budget:
    """The budget after pages were due (`wanted`) and looks were taken.

    The price rises with each look that is wanted and falls with time, at rest where both keep step (the dual price of a
    constraint, found by stochastic ascent; Kolobov et al., "Staying up to date with online content changes", 2019).
    """
    surplus = wanted / aim(budget) - (now - budget.priced_at) / DAY
    looks = _looks_on(budget, now) + taken
    return replace(budget, price=budget.price * exp(GAIN * max(-1.0, min(surplus, 1.0))), priced_at=now, spent=looks)


def next_day(now: datetime) -> datetime:
    """When the budget is new: midnight UTC."""
    return datetime.combine(now.astimezone(UTC).date() + DAY, time(), UTC)


def _looks_on(budget: Budget, now: datetime) -> int:
    same = budget.priced_at.astimezone(UTC).date() == now.astimezone(UTC).date()
    return budget.spent if same else 0
