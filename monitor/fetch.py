"""One polite, bounded, conditional GET. The network; whatever a server does becomes a `Fetch`."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import urljoin

from monitor import robots, schedule, screen
from monitor._fetch_body import Headers, header, read
from monitor._fetch_hosts import Hosts, NotNow
from monitor.models import Fetch, Http, Outcome, host_of
from monitor.net import Connections, Exchange, NetError, Target, target

__all__ = ["Fetcher", "Hosts"]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
HOPS_MOST = 5

ACCEPT = "text/html,application/xhtml+xml,application/atom+xml,application/rss+xml,application/xml;q=0.9,*/*;q=0.1"

ADDRESS_MOST = 4096
"""Characters of an address we follow."""

VALIDATOR_MOST = 1024
"""Characters of an ETag or Last-Modified we would send back."""

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f]+")
"""Control characters: in a header they can only do harm to logs, mails and terminals."""

ROBOTS_WITHIN = timedelta(seconds=10)
"""One question for a robots.txt, redirects included, unless the deadline of a look is shorter."""

RULES_MOST = 1000
"""Files of rules that are kept read."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """What is asked for, and what of it is read within which time. `lawful`: nothing that a robots.txt forbids."""

    accept: str
    most: int
    within: timedelta
    validators: Headers = ()
    cut: bool = False
    lawful: bool = True


class Fetcher:
    """Fetches pages as `http` says. With `hosts` it is polite: it keeps their pauses, budgets, rests and robots.txt."""

    def __init__(self, http: Http, hosts: Hosts | None = None, clock: Callable[[], datetime] | None = None) -> None:
        self._http = http
        self._clock = clock or _now
        self._polite = hosts is not None
        self._hosts = hosts or Hosts(self._clock)
        self._rules: dict[str, tuple[bytes, robots.Rules]] = {}
        self._sent_before = Counter[str]()  # requests for robots.txt, ahead of the look at a page
        self._connections = Connections(http.allow, http.ca_file)
        self._headers = (("User-Agent", http.user_agent), ("Accept-Encoding", "gzip"))

    async def fetch(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetch:
        """One answer, after at most five redirects, within the deadline. Never raises for what a server does.

        `etag` and `last_modified` are sent back as they came, to the first origin alone (RFC 9110, 13.1).
        """
        page = _Errand(ACCEPT, self._http.max_body, self._http.deadline, _validators(etag, last_modified))
        answer = await self._run(url, page)
        before = self._sent_before.pop(url, 0)
        return replace(answer, requests=answer.requests + before) if before else answer

    async def prepare(self, url: str) -> timedelta:
        """Makes ready for a look at this address: asks for its robots.txt where that is due.

        How long its host must rest now; nothing where it may be asked.
        """
        host = host_of(url)
        await self._hosts.ready(host)
        if pause := self._hosts.pause(host):
            return pause
        if sent := await self._ensure_robots(url):
            self._sent_before[url] += sent
        return self._hosts.pause(host)

    async def aclose(self) -> None:
        """Ends the connections that are kept."""
        self._connections.close()

    async def _run(self, url: str, errand: _Errand) -> Fetch:
        watch = _Watch(errand.within.total_seconds())
        try:
            answer = await self._follow(url, errand, watch)
        except TimeoutError:
            answer = Fetch(url, outcome=Outcome.TIMEOUT, detail=f"no complete answer within {watch.most_s:g} s")
        except NotNow as error:
            answer = Fetch(url, outcome=Outcome.RATE_LIMITED, detail=str(error), retry_after=error.pause)
        return replace(answer, elapsed_ms=round(watch.spent_s * 1000), requests=watch.requests)

    async def _follow(self, url: str, errand: _Errand, watch: "_Watch") -> Fetch:
        """The answer at the end of the redirects."""
        try:
            to = first = target(url)
        except ValueError as error:
            return Fetch(url, outcome=Outcome.PROTOCOL, detail=str(error))
        seen = {url}
        permanent = True
        while True:
            await self._hosts.ready(host_of(url))
            if errand.lawful and (len(seen) > 1 or self._hosts.robots(_origin(url)) is None):
                watch.requests += await self._ensure_robots(url)
            if errand.lawful and (refusal := self._refusal(url)):
                return Fetch(url, outcome=refusal[0], detail=_clean(refusal[1]))
            its = errand if to.origin == first.origin else replace(errand, validators=())
            async with self._hosts.turn(host_of(url)):
                answer = await self._answered(url, to, its, watch)
            if answer.outcome or answer.status not in REDIRECTS:
                return replace(answer, permanent=permanent) if len(seen) > 1 else answer
            permanent = permanent and answer.status in PERMANENT
            step = _next(answer, seen)
            if isinstance(step, Fetch):
                return step
            url, to = step
            seen.add(url)

    async def _answered(self, url: str, to: Target, errand: _Errand, watch: "_Watch") -> Fetch:
        """One request and its answer, of which the host's rest is made.

        Raises:
            TimeoutError: the errand's time is over.
        """
        answer = Fetch(url, outcome=Outcome.TIMEOUT)
        watch.requests += 1
        try:
            with watch.running():
                async with asyncio.timeout(watch.left_s):
                    answer = await self._ask(url, to, errand)
        finally:
            self._hosts.answered(host_of(url), answer)
        return answer

    async def _ask(self, url: str, to: Target, errand: _Errand) -> Fetch:
        """One request and its answer, a redirect included."""
        headers = (*self._headers, ("Accept", errand.accept), *errand.validators)
        try:
            async with self._connections.exchange("GET", to, headers) as answer:
                return await self._read(url, answer, errand)
        except NetError as error:
            return Fetch(url, outcome=error.outcome, detail=_clean(error.detail))
        except ValueError as error:
            return Fetch(url, outcome=Outcome.PROTOCOL, detail=f"cannot be asked for: {_clean(str(error))}")

    async def _read(self, url: str, answer: Exchange, errand: _Errand) -> Fetch:
        head = _head(url, answer)
        if answer.status in REDIRECTS or (answer.status == 304 and errand.validators):
            return replace(head, not_modified=answer.status == 304, wire_bytes=answer.wire_bytes)
        outcome = screen.status(answer.status, head.headers)
        if outcome:
            pause = schedule.retry_after(header(head.headers, "retry-after"), datetime.now(UTC))
            detail = f"status {answer.status}"
            return replace(head, outcome=outcome, detail=detail, retry_after=pause, wire_bytes=answer.wire_bytes)
        try:
            body = await read(answer, head.headers, errand.most, cut=errand.cut)
        except NetError as error:
            raise_it = f"; raise [http] max_body, now {self._http.max_body} bytes, if that is right for it"
            detail = error.detail + (raise_it if error.outcome is Outcome.TOO_LARGE else "")
            return replace(head, outcome=error.outcome, detail=_clean(detail), wire_bytes=answer.wire_bytes)
        return replace(head, body=body, wire_bytes=answer.wire_bytes)

    # --- robots.txt --------------------------------------------------------------------------------------------------

    async def _ensure_robots(self, url: str) -> int:
        """Asks for the robots.txt of this address's origin where that is due; by how many requests."""
        host = host_of(url)
        await self._hosts.ready(host)
        if not self._polite or not self._hosts.obeys_robots(host):
            return 0
        origin = _origin(url)
        known = self._hosts.robots(origin)
        if not robots.due(known, self._clock()):
            return 0
        within = min(ROBOTS_WITHIN, self._http.deadline)
        errand = _Errand("text/plain,*/*;q=0.1", robots.READ_MOST, within, cut=True, lawful=False)
        fetch = await self._run(origin + robots.PATH, errand)
        self._hosts.learn(robots.judged(known, origin, fetch, self._clock()))
        rules = self._rules_of(origin)
        self._hosts.slow_down(host, rules.crawl_delay if rules else timedelta(0))
        return fetch.requests

    def _refusal(self, url: str) -> tuple[Outcome, str] | None:
        """Why the address may not be asked for; None where it may."""
        if not self._polite or not self._hosts.obeys_robots(host_of(url)):
            return None
        origin = _origin(url)
        known = self._hosts.robots(origin)
        return robots.refusal(known, self._rules_of(origin), url, self._clock()) if known else None

    def _rules_of(self, origin: str) -> robots.Rules | None:
        """What the origin's file says, read once; None where it was never known."""
        known = self._hosts.robots(origin)
        if known is None or known.known_at is None:
            return None
        body, rules = self._rules.get(origin, (None, None))
        if rules is None or body != known.body:
            rules = robots.Rules(known.body, self._http.user_agent)
            self._rules[origin] = (known.body, rules)
            if len(self._rules) > RULES_MOST:
                del self._rules[next(iter(self._rules))]
        return rules


