"""One look at one page: fetch, screen, parse. Its parts do the outside; `read` is pure and runs in a child."""

import asyncio
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from monitor import failpoints, follow, plugins, screen
from monitor.errors import MonitorError, ParseError
from monitor.interfaces import Parser
from monitor.models import (
    NAMES_NOTHING,
    Check,
    Entry,
    Fetch,
    Follow,
    Outcome,
    Page,
    ParserSettings,
    Reading,
    Role,
    Statement,
)
from monitor.parsers import feed, sitemap

SHORTCUTS_MOST = 9
"""Looks in a row that a 304 or an equal essence may settle; the next is unconditional and read in full."""

EVERYTHING = Follow()
"""No rules: all that a listing names is followed."""

LARGE_BYTES = 256 * 1024
"""Pages beyond this may take long, and must not hold up others meanwhile."""


class Fetching(Protocol):
    """Where answers come from: `fetch.Fetcher`."""

    async def prepare(self, url: str) -> timedelta:
        """Makes ready for a fetch; how long the host must rest before it, nothing where it may be asked now."""
        ...

    async def fetch(self, url: str, etag: str | None, last_modified: str | None) -> Fetch:
        """One server's answer; never raises for what a server does."""
        ...

    async def aclose(self) -> None:
        """Ends what is open."""
        ...


class Running(Protocol):
    """Where parsers run: `sandbox.Sandbox`."""

    async def run(self, function: Callable[..., Any], *args: Any, large: bool) -> Any:
        """What `function(*args)` returns; `large` ones wait for each other.

        Raises:
            MonitorError: it was stopped, or it raised.
        """
        ...

    async def aclose(self) -> None:
        """Ends what runs."""
        ...


