"""The names a text gives: people, places and organisations, told by their capitals. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from monitor._signals_english import is_english
from monitor._signals_mentions import ADDRESS, DATE, REFERENCE, Mention, blanked
from monitor.words import STOP_WORD

_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|[^\W_](?:[\w’'.&-]*\w)?")
_START = re.compile(r"(?:^|[.!?:;•|…]|\s[-–—]|[“‘\"(\[/])[\s”’\")\]*]*$")
_PARTICLE = "of|for|&|d[aeio]|des|du|del|della|dos|das|la|le|v[ao]n|der|den|y|e|al|bin|ibn"
_JOIN = re.compile(rf"\s(?:(?:{_PARTICLE})\s(?:the\s)?)?")
_LIST_JOIN = re.compile(r",?\s(?:and\s)?")  # only where what is listed belongs to one office: "Department of X and Y"
_OFFICE = re.compile(r"\s(?:of|for)\s")
_POSSESSIVE = re.compile(r"[’']s?$")
_INITIALS = re.compile(r"\.|(?<=\b[^\W\d_])\s(?=[^\W\d_]\b)|(?<=\b[^\W\d_]\.)\s(?=[^\W\d_]\b)")
_NUMBERED = re.compile(r"-\d+$")
_NO_NAME = re.compile(
    r"I(?:[’'].*)?|[A-Z]-[a-z].*|PDF|HTML|CSV|XLSX?|ODS|ODT|DOCX?|ZIP|[KMG]B|Yes|No|None|Total|TB[AC]|Mr|Mrs|Ms|Dr|Easter|Christmas"
    r"|(?:COVID|Covid|SARS|MERS|HIV|AIDS|PCR|LFDs?|LFTs?|PPE|FAQs?|Q&As?|IDs?|PINs?|TV|DNA|VAT|BSL|SMS|GMT|BST|UTC|CES?T|EE?ST|GPS|ATMs?|QR|USB)(?:-.*)?"
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

_POST = re.compile(
    r"(?:President|Minister|Secretary|Chair(?:man|woman)?|Ambassador|Representative|Chancellor|Commissioner|Advis[eo]r"
    r"|Director|Governor|Mayor|Officer|Analyst|Manager|Administrator|Scientist|Envoy|Counsel|Speaker|Spokesperson)s?"
)
"""Posts: without a person's name they are none, whatever stands before them ("Chief Veterinary Officer")."""

_BODY = re.compile(
    r"(?:Department|Ministry|Office|Agency|Authority|Commission|Council|Committee|Board|Trust|Fund|Bank|Union|Association"
    r"|Society|Institute|Institution|Foundation|University|College|School|Court|Parliament|Service|Embassy|Treaty|Hall"
    r"|Convention|Act|Agreement|Party|Church|Hospital|Forces?|Army|Navy|Administration|Bureau|Alliance|Federation|Museum"
    r"|House|Centre|Center|Group|Programme|Program|Bill|Order|Rules|Regulations|Hotel|Airport|League|Festival|Forum|Limited|Ltd|plc|Inc|LLP)"
)
"""What bodies, laws and buildings are called: part of their names."""

_PEOPLE = re.compile(
    r"(?:\w{2,}(?:[aeiou]an|ish|ese)|American|African|German|French|Dutch|Greek|Swiss|Thai|Czech|Welsh|Slovak|Uzbek|Kazakh"
    r"|Turk|Kurd|Arab|Arabic|Saudi|Iraqi|Pakistani|Israeli|Bangladeshi|Emirati|Qatari|Kuwaiti|Omani|Yemeni|Nepali|Somali"
    r"|Afghan|Cuban|Mexican|German|Filipino|Icelandic|Hebrew|Hindi|Urdu|Farsi)s?"
)
"""Peoples and languages."""

_ACRONYM = re.compile(r"[A-Z]{2,}s?")
_SPELT_OUT = re.compile(r"(?P<words>(?:\b\w[\w-]*[\s,]+){1,7})\(?(?P<short>[A-Z]{2,}s?)\)")
_LONG = 4  # letters of a word that a title in capitals would capitalise
_FEW_WORDS = 30  # words up to which looking for them costs less than reading every text
_LOOK_BACK = 4  # characters before a word that can show the end of a sentence, and a quotation opened
_ENTRY = 4  # words of a list entry or table cell that may be nothing but a name


class Vocabulary(NamedTuple):
    """The keys of words that the statements at hand write in lower case, and with a capital inside a sentence."""

    common: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()

    def is_common(self, token: "Token") -> bool:
        """Whether the word alone is no name: in lower case here, or in English and never with a capital here."""
        return token.key in self.common or (token.key not in self.known and is_common(token.word))


class Token(NamedTuple):
    """A word and its place; `starts` says that a sentence may start here, where a capital says nothing."""

    word: str
    start: int
    end: int
    starts: bool

    @property
    def key(self) -> str:
        return word_key(self.word)


