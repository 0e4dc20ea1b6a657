"""A change -> subject, text, HTML, JSON: the same at every try. Pure.

change
| wording     what happened, sentence by sentence
| redline     what differs
| render      laid out as text, as HTML (_render_html) and as JSON, as long as the far end takes
"""

from collections.abc import Callable
from typing import Any, TypeVar

from monitor._render_digest import (
    Entry,
    Group,
    digest_data,
    digest_groups,
    digest_sentence,
    digest_subject,
    digest_timing,
    quoted_characters,
)
from monitor._render_html import html_part
from monitor._render_pages import HEADING as PAGES_HEADING
from monitor._render_pages import PageLine, page_lines, pages_sentence, pages_subject, pages_timing, with_pages
from monitor._render_plain import LEAST_CHARACTERS, WEBHOOK_BYTES, json_bytes, plain, reason, thread
from monitor._render_quotes import quotes_detail, quotes_row, quotes_summary, quotes_text
from monitor._render_redline import passages_text, redline_html, redline_text
from monitor._render_report import report
from monitor._render_sample import marked, sample
from monitor._render_short import link, short
from monitor._render_summary import summary
from monitor._render_typeset import one_line, printable, wrapped
from monitor._render_wording import (
    WHOLE,
    Bounds,
    Section,
    bounds,
    change_link,
    cut,
    edits_heading,
    label,
    sections,
    timing_sentence,
    title,
    verdict_sentence,
)
from monitor.models import Alert, Brief, Change, Comparison, Message, utc_text

__all__ = [
    "change_row",
    "change_text",
    "given",
    "json_bytes",
    "marked",
    "message",
    "plain",
    "quotes_summary",
    "redline_html",
    "redline_text",
    "report",
    "sample",
    "summary",
]

MAIL_PART_BYTES = 60_000
"""One part of a mail before it is encoded for transport: both together stay under 200 KB."""

MOST_CHARACTERS = 12_000
"""Of a redline in a message: nobody reads more of it in a mail."""

T = TypeVar("T", str, dict[str, Any])


def message(alert: Alert, web: str = "") -> Message:
    """The alert in words; equal alerts give equal messages. Its links lead to the web pages at the address `web`, if
    there are any.
    """
    why = f"You get this because {reason(alert)}."
    least = plain(alert)
    return Message(
        id=alert.id,
        thread=thread(alert),
        subject=_subject(alert),
        text=_fitting(lambda most: _text_part(alert, most, why), MAIL_PART_BYTES, least.text, web),
        html=_fitting(lambda most: printable(html_part(alert, most, why)), MAIL_PART_BYTES, "", web),
        data=_fitting(lambda most: _data(alert, most), WEBHOOK_BYTES, least.thin, web),
        created_at=alert.created_at,
        why=why,
        thin=least.thin,
        short=short(alert),
        link=link(alert, web),
    )


def given(alert: Alert, message: Message) -> dict[str, Any]:
    """What a template may use: the message in built-in words, part by part, and the columns and lists of its data, as
    long as a mail takes them. `pages` is empty where it tells one change."""
    data = _fitting(lambda most: _data(alert, most), MAIL_PART_BYTES, message.thin, "")["data"]
    if alert.told_as:
        data = _fitting(lambda most: _row(alert.change, most), MAIL_PART_BYTES, {}, "") | data
    count = max(len(alert.pages), 1)
    several = {"pages": [], "pages_left_out": 0, "change_ids": []}
    gathered = {"told_as": None, "count": count, "sources": {alert.change.source: count}}
    redline = redline_html(alert.change.comparison, MOST_CHARACTERS, alert.change.language)
    parts = {"subject": message.subject, "text": message.text, "html": message.html, "redline_html": redline}
    return {**several, **gathered, **data, **parts, "why": message.why, "channel": alert.channel}


def change_text(change: Change) -> str:
    """The change whole, as text in 80 columns: verdict, redline, note, reasons, evidence."""
    return _text(change, WHOLE)


