"""The daemon: a clock over the pipeline. APScheduler, signals, the lock, the watchdog.

The schedule itself is data (`next_check_at`, `next_try_at`); the jobs here only ask for what is due.
"""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor._daemon_logs import set_up_logs as set_up_logs
from monitor._health_machine import LOG_LARGE
from monitor.errors import ConfigError, DatabaseError, MonitorError
from monitor.lock import OPEN, Hold
from monitor.models import Alert, AlertState, Outcome, Recorded, Report, utc_text
from monitor.pipeline import Delivery, Pipeline, Trouble, Watched
from monitor.sandbox import give_memory_back

TICK = timedelta(seconds=1)
WATCH = timedelta(minutes=1)
WATCH_COSTS = 99
"""Between two looks of the monitor at itself, and so many times what the last one took: 1 % of the time at most."""

HOUSEKEEPING = timedelta(hours=1)
GRACE = timedelta(seconds=3)
"""What is under way when the daemon is told to stop gets this long; then it is dropped, to be due again."""

CLOCK_STEP = timedelta(seconds=30)
"""By so much the wall clock may differ from the steady one within a tick before it counts as having been set."""


def notify(state: str) -> None:
    """Tells systemd, where it listens (sd_notify(3)): `READY=1`, `WATCHDOG=1`, `STOPPING=1` …"""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as speaker:
        speaker.connect("\0" + address[1:] if address[0] == "@" else address)
        speaker.sendall(state.encode())


JOBS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
"""Late jobs run late, once; APScheduler's own default would skip them in silence."""


def watchdog_interval() -> timedelta:
    """Half of what systemd allows between two signs of life (sd_watchdog_enabled(3))."""
    microseconds = int(os.environ.get("WATCHDOG_USEC", "0"))
    return timedelta(microseconds=microseconds / 2) if microseconds else timedelta(minutes=1)


