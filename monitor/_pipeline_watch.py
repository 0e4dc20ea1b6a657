"""The monitor watches itself: what needs a person is written, told once, and told again when it is over.

store.standing             the figures                                disk
| health.incidents         what of them needs a person                pure
| addressed                whom to tell: never the channel it is about pure
| store.keep_incidents     what began, what ended, reports of both    disk

While the store cannot be written there is no such row: then the channel is told past the outbox, and what was told is
written once that can be.
"""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from monitor import health
from monitor._health_hosts import clock_fault, skew
from monitor._pipeline_delivery import sent
from monitor._pipeline_disk import Disk, Trouble
from monitor._pipeline_plan import Line, Plan
from monitor.errors import MonitorError
from monitor.interfaces import Row, Store, forget
from monitor.models import Check, Finding, Incident, Ops, Report, utc_text

T = TypeVar("T")

SKEWS_FOR = timedelta(hours=2)
SKEWS_MOST = 200
"""Hosts by whose clocks ours is judged, and for how long after they were asked."""

DEGRADED_FOR = timedelta(seconds=30)
"""So long the store cannot be written before anybody is told: another program may hold it for a moment."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One look at the monitor itself: the incidents it began and ended, how a report went that was sent past the
    outbox, why the daemon does not do its work (empty: it does), and how long the store was at it."""

    began: Sequence[Incident] = ()
    ended: Sequence[Incident] = ()
    sent: str = ""
    reasons: Sequence[str] = ()
    took: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Degraded:
    """That the store cannot be written, while nobody can write so. `report` is what is sent, `told` that it arrived."""

    since: datetime
    finding: Finding
    report: Report | None = None
    told: bool = False


