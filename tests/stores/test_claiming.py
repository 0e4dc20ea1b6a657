"""Claims among more due pages than are read: what held hosts have is passed over, and nobody is forgotten."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.models import Host
from monitor.stores import _claiming

Story = Any  # see conftest.py

URLS = tuple(f"https://{host}.example/{number}" for host in "abcd" for number in range(6))


@pytest.fixture
def crowded(story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    """24 pages due, of which no more than six are read in the order of time; those of a host come one after another."""
    monkeypatch.setattr(_claiming, "PASSED_OVER_MOST", 6)
    story.watch(replace(story.source, pages=URLS))
    return story


def claimed(story: Story, busy: str, per_host: int, limit: int = 100, minute: int = 0) -> list[str]:
    names = {f"{host}.example" for host in busy}
    pages = story.store.claim_pages(story.at(minute), limit, timedelta(hours=1), None, names, per_host)
    return sorted(page.url.removeprefix("https://").replace(".example/", "") for page in pages)


@pytest.mark.parametrize(
    ("busy", "per_host", "limit", "found"),
    [
        ("", 2, 100, ["a0", "a1"]),
        ("a", 2, 100, ["b0", "b1", "c0", "c1", "d0", "d1"]),
        ("a", 2, 1, ["b0"]),
        ("abc", 9, 100, ["d0", "d1", "d2", "d3", "d4", "d5"]),
        ("abcd", 9, 100, []),
    ],
)
def test_held_hosts_hide_no_other(crowded: Story, busy: str, per_host: int, limit: int, found: list[str]) -> None:
    assert claimed(crowded, busy, per_host, limit) == found


def test_hosts_that_rest_or_failed_are_treated_alike_whichever_way_they_are_found(crowded: Story) -> None:
    hosts = [Host("b.example", free_at=crowded.at(5)), Host("c.example", failures=5)]
    crowded.store.put_back((), crowded.at(0), hosts)
    assert claimed(crowded, "a", 2) == ["c0", "d0", "d1"]


def test_nothing_is_claimed_that_is_not_due(crowded: Story) -> None:
    assert claimed(crowded, "a", 9) == [f"{host}{number}" for host in "bcd" for number in range(6)]
    assert claimed(crowded, "a", 9, minute=59) == []
    assert len(claimed(crowded, "a", 9, minute=60)) == 18


def test_the_host_longest_due_comes_first(crowded: Story) -> None:
    assert claimed(crowded, "abd", 1, limit=1) == ["c0"]
    crowded.store.end_leases(crowded.at(1))
    assert claimed(crowded, "ac", 1, limit=1, minute=2) == ["b0"]
