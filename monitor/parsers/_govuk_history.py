"""GOV.UK's update history and its published and updated dates, in every era's markup. Pure."""

from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from monitor.html import cut, matches, text
from monitor.models import Note
from monitor.parsers._govuk_dates import UPDATED, days, sharpened, stamp, utc
from monitor.parsers._govuk_page import Head

# 2025-, 2016-2025, manuals and services, Whitehall before 2016: there the footer repeats the list under the title.
ITEMS = (
    ".gem-c-published-dates__change-item",
    ".app-c-published-dates__change-item",
    ".gem-c-metadata__change-history li",
    "#full-history li",
    ".footer-change-notes dt",
    ".change-notes dt",
    ".change-notes li",
    ".change_notes li",
)
TIMES = ("time", "abbr", ".gem-c-published-dates__change-date", ".app-c-published-dates__change-date")
LISTS = (
    ".gem-c-published-dates__change-history",
    ".app-c-published-dates__change-history",
    ".gem-c-metadata__change-history",
    "#full-history",
    ".footer-change-notes",
    "section.change-notes",
    ".change-notes dl",  # in an entry that begins with the day
    ".change_notes",
)
DATES = (
    ".gem-c-published-dates",
    ".app-c-published-dates",
    ".gem-c-inverse-header__subtext",
    ".publication-header__last-changed",
    ".document-footer-meta .history",
)


@dataclass(frozen=True, slots=True)
class Days:
    """The days a page shows as its publication and its last public update; `kept` where pages like it show them."""

    published: str | None = None
    updated: str | None = None
    kept: bool = False

    def or_else(self, other: "Days") -> "Days":
        """These, completed by others."""
        return Days(self.published or other.published, self.updated or other.updated, self.kept or other.kept)


NO_DAYS = Days()


def take_notes(page: LexborNode) -> tuple[Note, ...]:
    """The update history, newest first, cut out of the page."""
    items = next((found for layout in ITEMS if (found := matches(page, (layout,)))), [])
    notes = [note for item in items if (note := _note(item)) is not None]
    cut(page, LISTS)
    if all(note.at for note in notes):
        notes.sort(key=lambda note: note.at or "", reverse=True)
    return tuple(notes)


def _note(item: LexborNode) -> Note | None:
    if item.tag == "dt":
        return _defined(item)
    at = stamp(item)
    cut(item, TIMES)
    words = text(item)
    return Note(at, words) if words else None


def _defined(term: LexborNode) -> Note | None:
    """Whitehall's note: the time is the term and the note its definition, or (until 2013) the other way round."""
    definition = term.next
    while definition is not None and definition.tag != "dd":
        definition = definition.next
    if definition is None:
        return None
    time, note = (definition, term) if term.css_first("abbr, time") is None else (term, definition)
    words = text(note)
    return Note(stamp(time), words) if words else None


def take_days(page: LexborNode) -> Days:
    """The days shown by the dates component or an HTML attachment's header, cut out of the page."""
    found = Days()
    for component in matches(page, DATES):
        found = found.or_else(labelled(text(component)))
    cut(page, DATES)
    return found


def labelled(words: str, known: Days = NO_DAYS) -> Days:
    """The days in "Published 3 March 2016 Last updated 24 June 2016".

    A lone date is whichever its label says; the update where the publication is `known` and no label says otherwise.
    """
    found = days(words)
    published = [iso for label, iso in found if not UPDATED.search(label)]
    updated = [iso for label, iso in found if UPDATED.search(label)]
    if not updated and (known.published or len(published) > 1):
        updated = published[-1:]
    return Days(next(iter(published), None), next(iter(updated), None), kept=True)


def published_at(shown: Days, known: Head, notes: tuple[Note, ...]) -> str | None:
    """When the page was first published: the shown day with the time the head or the oldest note gives it.

    Where readers are shown no day, the head's time. The public update stands in where the page was never updated.
    """
    first, public = utc(known.first_published_at), utc(known.public_updated_at)
    if shown.published is None:
        return first
    return sharpened(shown.published, (first, notes[-1].at if notes else None, None if shown.updated else public))


def updated_at(shown: Days, known: Head, notes: tuple[Note, ...]) -> str | None:
    """The public update: the shown day with its time; where readers are shown no day at all, the head's time.

    None where the page was never updated.
    """
    public = utc(known.public_updated_at)
    if shown.updated is not None:
        return sharpened(shown.updated, (public, notes[0].at if notes else None))
    return None if shown.kept or public == utc(known.first_published_at) else public
