"""An edit as a page shows it: the fields that differ, the edits in their text, inline or side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor._render_context import Text, in_context, sides
from monitor._render_passages import Passage, passages
from monitor._render_redline import taken
from monitor.models import Block, Comparison, Span

CHARACTERS = 200_000
"""Of text that a page shows at most; `monitor show` has no such bound."""

FIELD_CHARACTERS = 5_000
"""Of one field."""


@dataclass(frozen=True, slots=True)
class Redline:
    """What differs: in the fields beside the text, in the text, and in what is no part of the statement."""

    fields: tuple[Passage, ...]
    text: Text
    metadata: tuple[Passage, ...]


def redline(comparison: Comparison, before: Sequence[Block], after: Sequence[Block]) -> Redline:
    """The comparison, in the two bodies it was made of; either may be empty where it is not known."""
    names = {change.field for change in comparison.fields if change.metadata}
    found = [_bounded(passage) for passage in passages(comparison) if passage.field != "body"]
    return Redline(
        tuple(passage for passage in found if passage.field not in names),
        in_context(before, after, comparison.blocks, CHARACTERS),
        tuple(passage for passage in found if passage.field in names),
    )


def _bounded(passage: Passage) -> Passage:
    spans = taken(passage.spans, FIELD_CHARACTERS, FIELD_CHARACTERS // 2)
    return Passage(passage.field, passage.place, passage.label, spans, passage.link)


def pieces(spans: Sequence[Span]) -> list[tuple[str, str, str, str]]:
    """Each span as what it is, the white space before its words, its words, and the white space after them: that is
    kept outside of the marks."""
    return [(span.op.value, *_parted(span.text)) for span in spans if span.text]


def _parted(text: str) -> tuple[str, str, str]:
    words = text.strip()
    if not words:
        return text, "", ""
    at = text.index(words)
    return text[:at], words, text[at + len(words) :]


FILTERS = {"pieces": pieces, "sides": sides}
