"""When a page is looked at next, and when a message is tried next."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor import schedule
from monitor.models import Batch, Outcome, Page

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


def test_a_message_is_tried_ten_times_over_three_days() -> None:
    waits: list[timedelta] = []
    while (at := schedule.next_try_at("msg_1", len(waits) + 1, NOW, None)) is not None:
        waits.append(at - NOW)
    assert len(waits) == 9
    assert all(0.8 * table <= wait <= 1.2 * table for table, wait in zip(schedule.TRIES[1:], waits, strict=True))


def test_a_receiver_may_ask_for_a_longer_pause() -> None:
    assert schedule.next_try_at("msg_1", 1, NOW, timedelta(hours=1)) == NOW + timedelta(hours=1)


def test_a_batch_is_a_host() -> None:
    pages = [Page(n, "s", url) for n, url in enumerate(("http://a/1", "http://b/1", "http://a/2", "http://a:81/"))]
    assert schedule.batches(pages, {"b": NOW}) == [
        Batch("a", (pages[0], pages[2])),
        Batch("b", (pages[1],), NOW),
        Batch("a:81", (pages[3],)),
    ]


@pytest.mark.parametrize(("delay_s", "pages"), [(5, 12), (0, None), (90, 1)])
def test_a_round_keeps_a_host_busy_for_a_minute(delay_s: int, pages: int | None) -> None:
    assert schedule.pages_within(timedelta(minutes=1), timedelta(seconds=delay_s)) == pages
