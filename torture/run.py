"""One run: the daemon's many lives over one database, how each ends, and what is left at the end."""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from itertools import cycle
from pathlib import Path

from torture.ledger import Ledger, Verdict
from torture.receivers import HOOKS, MAIL, Hooks, Mail, Received
from torture.site import Site

LOOPBACK = "127.0.0.1"
PAGES = 6
BRIEF_STORMS = """from datetime import timedelta
from monitor import cli, cluster
cluster.STORM, cluster.STORM_WITHIN, cluster.STORM_QUIET = 2, timedelta(seconds=5), timedelta(seconds=0.5)
cli.main()"""
"""The program, with storms that begin and end soon: as it is, such edits would be one storm while the run lasts,
and few messages would meet a kill. So some are sent one by one, and some are digests."""

LOOKS_S = 0.1
"""How often the database is read and pages are edited."""

REACHED_WITHIN_S = 12.0
STARTED_WITHIN_S = 60.0
LONGEST_LIFE_S = 2.5
RELOAD_S = 0.3
QUIET_WITHIN_S = 75.0
CLOSING_S = 10.0
"""How long the daemon may take to end when it is told to."""

CSS = '[parser]\ntype = "css"\ntitle = "h1"\nbody = "article"\n'


@dataclass(frozen=True)
class Ending:
    """How one life ends: at the failpoint `point`, the `times`-th time; where that is None, by `signal` at random."""

    point: str | None = None
    times: int = 1
    signal: int = signal.SIGKILL


@dataclass(frozen=True)
class Result:
    """How runs ended. `reached` are the failpoints that killed; `sound` is what `monitor verify` says."""

    kills: int
    reached: tuple[str, ...]
    terminations: int
    terminations_without_status_0: int
    slowest_termination_s: float
    reloads: int
    reloads_refused: int
    jobs_failed: int
    seconds: float
    sound: bool
    verdict: Verdict

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        ended = not self.terminations_without_status_0 and self.slowest_termination_s <= CLOSING_S
        return self.sound and ended and not self.jobs_failed and self.verdict.clean


def together(results: Sequence[Result]) -> Result:
    """Runs side by side, as one."""
    return Result(
        kills=sum(each.kills for each in results),
        reached=tuple(point for each in results for point in each.reached),
        terminations=sum(each.terminations for each in results),
        terminations_without_status_0=sum(each.terminations_without_status_0 for each in results),
        slowest_termination_s=max(each.slowest_termination_s for each in results),
        reloads=sum(each.reloads for each in results),
        reloads_refused=sum(each.reloads_refused for each in results),
        jobs_failed=sum(each.jobs_failed for each in results),
        seconds=max(each.seconds for each in results),
        sound=all(each.sound for each in results),
        verdict=Verdict(*map(sum, zip(*(astuple(each.verdict) for each in results), strict=True))),
    )


