"""`make bench`: whole rounds of `monitor check`, start-up included, against a local server of 1,000 pages; then the
daemon over hostile pages beside good ones (`bench.hostile`).

Each round is a process of its own, timed from outside by the operating system's account of it and its children. The
machine is timed too: the same pages fetched by httpx alone, one client a host, in the same run. Not in the CPU figures:
the sandbox's children, which parse what is new or edited; their fork server reaps them, so nobody accounts for them.
"""

import compileall
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import hostile
from bench.site import ADDRESSES

PAGES = 1000
PYTHON = sys.executable
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Round:
    """What one process cost. Seconds; `peak_kib` is the largest single process."""

    name: str
    wall_s: float
    cpu_s: float
    peak_kib: int

    def __str__(self) -> str:
        return (
            f"{self.name:<44} {PAGES / self.wall_s:>8.0f} {self.wall_s:>7.2f} {self.cpu_s:>6.2f} "
            f"{1000 * self.cpu_s / PAGES:>9.2f} {self.peak_kib / 1024:>8.0f}"
        )


HEADING = f"{'round':<44} {'pages/s':>8} {'wall s':>7} {'CPU s':>6} {'ms/page':>9} {'peak MB':>8}"


def timed(name: str, command: list[str], folder: Path) -> Round:
    """Runs a command to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with (folder / "out.txt").open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, env=os.environ | {"PYTHONPATH": str(ROOT)})
        _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started
    if status:
        raise SystemExit(f"{name}: {' '.join(command)} ended with status {status}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Round(name, wall_s, cpu_s, usage.ru_maxrss)


@contextmanager
def server(certificate: Path | None) -> Iterator[int]:
    """The site's port."""
    command = [PYTHON, "-m", "bench.server", str(PAGES), *([str(certificate)] if certificate else [])]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def configure(folder: Path, urls: list[str], ca_file: Path | None) -> None:
    """A configuration that watches these addresses."""
    (folder / "config/sources").mkdir(parents=True)
    (folder / "config/monitor.toml").write_text(
        f'[http]\ndelay = "0s"\nallow = ["127.0.0.0/8"]\nca_file = "{ca_file or ""}"\n'
    )
    (folder / "config/sources/bench.toml").write_text(f'every = "1h"\npages = {json.dumps(urls)}\n')


def mode(base: str, name: str, ca_file: Path | None) -> None:
    """Tells the server what to do from now on."""
    import ssl

    context = ssl.create_default_context(cafile=str(ca_file)) if ca_file else None
    request = urllib.request.Request(f"{base}/mode/{name}", method="POST")
    with urllib.request.urlopen(request, context=context) as answer:
        assert answer.status == 204


def outcomes(folder: Path) -> str:
    """What the checks since the last call came to."""
    found: dict[str, int] = {}
    for line in (folder / "out.txt").read_text().splitlines():
        outcome = json.loads(line)["outcome"]
        found[outcome] = found.get(outcome, 0) + 1
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(found.items()))


def rounds(title: str, hosts: int, tls: Path | None) -> None:
    """All rounds over so many hosts, printed as they end."""
    with tempfile.TemporaryDirectory() as name, server(tls / "server.pem" if tls else None) as port:
        folder, ca_file = Path(name), tls / "ca.pem" if tls else None
        scheme = "https" if tls else "http"
        bases = [f"{scheme}://{address}:{port}" for address in ADDRESSES[:hosts]]
        urls = [f"{bases[n % hosts]}/government/news/dredging-plan-{n}" for n in range(PAGES)]
        configure(folder, urls, ca_file)
        (folder / "urls.json").write_text(json.dumps(urls))
        check = [PYTHON, "-m", "monitor", "check", "bench", "--json"]
        print(f"\n{title}\n{HEADING}")
        alone = [PYTHON, "-m", "bench.baseline", "urls.json", str(ca_file or "")]
        print(timed("httpx alone, nothing read, nothing kept", alone, folder))
        for words, name in (
            ("everything new", "validators"),
            ("unchanged, 304", "validators"),
            ("unchanged, no validators, first fresh nonces", "nonces"),
            ("unchanged, no validators, fresh nonces", "nonces"),
            ("5 % edited, fresh nonces", "edited"),
        ):
            mode(bases[0], name, ca_file)
            print(f"{timed(words, check, folder)}   {outcomes(folder)}")
        print(size(folder / "state/monitor.db"))


def size(database: Path) -> str:
    """How much the file grew by."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        (versions,) = connection.execute("SELECT count(*) FROM versions").fetchone()
    return (
        f"database: {database.stat().st_size / versions:.0f} bytes per version, snapshot included ({versions} versions)"
    )


def certificates(folder: Path) -> Path:
    """A private authority and a certificate for every address."""
    import trustme

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert(*ADDRESSES).private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    return folder


def main() -> None:
    """Prints every table. Python may be told to keep no bytecode: it is made here, as `make setup` does."""
    compileall.compile_dir(ROOT / "monitor", quiet=1)
    with tempfile.TemporaryDirectory() as name:
        start_up = timed("", [PYTHON, "-m", "monitor", "--help"], Path(name))
    print(f"start-up alone (monitor --help): {start_up.cpu_s:.2f} s of CPU")
    rounds("200 addresses, HTTP", 200, None)
    rounds("1 address, HTTP", 1, None)
    with tempfile.TemporaryDirectory() as name:
        rounds("200 addresses, HTTPS", 200, certificates(Path(name)))
    print()
    hostile.beside(seconds=120)


if __name__ == "__main__":
    main()
