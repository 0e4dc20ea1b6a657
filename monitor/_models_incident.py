"""What of the monitor itself needs a person, and how that is told. Pure."""

from dataclasses import dataclass
from datetime import datetime

from monitor._models_alert import Receipt

FEW_PAGES = 3
"""So many pages of one host are in trouble each for itself; more have it together."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that needs a person now. Equal `key`s are one thing, whatever the `words` say of it by then.

    `channel` is to be told of it, None: nobody is; `why` says why that one.
    """

    key: str
    words: str
    channel: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """A finding from the look that first made it to the one that no longer did. `words` are those of the first."""

    id: int
    key: str
    words: str
    began_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Incidents addressed to one channel: a row of the outbox like an alert. `id` is made with it, and kept.

    It tells that some `began` and that some `ended`; one that did both between two reports is among both.
    """

    id: str
    channel: str
    why: str
    attempts: int
    created_at: datetime
    began: tuple[Incident, ...] = ()
    ended: tuple[Incident, ...] = ()
    receipts: tuple[Receipt, ...] = ()
