"""The roles that files in `parsers/`, `stores/`, `channels/` and `executors/` play. One contract test each."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Protocol

from monitor.models import (
    Alert,
    Batch,
    Budget,
    Change,
    Check,
    Decision,
    Digest,
    Entry,
    Event,
    Finding,
    Host,
    Incident,
    Known,
    Message,
    Page,
    Pause,
    Receipt,
    Recorded,
    Report,
    Robots,
    Settlement,
    Source,
    Statement,
)


class Parser(Protocol):
    """Reads one publisher's pages. Pure.

    A frozen dataclass named `Parser` in `parsers/TYPE.py`; its fields are its settings.
    """

    @property
    def identity(self) -> str:
        """The parser, its version and, where they change what is read, its settings: `govuk-1`, `css-1-3fa9c2`."""
        ...

    def statement(self, html: str, url: str) -> Statement:
        """The statement on this page.

        Raises:
            ParseError: the layout is not recognised, or the page has no statement.
        """
        ...

    def listing(self, html: str, url: str) -> tuple[Entry, ...]:
        """The pages this page names, in its order.

        Raises:
            ParseError: the page is no listing.
        """
        ...

    def essence(self, body: bytes) -> bytes | None:
        """The part of the raw page that `statement` depends on, with what changes at each request cut out.

        Two bodies of equal essence have equal statements; that law is tested. None where it cannot be told cheaply.
        """
        ...


class Store(Protocol):
    """Keeps everything. Writing is one process; each call is one transaction."""

    def sync_sources(self, sources: Sequence[Source], now: datetime) -> None:
        """Makes the pages the configuration names, due at once; what it no longer names is orphaned, never removed."""
        ...

    def claim_pages(
        self,
        now: datetime,
        limit: int,
        lease: timedelta,
        named: Sequence[str] | None = None,
        busy: Collection[str] = (),
        per_host: int | None = None,
        bounded: bool = True,
    ) -> list[Page]:
        """Up to `limit` due pages, each due again only when its lease ends; pages of resting and `busy` hosts wait.

        Of one host at most `per_host`, fewer where it is to be asked slowly, one where it failed; what is left of it is
        due still. `named`: all of these sources and addresses instead, due or not. Each is charged to its source's
        budget; where they are `bounded` by it, what it has nothing left for is put off to the next day.
        """
        ...

    def put_back(
        self,
        page_ids: Collection[int],
        now: datetime,
        hosts: Collection[Host] = (),
        robots: Collection[Robots] = (),
    ) -> None:
        """Makes claimed pages due again that were not looked at after all, and gives their sources the looks back; with
        it, what is now known of hosts is written: no page of one is claimed before it is free.
        """
        ...

    def budgets(self) -> dict[str, Budget]:
        """The budgets of the sources that choose their looks, by source."""
        ...

    def end_leases(self, now: datetime) -> None:
        """Makes due again what an earlier process claimed and never finished."""
        ...

    def tidy(self) -> int:
        """Keeps the files small and the statistics fresh; bytes that are still to be moved into place."""
        ...

    def hosts(self, names: Collection[str]) -> tuple[list[Host], list[Robots]]:
        """What is known of these hosts, and of the robots.txt of their origins."""
        ...

    def discover(self, source: str, entries: Sequence[Entry], now: datetime) -> None:
        """Makes pages of those entries that are none of this source yet; `record` does so too."""
        ...

    def pages_of_items(self, source: str, urls: Sequence[str]) -> list[Page]:
        """The item pages of a source at these addresses, in their order; addresses that are none are left out."""
        ...

    def known(self, page_id: int) -> Known:
        """What a decision on this page is held against; `reread` is never set here."""
        ...

    def snapshot(self, page_id: int) -> tuple[bytes, str] | None:
        """The bytes behind the page's current version, and their content type."""
        ...

    def record(
        self,
        decisions: Sequence[Decision],
        now: datetime,
        hosts: Collection[Host] = (),
        robots: Collection[Robots] = (),
    ) -> list[Recorded]:
        """Writes checks, versions, changes, metadata changes, alerts and pages, all or nothing, in the order given; and
        what the looks taught of hosts.

        A decision made on a version that is no longer the page's current one leaves its check row only.
        """
        ...

    def to_reparse(self, parsers: Mapping[str, str], after: int, limit: int) -> list[Page]:
        """Pages beyond the id `after` whose current version another parser read than the one named for their source,
        and that this one has not read to the same words since."""
        ...

    def count_to_reparse(self, parsers: Mapping[str, str]) -> int:
        """How many there are in all."""
        ...

    def record_reparsed(self, read: Sequence[tuple[Page, str, Event | None]], now: datetime) -> list[int]:
        """Writes what reading snapshots again came to, all or nothing: page, parser, and what differs (None: nothing).

        Returns the ids of the changes; none is alerted. A page that has another version by now is left as it is.
        """
        ...

    def sync_channels(self, settings_hashes: Mapping[str, str], now: datetime) -> None:
        """Ends the rests of channels that the configuration no longer names, or names with other settings; what waits
        for a digest is due, and waits again only where a claim finds that it must.
        """
        ...

    def channel_faults(self) -> dict[str, int]:
        """How many tries in a row failed by the channel's own fault, by channel; one that works is left out."""
        ...

    def claim_alerts(
        self,
        now: datetime,
        limit: int,
        lease: timedelta,
        held: Collection[int] = (),
        busy: Collection[str] = (),
        digests: Mapping[str, Digest] = MappingProxyType({}),
        *,
        patient: bool = True,
    ) -> list[Alert]:
        """Up to `limit` alerts whose next try is due, the longest due first, each due again only when its lease ends.

        Those of `busy` and of resting channels wait; of the others each has its share of `limit`. Those of one channel
        on one sitewide edit become one, with its `pages`, and stay so at every later claim; so do those of a source
        that changes throughout, those of a channel with more than it can be sent one by one, and those made until the
        last moment of the channel's digest, where it is among the `digests` (later ones wait for the next moment). New
        alerts of the changes `held` wait, unless they are gathered so. Where it is not `patient`, because no further
        look will be recorded, none waits for more of its kind to come but for a digest's moment.
        """
        ...

    def add_receipt(self, alert_id: str, receipt: Receipt) -> None:
        """Writes that a recipient is done with this alert's message, while others may not be."""
        ...

    def settle_alert(self, alert_id: str, settlement: Settlement, now: datetime) -> None:
        """Writes how one try ended, for all that its message tells.

        With a rest, the channel's other claimed alerts are due again, untried; what arrived ends its rest.
        """
        ...

    def redeliver(self, ids: Sequence[str] | None, now: datetime) -> int:
        """Makes these alerts that were not sent (None: all) due at once; how many they are.

        Raises:
            MonitorError: there is no such alert.
        """
        ...

    def mark_read(self, change_ids: Sequence[int], now: datetime, *, read: bool = True) -> None:
        """Marks those of these changes that there are as read in the web pages, or as not read."""
        ...

    def change(self, change_id: int) -> Change | None:
        """One change, whole."""
        ...

    def standing(self, now: datetime) -> dict[str, Any]:
        """The figures by which something needs a person; cheap, however many pages there are."""
        ...

    def keep_incidents(self, found: Sequence[Finding], now: datetime) -> tuple[list[Incident], list[Incident]]:
        """Writes which incidents began and which ended, by all that is found now; gives both.

        Each channel that is to be told gets a report, once it had none for a while.
        """
        ...

    def keep_past_incident(self, finding: Finding, began_at: datetime, now: datetime, told: Report | None) -> None:
        """Writes an incident that is over by now, and could not be written before; `told` is the report that was sent
        when it began."""
        ...

    def claim_reports(self, now: datetime, limit: int, lease: timedelta, busy: Collection[str] = ()) -> list[Report]:
        """Up to `limit` reports whose next try is due, each due again when its lease ends. What settles alerts settles
        them, too."""
        ...


Done = Callable[[Receipt], Awaitable[None]]
"""Told of each recipient as soon as it is done with a message, so that no later try goes to it again."""


async def forget(_receipt: Receipt) -> None:
    """For who keeps no receipts."""


class Channel(Protocol):
    """One way to reach someone.

    A frozen dataclass named `Channel` in `channels/TYPE.py`; its fields are its settings.
    """

    async def send(self, message: Message, done: Done = forget) -> str:
        """Sends to every recipient without a receipt, and says what the far end answered, in a few words.

        Raises:
            DeliveryError: it did not arrive, or we cannot know that it did.
        """
        ...


Look = Callable[[Page], Awaitable[Check | Pause]]
"""One look at one page, or how long its host must rest before; never raises for what a server or a page does."""


class Executor(Protocol):
    """Runs batches; where and how many at once is its business."""

    def run(self, batches: Iterable[Batch], look: Look) -> AsyncIterator[Check]:
        """Yields every batch's checks as they are made: each page once, a host's pages one after another.

        A page whose host must rest is looked at after that; where the rest is longer than `schedule.PATIENCE`, it and
        what follows in its batch is left out.
        """
        ...


Row = dict[str, Any]
"""A row for people: column names as in the database view."""