class Looker:
    """Looks at the pages of the sources whose parsers it is given, by the source's name. `clock` gives UTC times."""

    def __init__(
        self,
        fetcher: Fetching,
        sandbox: Running,
        parsers: Mapping[str, ParserSettings],
        clock: Callable[[], datetime],
        follow: Mapping[str, Follow] | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._settings = parsers
        self._clock = clock
        self._follow = follow or {}
        self._parsers: dict[str, Parser] = {}
        self._large = asyncio.Lock()  # one after another they hold up no others, nor fill the memory
        self._large_page: int | None = None

    async def prepare(self, page: Page) -> timedelta:
        """Makes ready for a look; how long the page's host must rest before it, nothing where it may be asked now."""
        return await self._fetcher.prepare(page.url)

    async def look(self, page: Page) -> Check:
        """One look; never raises for what a server or a page does.

        Where a large page was read, no other is until `recorded` is told.
        """
        parser, rules = self._parser(page.source), self._rules(page)
        read_alike = page.essence is None or page.essence.startswith(f"{parser.identity}{follow.mark(rules)} ")
        conditional = page.shortcuts < SHORTCUTS_MOST and read_alike
        validators = (page.etag, page.last_modified) if conditional else (None, None)
        fetch, checked_at = await self._fetched(page, *validators)
        check = Check(page, checked_at, fetch.outcome or Outcome.UNCHANGED, fetch)
        if fetch.outcome or fetch.not_modified:
            return check
        elsewhere = screen.redirected(page.url, fetch.url)
        if elsewhere:
            return replace(check, outcome=elsewhere[0], reading=Reading(*elsewhere))
        check = replace(check, essence=await _essence(parser, fetch, page.role, rules))
        if conditional and check.essence == page.essence:
            self.recorded(page)
            return check
        reading = await self._read(fetch, page.source, page.role, rules)
        failpoints.passing("after-parse")
        return replace(check, outcome=reading.outcome or Outcome.OK, reading=reading)

    async def _fetched(self, page: Page, etag: str | None, last_modified: str | None) -> tuple[Fetch, datetime]:
        """The answer and when it came; a large one once no other is read, packed while it waits."""
        failpoints.passing("before-fetch")
        fetch = await self._fetcher.fetch(page.url, etag, last_modified)
        failpoints.passing("after-fetch")
        fetched_at = self._clock()
        if not _large(fetch):
            return fetch, fetched_at
        waits = self._large.locked()
        if waits:
            fetch = replace(fetch, body=await asyncio.to_thread(zlib.compress, fetch.body, 1))
        await self._large.acquire()
        self._large_page = page.id
        if waits:
            fetch = replace(fetch, body=await asyncio.to_thread(zlib.decompress, fetch.body))
        return fetch, fetched_at

    def recorded(self, page: Page) -> None:
        """Nothing of the page's look is needed any more, or it was given up: another large page may be read."""
        if page.id == self._large_page:
            self._large_page = None
            self._large.release()

    async def reread(self, page: Page, body: bytes, content_type: str) -> Statement | None:
        """The statement in a stored snapshot as today's parser reads it; None where it finds none.

        An item's snapshot is the feed it stood in.
        """
        fetch = Fetch(page.url, status=200, content_type=content_type, body=body)
        if page.role is not Role.ITEM:
            return (await self._read(fetch, page.source, Role.STATEMENT)).statement
        reading = await self._read(fetch, page.source, Role.LISTING)
        return feed.item_statement(reading.entries or (), page.url)

    async def aclose(self) -> None:
        """Ends what is under way."""
        await self._sandbox.aclose()
        await self._fetcher.aclose()

    def _parser(self, source: str) -> Parser:
        """The source's parser, made when first needed: most rounds end before they need any."""
        if source not in self._parsers:
            self._parsers[source] = _made(self._settings[source])
        return self._parsers[source]

    def _rules(self, page: Page) -> Follow:
        """Which pages are followed; those that the configuration names are, whatever they are."""
        named = page.configured and page.role is not Role.LISTING
        return Follow() if named else self._follow.get(page.source, Follow())

    async def _read(self, fetch: Fetch, source: str, role: Role, rules: Follow = EVERYTHING) -> Reading:
        settings, large = self._settings[source], _large(fetch)
        try:
            reading: Reading = await self._sandbox.run(read, fetch, settings, role, rules, large=large)
        except MonitorError as error:
            return Reading(Outcome.PARSE, str(error))
        return reading


def _large(fetch: Fetch) -> bool:
    return len(fetch.body) > LARGE_BYTES


async def _essence(parser: Parser, fetch: Fetch, role: Role, rules: Follow) -> str:
    """The essence; a large page's in a thread, as it can take a second."""
    if _large(fetch):
        return await asyncio.to_thread(essence, parser, fetch, role, rules)
    return essence(parser, fetch, role, rules)


def essence(parser: Parser, fetch: Fetch, role: Role, rules: Follow = EVERYTHING) -> str:
    """The parser's identity, the mark of the rules, and the hash of what decides the reading: two fetches of equal
    essence read alike.

    Where the parser cannot tell what matters, all bytes do.
    """
    parts = (fetch.content_type.encode(), _deciding(parser, fetch.body, role) or fetch.body)
    digest = sha256()
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return f"{parser.identity}{follow.mark(rules)} {digest.hexdigest()}"


def _deciding(parser: Parser, body: bytes, role: Role) -> bytes | None:
    """What of the bytes decides the reading; None where that cannot be told."""
    if role is Role.LISTING and sitemap.is_sitemap(body):
        return body
    return feed.essence(body) if role is Role.LISTING and feed.is_feed(body) else parser.essence(body)


# --- reading: pure, in the child -------------------------------------------------------------------------------------


def read(fetch: Fetch, settings: ParserSettings, role: Role, rules: Follow = EVERYTHING) -> Reading:
    """What a page's bytes say. Pure, but slow or endless on a page built to be; hence the sandbox.

    A page that is not followed by the `rules` is let go.
    """
    if role is Role.LISTING and sitemap.is_sitemap(fetch.body):
        return _sitemap(fetch, rules)
    from monitor._check_sound import sound  # with its libraries it is needed in the child alone

    reading: Reading = sound(_read(fetch, settings, role, rules))
    return reading


def _sitemap(fetch: Fetch, rules: Follow) -> Reading:
    """What a sitemap names; its text is sound, as XML holds no halves of characters."""
    try:
        named = sitemap.entries(fetch.body, fetch.url, rules.hosts)
    except ParseError as error:
        return Reading(Outcome(error.outcome), str(error))
    return _listed(named, rules)


def _listed(named: Sequence[Entry], rules: Follow, *, lossy: bool = False) -> Reading:
    """What of a listing is followed; one that names nothing at all is odd."""
    entries = tuple(entry for entry in named if follow.names(rules, entry))
    return Reading(entries=entries, detail="" if named else NAMES_NOTHING, lossy=lossy)


def _read(fetch: Fetch, settings: ParserSettings, role: Role, rules: Follow) -> Reading:
    from monitor import html

    text, lossy = html.decode(fetch.body, fetch.content_type)
    wrong = screen.page(fetch, text)
    if wrong:
        return Reading(*wrong, lossy=lossy)
    parser = _made(settings)
    try:
        if role is Role.LISTING:
            reading = _listed(_entries(parser, fetch, text), rules, lossy=lossy)
            cut = feed.is_feed(fetch.body) and feed.has_more(fetch.body)
            return replace(reading, detail=f"only its first {feed.ITEMS_MOST} items are read") if cut else reading
        statement = parser.statement(text, fetch.url)
    except ParseError as error:
        return Reading(Outcome(error.outcome), str(error), lossy=lossy)
    let_go = follow.refused(rules, fetch.url, statement)
    if let_go:
        return Reading(Outcome.UNCHANGED, let_go, let_go=True, lossy=lossy)
    return Reading(statement=statement, lossy=lossy)


def _entries(parser: Parser, fetch: Fetch, text: str) -> tuple[Entry, ...]:
    """A listing that is a feed is read as one, whoever reads the pages it names."""
    if feed.is_feed(fetch.body) and not isinstance(parser, feed.Parser):
        return feed.entries(text, fetch.url, texts=False)
    return parser.listing(text, fetch.url)


def _made(settings: ParserSettings) -> Parser:
    """The parser as its settings say; the configuration has validated them."""
    parser: Parser = plugins.make("parsers", settings.type, dict(settings.settings))
    return parser
