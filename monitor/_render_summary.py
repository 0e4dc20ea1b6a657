"""A change in one line, its most telling edit first. Pure."""

import re

from monitor._render_passages import Passage, passages
from monitor._render_typeset import clipped, one_line
from monitor.models import Comparison, Kind, Op, SignalName, Span, Verdict

SUMMARY_CHARACTERS = 140

QUOTED_CHARACTERS = 50
"""Words quoted in a summary, each side of a swap."""

TELLING = (SignalName.FIGURE, SignalName.NEGATION, SignalName.MODAL, SignalName.DATE, SignalName.NAME)
"""Signals whose words sum an edit up better than its longest passage, most telling first."""

LOUD = ("withdrawn", "title", "lead")
QUIET = ("notes", "updated_at", "published_at")
"""Fields that say more than the body's edits, and less."""

TOLD_BY = {Kind.WITHDRAWN: "withdrawn", Kind.MOVED: "url", Kind.REINSTATED: ""}
"""Kinds that a field's new value sums up better than any edit."""


def summary(kind: Kind, comparison: Comparison, verdict: Verdict | None) -> str:
    """One line for tables and mail previews, most telling first; at most 140 characters."""
    words = _after(comparison, TOLD_BY[kind]) if kind in TOLD_BY else _edits(comparison, verdict)
    if kind is Kind.EDITED and words:
        return words
    return clipped(one_line(f"{kind.value}: {words}" if words else kind.value), SUMMARY_CHARACTERS)


def most_telling(comparison: Comparison, verdict: Verdict | None, most: int) -> tuple[Passage, ...]:
    """The edits that say most, in the order of the page: those with words of telling signals, then the longest."""
    edits = tuple(passage for passage in passages(_without_metadata(comparison)) if _is_edit(passage))
    words = [side for word in _words(verdict) for side in word.removeprefix("+ ").removeprefix("- ").split(" → ")]

    def rank(place: int) -> tuple[int, tuple[int, int]]:
        held = next((number for number, word in enumerate(words) if _holds(edits[place], word)), len(words))
        return held, _rank(edits[place])

    return tuple(edits[place] for place in sorted(sorted(range(len(edits)), key=rank)[:most]))


def _words(verdict: Verdict | None) -> list[str]:
    """The words of the telling signals, most telling first."""
    signals = {signal.name: signal.words for signal in verdict.signals} if verdict else {}
    return [word for name in TELLING for word in signals.get(name, ())]


def _edits(comparison: Comparison, verdict: Verdict | None) -> str:
    """The most telling edit in words, and how many more there are; "" where nothing differs."""
    edits = tuple(passage for passage in passages(_without_metadata(comparison)) if _is_edit(passage))
    if not edits:
        return ""
    telling = _telling(edits, verdict) or _of_passage(min(edits, key=_rank))
    more = len([edit for edit in edits if edit.field not in QUIET] or edits) - 1
    end = f", and {more} more {'edit' if more == 1 else 'edits'}" if more else ""
    return one_line(clipped(telling, SUMMARY_CHARACTERS - len(end)) + end)


def _after(comparison: Comparison, field: str) -> str:
    """A field's new value, without the day a notice begins with."""
    values = (change.after for change in comparison.fields if change.field == field and change.after)
    return re.sub(r"^\d{4}-\d\d-\d\d: ", "", next(values, ""))


def _without_metadata(comparison: Comparison) -> Comparison:
    fields = tuple(change for change in comparison.fields if not change.metadata)
    return Comparison(fields, comparison.blocks)


def _is_edit(passage: Passage) -> bool:
    return bool(passage.label) or any(span.op is not Op.EQUAL for span in passage.spans)


def _telling(edits: tuple[Passage, ...], verdict: Verdict | None) -> str:
    """The most telling signal: its words where some were swapped, else the edit that holds them; "" where none is."""
    words = _words(verdict)
    for old, new in (word.split(" → ", 1) for word in words if " → " in word):
        for edit in edits:
            if old in _text(edit, Op.INSERT) and new in _text(edit, Op.DELETE):
                return _placed(f"{_quoted(old)} → {_quoted(new)}", edit)
    found = (edit for word in words for edit in edits if _holds(edit, word[2:]))
    return next((_of_passage(edit) for edit in found), "")


def _text(edit: Passage, left_out: Op) -> str:
    """The passage as it was (without what came) or is (without what went)."""
    return "".join(span.text for span in edit.spans if span.op is not left_out)


def _holds(edit: Passage, words: str) -> bool:
    return any(words in span.text for span in edit.spans if span.op is not Op.EQUAL)


def _placed(phrase: str, edit: Passage) -> str:
    """`title: “a” → “b”`, `“a” → “b” under “Funding”`."""
    if edit.field != "body":
        return f"{edit.place.lower()}: {phrase}"
    return f"{phrase} in the body" if edit.place == "Body" else f"{phrase} u{edit.place[1:]}"


def _rank(edit: Passage) -> tuple[int, int]:
    """Fields that say most first, then the body's longest edit, its links, the publisher's history and dates."""
    if edit.field in LOUD:
        return LOUD.index(edit.field), 0
    if edit.field in QUIET:
        return len(LOUD) + 2 + QUIET.index(edit.field), 0  # of several notes the newest, which comes first
    return len(LOUD) + bool(edit.link), -sum(len(span.text) for span in edit.spans if span.op is not Op.EQUAL)


def _of_passage(edit: Passage) -> str:
    """The first edit of a passage in words."""
    removed, added = first_edit(edit.spans)
    if edit.link or not (removed or added):
        return _placed(edit.label, edit)
    if removed and added:
        return _placed(f"{_quoted(removed)} → {_quoted(added)}", edit)
    return _placed(f"{_quoted(added or removed)} {'added' if added else 'removed'}", edit)


def first_edit(spans: tuple[Span, ...]) -> tuple[str, str]:
    """The words removed and added before the next unchanged ones."""
    removed = added = ""
    for span in spans:
        if span.op is Op.DELETE:
            removed += span.text
        elif span.op is Op.INSERT:
            added += span.text
        elif removed or added:
            break
    return removed.strip(), added.strip()


def _quoted(text: str) -> str:
    return f"“{clipped(text.strip(), QUOTED_CHARACTERS)}”"
