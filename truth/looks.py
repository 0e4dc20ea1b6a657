"""One feed item looked at again and again, by the program's own rules, as the store would carry it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from monitor.compare import content_hash
from monitor.decide import decide
from monitor.models import (
    Check,
    Decision,
    Fetch,
    FieldChange,
    Known,
    NewChange,
    Outcome,
    Page,
    Reading,
    Role,
    Source,
    Statement,
    Version,
)
from monitor.schedule import CONFIRM_LOOKS

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
SOURCE = Source("feed")


class Told(NamedTuple):
    """What one text led to: the changes, and what of its metadata was recorded."""

    changes: tuple[NewChange, ...]
    metadata: tuple[FieldChange, ...]


class _Item(NamedTuple):
    page: Page
    known: Known
    at: datetime


def told(texts: Sequence[Statement]) -> list[Told]:
    """What each text but the first led to. Each stays for as many looks as it takes to be believed."""
    if not texts:
        return []
    item = _Item(Page(1, SOURCE.name, texts[0].url, Role.ITEM), Known(), START)
    found = []
    for statement in texts:
        decisions = []
        for _ in range(CONFIRM_LOOKS):
            decision, item = _look(item, statement)
            decisions.append(decision)
        found.append(
            Told(tuple(_changes(decisions)), tuple(each for one in decisions for each in one.metadata_changes))
        )
    return found[1:]


def _changes(decisions: Sequence[Decision]) -> Iterator[NewChange]:
    return (event.change for decision in decisions for event in decision.events if event.change)


def _look(item: _Item, statement: Statement) -> tuple[Decision, _Item]:
    check = Check(item.page, item.at, Outcome.OK, Fetch(statement.url, 200), Reading(statement=statement))
    decision = decide(check, item.known, SOURCE, {})
    at = item.at + timedelta(minutes=15)
    versions = [event.version for event in decision.events if event.version]
    if not versions:
        recorded = (*item.known.metadata_changes, *decision.metadata_changes)
        return decision, _Item(decision.page, replace(item.known, metadata_changes=recorded), at)
    old = item.known.version
    number = old.number + 1 if old else 1
    version = Version(number, number, statement, content_hash(statement), item.at)
    earlier = (*item.known.earlier, (old.content_hash, old.number)) if old else ()
    return decision, _Item(replace(decision.page, version_id=number), Known(version, earlier), at)
