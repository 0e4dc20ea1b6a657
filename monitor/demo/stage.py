"""Where the demo plays: its folder, the configuration in it, and the monitor's own commands run on that."""

import asyncio
import json
import shutil
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.errors import CannotWriteError, MonitorError

MARK = ".monitor-demo"
"""A file that says the folder was made by the demo, so that the next demo may delete it."""

CHANNELS = ("desk", "hook")
"""The channels of the configuration below."""

STOP_WITHIN_S = 15
"""The daemon promises to end within ten seconds of SIGTERM."""


@dataclass(frozen=True, slots=True)
class FarEnds:
    """What the configuration has to name: addresses are `127.0.0.1:PORT`."""

    feed_url: str
    site: str
    mail: str
    hook: str
    secret: str


@dataclass(frozen=True, slots=True)
class Stage:
    """The demo's folder."""

    folder: Path

    @property
    def config(self) -> Path:
        """The folder for `--config`."""
        return self.folder / "config"

    @property
    def log(self) -> Path:
        """What the daemon said."""
        return self.folder / "daemon.log"

    def set_up(self, far_ends: FarEnds) -> None:
        """Makes the folder anew, with a configuration that names the far ends.

        Raises:
            CannotWriteError: the folder is not one the demo made, or cannot be written.
        """
        try:
            _clear(self.folder)
            (self.config / "sources").mkdir(parents=True)
            (self.folder / MARK).touch()
            secret = self.folder / "hook.secret"
            secret.touch(mode=0o600)
            secret.write_text(far_ends.secret + "\n", encoding="ascii")
            (self.config / "monitor.toml").write_text(monitor_toml(far_ends), encoding="utf-8")
            (self.config / "sources" / "rivers.toml").write_text(rivers_toml(far_ends), encoding="utf-8")
        except OSError as error:
            raise CannotWriteError(f"{self.folder}: cannot be written: {error.strerror}") from error

    @asynccontextmanager
    async def daemon(self) -> AsyncIterator[Process]:
        """`monitor run`, until the block ends; then SIGTERM, and SIGKILL where that does not help."""
        with self.log.open("wb") as log:
            process = await asyncio.create_subprocess_exec(*self.command("run"), stdout=log, stderr=STDOUT)
        try:
            yield process
        finally:
            await _stop(process)

    def command(self, *words: str) -> tuple[str, ...]:
        """A command of the monitor on this folder, ready to be started."""
        return (sys.executable, "-m", "monitor", "--config", str(self.config), *words)

    async def show(self, *words: str) -> None:
        """Runs a command whose output is for the reader.

        Raises:
            MonitorError: the command did not do what it was asked.
        """
        process = await asyncio.create_subprocess_exec(*self.command(*words))
        _check(await process.wait(), words)

    async def rows(self, *words: str) -> list[dict[str, Any]]:
        """What a command prints with `--json`.

        Raises:
            MonitorError: the command did not do what it was asked.
        """
        process = await asyncio.create_subprocess_exec(*self.command(*words, "--json"), stdout=PIPE)
        output, _ = await process.communicate()
        _check(process.returncode, words)
        return [json.loads(line) for line in output.splitlines()]

    def last_words(self) -> str:
        """The last line of the daemon's log, "" where it said nothing."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1] if lines else ""


def _check(status: int | None, words: Sequence[str]) -> None:
    if status:
        raise MonitorError(f"`monitor {' '.join(words)}` ended with status {status}")


async def _stop(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(STOP_WITHIN_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _clear(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARK).exists()):
        raise CannotWriteError(f"{folder}: was not made by the demo and is left alone; name another with --dir")
    shutil.rmtree(folder)


def monitor_toml(far_ends: FarEnds) -> str:
    """How the demo watches: the defaults, but for loopback and haste."""
    host, _, port = far_ends.mail.partition(":")
    return f"""# How: written by `monitor demo`.
[store]
path = "monitor.db"

[http]
user_agent = "statement-monitor demo"
delay = "0s"                 # our own server; anyone else's gets 5s
allow = ["{far_ends.site}", "{far_ends.mail}", "{far_ends.hook}"]

[web]
bind = ""                    # none while the story runs; afterwards, `monitor web --bind 127.0.0.1:8733`

[channels.desk]
type = "email"
to = ["desk@example.org"]
from = "monitor@example.org"
host = "{host}"
port = {port}

[channels.hook]
type = "webhook"
url = "http://{far_ends.hook}/changes"
secret_file = "hook.secret"
"""


def rivers_toml(far_ends: FarEnds) -> str:
    """What the demo watches: the fictional department's feed and every page it names."""
    return f"""# What: written by `monitor demo`.
listing = "{far_ends.feed_url}"
every = "1s"
channels = {json.dumps(CHANNELS)}

[parser]
type = "govuk"
"""
