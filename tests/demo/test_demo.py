"""`monitor demo` as a newcomer runs it: a real daemon, real HTTP and SMTP on loopback, about twenty seconds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def monitor(*words: str) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end."""
    command = [sys.executable, "-m", "monitor", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)


def test_the_demo_catches_each_edit_alerts_it_and_leaves_nothing_running(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    told = monitor("demo", "--dir", str(folder))
    assert (told.returncode, told.stderr) == (0, "")

    for words in (
        "monitor    edited, announced: “7:20pm” → “8:05pm”",
        "monitor    edited, silent: “£1.5 million” → “£15 million”",
        "monitor    withdrawn: ",
        "monitor    published: Two pilot boats launched",
        "monitor    removed: Mooring fees stay as they are",
        "[-£1.5-]{+£15+} million",
        "2 looks failed (503 maintenance, 500 error:status); versions of the page: 1.",
        "5 mails, 5 webhooks, 0 refused.",
        f"{folder}/monitor.db",
    ):
        assert words in told.stdout

    changes = [
        json.loads(line) for line in monitor("--config", f"{folder}/config", "changes", "--json").stdout.splitlines()
    ]
    assert sorted((row["kind"], row["alerts_sent"]) for row in changes) == [
        ("edited", 2),
        ("edited", 2),
        ("published", 2),
        ("removed", 2),
        ("withdrawn", 2),
    ]

    daemon = int((folder / "monitor.db.lock").read_text("ascii").split()[0])
    with pytest.raises(ProcessLookupError):
        os.kill(daemon, 0)


def test_the_demo_leaves_a_folder_alone_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    refused = monitor("demo", "--dir", str(tmp_path))
    assert refused.returncode == 73
    assert (
        refused.stderr == f"monitor: {tmp_path}: was not made by the demo and is left alone; name another with --dir\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
