"""When a page is looked at next, and when a message is tried next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import sqrt

import pytest

from monitor import _schedule_gaps as gaps
from monitor import _schedule_rates as rates
from monitor import schedule
from monitor.models import Batch, Budget, Note, Outcome, Page, Patience, Role, Statement

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
EVERY = timedelta(minutes=15)
PAGE = Page(7, "rivers", "https://www.example.gov.uk/a")


def pause(page: Page, outcome: Outcome, retry_after: timedelta | None = None, every: timedelta = EVERY) -> timedelta:
    return schedule.next_check_at(page, outcome, NOW, every, retry_after) - NOW


def test_a_quiet_page_is_due_within_its_interval_and_never_later() -> None:
    pauses = {pause(Page(number, "rivers", PAGE.url), Outcome.UNCHANGED) for number in range(50)}
    assert len(pauses) == 50
    assert all(0.9 * EVERY <= found <= EVERY for found in pauses)


@pytest.mark.parametrize(
    ("failures", "minutes"), [(1, 15), (2, 30), (3, 60), (4, 60), (5000, 60)], ids=lambda value: str(value)
)
def test_pauses_grow_after_failures_to_an_hour(failures: int, minutes: int) -> None:
    page = Page(7, "rivers", PAGE.url, failures=failures)
    assert pause(page, Outcome.TIMEOUT) == timedelta(minutes=minutes)


def test_a_look_that_awaits_confirmation_comes_soon() -> None:
    page = Page(7, "rivers", PAGE.url, streak_key="gone", streak=1, failures=1)
    assert pause(page, Outcome.GONE) == timedelta(minutes=10)
    assert pause(page, Outcome.SUSPECT, every=timedelta(minutes=1)) == timedelta(minutes=1)


def test_a_page_that_stays_gone_keeps_its_interval() -> None:
    page = Page(7, "rivers", PAGE.url, streak_key="gone", streak=400, failures=400, removed=True)
    assert 0.9 * EVERY <= pause(page, Outcome.GONE) <= EVERY


def test_the_server_may_ask_for_more_but_not_for_less() -> None:
    page = Page(7, "rivers", PAGE.url, failures=1)
    assert pause(page, Outcome.RATE_LIMITED, timedelta(hours=3)) == timedelta(hours=3)
    assert pause(page, Outcome.RATE_LIMITED, timedelta(seconds=1)) == EVERY


def waits(patience: Patience) -> list[timedelta]:
    """The pauses after each failed try, until the message is given up."""
    found: list[timedelta] = []
    while (at := schedule.next_try_at("msg_1", len(found) + 1, NOW, patience)) is not None:
        found.append(at - NOW)
    return found


@pytest.mark.parametrize(
    ("patience", "tries", "least", "most"),
    [
        (Patience.USUAL, 10, timedelta(days=2.5), timedelta(days=3.8)),
        (Patience.SHORT, 3, timedelta(minutes=48), timedelta(minutes=72)),
        (Patience.POSTAL, 111, timedelta(days=4.8), timedelta(days=5.2)),
    ],
)
def test_a_message_is_tried_as_often_and_as_long_as_its_failure_deserves(
    patience: Patience, tries: int, least: timedelta, most: timedelta
) -> None:
    found = waits(patience)
    assert (len(found), least <= sum(found, timedelta()) <= most) == (tries - 1, True)
    table = schedule.TRIES[patience][1:]
    assert all(0.8 * pause <= wait <= 1.2 * pause for pause, wait in zip(table, found, strict=True))


def test_a_greylist_is_given_its_five_minutes() -> None:
    assert waits(Patience.POSTAL)[0] >= timedelta(minutes=5)


def test_a_channel_rests_longer_at_each_fault_up_to_an_hour_and_as_long_as_it_asks() -> None:
    rests = [schedule.channel_free_at(faults, NOW, None) - NOW for faults in (1, 2, 3, 4, 5, 500)]
    assert rests == [*schedule.CHANNEL_RESTS, timedelta(hours=1), timedelta(hours=1)]
    assert schedule.channel_free_at(1, NOW, timedelta(hours=24)) == NOW + timedelta(hours=24)
    assert schedule.channel_free_at(4, NOW, timedelta(seconds=2)) == NOW + timedelta(hours=1)


def test_after_a_channels_rest_the_messages_that_failed_are_due_too() -> None:
    pairs = zip(schedule.CHANNEL_RESTS[:3], schedule.TRIES[Patience.USUAL][1:4], strict=True)
    assert all(rest >= pause * (1 + schedule.JITTER) for rest, pause in pairs)


def test_a_batch_is_a_host() -> None:
    pages = [Page(n, "s", url) for n, url in enumerate(("http://a/1", "http://b/1", "http://a/2", "http://a:81/"))]
    assert schedule.batches(pages) == [
        Batch("a", (pages[0], pages[2])),
        Batch("b", (pages[1],)),
        Batch("a:81", (pages[3],)),
    ]


@pytest.mark.parametrize(("delay_s", "pages"), [(5, 12), (0, None), (90, 1)])
def test_a_round_keeps_a_host_busy_for_a_minute(delay_s: int, pages: int | None) -> None:
    assert schedule.pages_within(timedelta(minutes=1), timedelta(seconds=delay_s)) == pages


# --- when looks are chosen -------------------------------------------------------------------------------------------

LONDON = "Europe/London"
DAY = timedelta(days=1)
BUDGET = Budget(pages=100, most=None, price=0.0003, priced_at=NOW)
OLD = replace(PAGE, edited_at=NOW - 400 * DAY)


def wait(page: Page, budget: Budget = BUDGET, now: datetime = NOW) -> timedelta:
    return schedule.wait(page, budget, LONDON, now)


def read(*ats: str, published_at: str | None = None) -> Statement:
    return Statement(PAGE.url, "A", "test-1", published_at=published_at, notes=tuple(Note(at, "Said.") for at in ats))


def test_the_sooner_after_an_edit_the_sooner_the_next_look() -> None:
    waits = [wait(replace(PAGE, edited_at=NOW - age)) for age in (DAY / 24, 30 * DAY, 400 * DAY)]
    assert waits == sorted(set(waits))


def test_a_page_edited_often_is_looked_at_oftener() -> None:
    assert wait(replace(OLD, edits=4.0, exposure=0.5)) < wait(OLD) / 2


def test_a_look_without_an_edit_is_evidence_too() -> None:
    busy = replace(PAGE, edits=4.0, exposure=0.5, edited_at=NOW - DAY)
    later = NOW + 56 * DAY  # the same hour and day of the week
    assert wait(busy) < wait(busy, now=later)


def test_a_dearer_look_comes_later() -> None:
    page = replace(PAGE, edits=4.0, exposure=0.5, edited_at=NOW - 10 * DAY)
    waits = [wait(page, replace(BUDGET, price=price)) for price in (0.0001, 0.01, 1.0)]
    assert waits == sorted(waits)
    assert waits[0] < waits[2]


@pytest.mark.parametrize("hour", [21, 23])
def test_nobody_looks_at_night_for_what_is_edited_by_day(hour: int) -> None:
    evening = NOW.replace(hour=hour)
    page = replace(PAGE, edits=4.0, exposure=0.5, edited_at=NOW - 4 * DAY)
    found = evening + wait(page, replace(BUDGET, price=0.01), now=evening)
    assert NOW.replace(hour=6, minute=59) + DAY < found < NOW.replace(hour=19) + DAY


def test_office_hours_are_those_of_the_publisher() -> None:
    page = replace(PAGE, edits=4.0, exposure=0.5, edited_at=NOW - 4 * DAY)
    night_in_wellington = NOW
    assert schedule.wait(page, BUDGET, "Pacific/Auckland", night_in_wellington) > wait(page)


def test_however_quiet_a_page_it_waits_no_longer_than_three_times_the_mean() -> None:
    quiet = replace(PAGE, exposure=1000.0, edited_at=NOW - 4000 * DAY)
    assert wait(quiet) == 3 * timedelta(hours=6)
    assert wait(quiet, replace(BUDGET, most=11)) == schedule.LONGEST


def test_a_wait_beyond_which_edits_would_be_late_is_kept_short(monkeypatch: pytest.MonkeyPatch) -> None:
    early, dear = NOW.replace(hour=7, minute=30), replace(BUDGET, price=0.01)
    with_lateness = wait(OLD, dear, early)
    monkeypatch.setattr(gaps, "LATE_COST", 0.0)
    assert wait(OLD, dear, early) > with_lateness > timedelta(hours=2)


def test_where_all_pages_are_edited_oftener_a_page_without_an_edit_is_looked_at_more() -> None:
    lively = replace(BUDGET, level=4.0)
    busy = replace(PAGE, edits=4.0, exposure=0.5, edited_at=NOW - 4 * DAY)
    assert wait(OLD, lively) / wait(busy, lively) < wait(OLD) / wait(busy)


def test_a_page_without_an_edit_is_looked_at_as_often_as_its_source_s_pages_get_their_first_one() -> None:
    often, seldom = replace(BUDGET, first_level=4.0), replace(BUDGET, first_level=0.25)
    assert wait(OLD, often) < wait(OLD) < wait(OLD, seldom)
    edited = replace(OLD, edits=4.0, exposure=0.5)
    assert wait(edited, often) == wait(edited, seldom)


def test_the_oftener_a_source_s_pages_are_edited_the_more_they_are_taken_to_be_alike() -> None:
    assert rates.prior(0.1) == rates.prior(1.0) == rates.PRIOR
    assert rates.PRIOR < rates.prior(2.0) < rates.prior(5.0) < 5 * rates.PRIOR


def test_a_page_long_without_an_edit_is_waited_for_less() -> None:
    assert rates.until_first(0.0, 1.0) == 0
    early, late = rates.until_first(0.001, 1.0), rates.until_first(1.0, 1.0) - rates.until_first(0.999, 1.0)
    assert early == pytest.approx(0.001, rel=0.01)
    assert late == pytest.approx(early * rates.PRIOR / (rates.PRIOR + 1), rel=0.01)


def test_a_source_s_level_is_what_its_pages_had_of_what_usual_ones_would_have_had() -> None:
    assert schedule.level(0, 0) == 1
    assert schedule.level(1000, 250) == pytest.approx(4, rel=0.05)
    assert 0.9 < schedule.level(0, 1) < 1
    assert schedule.usual_edits(-DAY) == 0 < schedule.usual_edits(DAY) < schedule.usual_edits(9 * DAY)


def test_a_page_nothing_is_known_of_waits_the_mean() -> None:
    assert wait(PAGE) == timedelta(hours=6)
    assert wait(PAGE, replace(BUDGET, pages=260, most=schedule.budget_for(260, 1))) == DAY


def test_a_page_that_failed_is_tried_again_soon_and_ever_more_seldom_up_to_the_mean() -> None:
    waits = [wait(replace(OLD, failures=failures)) for failures in (1, 2, 3, 5000)]
    assert waits == [timedelta(minutes=minutes) for minutes in (15, 30, 60, 360)]


@pytest.mark.parametrize(("budget", "expected"), [(None, 15), (2000, 15), (100, 72)])
def test_a_listing_is_looked_at_evenly_within_its_share(budget: int | None, expected: int) -> None:
    listing = Page(8, "rivers", PAGE.url, Role.LISTING)
    assert wait(listing, replace(BUDGET, most=budget)) == timedelta(minutes=expected)


def test_at_a_steady_rate_the_wait_is_the_one_that_theory_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = {"WEEKDAYS": (1.0,) * 7, "BY_DAY": (0.5,) * 400, "SAME_TIME": ((1.0, 1.0),), "total": lambda age: 0.0}
    for name, value in figures.items():
        monkeypatch.setattr(rates, name, value)
    monkeypatch.setattr(gaps, "WEIGHTS", (1.0,) * len(gaps.WEIGHTS))
    habit = gaps.Habit(0.0, 0.0, 0.0)
    assert gaps.wait(habit, 9.3, gaps.Terms(0.04, 9.0, 9.0)) == pytest.approx(sqrt(2 * 0.04 / 0.5), rel=0.2)


def test_the_first_look_learns_the_pages_own_history() -> None:
    statement = read("2026-11-20T09:30:00.000Z", "2026-11-10T12:00:00.000Z", published_at="2026-11-02")
    page = schedule.learnt(PAGE, statement, False, LONDON, NOW)
    assert page.edited_at == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert page.edits == pytest.approx(rates.FADING + rates.FADING**2)
    assert page.exposure > 0
    assert schedule.learnt(page, statement, False, LONDON, NOW) == page


def test_a_day_and_a_time_on_it_are_one_edit() -> None:
    statement = read("2026-11-02T09:30:00.000Z", published_at="2026-11-02")
    page = schedule.learnt(PAGE, statement, False, LONDON, NOW)
    assert (page.edits, page.edited_at) == (0.0, datetime(2026, 11, 2, 9, 30, tzinfo=UTC))


def test_an_edit_that_no_history_tells_of_came_by_the_look() -> None:
    statement = read("2026-11-20T09:30:00.000Z")
    known = schedule.learnt(PAGE, statement, False, LONDON, NOW - DAY)
    page = schedule.learnt(known, statement, True, LONDON, NOW)
    assert (page.edited_at, page.edits) == (NOW, rates.FADING)


def test_dates_to_come_and_words_that_are_no_date_teach_nothing() -> None:
    statement = read("2027-01-01T00:00:00.000Z", "soon", published_at="2026-11-02T09:00:00.000Z")
    page = schedule.learnt(PAGE, statement, False, LONDON, NOW)
    assert (page.edits, page.edited_at) == (0.0, datetime(2026, 11, 2, 9, tzinfo=UTC))


@pytest.mark.parametrize(("baseline", "ago"), [(True, 7), (False, 0)])
def test_a_page_without_dates_is_new_where_it_came_after_the_first_fill(baseline: bool, ago: int) -> None:
    page = schedule.learnt(replace(PAGE, baseline=baseline), read(), False, LONDON, NOW)
    assert page.edited_at == NOW - ago * DAY


def test_what_was_not_read_teaches_nothing() -> None:
    assert schedule.learnt(OLD, None, False, LONDON, NOW) == OLD


def test_a_publisher_that_keeps_no_office_hours_is_looked_at_at_night_too() -> None:
    evening = NOW.replace(hour=21)
    page = replace(PAGE, edits=4.0, exposure=0.5, edited_at=NOW - 4 * DAY)
    waits = [wait(page, replace(BUDGET, price=0.01, odd=odd), now=evening) for odd in (0.0, 1.0)]
    assert waits[1] < waits[0] / 2


def test_which_hours_a_publisher_keeps_is_learnt_from_its_edits() -> None:
    share = schedule.odd_share
    assert share(1000, 70) < share(0, 0) < share(20, 10) < share(1000, 670)
    assert (share(1000, 0), share(1000, 1000)) == (rates.ODD_LEAST, 1.0)


@pytest.mark.parametrize(("at", "odd"), [("2026-11-20T10:00:00.000Z", 0), ("2026-11-21T10:00:00.000Z", 1)])
def test_an_edit_at_a_weekend_is_odd(at: str, odd: int) -> None:
    page = schedule.learnt(OLD, read(at), False, LONDON, NOW)
    assert page.odd_edits == odd * rates.FADING


# --- budgets ---------------------------------------------------------------------------------------------------------


def test_a_budget_is_new_each_day() -> None:
    budget = schedule.charged(replace(BUDGET, most=5), 3, 3, NOW)
    assert [schedule.room(budget, at) for at in (NOW, NOW.replace(hour=23), NOW + DAY)] == [2, 2, 5]
    assert schedule.room(schedule.charged(budget, 9, 2, NOW), NOW) == 0
    assert schedule.room(BUDGET, NOW) is None


def test_the_price_rests_where_the_looks_wanted_meet_the_budget() -> None:
    budget = replace(BUDGET, most=1000)
    after = {wanted: schedule.charged(budget, wanted, 0, NOW + DAY).price for wanted in (325, 650, 1300)}
    assert after[650] == pytest.approx(budget.price)
    assert after[325] < after[650] < after[1300]


def test_what_the_budget_has_nothing_left_for_is_due_early_tomorrow() -> None:
    found = {schedule.put_off_until(page_id, NOW) for page_id in range(50)}
    midnight = datetime(2026, 11, 25, tzinfo=UTC)
    assert len(found) == 50
    assert all(midnight <= at < midnight + DAY / 24 for at in found)


@pytest.mark.parametrize(("pages", "share"), [(200, 0.1), (62_000, 0.1), (124_000, 0.5), (700_000, 0.5)])
def test_the_less_a_budget_is_enough_for_all_pages_the_more_is_kept_for_hints(pages: int, share: float) -> None:
    assert schedule.urgent_share(replace(BUDGET, pages=pages, most=2000)) == pytest.approx(share)
    assert schedule.urgent_share(replace(BUDGET, pages=pages, most=None)) == pytest.approx(0.1)


@pytest.mark.parametrize(("pages", "days"), [(1000, 2.31), (13_000, 30), (20_000, 31), (700_000, 1077)])
def test_a_quiet_page_waits_a_month_at_most_or_as_long_as_its_budget_must_make_it(pages: int, days: float) -> None:
    longest = schedule.longest_wait(replace(BUDGET, pages=pages, most=2000))
    assert longest / timedelta(days=1) == pytest.approx(days, rel=0.01)
