"""`make web`: how long the web pages, feeds, JSON and CSV take over a year of 100,000 changes on 5,000 pages.

The pages are served as the daemon serves them and asked for over loopback, one after another. Two times each: on the
clock, which counts whatever else this machine does, and of this process's CPU, which counts us and who asks.
"""

import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import httpx

from bench import web_data
from monitor.config import Config
from monitor.models import Http, Web
from monitor.stores._reading import Reader
from monitor.stores.sqlite import Store
from monitor.web._server import listen, serving
from monitor.web._site import Site

CHANGES, PAGES = 100_000, 5_000
TIMES = 40
MOST_MS = 100.0

ADDRESSES = (
    *("/", "/?before=50000", "/?source=dfe", "/?disclosure=silent&signal=figure", "/?kind=withdrawn&source=mod"),
    *(
        "/?words=million",
        "/?words=billion&disclosure=silent",
        '/?words="{rare}"',
        "/?source=nobody",
        "/?signal=sitewide",
    ),
    *("/?from=2026-01-10&to=2026-01-12", "/?unread=1", "/changes/{change}", "/changes/{change}?view=side"),
    *("/pages", "/pages?state=failing", "/pages?words=plan-4999", "/pages/{busy}", "/pages/{page}"),
    *(
        "/pages/{page}/compare?before=1&after=5",
        "/search?q=million",
        '/search?q="{rare}"',
        "/search?q=million&skip=5000",
    ),
    *('/search?how=sentence&q="{rare}"', "/search?how=sentence&q=million", "/sources", "/status", "/insights"),
    *(
        "/insights?weeks=20",
        "/insights?source=dfe",
        "/feeds/all.atom",
        "/feeds/source/dfe.atom",
        "/feeds/page/{busy}.atom",
    ),
    *("/feeds/disclosure/silent.atom", "/feeds/all.atom?words=million", "/api/changes", "/api/changes?before=40000"),
    *(
        "/api/changes/{change}",
        "/api/pages",
        "/api/pages/{page}",
        "/api/pages/{page}/versions",
        "/api/pages/{page}/versions/2",
    ),
    *("/api/sources", "/api/status", "/api/search?q=million", '/api/sentence?q="{rare}"', "/api/openapi.json"),
    *("/changes.csv", "/pages.csv", "/alerts.csv", "/sources.csv", "/insights.csv", "/search.csv?q=million"),
    *("/status/failing.csv", "/metrics", "/healthz"),
)


@dataclass(frozen=True)
class Measured:
    """What one address took, in milliseconds."""

    address: str
    clock_ms: float
    late_ms: float
    cpu_ms: float
    kib: float

    def __str__(self) -> str:
        slow = "  slow" if max(self.clock_ms, self.late_ms) > MOST_MS else ""
        times = f"{self.clock_ms:>8.1f} {self.late_ms:>8.1f} {self.cpu_ms:>8.1f} {self.kib:>8.0f}"
        return f"{self.address:<56} {times}{slow}"


@contextmanager
def served(path: Path) -> Iterator[httpx.Client]:
    """The pages over the database."""
    site = Site(Config(Path(), path, Http(), {}, (), web=Web(bind="127.0.0.1:0")), lambda: web_data.NOW)
    listener, up, stop = listen(site.config.web.bind), threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        async with serving(site, listener):
            up.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    up.wait()
    with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", trust_env=False, timeout=60) as client:
        yield client
    loops[0].call_soon_threadsafe(stop.set)
    thread.join()
    listener.close()


def measured(client: httpx.Client, address: str) -> Measured:
    """One address, asked for so many times; the first, which fills what is cached, does not count."""
    clock, cpu, size = [], [], 0
    client.get(address)
    for _ in range(TIMES):
        began, spent = time.perf_counter(), time.process_time()
        answer = client.get(address)
        clock.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - spent))
        assert answer.status_code in (200, 503), (address, answer.status_code, answer.text[:300])
        size = len(answer.content)
    return Measured(address, median(clock), quantiles(clock, n=20)[18], median(cpu), size / 1024)


def named(path: Path) -> dict[str, str]:
    """What stands for the names in the addresses: the page edited most, one edited as most are, a rare sentence."""
    reader = Reader.open(path)
    counts = reader.ask("SELECT page_id, count(*) AS n FROM changes GROUP BY page_id ORDER BY n DESC, page_id")
    text = reader.ask("SELECT text FROM statements WHERE id = (SELECT max(id) / 2 FROM versions)")[0]["text"].split()
    change = reader.ask("SELECT id FROM changes WHERE kind = 'edited' ORDER BY id DESC LIMIT 1 OFFSET 1000")[0]["id"]
    reader.close()
    usual = counts[len(counts) // 2]["page_id"]
    named = {"busy": counts[0]["page_id"], "page": usual, "change": change, "rare": " ".join(text[30:38])}
    return {name: str(value) for name, value in named.items()}


def main() -> None:
    """`python -m bench.web [FILE]`: over what `python -m bench.web_data FILE` made, or over one of its own."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(name) / "year.db"
        if not path.exists():
            print(f"making {CHANGES:,} changes on {PAGES:,} pages: some minutes", flush=True)
            web_data.make(path, CHANGES, PAGES)
        Store.open(path).close()
        print(f"{path.stat().st_size / 1024**2:,.0f} MiB\n{'':<56} {'median':>8} {'95 %':>8} {'CPU':>8} {'KiB':>8}")
        values = named(path)
        with served(path) as client:
            began = time.perf_counter()
            client.get("/metrics")
            print(f"{'the first scrape of /metrics':<56} {1000 * (time.perf_counter() - began):>8.1f}")
            for address in ADDRESSES:
                print(measured(client, address.format(**values)), flush=True)


if __name__ == "__main__":
    main()
