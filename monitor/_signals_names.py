"""The names a text gives: people, places and organisations, told by their capitals. Pure."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from monitor._signals_mentions import ADDRESS, DATE, REFERENCE, Mention, blanked, references
from monitor.words import STOP_WORD

_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|[^\W_](?:[\w’'.&-]*\w)?")
_START = re.compile(r"(?:^|[.!?:;•|…]|[“‘\"(\[/])[\s”’\")\]*]*$")
_JOIN = re.compile(r"\s(?:(?:of|for|de|&)\s(?:the\s)?)?")
_LIST_JOIN = re.compile(r",?\s(?:and\s)?")  # only where what is listed belongs to one office: "Department of X and Y"
_OFFICE = re.compile(r"\s(?:of|for)\s")
_POSSESSIVE = re.compile(r"[’']s?$")
_NUMBERED = re.compile(r"-\d+$")
_NO_NAME = re.compile(
    r"I(?:[’'].*)?|PDF|HTML|CSV|XLSX?|ODS|ODT|DOCX?|ZIP|[KMG]B|Yes|No|None|Total|TB[AC]|Mr|Mrs|Ms|Dr|Easter|Christmas"
    r"|(?:COVID|Covid|SARS|MERS|HIV|AIDS|PCR|LFDs?|LFTs?|PPE|FAQs?|IDs?|TV|DNA)(?:-.*)?"
)
_OPENER = re.compile(
    r"(?:Latest|New|Former|All|Any|Each|Every|Both|Many|Most|More|Some|Other|Several|Our|Your|Its|Today|Now|Also|Once|Then"
    r"|When|While|Where|Why|How|What|About|After|Before|During|Since|Under|Until|Within|Read|See|Visit|Contact|Download"
    r"|Check|Find|Apply|Use|Get|View|Added|Updated|Published|Removed|Joint|Dear|Thank|Welcome|However|Although|Because)"
)
"""Words that begin a sentence or a heading and are no part of the name they stand before."""

_RANK = re.compile(
    r"^(?:.*\s)?(?:President|Minister|Secretary(?: of State)?|Chairman|Chair|Senators?|Congress(?:wo)?man"
    r"|Ambassador|Representatives?|Chancellor|Commissioner|Advisor|Adviser|Director|Governor|Mayor|Professor|Sir|Dame|Lord|Lady"
    r"|Baroness|Judge|Justice|General|Colonel|Captain|King|Queen|Prince|Princess)\s(?=[A-Z]\w+)"
)
"""Ranks before a person's name: with another rank it is the same name."""

_ACRONYM = re.compile(r"[A-Z]{2,}s?")
_SMALL = ("and", "or", "of", "for", "the", "in", "to")
_SPELT_OUT = re.compile(r"(?P<words>(?:\b[a-z][\w-]*[\s,]+){1,7})\(?(?P<short>[A-Z]{2,}s?)\)")
_LONG = 4  # letters of a word that a title in capitals would capitalise
_FEW_WORDS = 30  # words up to which looking for them costs less than reading every text
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


@lru_cache(maxsize=20_000)
def word_key(word: str) -> str:
    """A word without its case, possessive, number and dots: "Government’s" is "government", "COVID-19" "covid"."""
    return _NUMBERED.sub("", _POSSESSIVE.sub("", word)).replace(".", "").casefold()


def in_order(text: str) -> str:
    """The keys of all words of a text in order, so that "in" tells whether a name stands in it."""
    return f" {' '.join(word_key(word) for word in _TOKEN.findall(text))} "


def spelt_together(name: str, text: str) -> bool:
    """Whether a name of several words stands in the text with other spaces or points: "J.D. Finch", "JD Finch"."""
    return len(name.split()) > 1 and _squeezed(name) in _squeezed(text)


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def vocabulary(texts: Iterable[str], passages: Iterable[str]) -> Vocabulary:
    """What these texts tell of the case of words that the passages write with a capital; titles tell nothing."""
    common, known = set[str](), set[str]()
    for text in _holding(_capitals(passages), texts):
        tokens = _tokens(text)
        common.update(token.key for token in tokens if token.word[0].islower())
        common.update(word_key(match["short"]) for match in _SPELT_OUT.finditer(text) if _abbreviates(match))
        if not _titled(text, tokens):
            known.update(token.key for token in tokens if _capital(token) and not token.starts)
    return Vocabulary(frozenset(common), frozenset(known - common))


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
    """Whether the words before the parenthesis begin with its letters."""
    letters = match["short"].rstrip("s").casefold()
    return "".join(word[0] for word in re.findall(r"\w+", match["words"]) if word not in _SMALL).endswith(letters)


def names(text: str, seen: Vocabulary, *, entry: bool = False) -> list[Mention]:
    """Runs of words that are a name, in order. `entry`: a list entry or a cell, which may be a name as a whole.

    A capital at the start of a sentence makes a name only where more speaks for it: letters all capital, another
    capital next to it, or the same word with a capital inside a sentence.
    """
    tokens = _tokens(blanked(REFERENCE, text))
    titled = _titled(text, tokens)
    whole = (
        entry and len(tokens) <= _ENTRY and all(_capital(token) or STOP_WORD.fullmatch(token.word) for token in tokens)
    )
    marked = [
        _capital(token)
        and not STOP_WORD.fullmatch(token.word)
        and (_is_name(token, following, seen, titled=titled) or (whole and token.key not in seen.common))
        for token, following in zip_longest(tokens, tokens[1:])
    ]
    found = [
        _name(text[run[0].start : run[-1].end], run[0].start)
        for run in _runs(tokens, marked, text)
        if len(run) > 1 or run[0].key not in seen.common
    ]
    return sorted([*references(text), *found], key=lambda mention: mention.start)


def _tokens(text: str) -> list[Token]:
    text = blanked(DATE, blanked(ADDRESS, text))
    return [Token(match.group(), match.start(), match.end(), _starts(match)) for match in _TOKEN.finditer(text)]


def _starts(match: re.Match[str]) -> bool:
    """Whether this is a word with a capital where a sentence may start; of others it does not matter."""
    place = match.start()
    return match.string[place].isupper() and bool(_START.search(match.string, max(0, place - _LOOK_BACK), place))


def _name(words: str, start: int) -> Mention:
    bare = _RANK.sub("", _POSSESSIVE.sub("", words))
    return Mention(_POSSESSIVE.sub("", words), in_order(bare).strip(), start)


def is_title(text: str) -> bool:
    """Whether the text writes most words with a capital, as titles do: then a capital says nothing."""
    return _titled(text, _tokens(text))


def _titled(text: str, tokens: list[Token]) -> bool:
    if text.endswith((".", ":", ";", ",")):
        return False
    long = [token.word[0].isupper() for token in tokens[1:] if len(token.word) >= _LONG and token.word.isalpha()]
    return len(long) > 1 and sum(long) > len(long) * 0.6


def _capital(token: Token) -> bool:
    return token.word[0].isupper() and not _NO_NAME.fullmatch(token.word) and not any(map(str.isdigit, token.word))


def _is_name(token: Token, following: Token | None, seen: Vocabulary, *, titled: bool) -> bool:
    """Whether this capital is that of a name."""
    if _ACRONYM.fullmatch(token.word):
        return token.key not in seen.common
    if (token.word.isupper() and len(token.word) > 1) or token.key in seen.known:
        return True
    if not token.starts:
        return not titled or token.key not in seen.common
    beside = following is not None and _capital(following) and not following.starts
    return beside and token.key not in seen.common and not _OPENER.fullmatch(token.word)


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
