"""The pages as they are served: by the daemon, which nothing about them holds up, or alone beside it."""

import os
import resource
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest

from tests.test_daemon import PAGE, FarEnd, configure, daemon, far_end, outcome
from tests.web.conftest import TOKEN

__all__ = ["far_end"]

SERVED = f'bind = "127.0.0.1:0"\ntoken = "{TOKEN}"'
BEARER = {"authorization": f"Bearer {TOKEN}"}


def client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers=BEARER, trust_env=False)


def monitor(folder: Path, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "monitor", "--config", str(folder / "config"), *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def test_the_daemon_serves_what_it_finds_writes_what_readers_mark_and_ends_with_it(
    tmp_path: Path, far_end: FarEnd
) -> None:
    configure(tmp_path, far_end.url, web=SERVED)
    with daemon(tmp_path) as process:
        url = process.said("web pages")["at"]
        process.until(outcome("ok"))
        far_end.page = PAGE.format(figure="£15")
        process.until(outcome("changed"))
        with client(url) as pages, socket.create_connection(httpx.URL(url).netloc.decode().split(":")):  # type: ignore[arg-type]
            assert "<ins>£15</ins>" in pages.get("/changes/1").text
            assert pages.post("/read", data={"id": "1"}).status_code == 303
            assert "Mark as not read" in pages.get("/changes/1").text
            status, seconds = process.end()
        assert (status, seconds < 10) == (0, True)


def test_a_port_in_use_is_one_line_and_the_looks_go_on(tmp_path: Path, far_end: FarEnd) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        configure(tmp_path, far_end.url, web=f'bind = "{bind}"')
        with daemon(tmp_path) as process:
            assert process.said("no web pages")["reason"] == (
                f"{bind}: cannot serve the web pages there: Address already in use"
            )
            process.until(outcome("ok"))
            alone = monitor(tmp_path, "web")
            assert (alone.wait(20), alone.stderr and alone.stderr.read().count("\n")) == (73, 1)


def test_connections_without_number_take_no_descriptor_from_the_looks(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url, web=SERVED)
    with daemon(tmp_path) as process, ExitStack() as held:
        host, port = httpx.URL(process.said("web pages")["at"]).netloc.decode().split(":")
        process.until(outcome("ok"))
        resource.prlimit(process.process.pid, resource.RLIMIT_NOFILE, (120, 120))
        for _ in range(200):
            held.enter_context(socket.create_connection((host, int(port)), timeout=10))
        far_end.page = PAGE.format(figure="£15")
        assert process.until(outcome("changed"))["changes"] == [1]
        held.close()
        with client(f"http://{host}:{port}") as pages:
            assert pages.get("/changes/1").status_code == 200


def test_the_pages_are_served_alone_beside_a_daemon(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        alone = monitor(tmp_path, "web", "--bind", "127.0.0.1:0")
        try:
            assert alone.stderr
            url = alone.stderr.readline().partition('"at": "')[2].partition('"')[0]
            assert "Harbours fund" in httpx.get(f"{url}/pages", trust_env=False).text
        finally:
            alone.send_signal(signal.SIGTERM)
        assert alone.wait(10) == 0


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("web",), 2, '[web] bind is "": no web pages'),
        (("web", "--bind", "0.0.0.0:1"), 2, "--bind: others can reach this address"),
        (("web", "--bind", "harbour"), 2, "--bind: expected an address and port"),
        (("web", "--bind", "127.0.0.1:0"), 2, "monitor.db: not there yet"),
    ],
)
def test_what_keeps_the_pages_from_being_served_is_a_line(
    tmp_path: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    configure(tmp_path, "http://127.0.0.1:9")
    alone = monitor(tmp_path, *words)
    _, error = alone.communicate(timeout=20)
    assert (alone.returncode, error.count("\n"), said in error) == (status, 1, True), error


def test_what_serves_is_imported_only_by_who_serves(tmp_path: Path) -> None:
    configure(tmp_path, "http://127.0.0.1:9")
    script = (
        "import sys; from monitor import cli, daemon, pipeline, _cli_web; "
        "print([name for name in sys.modules if name.split('.')[0] in ('starlette', 'uvicorn', 'jinja2')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=os.environ, check=True)
    assert done.stdout == "[]\n"
