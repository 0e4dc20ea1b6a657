"""How soon the daemon is up again after a kill, over a database that holds much."""

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.compare import content_hash
from monitor.models import Block, BlockKind, Check, Decision, Event, Fetch, NewVersion, Outcome, Source, Statement
from monitor.stores.sqlite import Store
from torture.site import PAGE

PAGES = 100
TRIES = 3
PATIENCE_S = 30.0
LOOKS_FOR_S = 0.5
URL = "http://127.0.0.1:9/{}"
"""Nobody listens there."""


def fill(path: Path, versions: int) -> None:
    """A database with so many versions, in equal shares of a hundred pages."""
    store, now = Store.open(path), datetime.now(UTC)
    source = Source("harbours", pages=tuple(URL.format(page) for page in range(PAGES)))
    store.sync_sources([source], now)
    for number in range(versions // PAGES):
        pages = store.claim_pages(now, PAGES, timedelta(0), ["harbours"])
        decisions = []
        for page in pages:
            body = PAGE.format(page=page.id, mark=f"M{number}").encode() * 8
            fetch = Fetch(page.url, 200, content_type="text/html", body=body)
            blocks = tuple(Block(BlockKind.PARAGRAPH, f"{number} {part} {PAGE}") for part in range(8))
            statement = Statement(page.url, f"Notice {number}", "css-1", body=blocks)
            event = Event(NewVersion(statement, content_hash(statement), fetch))
            decisions.append(Decision(Check(page, now, Outcome.CHANGED, fetch), Outcome.CHANGED, page, (event,)))
        store.record(decisions, now)
    store.close()


async def restart_s(folder: Path, versions: int) -> float:
    """Seconds from its start until the daemon works, after a kill -9; the slowest of some tries."""
    fill(folder / "state/monitor.db", versions)
    (folder / "config/sources").mkdir(parents=True)
    (folder / "config/monitor.toml").write_text('[http]\nallow = ["127.0.0.1"]\ndelay = "0s"\n[web]\nbind = ""\n')
    pages = [URL.format(page) for page in range(PAGES)]
    (folder / "config/sources/harbours.toml").write_text(f'pages = {pages}\nevery = "1s"\n')
    await _killed_once_up(folder)
    return max([await _killed_once_up(folder) for _ in range(TRIES)])


async def _killed_once_up(folder: Path) -> float:
    """Seconds until it is up; then it looks at pages, and is killed."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "monitor", "--config", str(folder / "config"), "run"), stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr
    async with asyncio.timeout(PATIENCE_S):
        while b" started pid=" not in await process.stderr.readline():
            pass
    up_s = time.monotonic() - began
    await asyncio.sleep(LOOKS_FOR_S)
    process.kill()
    await process.communicate()
    return up_s
