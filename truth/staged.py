"""Edits staged on real pages of every type: what the publisher's tools do to a page, and what we then say of it.

Labelled pairs hold few rewritten histories, moved dates or renamed departments. Here each is made on every page that
has the place for it, so the rules are measured on as many pages as there are.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from monitor.compare import compare
from monitor.disclose import kind, verdict
from monitor.html import decode
from monitor.models import SignalName, Statement
from truth.corpus import CORPUS, parsed
from truth.figure import Figure, counted

SECTION = "staged"
FOLDERS = ("govuk_main_by_type", "govuk_main_withdrawn", "govuk_main_html_attachment", "govuk_rendered_2026")

ENTRY = re.compile(r"<li[^>]*change-item.*?</li>", re.DOTALL)
UPDATED = re.compile(r"((?:Last updated|Updated):?(?:\s|<[^>]*>)*)\d{1,2} [A-Z][a-z]+ \d{4}")
STILL_CURRENT = re.compile(r"(Still current at:?(?:\s|<[^>]*>)*)\d{1,2} [A-Z][a-z]+ \d{4}")
PUBLIC_UPDATED = re.compile(r'(govuk:public-updated-at" content=")[^"]*')
FROM = re.compile(r'(<a[^>]*href="/(?:government|world)/organisations/[^"]*"[^>]*>)[^<]+(?=</a>)')
FACTS = re.compile(r"<dl.*?</dl>", re.DOTALL)
MAIN = re.compile(r"<main[^>]*>")
RELATED = re.compile(r"(<nav[^>]*related-navigation__nav-section[^>]*>.*?<ul[^>]*>)", re.DOTALL)
PARAGRAPH = re.compile(r'(class="[^"]*govspeak[^"]*"[^>]*>\s*<p>[^<.]{30,})', re.DOTALL)
MORE = "<li><a class='govuk-link' href='/lamps'>Lamps for harbours</a></li>"
BANNER = (
    "<section class='gem-c-notice' aria-label='Notice' role='region'><h2 class='gem-c-notice__title'>"
    "This was published under the <span lang='en'>2031 to 2033 Ferris Harbour government</span></h2></section>"
)
LATER, EARLIER = ("20 November 2031", "2031-11-20"), ("5 January 2011", "2011-01-05")

Make = Callable[[str], str | None]
"""A page's HTML as the edit leaves it; None where the page has no place for it."""


class Staged(NamedTuple):
    """What is done to a page, what is to be said of it, and the signals of which one must be there (none: any)."""

    make: Make
    told: str
    signals: frozenset[SignalName] = frozenset()


def figures(one_in: int = 1) -> Iterator[Figure]:
    """A figure for each kind of edit, of one in so many of the pages that have the place for it."""
    paths = [path for folder in FOLDERS for path in sorted((CORPUS / folder).glob("*.html"))][::one_in]
    pages = [page for path in paths for page in _page(path)]
    for name, edit in EDITS.items():
        made = [(path, before, parsed(html)) for path, text, before in pages if (html := edit.make(text)) is not None]
        misses = [
            f"{path.parent.name}/{path.name}: {said}"
            for path, before, after in made
            if (said := _said(before, after, edit.signals)) != edit.told
        ]
        yield counted(SECTION, f"{name}: {edit.told}", misses, len(made), 1)


def _page(path: Path) -> Iterator[tuple[Path, str, Statement]]:
    """The file, its text and its statement; nothing where it holds none."""
    text, _ = decode(path.read_bytes(), "text/html; charset=utf-8")
    statement = parsed(text)
    if isinstance(statement, Statement):
        yield path, text, statement


def _said(before: Statement, after: object, wanted: frozenset[SignalName]) -> str:
    if not isinstance(after, Statement):
        return f"page then {after}"
    comparison = compare(before, after)
    if not comparison:
        return "unchanged"
    found = verdict(before, after, comparison)
    missing = wanted and wanted.isdisjoint(signal.name for signal in found.signals)
    return f"{kind(before, after, comparison)} {found.disclosure}" + (" without its signal" if missing else "")


# --- what is done to a page ------------------------------------------------------------------------------------------


