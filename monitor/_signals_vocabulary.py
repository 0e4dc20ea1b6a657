"""The words of a text with the places of their capitals, and what the statements tell of these. Pure."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor._signals_english import is_english
from monitor._signals_lexicon import BODY, ILLNESS, INSTITUTION, NO_NAME, PLACE, POST
from monitor._signals_mentions import ADDRESS, DATE, blanked
from monitor.words import STOP_WORD

LOOK_BACK = 6
"""Characters before a word that can show the end of a sentence and a quotation opened, an article or a preposition."""

POSSESSIVE = re.compile(r"[’']s?$")
_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|[^\W_](?:[\w’'.&-]*\w)?")
_START = re.compile(r"(?:^|[.!?:;•|…]|\s[-–—]|[“‘\"(\[/])[\s”’\")\]*]*$")
_ARTICLE = re.compile(r"\b(?:[Tt]he|[Aa]n?|[Tt]h(?:is|ese|at|ose)|[Oo]ur|[Yy]our|[Aa]ny|[Ee]ach)\s$")
_NUMBERED = re.compile(r"-\d+$")
_SHORT_FORM = re.compile(r"(?<=[\s(])([A-Z]{2,}s?)\)")
_SPELT_OUT = 7  # words before an abbreviation in brackets in which it may be written out
_SPELT_BACK = 120  # characters in which they stand
_SHOUTED = 6  # letters of a word that English knows, all capital, from which it is no abbreviation
_LONG = 4  # letters of a word that a title in capitals would capitalise
_FEW_WORDS = 30  # words up to which looking for them costs less than reading every text
_OPENING = 60  # characters of a link in which its first two words are looked for


class Token(NamedTuple):
    """A word and its place.

    `starts` says that a sentence may start here, where a capital says nothing; `defined` that an article stands before
    it, where a capital makes a term of one common word ("the Decision").
    """

    word: str
    start: int
    end: int
    starts: bool
    defined: bool

    @property
    def key(self) -> str:
        return word_key(self.word)

    @property
    def bare(self) -> str:
        """The word without its possessive."""
        return POSSESSIVE.sub("", self.word)

    @property
    def is_capital(self) -> bool:
        """Whether the word has a capital that could be that of a name."""
        return self.word[0].isupper() and not NO_NAME.fullmatch(self.word) and not any(map(str.isdigit, self.word))

    @property
    def is_body(self) -> bool:
        """Whether this is what bodies, laws, meetings or places are called."""
        return bool(BODY.fullmatch(self.word))

    @property
    def is_post(self) -> bool:
        """Whether this is a post."""
        return bool(POST.fullmatch(self.bare))


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

    One common word after an article does not either: it is a term.
    """
    common, known = set[str](), set[str]()
    for text in _holding(_capitals(passages), texts):
        tokens = tokens_of(text)
        common.update(token.key for token in tokens if token.word[0].islower())
        common.update(word_key(match[1]) for match in _SHORT_FORM.finditer(text) if _abbreviates(match))
        if not titled(text, tokens):
            known.update(token.key for token in tokens if token.is_capital and not (token.starts or token.defined))
    return Vocabulary(frozenset(common), frozenset(known - common), frozenset(map(_opening, links)))


def _opening(link: str) -> tuple[str, str]:
    first, second = (*_TOKEN.findall(link[:_OPENING]), "", "")[:2]
    return first, second


def _capitals(passages: Iterable[str]) -> set[str]:
    words = (word for passage in passages for word in _TOKEN.findall(passage))
    return {word_key(word) for word in words if word[0].isupper() and not STOP_WORD.fullmatch(word)}


def _holding(keys: set[str], texts: Iterable[str]) -> Iterable[str]:
    """The texts that hold one of these words; all of them where the words are many, which is faster."""
    if len(keys) > _FEW_WORDS:
        return texts
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, keys))})", re.IGNORECASE)
    return [text for text in texts if pattern.search(text)] if keys else ()


def _abbreviates(match: re.Match[str]) -> bool:
    """Whether words in lower case before the parenthesis spell out its letters: "venous thromboembolism (VTE)"."""
    before = match.string[max(0, match.start() - _SPELT_BACK) : match.start()]
    words: list[str] = re.findall(r"\w+", before)[-_SPELT_OUT:]
    letters = match[1].rstrip("s")
    for start, word in enumerate(words):
        spelt = words[start:]
        telling = [each for each in spelt if not STOP_WORD.fullmatch(each)]
        if word[0].upper() == letters[0] and len(telling) <= len(letters) and _in_turn(letters.casefold(), spelt):
            return sum(each[0].isupper() for each in telling) * 2 < len(telling) or bool(ILLNESS.fullmatch(words[-1]))
    return False


def _in_turn(letters: str, words: Sequence[str]) -> bool:
    """Whether the letters stand in the words in this order."""
    rest = iter("".join(words).casefold())
    return all(letter in rest for letter in letters)


def tokens_of(text: str) -> list[Token]:
    """The words of a text in order; none in dates and addresses."""
    text = blanked(DATE, blanked(ADDRESS, text))
    return [
        Token(match.group(), match.start(), match.end(), _follows(_START, match), _follows(_ARTICLE, match))
        for match in _TOKEN.finditer(text)
    ]


def _follows(pattern: re.Pattern[str], match: re.Match[str]) -> bool:
    """Whether this is a word with a capital that stands after the pattern; of others it does not matter."""
    place = match.start()
    return match.string[place].isupper() and bool(pattern.search(match.string, max(0, place - LOOK_BACK), place))


def is_common(word: str) -> bool:
    """Whether English writes the word in lower case; a few letters all capital are an abbreviation."""
    if word.isupper() and len(word) < _SHOUTED:
        return False
    parts = word.split("-")
    return all(map(is_english, parts)) and not (PLACE.fullmatch(word) or INSTITUTION.fullmatch(word))


@lru_cache(maxsize=20_000)
def word_key(word: str) -> str:
    """A word without its case, possessive, number and dots: "Government’s" is "government", "COVID-19" "covid"."""
    return _NUMBERED.sub("", POSSESSIVE.sub("", word)).replace(".", "").casefold()


def in_order(text: str) -> str:
    """The keys of all words of a text in order, so that "in" tells whether a name stands in it."""
    return f" {' '.join(word_key(word) for word in _TOKEN.findall(text))} "


def is_title(text: str) -> bool:
    """Whether the text writes most words with a capital, as titles do: then a capital says nothing."""
    return titled(text, tokens_of(text))


def titled(text: str, tokens: list[Token]) -> bool:
    """The same of a text whose words are at hand."""
    if text.endswith((".", ":", ";", ",")):
        return False
    long = [token.word[0].isupper() for token in tokens[1:] if len(token.word) >= _LONG and token.word.isalpha()]
    return len(long) > 1 and sum(long) > len(long) * 0.6
