"""The daemon on a machine whose clock is set, forward and back, while it runs and while it does not."""

import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.test_daemon import PAGE, FarEnd, Process, configure, daemon, far_end, outcome

__all__ = ["far_end"]

COMPILER = shutil.which("cc")
YEAR, DAY = timedelta(days=365), timedelta(days=1)


class Clock:
    """The wall clock of the daemons it is given to, so far off from ours."""

    def __init__(self, folder: Path) -> None:
        if COMPILER is None:
            pytest.skip("there is no C compiler here")
        self._offset, self._library = folder / "offset", folder / "clock.so"
        self.set(timedelta(0))
        source = Path(__file__).with_name("clock.c")
        subprocess.run([COMPILER, "-shared", "-fPIC", "-o", str(self._library), str(source)], check=True)

    def set(self, offset: timedelta) -> None:
        with self._offset.open("r+b" if self._offset.exists() else "wb") as file:
            file.write(struct.pack("=q", round(offset.total_seconds())))

    @contextmanager
    def daemon(self, folder: Path) -> Iterator[Process]:
        with daemon(folder, LD_PRELOAD=str(self._library), CLOCK_OFFSET=str(self._offset)) as process:
            yield process


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


def until(moment: str) -> timedelta:
    return datetime.fromisoformat(moment) - datetime.now(UTC)


@pytest.mark.parametrize(
    "offset",
    [
        YEAR,
        -DAY,
        timedelta(hours=-3),
        until("1970-01-02T00:00:00Z"),
        until("2038-01-19T03:14:04Z"),
        until("2230-01-01T00:00:00Z"),  # Linux takes no time beyond 2232
    ],
    ids=["a year on", "a day back", "three hours back", "1970", "2038", "2230"],
)
def test_a_clock_that_is_set_and_set_right_again_puts_nothing_off(
    tmp_path: Path, far_end: FarEnd, clock: Clock, offset: timedelta
) -> None:
    channel = f'[channels.hook]\ntype = "webhook"\nurl = "{far_end.url}/hook"\n'
    configure(tmp_path, far_end.url, channel, '["hook"]')
    with clock.daemon(tmp_path) as process:
        process.until(outcome("ok"))
        for figure, wrong_by, step in (("£2", offset, offset), ("£3", timedelta(0), -offset)):
            clock.set(wrong_by)
            assert abs(process.said("the clock was set")["by_s"] - step.total_seconds()) < 10
            far_end.page = PAGE.format(figure=figure)
            process.until(outcome("changed"))
            process.said("delivered")
        assert [line for line in process.log if line["event"] == "failed"] == []
        assert process.end()[0] == 0


def test_what_a_wrong_clock_put_off_before_a_restart_is_looked_at(
    tmp_path: Path, far_end: FarEnd, clock: Clock
) -> None:
    configure(tmp_path, far_end.url)
    clock.set(YEAR)
    with clock.daemon(tmp_path) as process:
        process.until(outcome("ok"))
        process.end()
    clock.set(timedelta(0))
    began = time.monotonic()
    with clock.daemon(tmp_path) as process:
        process.until(outcome("unchanged"))
    assert time.monotonic() - began < 20
