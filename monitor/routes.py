"""Which channels are told of a change, and why the others are not. Pure.

One function gives the reason, for the decision and for who asks about it afterwards: `refusal`. Regular expressions are
the user's own, and a bad one can take for ever: the decision is made `without_patterns`, and what they narrow further
is matched in a child that can be killed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from monitor import patterns
from monitor._routes_texts import Passage, added, around, matches, plain, removed
from monitor.models import (
    Comparison,
    Disclosure,
    Event,
    Filter,
    Kind,
    Known,
    QuoteChange,
    SignalName,
    Source,
    Statement,
    Verdict,
)

NAMED_MOST = 5
"""Words of a channel that a reason repeats."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a change's routes are chosen by: what the decision knew of it. `before` and `after` are the page's
    statements on both sides, None where it had or has none."""

    kind: Kind
    verdict: Verdict | None = None
    comparison: Comparison = field(default_factory=Comparison)
    before: Statement | None = None
    after: Statement | None = None
    quotes: tuple[QuoteChange, ...] = ()

    @property
    def statement(self) -> Statement | None:
        """The page as it is, or as it was last."""
        return self.after or self.before


def subject(event: Event, known: Known) -> Subject | None:
    """The subject of an event that was just decided; None where it has no change."""
    change = event.change
    if change is None:
        return None
    before = known.reread or (known.version.statement if known.version else None)
    after = event.version.statement if event.version else before
    if change.kind is Kind.REMOVED:
        after = None
    return Subject(change.kind, change.verdict, change.comparison, before, after, change.quotes)


def refusal(channel: str, filter_: Filter, source: Source, change: Subject) -> str | None:
    """Why the channel is not told of this change of the source, in plain words; None where it is told."""
    return next(_refusals(channel, filter_, source, change), None)


def has_patterns(filter_: Filter) -> bool:
    """Whether the channel takes by a regular expression."""
    return any(map(_is_pattern, (*filter_.words, *filter_.added, *filter_.removed)))


def without_patterns(filter_: Filter) -> Filter:
    """The filter less those of its keys that no look at words alone can answer."""
    kept = {
        key: () if any(map(_is_pattern, getattr(filter_, key))) else getattr(filter_, key)
        for key in ("words", "added", "removed")
    }
    return replace(filter_, **kept)


def lint(term: str) -> None:
    """Nothing, where the term can be used.

    Raises:
        ValueError: there is nothing in it to be seen, or it is no usable regular expression.
    """
    if _is_pattern(term):
        patterns.lint(term[1:-1])
    else:
        lint_words(term)


def lint_words(words: str) -> None:
    """Nothing, where these are words that can be looked for.

    Raises:
        ValueError: there is nothing in them to be seen.
    """
    if not plain(words).strip():
        raise ValueError("expected a word or a phrase")


def _refusals(channel: str, filter_: Filter, source: Source, change: Subject) -> Iterator[str]:
    if channel not in source.channels:
        yield f'source "{source.name}" does not name it'
    if change.kind is Kind.REPARSED:
        yield "our parser changed, not the page: nobody is told"
    if filter_.sources and source.name not in filter_.sources:
        yield _none_of("source", source.name, filter_.sources)
    if change.quotes:
        return  # the user asked for this sentence by itself
    if filter_.kinds and change.kind not in filter_.kinds:
        yield _none_of("kind", change.kind, filter_.kinds)
    if filter_.disclosures and _disclosure(change) not in filter_.disclosures:
        yield _none_of("disclosure", _disclosure(change), filter_.disclosures)
    if filter_.signals and _signals(change).isdisjoint(filter_.signals):
        found = ", ".join(sorted(_signals(change)))
        yield f"of its signals ({found}) none is {_listed(filter_.signals)}" if found else "it has no signal"
    yield from _refusals_of_page(filter_, change.statement)
    yield from _refusals_of_words(filter_, change)


def _refusals_of_page(filter_: Filter, statement: Statement | None) -> Iterator[str]:
    document_type = statement.document_type if statement else None
    publishers = statement.publishers if statement else ()
    if filter_.document_types and _type(document_type or "") not in map(_type, filter_.document_types):
        yield _none_of("document type", document_type, filter_.document_types)
    if filter_.publishers and not any(_says(filter_.publishers, name) for name in publishers):
        yield _none_of("publisher", ", ".join(publishers) or None, filter_.publishers)


def _refusals_of_words(filter_: Filter, change: Subject) -> Iterator[str]:
    for terms, passages, where in (
        (filter_.words, around, "in what was edited, nor round it"),
        (filter_.added, added, "in what was added"),
        (filter_.removed, removed, "in what was removed"),
    ):
        if terms and not _stand_in(terms, passages(change.kind, change.comparison, change.before, change.after)):
            yield f"{_listed(terms)}: not {where}"


def _stand_in(terms: Sequence[str], passages: Sequence[Passage]) -> bool:
    words = tuple(term for term in terms if not _is_pattern(term))
    expressions = [re.compile(term[1:-1]) for term in terms if _is_pattern(term)]
    if words and any(matches(_words(words), passage.folded) for passage in passages):
        return True
    return any(matches(expression, passage.whole) for expression in expressions for passage in passages)


def _says(words: tuple[str, ...], name: str) -> bool:
    return _words(words).search(plain(name)) is not None


@cache
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these, whole, in text that is `plain`; "5" is no whole word of "1.5" or "5,000"."""
    return re.compile("|".join(map(_whole, words)))


def _whole(words: str) -> str:
    parts = plain(words).split()
    begins, ends = parts[0][0], parts[-1][-1]
    before = (r"(?<!\w)" if _is_of_word(begins) else "") + (r"(?<!\d[.,])" if begins.isdigit() else "")
    after = (r"(?!\w)" if _is_of_word(ends) else "") + (r"(?![.,]\d)" if ends.isdigit() else "")
    return before + r"\s+".join(map(re.escape, parts)) + after


def _is_of_word(character: str) -> bool:
    """Whether a word goes on where another such character follows; scripts without spaces do not tell."""
    from monitor.words import words

    return character.isalnum() and len(words(character * 2)) == 1


def _is_pattern(term: str) -> bool:
    return len(term) > 2 and term[0] == term[-1] == "/"


def _disclosure(change: Subject) -> Disclosure | None:
    return change.verdict.disclosure if change.verdict else None


def _signals(change: Subject) -> set[SignalName]:
    return {signal.name for signal in change.verdict.signals} if change.verdict else set()


def _none_of(what: str, value: str | None, wanted: Sequence[str]) -> str:
    found = f'{what} "{value}" is' if value else f"it has no {what}, so it is"
    return f"{found} none of {_listed(wanted)}"


def _listed(values: Sequence[str]) -> str:
    more = len(values) - NAMED_MOST
    return ", ".join(values[:NAMED_MOST]) + (f" and {more} more" if more > 0 else "")


def _type(document_type: str) -> str:
    """`press_release` and "Press release" alike."""
    return re.sub(r"[\W_]+", " ", document_type).strip().casefold()
