"""A decision made in the child is the one made here."""

import asyncio
from dataclasses import replace

import pytest

from monitor import sandbox
from monitor._pipeline_apart import decided_apart
from monitor.compare import content_hash
from monitor.decide import decide
from monitor.models import Check, Decision, Fetch, Known, Outcome, Page, Reading, Statement, Version
from monitor.sandbox import Sandbox
from tests.test_decide import ANNOUNCED, FILTERS, ONE, SHRUNK, SILENT, SOURCE, START, URL


def check(statement: Statement | None, outcome: Outcome = Outcome.OK, at: str = URL) -> Check:
    fetch = Fetch(at, status=200, body=b"<p>as served</p>", permanent=True)
    page = Page(1, SOURCE.name, URL, version_id=7, essence="e", seen_at=START)
    return Check(page, START, outcome, fetch, Reading(statement=statement), essence="f")


def known(statement: Statement | None) -> Known:
    return Known(Version(7, 1, statement, content_hash(statement), START)) if statement else Known()


async def apart(look: Check, past: Known) -> Decision:
    child = Sandbox()
    try:
        return await decided_apart(child, look, past, SOURCE, FILTERS, None)
    finally:
        await child.aclose()


@pytest.mark.parametrize(
    ("look", "past"),
    [
        pytest.param(check(SILENT), known(ONE), id="edited"),
        pytest.param(check(SILENT), known(None), id="first version"),
        pytest.param(check(ONE), known(ONE), id="as it was"),
        pytest.param(check(SHRUNK), known(ONE), id="an upheaval awaits confirmation"),
        pytest.param(check(ANNOUNCED, at=f"{URL}/moved"), known(ONE), id="another address"),
        pytest.param(check(None, Outcome.GONE), known(ONE), id="gone"),
    ],
)
def test_a_decision_is_the_same_wherever_it_is_made(look: Check, past: Known) -> None:
    assert asyncio.run(apart(look, past)) == decide(look, past, SOURCE, FILTERS)


def test_texts_that_take_too_long_are_compared_briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.0)
    look, past = check(SILENT), known(ONE)
    assert asyncio.run(apart(look, past)) == decide(look, replace(past, briefly=True), SOURCE, FILTERS)
