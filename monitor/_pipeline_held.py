"""Changes whose alerts wait while their host is looked at further: other pages may have been edited alike, or as well.

In memory alone: after a kill every alert is due.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from monitor.models import Kind, Recorded

HELD_MOST = timedelta(minutes=2)
"""How long the alerts of an edit wait for further pages of its host, which may have been edited alike."""


class Held:
    """The changes that are held, with their host and when they were recorded."""

    def __init__(self) -> None:
        self._changes: dict[int, tuple[str, datetime]] = {}

    def hold(self, written: Iterable[Recorded], now: datetime) -> None:
        """Holds the edits among what was written."""
        for recorded in written:
            host = recorded.decision.page.host
            self._changes.update((change_id, (host, now)) for change_id in edits(recorded))

    def let_go(self, change_ids: Iterable[int], looking: Collection[str]) -> None:
        """Ends the wait of those of these changes whose hosts are not looked at any more."""
        for change_id in change_ids:
            if change_id in self._changes and self._changes[change_id][0] not in looking:
                del self._changes[change_id]

    def ids(self, now: datetime) -> list[int]:
        """The changes whose alerts still wait; copied first, as another thread may hold more meanwhile."""
        return [change_id for change_id, (_, at) in self._changes.copy().items() if abs(now - at) < HELD_MOST]


def edits(recorded: Recorded) -> list[int]:
    """The changes that other pages may share, or many of them may have at once."""
    changes = [event.change for event in recorded.decision.events if event.change]
    written = zip(recorded.change_ids, changes, strict=False)  # what was decided too late was not written
    return [change_id for change_id, change in written if change.kind is not Kind.PUBLISHED]
