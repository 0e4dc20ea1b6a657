"""Changes that are told together: the same edit on many pages, a source that changes throughout, more at once than a
reader takes one by one; and which of them come first. Pure."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple

from monitor.models import (
    BlockChange,
    BlockOp,
    Brief,
    Comparison,
    Disclosure,
    FieldChange,
    Kind,
    Link,
    Op,
    Signal,
    SignalName,
    Span,
    Verdict,
)

SITEWIDE = 3
"""Different pages that were edited alike within a day of each other make the edit sitewide."""

WITHIN = timedelta(days=1)

GATHERED_FOR = timedelta(hours=1)
"""How long further pages of an edit that a channel was told to be sitewide wait for more of them."""

MASS_PAGES = 10
MASS_SHARE = 0.3
"""More pages of a source than this, and more than this share of them, that changed within one interval, each in its own
way, are a mass change: its site was built anew, or edited throughout."""

MASS_WITHIN = timedelta(hours=1)
"""An interval counts as no longer than this; no alert waits longer to see whether more come."""

STORM = 20
STORM_WITHIN = timedelta(minutes=15)
"""More messages than this to one channel within so long are a storm: what is not told yet is told together."""

STORM_QUIET = timedelta(minutes=2)
"""A storm is over when nothing more came for so long; what waits, waits `STORM_WITHIN` at most."""

QUOTED = 40
"""So many of a digest's changes, the most telling ones, are told with what differs."""

TELLING = (
    SignalName.FIGURE,
    SignalName.NEGATION,
    SignalName.MODAL,
    SignalName.DATE,
    SignalName.NAME,
    SignalName.QUOTATION,
    SignalName.BACKDATED,
    SignalName.HISTORY_REWRITTEN,
)
"""Signals that put an edit before others."""

SLIGHT = {SignalName.TYPOGRAPHY, SignalName.NOTE_ONLY, SignalName.DATE_ONLY, SignalName.MOVED_TEXT}
"""Signals that, where there is no other, put an edit after all."""

ENDS = (Kind.WITHDRAWN, Kind.REMOVED, Kind.REINSTATED)
"""What happens to a statement as a whole, and is not for a note to declare."""

CONTEXT_WORDS = 3
"""Unchanged words on each side of an edit that belong to it: "7" → "14" is not the same in another sentence."""

TELLING_WORDS = 6
"""Words of an edit and round it from which it is known by itself; below, with its heading and its table row's name."""

PAGES_OWN = (SignalName.BACKDATED, SignalName.HISTORY_REWRITTEN)
"""Signals of something done to this page's history: never the same as on another page that lacks it."""

_HOST = re.compile(r"(?<=@)[\w-]+(?:\.[\w-]+)+|(?<=://)[^/\s:?#]+")

Edit = tuple[str, ...]


class Swap(NamedTuple):
    """Words that went, words that came, and the unchanged ones on both sides, all of one block."""

    old: list[str]
    new: list[str]
    before: list[str]
    after: list[str]


def edit_key(kind: Kind, comparison: Comparison, verdict: Verdict | None, note: str) -> str | None:
    """A hash of what was edited and of how the publisher said so: equal on pages that were edited alike.

    None for what is no edit, and where only the publisher's history or update date moved: one note on many pages is not
    one edit. `note` are the publisher's words on it. Left out are metadata and the days of an announcement.
    """
    if kind is not Kind.EDITED or verdict is None:
        return None
    announced = verdict.disclosure is Disclosure.ANNOUNCED
    edits = {edit for change in comparison.fields for edit in _field_edits(change, announced=announced)}
    edits.update(edit for change in comparison.blocks for edit in _block_edits(change))
    if not edits:
        return None
    own = sorted(signal.name for signal in verdict.signals if signal.name in PAGES_OWN)
    whole = (verdict.disclosure, note, own, sorted(edits))
    return blake2b(json.dumps(whole).encode(), digest_size=16).hexdigest()


def with_sitewide(verdict: Verdict | None, alike: int) -> Verdict | None:
    """The verdict on an edit that was found on `alike` pages."""
    if verdict is None or alike < SITEWIDE:
        return verdict
    return replace(verdict, signals=(*verdict.signals, Signal(SignalName.SITEWIDE, (f"{alike} pages",))))


