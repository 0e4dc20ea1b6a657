"""One check + what was known -> everything that must be written. Pure: deciding twice writes nothing new.

decide
├── a listing      its entries become pages in their turn; the first one is the source's baseline
├── let go         a page that is not followed: no version, never due
├── unchanged      the look agreed with the current version
├── what differs, what is gone, what is back      `_decide_known`
└── anything else  an outcome, a longer pause, never a version
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor import routes, schedule
from monitor._decide_copies import is_behind, is_hinted, touched_at
from monitor._decide_page import agreed, failed, new_address
from monitor.models import (
    Budget,
    Check,
    Decision,
    Event,
    Fetch,
    Filter,
    Kind,
    Known,
    Outcome,
    Page,
    Role,
    Source,
)

DEPTH_MOST = 2
"""How many listings may stand above one that names pages."""


def decide(
    check: Check, known: Known, source: Source, filters: Mapping[str, Filter], budget: Budget | None = None
) -> Decision:
    """What this check means and everything it writes. `filters` holds what each channel of the config takes; regular
    expressions in them are left open: see `routes`.

    `budget` is what a source spends from that chooses its looks; others have none.
    """
    decision = _decided(check, known)
    if check.reading and check.reading.let_go:
        return decision
    every, spread = source.every, schedule.SPREAD
    if budget and check.page.role is not Role.ITEM:
        decision = _taught(decision, source)
        spread = schedule.CHOSEN_SPREAD
        every = schedule.wait(decision.page, budget, source.time_zone, check.checked_at)
    if check.page.depth and check.page.listed_at:
        every = max(every, schedule.TOLD_WAIT)
    if is_behind(check, known):
        every = min(every, schedule.CONFIRM_WITHIN)
    due_at = schedule.next_check_at(
        decision.page, decision.outcome, check.checked_at, every, check.fetch.retry_after, spread
    )
    watched = (_watched(event, decision, known, source) for event in decision.events)
    return replace(
        decision,
        events=tuple(_routed(event, known, source, filters) for event in watched),
        page=replace(decision.page, next_check_at=None if check.page.role is Role.ITEM else due_at),
        touched_at=touched_at(decision),
    )


def _taught(decision: Decision, source: Source) -> Decision:
    """With what the look taught of when the page is edited. What is not believed yet teaches nothing."""
    check = decision.check
    if not decision.outcome.healthy:
        return decision
    edited = any(
        event.change and event.change.kind in (Kind.EDITED, Kind.WITHDRAWN, Kind.REINSTATED)
        for event in decision.events
    )
    page = schedule.learnt(decision.page, check.statement, edited, source.time_zone, check.checked_at)
    return replace(decision, page=page)


def reparsed(page: Page, known: Known, at: datetime) -> Event | None:
    """What a new reading of the stored snapshot (`known.reread`) writes; None where it says the same. `at` is the last
    look that found what the snapshot has."""
    from monitor._decide_known import reparsed as found

    return found(Check(page, at, Outcome.UNCHANGED, Fetch(page.url)), known.version, known) if known.version else None


def needs_known(check: Check) -> bool:
    """Whether the decision can depend on more of the past than the page's own state."""
    read = check.statement is not None
    hinted = is_hinted(check.page) and check.outcome is Outcome.UNCHANGED
    return read or hinted or check.outcome is Outcome.GONE or check.page.removed or new_address(check) is not None


def feeds_read_again(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions of one round, each feed with an item not believed yet to be read in full at its next look.

    Belief takes looks alike, and a feed that is as it was would pass for unchanged without a look at its items.
    """
    doubted = {each.page.source for each in decisions if each.page.role is Role.ITEM and not each.outcome.healthy}
    return [
        replace(each, page=replace(each.page, essence=None, etag=None, last_modified=None))
        if each.page.role is Role.LISTING and each.page.source in doubted
        else each
        for each in decisions
    ]


def in_time(decision: Decision, now: datetime) -> Decision:
    """The decision, with its page's pause counted from now, where the clock was set back since the look."""
    due_at, ahead = decision.page.next_check_at, decision.check.checked_at - now
    if due_at is None or ahead <= timedelta(0):
        return decision
    return replace(decision, page=replace(decision.page, next_check_at=due_at - ahead))


def _watched(event: Event, decision: Decision, known: Known, source: Source) -> Event:
    """With what became of the quotes that are watched on the page."""
    change, sides = event.change, routes.subject(event, known)
    if not source.quotes or change is None or sides is None or change.kind in (Kind.REPARSED, Kind.PUBLISHED):
        return event
    from monitor import quotes, render  # with the comparing and wording rules they are heavy

    wanted = quotes.meant_for(source.quotes, decision.check.page.url)
    before = None if change.kind is Kind.RESTORED and event.version is None else sides.before
    found = quotes.changed(wanted, before, sides.after if decision.outcome.healthy else None)
    if not found:
        return event
    summary = render.quotes_summary(change.kind, found)
    return replace(event, change=replace(change, quotes=found, summary=summary))


def _routed(event: Event, known: Known, source: Source, filters: Mapping[str, Filter]) -> Event:
    """With the channels that are told, as far as words alone decide that."""
    change = routes.subject(event, known)
    if change is None or event.change is None:
        return event
    open_ = ((name, routes.without_patterns(filters[name])) for name in source.channels if name in filters)
    told = tuple(name for name, filter_ in open_ if routes.refusal(name, filter_, source, change) is None)
    return replace(event, change=replace(event.change, channels=told))


def _decided(check: Check, known: Known) -> Decision:
    reading = check.reading
    if reading and reading.let_go:
        unread = replace(agreed(check), essence=None, etag=None, last_modified=None)  # or none would say it again
        return Decision(check, Outcome.UNCHANGED, replace(unread, next_check_at=None))
    if reading and check.page.depth >= DEPTH_MOST and any(entry.listing for entry in reading.entries or ()):
        deep = replace(reading, detail=f"an index below {DEPTH_MOST} others: what it names is not read")
        return Decision(replace(check, reading=deep), Outcome.FEED, failed(check))
    if check.outcome is Outcome.OK and reading and reading.entries is not None:
        outcome = Outcome.OK if check.page.seen_at is None else Outcome.UNCHANGED
        return Decision(check, outcome, agreed(check), discovered=reading.entries, filled=True)
    if needs_known(check):
        from monitor._decide_known import decided  # comparing and wording are heavy, and most looks need neither

        return decided(check, known)
    if check.outcome is Outcome.UNCHANGED:
        return Decision(check, Outcome.UNCHANGED, agreed(check))
    return Decision(check, check.outcome, failed(check))
