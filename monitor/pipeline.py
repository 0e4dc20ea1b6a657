"""The whole story, in order.

store.claim_pages          which pages are due                       disk
| schedule.batches         one host, one batch                       pure
| executor.run(check)      fetch, screen, parse: stateless, anywhere  network
| decide                   what it means                             pure
| store.record             version, change and alerts: all or nothing disk

store.claim_alerts         what is still to be said                  disk
| render.message           in words                                  pure
| channel.send             at least once, same id at every try       network
| store.settle_alert       said, to be tried again, or given up      disk
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import TypeVar

from monitor import failpoints, schedule
from monitor._compare_brief import size
from monitor._pipeline_apart import COMPARED_HERE, decided_apart
from monitor._pipeline_delivery import Deliveries, Delivery
from monitor._pipeline_disk import Disk, Trouble
from monitor._pipeline_faults import faulty
from monitor._pipeline_groups import groups
from monitor._pipeline_heartbeat import Heartbeat
from monitor._pipeline_held import Held, edits
from monitor._pipeline_plan import Plan, plan
from monitor._pipeline_routes import narrowed
from monitor._pipeline_watch import Watch, Watched
from monitor.config import Config
from monitor.decide import decide, feeds_read_again, in_time, needs_known
from monitor.errors import MonitorError
from monitor.fetch import Hosts
from monitor.interfaces import Store
from monitor.models import (
    Budget,
    Check,
    Decision,
    Host,
    Known,
    Outcome,
    Page,
    Pause,
    Reading,
    Recorded,
    Robots,
    Statement,
    canonical,
)
from monitor.sandbox import Sandbox

T = TypeVar("T")

__all__ = ["Delivery", "Pipeline", "Trouble", "Watched"]

PAGES_AT_ONCE = 500
"""Pages claimed in one go; what is due beyond them waits for the next."""

HOST_FOR = timedelta(minutes=1)
"""How long one round may keep a host busy; then what has become due there meanwhile gets its turn."""

NAMED_MOST = 1_000_000
"""Pages that may be named at once."""

CHECKS_TOGETHER = 256
"""Checks that share one transaction at most: a commit costs as much as twenty of them."""

LEASE = timedelta(hours=1)
"""For how long a claimed page belongs to one round; a restart ends every lease."""


class Pipeline:
    """Runs rounds over what a plan names. `clock` gives aware UTC times.

    A `patient` one keeps what cannot be written until it can be; another raises CannotWriteError.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime], *, patient: bool = False) -> None:
        self._store = store
        self._clock = clock
        self._disk = Disk(clock, patient=patient)
        self._sandbox = Sandbox()
        self._plans: list[Plan] = []
        self._rounds = Counter[Plan]()
        self._hosts = Hosts(clock, self._recall)
        self._robots_asked: list[Robots] = []
        self._looking: dict[int, str] = {}
        self._held = Held()
        self._claiming = asyncio.Lock()
        self._watch = Watch(store, self._disk, clock)
        self._deliveries = Deliveries(store, self._disk, self._sandbox, clock, self._watch.notice)
        self._heartbeat = Heartbeat()
        self._rounds_ended = 0

    @property
    def trouble(self) -> Trouble | None:
        """Why the store cannot be written at present, and since when."""
        return self._disk.trouble

    async def follow(self, config: Config) -> None:
        """Takes a configuration over; rounds under way end as they began. The first one ends the leases left behind.

        Raises:
            CannotWriteError: the store cannot be written; the configuration before holds.
        """
        async with self._claiming:  # or a round of the old plan would claim pages that only the new one knows
            if not self._plans:
                await self._disk.once(lambda: self._store.end_leases(self._clock()))
                failpoints.passing("leases-ended")
            await self._disk.once(lambda: self._store.sync_sources(config.sources, self._clock()))
            failpoints.passing("sources-synced")
            following = plan(config, self._sandbox, self._hosts, self._clock)
            hashes = {name: line.settings_hash for name, line in following.lines.items()}
            await self._disk.once(lambda: self._store.sync_channels(hashes, self._clock()))
            self._hosts.follow(config.http)
            self._plans.insert(0, following)
            self._watch.notice("configuration", "")
        await self._end_superseded()

    def wind_up(self) -> None:
        """Sends no further message; those under way are settled."""
        self._deliveries.wind_up()

    async def aclose(self) -> None:
        """Ends the disk thread after its last write, then the network."""
        await self._disk.aclose()
        for each in self._plans:
            await each.looker.aclose()

    async def tidy(self) -> int:
        """Keeps the database's files small; bytes its write-ahead log still has."""
        return await self._disk.once(self._store.tidy)

    async def mend_times(self) -> None:
        """Brings near what a clock that was wrong meanwhile has put off too far."""
        sources = tuple(self._plans[0].sources.values())
        await self._disk(lambda: self._store.sync_sources(sources, self._clock()))

    async def write(self, call: Callable[[Store], T]) -> T:
        """What the call of the store returns, made between the writes of the rounds.

        Raises:
            CannotWriteError: the store cannot be written.
        """
        return await self._disk.once(lambda: call(self._store))

    async def watch(self) -> Watched:
        """Looks at the monitor itself: writes and tells what began to need a person, and what does no more.

        Raises:
            CannotWriteError: the store cannot be written.
        """
        return await self._watch.look(self._plans[0])

    def notice(self, key: str, words: str) -> None:
        """What needs a person and no figure of the store tells; no words where all is well."""
        self._watch.notice(key, words)

    async def beat(self) -> str:
        """Calls the heartbeat's address, if a round has ended since this was asked last; what is new to say of it."""
        current, ended, self._rounds_ended = self._plans[0], self._rounds_ended, 0
        if not (ended and current.ops.heartbeat_url):
            return ""
        return await self._heartbeat.beat(current.ops.heartbeat_url, current.http)

    async def answers(self) -> None:
        """Returns once the disk thread is done with what it is at."""
        await self._disk.once(int)

    async def _end_superseded(self) -> None:
        """Ends the connections of plans that are followed no more, once their last round is over."""
        done = [each for each in self._plans[1:] if not self._rounds[each]]
        self._plans = [each for each in self._plans if each not in done]
        for each in done:
            await each.fetcher.aclose()

    async def round(self, named: Sequence[str] | None = None) -> AsyncGenerator[Recorded, None]:
        """Everything that is due by now, or everything named; and the pages its listings name that are new."""
        now = self._clock()
        discovered: list[str] = []
        done: set[str] = set()
        looked = True
        while looked:
            looked = False
            async for recorded in self.poll(named, now):
                discovered.extend(recorded.discovered)
                done.add(recorded.decision.check.page.url)
                looked = named is None
                yield recorded
        discovered = [url for url in discovered if url not in done]
        while discovered:
            found, discovered = discovered, []
            async for recorded in self.poll(found, bounded=named is None):
                discovered.extend(recorded.discovered)
                yield recorded

    async def poll(
        self, named: Sequence[str] | None = None, now: datetime | None = None, *, bounded: bool = False
    ) -> AsyncGenerator[Recorded, None]:
        """Looks at pages that are due, or at all that are `named`; yields each check once it is recorded.

        What is due keeps within the budgets; what is named only where it is `bounded`.
        """
        async with self._claiming:  # or two rounds would find the same host free
            current = self._plans[0]
            pages = await self._claim(current, named, now or self._clock(), bounded=bounded or named is None)
            self._rounds[current] += 1
        failpoints.passing("pages-claimed")
        found: list[int] = []
        waiting = {page.id for page in pages}
        try:
            checks = current.executor.run(schedule.batches(pages), partial(self._look, current))
            async with aclosing(groups([checks], CHECKS_TOGETHER)) as checked:
                async for group in checked:
                    recorded = await self._record(current, group)
                    waiting -= self._done(current, group)
                    found += [change_id for each in recorded for change_id in edits(each)]
                    for each in recorded:
                        yield each
                    self._held.let_go(found, {page.host for page in pages if found and page.id in self._looking})
                    del group, recorded, each
            await self._put_back(waiting)
        finally:
            for page in pages:
                self._looking.pop(page.id, None)
                current.looker.recorded(page)
            self._held.let_go(found, ())
            self._rounds[current] -= 1
            self._rounds_ended += 1
            await self._end_superseded()

    async def deliver(self, *, patient: bool = True) -> AsyncGenerator[Delivery, None]:
        """Tries every alert that is due once; channels side by side, a channel's alerts one after another.

        Where it is not `patient`, because no further round follows, no alert waits for others to share its message.
        """
        round_ = self._deliveries.round(lambda: self._plans[0].lines, self._held.ids, patient=patient)
        async with aclosing(round_) as deliveries:
            async for delivery in deliveries:
                yield delivery

    async def _claim(self, current: Plan, named: Sequence[str] | None, now: datetime, *, bounded: bool) -> list[Page]:
        """Pages to look at, of as many hosts as there are; while a host is asked, its further pages wait."""
        per_host = schedule.pages_within(HOST_FOR, current.http.delay)
        limit = NAMED_MOST if named else PAGES_AT_ONCE
        pages: list[Page] = []
        while len(pages) < limit:
            busy = {*self._looking.values(), *(page.host for page in pages)}
            claim = partial(self._store.claim_pages, now, limit, LEASE, named, busy, per_host, bounded)
            more = await self._disk(claim)
            pages += more
            if named or per_host is None or not more:
                break
        pages = [page for page in pages if page.source in current.sources]
        self._looking.update((page.id, page.host) for page in pages)
        if unknown := self._hosts.unknown({page.host for page in pages}):
            self._hosts.recalled(unknown, *await self._disk(lambda: self._store.hosts(unknown)))
        return pages

    def _done(self, current: Plan, checks: Sequence[Check]) -> set[int]:
        """Lets go of pages whose checks are recorded; their ids."""
        for check in checks:
            self._looking.pop(check.page.id, None)
            current.looker.recorded(check.page)
        return {check.page.id for check in checks}

    async def _put_back(self, page_ids: Collection[int]) -> None:
        """Ends a round: pages whose hosts must rest longer than it are due again, once the host is free."""
        hosts, robots = self._news()
        if page_ids or hosts or robots:
            await self._disk(lambda: self._store.put_back(page_ids, self._clock(), hosts, robots))

    async def _recall(self, host: str) -> tuple[list[Host], list[Robots]]:
        return await self._disk(lambda: self._store.hosts((host,)))

    def _news(self) -> tuple[list[Host], list[Robots]]:
        """What was learnt of hosts and is to be written."""
        hosts, robots = self._hosts.news()
        self._robots_asked += robots
        return hosts, robots

    def robots_asked(self) -> list[Robots]:
        """Each robots.txt that was asked for since this was asked last."""
        asked, self._robots_asked = self._robots_asked, []
        return asked

    # --- looking and recording ---------------------------------------------------------------------------------------

    async def _look(self, current: Plan, page: Page) -> Check | Pause:
        """One look, once its host may be asked and there is room for what it finds; a fault of ours ends in a check."""
        await self._disk.well()
        try:
            pause = await current.looker.prepare(page)
            if pause > schedule.PATIENCE:
                self._hosts.rest(page.host, pause)
            if pause:
                return Pause(pause)
            return await current.looker.look(page)
        except Exception as error:  # noqa: BLE001 -- round one page's whole look, told in its check
            return faulty(page, self._clock(), error)

    async def _record(self, current: Plan, checks: Sequence[Check]) -> list[Recorded]:
        """Records them together; where a fault of ours prevents it, one by one, so that it is told at its page."""
        try:
            return await self._record_together(current, checks)
        except MonitorError:
            raise
        except Exception as error:  # noqa: BLE001 -- likewise
            if len(checks) == 1:
                return await self._record_together(current, [faulty(checks[0].page, self._clock(), error)])
        return [recorded for check in checks for recorded in await self._record(current, [check])]

    async def _record_together(self, current: Plan, checks: Sequence[Check]) -> list[Recorded]:
        """One transaction for all of them, a feed and the statements inside it together."""
        items = [item for check in checks for item in await self._items(check)]
        known = await self._known(current, (*checks, *items))
        budgets = await self._disk(self._store.budgets)
        decided = await asyncio.gather(*(self._decided(current, budgets, *each) for each in known))
        return await self._disk(partial(self._write, feeds_read_again(decided), *self._news()))

    def _write(self, decisions: Sequence[Decision], hosts: list[Host], robots: list[Robots]) -> list[Recorded]:
        """Records; on the disk thread, so that no alert of an edit is claimed before the edit is held."""
        now = self._clock()
        failpoints.passing("before-record")
        written = self._store.record([in_time(each, now) for each in decisions], now, hosts, robots)
        failpoints.passing("recorded")
        self._held.hold(written, now)
        self._watch.saw(each.check for each in decisions)
        return written

    async def _decided(self, current: Plan, budgets: Mapping[str, Budget], check: Check, known: Known) -> Decision:
        """The decision; where large texts are compared, and what the user's own expressions say of it, made in the
        sandbox."""
        source, filters = current.sources[check.page.source], current.filters
        budget = budgets.get(source.name) if source.auto else None
        if _size(check, known) <= COMPARED_HERE:
            decision = decide(check, known, source, filters, budget)
        else:
            decision = await decided_apart(self._sandbox, check, known, source, filters, budget)
        return await narrowed(self._sandbox, decision, known, source, filters)

    async def _known(self, current: Plan, checks: Sequence[Check]) -> list[tuple[Check, Known]]:
        wanted = {check.page.id for check in checks if needs_known(check)}
        found = await self._disk(lambda: {page_id: self._store.known(page_id) for page_id in wanted})
        return [(check, await self._reread(current, check, found.get(check.page.id, Known()))) for check in checks]

    async def _reread(self, current: Plan, check: Check, known: Known) -> Known:
        """With the stored snapshot as today's parser reads it, where another parser read it then."""
        statement = check.statement
        if not (statement and known.version) or known.version.statement.parser == statement.parser:
            return known
        snapshot = await self._disk(lambda: self._store.snapshot(check.page.id))
        if snapshot is None:
            return known
        body, content_type = snapshot
        return replace(known, reread=await current.looker.reread(check.page, body, content_type))

    async def _items(self, listing: Check) -> list[Check]:
        """Looks at the statements inside a feed, as far as they differ or did: each is a page, though never fetched."""
        entries = listing.reading.entries if listing.reading else None
        statements = {canonical(entry.url): entry.statement for entry in entries or () if entry.statement}
        if not statements:
            return []
        source = listing.page.source
        urls = [statement.url for statement in statements.values()]
        await self._disk(lambda: self._store.discover(source, entries or (), self._clock()))
        pages = await self._disk(lambda: self._store.pages_of_items(source, urls))
        checks = [_item_check(listing, page, statements[canonical(page.url)]) for page in pages]
        return [check for check in checks if check.essence != check.page.essence or _is_unsettled(check.page)]


def _size(check: Check, known: Known) -> int:
    """How much text must be compared; none where there is only one side."""
    statement = check.statement
    return size((*statement.body, *known.version.statement.body)) if statement and known.version else 0


def _is_unsettled(page: Page) -> bool:
    """Whether a look that agrees with the page's current version changes what is known of the page."""
    return page.removed or page.flips > 0 or page.streak_key is not None


def _item_check(listing: Check, page: Page, statement: Statement) -> Check:
    """A look at an item. Two of equal essence say the same, in their metadata, too."""
    fetch = replace(listing.fetch, permanent=False, requests=0)  # they are the feed's, as is the address that moved
    essence = sha256(repr(statement).encode()).hexdigest()
    reading = Reading(statement=statement)
    return replace(listing, page=page, outcome=Outcome.OK, fetch=fetch, reading=reading, essence=essence)
