"""The files in `deploy/` say what the program can do: every command, option and exit status in them exists."""

import json
import re
import shlex
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.errors import CannotWriteError, ConfigError, DatabaseError, UsageError

DEPLOY = Path(__file__).parent.parent / "deploy"
UNIT = DEPLOY / "monitor.service"


def unit() -> dict[str, list[str]]:
    """The unit's assignments, `Section.Key` to its values in order; systemd allows a key more than once."""
    found: dict[str, list[str]] = defaultdict(list)
    section = ""
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, value = line.split("=", 1)
            found[f"{section}.{key}"].append(value)
    return found


def dockerfile() -> dict[str, list[str]]:
    """Its instructions, continued lines joined."""
    found: dict[str, list[str]] = defaultdict(list)
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            instruction, _, rest = line.partition(" ")
            found[instruction].append(rest)
    return found


def understood(words: list[str]) -> bool:
    """Whether the `monitor` command knows these words; `--help` is answered once all of them are parsed."""
    return CliRunner().invoke(app, [*words, "--help"]).exit_code == 0


def test_the_unit_starts_a_command_that_exists() -> None:
    (start,) = unit()["Service.ExecStart"]
    binary, *words = shlex.split(start)
    assert Path(binary).name == "monitor"
    assert understood(words)
    assert not understood([*words, "--no-such-option"])


def test_the_unit_does_not_restart_what_waits_for_a_person() -> None:
    (statuses,) = unit()["Service.RestartPreventExitStatus"]
    waiting = {error.exit_status for error in (UsageError, DatabaseError, CannotWriteError, ConfigError)}
    assert {int(status) for status in statuses.split()} == waiting


def test_the_unit_has_the_walls_it_promises() -> None:
    walls = {
        "Service.DynamicUser": ["yes"],
        "Service.NoNewPrivileges": ["yes"],
        "Service.ProtectSystem": ["strict"],
        "Service.StateDirectoryMode": ["0700"],
        "Service.CapabilityBoundingSet": [""],
        "Service.SystemCallFilter": ["@system-service", "~@privileged"],
        "Service.Type": ["notify"],
        "Service.OOMPolicy": ["continue"],
    }
    found = unit()
    assert {key: found[key] for key in walls} == walls


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    analyser = shutil.which("systemd-analyze")
    if analyser is None:
        pytest.skip("systemd-analyze is not on this machine")
    copy = tmp_path / "monitor.service"
    copy.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(encoding="utf-8")))
    run = subprocess.run([analyser, "verify", str(copy)], capture_output=True, text=True, check=False)
    complaints = [line for line in run.stderr.splitlines() if "monitor.service" in line]
    assert complaints == []


def test_the_image_runs_commands_that_exist_as_nobody_in_particular() -> None:
    found = dockerfile()
    entry, command = json.loads(found["ENTRYPOINT"][0]), json.loads(found["CMD"][0])
    health = json.loads(found["HEALTHCHECK"][0].partition("CMD ")[2])
    assert entry == health[:1] == ["monitor"]
    assert understood(command)
    assert understood(health[1:])
    assert found["USER"] == ["10001:10001"]
    assert found["VOLUME"] == ["/var/lib/monitor"]


def test_the_image_is_built_from_named_versions_and_hashes() -> None:
    found = dockerfile()
    images = {image.split()[0] for image in found["FROM"]}
    assert all(re.fullmatch(r"python:3\.\d+-slim-\w+", image) for image in images)
    assert [run for run in found["RUN"] if "requirements.lock" in run and "--require-hashes" in run]
    copied = [path for copy in found["COPY"] if "--from" not in copy for path in copy.split()[:-1]]
    assert all((DEPLOY.parent / path).exists() for path in copied)