class _Watch:
    """The time an errand takes, the pauses it makes for politeness left out, and how often it asks."""

    def __init__(self, most_s: float) -> None:
        self.most_s = most_s
        self.spent_s = 0.0
        self.requests = 0

    @property
    def left_s(self) -> float:
        return self.most_s - self.spent_s

    @contextmanager
    def running(self) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.spent_s += time.monotonic() - started


def _now() -> datetime:
    return datetime.now(UTC)


@lru_cache(maxsize=4096)
def _origin(url: str) -> str:
    """Scheme and authority, without user and password."""
    return f"{url.partition(':')[0].lower()}://{host_of(url)}"


def _validators(etag: str | None, last_modified: str | None) -> Headers:
    pairs = (("If-None-Match", etag), ("If-Modified-Since", last_modified))
    return tuple((name, value) for name, value in pairs if value)


def _head(url: str, answer: Exchange) -> Fetch:
    headers = tuple((_clean(name), _clean(_readable(value))) for name, value in answer.headers)
    return Fetch(
        url,
        status=answer.status,
        headers=headers,
        content_type=header(headers, "content-type") or "",
        etag=_validator(answer.headers, "etag"),
        last_modified=_trusted_date(answer.headers),
    )


def _validator(headers: Headers, name: str) -> str | None:
    value = header(headers, name)
    return value if value and len(value) <= VALIDATOR_MOST else None


