"""What a message says of the pages it tells, where one edit was found on many. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitor._render_typeset import clipped, counted, one_line
from monitor._render_wording import TITLE_CHARACTERS, Bounds, alike_command, label, moment, pages_command, span_of_time
from monitor.models import Alert, Brief, Change, Disclosure, utc_text

LONGER = 5
"""A list of pages may be so many times as long as other lists: 105 lines of a mail at most."""

IDS_MOST = 1500
"""Of the pages' changes, in a webhook: 12 KB of numbers."""

HEADING = "The pages"

EDITED_ALIKE = {
    Disclosure.SILENT: "The publisher edited {} alike and did not say so.",
    Disclosure.ANNOUNCED: "The publisher edited {} alike and said so.",
    Disclosure.INDETERMINATE: "The publisher edited {} alike; whether it said so cannot be told.",
}


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page as a message lists it; `words` are its change's number, its disclosure and what else is its own."""

    title: str
    url: str
    words: str


def pages_subject(change: Change, pages: Sequence[Brief]) -> str:
    """A digest is about no page, so what was edited stands in the title's place."""
    return f"[{label(change)}] {count_pages(pages)}: {clipped(one_line(change.summary), TITLE_CHARACTERS)}"


def pages_sentence(change: Change, pages: Sequence[Brief]) -> str:
    """What happened, in one sentence."""
    disclosure = change.verdict.disclosure if change.verdict else Disclosure.INDETERMINATE
    return EDITED_ALIKE[disclosure].format(count_pages(pages))


def pages_timing(pages: Sequence[Brief]) -> str:
    """From when to when the edit was first seen on one page after the other."""
    return f"{first_seen(pages)} Below, the first page stands for all."


def first_seen(pages: Sequence[Brief]) -> str:
    """When the first and the last of these changes were first seen, in a sentence."""
    first, *_, last = sorted(brief.seen_after_at for brief in pages)
    return f"First seen at {moment(first)}." if first == last else f"First seen between {span_of_time(first, last)}."


def page_lines(change: Change, pages: Sequence[Brief], most: Bounds) -> tuple[tuple[PageLine, ...], str]:
    """The pages a message lists, and a sentence on those it leaves out ("" where it lists all)."""
    shown = pages[: None if most.lines is None else most.lines * LONGER]
    more = f"… and {len(pages) - len(shown):,} more: {alike_command(change)}" if len(shown) < len(pages) else ""
    return tuple(_page_line(brief, change) for brief in shown), more


def with_pages(data: dict[str, Any], alert: Alert, most: Bounds) -> dict[str, Any]:
    """A webhook's body with its pages, where there are several: rows of some, and of all the ids of their changes.

    Those past `IDS_MOST`, and the rows of those that have none, are in what the link `alike` lists.
    """
    pages = alert.pages
    if not pages:
        return data
    shown = pages[: None if most.lines is None else most.lines * LONGER]
    listed: dict[str, Any] = {"pages": [_page_row(brief) for brief in shown]}
    if len(shown) < len(pages):
        ids = [brief.id for brief in pages[:IDS_MOST]]
        links = data["data"]["links"] | {"alike": pages_command(alert)}
        listed |= {"pages_left_out": len(pages) - len(shown), "change_ids": ids, "links": links}
    return data | {"data": data["data"] | listed}


def _page_row(brief: Brief) -> dict[str, Any]:
    return {
        "id": brief.id,
        "title": _title(brief),
        "url": brief.url,
        "kind": brief.kind.value,
        "disclosure": brief.disclosure.value if brief.disclosure else None,
        "summary": brief.summary,
        "seen_after_at": utc_text(brief.seen_after_at),
        "earlier_silent": list(brief.earlier),
    }


def count_pages(pages: Sequence[Brief]) -> str:
    """`3 pages`, however many changes they had."""
    return counted(len({brief.url for brief in pages}), "page")


def _page_line(brief: Brief, change: Change) -> PageLine:
    words = (
        f"change {brief.id}",
        brief.disclosure.value if brief.disclosure else "",
        f"after silent {', '.join(map(str, brief.earlier))}" if brief.earlier else "",
        brief.summary if brief.summary != change.summary else "",
    )
    return PageLine(_title(brief), brief.url, ", ".join(filter(None, words)))


def _title(brief: Brief) -> str:
    return clipped(one_line(brief.title), TITLE_CHARACTERS)
