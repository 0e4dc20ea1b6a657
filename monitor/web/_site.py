"""What every page knows of the place it is served at."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.config import Config
from monitor.interfaces import Store

Write = Callable[[Callable[[Store], Any]], Awaitable[Any]]
"""Makes a call of the store where it may be written: on the daemon's disk thread."""


@dataclass(frozen=True, slots=True)
class Site:
    """A database and how it is shown. `write` None: nothing can be written, as no daemon serves the pages."""

    config: Config
    clock: Callable[[], datetime]
    write: Write | None = None

    @property
    def path(self) -> Path:
        """The database's file."""
        return self.config.store_path

    @property
    def writable(self) -> bool:
        """Whether readers can do more than read: who comes with the token, where the daemon serves the pages."""
        return self.write is not None and bool(self.config.web.token)