def _entry_added(html: str) -> str | None:
    first = ENTRY.search(html)
    if first is None:
        return None
    return html[: first.start()] + _entry_dated(first[0], *LATER) + html[first.start() :]


def _entry_dated(entry: str, day: str, iso: str) -> str:
    timed = re.sub(r'datetime="[^"]*"', f'datetime="{iso}T10:00:00.000+00:00"', entry)
    return re.sub(r"(<time[^>]*>)[^<]*", rf"\g<1>{day}", timed)


def _entry_changed(place: int, least: int, change: Callable[[str], str]) -> Make:
    """Changes the entry at this place of a list of at least so many."""

    def make(html: str) -> str | None:
        entries = list(ENTRY.finditer(html))
        if len(entries) < least:
            return None
        entry = entries[place]
        changed = html[: entry.start()] + change(entry[0]) + html[entry.end() :]
        return changed if changed != html else None

    return make


def _reworded(entry: str) -> str:
    return re.sub(r"(\w)(\W*(?:</p>\s*)?</li>)$", r"\1 and the tables\2", entry)


def _date_moved(day: str, iso: str) -> Make:
    """Moves the update date wherever the page shows it, its history's entries aside."""

    def make(html: str) -> str | None:
        entries = ENTRY.findall(html)
        parts = ENTRY.split(html)
        moved = [UPDATED.sub(rf"\g<1>{day}", part) for part in parts]
        if moved == parts:
            return None
        woven = moved[0] + "".join(entry + part for entry, part in zip(entries, moved[1:], strict=True))
        return PUBLIC_UPDATED.sub(rf"\g<1>{iso}T10:00:00.000+00:00", woven)

    return make


def _replaced(pattern: re.Pattern[str], text: str) -> Make:
    """Puts the text where the pattern is found."""

    def make(html: str) -> str | None:
        changed = pattern.sub(text, html)
        return changed if changed != html else None

    return make


def _renamed(html: str) -> str | None:
    changed = FACTS.sub(lambda facts: FROM.sub(r"\1The Renamed Office", facts[0]), html)
    return changed if changed != html else None


def _banner(html: str) -> str | None:
    return None if "This was published under" in html else MAIN.sub(rf"\g<0>{BANNER}", html, count=1)


REWRITTEN = frozenset({SignalName.HISTORY_REWRITTEN})
EDITS = {
    "an entry added": Staged(_entry_added, "edited announced", frozenset({SignalName.NOTE_ONLY})),
    "the newest entry removed": Staged(_entry_changed(0, 3, lambda _: ""), "edited silent", REWRITTEN),
    "an entry in between removed": Staged(_entry_changed(1, 3, lambda _: ""), "edited silent", REWRITTEN),
    "the oldest entry removed": Staged(_entry_changed(-1, 3, lambda _: ""), "edited silent", REWRITTEN),
    "an entry reworded": Staged(_entry_changed(0, 2, _reworded), "edited silent", REWRITTEN),
    "an entry dated back": Staged(
        _entry_changed(0, 2, lambda entry: _entry_dated(entry, *EARLIER)), "edited silent", REWRITTEN
    ),
    # Travel advice shows the day of its latest update as its update date: the same words of a later day are an entry.
    "the update date moved forward": Staged(
        _date_moved(*LATER), "edited announced", frozenset({SignalName.DATE_ONLY, SignalName.NOTE_ONLY})
    ),
    "the update date moved back": Staged(_date_moved(*EARLIER), "edited silent", frozenset({SignalName.BACKDATED})),
    "a figure added to the text": Staged(
        _replaced(PARAGRAPH, r"\1 within 14 days"), "edited silent", frozenset({SignalName.FIGURE})
    ),
    "a department renamed": Staged(_renamed, "unchanged"),
    "a banner of history mode": Staged(_banner, "unchanged"),
    "another related link": Staged(_replaced(RELATED, rf"\1{MORE}"), "unchanged"),
    "still current at another day": Staged(_replaced(STILL_CURRENT, rf"\g<1>{LATER[0]}"), "unchanged"),
    "other line breaks": Staged(_replaced(re.compile(r"\n"), "\n  "), "unchanged"),
}
