"""What a message says of watched quotes, before all else: which was altered, where it last stood, since when. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitor._render_redline import line
from monitor._render_summary import first_edit
from monitor._render_typeset import clipped, one_line, wrapped
from monitor._render_wording import Bounds, cut, moment, quotes_label, span_of_time
from monitor.models import Change, Kind, Op, QuoteChange, QuoteState, Span

SUMMARY_CHARACTERS = 140
QUOTED_CHARACTERS = 60

SAID = {
    QuoteState.GONE: "A watched quote is no longer on the page.",
    QuoteState.ALTERED: "A watched quote was altered.",
    QuoteState.BACK: "A watched quote now stands on the page.",
}
SAID_OF_PAGE = {Kind.REMOVED: "A watched quote went with its page.", Kind.MOVED: "A watched quote went with its page."}


def quotes_summary(kind: Kind, quotes: Sequence[QuoteChange]) -> str:
    """The change in one line: `watched quote altered: “£1.5” → “£15”`."""
    first = min(quotes, key=lambda quote: list(QuoteState).index(quote.state))
    more = f", and {len(quotes) - 1} more" if len(quotes) > 1 else ""
    before = "" if kind is Kind.EDITED else f"{kind}: "
    words = f"{before}watched {quotes_label([first])}: {_words(first)}"
    return clipped(one_line(words), SUMMARY_CHARACTERS - len(more)) + more


def quotes_row(quotes: Sequence[QuoteChange]) -> str | None:
    """The column `quotes` of `change_log`."""
    return "; ".join(f"{quote.state}: {quote.text}" for quote in quotes) or None


def quotes_detail(quotes: Sequence[QuoteChange], most: Bounds) -> list[dict[str, Any]]:
    """Each quote with its state and, where it was altered, the sentence it stood in as a redline."""
    return [
        {
            "text": cut(quote.text, most.line),
            "state": quote.state.value,
            "redline": cut(line(quote.spans), most.line) or None,
        }
        for quote in quotes[: most.lines]
    ]


def quotes_lines(change: Change, characters: int) -> tuple[str, ...]:
    """Each quote in two lines, for who reads in passing."""
    return tuple(
        text
        for quote in change.quotes
        for text in (_sentence(change, quote), clipped(line(quote.spans) or quote.text, characters))
    )


@dataclass(frozen=True, slots=True)
class Watched:
    """What is said of one quote: `spans` are the sentence it stood in, marked, or the quote itself."""

    sentence: str
    spans: tuple[Span, ...]
    timing: str
    alarm: bool


def watched(change: Change, most: Bounds) -> tuple[Watched, ...]:
    """What a message says of each quote; of as many as there is room for."""
    return tuple(
        Watched(
            _sentence(change, quote),
            quote.spans or (Span(Op.EQUAL, quote.text),),
            _timing(change, quote),
            quote.state is not QuoteState.BACK,
        )
        for quote in change.quotes[: most.lines]
    )


def quotes_text(change: Change, most: Bounds) -> tuple[str, ...]:
    """A paragraph for each quote."""
    return tuple(
        "\n".join(
            (wrapped(quote.sentence), wrapped(cut(line(quote.spans), most.line), "  ", "  "), wrapped(quote.timing))
        )
        for quote in watched(change, most)
    )


def _words(quote: QuoteChange) -> str:
    removed, added = first_edit(quote.spans)
    if removed and added:
        return f"{_quoted(removed)} → {_quoted(added)}"
    if removed or added:
        return f"{_quoted(added or removed)} {'added' if added else 'removed'}"
    return _quoted(quote.text)


def _quoted(text: str) -> str:
    return f"“{clipped(text, QUOTED_CHARACTERS)}”"


def _sentence(change: Change, quote: QuoteChange) -> str:
    return SAID_OF_PAGE.get(change.kind, SAID[quote.state]) if quote.state is QuoteState.GONE else SAID[quote.state]


def _timing(change: Change, quote: QuoteChange) -> str:
    """Between which looks it happened, and which version is the last that has it, or the first that has it again."""
    if quote.state is QuoteState.BACK:
        return f"It was first seen at {moment(change.seen_after_at)}, in version {change.after_version}."
    last = f"; the last version that has it is version {change.before_version}." if change.before_version else "."
    if change.seen_before_at is None:
        return f"First missed at {moment(change.seen_after_at)}{last}"
    return f"That was between {span_of_time(change.seen_before_at, change.seen_after_at)}{last}"