class Run:
    """One site, its receivers, one database, and the daemon's many lives."""

    def __init__(self, folder: Path, seed: int, channels: Sequence[str]) -> None:
        self._folder = folder
        self._chance = random.Random(seed)
        self._site = Site(PAGES, self._chance)
        self._hooks, self._mail = Hooks(), Mail()
        self._channels = channels
        self._ledger = Ledger(folder / "state/monitor.db")
        self._log = folder / "log.txt"
        self._ports: tuple[int, ...] = ()
        self._terminations: list[tuple[int, float]] = []

    async def torture(self, endings: Sequence[Ending], until: float) -> Result:
        """Ends lives as asked, as far as `until` on the monotonic clock allows; lets all come to rest; judges."""
        began = time.monotonic()
        await self._serve()
        editor = asyncio.create_task(self._edit())
        kills, reached = 0, list[str]()
        for ending in endings:
            if time.monotonic() > until:
                break
            if await self._life(ending) and ending.point:
                reached.append(ending.point)
            kills += ending.signal == signal.SIGKILL
        editor.cancel()
        await self._rest()
        sound = await (await self._command("verify")).wait() == 0
        log = self._log.read_text(encoding="utf-8")
        return Result(
            kills=kills,
            reached=tuple(reached),
            terminations=len(self._terminations),
            terminations_without_status_0=sum(status != 0 for status, _ in self._terminations),
            slowest_termination_s=max((seconds for _, seconds in self._terminations), default=0.0),
            reloads=log.count(" configuration reloaded"),
            reloads_refused=log.count(" configuration refused"),
            jobs_failed=log.count(" failed job="),
            seconds=time.monotonic() - began,
            sound=sound,
            verdict=self._ledger.verdict(self._site.marks, self._received()),
        )

    def _received(self) -> dict[str, Received]:
        every = self._hooks.received | {MAIL: self._mail.received}
        return {name: every[name] for name in self._channels}

    # --- the far ends and the configuration --------------------------------------------------------------------------

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        site = await asyncio.start_server(self._site.handle, LOOPBACK, 0)
        hooks = await asyncio.start_server(self._hooks.handle, LOOPBACK, 0)
        mail = await loop.create_server(self._mail.server, LOOPBACK, 0)
        self._servers = (site, hooks, mail)
        self._ports = tuple(server.sockets[0].getsockname()[1] for server in self._servers)
        (self._folder / "config/sources").mkdir(parents=True)
        self._configure()

    def _configure(self) -> None:
        site, hooks, mail = self._ports
        text = f'[http]\ndelay = "0s"\nallow = ["{LOOPBACK}"]\n[web]\nbind = ""\n'
        for name in HOOKS:
            text += f'[channels.{name}]\ntype = "webhook"\nurl = "http://{LOOPBACK}:{hooks}/{name}"\n'
        text += f'[channels.{MAIL}]\ntype = "email"\nto = "desk@example.org"\nfrom = "monitor@example.org"\n'
        text += f'host = "{LOOPBACK}"\nport = {mail}\ntls = "none"\n'
        (self._folder / "config/monitor.toml").write_text(text)
        pages = [f"http://{LOOPBACK}:{site}/{page}" for page in range(PAGES)]
        self._write("harbours", pages[:-1])
        self._write("piers", pages[-1:])

    def _write(self, source: str, pages: list[str], every: str = '"1s"') -> None:
        text = f"pages = {pages}\nevery = {every}\nchannels = {list(self._channels)}\n{CSS}"
        (self._folder / f"config/sources/{source}.toml").write_text(text)

    async def _reconfigure(self, process: asyncio.subprocess.Process, begun: int) -> None:
        """Edits the configuration under the daemon again and again: one source goes, is written wrongly, is back."""
        await self._started(begun)
        piers = [f"http://{LOOPBACK}:{self._ports[0]}/{PAGES - 1}"]
        for state in cycle(("gone", "wrong", "right")):
            match state:
                case "gone":
                    (self._folder / "config/sources/piers.toml").unlink()
                case "wrong":
                    self._write("piers", piers, every='"never"')
                case _:
                    self._write("piers", piers)
            _send(process, signal.SIGHUP)
            await asyncio.sleep(self._chance.uniform(0, RELOAD_S))

    # --- the lives ---------------------------------------------------------------------------------------------------

    async def _command(self, command: str, failpoint: str = "") -> asyncio.subprocess.Process:
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", BRIEF_STORMS, "--config", str(self._folder / "config"), command),
                stdout=log,
                stderr=log,
                env=os.environ | {"MONITOR_FAILPOINT": failpoint},
            )

    async def _started(self, begun: int) -> None:
        """Returns once the log says so, after as many bytes."""
        async with asyncio.timeout(STARTED_WITHIN_S):
            while not self._says_started(begun):
                await asyncio.sleep(LOOKS_S / 2)

    def _says_started(self, begun: int) -> bool:
        with self._log.open("rb") as log:
            log.seek(begun)
            return b" started pid=" in log.read()

    async def _life(self, ending: Ending) -> bool:
        """Whether the daemon died by itself, at its failpoint; else it is ended here."""
        self._configure()
        begun = self._log.stat().st_size if self._log.exists() else 0
        failpoint = f"{ending.point}:{ending.times}" if ending.point else ""
        process = await self._command("run", failpoint)
        if ending.point:
            return await self._killed(process, REACHED_WITHIN_S)
        reconfiguring = asyncio.create_task(self._reconfigure(process, begun))
        if ending.signal == signal.SIGKILL:
            await self._killed(process, self._chance.uniform(0.3, LONGEST_LIFE_S))
        else:
            await self._started(begun)
            await asyncio.sleep(self._chance.uniform(0, LONGEST_LIFE_S / 2))
            await self._terminated(process)
        reconfiguring.cancel()
        with suppress(asyncio.CancelledError, TimeoutError):
            await reconfiguring
        return False

    async def _killed(self, process: asyncio.subprocess.Process, most_s: float) -> bool:
        """Whether it died by itself within the time; else it is killed."""
        try:
            await asyncio.wait_for(process.wait(), most_s)
        except TimeoutError:
            _send(process, signal.SIGKILL)
            await process.wait()
            return False
        return True

    async def _terminated(self, process: asyncio.subprocess.Process) -> None:
        """Tells it to end, and notes how and how soon it did."""
        told = time.monotonic()
        _send(process, signal.SIGTERM)
        await self._killed(process, 2 * CLOSING_S)
        self._terminations.append((process.returncode or 0, time.monotonic() - told))

    async def _edit(self) -> None:
        """Edits a page as soon as its last edit was seen committed: so every edit stays until it is found."""
        while True:
            await asyncio.sleep(LOOKS_S)
            self._ledger.read()
            for page, marks in enumerate(self._site.marks):
                if self._ledger.holds(marks[-1]):
                    self._site.edit(page)

    async def _rest(self) -> None:
        """One more life without a kill, until all edits are in and all alerts are settled: those that wait, at once."""
        self._configure()
        self._hooks.calm = self._mail.calm = True
        await (await self._command("redeliver")).wait()
        begun = self._log.stat().st_size
        process = await self._command("run")
        await self._started(begun)
        end = time.monotonic() + QUIET_WITHIN_S
        while time.monotonic() < end and not self._is_quiet():
            await asyncio.sleep(LOOKS_S)
        await self._terminated(process)

    def _is_quiet(self) -> bool:
        self._ledger.read()
        return all(self._ledger.holds(marks[-1]) for marks in self._site.marks) and not self._ledger.waiting()


def _send(process: asyncio.subprocess.Process, number: int) -> None:
    """Sends a signal; `process.send_signal` may reap a process that ends just then, and asyncio misses its status."""
    with suppress(ProcessLookupError):
        if process.returncode is None:
            os.kill(process.pid, number)
