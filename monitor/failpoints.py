"""Places where the process kills itself when it is asked to, so that a crash there can be tried. Touches this process.

MONITOR_FAILPOINT=NAME      dies by SIGKILL where NAME is passed first
MONITOR_FAILPOINT=NAME:N    dies the N-th time
"""

import os
import signal
from itertools import count

POINTS = (
    "migrating",
    "leases-ended",
    "sources-synced",
    "pages-claimed",
    "before-fetch",
    "after-fetch",
    "after-parse",
    "before-record",
    "version-added",
    "change-added",
    "alerts-added",
    "before-commit",
    "recorded",
    "alerts-claimed",
    "before-send",
    "after-send",
    "settling",
    "settled",
)
"""Every place, in the order in which an edit passes them."""

_wanted, _, _times = os.environ.get("MONITOR_FAILPOINT", "").partition(":")
_passes = count(1)


def passing(point: str) -> None:
    """Ends the process here, with no chance to tidy up, where the environment asks for it."""
    if point == _wanted and next(_passes) == int(_times or 1):
        os.kill(os.getpid(), signal.SIGKILL)
