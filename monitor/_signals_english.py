"""Which words English writes in lower case. Pure.

`_signals_english.txt` holds common ones without their regular endings, from SCOWL (levels 10 to 50, British and
American), copyright 2000-2011 Kevin Atkinson. Permission to use, copy, modify, distribute and sell these word lists,
the associated scripts, the output created from the scripts, and its documentation for any purpose is hereby granted
without fee, provided that the above copyright notice appears in all copies and that both that copyright notice and this
permission notice appear in supporting documentation. Kevin Atkinson makes no representations about the suitability of
this array for any purpose. It is provided "as is" without express or implied warranty.
"""

from functools import cache, lru_cache
from importlib.resources import files

_ENDINGS = ("s", "es", "d", "ed", "ing", "ly")
_SHORTEST = 3  # letters a word has without its ending


@lru_cache(maxsize=20_000)
def is_english(word: str) -> bool:
    """Whether this word, in any case, is one of English's common words: "Decision", "improving", no "Zambrano"."""
    word = word.casefold()
    stems = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
    return word in _words() or any(
        stem in _words() or f"{stem}e" in _words() for stem in stems if len(stem) >= _SHORTEST
    )


@cache
def _words() -> frozenset[str]:
    return frozenset(files("monitor").joinpath("_signals_english.txt").read_text(encoding="ascii").split())
