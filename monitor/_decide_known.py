"""Decisions that depend on what was known: what differs, what is gone, what is back. Pure, and rare.

decided
├── gone           removed at the third look alike
├── a statement    first version, equal, edited, withdrawn …; upheaval and flapping are confirmed first
│                  so is an older copy, out of some cache perhaps     `_decide_copies`
│                  what differs in its metadata is recorded beside    `_decide_metadata`
├── unchanged      perhaps back after a removal, perhaps at a new address
└── anything else  as ever, but where the address leads elsewhere for good
"""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from monitor import disclose, render, schedule, screen
from monitor._compare_brief import compare_briefly, differ_much, notes_alone
from monitor._decide_copies import older_copy
from monitor._decide_metadata import with_metadata
from monitor._decide_page import agreed, alike, failed, new_address
from monitor.cluster import edit_key
from monitor.compare import compare, content_hash
from monitor.models import (
    Check,
    Comparison,
    Decision,
    Disclosure,
    Event,
    FieldChange,
    Kind,
    Known,
    NewChange,
    NewVersion,
    Outcome,
    Statement,
    Verdict,
    Version,
)

FLIPS_BELIEVED = 1
"""Returns to an earlier version that are alerted before the page counts as flapping."""

OTHER_PAGES = (Outcome.PARSE, Outcome.CONTENT_TYPE)
"""What a redirect may lead to for good although it is no statement: a department's own page, a list, a file."""


def decided(check: Check, known: Known) -> Decision:
    """What the check means, held against what was known."""
    if check.outcome is Outcome.GONE:
        return _gone(check, known)
    if check.outcome is Outcome.UNCHANGED:
        return _unchanged(check, known)
    if check.outcome is Outcome.OK and check.statement:
        return with_metadata(_statement(check, check.statement, known), check.statement, known)
    return _unread(check, known)


def _unread(check: Check, known: Known) -> Decision:
    """A look that found no statement, perhaps because the address now leads to a page that is none."""
    url = new_address(check) if check.outcome in OTHER_PAGES else None
    page = failed(check, f"moved:{url}" if url else None)
    if known.version is None or url is None or page.streak < schedule.CONFIRM_LOOKS:
        return Decision(check, check.outcome, page)
    change = _change(Kind.MOVED, check, known.version.statement, _moved(check), first_seen_at=page.streak_at)
    return Decision(check, check.outcome, replace(page, moved_to=url), (Event(change=change),))


def _gone(check: Check, known: Known) -> Decision:
    page = failed(check, "gone")
    if page.streak < schedule.CONFIRM_LOOKS or page.removed or known.version is None:
        return Decision(check, Outcome.GONE, page)
    change = _change(Kind.REMOVED, check, known.version.statement, Comparison(), first_seen_at=page.streak_at)
    return Decision(check, Outcome.GONE, replace(page, removed=True), (Event(change=change),))


def _unchanged(check: Check, known: Known) -> Decision:
    """A look that found the current version, perhaps back after a removal, perhaps at a new address."""
    url = new_address(check)
    page = agreed(check, f"moved:{url}" if url else None)
    if known.version and check.page.removed:
        change = _change(Kind.RESTORED, check, known.version.statement, Comparison())
        return Decision(check, Outcome.UNCHANGED, page, (Event(change=change),))
    if known.version is None or url is None or page.streak < schedule.CONFIRM_LOOKS:
        return Decision(check, Outcome.UNCHANGED, page)
    change = _change(Kind.MOVED, check, known.version.statement, _moved(check), first_seen_at=page.streak_at)
    page = replace(page, moved_to=url, seen_at=check.checked_at)
    return Decision(check, Outcome.UNCHANGED, page, (Event(change=change),))


def _statement(check: Check, after: Statement, known: Known) -> Decision:
    version = known.version
    if version is None:
        return _first(check, after)
    if content_hash(after) == version.content_hash:
        return _unchanged(check, known)
    anew = reparsed(check, version, known)
    before = version.statement if anew is None else known.reread or version.statement
    comparison = _compared(before, after, known)
    if not comparison:
        return _only_reparsed(_unchanged(check, known), anew)
    decision = _different(check, before, after, comparison, known)
    held = decision.outcome is not Outcome.CHANGED
    return decision if held or anew is None else replace(decision, events=(anew, *decision.events))


def _first(check: Check, after: Statement) -> Decision:
    """The first version: published where it came after its source's first fill, else silently the baseline."""
    page = replace(agreed(check), moved_to=new_address(check))
    change = None if page.baseline else _change(Kind.PUBLISHED, check, after, Comparison())
    version = NewVersion(after, content_hash(after), check.fetch)
    return Decision(check, Outcome.OK, page, (Event(version, change),))


def reparsed(check: Check, version: Version, known: Known) -> Event | None:
    """Our parser changed, and reads the stored snapshot otherwise than it did then: that is not their edit."""
    reread = known.reread
    if reread is None or content_hash(reread) == version.content_hash:
        return None
    comparison = _compared(version.statement, reread, known)
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
    url = new_address(check)
    older = older_copy(check, after, before)
    brief = known.briefly or differ_much(before, after)
    sides = (notes_alone(before), notes_alone(after)) if brief else (before, after)
    verdict = disclose.verdict(*sides, comparison, reverted_to)
    announced = verdict.disclosure is Disclosure.ANNOUNCED
    upheaval = screen.upheaval(before, after, announced)
    if url:
        key, outcome, why = f"moved:{url}", Outcome.SUSPECT, f"another text, and another address: {url}"
    elif upheaval:
        key, outcome, why = f"suspect:{sha256(after.title.encode()).hexdigest()[:16]}", Outcome.SUSPECT, upheaval
    elif older:
        key, why = f"older:{new_hash}", older
        outcome = Outcome.SUSPECT if reverted_to is None else Outcome.FLAPPING
    elif reverted_to is not None and check.page.flips >= FLIPS_BELIEVED:
        key, outcome, why = f"flapping:{new_hash}", Outcome.FLAPPING, f"version {reverted_to} again"
    else:
        key, outcome, why = None, Outcome.CHANGED, ""
    held = alike(check, key)
    if key and held.streak < schedule.CONFIRM_LOOKS:
        return Decision(_remarked(check, why), outcome, held)
    kind = _kind(check, before, after, comparison, moved=bool(url))
    judged = None if disclose.is_notice_alone(kind, comparison) else verdict
    if url:
        comparison = replace(comparison, fields=(*_moved(check).fields, *comparison.fields))
    change = _change(kind, check, after, comparison, judged, before, held.streak_at)
    flips = check.page.flips + (reverted_to is not None)
    page = replace(agreed(check), flips=flips, moved_to=url or check.page.moved_to)
    return Decision(check, Outcome.CHANGED, page, (Event(NewVersion(after, new_hash, check.fetch), change),))


def _compared(before: Statement, after: Statement, known: Known) -> Comparison:
    brief = known.briefly or differ_much(before, after)
    return compare_briefly(before, after) if brief else compare(before, after)


def _remarked(check: Check, why: str) -> Check:
    """The check with the reason it is not believed yet, for its row and the log."""
    return replace(check, reading=replace(check.reading, detail=why)) if check.reading else check


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
    note = "\n".join(note.text for note in disclose.new_notes(before, statement)) if before else ""
    return NewChange(
        kind,
        statement.title,
        render.summary(kind, comparison, verdict),
        seen_after_at=first_seen_at or check.checked_at,
        seen_before_at=check.page.seen_at,
        verdict=verdict,
        comparison=comparison,
        note=note or None,
        edit_key=edit_key(kind, comparison, verdict, note),
    )
