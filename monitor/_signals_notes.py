"""What the publisher's notes own up to: whether they speak of trifles alone, and what they leave unsaid. Pure.

The rules are for English, and lean to the publisher's side: what a note may have meant, it has said.
"""

import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from monitor.models import BlockChange, SignalName

_LINK = r"(?:hyper|web)?links?(?!\sbetween)|urls?|web\saddress(?:es)?"
_SPELLING = r"typ(?:o|os|ographical)|mis-?typ\w+|mis-?prints?|mis-?spel\w+|spellings?|gramm\w+|punctuation"
_DEEDS = r"(?:chang|edit|amend|correct|updat|tweak|fix|revis|improve|adjust|clarif|alter|word|issue|error|version)\w*"
_TRIFLE = re.compile(
    rf"\b(?:{_SPELLING}|{_LINK}|(?:re-?)?formatt\w+|formats?\s{_DEEDS}|{_DEEDS}\s(?:of\s|to\s|the\s)*formats?|layouts?"
    rf"|cosmetic|stylistic|house\s?style|housekeeping|accessib\w+\s{_DEEDS}"
    rf"|(?:minor|small|slight|tiny|trivial|technical)\s(?:\w+\s){{0,2}}?{_DEEDS})\b",
    re.IGNORECASE,
)
_LINKS = re.compile(rf"\b(?:{_LINK})\b", re.IGNORECASE)
_OF_SPELLING = re.compile(rf"\b(?:{_SPELLING})\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[.;,:]\s|\s(?:and|also|plus)\s")
_DEED = re.compile(r"\b(?:\w{3,}ed|new|now|changes?|corrections?|updates?|additions?)\b", re.IGNORECASE)

_SPEAKS_OF = {
    SignalName.FIGURE: r"figures?|numbers?|numeric\w*|amounts?|prices?|fees?|rates?|costs?|totals?|sums?|data|phone",
    SignalName.DATE: r"dates?|deadlines?|times?|timings?|days?|months?|years?|periods?|calendar",
    SignalName.NAME: r"names?|named|contacts?|titles?|address(?:es)?",
    SignalName.MODAL: r"requirements?|obligations?|must|should|may",
    SignalName.NEGATION: r"not|negative|negation",
}
_LETTERS_OFF = 2
"""Letters in which a name that was spelt wrong may differ from the name."""


def trifling(notes: Sequence[str]) -> bool:
    """Whether there are notes, and every deed they tell of is a matter of spelling, links, layout or the like."""
    return bool(notes) and all(map(_is_trifling, notes))


def _is_trifling(note: str) -> bool:
    clauses = _CLAUSE.split(note)
    deeds = [clause for clause in clauses if _DEED.search(clause) or len(clauses) == 1]
    return any(map(_TRIFLE.search, clauses)) and all(map(_TRIFLE.search, deeds))


def is_owned(change: BlockChange, notes: Sequence[str]) -> bool:
    """Whether the notes speak of links and this block gained, lost or altered one: its words came with the link."""
    return bool(change.links) and any(map(_LINKS.search, notes))


def is_said(name: SignalName, words: str, notes: Sequence[str]) -> bool:
    """Whether the notes own up to this touch of an edit: by its sort, by its words, or as a name spelt wrong."""
    said = " ".join(notes)
    old, arrow, new = words.partition(" → ")
    respelt = name is SignalName.NAME and bool(arrow) and Levenshtein.distance(old, new) <= _LETTERS_OFF
    return (
        bool(re.search(rf"\b(?:{_SPEAKS_OF[name]})\b", said, re.IGNORECASE))
        or words.split()[-1] in said
        or (respelt and bool(_OF_SPELLING.search(said)))
    )
