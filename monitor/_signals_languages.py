"""Which texts are not in English, whose capitals say other things. Pure."""

import re
from collections.abc import Sequence

from monitor._signals_english import is_english
from monitor.words import STOP_WORD

_FEWEST = 4  # words in lower case that tell the language of a text
_ENGLISH = 0.5  # share of English ones among them, below which it is another
_GERMAN = re.compile(
    r"d(?:er|ie|as|en|em|es)|und|oder|ein(?:e[nmrs]?)?|ist|sind|wird|werden|hat|haben|wurden?|nicht|auch|f[üu]r|mit|von"
    r"|vom|zu[mr]?|im|am|auf|aus|bei|beim|nach|über|sich|sie|wir|ihr|als|wie|durch|dass"
)
"""Articles, prepositions and helping verbs of German, the one language that writes every noun with a capital."""

_OFTEN = 0.2  # share of these in a German text


def is_foreign(words: Sequence[str]) -> bool:
    """Whether the words of a text are of another language than English; a text of names alone is of none."""
    small = [word for word in words if word.isalpha() and word[0].islower()]
    english = sum(is_english(word) or bool(STOP_WORD.fullmatch(word)) for word in small)
    return len(small) >= _FEWEST and english < len(small) * _ENGLISH


def is_german(words: Sequence[str]) -> bool:
    """Whether the words of a text that is not English are German."""
    small = [word for word in words if word.isalpha() and word[0].islower()]
    return sum(bool(_GERMAN.fullmatch(word)) for word in small) > len(small) * _OFTEN
