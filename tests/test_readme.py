"""The newcomer's walk in the README, run as it stands there."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"

SET_UP = "make setup"  # has been done, else no test would run
PORTS = ("8000", "8025")

ANSWERS = """for port in {}; do
  for _ in $(seq 200); do (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null && break; read -rt 0.05 <> <(:) || true; done
done
"""
"""A reader takes longer to type the next command than a server to start; a script waits until both answer."""


def commands() -> str:
    """What stands behind `$ ` between the marks, continued lines of a here-document with it."""
    text = README.read_text(encoding="utf-8")
    walk = text[text.index("<!-- walk:") : text.index("<!-- end of walk -->")]
    blocks = re.findall(r"```console\n(.*?)```", walk, re.DOTALL)
    return "".join(blocks).replace("\n$ ", "\n").removeprefix("$ ")


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


def test_the_walk_ends_in_a_silent_edit_a_redline_and_a_mail(tmp_path: Path) -> None:
    script = commands().replace(SET_UP, ":").replace('export PATH="$PWD/.venv/bin:$PATH"', ":")
    ports = [free_port() for _ in PORTS]
    for named, free in zip(PORTS, ports, strict=True):
        script = script.replace(named, free)
    script = script.replace("cat > config/monitor.toml", ANSWERS.format(" ".join(ports)) + "cat > config/monitor.toml")
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-m", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "1 looked at: 1 ok" in done.stdout
    assert "“£1.5 million” → “£15 million” under “What may be claimed”" in done.stdout
    assert "[-£1.5-]{+£15+} million" in done.stdout
    assert "Subject: [edited, silent] Harbours fund opens" in (tmp_path / "walk/mail.txt").read_text("utf-8")
    assert '"disclosure": "silent"' in done.stdout


def test_every_command_the_readme_names_exists() -> None:
    text = README.read_text(encoding="utf-8")
    named = set(re.findall(r"`monitor ([a-z-]+)", text))
    done = subprocess.run([sys.executable, "-m", "monitor", "--help"], capture_output=True, text=True, timeout=30)
    assert {name for name in named if f"  {name} " not in done.stdout} == set()
