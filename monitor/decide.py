"""One check + what was known -> everything that must be written. Pure: deciding twice writes nothing new.

decide
├── unchanged      the look agreed with the current version
├── a listing      its entries become pages; the first one is the source's baseline
├── a statement    first version, equal, edited, withdrawn …; upheaval and flapping are confirmed first
├── gone           removed at the third look alike
└── anything else  an outcome, a longer pause, never a version
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from monitor import disclose, render, schedule, screen
from monitor.compare import compare, content_hash
from monitor.models import (
    Check,
    Comparison,
    Decision,
    Disclosure,
    Entry,
    Event,
    FieldChange,
    Filter,
    Kind,
    Known,
    NewChange,
    NewVersion,
    Outcome,
    Page,
    Role,
    Source,
    Statement,
    Verdict,
    Version,
    canonical,
)

FLIPS_BELIEVED = 1
"""Returns to an earlier version that are alerted before the page counts as flapping."""


def decide(check: Check, known: Known, source: Source, filters: Mapping[str, Filter]) -> Decision:
    """What this check means and everything it writes. `filters` holds what each channel of the config takes."""
    decision = _decided(check, known)
    due_at = schedule.next_check_at(
        decision.page, decision.outcome, check.checked_at, source.every, check.fetch.retry_after
    )
    return replace(
        decision,
        events=tuple(_routed(event, source, filters) for event in decision.events),
        page=replace(decision.page, next_check_at=None if check.page.role is Role.ITEM else due_at),
    )


def needs_known(check: Check) -> bool:
    """Whether the decision can depend on more of the past than the page's own state."""
    read = check.reading is not None and check.reading.statement is not None
    return read or check.outcome is Outcome.GONE or check.page.removed or _new_address(check) is not None


def takes(filter_: Filter, source: str, change: NewChange) -> bool:
    """Whether a channel with this filter is told of the change."""
    disclosure = change.verdict.disclosure if change.verdict else None
    signals = {signal.name for signal in change.verdict.signals} if change.verdict else set()
    return (
        (not filter_.sources or source in filter_.sources)
        and (not filter_.kinds or change.kind in filter_.kinds)
        and (not filter_.disclosures or disclosure in filter_.disclosures)
        and (not filter_.signals or not signals.isdisjoint(filter_.signals))
    )


def _routed(event: Event, source: Source, filters: Mapping[str, Filter]) -> Event:
    change = event.change
    if change is None or change.kind is Kind.REPARSED:
        return event
    told = tuple(name for name in source.channels if name in filters and takes(filters[name], source.name, change))
    return replace(event, change=replace(change, channels=told))


def _decided(check: Check, known: Known) -> Decision:
    reading = check.reading
    if check.outcome is Outcome.UNCHANGED:
        return _unchanged(check, known)
    if check.outcome is Outcome.GONE:
        return _gone(check, known)
    if check.outcome is Outcome.OK and reading and reading.entries is not None:
        return _listing(check, reading.entries)
    if check.outcome is Outcome.OK and reading and reading.statement:
        return _statement(check, reading.statement, known)
    return Decision(check, check.outcome, replace(_alike(check, None), failures=check.page.failures + 1))


def _listing(check: Check, entries: tuple[Entry, ...]) -> Decision:
    outcome = Outcome.OK if check.page.seen_at is None else Outcome.UNCHANGED
    return Decision(check, outcome, _agreed(check), discovered=entries, filled=True)


def _gone(check: Check, known: Known) -> Decision:
    page = replace(_alike(check, "gone"), failures=check.page.failures + 1)
    if page.streak < schedule.CONFIRM_LOOKS or page.removed or known.version is None:
        return Decision(check, Outcome.GONE, page)
    change = _change(Kind.REMOVED, check, known.version.statement, Comparison(), first_seen_at=page.streak_at)
    return Decision(check, Outcome.GONE, replace(page, removed=True), (Event(change=change),))


def _unchanged(check: Check, known: Known) -> Decision:
    """A look that found the current version, perhaps back after a removal, perhaps at a new address."""
    url = _new_address(check)
    page = _agreed(check, f"moved:{url}" if url else None)
    if known.version and check.page.removed:
        change = _change(Kind.RESTORED, check, known.version.statement, Comparison())
        return Decision(check, Outcome.UNCHANGED, page, (Event(change=change),))
    if known.version is None or url is None or page.streak < schedule.CONFIRM_LOOKS:
        return Decision(check, Outcome.UNCHANGED, page)
    change = _change(Kind.MOVED, check, known.version.statement, _moved(check), first_seen_at=page.streak_at)
    return Decision(check, Outcome.UNCHANGED, replace(page, moved_to=url), (Event(change=change),))


def _statement(check: Check, after: Statement, known: Known) -> Decision:
    version = known.version
    if version is None:
        return _first(check, after)
    if content_hash(after) == version.content_hash:
        return _unchanged(check, known)
    reparsed = _reparsed(check, version, known.reread)
    before = version.statement if reparsed is None else known.reread or version.statement
    comparison = compare(before, after)
    if not comparison:
        return _only_reparsed(_unchanged(check, known), reparsed)
    decision = _different(check, before, after, comparison, known)
    held = decision.outcome is not Outcome.CHANGED
    return decision if held or reparsed is None else replace(decision, events=(reparsed, *decision.events))


