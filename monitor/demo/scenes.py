"""The edits of the demo: what the publisher does to a page, and what the monitor has to make of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from monitor.demo.publications import Publication
from monitor.demo.publisher import Publisher
from monitor.demo.statements import BUOY_COLOURS, FERRY_TIMETABLE, HARBOUR_FUND, MOORING_FEES, PILOT_BOATS
from monitor.models import Disclosure, Kind


@dataclass(frozen=True, slots=True)
class Scene:
    """One edit. `deed` tells it, `play` does it; `kind` is what must be caught, and for edits their `disclosure`."""

    publication: Publication
    deed: str
    play: Callable[[Publisher, datetime], None]
    kind: Kind
    disclosure: Disclosure | None = None

    def is_caught_by(self, change: Mapping[str, Any]) -> bool:
        """Whether a row of the change log is what was to be caught."""
        return change["kind"] == self.kind and self.disclosure in (None, change["disclosure"])


def _announced(publisher: Publisher, at: datetime) -> None:
    body = FERRY_TIMETABLE.body.replace("7:20pm", "8:05pm")
    publisher.announce(FERRY_TIMETABLE.path, at, "The last boat on Sundays now leaves at 8:05pm.", body=body)


def _silent(publisher: Publisher, at: datetime) -> None:
    publisher.edit(HARBOUR_FUND.path, at, body=HARBOUR_FUND.body.replace("£1.5 million", "£15 million"))


def _withdrawn(publisher: Publisher, at: datetime) -> None:
    publisher.withdraw(BUOY_COLOURS.path, at, "The colours are now set out in the charts.")


def _removed(publisher: Publisher, _at: datetime) -> None:
    publisher.remove(MOORING_FEES.path)


def _published(publisher: Publisher, at: datetime) -> None:
    stamp = at.isoformat(timespec="milliseconds")
    publisher.publish(replace(PILOT_BOATS, published_at=stamp, edited_at=stamp))


AT_ONCE = (
    Scene(PILOT_BOATS, "publishes a press release on pilot boats", _published, Kind.PUBLISHED),
    Scene(
        MOORING_FEES,
        "takes the page on mooring fees away (410); that is believed when three looks in a row agree",
        _removed,
        Kind.REMOVED,
    ),
)
"""Played side by side with the rest: more than one look is needed to see them."""

IN_TURN = (
    Scene(
        FERRY_TIMETABLE,
        "moves the last ferry on Sundays, and says so in the page's history",
        _announced,
        Kind.EDITED,
        Disclosure.ANNOUNCED,
    ),
    Scene(
        HARBOUR_FUND,
        "makes £1.5 million into £15 million, and tells nobody: no note, no date, nothing in the feed",
        _silent,
        Kind.EDITED,
        Disclosure.SILENT,
    ),
    Scene(BUOY_COLOURS, "withdraws the statement on buoys", _withdrawn, Kind.WITHDRAWN),
)

SCENES = (*AT_ONCE, *IN_TURN)
