"""An edit as a page shows it: the fields that differ, the edits in their text, inline or side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from monitor._render_context import Text, in_context, sides
from monitor._render_passages import Passage, passages
from monitor._render_redline import taken
from monitor._render_wording import signal_text
from monitor.models import Block, Comparison, Signal, Span, Verdict

CHARACTERS = 200_000
"""Of text that a page shows at most; `monitor show` has no such bound."""

SIGNAL_WORDS = 5
"""Of each signal, beside the redline."""

FIELD_CHARACTERS = 5_000
"""Of one field."""


@dataclass(frozen=True, slots=True)
class Redline:
    """What differs: in the fields beside the text, in the text, and in what is no part of the statement.

    The fields are by their names as readers know them, each with its edits.
    """

    fields: tuple[tuple[str, tuple[Passage, ...]], ...]
    text: Text
    metadata: tuple[tuple[str, tuple[Passage, ...]], ...]


def redline(comparison: Comparison, before: Sequence[Block], after: Sequence[Block]) -> Redline:
    """The comparison, in the two bodies it was made of; either may be empty where it is not known."""
    names = {change.field for change in comparison.fields if change.metadata}
    found = [_bounded(passage) for passage in passages(comparison) if passage.field != "body"]
    return Redline(
        _by_place(passage for passage in found if passage.field not in names),
        in_context(before, after, comparison.blocks, CHARACTERS),
        _by_place(passage for passage in found if passage.field in names),
    )


def _by_place(found: Iterable[Passage]) -> tuple[tuple[str, tuple[Passage, ...]], ...]:
    return tuple((place, tuple(group)) for place, group in groupby(found, key=lambda passage: passage.place))


def _bounded(passage: Passage) -> Passage:
    return replace(passage, spans=taken(passage.spans, FIELD_CHARACTERS, FIELD_CHARACTERS // 2))


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


def touched(verdict: Verdict | None) -> list[str]:
    """The signals with their first words, a line each; the redline has all of them."""
    return [_bounded_signal(signal) for signal in verdict.signals] if verdict else []


def _bounded_signal(signal: Signal) -> str:
    more = len(signal.words) - SIGNAL_WORDS
    shown = signal_text(replace(signal, words=signal.words[:SIGNAL_WORDS]))
    return f"{shown}; and {more:,} more" if more > 0 else shown


FILTERS = {"pieces": pieces, "sides": sides}
