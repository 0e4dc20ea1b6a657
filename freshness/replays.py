"""Replays a trace: the product's own schedule, and a uniform interval beside it, at the same number of looks. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush

from freshness.traces import Trace
from monitor import schedule
from monitor.models import Budget, Note, Outcome, Page, Statement, utc_text

DAY = timedelta(days=1)
ZONE = "Europe/London"


@dataclass(slots=True)
class Run:
    """What came of a schedule: hours from each edit to the look that found it, edits lost to a later one before any
    look, looks taken, and the days that pages were watched, summed."""

    hours: list[float] = field(default_factory=list)
    lost: int = 0
    looks: int = 0
    page_days: float = 0.0

    @property
    def rate(self) -> float:
        """Looks per page and day."""
        return self.looks / self.page_days

    @property
    def mean(self) -> float:
        """Hours of delay."""
        return sum(self.hours) / len(self.hours)

    def within(self, hours: float) -> float:
        """Share of the edits seen so soon."""
        return sum(found <= hours for found in self.hours) / len(self.hours)

    @property
    def slowest(self) -> float:
        """Hours within which all but the slowest hundredth of the edits were seen."""
        return sorted(self.hours)[int(0.99 * len(self.hours))]

    def found(self, edits: Sequence[datetime], at: datetime) -> None:
        """A look found these edits; all but the last are lost."""
        self.hours += ((at - edit) / timedelta(hours=1) for edit in edits)
        self.lost += max(0, len(edits) - 1)


def chosen(trace: Trace, per_page: float) -> Run:
    """The product's schedule with so many looks per page and day on average.

    A page is watched from its publication, or from the trace's beginning; a look shows its history up to then and
    nothing later. What the budget keeps back on average comes on top of the looks asked for, so that those are taken.
    """
    watch = _Watch(trace)
    entries = sorted((max(trace.begin, times[0]), name) for name, times in trace.pages.items())
    for number, ((begin, name), upto) in enumerate(zip(entries, [*entries[1:], (trace.end, "")], strict=True), 1):
        watch.enter(begin, name, schedule.budget_for(number, per_page))
        watch.until(upto[0])
        watch.run.page_days += (upto[0] - begin) / DAY * number
    return watch.run


class _Watch:
    """The pages watched so far, and when each is due."""

    def __init__(self, trace: Trace) -> None:
        self.run = Run()
        self._trace = trace
        self._pages: list[Page] = []
        self._times: list[tuple[datetime, ...]] = []
        self._shown: list[int] = []
        self._edits = self._odd_edits = 0.0
        self._due: list[tuple[datetime, int]] = []
        self._budget = Budget(0, None, schedule.START_PRICE, trace.begin, odd=schedule.odd_share(0, 0))

    def enter(self, at: datetime, name: str, most: int) -> None:
        """One more page, due at once, and the budget that goes with it."""
        heappush(self._due, (at, len(self._pages)))
        self._pages.append(Page(len(self._pages), "trace", f"https://www.example.gov.uk/{name}"))
        self._times.append(self._trace.pages[name])
        self._shown.append(0)
        self._budget = replace(self._budget, pages=len(self._pages), most=most)

    def until(self, end: datetime) -> None:
        """All looks before then."""
        while self._due[0][0] < end:
            now, number = heappop(self._due)
            if now.date() != self._budget.priced_at.date():
                self._count(now)
            has_room = schedule.room(self._budget, now) != 0
            self._budget = schedule.charged(self._budget, 1, int(has_room), now)
            next_at = self._look(now, number) if has_room else schedule.put_off_until(number, now)
            heappush(self._due, (next_at, number))

    def _look(self, now: datetime, number: int) -> datetime:
        """When the page is due again."""
        self.run.looks += 1
        if shown := self._news(now, number):
            self._learn(number, _statement(shown), now)
        page = self._pages[number]
        wait = schedule.wait(page, self._budget, ZONE, now)
        return schedule.next_check_at(page, Outcome.UNCHANGED, now, wait, None, schedule.CHOSEN_SPREAD)

    def _count(self, now: datetime) -> None:
        """Counts the pages' edits anew, as the store does."""
        known = [(page, schedule.usual_edits(now - page.edited_at)) for page in self._pages if page.edited_at]
        level = schedule.level(self._edits, sum(page.exposure + since for page, since in known))
        waits = ((1, page.exposure / page.edits if page.edits else since) for page, since in known)
        first = schedule.first_level(sum(page.edits > 0 for page, _ in known), waits, level)
        odd = schedule.odd_share(self._edits, self._odd_edits)
        self._budget = replace(self._budget, odd=odd, level=level, first_level=first)

    def _learn(self, number: int, statement: Statement, now: datetime) -> None:
        before = self._pages[number]
        after = self._pages[number] = schedule.learnt(before, statement, True, ZONE, now)
        self._edits += after.edits - before.edits
        self._odd_edits += after.odd_edits - before.odd_edits

    def _news(self, now: datetime, number: int) -> tuple[datetime, ...]:
        """The page's history, where it has grown since the last look."""
        times, before = self._times[number], self._shown[number]
        after = before
        while after < len(times) and times[after] <= now:
            after += 1
        self._shown[number] = after
        self.run.found([at for at in times[max(before, 1) : after] if at >= self._trace.begin], now)
        return times[:after] if after > before else ()


def uniform(trace: Trace, per_page: float) -> Run:
    """Every page at the same interval, each with a phase of its own."""
    run, every = Run(), DAY / per_page
    for name, times in trace.pages.items():
        begin = max(trace.begin, times[0])
        first = begin + every * schedule.fraction(name)
        looks = max(0, (trace.end - first) // every + 1)
        run.looks += looks
        run.page_days += (trace.end - begin) / DAY
        by_look: dict[int, list[datetime]] = {}
        for edit in times[1:]:
            if edit >= begin:
                by_look.setdefault(-((first - edit) // every), []).append(edit)
        for look, edits in by_look.items():
            if look < looks:
                run.found(edits, first + every * look)
    return run


def _statement(times: Sequence[datetime]) -> Statement:
    """A page whose history has these times, oldest first."""
    notes = tuple(Note(utc_text(at), "") for at in reversed(times))
    return Statement("https://www.example.gov.uk/", "", "trace", published_at=utc_text(times[0]), notes=notes)
