"""`python -m bench.claims`: what the daemon's tick costs over a million pages: claiming, idling, starting.

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
CHOSEN = Source("bench", listing=SOURCE.listing, every=SOURCE.every, auto=True, budget=2_000_000)

SETTLE = "UPDATE pages SET next_check_at = :later WHERE id IN (SELECT page_id FROM leases)"
"""What recording does to the pages of a claim, as far as the next one can tell."""

Spent = tuple[float, float]
"""Milliseconds of this process's own CPU, and by the clock: others may be at work here, a disk is as fast as it is."""


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


def spent(call: Callable[[], object]) -> Spent:
    """What a call took."""
    cpu, clock = time.process_time(), time.perf_counter()
    call()
    return 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - clock)


def claims(store: Store, busy: int, per_host: int | None) -> list[Spent]:
    """What each claim takes, so many hosts being busy; the pages of each are settled before the next."""
    names = {f"www{number}.example" for number in range(busy)}
    found = []
    for _ in range(ROUNDS):
        found.append(spent(lambda: store.claim_pages(NOW, PAGES_AT_ONCE, LEASE, None, names, per_host)))
        store._db.execute(SETTLE, {"later": utc_text(NOW + LATER)})
        store._db.execute("DELETE FROM leases")
    return found


def told(words: str, times: list[Spent]) -> None:
    """One line: the median and the slowest."""
    cpu, clock = zip(*times, strict=True)
    print(f"{words:<62} {median(cpu):>8.2f} {max(cpu):>8.2f} {median(clock):>8.2f} {max(clock):>8.2f}")


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
    print(f"{PAGES} pages; ms, the median and the slowest of {ROUNDS}: first of CPU, then by the clock")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for hosts in (100, 5000):
            store = filled(folder, hosts, NOW - LATER, LATER)
            told(f"all due, {hosts} hosts: a claim of 500 pages", claims(store, 0, None))
            told(f"all due, {hosts} hosts: a claim of 12 a host at most", claims(store, 0, 12))
            busy = hosts * 9 // 10
            told(f"all due, {hosts} hosts, {busy} of them busy: a claim", claims(store, busy, 12))
            told(f"all due, {hosts} hosts, all of them busy: a claim", claims(store, hosts, 12))
            store.sync_sources([CHOSEN], NOW)
            told(f"all due, {hosts} hosts, charged to a budget: a claim", claims(store, 0, 12))
            store.close()
        store = filled(folder, 5000, NOW + LATER / 24, LATER / 2)
        told("none due: a claim", claims(store, 0, 12))
        store.close()
        path = store.path
        opened = spent(lambda: Store.open(path).close())
        again = Store.open(path)
        ended = spent(lambda: again.end_leases(NOW))
        synced = spent(lambda: again.sync_sources([SOURCE], NOW))
        told("starting: opening the file", [opened])
        told("starting: ending the leases left behind", [ended])
        told("starting: following the configuration", [synced])
        print(f"idle, a tick a second: {asyncio.run(idle_share(again, 60)):.2f} % of a core")
        again.close()


if __name__ == "__main__":
    main()
