"""`python -m bench.claims`: what the daemon's tick costs in CPU over a million pages: claiming, idling, starting.

No network: the pages are written straight into a store of this program's own schema.
"""

import asyncio
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from monitor.config import Config
from monitor.models import Http, Source, utc_text
from monitor.pipeline import LEASE, PAGES_AT_ONCE, Pipeline
from monitor.stores.sqlite import Store

PAGES = 1_000_000
ROUNDS = 30
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
LATER = timedelta(days=1)

FILL = """WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :pages)
    INSERT INTO pages (source, url, role, next_check_at, baseline, configured, first_seen_at, host, address, checked_at)
    SELECT 'bench', 'https://www' || (n * 7919 % :hosts) || '.example/' || n, 'statement',
        strftime('%Y-%m-%dT%H:%M:%fZ', :due_at, '+' || (n % :spread_s) || '.' || (n % 1000) || ' seconds'),
        1, 0, :due_at, 'www' || (n * 7919 % :hosts) || '.example', 'www' || (n * 7919 % :hosts) || '.example/' || n,
        :due_at FROM number"""

SOURCE = Source("bench", listing="https://www0.example/listing", every=timedelta(days=1))


def filled(folder: Path, hosts: int, due_at: datetime, spread: timedelta) -> Store:
    """A store of so many pages, the first due at this time, the others in the time after it."""
    store = Store.open(folder / f"{hosts}-{due_at:%d-%H}.db")
    store.sync_sources([SOURCE], NOW)
    asked = {"pages": PAGES, "hosts": hosts, "due_at": utc_text(due_at), "spread_s": spread // timedelta(seconds=1)}
    store._db.execute("BEGIN")
    store._db.execute(FILL, asked)
    store._db.execute("COMMIT")
    store.tidy()
    return store


def spent_ms(call: Callable[[], object]) -> float:
    """Milliseconds of this process's own CPU: others may be at work here, too, and a disk is as fast as it is."""
    started = time.process_time()
    call()
    return 1000 * (time.process_time() - started)


def claims(store: Store, busy: int, per_host: int | None) -> list[float]:
    """Milliseconds of each claim, so many hosts being busy."""
    names = {f"www{number}.example" for number in range(busy)}
    return [
        spent_ms(lambda: store.claim_pages(NOW, PAGES_AT_ONCE, LEASE, None, names, per_host)) for _ in range(ROUNDS)
    ]


def told(words: str, times: list[float], unit: str = "ms") -> None:
    """One line: the median and the slowest."""
    print(f"{words:<72} {median(times):>8.2f} {max(times):>8.2f} {unit}")


async def idle_share(store: Store, seconds: int) -> float:
    """Share of one core that a tick a second takes with nothing due."""
    pipeline = Pipeline(store, lambda: NOW)
    await pipeline.follow(Config(Path(), store.path, Http(), {}, (SOURCE,)))
    async for _ in pipeline.poll([]):
        pass
    before = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(seconds):
        async for _ in pipeline.poll():
            pass
    after = resource.getrusage(resource.RUSAGE_SELF)
    await pipeline.aclose()
    return 100 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / seconds


def main() -> None:
    """Prints the table."""
    print(f"{PAGES} pages; the median and the slowest of {ROUNDS}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for hosts in (100, 5000):
            store = filled(folder, hosts, NOW - LATER, LATER)
            told(f"all due, {hosts} hosts: a claim of 500 pages", claims(store, 0, None))
            told(f"all due, {hosts} hosts: a claim of 12 a host at most", claims(store, 0, 12))
            busy = hosts * 9 // 10
            told(f"all due, {hosts} hosts, {busy} of them busy: a claim", claims(store, busy, 12))
            told(f"all due, {hosts} hosts, all of them busy: a claim", claims(store, hosts, 12))
            store.close()
        store = filled(folder, 5000, NOW + LATER / 24, LATER / 2)
        told("none due: a claim", claims(store, 0, 12))
        store.close()
        path = store.path
        opened = spent_ms(lambda: Store.open(path).close())
        again = Store.open(path)
        ended = spent_ms(lambda: again.end_leases(NOW))
        synced = spent_ms(lambda: again.sync_sources([SOURCE], NOW))
        told("starting: opening the file", [opened])
        told("starting: ending the leases left behind", [ended])
        told("starting: following the configuration", [synced])
        told("idle: a tick a second", [asyncio.run(idle_share(again, 60))], "% of a core")
        again.close()


if __name__ == "__main__":
    main()
