"""Sentences that are watched: whether a change altered one, took it from the page, or brought it back. Pure.

before and after the change
| held          as whole words, however they are set and wherever they stand on the page
| passage_of    the sentences it stood in
| nearest       what now stands in their stead, of the sentences that are new
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from monitor._signals_typography import plain as typewritten
from monitor.models import Quote, QuoteChange, QuoteState, Statement, canonical
from monitor.words import most_like, spans

WORDS_LEAST = 3
CHARACTERS_MOST = 1000
"""Of a quote: less is found by chance, more is no sentence."""

LIKENESS = 0.5
"""Share of words that a sentence must have in common with the quote's own to be that sentence, altered."""

MORE_SENTENCES = 2
"""A quote may begin and end inside a sentence."""

_QUOTES = re.compile(r"\s*[\"']\s*")
_ELLIPSIS = re.compile(r"\s*\.\.\.\s*")
_SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”’)\]]))\s+")


def lint(text: str) -> None:
    """Nothing, where the quote can be watched.

    Raises:
        ValueError: it is too short or too long.
    """
    words = re.findall(r"\w+", text)
    if len(words) < WORDS_LEAST:
        raise ValueError(f"expected a sentence of at least {WORDS_LEAST} words")
    if len(text) > CHARACTERS_MOST:
        raise ValueError(f"expected at most {CHARACTERS_MOST} characters")


def meant_for(quotes: Sequence[Quote], url: str) -> list[Quote]:
    """The quotes that are watched on this page."""
    return [quote for quote in quotes if quote.page is None or canonical(quote.page) == canonical(url)]


def changed(quotes: Sequence[Quote], before: Statement | None, after: Statement | None) -> tuple[QuoteChange, ...]:
    """What became of these quotes between two statements of their page, None where there was or is none.

    Only where one comes or goes: typography, and where it stands on the page, are no matter.
    """
    old, new = (_plain(statement.text) if statement else "" for statement in (before, after))
    found = []
    for quote in quotes:
        was, is_ = _holds(old, quote.text), _holds(new, quote.text)
        if is_ and not was:
            found.append(QuoteChange(quote.text, QuoteState.BACK))
        elif was and not is_ and before:
            found.append(_lost(quote.text, before, after))
    return tuple(found)


def held(statement: Statement, quote: str) -> bool:
    """Whether the quote stands on the page, word for word."""
    return _holds(_plain(statement.text), quote)


def _lost(quote: str, before: Statement, after: Statement | None) -> QuoteChange:
    sentences = _sentences(before)
    passage = _passage_of(quote, sentences)
    now = _nearest(passage, sentences, _sentences(after)) if after else None
    if now is None:
        return QuoteChange(quote, QuoteState.GONE)
    return QuoteChange(quote, QuoteState.ALTERED, spans(" ".join(passage), now))


def _passage_of(quote: str, sentences: Sequence[str]) -> list[str]:
    """The fewest sentences in a row that hold the quote, as they stand on the page."""
    telling = max(re.findall(r"\w+", quote), key=len)
    places = [place for place, sentence in enumerate(sentences) if telling in sentence]
    for count in range(1, len(_SENTENCE_END.split(quote)) + MORE_SENTENCES + 1):
        for start in (start for place in places for start in range(max(place - count + 1, 0), place + 1)):
            passage = [*sentences[start : start + count]]
            if _holds(_plain(" ".join(passage)), quote):
                return passage
    return [quote]


def _nearest(passage: Sequence[str], before: Sequence[str], after: Sequence[str]) -> str | None:
    """What most likely is the passage, altered: about as many sentences, some of them new; None where none is alike."""
    stayed = {*before} & {*after}
    known = {_plain(sentence) for sentence in before if sentence not in stayed}
    new = [sentence not in stayed and _plain(sentence) not in known for sentence in after]
    windows: dict[int, str] = {}
    for count in range(max(len(passage) - 1, 1), len(passage) + 2):
        for start in range(len(after) - count + 1):
            if any(new[start : start + count]):
                windows[len(windows)] = " ".join(after[start : start + count])
    best = most_like(" ".join(passage), windows, LIKENESS)
    return None if best is None else windows[best]


def _sentences(statement: Statement) -> list[str]:
    blocks = (statement.title, statement.lead or "", *(block.text for block in statement.body))
    return [sentence for block in blocks for sentence in _SENTENCE_END.split(block) if sentence]


def _plain(text: str) -> str:
    """The text as one line, with one kind of quotes, dashes and dots, none of them apart from the words they touch."""
    return _ELLIPSIS.sub("...", _QUOTES.sub("'", typewritten(text)))


def _holds(text: str, quote: str) -> bool:
    return _whole(quote).search(text) is not None


@lru_cache(maxsize=256)
def _whole(quote: str) -> re.Pattern[str]:
    """The quote in text that is `_plain`: "up to £5" does not stand in "up to £50" nor in "up to £5.50"."""
    words = _plain(quote)
    before = r"(?<!\w)(?<!\d[.,])" if words[0].isalnum() else ""
    after = r"(?!\w)(?![.,]\d)" if words[-1].isalnum() else ""
    return re.compile(before + re.escape(words) + after)
