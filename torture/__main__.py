"""`make torture`: kills the daemon at every failpoint and at random, and says whether it kept its word."""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from monitor.failpoints import POINTS
from torture.ledger import Ledger, Verdict
from torture.receivers import HOOKS, MAIL, Hooks, Mail, Received
from torture.site import Site

LOOPBACK = "127.0.0.1"
PAGES = 6
LOOKS_S = 0.1
"""How often the database is read and pages are edited."""

REACHED_WITHIN_S = 12.0
LONGEST_LIFE_S = 4.0
QUIET_WITHIN_S = 60.0
CLOSING_S = 10.0


@dataclass(frozen=True)
class Killing:
    """One life of the daemon: it dies at `point`, the `times`-th time, or after some seconds where that is None."""

    point: str | None
    times: int = 1


@dataclass(frozen=True)
class Result:
    """How a run ended. `reached` are the failpoints that killed; `sound` is what `monitor verify` says."""

    kills: int
    reached: tuple[str, ...]
    seconds: float
    sound: bool
    verdict: Verdict

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return self.sound and self.verdict.clean


class Run:
    """One site, its receivers, one database, and the daemon's many lives."""

    def __init__(self, folder: Path, seed: int, channels: Sequence[str]) -> None:
        self._folder = folder
        self._chance = random.Random(seed)
        self._site = Site(PAGES, self._chance)
        self._hooks, self._mail = Hooks(), Mail()
        self._channels = channels
        self._ledger = Ledger(folder / "state/monitor.db")

    async def torture(self, killings: Sequence[Killing], until: float) -> Result:
        """Kills as asked, as far as `until` on the monotonic clock allows; then lets all come to rest, and judges."""
        started = time.monotonic()
        await self._serve()
        editor = asyncio.create_task(self._edit())
        kills, reached = 0, list[str]()
        for killing in killings:
            if time.monotonic() > until:
                break
            if await self._life(killing) and killing.point:
                reached.append(killing.point)
            kills += 1
        editor.cancel()
        await self._rest()
        sound = await (await self._command("verify")).wait() == 0
        verdict = self._ledger.verdict(self._site.marks, self._received())
        return Result(kills, tuple(reached), time.monotonic() - started, sound, verdict)

    def _received(self) -> dict[str, Received]:
        every = self._hooks.received | {MAIL: self._mail.received}
        return {name: every[name] for name in self._channels}

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        site = await asyncio.start_server(self._site.handle, LOOPBACK, 0)
        hooks = await asyncio.start_server(self._hooks.handle, LOOPBACK, 0)
        mail = await loop.create_server(self._mail.server, LOOPBACK, 0)
        self._servers = (site, hooks, mail)
        self._configure(*(server.sockets[0].getsockname()[1] for server in self._servers))

    def _configure(self, site: int, hooks: int, mail: int) -> None:
        (self._folder / "config/sources").mkdir(parents=True)
        text = f'[http]\ndelay = "0s"\nallow = ["{LOOPBACK}"]\n'
        for name in HOOKS:
            text += f'[channels.{name}]\ntype = "webhook"\nurl = "http://{LOOPBACK}:{hooks}/{name}"\n'
        text += f'[channels.{MAIL}]\ntype = "email"\nto = "desk@example.org"\nfrom = "monitor@example.org"\n'
        text += f'host = "{LOOPBACK}"\nport = {mail}\ntls = "none"\n'
        (self._folder / "config/monitor.toml").write_text(text)
        pages = [f"http://{LOOPBACK}:{site}/{page}" for page in range(PAGES)]
        source = f'pages = {pages}\nevery = "1s"\nchannels = {list(self._channels)}\n'
        source += '[parser]\ntype = "css"\ntitle = "h1"\nbody = "article"\n'
        (self._folder / "config/sources/harbours.toml").write_text(source)

    async def _command(self, command: str, failpoint: str = "") -> asyncio.subprocess.Process:
        with (self._folder / "log.txt").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "monitor", "--config", str(self._folder / "config"), command),
                stdout=log,
                stderr=log,
                env=os.environ | {"MONITOR_FAILPOINT": failpoint},
            )

    async def _life(self, killing: Killing) -> bool:
        """Whether the daemon died by itself, at its failpoint; else it is killed here."""
        failpoint = f"{killing.point}:{killing.times}" if killing.point else ""
        process = await self._command("run", failpoint)
        most_s = REACHED_WITHIN_S if killing.point else self._chance.uniform(0.3, LONGEST_LIFE_S)
        try:
            await asyncio.wait_for(process.wait(), most_s)
        except TimeoutError:
            process.kill()
            await process.wait()
            return False
        return True

    async def _edit(self) -> None:
        """Edits a page as soon as its last edit was seen committed: so every edit stays until it is found."""
        while True:
            await asyncio.sleep(LOOKS_S)
            self._ledger.read()
            for page, marks in enumerate(self._site.marks):
                if self._ledger.holds(marks[-1]):
                    self._site.edit(page)

    async def _rest(self) -> None:
        """One more life without a kill, until all edits are in and all alerts are settled."""
        process = await self._command("run")
        end = time.monotonic() + QUIET_WITHIN_S
        while time.monotonic() < end and not self._is_quiet():
            await asyncio.sleep(LOOKS_S)
        process.terminate()
        await asyncio.wait_for(process.wait(), CLOSING_S)

    def _is_quiet(self) -> bool:
        self._ledger.read()
        return all(self._ledger.holds(marks[-1]) for marks in self._site.marks) and not self._ledger.waiting()


def plan(kills: int, seed: int) -> list[Killing]:
    """Every failpoint once and then some of them later in a life, at random kills in between; `kills` in all."""
    chance = random.Random(seed)
    later = [Killing(chance.choice(POINTS[3:]), chance.randint(1, 8)) for _ in range(kills)]
    mixed = [each for killing in later for each in (Killing(None), killing)]
    return [*(Killing(point) for point in POINTS), *mixed][:kills]


def lines(result: Result) -> list[str]:
    """The run as the rows of a table."""
    rows: dict[str, object] = {"kills -9": result.kills, "of them at a failpoint": len(result.reached)}
    rows |= {"failpoints reached": f"{len(set(result.reached))} of {len(POINTS)}"}
    rows |= {name.replace("_", " "): value for name, value in asdict(result.verdict).items()}
    rows |= {"`monitor verify`": "sound" if result.sound else "NOT SOUND", "seconds": round(result.seconds)}
    return ["| what | count |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())]


def main() -> None:
    """Prints the table; exit status 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="torture")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=500, help="no kill after this; rest and verdict follow")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder), asked.seed, (*HOOKS, MAIL))
        result = asyncio.run(run.torture(plan(asked.kills, asked.seed), time.monotonic() + asked.seconds))
    print("\n".join(lines(result)))
    sys.exit(not result.clean)


if __name__ == "__main__":
    main()
