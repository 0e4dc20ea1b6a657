"""Replays of update times: they know only what a look showed, keep the budget, and count as they say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from freshness import traces
from freshness.replays import chosen, uniform
from freshness.traces import Trace, bursty, distinct
from monitor._schedule_prices import SPARE

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
BURSTS = bursty(pages=100, days=30)


def trace(*edits_h: float) -> Trace:
    """One page, published a day before the trace of ten days begins, and edited so many hours after."""
    times = (BEGIN - DAY, *(BEGIN + timedelta(hours=hours) for hours in edits_h))
    return Trace("one page", {"a": times}, BEGIN, BEGIN + 10 * DAY)


def test_a_uniform_interval_finds_each_edit_at_its_next_look_and_loses_those_overtaken() -> None:
    run = uniform(trace(30, 31, 100), 1)
    first, second, third = run.hours
    assert first == pytest.approx(second + 1)
    assert (first + 30) % 24 == pytest.approx((third + 100) % 24)
    assert (run.lost, run.looks, run.page_days) == (1, 10, 10)


def test_an_edit_before_the_trace_is_history_and_not_scored() -> None:
    assert chosen(trace(-10, 50), 4).hours == chosen(trace(-10, 50, 1000), 4).hours
    assert len(chosen(trace(-10, 50), 4).hours) == 1


def test_no_look_knows_what_comes_after_it() -> None:
    middle = BURSTS.begin + 15 * DAY
    past = {name: tuple(at for at in times if at < middle) for name, times in BURSTS.pages.items() if times[0] < middle}
    short = replace(BURSTS, pages=past, end=middle)
    other = {name: (*times, middle + DAY) for name, times in past.items()}
    assert chosen(short, 4) == chosen(replace(short, pages=other), 4)


def test_chosen_looks_find_bursts_sooner_than_as_many_even_ones() -> None:
    run = chosen(BURSTS, 4)
    assert run.mean < uniform(BURSTS, run.rate).mean
    assert run.rate <= 4 / (1 - SPARE)


def test_times_within_a_minute_are_one() -> None:
    assert distinct([BEGIN + timedelta(seconds=s) for s in (61, 5, 59)]) == (BEGIN, BEGIN + timedelta(minutes=1))


def test_a_sample_is_the_same_at_every_run_and_no_larger_than_there_is() -> None:
    assert BURSTS.sample(7) == BURSTS.sample(7)
    assert len(BURSTS.sample(7).pages) == 7
    assert BURSTS.sample(10_000).pages == BURSTS.pages


def test_a_corpus_without_update_times_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "EVENTS", tmp_path / "govuk_update_events.tsv")
    assert traces.real() is None
    traces.EVENTS.write_text(
        "page\tupdated_at_unix\tkind\tseen_at_unix\na\t1640995200\tpub\t1640995260\na\t1641081600\tupd\t1641081660\n"
    )
    found = traces.real()
    assert found and found.pages == {"a": (datetime(2022, 1, 1, tzinfo=UTC), datetime(2022, 1, 2, tzinfo=UTC))}
    assert found.active().pages == found.pages
