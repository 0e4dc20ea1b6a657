"""Every error this program raises on purpose, in one tree.

MonitorError                 one line that says what to do; carries the exit status
├── UsageError               2   the command was called with something it cannot use
├── DatabaseError            65  the database is damaged, or belongs to another program
├── CannotWriteError         73  a file or folder cannot be created or written
├── SlowError                a question to the database took longer than the one who asked will wait
├── LockedError              75  another monitor holds the lock
├── ConfigError              78  the configuration is wrong; carries every fault
├── ParseError               a page's layout is not recognised; its outcome says which way
└── DeliveryError            a message did not arrive; says whose fault it was, and whether another try makes sense

What a server or a page does wrong is a value (an `Outcome`), made at the edge; it is not raised past it.
"""

from collections.abc import Sequence
from datetime import timedelta

from monitor.models import Patience


class MonitorError(Exception):
    """The base: `str(error)` is one line for a person; `exit_status` is what the command ends with."""

    exit_status = 1


class UsageError(MonitorError):
    """The command was called with something it cannot use."""

    exit_status = 2


class DatabaseError(MonitorError):
    """The database is damaged, newer than this program, or not ours."""

    exit_status = 65


class CannotWriteError(MonitorError):
    """A file or folder cannot be created or written."""

    exit_status = 73


class SlowError(MonitorError):
    """A question to the database took longer than the one who asked will wait."""


class LockedError(MonitorError):
    """Another monitor holds the lock of this database."""

    exit_status = 75


class ConfigError(MonitorError):
    """The configuration is wrong. `faults` holds every fault found, one line each."""

    exit_status = 78

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class ParseError(MonitorError):
    """A parser does not recognise the page. `outcome` is the outcome's value, `error:parse` unless it knows better."""

    def __init__(self, reason: str, outcome: str = "error:parse") -> None:
        super().__init__(reason)
        self.outcome = outcome


class DeliveryError(MonitorError):
    """A message did not arrive.

    `of_channel`: the far end would take no message now, whatever it says. `permanent`: another try cannot help, of this
    message or, `of_channel`, of any. `retry_after` is the pause the far end asked for; `patience` says how long a
    message is tried that it did not take.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        of_channel: bool = False,
        retry_after: timedelta | None = None,
        patience: Patience = Patience.USUAL,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.of_channel = of_channel
        self.retry_after = retry_after
        self.patience = patience
