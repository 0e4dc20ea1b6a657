"""The words of a text with the places of their capitals. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from monitor._signals_english import is_english
from monitor._signals_lexicon import BODY, INSTITUTION, NO_NAME, PLACE, POST, TOGETHER
from monitor._signals_mentions import ADDRESS, DATE, blanked
from monitor.words import STOP_WORD

LOOK_BACK = 6
"""Characters before a word that can show the end of a sentence and a quotation opened, an article or a preposition."""

POSSESSIVE = re.compile(r"[’']s?$")
TOKEN = re.compile(rf"{TOGETHER.pattern}|(?:[A-Z]\.){{2,}}|[A-Z]\.(?=\s[A-Z])|[^\W_](?:[\w’'.&-]*\w)?")
_START = re.compile(r"(?:^Q?|[.!?:;•|…]|\s[-–—]|[“‘\"(\[/])[\s”’\")\]*]*$")
_INSIDE = re.compile(r"(?:\b(?:[DMSJ]r|Mrs|Ms|St|Gen|Sen|Rep|Gov|Prof)|(?:^|[\s.])[A-Z])\.\s$")
"""What ends in a full stop inside a sentence: titles, initials, and "U.S."."""
_ARTICLE = re.compile(r"\b(?:[Tt]he|[Aa]n?|[Tt]h(?:is|ese|at|ose)|[Oo]ur|[Yy]our|[Aa]ny|[Ee]ach)\s$")
_NUMBERED = re.compile(r"-\d+$")
_LABEL_OF_A_LINK = re.compile(r"(?<=\])(?:\s?\[\w+\]|\w+)")  # "[tide tables][inline]", Markdown left as text
_SHOUTED = 6  # letters of a word that English knows, all capital, from which it is no abbreviation
_LOUD = 4  # the same beside another word all capital
_LONG = 4  # letters of a word that a title in capitals would capitalise
_HEADING = 3  # words before a colon from which they may be a heading that the text runs in
_LONG_HEADING = 6  # long words without one
_TITLED = 0.6  # share of long words with a capital above which a text is a title


class Token(NamedTuple):
    """A word and its place.

    `starts` says that a sentence may start here, where a capital says nothing; `defined` that an article stands before
    it, where a capital makes a term of one common word ("the Decision"); `loud` that it is a word of English among
    others in capitals ("FACT SHEET"): then `word` has but the first.
    """

    word: str
    start: int
    end: int
    starts: bool
    defined: bool
    loud: bool = False

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
        bare = self.word.replace(".", "")
        return self.word[0].isupper() and not NO_NAME.fullmatch(bare) and not any(map(str.isdigit, self.word))

    @property
    def is_body(self) -> bool:
        """Whether this is what bodies, laws, meetings or places are called."""
        return bool(BODY.fullmatch(self.bare))

    @property
    def is_post(self) -> bool:
        """Whether this is a post."""
        return bool(POST.fullmatch(self.bare))

    @property
    def is_initial(self) -> bool:
        """Whether this is the first letter of a name: "J."."""
        return len(self.key) == 1


def tokens_of(text: str) -> list[Token]:
    """The words of a text in order; none in dates and addresses."""
    text = blanked(DATE, blanked(_LABEL_OF_A_LINK, blanked(ADDRESS, text)))
    tokens = [
        Token(match.group(), match.start(), match.end(), _starts(match), _is_defined(match))
        for match in TOKEN.finditer(text)
    ]
    loud = set(_loud(tokens))
    return [
        token._replace(word=token.word.capitalize(), starts=True, loud=True) if at in loud else token
        for at, token in enumerate(tokens)
    ]


def _starts(match: re.Match[str]) -> bool:
    """Whether this is a word with a capital where a sentence may start; of others it does not matter."""
    place, back = match.start(), max(0, match.start() - LOOK_BACK)
    if not match.string[place].isupper() or _INSIDE.search(match.string, back, place):
        return False
    return bool(_START.search(match.string, back, place))


def _is_defined(match: re.Match[str]) -> bool:
    """Whether this is a word with a capital after an article; of others it does not matter."""
    place = match.start()
    return match.string[place].isupper() and bool(_ARTICLE.search(match.string, max(0, place - LOOK_BACK), place))


def _loud(tokens: list[Token]) -> Iterator[int]:
    """The places of English words in capitals beside others so; short ones only beside long ones.

    Beside an abbreviation a short word may be one, too: "EU LIFE".
    """
    shouted = [token.word.isupper() and (len(token.word) >= _SHOUTED or is_english(token.bare)) for token in tokens]
    if not any(one and other for one, other in pairwise(shouted)):
        return
    long = [is_shouted and len(token.word) >= _LOUD for token, is_shouted in zip(tokens, shouted, strict=True)]
    for at, token in enumerate(tokens):
        others = shouted if long[at] else long
        if shouted[at] and is_english(token.bare) and any(others[max(0, at - 1) : at] + others[at + 1 : at + 2]):
            yield at


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
    return f" {' '.join(word_key(word) for word in TOKEN.findall(text))} "


def is_title(text: str) -> bool:
    """Whether the text writes most words with a capital, as titles do: then a capital says nothing."""
    return _is_titled(text, tokens_of(text))


def title_end(text: str, tokens: list[Token]) -> int:
    """Up to where the text writes most words with a capital: to its end, or to that of a heading it runs in, or 0.

    "Keeping Harbours Open: the Tidal Office will": a heading ends with a colon, or where the capitals end after many.
    """
    if _is_titled(text, tokens):
        return len(text)
    colon = text.find(":")
    head = [token for token in tokens if token.start < colon]
    if len(head) >= _HEADING and _is_titled(text[:colon], head):
        return colon
    telling = (token for token in tokens if _is_long(token) and not STOP_WORD.fullmatch(token.word))
    long = list(takewhile(lambda token: token.word[0].isupper(), telling))
    return long[-1].end if len(long) >= _LONG_HEADING else 0


def _is_titled(text: str, tokens: list[Token]) -> bool:
    if text.endswith((".", ":", ";", ",")):
        return False
    long = [token.word[0].isupper() for token in filter(_is_long, tokens[1:])]
    return len(long) > 1 and sum(long) > len(long) * _TITLED


def _is_long(token: Token) -> bool:
    """Whether a title would write this word with a capital."""
    return len(token.word) >= _LONG and token.word.isalpha()