def _is_no_body(token: Token, seen: Vocabulary) -> bool:
    return seen.is_common(token) and not _BODY.fullmatch(token.word)


def is_common(word: str) -> bool:
    """Whether English writes the word in lower case; letters all capital are an abbreviation."""
    return not word.isupper() and is_english(word)


@lru_cache(maxsize=20_000)
def word_key(word: str) -> str:
    """A word without its case, possessive, number and dots: "Government’s" is "government", "COVID-19" "covid"."""
    return _NUMBERED.sub("", _POSSESSIVE.sub("", word)).replace(".", "").casefold()


def in_order(text: str) -> str:
    """The keys of all words of a text in order, so that "in" tells whether a name stands in it."""
    return f" {' '.join(word_key(word) for word in _TOKEN.findall(text))} "


def spelt_together(name: str, text: str) -> bool:
    """Whether the name stands in the text with other points, or spaces between initials: "J. D. Finch", "JD Finch"."""
    return _squeezed(name) in _squeezed(text)


def reordered(name: str, text: str) -> bool:
    """Whether the words of the name stand together in the text in another order, at most one word between them.

    A title has them anywhere.
    """
    words, others = in_order(name).split(), in_order(text).split()
    size = len(others) if is_title(text) else len(words) + 1
    windows = (others[start : start + size] for start in range(max(1, len(others) - size + 1)))
    return len(words) > 1 and any(Counter(words) <= Counter(window) for window in windows)


def _squeezed(text: str) -> str:
    return _INITIALS.sub("", text).casefold()


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
    """Whether words in lower case before the parenthesis spell out its letters: "venous thromboembolism (VTE)"."""
    words: list[str] = re.findall(r"\w+", match["words"])
    letters = match["short"].rstrip("s")
    for start, word in enumerate(words):
        spelt = words[start:]
        if word[0].upper() == letters[0] and len(spelt) <= len(letters) and _in_turn(letters.casefold(), spelt):
            return sum(each[0].isupper() for each in spelt) * 2 < len(spelt)
    return False


def _in_turn(letters: str, words: Sequence[str]) -> bool:
    """Whether the letters stand in the words in this order."""
    rest = iter("".join(words).casefold())
    return all(letter in rest for letter in letters)


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
        and (titled or whole or _is_name(token, following, seen))
        for token, following in zip_longest(tokens, tokens[1:])
    ]
    cores = (_core(run, seen, weak=titled or whole) for run in _runs(tokens, marked, text))
    return [_name(text, run) for run in cores if run]


def _core(run: list[Token], seen: Vocabulary, *, weak: bool) -> list[Token]:
    """The words of a run that make it a name; none where it is common words or a post alone.

    `weak`: in a title or an entry, where every word may have a capital, the common words around a name are none of it.
    """
    while weak and len(run) > 1 and run[1].start > run[0].end + 1 and _is_no_body(run[0], seen):
        run = run[1:]  # "Readout of the …"
    if len(run) > 1 and any(_BODY.fullmatch(token.word) for token in run):
        return run
    proper = [at for at, token in enumerate(run) if not seen.is_common(token)]
    if not proper and (weak or run[0].starts or len(run) == 1):
        return []
    core = run[proper[0] : proper[-1] + 1] if weak else run
    words = [_POSSESSIVE.sub("", token.word) for token in core]
    return [] if any(map(_POST.fullmatch, words)) and all(map(is_common, words)) else core


def _tokens(text: str) -> list[Token]:
    text = blanked(DATE, blanked(ADDRESS, text))
    return [Token(match.group(), match.start(), match.end(), _starts(match)) for match in _TOKEN.finditer(text)]


def _starts(match: re.Match[str]) -> bool:
    """Whether this is a word with a capital where a sentence may start; of others it does not matter."""
    place = match.start()
    return match.string[place].isupper() and bool(_START.search(match.string, max(0, place - _LOOK_BACK), place))


def _name(text: str, run: list[Token]) -> Mention:
    """A run as a mention; a people or language without more ("British nationals") is a weak one."""
    words = _POSSESSIVE.sub("", text[run[0].start : run[-1].end])
    people = [bool(_PEOPLE.fullmatch(token.word)) for token in run]
    others = [token.word for token, is_people in zip(run, people, strict=True) if not is_people]
    weak = any(people) and all(is_common(word) and not _BODY.fullmatch(word) for word in others)
    return Mention(words, in_order(_RANK.sub("", words)).strip(), run[0].start, weak)


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


def _is_name(token: Token, following: Token | None, seen: Vocabulary) -> bool:
    """Whether this capital is that of a name."""
    if _ACRONYM.fullmatch(token.word):
        return token.key not in seen.common
    if (token.word.isupper() and len(token.word) > 1) or token.key in seen.known:
        return True
    if not token.starts:
        return True
    if token.word.isalpha() and not is_english(token.word):
        return token.key not in seen.common
    if following and following.word in ("of", "for") and _BODY.fullmatch(token.word):
        return True
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
