"""What the statements at hand tell of the words that they write with a capital. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from monitor._signals_lexicon import ILLNESS
from monitor._signals_tokens import TOKEN, Token, is_common, title_end, tokens_of, word_key
from monitor.words import STOP_WORD

_SHORT_FORM = re.compile(r"(?<=[\s(])([A-Z]{2,}s?)\)")
_SPELT_OUT = 7  # words before an abbreviation in brackets in which it may be written out
_SPELT_BACK = 120  # characters in which they stand
_COUNTED = re.compile(
    r"\b(?P<many>[A-Z]{2,})s\b|\b[Aa]n?\s(?P<one>[A-Z]{3,})(?=[),.;:]|\s(?:is|was|for|in|on|to|that|which|from|with|if)\b)"
)
"""Abbreviations of which there are several: "EHCs", "an EHC is"."""

_FEW_WORDS = 30  # words up to which looking for them costs less than reading every text
_OPENING = 60  # characters of a link in which its first two words are looked for


class Vocabulary(NamedTuple):
    """The keys of words that the statements at hand write in lower case, and with a capital inside a sentence.

    `openings`: the first two words of their links, whose capital says as little as one at the start of a sentence.
    """

    common: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    openings: frozenset[tuple[str, str]] = frozenset()

    def is_common(self, token: Token) -> bool:
        """Whether the word alone is no name: in lower case here, or in English and never with a capital here."""
        return token.key in self.common or (token.key not in self.known and is_common(token.word))


def vocabulary(texts: Iterable[str], passages: Iterable[str], links: Iterable[str]) -> Vocabulary:
    """What these texts tell of the case of words that the passages write with a capital; titles tell nothing.

    One common word after an article does not either: it is a term. An abbreviation is a common word where it stands for
    some, and where there are several of it, unless it stands for words in capitals.
    """
    common, known, counted, proper = set[str](), set[str](), set[str](), set[str]()
    for text in _holding(_capitals(passages), texts):
        tokens = tokens_of(text)
        common.update(token.key for token in tokens if token.word[0].islower())
        counted.update(_counted(text))
        for match in _SHORT_FORM.finditer(text):
            if words := _spelt_out(match):
                (common if _are_common(words) else proper).update(_numbers(match[1].rstrip("s")))
        title = title_end(text, tokens)
        told = (token for token in tokens if token.is_capital and token.start >= title)
        known.update(token.key for token in told if not (token.starts or token.defined))
    common |= counted - proper
    return Vocabulary(frozenset(common), frozenset(known - common), frozenset(map(_opening, links)))


def _opening(link: str) -> tuple[str, str]:
    first, second = (*TOKEN.findall(link[:_OPENING]), "", "")[:2]
    return first, second


def _capitals(passages: Iterable[str]) -> set[str]:
    words = (word for passage in passages for word in TOKEN.findall(passage))
    return {word_key(word) for word in words if word[0].isupper() and not STOP_WORD.fullmatch(word)}


def _holding(keys: set[str], texts: Iterable[str]) -> Iterable[str]:
    """The texts that hold one of these words; all of them where the words are many, which is faster."""
    if len(keys) > _FEW_WORDS:
        return texts
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, keys))})", re.IGNORECASE)
    return [text for text in texts if pattern.search(text)] if keys else ()


def _counted(text: str) -> Iterator[str]:
    """The keys of the abbreviations of which the text has one or several, each in both numbers."""
    for match in _COUNTED.finditer(text):
        yield from _numbers(match["many"] or match["one"])


def _numbers(letters: str) -> tuple[str, str]:
    """The keys of an abbreviation, of one and of several."""
    return letters.casefold(), f"{letters.casefold()}s"


def _spelt_out(match: re.Match[str]) -> Sequence[str]:
    """The words before the parenthesis that spell out its letters: "venous thromboembolism (VTE)"; else empty."""
    before = match.string[max(0, match.start() - _SPELT_BACK) : match.start()]
    words: list[str] = re.findall(r"\w+", before)[-_SPELT_OUT:]
    letters = match[1].rstrip("s")
    for start, word in enumerate(words):
        spelt = words[start:]
        telling = [each for each in spelt if not STOP_WORD.fullmatch(each)]
        if word[0].upper() == letters[0] and len(telling) <= len(letters) and _in_turn(letters.casefold(), spelt):
            return telling
    return ()


def _are_common(words: Sequence[str]) -> bool:
    """Whether these are mostly in lower case, or an illness, whoever it is called after."""
    return sum(word[0].isupper() for word in words) * 2 < len(words) or bool(ILLNESS.fullmatch(words[-1]))


def _in_turn(letters: str, words: Sequence[str]) -> bool:
    """Whether the letters stand in the words in this order."""
    rest = iter("".join(words).casefold())
    return all(letter in rest for letter in letters)
