"""The story's database, made once for all workers, and the pages over it, served as the program serves them."""

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shutil import copy
from typing import Any

import httpx
import pytest

from monitor.interfaces import Store
from monitor.stores._reading import Reader
from monitor.stores.sqlite import Store as SQLite
from monitor.web._site import Site
from screenshots import story
from screenshots.host import config, hosted

TOKEN = "a-token-of-some-length"


@dataclass
class Clock:
    """A clock that goes on when it is told to."""

    at: datetime = story.ENDS

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Served:
    """Pages that are served: `url` is where, `client` asks there as a program would."""

    url: str
    site: Site
    client: httpx.Client
    routes: list[Any] = field(default_factory=list)


@contextmanager
def served(path: Path, clock: Callable[[], datetime], store: Store | None = None, **web: Any) -> Iterator[Served]:
    """The pages over the database; with a `store` what readers do is written there, as a daemon would."""

    async def write(call: Callable[[Store], Any]) -> Any:
        assert store is not None
        return call(store)

    site = Site(config(path, **web), clock, write if store else None)
    with hosted(site) as (url, app), httpx.Client(base_url=url, trust_env=False) as client:
        yield Served(url, site, client, app.routes)


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the whole story; nobody writes into it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "story"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            story.tell(folder / "monitor.db")
            (folder / "done").touch()
    return folder / "monitor.db"


@pytest.fixture(scope="session")
def pages(told: Path) -> Iterator[Served]:
    """The pages over it, for everyone on this machine, for reading."""
    with served(told, Clock()) as found:
        yield found


@pytest.fixture
def reader(told: Path) -> Iterator[Reader]:
    found = Reader.open(told)
    yield found
    found.close()


@pytest.fixture
def store(told: Path, tmp_path: Path) -> Iterator[SQLite]:
    """A store of its own, with the whole story in it."""
    path = tmp_path / "monitor.db"
    copy(told, path)
    found = SQLite.open(path)
    yield found
    found.close()


def text_of(html: str) -> str:
    """What a page says, without its marks, in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())
