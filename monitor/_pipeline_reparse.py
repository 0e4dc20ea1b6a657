"""Reads stored snapshots again where the present parsers are not those that read them. Nothing is fetched or sent.

store.to_reparse      pages whose current version another parser read
| looker.reread       their snapshots, in the sandbox
| decide.reparsed     what differs is ours, not theirs
| store.record        together; one that says the same is noted, so that a stop costs one batch
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import plugins
from monitor._compare_brief import size
from monitor._pipeline_apart import COMPARED_HERE
from monitor.check import Looker
from monitor.config import Config
from monitor.decide import reparsed
from monitor.fetch import Fetcher
from monitor.interfaces import Store
from monitor.models import Event, Known, Page
from monitor.sandbox import Sandbox, SandboxError

TOGETHER = 50
"""Snapshots whose reading is recorded in one transaction."""


@dataclass(frozen=True, slots=True)
class Reread:
    """A snapshot that was read again. `event` None: to the same words. Not `readable`: the parser finds no statement
    in it, so that its version stays as it is."""

    page: Page
    parser: str
    event: Event | None = None
    readable: bool = True


class Reparser:
    """Reads what is in the store, which must be held."""

    def __init__(self, store: Store, config: Config, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._sandbox = Sandbox()
        settings = {source.name: source.parser for source in config.sources}
        self._looker = Looker(Fetcher(config.http), self._sandbox, settings, clock)
        self.parsers = {
            name: plugins.make("parsers", parser.type, dict(parser.settings)).identity
            for name, parser in settings.items()
        }

    async def run(self) -> AsyncGenerator[Reread, None]:
        """Each snapshot once it is recorded what reading it came to."""
        after = 0
        while pages := self._store.to_reparse(self.parsers, after, TOGETHER):
            after = pages[-1].id
            read = await asyncio.gather(*map(self._read, pages))
            kept = [(each.page, each.parser, each.event) for each in read if each.readable]
            self._store.record_reparsed(kept, self._clock())
            for each in read:
                yield each

    async def aclose(self) -> None:
        """Ends the sandbox."""
        await self._looker.aclose()

    async def _read(self, page: Page) -> Reread:
        parser, known, snapshot = self.parsers[page.source], self._store.known(page.id), self._store.snapshot(page.id)
        reread = await self._looker.reread(page, *snapshot) if snapshot else None
        if reread is None:
            return Reread(page, parser, readable=False)
        return Reread(page, parser, await self._compared(page, replace(known, reread=reread)))

    async def _compared(self, page: Page, known: Known) -> Event | None:
        """What differs; large texts are compared in the sandbox, and what takes too long there in brief."""
        at = page.seen_at or self._clock()
        bodies = [
            block for each in (known.reread, known.version and known.version.statement) if each for block in each.body
        ]
        if size(bodies) <= COMPARED_HERE:
            return reparsed(page, known, at)
        try:
            return await self._sandbox.run(reparsed, page, known, at, large=True)
        except SandboxError:
            return reparsed(page, replace(known, briefly=True), at)
