"""A decision made in the child is the one made here."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor import sandbox
from monitor._pipeline_apart import decided_apart
from monitor.compare import content_hash
from monitor.decide import decide
from monitor.models import (
    Block,
    BlockKind,
    Check,
    Decision,
    Fetch,
    Filter,
    Known,
    Note,
    Outcome,
    Page,
    Reading,
    Source,
    Statement,
    Version,
)
from monitor.sandbox import Sandbox

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
URL = "https://www.example.gov.uk/quays"
SOURCE = Source("quays", pages=(URL,), every=timedelta(minutes=15), channels=("desk",))
FILTERS: Mapping[str, Filter] = {"desk": Filter()}
BEFORE = Statement(
    URL,
    "Quays",
    "test-1",
    body=tuple(Block(BlockKind.PARAGRAPH, f"Quay {number} is 12 metres long.") for number in range(40)),
    keeps_history=True,
)
EDITED = replace(BEFORE, body=(replace(BEFORE.body[0], text="Quay 0 is 21 metres long."), *BEFORE.body[1:]))
UPHEAVAL = replace(BEFORE, body=(Block(BlockKind.PARAGRAPH, "No words of this have stood here before."),))
OTHER_ADDRESS = replace(EDITED, notes=(Note("2026-11-24", "Measured again."),), updated_at="2026-11-24")


def check(statement: Statement | None, outcome: Outcome = Outcome.OK, at: str = URL) -> Check:
    fetch = Fetch(at, status=200, body=b"<p>as served</p>", permanent=True)
    page = Page(1, "quays", URL, version_id=7, essence="e", seen_at=AT)
    return Check(page, AT, outcome, fetch, Reading(statement=statement), essence="f")


def known(statement: Statement | None) -> Known:
    return Known(Version(7, 1, statement, content_hash(statement), AT)) if statement else Known()


async def apart(look: Check, past: Known) -> Decision:
    child = Sandbox()
    try:
        return await decided_apart(child, look, past, SOURCE, FILTERS, None)
    finally:
        await child.aclose()


@pytest.mark.parametrize(
    ("look", "past"),
    [
        pytest.param(check(EDITED), known(BEFORE), id="edited"),
        pytest.param(check(EDITED), known(None), id="first version"),
        pytest.param(check(BEFORE), known(BEFORE), id="as it was"),
        pytest.param(check(UPHEAVAL), known(BEFORE), id="an upheaval awaits confirmation"),
        pytest.param(check(OTHER_ADDRESS, at=f"{URL}/moved"), known(BEFORE), id="another address"),
        pytest.param(check(None, Outcome.GONE), known(BEFORE), id="gone"),
    ],
)
def test_a_decision_is_the_same_wherever_it_is_made(look: Check, past: Known) -> None:
    assert asyncio.run(apart(look, past)) == decide(look, past, SOURCE, FILTERS)


def test_texts_that_take_too_long_are_compared_briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.0)
    look, past = check(EDITED), known(BEFORE)
    assert asyncio.run(apart(look, past)) == decide(look, replace(past, briefly=True), SOURCE, FILTERS)
