"""`monitor test-channel`: a message plainly marked as a test, what the far end answered, and what to do about it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from monitor.lock import lock
from tests.test_cli import Monitor, monitor

__all__ = ["monitor"]


@contextmanager
def receiver(status: int, **headers: str) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """A webhook receiver's address, and the bodies that it got."""
    bodies: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(status)
            for name, value in {"content-length": "0", **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base's name
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", bodies
    finally:
        server.shutdown()
        server.server_close()


def configured(folder: Path, url: str) -> None:
    (folder / "config").mkdir()
    (folder / "config/monitor.toml").write_text(f'[channels.hook]\ntype = "webhook"\nurl = "{url}"\n')


def test_a_test_is_marked_shows_a_redline_and_leaves_nothing_behind(monitor: Monitor, tmp_path: Path) -> None:
    with receiver(200) as (url, bodies):
        configured(tmp_path, url)
        (tmp_path / "state").mkdir()
        with lock(tmp_path / "state/monitor.db"):  # beside a daemon
            answer = monitor("test-channel", "hook")
        row = monitor("test-channel", "hook", "--json").rows
    assert (answer.status, answer.out) == (0, "channel hook took a test: 200\n")
    assert row == [{"channel": "hook", "type": "webhook", "sent": True, "answer": "200", "remedy": None}]
    assert [body["type"] for body in bodies] == ["test", "test"]
    assert "[-£1.5-]{+£15+} million" in json.dumps(bodies[0], ensure_ascii=False)
    assert not (tmp_path / "state/monitor.db").exists()


@pytest.mark.parametrize(
    ("status", "headers", "remedy"),
    [
        (410, {}, "410; its receiver is gone for good: give channels.hook another address"),
        (429, {"retry_after": "30"}, "429; the far end asks for a pause of 30 s: try again then"),
        (401, {}, "401; the far end does not take this message: see that recipients and secret of channels.hook are"),
    ],
)
def test_a_channel_that_fails_says_what_to_do(
    monitor: Monitor, tmp_path: Path, status: int, headers: dict[str, str], remedy: str
) -> None:
    with receiver(status, **headers) as (url, _):
        configured(tmp_path, url)
        answer = monitor("test-channel", "hook")
    assert answer.status == 1
    assert f"monitor: channel hook: {remedy}" in answer.err


def test_a_channel_that_is_not_there_is_unknown_or_unreachable(monitor: Monitor, tmp_path: Path) -> None:
    with receiver(200) as (url, _):
        pass
    configured(tmp_path, url)
    unknown = monitor("test-channel", "hok")
    assert (unknown.status, unknown.err) == (
        2,
        'monitor: there is no channel "hok" in monitor.toml; did you mean "hook"?\n',
    )
    answer = monitor("test-channel", "hook", "--json")
    assert (answer.status, answer.rows[0]["sent"]) == (1, False)
    assert "see that address, login and TLS of channels.hook are right" in answer.err
