"""What the whole program makes of pages' successive versions, against what the pages' own history lists imply.

What is implied is told by the plain reading, body after body: an entry added or an update date moved forward is an
announced edit, anything else that differs a silent one; a notice that comes or goes withdraws or reinstates; a page
that says it is gone is removed, and what is no statement at all is nothing.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from monitor.models import Kind, SignalName
from truth.corpus import folders
from truth.figure import Figure, counted
from truth.plain import Plain, plain, rewritten, told
from truth.replay import Replayed, replay

SECTION = "histories"


class Step(NamedTuple):
    """What one body brings: a version, a change ("edited silent", "withdrawn"; "" for none), an entry rewritten."""

    version: bool = False
    change: str = ""
    rewritten: bool = False

    def __str__(self) -> str:
        """In words."""
        words = ("a version" if self.version else "no version", self.change, "rewritten" if self.rewritten else "")
        return ", ".join(filter(None, words))


class Body(NamedTuple):
    """One body of a history: where it lies, what it should bring, what it brought."""

    file: Path
    implied: Step
    found: Step

    def miss(self) -> str:
        """The case in a line."""
        return f"{self.file.parent.name}/{self.file.name}: {self.found}; plainly {self.implied}"


def figures(one_in: int = 1) -> Iterator[Figure]:
    """Of all bodies: is it a version, and a change, just where implied, and the right one; and of whole histories.

    Of one history in so many.
    """
    histories = _histories(one_in)
    bodies = [body for history in histories for body in history]
    yield _figure("versions: bodies kept just where implied", bodies, lambda step: step.version)
    yield _figure("changes: made just where implied", bodies, lambda step: bool(step.change))
    both = [body for body in bodies if body.found.change and body.implied.change]
    yield _figure("verdicts: kind and disclosure of the changes", both, lambda step: step.change)
    rewriting = [body for body in bodies if body.found.rewritten or body.implied.rewritten]
    yield _figure("history_rewritten, where said or true", rewriting, lambda step: step.rewritten)
    wrong = [next((body.miss() for body in history if body.found != body.implied), None) for history in histories]
    yield counted(SECTION, "histories that agree as a whole", [miss for miss in wrong if miss], len(histories), 1)


def _figure(name: str, bodies: list[Body], part: Callable[[Step], object]) -> Figure:
    misses = [body.miss() for body in bodies if part(body.found) != part(body.implied)]
    return counted(SECTION, name, misses, len(bodies), 1)


def _histories(one_in: int) -> list[list[Body]]:
    files = {folder.name: sorted(folder.glob("*.html")) for folder in folders("govuk_versions_main")[::one_in]}
    pages = {name: [file.read_bytes() for file in paths] for name, paths in files.items()}
    replayed = replay(pages)
    return [
        [
            Body(file, implied, _found(replayed[name], place))
            for place, (file, implied) in enumerate(zip(files[name], _implied(bodies), strict=True))
        ]
        for name, bodies in pages.items()
    ]


def _found(page: Replayed, place: int) -> Step:
    rows = page.changes.get(place, [])
    signals = {signal for row in rows for signal in row["signals"].split(", ")}
    changes = (row["kind"] if row["kind"] != Kind.EDITED else f"edited {row['disclosure']}" for row in rows)
    return Step(place in page.versions, " and ".join(changes), SignalName.HISTORY_REWRITTEN in signals)


def _implied(bodies: list[bytes]) -> Iterator[Step]:
    last: Plain | None = None
    removed = False
    for reading in map(plain, bodies):
        if isinstance(reading, Plain):
            yield _step(last, reading, removed=removed)
            last, removed = reading, False
        elif reading == "gone" and last and not removed:
            yield Step(change=Kind.REMOVED)
            removed = True
        else:
            yield Step()


def _step(last: Plain | None, reading: Plain, *, removed: bool) -> Step:
    """What a statement brings after the last one, which was perhaps removed meanwhile."""
    if last is None:
        return Step(version=True)
    kind, _, disclosure = told(last, reading).partition(" ")
    version = kind != "unchanged"
    if removed:
        return Step(version, Kind.RESTORED, rewritten(last, reading))
    edited = f"edited {disclosure}"
    return Step(version, {"unchanged": "", "edited": edited}.get(kind, kind), rewritten(last, reading))
