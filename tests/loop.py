"""The event loop the program runs on, for tests of what depends on it."""

import asyncio
import sys

if sys.platform == "win32":
    run = asyncio.run
else:
    from uvloop import run

__all__ = ["run"]
