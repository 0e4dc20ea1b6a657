"""The names a text gives: people, places and organisations, told by their capitals. Pure."""

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from monitor._signals_mentions import ADDRESS, DATE, Mention, blanked
from monitor.words import STOP_WORD

_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|[^\W_](?:[\w’'.&-]*\w)?")
_START = re.compile(r"(?:^|[.!?:;•|…]|[“‘\"(\[/])[\s”’\")\]*]*$")
_JOIN = re.compile(r"\s(?:(?:of|for|de|&)\s(?:the\s)?)?")
_LIST_JOIN = re.compile(r",?\s(?:and\s)?")  # only where what is listed belongs to one office: "Department of X and Y"
_OFFICE = re.compile(r"\s(?:of|for)\s")
_POSSESSIVE = re.compile(r"[’']s?$")
_NUMBERED = re.compile(r"-?\d+$")
_NO_NAME = re.compile(r"I(?:[’'].*)?|PDF|HTML|CSV|XLSX?|ODS|ODT|DOCX?|ZIP|[KMG]B|Yes|No|None|Total|Mr|Mrs|Ms|Dr")
_LONG = 4  # letters of a word that a title in capitals would capitalise
_LOOK_BACK = 4  # characters before a word that can show the end of a sentence, and a quotation opened
_ENTRY = 4  # words of a list entry or table cell that may be nothing but a name


class Vocabulary(NamedTuple):
    """The keys of words that the statements at hand write in lower case, and with a capital inside a sentence."""

    common: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()


class Token(NamedTuple):
    """A word and its place; `starts` says that a sentence may start here, where a capital says nothing."""

    word: str
    start: int
    end: int
    starts: bool

    @property
    def key(self) -> str:
        return word_key(self.word)


def word_key(word: str) -> str:
    """A word without its case, possessive, number and dots: "Government’s" is "government", "COVID-19" "covid"."""
    return _NUMBERED.sub("", _POSSESSIVE.sub("", word)).replace(".", "").casefold()


def word_keys(text: str) -> frozenset[str]:
    """The keys of all words of a text, and of the parts of those joined by hyphens or slashes."""
    return frozenset(word_key(word) for word in _TOKEN.findall(text))


def vocabulary(texts: Iterable[str]) -> Vocabulary:
    """What these texts tell of their words' case. Titles in capitals tell nothing."""
    common, known = set[str](), set[str]()
    for text in texts:
        tokens = _tokens(text)
        common.update(token.key for token in tokens if token.word[0].islower())
        if not _titled(tokens):
            known.update(token.key for token in tokens if _capital(token) and not token.starts)
    return Vocabulary(frozenset(common), frozenset(known - common))


def names(text: str, seen: Vocabulary, *, entry: bool = False) -> list[Mention]:
    """Runs of words that are a name, in order. `entry`: a list entry or a cell, which may be a name as a whole.

    A capital at the start of a sentence makes a name only where more speaks for it: letters all capital, another
    capital next to it, or the same word with a capital inside a sentence.
    """
    tokens = _tokens(text)
    titled = _titled(tokens)
    whole = (
        entry and len(tokens) <= _ENTRY and all(_capital(token) or STOP_WORD.fullmatch(token.word) for token in tokens)
    )
    marked = [
        _capital(token)
        and not STOP_WORD.fullmatch(token.word)
        and (_is_name(token, following, seen, titled=titled) or (whole and token.key not in seen.common))
        for token, following in zip_longest(tokens, tokens[1:])
    ]
    return [
        Mention(
            _POSSESSIVE.sub("", text[run[0].start : run[-1].end]), " ".join(token.key for token in run), run[0].start
        )
        for run in _runs(tokens, marked, text)
    ]


def _tokens(text: str) -> list[Token]:
    text = blanked(DATE, blanked(ADDRESS, text))
    return [Token(match.group(), match.start(), match.end(), _starts(match)) for match in _TOKEN.finditer(text)]


def _starts(match: re.Match[str]) -> bool:
    """Whether this is a word with a capital where a sentence may start; of others it does not matter."""
    place = match.start()
    return match.string[place].isupper() and bool(_START.search(match.string, max(0, place - _LOOK_BACK), place))


def _titled(tokens: list[Token]) -> bool:
    """Whether the text writes most words with a capital, as titles do: then a capital says nothing."""
    long = [token.word[0].isupper() for token in tokens[1:] if len(token.word) >= _LONG and token.word.isalpha()]
    return len(long) > 1 and sum(long) > len(long) * 0.6


def _capital(token: Token) -> bool:
    return token.word[0].isupper() and not _NO_NAME.fullmatch(token.word) and not any(map(str.isdigit, token.word))


def _is_name(token: Token, following: Token | None, seen: Vocabulary, *, titled: bool) -> bool:
    """Whether this capital is that of a name."""
    if (token.word.isupper() and len(token.word) > 1) or token.key in seen.known:
        return True
    if not token.starts:
        return not titled or token.key not in seen.common
    beside = following is not None and _capital(following) and not following.starts
    return beside and token.key not in seen.common


def _runs(tokens: list[Token], marked: list[bool], text: str) -> Iterator[list[Token]]:
    """Marked words that make one name together."""
    run: list[Token] = []
    for token, name in zip(tokens, marked, strict=True):
        if run and name and not _joins(run, token, text):
            yield run
            run = []
        if name:
            run.append(token)
    if run:
        yield run


def _joins(run: list[Token], token: Token, text: str) -> bool:
    """Whether the word goes on with the name: beside it, joined by "of", or listed as in "Department of X and Y"."""
    last = run[-1]
    if _JOIN.fullmatch(text, last.end, token.start):
        return not _POSSESSIVE.search(last.word)
    return bool(_LIST_JOIN.fullmatch(text, last.end, token.start) and _OFFICE.search(text, run[0].start, last.end))
