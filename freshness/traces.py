"""When pages were published and edited: real times from the corpus, and ones made up of bursts. Reads a file."""

import csv
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from random import Random

CORPUS = Path(os.environ.get("MONITOR_CORPUS") or Path(__file__).parent.parent.parent / "shared" / "corpus")
EVENTS = CORPUS / "govuk_update_events.tsv"
"""Page, unix time, pub/upd/add, unix time seen."""

LEARNT_BEFORE = datetime(2021, 9, 1, tzinfo=UTC)
"""What `monitor/_schedule_rates.py` was fitted on lies before this; what is scored lies after it."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Pages by name, each with the times of its publication and its edits, oldest first. Scored from `begin` to `end`;
    what came before is in a page's history when it is first looked at."""

    name: str
    pages: Mapping[str, tuple[datetime, ...]]
    begin: datetime
    end: datetime

    def sample(self, most: int) -> "Trace":
        """At most so many pages, drawn by a hash of their names."""
        drawn = sorted(self.pages, key=lambda name: blake2b(name.encode(), digest_size=8).digest())[:most]
        return Trace(self.name, {name: self.pages[name] for name in drawn}, self.begin, self.end)

    def active(self) -> "Trace":
        """Only the pages with an edit that is scored."""
        pages = {name: times for name, times in self.pages.items() if any(at >= self.begin for at in times[1:])}
        return Trace(f"{self.name}, only pages edited", pages, self.begin, self.end)


def real() -> Trace | None:
    """GOV.UK's, from September 2021 to the last time told; None where the corpus has none."""
    if not EVENTS.is_file():
        return None
    pages: dict[str, list[datetime]] = defaultdict(list)
    with EVENTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            pages[row["page"]].append(datetime.fromtimestamp(int(row["updated_at_unix"]), UTC))
    end = max(at for times in pages.values() for at in times)
    return Trace(
        "GOV.UK 2021-09 to 2022-09", {name: distinct(times) for name, times in pages.items()}, LEARNT_BEFORE, end
    )


def distinct(times: Iterable[datetime]) -> tuple[datetime, ...]:
    """The times in order, those within the same minute once."""
    return tuple(sorted({at.replace(second=0, microsecond=0) for at in times}))


def bursty(pages: int = 2000, days: int = 60, seed: int = 11) -> Trace:
    """Edits that come in bursts after edits: a Hawkes process a page, with Omori's decay, at any hour of the day.

    A page's own rate is drawn from a wide log-normal; half of all edits bring on another, the likelier the sooner.
    """
    chance = Random(seed)  # noqa: S311 - no secret
    begin = datetime(2022, 1, 3, tzinfo=UTC)
    made = {}
    for number in range(pages):
        rate = chance.lognormvariate(-5.0, 1.8)
        published = chance.uniform(-30, days)
        times = sorted(at for at in _cascade(chance, published, rate, days) if at < days)
        made[f"page-{number}"] = distinct(begin + timedelta(days=at) for at in times)
    return Trace("synthetic bursts", made, begin, begin + timedelta(days=days))


def _cascade(chance: Random, published: float, rate: float, days: float) -> Iterator[float]:
    """A publication, edits of their own accord, and all that each of them brings on, in days."""
    waiting, at = [published], published
    while (at := at + chance.expovariate(rate)) < days:
        waiting.append(at)
    while waiting:
        parent = waiting.pop()
        yield parent
        if chance.random() < 0.5:
            waiting.append(parent + _omori_wait(chance))


def _omori_wait(chance: Random) -> float:
    """Days after which an aftershock comes: density falling as (1 + age/hour)^-1.5."""
    return ((1 - chance.random()) ** -2 - 1) / 24
