"""How long a page may wait for its next look, at a price per look. Pure.

Times are local days: days since a Monday midnight on the publisher's own clock, so that 0.5 is noon.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from math import floor, inf, sqrt
from typing import NamedTuple

from monitor import _schedule_rates as rates

EDGES = (0.0, *(hour / 24 for hour in (7, *range(8, 20), 21, 24)))
"""The spans of a day within which edits are taken to be equally likely."""

WEIGHTS = tuple(
    sum(rates.HOURS[hour] for hour in range(round(begin * 24), round(end * 24))) / round((end - begin) * 24)
    for begin, end in pairwise(EDGES)
)
"""Edits in each span of a day, 1 being the day's mean."""

SAME_TIME_ENDS = max(bound for bound, _ in rates.SAME_TIME)
"""From here on, an hour is as good as any other."""

FIRST_STEP = 1 / 1440
"""The shortest wait that is thought of, in days: a minute."""

GROWTH = 0.3
"""Share of the wait so far by which longer waits differ that are thought of."""

LATE_MEANS = 2.0
"""An edit is late that lies unseen for more than this many times the mean wait."""

LATE_COST = 2.0
"""What an edit costs that is late, besides the days it lies unseen: as much as this many mean waits."""

HOPELESS = 1.5
"""Once waiting costs so many times the least found, no longer wait is thought of."""


class Habit(NamedTuple):
    """What is known of how a page is edited: its edits and what a usual page would have had meanwhile, both fading,
    and when it was last edited or published (local days)."""

    edits: float
    exposure: float
    edited_at: float


class Terms(NamedTuple):
    """What is held against each other, and what is known of the source. `price`: of a look, in days of delay. `mean`:
    days between two looks, were all pages looked at alike. `longest`: days that no wait exceeds. `odd`: the share of
    the source's edits that keep no office hours. `level`: how many times as often as usual such pages of it are edited,
    as far as that is known before the page is; `prior`: how many edits of a usual page that counts for."""

    price: float
    mean: float
    longest: float
    odd: float = 0.0
    level: float = 1.0
    prior: float = rates.PRIOR


def wait(habit: Habit, now: float, terms: Terms) -> float:
    """Days until the next look, the one at which delay and price together cost least.

    A look costs its price, in days of delay; an edit costs the days it lies unseen, and more once it is late. For a
    steady rate r the best wait is sqrt(2 * price / r), where none is late. Where the rate moves, a span is worth as
    many looks as the best schedule spends in it, which grows with the root of the rate; so the wait with the least
    cost per such worth is taken: renewal-reward, with the price as in Azar et al., "Tractable near-optimal policies for
    crawling" (PNAS 2018), but for lateness instead of staleness. It puts looks at the end of office hours rather than
    into the night.
    """
    begin, unseen, delay, worth, late = now, 0.0, 0.0, 0.0, 0.0
    least, best = inf, terms.longest
    became = deque[tuple[float, float]]()
    for end, rate in _rates(habit, now, terms):
        days = end - begin
        delay += unseen * days + rate * days * days / 2
        unseen += rate * days
        worth += sqrt(rate) * days
        became.append((end, unseen))
        while became[0][0] <= end - LATE_MEANS * terms.mean:
            late = became.popleft()[1]
        cost = (delay + LATE_COST * terms.mean * late + terms.price) / worth
        if cost < least:
            least, best = cost, end - now
        if cost > HOPELESS * least or end - now >= terms.longest:
            break
        begin = end
    return min(best, terms.longest)


def _rates(habit: Habit, now: float, terms: Terms) -> Iterator[tuple[float, float]]:
    """Spans from now on, without end: when each ends, and the edits a day expected in it."""
    last_day = floor(habit.edited_at)
    hour = habit.edited_at - last_day
    day, at = floor(now), now
    while True:
        level = _level(habit, at, terms)
        office = (1 - terms.odd) * rates.WEEKDAYS[day % 7]
        age = day - last_day
        usual = rates.BY_DAY[min(age, len(rates.BY_DAY) - 1)]
        for slot in range(bisect_right(EDGES, at - day) - 1, len(WEIGHTS)):
            until, weight = day + EDGES[slot + 1], level * (office * WEIGHTS[slot] + terms.odd)
            while at < until:
                end = at + max(FIRST_STEP, GROWTH * (at - now))
                end = until if end > until - FIRST_STEP else end
                middle = (at + end) / 2
                of_age = usual if age > 0 else rates.step(rates.FIRST_DAY, middle - habit.edited_at)
                apart = abs(middle - day - hour)
                yield end, weight * of_age * (rates.step(rates.SAME_TIME, apart) if apart < SAME_TIME_ENDS else 1.0)
                at = end
        day += 1


def _level(habit: Habit, at: float, terms: Terms) -> float:
    """How many times as often as a usual page this one is edited: the mean of the gamma posterior."""
    exposure = habit.exposure + rates.total(max(0.0, at - habit.edited_at))
    return (terms.prior * terms.level + habit.edits) / (terms.prior + exposure)
