"""`make scale`: a whole publisher of 700,000 pages, watched by its sitemaps.

Each round is a `monitor check` of the index, a process of its own. Its memory is what it and its children hold together
(proportional set size), looked at every 50 ms. The pages beyond those that the first rounds looked at are put into the
database here, as rows that were looked at: their first fill would take weeks, at 200 a round.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.models import utc_text

ROOT = Path(__file__).parent.parent
FILES, PAGES_A_FILE = 28, 25_000
EDITED, REPUBLISHED = 100, 50
MEMORY_MOST_MB, SECONDS_MOST = 300, 30

CONFIG = '[http]\ndelay = "0s"\nallow = ["127.0.0.1"]\n'
SOURCE = 'listing = "{url}"\nevery = "auto"\nbudget = "5000/day"\n'

FILL = """INSERT INTO pages (source, url, title, role, outcome, checked_at, next_check_at, seen_at, baseline,
    configured, first_seen_at, host, address, depth, listed_at)
    SELECT source, coalesce(url, 'https://' || address), title, 'statement', 'unchanged', :now, :later, :now, 1, 0,
    :now, :host, address, 0, updated_at FROM listed WHERE wanted IS NOT NULL"""


@dataclass(frozen=True)
class Round:
    """What one process cost, and what came of its looks."""

    name: str
    wall_s: float
    cpu_s: float
    peak_mb: float
    outcomes: dict[str, int]
    asked: dict[str, int]

    def __str__(self) -> str:
        came = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        asked = ", ".join(f"{count} {kind}" for kind, count in self.asked.items() if count)
        return f"{self.name:<52} {self.wall_s:>6.1f} {self.cpu_s:>6.1f} {self.peak_mb:>7.0f}   {asked}: {came}"


HEADING = f"{'round':<52} {'wall s':>6} {'CPU s':>6} {'peak MB':>7}   asked for, and what came of it"


def held_mb(pid: int) -> float:
    """What a process and all below it hold, each page shared by several divided among them."""
    total = 0.0
    with suppress(OSError):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += sum(held_mb(int(child)) for child in (task / "children").read_text().split())
    return total


def looked(name: str, url: str, folder: Path) -> Round:
    """One round over the index at this address."""
    command = [sys.executable, "-m", "monitor", "check", url, "--json"]
    started, peak = time.perf_counter(), 0.0
    with (folder / "out.txt").open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, env=os.environ | {"PYTHONPATH": str(ROOT)})
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            peak = max(peak, held_mb(process.pid))
            time.sleep(0.05)
    wall_s = time.perf_counter() - started
    if ended[1]:
        raise SystemExit(f"{name}: ended with status {ended[1]}")
    outcomes: dict[str, int] = {}
    for line in (folder / "out.txt").read_text().splitlines():
        row = json.loads(line)
        if row["outcome"].startswith("error"):
            print(f"{row['url']}: {row['outcome']}: {row['detail']}")
        word = " ".join(filter(None, (row["outcome"], row["disclosure"], row["kind"])))
        outcomes[word] = outcomes.get(word, 0) + 1
    usage = ended[2]
    return Round(name, wall_s, usage.ru_utime + usage.ru_stime, peak, outcomes, asked(url))


def asked(url: str) -> dict[str, int]:
    """How often which kind of page was asked for since the last call."""
    with urllib.request.urlopen(url.replace("/sitemap.xml", "/asked")) as answer:
        paths = json.load(answer)
    sitemaps = sum(path.startswith("/sitemaps/") for path in paths)
    index = paths.count("/sitemap.xml")
    return {"index": index, "sitemaps": sitemaps, "pages": len(paths) - sitemaps - index}


def post(url: str, path: str) -> None:
    """Tells the publisher what to do."""
    request = urllib.request.Request(url.replace("/sitemap.xml", path), method="POST")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 204


@contextmanager
def publisher() -> Iterator[str]:
    """The address of its index."""
    command = [sys.executable, "-m", "bench.publisher", str(FILES), str(PAGES_A_FILE)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/sitemap.xml"
    finally:
        process.kill()
        process.wait()


def fill(database: Path, host: str) -> None:
    """Makes pages of all that still wait for their first look."""
    now = datetime.now(UTC)
    at = {"now": utc_text(now), "later": utc_text(now + timedelta(days=20)), "host": host}
    with sqlite3.connect(database) as connection:
        connection.execute(FILL, at)
        connection.execute("UPDATE listed SET wanted = NULL")
    connection.close()


def looked_at(database: Path) -> tuple[int, int]:
    """A sitemap and the first of its pages from which on enough have a version."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        urls = [url for (url,) in connection.execute("SELECT url FROM pages WHERE version_id IS NOT NULL")]
    numbers = {int(url.rsplit("-", 1)[1]) for url in urls}
    first = next(n for n in sorted(numbers) if numbers.issuperset(range(n, n + EDITED + REPUBLISHED)))
    return divmod(first, PAGES_A_FILE)


def main() -> None:
    """Prints the table; ends with 1 where a round took more than it may."""
    rounds: list[Round] = []

    def tell(name: str) -> None:
        rounds.append(looked(name, url, folder))
        print(rounds[-1], flush=True)

    with tempfile.TemporaryDirectory() as name, publisher() as url:
        folder, database = Path(name), Path(name) / "state/monitor.db"
        (folder / "config/sources").mkdir(parents=True)
        (folder / "config/monitor.toml").write_text(CONFIG)
        (folder / "config/sources/publisher.toml").write_text(SOURCE.format(url=url))
        print(HEADING)
        tell(f"first: {FILES * PAGES_A_FILE:,} addresses, the first pages")
        tell("the next 200 pages of the first fill")
        fill(database, url.split("/")[2])
        tell("all known, nothing moved")
        file, first = looked_at(database)
        post(url, f"/move/{file}/{first}/{first + EDITED}/edited")
        post(url, f"/move/{file}/{first + EDITED}/{first + EDITED + REPUBLISHED}/republished")
        post(url, f"/publish/{(file + 1) % FILES}")
        tell(f"{EDITED} pages edited silently, {REPUBLISHED} republished, 1 new")
        post(url, f"/move/{(file + 2) % FILES}/0/{PAGES_A_FILE}/republished")
        tell(f"a sitemap whose {PAGES_A_FILE:,} dates all moved")
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            (count,) = connection.execute("SELECT count(*) FROM listed").fetchone()
        print(f"database: {database.stat().st_size / 1024**2:.0f} MiB, {count:,} addresses")
    found = rounds[3].outcomes.get("changed silent edited", 0)
    within = all(each.wall_s <= SECONDS_MOST and each.peak_mb <= MEMORY_MOST_MB for each in rounds[1:])
    print(
        f"{found} of {EDITED} silent edits found; each round under {SECONDS_MOST} s and {MEMORY_MOST_MB} MB: {within}"
    )
    raise SystemExit(0 if within and found == EDITED else 1)


if __name__ == "__main__":
    main()
