"""What a message says of a change, sentence by sentence, before it is laid out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from monitor._render_typeset import clipped, counted, one_line
from monitor.models import Alert, Change, Disclosure, Kind, QuoteChange, QuoteState, Signal, SignalName, utc_text

TITLE_CHARACTERS = 200

SIGNAL_CHARACTERS = 60

SAID = {
    Kind.PUBLISHED: "The publisher published this statement.",
    Kind.WITHDRAWN: "The publisher withdrew this statement: the page now carries a withdrawn notice.",
    Kind.REINSTATED: "The publisher reinstated this statement: the withdrawn notice is gone from the page.",
    Kind.REMOVED: "The statement was removed: the page was gone at three checks in a row.",
    Kind.RESTORED: "The statement was restored: the page had been removed and is back.",
    Kind.MOVED: "The statement moved: its address redirects permanently to another page.",
    Kind.REPARSED: "Our parser changed and reads the stored page otherwise; the page itself did not change.",
}

EDITED = {
    Disclosure.SILENT: "The publisher edited this statement and did not say so.",
    Disclosure.ANNOUNCED: "The publisher edited this statement and said so.",
    Disclosure.INDETERMINATE: "This statement was edited; whether the publisher said so cannot be told.",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines; `quoted` lines are the publisher's words, in those of `ours` addresses are links."""

    heading: str
    lines: tuple[str, ...]
    quoted: bool = False
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a change a message shows: characters of redline, characters of a line beside it, lines of a list.

    `web` is the address of the web pages, which show the whole; "" where there are none that readers reach.
    """

    characters: int | None = None
    line: int | None = None
    lines: int | None = None
    web: str = ""


WHOLE = Bounds()


def bounds(characters: int, web: str = "") -> Bounds:
    """Bounds in proportion: 12,000 characters of redline go with lists of 20 lines of 1,500 characters."""
    return Bounds(characters, characters // 8, characters // 600 + 1, web)


def cut(text: str, characters: int | None) -> str:
    """The text, clipped where there is a bound."""
    return text if characters is None else clipped(text, characters)


def sections(change: Change, most: Bounds, *, alone: bool) -> tuple[Section, ...]:
    """What stands beside the redline: the publisher's note and what it leaves out, why we say so, the evidence."""
    earlier = _earlier(change) if alone else Section("", ())  # of many pages each has its own, named beside it
    found = (_note(change), earlier, _reasons(change), _signals(change), _evidence(change, most.web))
    return tuple(_bounded(section, most) for section in found if section.lines)


def _bounded(section: Section, most: Bounds) -> Section:
    lines = tuple(cut(line, most.line) for line in section.lines[: most.lines])
    more = len(section.lines) - len(lines)
    return replace(section, lines=(*lines, f"… and {more:,} more") if more else lines)


def _note(change: Change) -> Section:
    heading = "The publisher's note"
    if change.note:
        return Section(heading, tuple(change.note.splitlines()), quoted=True)
    return Section(heading, ("There is none.",) if _disclosure(change) else ())


def _earlier(change: Change) -> Section:
    """The silent edits that an announced one follows: its note says nothing of them."""
    count = len(change.earlier) + change.earlier_left_out
    left_out = (f"{change.earlier_left_out:,} more before these",) if change.earlier_left_out else ()
    edits = (f"change {brief.id}, seen at {moment(brief.seen_after_at)}: {brief.summary}" for brief in change.earlier)
    return Section(f"Since the last announced update we also saw {counted(count, 'silent edit')}", (*left_out, *edits))


def _reasons(change: Change) -> Section:
    disclosure = _disclosure(change)
    if change.verdict is None or disclosure is None:
        return Section("", ())
    return Section(f"Why we call it {disclosure.value}", change.verdict.reasons)


def _signals(change: Change) -> Section:
    signals = change.verdict.signals if change.verdict else ()
    return Section("What it touches", tuple(signal_text(signal) for signal in signals))


def _evidence(change: Change, web: str) -> Section:
    """What is kept, and where it is to be seen: on the web pages, or by command where there are none."""
    snapshot = f"Snapshot as served, SHA-256: {change.snapshot_hash}" if change.snapshot_hash else ""
    whole = f"{web}/changes/{change.id}" if web else f"monitor show {change.id}"
    past = f"{web}/pages/{change.page_id}" if web else f"monitor history {change.url}"
    alike = f"{web}/?alike={change.id}" if web else alike_command(change)
    lines = (
        _versions(change),
        snapshot,
        f"The change whole: {whole}",
        f"Versions and checks: {past}",
        f"The snapshot: {web}/snapshots/{change.snapshot_hash}" if web and snapshot else "",
        f"All pages edited alike: {alike}" if is_sitewide(change) else "",
    )
    return Section("Evidence", tuple(filter(None, lines)), ours=True)


