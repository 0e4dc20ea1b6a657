"""The labels made by hand: which words of a real edit each signal is about, as positions and hashes.

`tests/labels/SET.jsonl` holds an edit a line. A mention gives its side, its place in the side's label text and the
first half of the words' SHA-256: the words themselves belong to others and are read from the corpus. Where a parser has
come to read more or less of a page, the nearest words of that hash are meant.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from monitor.models import SignalName
from truth.edits import Edit, edit, label_text

LABELS = Path(__file__).parent.parent / "tests" / "labels"
BUILD = "build"
SETS = (BUILD, "check", "second", "third", "fourth")
"""The rules were made with the first in view; the others were scored once, unseen, before their misses were seen."""
_OF_PLACES = (SignalName.NAME, SignalName.LIST_ENTRY, SignalName.MOVED_TEXT)
_OF_WORDS = (SignalName.NEGATION, SignalName.MODAL, SignalName.FIGURE, SignalName.DATE, SignalName.QUOTATION)
JUDGED = {"second": _OF_PLACES, "third": _OF_PLACES, "fourth": _OF_PLACES + _OF_WORDS}
"""The signals that the readers of a set looked for, where that is not all."""

Mention = tuple[str, str]
"""A side, "before" or "after", and the words on it."""


class Labelled(NamedTuple):
    """An edit, the words each signal is about (none: it names no words), and the labels no text bears out."""

    edit: Edit
    signals: dict[SignalName, set[Mention]]
    stale: int


def labelled(name: str) -> Iterator[Labelled]:
    """The edits of one set, as far as this corpus has them."""
    path = LABELS / f"{name}.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        row = json.loads(line)
        found = edit(row["edit"])
        if found:
            yield _read(found, row["signals"])


def _read(found: Edit, signals: dict[str, list[dict[str, Any]]]) -> Labelled:
    texts = {"before": label_text(found.before), "after": label_text(found.after)}
    read: dict[SignalName, set[Mention]] = {}
    stale = 0
    for name, mentions in signals.items():
        said = [(mention["side"], _words(texts[mention["side"]], mention)) for mention in mentions]
        stale += sum(words is None for _, words in said)
        read[SignalName(name)] = {(side, words) for side, words in said if words}
    return Labelled(found, read, stale)


def _words(text: str, mention: dict[str, Any]) -> str | None:
    """The words of the mention's hash, nearest to the place they once stood at; None where there are none."""
    start, end = mention["at"]
    places = sorted(range(len(text) - (end - start) + 1), key=lambda place: abs(place - start))
    windows = (text[place : place + end - start] for place in places)
    return next((words for words in windows if _hash(words) == mention["sha"]), None)


def _hash(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:16]
