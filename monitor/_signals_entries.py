"""Whether two entries of lists are about the same. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

from monitor.words import STOP_WORD

_WORD = re.compile(r"[\w’']+")
_HEAD = re.compile(r"[:;,.(–](?!\d)\s*|\s-\s")
_SHORT_FORM = re.compile(r"\(([A-Z]\w*[A-Z]\w*)\)")
_LONG_HEAD = 4  # words from which what stands before an entry's first mark is a sentence, no name of a thing
_SAME_IN_PLACE = 0.4
"""Share of its words that the shorter of two entries has in common with the other where one is the other, reworded."""


def is_other(old: str, new: str) -> bool:
    """Whether an entry is about something else than the one in whose place it stands."""
    same = is_same(old, new, _SAME_IN_PLACE) or _has_short_form(old, new) or _has_short_form(new, old)
    return old != new and not same and _heads_differ(old, new)


def is_same(text: str, other: str, share: float) -> bool:
    """Whether two entries, each a sentence and no name of a thing, have this share of the shorter in common."""
    long = all(len(_told(_HEAD.split(each, maxsplit=1)[0])) >= _LONG_HEAD for each in (text, other))
    return long and _shared(_told(text), _told(other)) >= share


def _has_short_form(text: str, other: str) -> bool:
    """Whether an entry gives its thing's abbreviation and the other has that, too: "Tidal Instrument (TIi)"."""
    return any(match[1] in _WORD.findall(other) for match in _SHORT_FORM.finditer(text))


def _told(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.casefold()) if not STOP_WORD.fullmatch(word)]


def _shared(old: Sequence[str], new: Sequence[str]) -> float:
    kept = Counter(old) & Counter(new)
    return kept.total() / max(1, min(len(old), len(new)))


def _heads_differ(before: str, after: str) -> bool:
    """Whether two entries begin with other words and share less than half of those before their first mark.

    An entry that was only extended at its beginning is still about the same.
    """
    old, new = (_WORD.findall(_HEAD.split(text.casefold(), maxsplit=1)[0]) for text in (before, after))
    kept = Counter(old) & Counter(new)
    extended = set(old) <= set(_WORD.findall(after.casefold())) or set(new) <= set(_WORD.findall(before.casefold()))
    same = old[:1] == new[:1] or extended or "".join(old) == "".join(new)
    return not same and kept.total() * 2 < max(len(old), len(new))
