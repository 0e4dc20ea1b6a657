"""The daemon killed where it hurts: nothing is lost, nothing invented, and the long form `make torture` measures it."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from monitor.failpoints import POINTS
from torture.__main__ import Killing, Run

ROOT = Path(__file__).parent.parent
PATIENCE_S = 30


def test_each_failpoint_stands_at_one_place() -> None:
    found = Counter(
        point
        for path in ROOT.glob("monitor/**/*.py")
        for point in re.findall(r'failpoints\.passing\("(.+?)"\)', path.read_text(encoding="utf-8"))
    )
    assert found == dict.fromkeys(POINTS, 1)


@pytest.mark.parametrize(
    ("asked", "status", "passed"),
    [
        ("", 0, "1 2 3 "),
        ("recorded", 0, "1 2 3 "),
        ("settled", -signal.SIGKILL, ""),
        ("settled:3", -signal.SIGKILL, "1 2 "),
        ("settled:4", 0, "1 2 3 "),
    ],
)
def test_a_process_dies_the_nth_time_it_passes_the_failpoint_it_was_given(asked: str, status: int, passed: str) -> None:
    program = """
from monitor.failpoints import passing
for number in (1, 2, 3):
    passing("before-send")
    passing("settled")
    print(number, end=" ", flush=True)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"MONITOR_FAILPOINT": asked},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (status, passed)


def test_killed_in_the_transaction_and_after_sending_it_loses_no_edit_and_no_alert(tmp_path: Path) -> None:
    killings = [Killing("before-commit"), Killing("alerts-added", 2), Killing("after-send", 2)]
    run = Run(tmp_path, seed=1, channels=("prompt",))
    result = asyncio.run(run.torture(killings, time.monotonic() + PATIENCE_S))
    assert result.reached == ("before-commit", "alerts-added", "after-send")
    assert result.clean, result
    assert result.verdict.edits > 0
    assert result.verdict.received_again > 0
