"""What a digest says: changes each of its own, told in one message, by source and the most telling first. Pure.

A channel has its hour for them (digest), more came at once than is told one by one (storm), or a source changed
throughout (mass): the message is the same but for its first sentence.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from monitor import cluster
from monitor._render_pages import IDS_MOST, count_pages, first_seen
from monitor._render_passages import Passage
from monitor._render_redline import passages_text
from monitor._render_summary import most_telling
from monitor._render_typeset import clipped, counted, one_line
from monitor._render_wording import TITLE_CHARACTERS, Bounds, change_link, since_command
from monitor.models import Alert, Brief, Disclosure, Kind, ToldAs, utc_text

PASSAGES = 2
"""Of each change, so many of its edits are quoted."""

QUOTED_SHARE = 30
"""Of the message's redline, what one change may take."""

LONGER = 40
"""Nothing else stands in the message, so its list may be so many times as long as other lists: 840 lines of a mail."""

DISCLOSURES = (Disclosure.SILENT, Disclosure.INDETERMINATE, Disclosure.ANNOUNCED)
KINDS = (*DISCLOSURES, *(kind for kind in Kind if kind is not Kind.EDITED))
"""How changes are counted, in this order: edits by their disclosure, others by their kind."""

SUBJECTS = {ToldAs.MASS: "mass change", ToldAs.STORM: "storm", ToldAs.DIGEST: "digest"}

AT_ONCE = "came at about the same time, more than are told one by one"
THROUGHOUT = (
    "changed at about the same time, each in its own way: perhaps the site was built anew, or edited throughout."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A change as a digest tells it. `label` is kind and disclosure; `quoted` its most telling edits.

    `more` says on how many other pages the same edit was found, and how to see them.
    """

    brief: Brief
    label: str
    title: str
    summary: str
    more: str
    link: str
    quoted: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A source's changes under its heading."""

    heading: str
    entries: tuple[Entry, ...]


def digest_subject(alert: Alert) -> str:
    """`[digest] 12 changes: 5 silent, 7 announced`; a digest is about no page."""
    if alert.told_as is ToldAs.MASS:
        return f"[mass change] {count_pages(alert.pages)} of {_sources(alert.pages)[0]} changed"
    return f"[{SUBJECTS[alert.told_as or ToldAs.DIGEST]}] {_changes(alert.pages)}: {_tally(alert.pages)}"


def digest_sentence(alert: Alert) -> str:
    """What happened, in one sentence."""
    sources = _sources(alert.pages)
    of = f'source "{sources[0]}"' if len(sources) == 1 else f"{len(sources)} sources"
    if alert.told_as is ToldAs.MASS:
        return f"{count_pages(alert.pages)} of {of} {THROUGHOUT}"
    came = f" {AT_ONCE}" if alert.told_as is ToldAs.STORM else ""
    return f"{_changes(alert.pages)} of {of}{came}: {_tally(alert.pages)}."


def digest_timing(alert: Alert) -> str:
    """From when to when, and where each change is shown."""
    return f"{first_seen(alert.pages)} The most telling changes come first; each is a change of its own."


def digest_groups(alert: Alert, most: Bounds) -> tuple[tuple[Group, ...], str]:
    """What the message lists, by source, and a sentence on what it leaves out ("" where it lists all)."""
    whole = tuple(_alike(sorted(alert.pages, key=cluster.telling)))
    shown = whole[: None if most.lines is None else most.lines * LONGER]
    entries = [
        _entry(brief, others, most, quoted=place < _quoted_most(most)) for place, (brief, others) in enumerate(shown)
    ]
    counts = Counter(brief.source for brief in alert.pages)
    names = dict.fromkeys(entry.brief.source for entry in entries)
    headings = {name: f"{one_line(name)}: {counted(counts[name], 'change')}" for name in names}
    groups = (Group(heading, _of_source(entries, name)) for name, heading in headings.items())
    left_out = sum(len(others) + 1 for _, others in whole[len(shown) :])
    return tuple(groups), f"… and {left_out:,} more: {since_command(alert, most)}" if left_out else ""


def digest_data(alert: Alert, most: Bounds) -> dict[str, Any]:
    """A webhook's body: a row of each change, most telling first, as many as there is room for, and the ids of all."""
    pages = sorted(alert.pages, key=cluster.telling)
    shown = pages[: None if most.lines is None else most.lines * 5]
    data: dict[str, Any] = {
        "id": alert.change.id,
        "told_as": (alert.told_as or ToldAs.DIGEST).value,
        "count": len(pages),
        "sources": dict(Counter(brief.source for brief in pages)),
        "summary": _tally(pages),
        "pages": [_row(brief, most, quoted=place < _quoted_most(most)) for place, brief in enumerate(shown)],
        "pages_left_out": len(pages) - len(shown),
        "change_ids": [brief.id for brief in alert.pages[:IDS_MOST]],
        "links": {"changes": since_command(alert, most)},
    }
    return {"type": "digest", "timestamp": utc_text(alert.created_at), "data": data}


def _quoted_most(most: Bounds) -> int:
    """How many changes are quoted: fewer, the less room there is."""
    return cluster.QUOTED if most.lines is None else min(cluster.QUOTED, 2 * most.lines)


def quoted_characters(most: Bounds) -> int | None:
    """Of one change's redline, so many characters are shown."""
    return None if most.characters is None else most.characters // QUOTED_SHARE


def _of_source(entries: Iterable[Entry], name: str) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.brief.source == name)


