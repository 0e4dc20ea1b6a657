"""The words that redlines mark, held against plain texts: all that went or came, and few of those that stayed. Pure.

A word that one text has more often than the other went or came for good; one that moved did not. A shortest edit says
how few words need be marked: we mark more where words that stayed would break the reading of what is new around them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rapidfuzz.distance import Indel

from monitor.models import NewChange, Op, Span

Words = Counter[tuple[str, str]]
"""How often each word went ("delete") or came ("insert")."""


class Marks(NamedTuple):
    """The words of one edit: those we mark, those a shortest edit marks, and those that went or came for good."""

    name: str
    marked: Words
    shortest: Words
    for_good: Words

    @property
    def missed(self) -> list[str]:
        """A line for each word that went or came for good and is not marked."""
        return self._lines(self.for_good - self.marked)

    @property
    def extra(self) -> list[str]:
        """A line for each word marked that a shortest edit does not mark."""
        return self._lines(self.marked - self.shortest)

    def _lines(self, words: Words) -> list[str]:
        return [f"{self.name}: {op} {word}" for op, word in words.elements()]


def marks(name: str, before: str, after: str, changes: Iterable[NewChange]) -> Marks:
    """The marks of the changes that took one text to the other."""
    old, new = before.split(), after.split()
    for_good = _words(Op.DELETE, (Counter(old) - Counter(new)).elements())
    for_good.update(_words(Op.INSERT, (Counter(new) - Counter(old)).elements()))
    marked: Words = Counter()
    for span in (span for change in changes for span in _spans(change)):
        marked.update(_words(span.op, span.text.split()))
    return Marks(name, marked, _shortest(old, new), for_good)


def _spans(change: NewChange) -> Iterator[Span]:
    fields, blocks = change.comparison.fields, change.comparison.blocks
    edits = [*(field.spans for field in fields), *(block.spans for block in blocks)]
    return (span for spans in edits for span in spans if span.op is not Op.EQUAL)


def _shortest(old: list[str], new: list[str]) -> Words:
    found: Words = Counter()
    for code in Indel.opcodes(old, new):
        if code.tag != "equal":
            found.update(_words(Op.DELETE, old[code.src_start : code.src_end]))
            found.update(_words(Op.INSERT, new[code.dest_start : code.dest_end]))
    return found


def _words(op: Op, words: Iterable[str]) -> Words:
    return Counter((op.value, word) for word in words)