def change_row(change: Change) -> dict[str, Any]:
    """The change whole, as JSON values: the columns of `change_log`, the changed fields, the redline and links."""
    return _row(change, WHOLE)


# --- as long as the far end takes ------------------------------------------------------------------------------------


def _fitting(render: Callable[[Bounds], T], most_bytes: int, least: T, web: str) -> T:
    """The longest of ever shorter renderings that keeps to `most_bytes`; `least` where none does."""
    characters = MOST_CHARACTERS
    while _size(rendered := render(bounds(characters, web))) > most_bytes:
        if characters <= LEAST_CHARACTERS:
            return least
        characters //= 2
    return rendered


def _size(rendered: str | dict[str, Any]) -> int:
    return len(rendered.encode("utf-8", "replace") if isinstance(rendered, str) else json_bytes(rendered))


# --- text ------------------------------------------------------------------------------------------------------------


def _subject(alert: Alert) -> str:
    change = alert.change
    if alert.told_as:
        return digest_subject(alert)
    return pages_subject(change, alert.pages) if alert.pages else f"[{label(change)}] {title(change)}"


def _text_part(alert: Alert, most: Bounds, why: str) -> str:
    text = _digest_text(alert, most) if alert.told_as else _text(alert.change, most, alert.pages)
    return printable(f"{text}\n--\n{wrapped(why)}\n")


def _digest_text(alert: Alert, most: Bounds) -> str:
    groups, more = digest_groups(alert, most)
    head = (wrapped(digest_sentence(alert)), wrapped(digest_timing(alert)))
    return (
        "\n\n".join((*head, *(_text_group(group, most) for group in groups), *([wrapped(more)] if more else ()))) + "\n"
    )


def _text_group(group: Group, most: Bounds) -> str:
    return "\n\n".join((_underlined(group.heading), *(_text_entry(entry, most) for entry in group.entries)))


def _text_entry(entry: Entry, most: Bounds) -> str:
    lines = (
        wrapped(f"[{entry.label}] {entry.title}", "", "  "),
        entry.summary and wrapped(entry.summary, "  ", "  "),
        passages_text(entry.quoted, quoted_characters(most), "    "),
        entry.more and wrapped(entry.more, "  ", "  "),
        f"  {entry.brief.url}",
        f"  {entry.link}",
    )
    return "\n".join(line for line in lines if line)