def is_mass(changed: int, pages: int) -> bool:
    """Whether so many changed pages, of so many, are a mass change."""
    return changed > MASS_PAGES and changed > MASS_SHARE * pages


def is_storm(messages: int) -> bool:
    """Whether so many messages to one channel within `STORM_WITHIN` are more than it is sent one by one."""
    return messages > STORM


def telling(brief: Brief) -> tuple[int, int, int]:
    """By what a digest's changes are sorted, most telling first; equal ones as they were recorded.

    Silent or underdeclared edits of figures and the like; withdrawn and removed statements; other silent edits;
    announced ones of figures and the like; what was published; other changes; edits of mere typography.
    """
    found = [place for place, name in enumerate(TELLING) if name in brief.signals]
    kept_quiet = brief.disclosure is Disclosure.SILENT or SignalName.UNDERDECLARED in brief.signals
    if brief.kind in ENDS:
        rank = 1
    elif brief.kind is Kind.PUBLISHED:
        rank = 4
    elif brief.signals and SLIGHT.issuperset(brief.signals):
        rank = 6
    elif kept_quiet:
        rank = 0 if found else 2
    else:
        rank = 3 if found else 5
    return rank, found[0] if found else len(TELLING), brief.id


def days(times: Sequence[datetime]) -> Iterator[slice]:
    """Ascending times cut into runs, each within a day of its first."""
    start = 0
    for place, at in enumerate(times):
        if at > times[start] + WITHIN:
            yield slice(start, place)
            start = place
    if times:
        yield slice(start, len(times))


def _field_edits(change: FieldChange, *, announced: bool) -> Iterator[Edit]:
    before, after = change.before or "", change.after or ""
    announcing = (change.field == "updated_at" and announced) or (change.field == "notes" and not before)
    if change.metadata or announcing:
        return
    if change.spans and change.field not in ("notes", "attachments"):
        yield from _edits(change.field, change.spans, "")
    else:  # dates, files and entries of a history are what they are as a whole
        yield (change.field, *(_hosts(before, after) or (before, after)))


def _block_edits(change: BlockChange) -> Iterator[Edit]:
    if change.op is BlockOp.MOVED and change.after:
        yield "moved", change.after.text
    yield from _edits("body", change.spans, f"{change.heading} {change.row}")
    for old, new in change.links:
        yield "link", *_link_edit(old, new)


def _link_edit(old: Link | None, new: Link | None) -> Edit:
    before, after = (f"{link.text} {link.url}" if link else "" for link in (old, new))
    return _hosts(before, after) or (before, after)


def _edits(place: str, spans: Sequence[Span], above: str) -> Iterator[Edit]:
    for swap in _swaps(spans):
        old, new, before, after = map(" ".join, swap)
        if hosts := _hosts(old, new):
            yield place, *hosts
        elif old or new:  # else only white space
            telling = sum(map(len, swap)) >= TELLING_WORDS
            yield place, old, new, before, after, "" if telling else above


def _swaps(spans: Sequence[Span]) -> Iterator[Swap]:
    runs = [(equal, tuple(run)) for equal, run in groupby(spans, key=lambda span: span.op is Op.EQUAL)]
    for place, (equal, run) in enumerate(runs):
        if not equal:
            before = _words(runs[place - 1][1], Op.EQUAL)[-CONTEXT_WORDS:] if place else []
            after = _words(runs[place + 1][1], Op.EQUAL)[:CONTEXT_WORDS] if place + 1 < len(runs) else []
            yield Swap(_words(run, Op.DELETE), _words(run, Op.INSERT), before, after)


def _words(spans: Sequence[Span], op: Op) -> list[str]:
    from monitor.words import words  # heavy, and the store needs no more of this module than its bounds

    return words("".join(span.text for span in spans if span.op is op))


def _hosts(old: str, new: str) -> Edit | None:
    """The hosts that went and came where nothing else differs; None where anything does.

    A department that moves to another domain does so on all its pages, in addresses that are otherwise each its own.
    """
    if _HOST.sub("", old) != _HOST.sub("", new):
        return None
    pairs = zip(_HOST.findall(old), _HOST.findall(new), strict=True)
    return tuple(sorted({f"{before} → {after}" for before, after in pairs if before != after})) or None
