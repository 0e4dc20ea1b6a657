"""What each host has had of us and is owed: one request at a time, a pause between two, so many a day, a rest.

Pauses go by the event loop's clock, rests and days by the one given.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf

from monitor import schedule
from monitor.models import Fetch, Host, HostSettings, Http, Robots, host_of

TIMER_TICK = timedelta(milliseconds=1)
"""A loop's timers may be early by this."""

FIRST_PAUSE_MOST = timedelta(seconds=10)
"""How long the first page waits after a robots.txt that asks for a longer pause."""

PLACES_MOST = 20_000
"""Hosts that are remembered; beyond that, those are forgotten that are at rest and have been written."""

_PLAIN = HostSettings()

Recall = Callable[[str], Awaitable[tuple[Iterable[Host], Iterable[Robots]]]]
"""What is stored of a host."""


class NotNow(Exception):  # noqa: N818 -- not an error: a pause
    """The host may not be asked for longer than a request waits."""

    def __init__(self, reason: str, pause: timedelta) -> None:
        super().__init__(reason)
        self.pause = pause


@dataclass(slots=True)
class _Place:
    """What is known of one host; `asked` is the loop's time when the last request ended."""

    host: Host
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked: float = -inf
    robots: dict[str, Robots] = field(default_factory=dict)


async def _nothing(_host: str) -> tuple[tuple[Host, ...], tuple[Robots, ...]]:
    return (), ()


class Hosts:
    """Every host there is. `clock` gives aware UTC times; `recall` what is stored of a host not known here yet."""

    def __init__(self, clock: Callable[[], datetime], recall: Recall = _nothing) -> None:
        self._clock = clock
        self._recall = recall
        self._delay = timedelta(0)
        self._settings: Mapping[str, HostSettings] = {}
        self._places: dict[str, _Place] = {}
        self._changed: set[str] = set()
        self._robots_changed: dict[str, Robots] = {}

    def follow(self, http: Http) -> None:
        """Keeps these delays and budgets from now on."""
        self._delay = http.delay
        self._settings = http.hosts

    def unknown(self, names: Collection[str]) -> list[str]:
        """Those of these hosts of which nothing was recalled yet."""
        return [name for name in names if name not in self._places]

    def recalled(self, names: Collection[str], hosts: Iterable[Host], robots: Iterable[Robots]) -> None:
        """Takes over what is stored of these hosts, as far as nothing newer is known."""
        new = set(self.unknown(names))
        loop, now = asyncio.get_running_loop(), self._clock()
        for name in new:
            self._places[name] = _Place(Host(name))
        for host in hosts:
            if host.name in new:
                ago = (now - host.asked_at) / timedelta(seconds=1) if host.asked_at else inf
                self._places[host.name].host = host
                self._places[host.name].asked = loop.time() - max(0.0, ago)
        for each in robots:
            if host_of(each.origin) in new:
                self._places[host_of(each.origin)].robots[each.origin] = each

    async def ready(self, name: str) -> None:
        """Recalls what is stored of a host, unless that was done."""
        if name not in self._places:
            self.recalled((name,), *await self._recall(name))
        if len(self._places) > PLACES_MOST:
            self._forget()

    def pause(self, name: str) -> timedelta:
        """How long the host must still rest; nothing where it may be asked now. It is `ready`."""
        place, now = self._places[name], self._clock()
        since_s = asyncio.get_running_loop().time() - place.asked
        gap = max(self.delay(name), place.host.pause)
        pauses = [gap - timedelta(seconds=since_s)] if since_s < gap.total_seconds() else []
        if place.host.free_at and place.host.free_at > now:
            pauses.append(min(place.host.free_at - now, schedule.RETRY_AFTER_MOST))
        budget = self._settings.get(name, _PLAIN).budget
        if budget is not None and schedule.requests_on(place.host, now) >= budget:
            pauses.append(schedule.next_day(now) - now)
        return max(pauses, default=timedelta(0))

    def delay(self, name: str) -> timedelta:
        """The pause between two requests that is configured."""
        settings = self._settings.get(name)
        return self._delay if settings is None or settings.delay is None else settings.delay

    def obeys_robots(self, name: str) -> bool:
        """Whether the host's robots.txt is obeyed."""
        return self._settings.get(name, _PLAIN).robots

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """The right to one request, once the host may have it.

        Raises:
            NotNow: it may have none for longer than a request should wait.
        """
        await self.ready(name)
        place = self._places[name]
        async with place.lock:
            pause = self.pause(name)
            if pause > max(schedule.PATIENCE, place.host.pause, self.delay(name)):
                raise NotNow(f"{name} may not be asked for another {pause.total_seconds():.0f} s", pause)
            if pause:
                await asyncio.sleep((pause + TIMER_TICK).total_seconds())
            self._set(place, schedule.after_request(place.host, self._clock()))
            try:
                yield
            finally:
                place.asked = asyncio.get_running_loop().time()

    def rest(self, name: str, pause: timedelta) -> None:
        """Nothing is asked of the host for so long; an earlier request for a longer rest stands."""
        place = self._places[name]
        now = self._clock()
        stands = min(place.host.free_at or now, now + schedule.RETRY_AFTER_MOST)  # what is later is a wrong clock's
        self._set(place, replace(place.host, free_at=max(now + pause, stands)))

    def slow_down(self, name: str, pause: timedelta) -> None:
        """From now on so much is left between two requests, if the delay is not longer.

        The request that told us of it is followed by the next one within `FIRST_PAUSE_MOST`.
        """
        place = self._places[name]
        place.asked -= max(0.0, (pause - max(self.delay(name), FIRST_PAUSE_MOST)).total_seconds())
        if pause != place.host.pause:
            self._set(place, replace(place.host, pause=pause))

    def answered(self, name: str, fetch: Fetch) -> None:
        """How the host answered: it rests as long as it asks for; time and again without an answer, more and more."""
        place = self._places[name]
        after = schedule.after_answer(place.host, fetch, self._clock())
        if after != place.host:
            self._set(place, after)
        if fetch.retry_after:
            self.rest(name, fetch.retry_after)

    def robots(self, origin: str) -> Robots | None:
        """What is known of this origin's robots.txt."""
        return self._places[host_of(origin)].robots.get(origin)

    def learn(self, robots: Robots) -> None:
        """Keeps what was found out of an origin's robots.txt."""
        self._places[host_of(robots.origin)].robots[robots.origin] = robots
        self._robots_changed[robots.origin] = robots

    def news(self) -> tuple[list[Host], list[Robots]]:
        """What has changed since this was asked last, to be stored."""
        hosts = [self._places[name].host for name in self._changed if name in self._places]
        robots = list(self._robots_changed.values())
        self._changed.clear()
        self._robots_changed.clear()
        return hosts, robots

    def _set(self, place: _Place, host: Host) -> None:
        place.host = host
        self._changed.add(host.name)

    def _forget(self) -> None:
        now = asyncio.get_running_loop().time()
        for name, place in list(self._places.items()):
            rested = now - place.asked > max(self.delay(name), place.host.pause).total_seconds()
            if rested and not place.lock.locked() and name not in self._changed:
                del self._places[name]
