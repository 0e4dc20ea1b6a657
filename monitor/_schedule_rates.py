"""How publishers edit: the figures behind every guess of when a page is edited next. Pure data.

All were fitted on GOV.UK's update times from April 2019 to August 2021 (2,591 updates; `pub`, `upd` and
`add` in `govuk_update_events.tsv`): each table as edits seen over edits expected of the others, in turn, five times;
`PRIOR` and `FADING` by the likelihood of the same edits. Nothing later was looked at.
"""

import math
from collections.abc import Iterable
from itertools import accumulate

PRIOR = 0.2
"""Edits, and the edits a usual page would have had, that a page is credited with before anything is known of it: the
shape and rate of a gamma distribution over pages (Cho and Garcia-Molina, "Estimating frequency of change", 2003), where
the source is a usual one; see `prior`."""

ALIKE = 0.7
"""By what power of its level the pages of a source that are edited often are more alike in that."""

LEVEL_PRIOR = 10.0
"""Edits, and the edits usual pages would have had, that a source is credited with before anything is known of it."""

FADING = 0.8
"""What is left of a page's record at each edit: it remembers its last five or so."""

HOURS = (
    *(0.25, 0.06, 0.05, 0.06, 0.14, 0.06, 0.07, 0.18, 0.56, 2.21, 1.79, 2.23),
    *(2.32, 2.22, 2.74, 2.51, 3.07, 1.95, 0.73, 0.23, 0.22, 0.08, 0.17, 0.09),
)
"""Edits in each hour of the publisher's day, 1 being the mean."""

WEEKDAYS = (1.376, 1.376, 1.376, 1.376, 1.376, 0.06, 0.06)
"""Edits on each day of the week, Monday first, 1 being the mean. Working days are taken to be alike: Thursdays had
1.80, but by a few days on which many pages were edited at once; Fridays were the days most of which had an edit."""

OPEN_FROM, OPEN_UNTIL = 7, 20
"""Hours between which, on working days, offices are open."""

ODD_EDITS, ODD_TIME = 0.07, 0.67
"""Share of the edits above that came outside office hours, and share of a week that lies outside them."""

ODD_PRIOR, ODD_GUESS = 10.0, 0.16
"""Edits a source is credited with before anything is known of its hours, and the share of them outside office hours:
more than above, as other publishers may keep others."""

ODD_LEAST = 0.04
"""Share of a source's edits that is taken to keep no office hours, however few of them came outside: the nights and
weekends of `HOURS` and `WEEKDAYS` rest on some hundred edits only."""

FIRST_DAY = ((1 / 24, 0.05), (4 / 24, 0.02), (1.0, 0.008))
"""Up to which age in days after an edit, within the same day: edits a day of a usual page. Bursts die down as Omori's
law has aftershocks do, with a power of the age that `LATER` follows on. Announced edits alone would make it 0.011,
0.007 and 0.006; but 7 % of pages were edited silently between 2 and 48 hours after an announced update (GOV.UK), and
half of the rewordings in the US State Department's feeds came within 2.1 hours."""

LATER = (
    *((2, 0.0055), (3, 0.0072), (5, 0.0059), (10, 0.0064), (20, 0.0035), (40, 0.0019), (80, 0.0011), (160, 0.0008)),
    (10_000, 0.0003),
)
"""Before which day after that of the last edit: edits a day of a usual page."""

WEEK_LATER, NOT_WEEK_LATER = 1.77, 0.86
"""Many pages are edited every week or fortnight: from the fifth day on, what whole weeks have more of, others less."""

SAME_TIME = ((0.25 / 24, 2.4), (0.75 / 24, 1.2))
"""Pages keep their hour: up to which distance in days from the last edit's time of day, how many times the edits;
as many farther off."""


def step(table: tuple[tuple[float, float], ...], at: float) -> float:
    """The value of the first line whose bound lies beyond `at`; of the last line where none does."""
    return next((value for bound, value in table if at < bound), table[-1][1])


def on_day(age: int) -> float:
    """Edits a day of a usual page, so many calendar days (from 1) after its last edit."""
    if age < 5:
        return step(LATER, age)
    return step(LATER, age) * (NOT_WEEK_LATER if age % 7 else WEEK_LATER)


BY_DAY = (0.0, *(on_day(age) for age in range(1, 400)))
"""`on_day` for each age, the last one standing for all that follow."""

TOTALS = tuple(accumulate((step(FIRST_DAY, 0.5) / 2, *BY_DAY[1:]), initial=0.0))
"""Edits of a usual page until so many days after its last one."""


def total(age: float) -> float:
    """Edits a usual page has in the first `age` days after its last one."""
    day = int(age)
    if day >= len(TOTALS) - 1:
        return TOTALS[-1]
    return TOTALS[day] + (TOTALS[day + 1] - TOTALS[day]) * (age - day)


def is_odd(weekday: int, hour: int) -> bool:
    """Whether offices are closed then; Monday is 0."""
    return weekday >= 5 or not OPEN_FROM <= hour < OPEN_UNTIL


def odd_share(edits: float, odd_edits: float) -> float:
    """Which share of a source's edits keeps no office hours: a mixture of the hours above and of none at all, whose
    share outside office hours is that of these edits."""
    share = (ODD_PRIOR * ODD_GUESS + odd_edits) / (ODD_PRIOR + edits)
    return min(1.0, max(ODD_LEAST, (share - ODD_EDITS) / (ODD_TIME - ODD_EDITS)))


def level(edits: float, exposure: float) -> float:
    """How many times as often as usual a source's pages are edited that had these edits, where usual pages would have
    had `exposure`."""
    return (LEVEL_PRIOR + edits) / (LEVEL_PRIOR + exposure)


def prior(level: float) -> float:
    """The rate of the gamma distribution over the pages of a source of this level; its mean is the level.

    Few pages are edited where most rest. Where edits come often, they come on most pages: these are more alike."""
    return PRIOR * math.pow(max(1.0, level), ALIKE)


def until_first(exposure: float, level: float) -> float:
    """First edits that a page of a source of this level would have had, were its mean 1, until a usual page has had
    `exposure` edits: fewer than those, as a page that was long not edited is likely one that seldom is."""
    rate = prior(level)
    return rate * math.log1p(exposure / rate)


def first_level(edited: int, waits: Iterable[tuple[int, float]], usual: float) -> float:
    """How many times as often as usual pages of a source of the level `usual` get their first edit: so many had it;
    `waits` are numbers of pages and the edits a usual page would have had until then, or until now."""
    return level(edited, sum(pages * until_first(exposure, usual) for pages, exposure in waits))