def _trusted_date(headers: Headers) -> str | None:
    """Last-Modified, where no later edit can share it: the answer is at least a second younger (RFC 9110, 8.8.2.2)."""
    value = _validator(headers, "last-modified")
    modified_at = schedule.http_date(value) if value else None
    if modified_at is None:
        return None
    answered_at = schedule.http_date(header(headers, "date") or "") or datetime.now(UTC)
    return value if answered_at - modified_at >= timedelta(seconds=1) else None


def _readable(value: str) -> str:
    """Header bytes came as Latin-1 (RFC 9110, 5.5), yet servers that leave an address unquoted mean UTF-8."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _clean(text: str) -> str:
    return text if text.isprintable() else UNSAFE.sub(" ", text)


# --- redirects -------------------------------------------------------------------------------------------------------


def _next(answer: Fetch, seen: set[str]) -> tuple[str, Target] | Fetch:
    """Where a redirect leads, or the fetch that says why it is not followed."""
    location = header(answer.headers, "location") or ""
    try:
        url = urljoin(answer.url, location).partition("#")[0]
        scheme = url.partition(":")[0]
        if not location or len(url) > ADDRESS_MOST:
            return _refused(answer, Outcome.REDIRECT_INVALID, f"to no usable address: {location!r:.200}")
        if scheme not in ("http", "https"):
            return _refused(answer, Outcome.REDIRECT_BLOCKED, f"to a {scheme[:20]} address")
        to = target(url)
    except ValueError:
        return _refused(answer, Outcome.REDIRECT_INVALID, f"to no usable address: {location!r:.200}")
    if url in seen:
        return _refused(answer, Outcome.REDIRECT_LOOP, f"back to {url:.200}")
    if len(seen) > HOPS_MOST:
        return _refused(answer, Outcome.REDIRECT_LOOP, f"more than {HOPS_MOST} redirects")
    return url, to


def _refused(answer: Fetch, outcome: Outcome, detail: str) -> Fetch:
    return replace(answer, outcome=outcome, detail=f"redirected {detail}")
