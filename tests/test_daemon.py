"""The daemon as systemd and a person see it: a process, its signals, its log."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PATIENCE_S = 20
PAGE = "<html lang=en><h1>Harbours fund</h1><article><p>Up to {figure} million this year.</p></article></html>"
CSS = '[parser]\ntype = "css"\ntitle = "h1"\nbody = "article"\n'


class FarEnd:
    """A server on loopback that answers each request with `page`, or never while `page` is None."""

    def __init__(self) -> None:
        self.page: str | None = PAGE.format(figure="£1.5")
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.reached = threading.Event()
        self.asked = threading.Event()
        self.held: list[socket.socket] = []
        self.requests: list[str] = []
        threading.Thread(target=self.serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.reached.set()
            self.requests.append(connection.recv(65536).decode("latin-1"))
            self.asked.set()
            if self.page is None:
                self.held.append(connection)
                continue
            body = self.page.encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n"
            connection.sendall(f"{head}Connection: close\r\n\r\n".encode() + body)
            connection.close()


@pytest.fixture
def far_end() -> Iterator[FarEnd]:
    found = FarEnd()
    yield found
    found.socket.shutdown(socket.SHUT_RDWR)  # or its thread would accept for the next one
    found.socket.close()
    for connection in found.held:
        connection.close()


class Process:
    """A running daemon, its log as it comes: JSON objects."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "--config", str(folder / "config"), "run"],
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | environment,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.log: list[dict[str, Any]] = []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.lines.put(line)

    def until(self, found: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next line of the log that this holds for."""
        end = time.monotonic() + PATIENCE_S
        while True:
            event = json.loads(self.lines.get(timeout=max(0.01, end - time.monotonic())))
            self.log.append(event)
            if found(event):
                return dict(event)

    def said(self, event: str) -> dict[str, Any]:
        return self.until(lambda line: line["event"] == event)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Its exit status and the seconds it took to end."""
        began = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE_S), time.monotonic() - began


@contextmanager
def daemon(folder: Path, **environment: str) -> Iterator[Process]:
    found = Process(folder, **environment)
    try:
        yield found
    finally:
        found.process.kill()
        found.process.wait()


def configure(folder: Path, url: str, channels: str = "", named: str = "[]", web: str = 'bind = ""') -> None:
    (folder / "config/sources").mkdir(parents=True, exist_ok=True)
    text = f'[http]\ndelay = "0s"\nallow = ["127.0.0.1"]\n[log]\nformat = "json"\n[web]\n{web}\n{channels}'
    (folder / "config/monitor.toml").write_text(text)
    (folder / "config/sources/rivers.toml").write_text(f'pages = ["{url}/a"]\nevery = "1s"\nchannels = {named}\n{CSS}')


def outcome(word: str) -> Callable[[dict[str, Any]], bool]:
    return lambda line: line["event"] == "checked" and line["outcome"] == word


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_looks_finds_an_edit_and_ends_when_told(tmp_path: Path, far_end: FarEnd, number: int) -> None:
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        far_end.page = PAGE.format(figure="£15")
        assert process.until(outcome("changed"))["changes"] == [1]
        status, seconds = process.end(number)
        assert (status, seconds < 10) == (0, True)


def test_a_fetch_that_hangs_does_not_hold_up_the_end(tmp_path: Path, far_end: FarEnd) -> None:
    far_end.page = None
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        assert far_end.asked.wait(PATIENCE_S)
        status, seconds = process.end()
        assert (status, seconds < 10) == (0, True)


def test_a_mail_server_that_hangs_does_not_hold_up_the_end_and_the_alert_stays(tmp_path: Path, far_end: FarEnd) -> None:
    hanging = FarEnd()
    port = hanging.socket.getsockname()[1]
    channel = '[channels.desk]\ntype = "email"\nto = "desk@example.org"\nfrom = "m@example.org"\nhost = "127.0.0.1"\n'
    configure(tmp_path, far_end.url, f"{channel}port = {port}\n", '["desk"]')
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        far_end.page = PAGE.format(figure="£15")
        process.until(outcome("changed"))
        assert hanging.reached.wait(PATIENCE_S)
        status, seconds = process.end()
        assert (status, seconds < 10) == (0, True)
    hanging.socket.close()
    command = [sys.executable, "-m", "monitor", "--config", str(tmp_path / "config"), "alerts", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
    assert json.loads(done.stdout)["state"] == "pending"


def test_a_hangup_takes_a_right_configuration_over_and_refuses_a_wrong_one(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        lakes = tmp_path / "config/sources/lakes.toml"
        lakes.write_text(f'pages = ["{far_end.url}/b"]\nevry = "1s"\n{CSS}')
        process.process.send_signal(signal.SIGHUP)
        refused = process.said("configuration refused")
        assert refused["level"] == "error"
        assert 'did you mean "every"?' in refused["faults"][0]
        process.until(outcome("unchanged"))
        lakes.write_text(f'pages = ["{far_end.url}/b"]\nevery = "1s"\n{CSS}')
        process.process.send_signal(signal.SIGHUP)
        process.said("configuration reloaded")
        assert process.until(lambda line: line.get("source") == "lakes")["outcome"] == "ok"


def test_a_second_daemon_ends_with_75_and_names_the_first(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as first:
        first.said("started")
        command = [sys.executable, "-m", "monitor", "--config", str(tmp_path / "config"), "run"]
        second = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
        assert second.returncode == 75
        assert f"process {first.process.pid}" in second.stderr


def test_a_killed_daemon_leaves_nothing_locked_and_its_pages_due(tmp_path: Path, far_end: FarEnd) -> None:
    far_end.page = None
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        assert far_end.asked.wait(PATIENCE_S)
        process.end(signal.SIGKILL)
    far_end.page = PAGE.format(figure="£1.5")
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))


def test_systemd_is_told_when_it_is_ready_alive_and_stopping(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(PATIENCE_S)
        with daemon(tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="2000000") as process:
            heard = {listener.recv(100).decode() for _ in range(3)}
            assert heard == {"READY=1", "WATCHDOG=1"}
            process.process.send_signal(signal.SIGTERM)
            while "STOPPING=1" not in heard:
                heard.add(listener.recv(100).decode())


def test_no_secret_is_logged(tmp_path: Path, far_end: FarEnd) -> None:
    port = far_end.socket.getsockname()[1]
    hook = f'[channels.hook]\ntype = "webhook"\nurl = "http://127.0.0.1:{port}/hook"\n'
    hook += 'secret = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0"\n'
    configure(tmp_path, far_end.url, hook, '["hook"]')
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        far_end.page = PAGE.format(figure="£15")
        process.said("delivered")
        assert "c2VjcmV0" not in json.dumps(process.log)
