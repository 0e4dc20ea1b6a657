"""Times as pages of any publisher give them, in markup or in words. Pure."""

import re
from datetime import date, datetime

from selectolax.lexbor import LexborNode

from monitor.html import text
from monitor.models import Note, utc_text

MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTHS = {name[:length]: number for number, name in enumerate(MONTH_NAMES, 1) for length in (3, 4, len(name))}
MONTH = f"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})"

ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?")
DAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.? (?:of )?{MONTH}\.?,? (?P<year>\d{{4}})\b",
        rf"\b{MONTH}\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b",
        r"\b(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})\b",
    )
)
"""Days as people write them. "03/04/2026" is not among them: April in one country is March in another."""


def first_time(nodes: list[LexborNode]) -> str | None:
    """The time the first element gives, as ISO 8601: in UTC, or the day alone. None where it gives none."""
    return _time(nodes[0])[0] if nodes else None


def note(node: LexborNode) -> Note:
    """An entry of the history: its time, and its words without that time."""
    at, written = _time(node)
    words = text(node)
    return Note(at, words.replace(written, "", 1).strip(" :–—-") if written else words)


def _time(node: LexborNode) -> tuple[str | None, str]:
    """The time in an element, from markup made for it or else from its words, and those words."""
    marked = node if node.tag in ("time", "meta") else node.css_first("time")
    if marked is not None:
        value = marked.attributes.get("datetime") or marked.attributes.get("content")
        at = _read(value) if value else None
        if at:
            return at[0], text(marked)
    return _read(text(node)) or (None, "")


def _read(words: str) -> tuple[str, str] | None:
    """The first time in some words as ISO 8601, and as it is written there."""
    if found := ISO.search(words):
        return _iso(found[0]), found[0]
    for pattern in DAYS:
        if (found := pattern.search(words)) and (day := _day(found)):
            return day, found[0]
    return None


def _day(found: re.Match[str]) -> str | None:
    """The day a match of `DAYS` names; None where the calendar has none such."""
    month = MONTHS.get(found["month"].lower()) or int(found["month"])
    try:
        return date(int(found["year"]), month, int(found["day"])).isoformat()
    except ValueError:
        return None


def _iso(written: str) -> str:
    """In UTC where a zone is given; without one nobody can tell, and the day alone is certain."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return written[:10]
    return utc_text(at) if at.tzinfo else written[:10]
