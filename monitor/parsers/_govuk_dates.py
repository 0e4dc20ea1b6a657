"""The dates GOV.UK shows and the times it hides in attributes, as ISO 8601. Pure."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from selectolax.lexbor import LexborNode

from monitor.html import text
from monitor.models import utc_text

# English, and Welsh, the other language the publisher's dates are set in.
MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr",
    )
    for number, name in enumerate(names.split(), 1)
}
# Whitehall's notices before 2016: "March 4th, 2016".
ORDINAL = re.compile(r"\b([^\W\d]+)\s+(\d{1,2})(?:st|nd|rd|th),\s+(\d{4})\b")
SHOWN = re.compile(r"\b(\d{1,2})\s+([^\W\d]+)\s+(\d{4})\b")
# "Last updated", "Updated" in the languages of the publisher's templates.
UPDATED = re.compile(
    r"updated|diweddar|actuali[sz]|atualiz|mise à jour|aktuali|aggiorna|ostatni|обновл|оновл|تحديث|更新", re.IGNORECASE
)
SUMMER_TIME = timedelta(hours=1)


def day(words: str) -> str | None:
    """The first date in words, "3 March 2016" as `2016-03-03`; None where there is none."""
    return next((iso for _, iso in days(words)), None)


def days(words: str) -> list[tuple[str, str]]:
    """Every date in words, each with the words before it (its label) and as `2016-03-03`."""
    found, at = [], 0
    words = ORDINAL.sub(r"\2 \1 \3", words)
    for match in SHOWN.finditer(words):
        iso = _iso_day(*match.groups())
        if iso:
            found.append((words[at : match.start()].strip(), iso))
            at = match.end()
    return found


def _iso_day(day_of_month: str, month: str, year: str) -> str | None:
    number = MONTHS.get(month.lower())
    try:
        return date(int(year), number, int(day_of_month)).isoformat() if number else None
    except ValueError:
        return None


def utc(stamp: str | None) -> str | None:
    """A time with its offset as UTC, a bare day as it is; None where it is neither."""
    if not stamp:
        return None
    try:
        if len(stamp) == len("2016-03-03"):
            return date.fromisoformat(stamp).isoformat()
        at = datetime.fromisoformat(stamp)
        return utc_text(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError):  # the latter in the years 1 and 9999
        return None


def stamp(node: LexborNode) -> str | None:
    """The time an element gives: `time[datetime]`, `abbr[title]` (before 2016), else the date its words name."""
    timed = node.css_first("time[datetime], abbr[title]")
    exact = utc(timed.attrs.get("datetime") or timed.attrs.get("title")) if timed else None
    return exact or day(text(node))


def sharpened(shown: str | None, candidates: Iterable[str | None]) -> str | None:
    """The first candidate time that falls on the day shown, else the day as shown."""
    return next((at for at in candidates if shown and at and falls_on(shown, at)), shown)


def falls_on(shown: str, at: str) -> bool:
    """Whether a UTC time is on a day in London, be it winter or summer there."""
    if len(at) == len(shown):
        return at == shown
    moment = datetime.fromisoformat(at)
    return shown in (moment.date().isoformat(), (moment + SUMMER_TIME).date().isoformat())