def alike_command(change: Change) -> str:
    """What lists every page that was edited alike."""
    return f"monitor changes --alike {change.id} --limit {change.alike}"


def change_link(change_id: int, most: Bounds) -> str:
    """Where a change is shown whole: its web page, or the command."""
    return f"{most.web}/changes/{change_id}" if most.web else f"monitor show {change_id}"


def since_command(alert: Alert, most: Bounds) -> str:
    """What lists every change that a digest tells of: they are among those since the first."""
    since = utc_text(min(brief.seen_after_at for brief in alert.pages))
    sources = {brief.source for brief in alert.pages}
    of = f" --source {sources.pop()}" if len(sources) == 1 else ""
    return f"monitor changes{of} --since {since} --limit {10 * len(alert.pages)}"


def pages_command(alert: Alert) -> str:
    """What lists every page that the message tells of."""
    return since_command(alert, WHOLE) if alert.told_as else alike_command(alert.change)


def _versions(change: Change) -> str:
    numbers = [number for number in (change.before_version, change.after_version) if number]
    return f"Kept: version {' and version '.join(map(str, dict.fromkeys(numbers)))}" if numbers else ""


def title(change: Change) -> str:
    """The statement's title, fit for a header."""
    return clipped(one_line(change.title), TITLE_CHARACTERS)


def label(change: Change) -> str:
    """Kind and disclosure as they stand before a title: `edited, silent`, `edited, silent, sitewide`."""
    disclosure = _disclosure(change)
    sitewide = "sitewide" if is_sitewide(change) else ""
    words = (quotes_label(change.quotes), change.kind.value, disclosure.value if disclosure else "", sitewide)
    return ", ".join(filter(None, words))


def quotes_label(quotes: Sequence[QuoteChange]) -> str:
    """What stands first in a subject: `quote altered`, of several the worst; "" where none is watched."""
    states = {quote.state for quote in quotes}
    return next((f"quote {state}" for state in QuoteState if state in states), "")


def is_sitewide(change: Change) -> bool:
    """Whether the same edit was found on many pages."""
    return change.verdict is not None and any(signal.name is SignalName.SITEWIDE for signal in change.verdict.signals)


def _disclosure(change: Change) -> Disclosure | None:
    """Whether the publisher said so, where that is a question: a withdrawn notice is itself what it says."""
    if change.verdict is None or change.kind in (Kind.WITHDRAWN, Kind.REINSTATED):
        return None
    return change.verdict.disclosure


def verdict_sentence(change: Change) -> str:
    """What happened, in one sentence."""
    if change.kind is not Kind.EDITED:
        return SAID[change.kind]
    return EDITED[change.verdict.disclosure if change.verdict else Disclosure.INDETERMINATE]


def timing_sentence(change: Change) -> str:
    """Between which two looks it happened: `Edited between 09:12 and 09:27 UTC on 24 November 2026 (…)`."""
    if change.seen_before_at is None:
        return f"First seen at {moment(change.seen_after_at)}."
    kind, span = change.kind.value, span_of_time(change.seen_before_at, change.seen_after_at)
    return f"{kind.capitalize()} between {span} (last seen unchanged, first seen {kind})."


def edits_heading(change: Change) -> str:
    """`What changed: 3 words added, 2 removed`."""
    added, removed = change.comparison.words_added, change.comparison.words_removed
    if not (added or removed):
        return "What changed"
    return f"What changed: {counted(added, 'word')} added, {removed:,} removed"


def signal_text(signal: Signal) -> str:
    """A signal and its words: `figure: £1.5 million → £15 million`; the redline has long ones whole."""
    name = signal.name.value.replace("_", " ")
    return f"{name}: {'; '.join(map(_shortened, signal.words))}" if signal.words else name


def _shortened(words: str) -> str:
    return " → ".join(clipped(side, SIGNAL_CHARACTERS) for side in words.split(" → "))


# --- times -----------------------------------------------------------------------------------------------------------


def moment(at: datetime) -> str:
    """`09:27 UTC on 24 November 2026`."""
    at = at.astimezone(UTC)
    return f"{_clock(at)} UTC on {_day(at)}"


def span_of_time(before: datetime, after: datetime) -> str:
    """`09:12 and 09:27 UTC on 24 November 2026`; with seconds where the minutes alone would be the same."""
    before, after = before.astimezone(UTC), after.astimezone(UTC)
    seconds = f"{before:%F %R}" == f"{after:%F %R}"
    first, second = _clock(before, seconds=seconds), _clock(after, seconds=seconds)
    if before.date() == after.date():
        return f"{first} and {second} UTC on {_day(after)}"
    return f"{first} UTC on {_day(before)} and {second} UTC on {_day(after)}"


def _clock(at: datetime, *, seconds: bool = False) -> str:
    return f"{at:%H:%M:%S}" if seconds else f"{at:%H:%M}"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"
