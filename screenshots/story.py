"""A fictional department's year: the demo's statements, edited over nine months and seen by the program's own code.

Nothing is fetched, and no time passes: each look is made of bytes, and read, judged and recorded as the daemon does.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.check import read
from monitor.decide import decide
from monitor.demo.markup import page as page_html
from monitor.demo.publications import NEW_RELEASE, Publication, Tokens
from monitor.demo.statements import (
    BRIDGE_INSPECTIONS,
    BUOY_COLOURS,
    EEL_SURVEY,
    FERRY_TIMETABLE,
    FLOOD_GATES,
    HARBOUR_FUND,
    LOCK_KEEPERS,
    MOORING_FEES,
    PILOT_BOATS,
)
from monitor.demo.statements import (
    NEWS as NEWS_PATH,
)
from monitor.models import (
    AlertState,
    Attachment,
    Check,
    Decision,
    Entry,
    Fetch,
    Filter,
    Note,
    Outcome,
    Page,
    Quote,
    Reading,
    Role,
    Settlement,
    Source,
    Withdrawal,
)
from monitor.stores.sqlite import Store

SITE = "https://www.rivers.example"
BEGINS = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)
DAYS = 245
ENDS = BEGINS + timedelta(days=DAYS)
EVERY = timedelta(days=3)
LISTING = SITE + "/government/news.atom"
TOKENS = Tokens("n0nce", "csrf", "1f")
CHANNELS = ("desk", "hook")

NEWS = (HARBOUR_FUND, FERRY_TIMETABLE, BRIDGE_INSPECTIONS, BUOY_COLOURS, MOORING_FEES)
SPEECHES = (LOCK_KEEPERS, FLOOD_GATES)
SURVEYS = (EEL_SURVEY,)

Edit = Callable[[Publication, datetime], Publication]


def address(publication: Publication) -> str:
    """Where it is published."""
    return SITE + publication.path


SOURCES = (
    Source("rivers-news", listing=LISTING, every=EVERY, channels=CHANNELS),
    Source(
        "rivers-speeches",
        tuple(map(address, SPEECHES)),
        every=EVERY,
        channels=CHANNELS,
        quotes=(Quote("every lock must have a keeper who lives within an hour of it"),),
    ),
    Source("rivers-surveys", tuple(map(address, SURVEYS)), every=EVERY, channels=("hook",)),
)


def silently(old: str, new: str) -> Edit:
    """Words replaced, and nothing said."""
    return lambda publication, at: replace(publication, body=_swapped(publication.body, old, new), edited_at=_iso(at))


def announced(note: str, *swaps: tuple[str, str]) -> Edit:
    """Words replaced, and an entry in the history."""

    def edit(publication: Publication, at: datetime) -> Publication:
        body = publication.body
        for old, new in swaps:
            body = _swapped(body, old, new)
        return replace(publication, body=body, notes=(Note(_iso(at), note), *publication.notes), edited_at=_iso(at))

    return edit


def withdrawn(why: str) -> Edit:
    """A withdrawn notice."""
    return lambda publication, at: replace(publication, withdrawn=Withdrawal(_iso(at), why), edited_at=_iso(at))


def with_files(*attachments: Attachment) -> Edit:
    """Other attachments, and nothing said."""
    return lambda publication, at: replace(publication, attachments=attachments, edited_at=_iso(at))


def rewritten(old: str, new: str) -> Edit:
    """An entry of the history that reads otherwise than it did."""

    def edit(publication: Publication, at: datetime) -> Publication:
        notes = tuple(replace(note, text=new) if note.text == old else note for note in publication.notes)
        return replace(publication, notes=notes, edited_at=_iso(at))

    return edit


def _swapped(body: str, old: str, new: str) -> str:
    if old not in body:
        raise ValueError(f"the text has no “{old}”")
    return body.replace(old, new)


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


SHORTER_SURVEY = Attachment("Eel survey 2025", "/government/uploads/eel-survey-2025-2.pdf", "PDF, 1.1 MB, 36 pages")

EDITS: Mapping[int, tuple[Publication, Edit]] = {
    20: (HARBOUR_FUND, silently("up to £1.5 million", "up to £15 million")),
    41: (FERRY_TIMETABLE, announced("The last boat on Sundays now leaves at 8:05pm.", ("7:20pm", "8:05pm"))),
    55: (HARBOUR_FUND, announced("Corrected the largest sum.", ("up to £15 million", "up to £1.5 million"))),
    63: (EEL_SURVEY, silently("rose in 11 rivers and fell in 7", "rose in 8 rivers and fell in 10")),
    88: (HARBOUR_FUND, silently("must match a tenth", "should match a tenth")),
    101: (FLOOD_GATES, silently("the motors were not, and that we should have known", "the motors were not")),
    118: (BUOY_COLOURS, withdrawn("The colours are now set out in the charts.")),
    132: (HARBOUR_FUND, announced("Added who sits on the panel.", ("three harbour masters", "five harbour masters"))),
    140: (EEL_SURVEY, with_files(SHORTER_SURVEY, EEL_SURVEY.attachments[1])),
    171: (LOCK_KEEPERS, silently("every lock must have", "every lock may have")),
    196: (FLOOD_GATES, silently("and 31 cellars were flooded", "and a number of cellars were flooded")),
    214: (HARBOUR_FUND, rewritten("Corrected the largest sum.", "Minor corrections.")),
    226: (FERRY_TIMETABLE, announced("Corrected a spelling.", ("more than 3.2 metres", "more than 2.3 metres"))),
    238: (HARBOUR_FUND, silently("within 30 days of an invoice", "within 90 days of an invoice")),
}
"""What the department does on which day."""

PUBLISHED = 30
"""The day the pilot boats are launched."""

AWAY: Mapping[str, tuple[range, Outcome]] = {
    address(BRIDGE_INSPECTIONS): (range(110, 136), Outcome.TIMEOUT),
    address(HARBOUR_FUND): (range(149, 168), Outcome.STATUS),
    address(MOORING_FEES): (range(190, DAYS + 1), Outcome.GONE),
    address(LOCK_KEEPERS): (range(239, DAYS + 1), Outcome.BLOCKED),
    address(EEL_SURVEY): (range(241, DAYS + 1), Outcome.TIMEOUT),
}
"""When an address gave no page, and what it gave."""

STATUS = {Outcome.STATUS: 500, Outcome.GONE: 410, Outcome.BLOCKED: 403}


@dataclass
class Months:
    """Time passing over a store."""

    store: Store
    sources: Mapping[str, Source]

    def look(self, at: datetime, named: Collection[str], new: Mapping[str, str], listed: Collection[str]) -> None:
        """One look at every page at the `named` addresses: at `new` HTML, or at what was there before."""
        pages = self.store.claim_pages(at, 1000, timedelta(minutes=5), list(named))
        entries = tuple(map(Entry, listed))
        self.store.record([self._decided(page, at, new.get(page.url), entries) for page in pages], at)

    def _decided(self, page: Page, at: datetime, html: str | None, entries: tuple[Entry, ...]) -> Decision:
        check = _listed(page, at, entries) if page.role is Role.LISTING else _check(page, at, html)
        source = self.sources[page.source]
        return decide(check, self.store.known(page.id), source, {name: Filter() for name in source.channels})


def _listed(page: Page, at: datetime, entries: tuple[Entry, ...]) -> Check:
    fetch = Fetch(page.url, 200, content_type="application/atom+xml", elapsed_ms=97, wire_bytes=2048)
    return Check(page, at, Outcome.OK, fetch, Reading(entries=entries), essence=f"govuk {len(entries)}")


def _check(page: Page, at: datetime, html: str | None) -> Check:
    away = AWAY.get(page.url)
    if away and (at - BEGINS).days in away[0]:
        fetch = Fetch(page.url, STATUS.get(away[1]), away[1], f"as the story has it: {away[1]}", elapsed_ms=212)
        return Check(page, at, away[1], fetch)
    if html is None:
        fetch = Fetch(page.url, 304, not_modified=True, elapsed_ms=38, wire_bytes=310)
        return Check(page, at, Outcome.UNCHANGED, fetch)
    body = html.encode()
    headers = (("content-type", "text/html; charset=utf-8"), ("server", "rivers"), ("cache-control", "max-age=300"))
    fetch = Fetch(page.url, 200, headers=headers, content_type=headers[0][1], body=body, elapsed_ms=141)
    reading: Reading = read(fetch, _PARSER, Role.STATEMENT)
    return Check(page, at, reading.outcome or Outcome.OK, fetch, reading)


_PARSER = SOURCES[0].parser


def tell(path: Path) -> None:
    """Makes a database in which the whole story was seen, and most of it was told."""
    store = Store.open(path)
    try:
        store.sync_sources(SOURCES, BEGINS)
        months = Months(store, {source.name: source for source in SOURCES})
        current = {publication.path: publication for publication in (*NEWS, *SPEECHES, *SURVEYS)}
        for day in filter(_is_busy, range(DAYS + 1)):
            at = BEGINS + timedelta(days=day, minutes=7 * day % 240)
            new = {address(current[path]): _html(current[path]) for path in _edited(day, current, at)}
            news = [address(each) for each in current.values() if each.path.startswith(NEWS_PATH)]
            months.look(at, [LISTING], {}, news)
            months.look(at, [*map(address, current.values())], new, news)
            _deliver(store, at + timedelta(seconds=2))
    finally:
        store.close()


def _is_busy(day: int) -> bool:
    return day % EVERY.days == 0 or day in EDITS or day == PUBLISHED


def _edited(day: int, current: dict[str, Publication], at: datetime) -> list[str]:
    """Does what the day brings; the paths of what is new."""
    if day == 0:
        return list(current)
    if day == PUBLISHED:
        current[PILOT_BOATS.path] = replace(PILOT_BOATS, published_at=_iso(at), edited_at=_iso(at))
        return [PILOT_BOATS.path]
    if day not in EDITS:
        return []
    publication, edit = EDITS[day]
    current[publication.path] = edit(current[publication.path], at - timedelta(hours=3))
    return [publication.path]


def _html(publication: Publication) -> str:
    return page_html(publication, SITE, NEW_RELEASE, TOKENS)


def _deliver(store: Store, at: datetime) -> None:
    """Everything arrives, but what the hook was to have on one day: that is given up."""
    for alert in store.claim_alerts(at, 100, timedelta(minutes=5), patient=False):
        lost = alert.channel == "hook" and (at - BEGINS).days == min(EDITS)
        state, detail = (AlertState.FAILED, "410 gone") if lost else (AlertState.SENT, "accepted")
        store.settle_alert(alert.id, Settlement(state, detail), at)
