"""A store and what happens to it, at times counted in minutes from the start."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor import plugins
from monitor.compare import content_hash
from monitor.models import (
    Block,
    BlockChange,
    BlockKind,
    BlockOp,
    Change,
    Check,
    Comparison,
    Decision,
    Disclosure,
    Event,
    Fetch,
    FieldChange,
    Kind,
    NewChange,
    NewVersion,
    Note,
    Op,
    Outcome,
    Page,
    Recorded,
    Signal,
    SignalName,
    Source,
    Span,
    Statement,
    Verdict,
)
from monitor.stores.sqlite import Store

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
LAMPS = "https://www.example.gov.uk/government/news/lamps"
BUOYS = "https://www.example.gov.uk/government/news/buoys"
LISTING = "https://www.example.gov.uk/government/news.atom"
LIGHTHOUSES = Source("lighthouses", pages=(LAMPS,), channels=("desk", "hook"))

EDIT = Comparison(
    fields=(FieldChange("updated_at", "2026-03-01", None, (Span(Op.DELETE, "2026-03-01"),)),),
    blocks=(
        BlockChange(
            BlockOp.CHANGED,
            "Costs",
            Block(BlockKind.PARAGRAPH, "Lamps cost £1.5 million."),
            Block(BlockKind.PARAGRAPH, "Lamps cost £15 million."),
            (
                Span(Op.EQUAL, "Lamps cost £"),
                Span(Op.DELETE, "1.5"),
                Span(Op.INSERT, "15"),
                Span(Op.EQUAL, " million."),
            ),
        ),
    ),
    words_added=1,
    words_removed=1,
)
SILENT = Verdict(
    Disclosure.SILENT,
    ("its history did not move",),
    (Signal(SignalName.FIGURE, ("£1.5 million → £15 million",)), Signal(SignalName.NAME)),
)


@dataclass
class Story:
    """What happens to one store."""

    store: Store
    path: Path
    lamps = LAMPS
    buoys = BUOYS
    listing = LISTING
    source = LIGHTHOUSES
    edit_made = EDIT
    silent = SILENT

    def at(self, minute: int) -> datetime:
        return START + timedelta(minutes=minute)

    def watch(self, *sources: Source, minute: int = 0) -> None:
        self.store.sync_sources(sources, self.at(minute))

    def claim(
        self, minute: int = 0, limit: int = 100, named: tuple[str, ...] | None = None, bounded: bool = True
    ) -> list[Page]:
        return self.store.claim_pages(self.at(minute), limit, LEASE, named, bounded=bounded)

    def page(self, url: str = LAMPS) -> Page:
        """The page as it is now; it is due in a day."""
        (page,) = self.store.claim_pages(self.at(0), 1, timedelta(days=1), [url])
        return page

    def statement(self, text: str, url: str = LAMPS) -> Statement:
        body = (Block(BlockKind.HEADING, "Costs", 2), Block(BlockKind.PARAGRAPH, text))
        notes = (Note("2026-03-01T10:00:00.000Z", "Costs added."), Note(None, "First published."))
        lead = "For every café."
        return Statement(url, "New lamps", "govuk-1", lead=lead, notes=notes, body=body, keeps_history=True)

    def version(self, text: str, url: str = LAMPS) -> NewVersion:
        statement, headers = self.statement(text, url), (("etag", '"é"'),)
        body = f"<main>{statement.text}</main>".encode()
        fetch = Fetch(url, 200, headers=headers, content_type="text/html; charset=utf-8", body=body)
        return NewVersion(statement, content_hash(statement), fetch)

    def look(self, page: Page, minute: int, outcome: Outcome, *events: Event) -> Decision:
        """A decision that leaves the page due 15 minutes later."""
        fetch = Fetch(page.url, 200, content_type="text/html", elapsed_ms=42, wire_bytes=900)
        after = replace(page, seen_at=self.at(minute), next_check_at=self.at(minute + 15))
        return Decision(Check(page, self.at(minute), outcome, fetch), outcome, after, events)

    def record(self, *decisions: Decision, minute: int = 0) -> list[Recorded]:
        return self.store.record(decisions, self.at(minute))

    def publish(self, url: str = LAMPS, text: str = "Lamps cost £1.5 million.", minute: int = 0) -> Statement:
        """The page's first version: the baseline, so no change."""
        version = self.version(text, url)
        self.record(self.look(self.page(url), minute, Outcome.OK, Event(version)), minute=minute)
        return version.statement

    def silent_edit(self, page: Page, minute: int) -> NewChange:
        return NewChange(
            Kind.EDITED,
            "New lamps",
            "£1.5 million → £15 million",
            seen_after_at=self.at(minute),
            seen_before_at=page.seen_at,
            verdict=SILENT,
            comparison=EDIT,
            note="Costs added.",
            channels=("desk", "hook"),
        )

    def rename(self, before: str = "Trinity House", after: str = "Trinity Office", minute: int = 20) -> list[Recorded]:
        """A look that found the page's department under another name, and nothing else."""
        look = self.look(self.page(), minute, Outcome.UNCHANGED)
        change = FieldChange("publishers", before, after, metadata=True)
        return self.record(replace(look, metadata_changes=(change,)), minute=minute)

    def edit(self, url: str = LAMPS, text: str = "Lamps cost £15 million.", minute: int = 15) -> Change:
        """A silent edit, alerted to both channels."""
        page = self.page(url)
        event = Event(self.version(text, url), self.silent_edit(page, minute))
        (recorded,) = self.record(self.look(page, minute, Outcome.CHANGED, event), minute=minute)
        change = self.store.change(recorded.change_ids[0])
        assert change is not None
        return change


@pytest.fixture(params=plugins.names("stores"))
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """An empty store of each kind there is."""
    path = tmp_path / "state" / "monitor.db"
    store = plugins.load("stores", request.param).open(path)
    yield Story(store, path)
    store.close()
