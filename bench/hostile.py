"""Twenty hostile pages beside twenty good ones: `python -m bench.hostile [--seconds N]`.

The daemon looks at each every ten seconds. Told are the memory and the open files of all its processes together,
sampled twice a second, and the share of the good pages' due times that were kept.
"""

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.hostile_server import GOOD, HOSTILE

EVERY_S = 10
SAMPLE_S = 0.5
ROOT = Path(__file__).parent.parent
PYTHON = sys.executable


@dataclass(frozen=True)
class Sample:
    """All processes of the daemon at one moment: shared pages counted each time (RSS) and once (PSS)."""

    rss_kib: int
    pss_kib: int
    files: int
    processes: int
    each_kib: tuple[int, ...]


def configure(folder: Path, port: int) -> None:
    """A source a page, each at a host of its own."""
    (folder / "config/sources").mkdir(parents=True)
    (folder / "config/monitor.toml").write_text('[http]\nallow = ["127.0.0.0/8"]\n')
    for name, (address, path) in places().items():
        source = f'every = "{EVERY_S}s"\npages = ["http://{address}:{port}{path}"]\n'
        css = '[parser]\ntype = "css"\ntitle = "h1"\nbody = "main"\n'
        (folder / f"config/sources/{name}.toml").write_text(source + css)


def places() -> dict[str, tuple[str, str]]:
    """Each page's address and path by its source's name."""
    hostile = {f"hostile-{n}": (f"127.0.2.{n + 1}", f"/{name}") for n, name in enumerate(HOSTILE)}
    return hostile | {f"good-{n}": (f"127.0.1.{n + 1}", f"/good-{n}") for n in range(GOOD)}


def family(pid: int) -> Iterator[int]:
    """The process and all its descendants."""
    yield pid
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield from family(child)


def sample(pid: int) -> Sample:
    """What the processes hold now; one that ends meanwhile holds nothing."""
    rss, pss, files = [], 0, 0
    for member in family(pid):
        try:
            rollup = Path(f"/proc/{member}/smaps_rollup").read_text()
            files += len(list(Path(f"/proc/{member}/fd").iterdir()))
        except OSError:
            continue
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in rollup.splitlines()[1:]}
        rss.append(sizes["Rss"])
        pss += sizes["Pss"]
    return Sample(sum(rss), pss, files, len(rss), tuple(rss))


def watched(folder: Path, seconds: float) -> list[Sample]:
    """Runs the daemon for so long."""
    command = [PYTHON, "-m", "monitor", "run"]
    with (folder / "log.txt").open("wb") as log:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        daemon = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)
        samples = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            samples.append(sample(daemon.pid))
            time.sleep(SAMPLE_S)
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(20)
    return samples


def kept(folder: Path) -> float:
    """The share of the good pages' due times, since each was first looked at, at which they were looked at."""
    query = """SELECT sum(looks), sum(1 + CAST((julianday(last_at) - julianday(first_at)) * 86400 / ? AS INTEGER)) FROM
        (SELECT count(*) AS looks, min(checks.checked_at) AS first_at, (SELECT max(checked_at) FROM checks) AS last_at
        FROM checks JOIN pages ON pages.id = page_id WHERE source LIKE 'good-%' GROUP BY page_id)"""
    with closing(sqlite3.connect(folder / "state/monitor.db")) as database:
        looks, due = database.execute(query, (EVERY_S,)).fetchone()
    return float(looks / due)


def outcomes(folder: Path) -> Iterator[str]:
    """What came of each hostile page."""
    query = """SELECT source, url, group_concat(told, ', ') FROM
        (SELECT source, url, count(*) || ' ' || checks.outcome AS told FROM checks JOIN pages ON pages.id = page_id
        WHERE source LIKE 'hostile-%' GROUP BY pages.id, checks.outcome) GROUP BY source ORDER BY source"""
    with closing(sqlite3.connect(folder / "state/monitor.db")) as database:
        for _, url, told in database.execute(query):
            yield f"  {url.rsplit('/', 1)[1]:<24} {told}"


def main() -> None:
    """Tells of so many seconds."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=120)
    beside(arguments.parse_args().seconds)


def beside(seconds: float) -> None:
    """Prints what the daemon took."""
    command = [PYTHON, "-m", "bench.hostile_server"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        with tempfile.TemporaryDirectory() as name:
            assert server.stdout
            folder = Path(name)
            configure(folder, int(server.stdout.readline()))
            samples = watched(folder, seconds)
            most = {what: max(getattr(each, what) for each in samples) for what in Sample.__dataclass_fields__}
            largest = max(samples, key=lambda each: each.rss_kib)
            middle = sorted(each.rss_kib for each in samples)[len(samples) // 2]
            print(f"{len(HOSTILE)} hostile pages beside {GOOD} good ones, each every {EVERY_S} s, for {seconds:g} s")
            print(
                f"memory of all processes: at most {most['rss_kib'] / 1024:.0f} MB, half the time {middle / 1024:.0f}"
            )
            print(f"then by process: {', '.join(f'{kib / 1024:.0f}' for kib in largest.each_kib)} MB, the daemon first")
            print(f"the same, shared pages once: at most {most['pss_kib'] / 1024:.0f} MB")
            print(f"open files: at most {most['files']}; processes: at most {most['processes']}")
            print(f"looks at good pages: {kept(folder):.1%} of those due")
            print("\n".join(outcomes(folder)))
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