def _alike(pages: Sequence[Brief]) -> Iterator[tuple[Brief, tuple[Brief, ...]]]:
    """Each change with those that are the same edit on other pages, where it was found on many."""
    by_key: dict[str | None, list[Brief]] = {}
    for brief in pages:
        by_key.setdefault(brief.edit_key, []).append(brief)
    for brief in pages:
        alike = by_key[brief.edit_key]
        if brief.edit_key is None or len({each.url for each in alike}) < cluster.SITEWIDE:
            yield brief, ()
        elif brief is alike[0]:
            yield brief, tuple(alike[1:])


def _entry(brief: Brief, others: tuple[Brief, ...], most: Bounds, *, quoted: bool) -> Entry:
    count = len({each.url for each in others} - {brief.url})
    more = f"Edited alike: {counted(count, 'more page')}, monitor changes --alike {brief.id}" if others else ""
    after = f", after silent {', '.join(map(str, brief.earlier))}" if brief.earlier else ""
    return Entry(
        brief,
        brief_label(brief) + after,
        clipped(one_line(brief.title), TITLE_CHARACTERS),
        brief.summary.removeprefix(brief.kind).removeprefix(": ") if brief.kind is not Kind.EDITED else brief.summary,
        more,
        change_link(brief.id, most),
        most_telling(brief.comparison, brief.verdict, PASSAGES) if quoted else (),
    )


def brief_label(brief: Brief) -> str:
    """Kind and disclosure as they stand before a title; of what is no edit the kind alone."""
    edited = brief.kind is Kind.EDITED and brief.disclosure
    return f"{brief.kind.value}, {brief.disclosure.value}" if edited and brief.disclosure else brief.kind.value


def _row(brief: Brief, most: Bounds, *, quoted: bool) -> dict[str, Any]:
    edits = most_telling(brief.comparison, brief.verdict, PASSAGES) if quoted else ()
    return {
        "id": brief.id,
        "source": brief.source,
        "title": clipped(one_line(brief.title), TITLE_CHARACTERS),
        "url": brief.url,
        "kind": brief.kind.value,
        "disclosure": brief.disclosure.value if brief.disclosure else None,
        "signals": ", ".join(brief.signals),
        "summary": brief.summary,
        "redline": passages_text(edits, quoted_characters(most)),
        "seen_after_at": utc_text(brief.seen_after_at),
        "earlier_silent": list(brief.earlier),
    }


def _sources(pages: Iterable[Brief]) -> list[str]:
    return [one_line(name) for name in dict.fromkeys(brief.source for brief in pages)]


def _tally(pages: Iterable[Brief]) -> str:
    """`5 silent, 4 announced, 1 removed`; the disclosures are those of edits."""
    counts = Counter(brief.disclosure if brief.kind is Kind.EDITED else brief.kind for brief in pages)
    return ", ".join(f"{counts[kind]:,} {kind.value}" for kind in KINDS if counts[kind])


def _changes(pages: Sequence[Brief]) -> str:
    return counted(len(pages), "change")
