"""The texts that words are looked for in: what an edit added, what it removed, and what stands round it. Pure.

A word counts as added where the redline marks any of it as new, or where what stood between its parts went: "export
[-and import-] controls" adds the phrase "export controls".
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.models import BlockChange, Comparison, FieldChange, Kind, Link, Op, Span, Statement

COMING, GOING = (Kind.PUBLISHED, Kind.RESTORED), (Kind.REMOVED,)
"""Kinds by which the whole text comes or goes, whatever differs in it."""

QUOTES = str.maketrans(dict.fromkeys("‘’‚‛`´", "'") | dict.fromkeys("“”„‟«»", '"'))

Piece = tuple[str, bool]
"""Words, and whether they count: for what is looked for in edits, only where they are edited."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and where in it a match must lie to count, wholly or in part: (start, end), equal where words went."""

    text: str
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text that readers see as one, in pieces."""

    pieces: tuple[Piece, ...]

    @property
    def whole(self) -> Text:
        """As it stands on the page."""
        return _joined(self.pieces)

    @property
    def folded(self) -> Text:
        """As `plain` gives it."""
        return _joined((plain(text), counts) for text, counts in self.pieces)


def plain(text: str) -> str:
    """The text without case, accents, kinds of quotes, and marks that show nothing; white space stays white space."""
    if text.isascii():
        return text.casefold()
    parts = unicodedata.normalize("NFKD", text.translate(QUOTES))
    unseen = (ord(mark) for mark in set(parts) if unicodedata.category(mark) in ("Mn", "Cf"))
    return parts.translate(dict.fromkeys(unseen, "")).casefold()


def matches(expression: re.Pattern[str], text: Text) -> bool:
    """Whether it is found where it counts."""
    return any(
        found.start() < end and start < found.end()
        for found in expression.finditer(text.text)
        for start, end in text.places
    )


def added(kind: Kind, comparison: Comparison, _before: Statement | None, after: Statement | None) -> list[Passage]:
    """What came. The whole text of a page that is published, is back, or differs beyond measure."""
    if kind in COMING or comparison.brief:
        return list(_all_of(after))
    return [] if kind in GOING else list(_sides(comparison, Op.INSERT))


def removed(kind: Kind, comparison: Comparison, before: Statement | None, _after: Statement | None) -> list[Passage]:
    """What went. The whole text of a page that is removed, or differs beyond measure."""
    if kind in GOING or comparison.brief:
        return list(_all_of(before))
    return [] if kind in COMING else list(_sides(comparison, Op.DELETE))


def around(kind: Kind, comparison: Comparison, before: Statement | None, after: Statement | None) -> list[Passage]:
    """What came and what went, the rest of the paragraphs they stand in, the headings above, and the title.

    The whole text, too, of a page that something befell as a whole: all but an edit does.
    """
    passages = [*added(kind, comparison, before, after), *removed(kind, comparison, before, after)]
    if kind is not Kind.EDITED:
        passages += _all_of(after or before)
    texts = ["".join(text for text, _ in passage.pieces) for passage in passages]
    texts += [text for change in comparison.blocks for text in (change.heading, change.row)]
    texts += [statement.title for statement in (after or before,) if statement]
    return [Passage(((text, True),)) for text in dict.fromkeys(texts) if text]


def _joined(pieces: Iterable[Piece]) -> Text:
    text, places = "", []
    for words, counts in pieces:
        if counts:
            places.append((len(text), len(text) + len(words)))
        text += words
    return Text(text, tuple(places))


def _all_of(statement: Statement | None) -> Iterator[Passage]:
    if statement is None:
        return
    texts = (*statement.text.split("\n"), *(file.title for file in statement.attachments))
    yield from (Passage(((text, True),)) for text in texts)


def _sides(comparison: Comparison, op: Op) -> Iterator[Passage]:
    """One side of everything that differs: with what came (`op` INSERT), or with what went (DELETE)."""
    for change in comparison.fields:
        if not change.metadata:
            yield _field(change, op)
    for block in comparison.blocks:
        yield _spans(block.spans, op)
        yield from _links(block, op)


def _field(change: FieldChange, op: Op) -> Passage:
    value = change.after if op is Op.INSERT else change.before
    return _spans(change.spans, op) if change.spans else Passage(((value or "", True),))


def _spans(spans: Iterable[Span], op: Op) -> Passage:
    """The other side's words leave their place, which a match may lie across."""
    sides = ((span.text if span.op in (op, Op.EQUAL) else "", span.op is not Op.EQUAL) for span in spans)
    return Passage(tuple(sides))


def _links(change: BlockChange, op: Op) -> Iterator[Passage]:
    for old, new in change.links:
        link: Link | None = new if op is Op.INSERT else old
        if link:
            yield Passage(((f"{link.text} {link.url}", True),))