def _text(change: Change, most: Bounds, pages: tuple[Brief, ...] = ()) -> str:
    redline = redline_text(change.comparison, most.characters)
    parts = (
        *quotes_text(change, most),
        *(_pages_head(change, pages) if pages else _head(change)),
        f"{_underlined(edits_heading(change))}\n\n{redline}" if redline else "",
        _text_pages(*page_lines(change, pages, most)) if pages else "",
        *(_text_section(section) for section in sections(change, most, alone=not pages)),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(change: Change) -> tuple[str, ...]:
    place = f"{wrapped(title(change))}\n{change.url}"
    return wrapped(verdict_sentence(change)), place, wrapped(timing_sentence(change))


def _pages_head(change: Change, pages: tuple[Brief, ...]) -> tuple[str, ...]:
    return wrapped(pages_sentence(change, pages)), wrapped(pages_timing(pages))


def _text_pages(shown: tuple[PageLine, ...], more: str) -> str:
    lines = (wrapped(f"{page.title} ({page.words}): {page.url}", "- ", "  ") for page in shown)
    return "\n".join(line for line in (_underlined(PAGES_HEADING), *lines, wrapped(more)) if line)


def _underlined(heading: str) -> str:
    return f"{heading}\n{'-' * len(heading)}"


def _text_section(section: Section) -> str:
    lines = (wrapped(line, *_MARKS[section.quoted]) for line in section.lines)
    return "\n".join((_underlined(section.heading), *lines))


_MARKS = {True: ("> ", "> "), False: ("- ", "  ")}


# --- JSON ------------------------------------------------------------------------------------------------------------


def _data(alert: Alert, most: Bounds) -> dict[str, Any]:
    """A webhook's body, as Standard Webhooks 1.0 lays it out."""
    if alert.told_as:
        return digest_data(alert, most)
    change = alert.change
    whole = {
        "type": f"change.{change.kind.value}",
        "timestamp": utc_text(change.detected_at),
        "data": _row(change, most),
    }
    return with_pages(whole, alert, most)


def _row(change: Change, most: Bounds) -> dict[str, Any]:
    reasons = change.verdict.reasons if change.verdict else ()
    signals = change.verdict.signals if change.verdict else ()
    changes, earlier = _changes(change.comparison, most), _earlier_rows(change)
    return _columns(change, most) | {
        "changes": changes[: most.lines],
        "changes_left_out": len(changes) - len(changes[: most.lines]),
        "redline": redline_text(change.comparison, most.characters),
        "reasons": _lines(reasons, most),
        "earlier_silent": earlier[-most.lines :] if most.lines else earlier,
        "earlier_silent_left_out": change.earlier_left_out + max(len(earlier) - (most.lines or len(earlier)), 0),
        "signals_detail": [{"signal": signal.name.value, "words": _lines(signal.words, most)} for signal in signals],
        "quotes_detail": quotes_detail(change.quotes, most),
        "links": {
            "page": change.url,
            "change": change_link(change.id, most),
            "snapshot": f"sha256:{change.snapshot_hash}" if change.snapshot_hash else None,
        },
    }


def _earlier_rows(change: Change) -> list[dict[str, Any]]:
    return [
        {"id": brief.id, "seen_after_at": utc_text(brief.seen_after_at), "summary": brief.summary}
        for brief in change.earlier
    ]


def _lines(lines: tuple[str, ...], most: Bounds) -> list[str]:
    return [cut(line, most.line) for line in lines[: most.lines]]


def _columns(change: Change, most: Bounds) -> dict[str, Any]:
    """The columns of `change_log`; its counts of alerts are those at the time the change was committed."""
    verdict, comparison = change.verdict, change.comparison
    return {
        "id": change.id,
        "detected_at": utc_text(change.detected_at),
        "source": change.source,
        "kind": change.kind.value,
        "disclosure": verdict.disclosure.value if verdict else None,
        "title": cut(one_line(change.title), most.line),
        "url": change.url,
        "note": cut(change.note, most.line) if change.note else None,
        "signals": ", ".join(signal.name.value for signal in (verdict.signals if verdict else ())),
        "fields": ", ".join(comparison.field_names),
        "summary": change.summary,
        "words_added": comparison.words_added,
        "words_removed": comparison.words_removed,
        "before_version": change.before_version,
        "after_version": change.after_version,
        "seen_before_at": utc_text(change.seen_before_at) if change.seen_before_at else None,
        "seen_after_at": utc_text(change.seen_after_at),
        "alerts_sent": 0,
        "alerts_pending": change.alerts,
        "alerts_failed": 0,
        "quotes": cut(quotes, most.line) if (quotes := quotes_row(change.quotes)) else None,
    }


def _changes(comparison: Comparison, most: Bounds) -> list[dict[str, Any]]:
    """The changed fields with before and after; the body block by block, each with the heading it stands under."""

    def side(text: str | None) -> str | None:
        return text if text is None else cut(text, most.line)

    fields = [
        {"field": change.field, "before": side(change.before), "after": side(change.after)}
        for change in comparison.fields
        if not change.metadata
    ]
    blocks = [
        {
            "field": "body",
            "op": change.op.value,
            "heading": cut(change.heading, most.line),
            "before": side(change.before.text if change.before else None),
            "after": side(change.after.text if change.after else None),
        }
        for change in comparison.blocks
    ]
    return [*fields, *blocks]