class Every(BaseTrigger):  # type: ignore[misc]
    """Fires again so long after it fired.

    APScheduler's own goes through every time that was passed over: of a clock set a year forward, millions.
    """

    def __init__(self, pause: timedelta) -> None:
        self._pause = pause

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Called by the scheduler."""
        return now + self._pause if previous_fire_time else now


class Daemon:
    """Runs until told to stop. `reload` takes the configuration over anew, or raises MonitorError and keeps the old; it
    returns the keys whose new values hold from the next start on only.

    What hinders it, it says in its log, to systemd and in the lock's file, where `monitor status` reads it.
    """

    def __init__(self, pipeline: Pipeline, reload: Callable[[], Awaitable[list[str]]], hold: Hold) -> None:
        self._pipeline = pipeline
        self._reload = reload
        self._hold = hold
        self._stop = asyncio.Event()
        self._work: set[asyncio.Task[None]] = set()
        self._log = structlog.get_logger()
        self._trouble: Trouble | None = None
        self._damage: DatabaseError | None = None
        self._watching = False
        self._watch_again = 0.0

    async def run(self) -> None:
        """Returns after SIGTERM or SIGINT, within ten seconds.

        Raises:
            DatabaseError: the database turned out to be damaged.
        """
        give_memory_back()
        self._listen()
        scheduler = self._scheduler()
        scheduler.start()
        watch = asyncio.create_task(self._watch_clock(scheduler))
        notify("READY=1")
        self._log.info("started", pid=os.getpid())
        await self._stop.wait()
        self._listen_no_more()
        self._pipeline.wind_up()
        notify("STOPPING=1")
        watch.cancel()
        scheduler.shutdown(wait=False)
        await self._end()
        self._log.info("stopped")
        if self._damage:
            raise self._damage

    def _scheduler(self) -> AsyncIOScheduler:
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=JOBS)
        for job, every in (
            (self._look, TICK),
            (self._deliver, TICK),
            (self._tidy, HOUSEKEEPING),
            (self._watchdog, watchdog_interval()),
        ):
            scheduler.add_job(job, Every(every), next_run_time=datetime.now(UTC))
        scheduler.add_job(self._watch, Every(WATCH), next_run_time=datetime.now(UTC) + WATCH)
        return scheduler

    async def _watch_clock(self, scheduler: AsyncIOScheduler) -> None:
        """The scheduler and the due times go by the wall clock: where that is set, both are told."""
        while True:
            wall, steady = time.time(), time.monotonic()
            await asyncio.sleep(TICK.total_seconds())
            step = time.time() - wall - (time.monotonic() - steady)
            if abs(step) > CLOCK_STEP.total_seconds():
                self._log.warning("the clock was set", by_s=round(step))
                for job in scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))
                self._start("clock", self._pipeline.mend_times())

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._start("reload", self._reconfigure()))

    def _listen_no_more(self) -> None:
        """Its end is under way: told again, it goes on with that, and takes nothing over any more."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            asyncio.get_running_loop().remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)

    async def _reconfigure(self) -> None:
        try:
            later = await self._reload()
        except MonitorError as error:
            faults = list(error.faults) if isinstance(error, ConfigError) else [str(error)]
            self._log.error("configuration refused", kept="the old one", faults=faults)
            more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
            words = f"the configuration was refused, and the old one is kept: {faults[0]:.300}{more}"
            self._pipeline.notice("configuration", f"{words}; `monitor config check` says all")
        else:
            self._log.info("configuration reloaded", from_the_next_start=later or None)

    # --- the jobs ----------------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        """Starts a round over what is due; a round that waits for a slow host does not hold up the next."""
        self._heed()
        if not self._pipeline.trouble:
            self._start("round", self._round())

    async def _deliver(self) -> None:
        if not self._pipeline.trouble:
            self._start("delivery", self._delivery())

    async def _tidy(self) -> None:
        self._start("housekeeping", self._tidied())

    async def _watch(self) -> None:
        """Looks at the monitor itself, unless the last such look still is under way or has just cost much."""
        if not self._watching and time.monotonic() >= self._watch_again:
            self._watching = True
            self._start("watch", self._watched())

    async def _watchdog(self) -> None:
        """Says that the loop turns and that the disk answers, be it with an error."""
        await self._pipeline.answers()
        notify("WATCHDOG=1")

    def _heed(self) -> None:
        """Says that the store cannot be written any more, or can again."""
        trouble = self._pipeline.trouble
        if trouble == self._trouble:
            return
        if trouble is None:
            words = "running"
            self._log.info("recovered", store="can be written again")
        else:
            words = f"degraded since {utc_text(trouble.since)}: {trouble.reason}"
            self._log.error("degraded", since=utc_text(trouble.since), reason=trouble.reason, kept="what was found")
        self._trouble = trouble
        self._hold.say(OPEN, words)
        notify(f"STATUS={words}")

    async def _watched(self) -> None:
        try:
            watched = await self._pipeline.watch()
            self._watch_again = time.monotonic() + WATCH_COSTS * watched.took.total_seconds()
            self._log_watched(watched)
            if not watched.reasons and (words := await self._pipeline.beat()):
                self._log.warning(words)
        finally:
            self._watching = False

    async def _tidied(self) -> None:
        log_bytes = await self._pipeline.tidy()
        if log_bytes > LOG_LARGE:
            self._log.warning(
                "write-ahead log is large", mib=log_bytes // 1024**2, why="another program reads for long"
            )

    async def _round(self) -> None:
        async with aclosing(self._pipeline.poll()) as round_:
            async for recorded in round_:
                self._log_robots()
                self._log_check(recorded)
                del recorded  # a page may be large, and the next may be long in coming
        self._log_robots()

    async def _delivery(self) -> None:
        async with aclosing(self._pipeline.deliver()) as deliveries:
            async for delivery in deliveries:
                self._log_delivery(delivery)

    def _start(self, job: str, work: Coroutine[Any, Any, None]) -> None:
        if self._stop.is_set():
            work.close()
            return
        task = asyncio.create_task(self._guarded(job, work))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _guarded(self, job: str, work: Coroutine[Any, Any, None]) -> None:
        """One job; its failure is logged whole and is not the daemon's end: what it held is due again."""
        try:
            await work
        except DatabaseError as error:
            self._damage = error
            self._stop.set()
        except MonitorError as error:
            self._log.warning("failed", job=job, reason=str(error))
        except Exception:  # noqa: BLE001 -- the one place: round a whole job, logged with its traceback
            self._log.exception("failed", job=job)

    async def _end(self) -> None:
        """Gives what is under way its grace, then drops it."""
        if self._work:
            await asyncio.wait(self._work, timeout=GRACE.total_seconds())
        late = [*self._work]
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    # --- the log -----------------------------------------------------------------------------------------------------

    def _log_robots(self) -> None:
        for robots in self._pipeline.robots_asked():
            say = self._log.warning if robots.outcome else self._log.info
            outcome, size_bytes = robots.outcome or Outcome.OK, len(robots.body)
            detail = robots.detail or None
            say("asked for robots.txt", origin=robots.origin, outcome=outcome.value, bytes=size_bytes, detail=detail)

    def _log_check(self, recorded: Recorded) -> None:
        check = recorded.decision.check
        outcome = recorded.decision.outcome
        say = self._log.info if outcome.healthy else self._log.warning
        say(
            "checked",
            url=check.page.url,
            source=check.page.source,
            outcome=outcome.value,
            status=check.fetch.status,
            ms=check.fetch.elapsed_ms,
            changes=list(recorded.change_ids) or None,
            alerts=recorded.alerts or None,
            detail=check.detail or None,
        )

    def _log_watched(self, watched: Watched) -> None:
        for incident in watched.began:
            self._log.error("incident began", incident=incident.id, key=incident.key, words=incident.words)
        for incident in watched.ended:
            self._log.info("incident ended", incident=incident.id, key=incident.key, words=incident.words)
        if watched.sent:
            self._log.info("told past the outbox", answer=watched.sent)

    def _log_delivery(self, delivery: Delivery) -> None:
        alert, settlement = delivery.alert, delivery.settlement
        event, say = {
            AlertState.SENT: ("delivered", self._log.info),
            AlertState.PENDING: ("delivery will be tried again", self._log.warning),
            AlertState.FAILED: ("delivery failed", self._log.error),
        }[settlement.state]
        if delivery.fault:
            self._log.warning("message not in its own words", channel=alert.channel, alert=alert.id, why=delivery.fault)
        rest = settlement.rest
        at = None if rest and rest.disabled else settlement.next_attempt_at
        say(
            event,
            alert=alert.id,
            channel=alert.channel,
            **_about(alert),
            tries=alert.attempts + settlement.counted,
            detail=settlement.detail,
            next_attempt_at=utc_text(at) if at else None,
        )
        if rest:
            event, say = ("channel is off", self._log.error) if rest.disabled else ("channel rests", self._log.warning)
            until = None if rest.disabled else utc_text(rest.free_at)
            say(event, channel=rest.channel, faults=rest.faults, until=until, detail=rest.detail)


def _about(alert: Alert | Report) -> dict[str, Any]:
    """What a message is about."""
    if isinstance(alert, Report):
        return {"incidents": [incident.id for incident in (*alert.began, *alert.ended)]}
    return {"change": alert.change.id, "pages": len(alert.pages) or None}
