"""A list over several pages: which rows are shown, and where those before and after them are. No page is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from monitor.interfaces import Row
from monitor.web import _params

ROWS = 50
"""Of a page of a list."""


class Find(Protocol):
    """Finds rows with an `id`, newest first: those next below `before`, else those next above `after`."""

    def __call__(self, limit: int, *, before: int | None, after: int | None) -> list[Row]:
        """At most `limit`."""
        ...


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a page, and the addresses of the pages around it (None: there are none)."""

    rows: Sequence[Row]
    newer: str | None
    older: str | None

    @property
    def whole(self) -> bool:
        """Whether the rows are all there are."""
        return not (self.newer or self.older)


def listing(request: Request, find: Find) -> Listing:
    """The page that the address names by `before` or `after`; rows that came meanwhile shift nothing."""
    before, after = _params.number(request, "before"), _params.number(request, "after")
    rows = find(ROWS + 1, before=before, after=after)
    upwards = after is not None and before is None
    if upwards and len(rows) <= ROWS:  # the first page, which is whole
        upwards, rows = False, find(ROWS + 1, before=None, after=None)
    more = len(rows) > ROWS
    rows = rows[-ROWS:] if upwards else rows[:ROWS]
    if not rows:
        return Listing((), _params.address(request) if before or after else None, None)
    is_older, is_newer = (True, more) if upwards else (more, before is not None)
    return Listing(
        rows,
        _params.address(request, after=rows[0]["id"]) if is_newer else None,
        _params.address(request, before=rows[-1]["id"]) if is_older else None,
    )
