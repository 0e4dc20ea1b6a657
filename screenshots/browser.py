"""The browser that looks at the pages: Debian's Chromium, without its own errands in the network."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")
MISSING = f"no {CHROMIUM}: `make browser` installs it"

ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb", "--disable-lcd-text"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"),
)

DESKTOP, PHONE = (1280, 800), (390, 844)
"""Width and height."""


@contextmanager
def browser() -> "Iterator[Browser]":
    """A browser of its own; while it is open, its thread can run no other loop."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield found
        finally:
            found.close()
