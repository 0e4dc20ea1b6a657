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
from torture.__main__ import plan
from torture.run import Ending, Run

ROOT = Path(__file__).parent.parent
PATIENCE_S = 120


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


def test_killed_in_the_transaction_after_sending_and_told_to_end_under_reloads_it_loses_no_edit_and_no_alert(
    tmp_path: Path,
) -> None:
    killed = [Ending("before-commit"), Ending("alerts-added", 2), Ending("after-send", 2)]
    told = [Ending(signal=signal.SIGTERM)] * 2
    run = Run(tmp_path, seed=1, channels=("prompt",))
    result = asyncio.run(run.torture([*killed, *told], time.monotonic() + PATIENCE_S))
    assert result.reached == ("before-commit", "alerts-added", "after-send")
    assert result.clean, result
    assert result.terminations == 3
    assert result.verdict.edits > 0
    assert result.verdict.received_again > 0


def test_the_plan_has_each_failpoint_five_times_in_order_and_the_rest_at_random() -> None:
    endings = plan(220, 100, seed=1)
    points = [ending.point for ending in endings if ending.point]
    assert points[: len(POINTS)] == list(POINTS)
    assert Counter(points) == dict.fromkeys(POINTS, 5) | {POINTS[0]: 1}
    assert sum(ending.signal == signal.SIGKILL for ending in endings) == 220
    assert sum(ending.signal == signal.SIGTERM for ending in endings) == 100