class Watch:
    """Looks at the monitor itself. `clock` gives aware UTC times."""

    def __init__(self, store: Store, disk: Disk, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._disk = disk
        self._clock = clock
        self._begun_at = clock()
        self._skews: dict[str, tuple[timedelta, datetime]] = {}
        self._noticed: dict[str, str] = {}
        self._unseen: set[str] = set()
        self._degraded: Degraded | None = None

    def notice(self, key: str, words: str) -> None:
        """What no figure of the store tells: `words` on what is wrong, empty where all is well.

        What went wrong since the last look is kept for the next one, though it may be well again by then.
        """
        if words:
            self._unseen.add(key)
        if words or key not in self._unseen:
            self._noticed[key] = words

    def saw(self, checks: Iterable[Check]) -> None:
        """Compares our clock with those of servers that were just asked."""
        for check in checks:
            found = skew(check.fetch, check.checked_at)
            if found is not None:
                self._skews.pop(check.page.host, None)
                self._skews[check.page.host] = (found, check.checked_at)
        while len(self._skews) > SKEWS_MOST:
            self._skews.pop(next(iter(self._skews)))

    async def look(self, plan: Plan) -> Watched:
        """Writes and tells what began and what ended.

        Raises:
            CannotWriteError: the store cannot be written, and the pipeline does not know that yet.
        """
        now = self._clock()
        if trouble := self._disk.trouble:
            return await self._degrade(trouble, plan, now)
        await self._recover(now)
        took, standing = await self._disk.once(_timed(lambda: self._store.standing(now)))
        self._notice_clock(now)
        self._forget(standing["incidents"], plan)
        status = standing | {"daemon": {"process": os.getpid(), "words": ""}, "noticed": dict(self._noticed)}
        needy = health.incidents(status | {"late": self._late(standing, plan, now)})
        found = addressed(needy, plan.ops, list(plan.lines))
        self._unseen.clear()
        took_too, (began, ended) = await self._disk.once(_timed(lambda: self._store.keep_incidents(found, now)))
        return Watched(began, ended, reasons=health.healthz(status)[1], took=took + took_too)

    def _late(self, standing: Row, plan: Plan, now: datetime) -> list[Row]:
        """What is late though it could have been looked at since we began: a source has two intervals to catch up.

        What was late before stays so until it is not.
        """
        before = {row["key"] for row in standing["incidents"]}
        patience = {name: 2 * source.every for name, source in plan.sources.items()}
        up = now - self._begun_at
        late = (row for row in standing["late"] if row["source"] in patience)
        return [row for row in late if up > patience[row["source"]] or f"late:{row['source']}" in before]

    def _forget(self, before: Sequence[Row], plan: Plan) -> None:
        """Lets go of what only a channel's next message would end, where there is no such channel any more."""
        for kind, name in (row["key"].split(":", 1) for row in before if row["key"].startswith("wording:")):
            if name not in plan.lines:
                self.notice(f"{kind}:{name}", "")

    def _notice_clock(self, now: datetime) -> None:
        recent = [found for found, at in self._skews.values() if abs(now - at) < SKEWS_FOR]
        if recent:
            self.notice("clock", clock_fault(recent))

    # --- while the store cannot be written ---------------------------------------------------------------------------

    async def _degrade(self, trouble: Trouble, plan: Plan, now: datetime) -> Watched:
        words = f"the store cannot be written since {utc_text(trouble.since)}: {trouble.reason}"
        reasons = (words,)
        if self._degraded is None:
            (finding,) = addressed([Finding("store", words)], plan.ops, list(plan.lines))
            self._degraded = Degraded(trouble.since, finding)
        if self._degraded.told or now - trouble.since < DEGRADED_FOR:
            return Watched(reasons=reasons)
        answers = await self._tell(self._degraded, plan.lines, now)
        return Watched(sent=answers, reasons=reasons)

    async def _tell(self, degraded: Degraded, lines: Mapping[str, Line], now: datetime) -> str:
        """Sends past the outbox, to the first channel that takes it; how that went."""
        from monitor import render  # wording is heavy, and most rounds say nothing

        first, said = degraded.finding.channel, list[str]()
        if first is None or first not in lines:
            return ""
        for name in (first, *(name for name in lines if name != first)):
            report = degraded.report or self._report(degraded, now)
            report = replace(report, channel=name, why=report.why if name == first else _instead(first, name))
            degraded = self._degraded = replace(degraded, report=report)
            try:
                answer = await sent(lines[name].channel, render.report(report, lines[name].web), forget)
            except MonitorError as error:
                said.append(f"{name}: {error}")
            else:
                self._degraded = replace(degraded, told=True)
                return f"{name}: {answer}"
        return "; ".join(said)

    def _report(self, degraded: Degraded, now: datetime) -> Report:
        finding = degraded.finding
        incident = Incident(
            0, finding.key, f"{finding.words}; what is found and sent is kept in memory", degraded.since
        )
        return Report(f"rep_{uuid4().hex}", finding.channel or "", finding.why, 0, now, began=(incident,))

    async def _recover(self, now: datetime) -> None:
        """Writes what was told while nothing could be written."""
        if degraded := self._degraded:
            told = degraded.report if degraded.told else None
            past = (degraded.finding, degraded.since, now, told)
            await self._disk.once(lambda: self._store.keep_past_incident(*past))
            self._degraded = None


def _timed(call: Callable[[], T]) -> Callable[[], tuple[timedelta, T]]:
    """The call, with how long it took."""

    def timed() -> tuple[timedelta, T]:
        began = time.perf_counter()
        result = call()
        return timedelta(seconds=time.perf_counter() - began), result

    return timed


def addressed(found: Sequence[Finding], ops: Ops, channels: Sequence[str]) -> list[Finding]:
    """Each finding with the channel to be told: the one for operators, and while that is in trouble the first other one
    that is not. Nobody is told of a channel's trouble through itself. `channels` are in the configuration's order.
    """
    troubled = {finding.key.removeprefix("channel:") for finding in found if finding.key.startswith("channel:")}
    named = ops.channel
    well = [name for name in (named, *channels) if name and name not in troubled]
    return [_addressed(finding, named, well) if named else finding for finding in found]


def _addressed(finding: Finding, named: str, well: Sequence[str]) -> Finding:
    if well:
        why = f'[ops] names channel "{named}"' if well[0] == named else _instead(named, well[0])
        return replace(finding, channel=well[0], why=why)
    if finding.key == f"channel:{named}":
        return finding
    return replace(finding, channel=named, why=f'[ops] names channel "{named}"')


def _instead(named: str, chosen: str) -> str:
    return f'channel "{named}", which [ops] names, is in trouble, and "{chosen}" is the first other one that is not'
