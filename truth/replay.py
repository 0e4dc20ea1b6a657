"""Serves successive versions of pages on loopback to the real pipeline, and tells what its database then holds.

Each version is served at as many looks as it takes to believe anything, so that nothing is left half believed.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from monitor import config
from monitor.demo.server import Answer, LoopbackServer, Request
from monitor.interfaces import Row
from monitor.pipeline import Pipeline
from monitor.schedule import CONFIRM_LOOKS
from monitor.stores._reading import Reader
from monitor.stores.sqlite import Store

START = datetime(2026, 1, 1, tzinfo=UTC)
BETWEEN_VERSIONS = timedelta(days=1)
BETWEEN_LOOKS = timedelta(hours=1)
SOURCE = "histories"
ROWS_MOST = 1_000_000

Pages = Mapping[str, Sequence[bytes]]
"""By the path of its address, without the first slash: the bodies of one page, in order."""


class Replayed(NamedTuple):
    """What the database holds of one page: the places, from 0, of the bodies that became versions, and its changes by
    the place of the body that made them, as `change_log` has them."""

    versions: list[int]
    changes: dict[int, list[Row]]


class Site(LoopbackServer):
    """Serves every page's body at `place`, its last one where it has no more."""

    def __init__(self, pages: Pages) -> None:
        super().__init__()
        self.pages = pages
        self.place = 0

    def answer(self, request: Request) -> Answer:
        """The body, whatever it says, with status 200: with which one it was saved is not known."""
        bodies = self.pages.get(request.path.removeprefix("/"))
        if not bodies:  # robots.txt
            return Answer(404)
        body = bodies[min(self.place, len(bodies) - 1)]
        return Answer(200, body, {"Content-Type": "text/html; charset=utf-8"})


def replay(pages: Pages) -> dict[str, Replayed]:
    """What became of each page."""
    if not pages:
        return {}
    with TemporaryDirectory() as folder:
        return asyncio.run(_replay(pages, Path(folder)))


async def _replay(pages: Pages, folder: Path) -> dict[str, Replayed]:
    path = folder / "state" / "monitor.db"
    async with Site(pages) as site:
        _configure(folder, site, pages)
        await _look(folder, path, site)
        reader = Reader.open(path)
        try:
            return _replayed(reader, site.url, pages)
        finally:
            reader.close()


def _configure(folder: Path, site: Site, pages: Pages) -> None:
    (folder / "config" / "sources").mkdir(parents=True)
    named = ", ".join(f'"{site.url}/{name}"' for name in pages)
    (folder / "config" / "monitor.toml").write_text(f'[http]\ndelay = "0s"\nallow = ["{site.address}"]\n')
    (folder / "config" / "sources" / f"{SOURCE}.toml").write_text(f"pages = [{named}]\n")


async def _look(folder: Path, path: Path, site: Site) -> None:
    """All looks at all versions."""
    now = START
    store = Store.open(path)
    pipeline = Pipeline(store, lambda: now)
    try:
        await pipeline.follow(config.load(folder / "config", {}))
        for place in range(max(map(len, site.pages.values()), default=0)):
            site.place = place
            for look in range(CONFIRM_LOOKS):
                now = START + place * BETWEEN_VERSIONS + look * BETWEEN_LOOKS
                async for _ in pipeline.round([SOURCE]):
                    pass
    finally:
        await pipeline.aclose()
        store.close()


def _replayed(reader: Reader, url: str, pages: Pages) -> dict[str, Replayed]:
    found = {f"{url}/{name}": Replayed([], {}) for name in pages}
    for row in reversed(reader.change_log(limit=ROWS_MOST)):
        found[row["url"]].changes.setdefault(_place(row["seen_after_at"]), []).append(row)
    for address, page in found.items():
        history = reader.history(address, ROWS_MOST)
        page.versions.extend(_place(row["first_seen_at"]) for row in reversed(history["versions"] if history else ()))
    return {address.removeprefix(f"{url}/"): page for address, page in found.items()}


def _place(at: str) -> int:
    return (datetime.fromisoformat(at) - START) // BETWEEN_VERSIONS