def _first(check: Check, after: Statement) -> Decision:
    """The first version: published where it came after its source's first fill, else silently the baseline."""
    page = replace(_agreed(check), moved_to=_new_address(check))
    change = None if page.baseline else _change(Kind.PUBLISHED, check, after, Comparison())
    version = NewVersion(after, content_hash(after), check.fetch)
    return Decision(check, Outcome.OK, page, (Event(version, change),))


def _reparsed(check: Check, version: Version, reread: Statement | None) -> Event | None:
    """Our parser changed, and reads the stored snapshot otherwise than it did then: that is not their edit."""
    if reread is None or content_hash(reread) == version.content_hash:
        return None
    comparison = compare(version.statement, reread)
    change = _change(Kind.REPARSED, check, reread, comparison)
    return Event(NewVersion(reread, content_hash(reread)), change)


def _only_reparsed(decision: Decision, reparsed: Event | None) -> Decision:
    if reparsed is None:
        return decision
    return replace(decision, outcome=Outcome.CHANGED, events=(reparsed, *decision.events))


def _different(check: Check, before: Statement, after: Statement, comparison: Comparison, known: Known) -> Decision:
    """A statement that differs: believed at once, or, where it looks wrong, after looks alike."""
    new_hash = content_hash(after)
    reverted_to = dict(known.earlier).get(new_hash)
    verdict = disclose.verdict(before, after, comparison, reverted_to)
    announced = verdict.disclosure is Disclosure.ANNOUNCED
    url = _new_address(check)
    if url:
        key, outcome = f"moved:{url} {new_hash}", Outcome.SUSPECT
    elif screen.upheaval(before, after, announced):
        key, outcome = f"suspect:{new_hash}", Outcome.SUSPECT
    elif reverted_to is not None and check.page.flips >= FLIPS_BELIEVED:
        key, outcome = f"flapping:{new_hash}", Outcome.FLAPPING
    else:
        key, outcome = None, Outcome.CHANGED
    held = _alike(check, key)
    if key and held.streak < schedule.CONFIRM_LOOKS:
        return Decision(check, outcome, held)
    kind = _kind(check, before, after, comparison, moved=bool(url))
    if url:
        comparison = replace(comparison, fields=(*_moved(check).fields, *comparison.fields))
    change = _change(kind, check, after, comparison, verdict, before, held.streak_at)
    flips = check.page.flips + (reverted_to is not None)
    page = replace(_agreed(check), flips=flips, moved_to=url or check.page.moved_to)
    return Decision(check, Outcome.CHANGED, page, (Event(NewVersion(after, new_hash, check.fetch), change),))


def _moved(check: Check) -> Comparison:
    """Where the page went: its address is no part of the statement."""
    return Comparison((FieldChange("url", check.page.url, check.fetch.url, metadata=True),))


def _kind(check: Check, before: Statement, after: Statement, comparison: Comparison, *, moved: bool) -> Kind:
    if check.page.removed:
        return Kind.RESTORED
    if moved:
        return Kind.MOVED
    return disclose.kind(before, after, comparison) or Kind.EDITED


def _change(
    kind: Kind,
    check: Check,
    statement: Statement,
    comparison: Comparison,
    verdict: Verdict | None = None,
    before: Statement | None = None,
    first_seen_at: datetime | None = None,
) -> NewChange:
    """The change as it is recorded; `first_seen_at` is the first of the looks that were needed to believe it."""
    notes = disclose.new_notes(before, statement) if before else ()
    return NewChange(
        kind,
        statement.title,
        render.summary(kind, comparison, verdict),
        seen_after_at=first_seen_at or check.checked_at,
        seen_before_at=check.page.seen_at,
        verdict=verdict,
        comparison=comparison,
        note="\n".join(note.text for note in notes) or None,
    )


# --- the page's state ------------------------------------------------------------------------------------------------


def _agreed(check: Check, key: str | None = None) -> Page:
    """The page after a look that found its current version, or a new one that is now current."""
    fetch, kept = check.fetch, check.fetch.not_modified
    page = _in_a_row(check.page, key or ("quiet" if check.page.flips else None), check.checked_at)
    if page.streak_key == "quiet" and page.streak >= schedule.CONFIRM_LOOKS:
        page = replace(_in_a_row(page, None, check.checked_at), flips=0)
    return replace(
        page,
        essence=check.essence or (page.essence if kept else None),
        etag=fetch.etag or (page.etag if kept else None),
        last_modified=fetch.last_modified or (page.last_modified if kept else None),
        shortcuts=0 if check.reading else page.shortcuts + 1,
        removed=False,
        failures=0,
        seen_at=check.checked_at,
    )


def _alike(check: Check, key: str | None) -> Page:
    """The page after a look that did not find its current version: only its streak moves on."""
    return _in_a_row(check.page, key, check.checked_at)


def _in_a_row(page: Page, key: str | None, at: datetime) -> Page:
    """The page with one more look alike in `key`, or the first of a new streak; None ends the streak."""
    if key is None:
        return replace(page, streak_key=None, streak=0, streak_at=None)
    if key == page.streak_key:
        return replace(page, streak=page.streak + 1)
    return replace(page, streak_key=key, streak=1, streak_at=at)


def _new_address(check: Check) -> str | None:
    """Where the page now permanently redirects to, unless that is known already or only spelt otherwise."""
    fetch, page = check.fetch, check.page
    if not fetch.permanent or fetch.url == page.moved_to or canonical(fetch.url) == canonical(page.url):
        return None
    return fetch.url
