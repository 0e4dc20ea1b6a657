"""A change -> subject, text, HTML, JSON: the same at every try. Pure.

change
| wording     what happened, sentence by sentence
| redline     what differs
| render      laid out as text, as HTML (_render_html) and as JSON, as long as the far end takes
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar

from monitor._render_html import html_part
from monitor._render_redline import redline_html, redline_text
from monitor._render_summary import summary
from monitor._render_typeset import one_line, printable, wrapped
from monitor._render_wording import (
    TITLE_CHARACTERS,
    WHOLE,
    Bounds,
    Section,
    bounds,
    cut,
    edits_heading,
    label,
    sections,
    timing_sentence,
    title,
    verdict_sentence,
)
from monitor.models import Alert, Change, Comparison, Message, utc_text

__all__ = [
    "change_row",
    "change_text",
    "json_bytes",
    "message",
    "plain",
    "redline_html",
    "redline_text",
    "summary",
]

MAIL_PART_BYTES = 60_000
"""One part of a mail before it is encoded for transport: both together stay under 200 KB."""

WEBHOOK_BYTES = 20_000
"""The whole body of a webhook; receivers commonly refuse more than a few times that."""

MOST_CHARACTERS = 12_000
"""Of a redline in a message: nobody reads more of it in a mail."""

LEAST_CHARACTERS = 200

T = TypeVar("T", str, dict[str, Any])


def message(alert: Alert, channel_why: str = "") -> Message:
    """The alert in words; equal alerts give equal messages. `channel_why` says why this channel gets it."""
    change, why = alert.change, f"You get this because {channel_why or _why(alert)}."
    return Message(
        id=alert.id,
        thread=_thread(change),
        subject=_subject(change),
        text=_fitting(lambda most: _text_part(change, most, why), MAIL_PART_BYTES),
        html=_fitting(lambda most: printable(html_part(change, most, why)), MAIL_PART_BYTES),
        data=_fitting(lambda most: _data(change, most), WEBHOOK_BYTES),
        created_at=alert.created_at,
        why=why,
    )


def plain(alert: Alert) -> Message:
    """The alert without its edits, for a change that `message` cannot render: it asks nothing of the change's words."""
    change, why = alert.change, f"You get this because {_why(alert)}."
    name, url = one_line(change.title)[:TITLE_CHARACTERS], one_line(change.url)
    text = f"{change.kind.value}: {name}\n{url}\n\n`monitor show {change.id}` shows what changed.\n\n{why}\n"
    data = {"id": change.id, "source": change.source, "kind": change.kind.value, "title": name, "url": url}
    return Message(
        id=alert.id,
        thread=_thread(change),
        subject=f"[{change.kind.value}] {name}",
        text=text,
        html="",
        data={"type": f"change.{change.kind.value}", "timestamp": utc_text(change.detected_at), "data": data},
        created_at=alert.created_at,
        why=why,
    )


def change_text(change: Change) -> str:
    """The change whole, as text in 80 columns: verdict, redline, note, reasons, evidence."""
    return _text(change, WHOLE)


def change_row(change: Change) -> dict[str, Any]:
    """The change whole, as JSON values: the columns of `change_log`, the changed fields, the redline and links."""
    return _row(change, WHOLE)


def json_bytes(data: dict[str, Any]) -> bytes:
    """The one way a message's data is written: UTF-8, no spaces, keys in the order they were made."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


# --- as long as the far end takes ------------------------------------------------------------------------------------


def _fitting(render: Callable[[Bounds], T], most_bytes: int) -> T:
    """The longest of ever shorter renderings that keeps to `most_bytes`."""
    characters = MOST_CHARACTERS
    while _size(rendered := render(bounds(characters))) > most_bytes and characters > LEAST_CHARACTERS:
        characters //= 2
    return rendered


def _size(rendered: str | dict[str, Any]) -> int:
    return len(rendered.encode("utf-8", "replace") if isinstance(rendered, str) else json_bytes(rendered))


# --- text ------------------------------------------------------------------------------------------------------------


def _subject(change: Change) -> str:
    return f"[{label(change)}] {title(change)}"


def _why(alert: Alert) -> str:
    return f'source "{alert.change.source}" sends its changes to channel "{alert.channel}"'


def _thread(change: Change) -> str:
    """One thread per page, whichever of its changes a channel was told of first."""
    return "page-" + hashlib.sha256(change.url.encode("utf-8", "replace")).hexdigest()[:20]


def _text_part(change: Change, most: Bounds, why: str) -> str:
    return printable(f"{_text(change, most)}\n--\n{wrapped(why)}\n")


def _text(change: Change, most: Bounds) -> str:
    redline = redline_text(change.comparison, most.characters)
    parts = (
        wrapped(verdict_sentence(change)),
        f"{wrapped(title(change))}\n{change.url}",
        wrapped(timing_sentence(change)),
        f"{_underlined(edits_heading(change))}\n\n{redline}" if redline else "",
        *(_text_section(section) for section in sections(change, most)),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _underlined(heading: str) -> str:
    return f"{heading}\n{'-' * len(heading)}"


def _text_section(section: Section) -> str:
    lines = (wrapped(line, *_MARKS[section.quoted]) for line in section.lines)
    return "\n".join((_underlined(section.heading), *lines))


_MARKS = {True: ("> ", "> "), False: ("- ", "  ")}


# --- JSON ------------------------------------------------------------------------------------------------------------


def _data(change: Change, most: Bounds) -> dict[str, Any]:
    """A webhook's body, as Standard Webhooks 1.0 lays it out."""
    return {
        "type": f"change.{change.kind.value}",
        "timestamp": utc_text(change.detected_at),
        "data": _row(change, most),
    }


def _row(change: Change, most: Bounds) -> dict[str, Any]:
    reasons = change.verdict.reasons if change.verdict else ()
    signals = change.verdict.signals if change.verdict else ()
    changes = _changes(change.comparison, most)
    return _columns(change, most) | {
        "changes": changes[: most.lines],
        "changes_left_out": len(changes) - len(changes[: most.lines]),
        "redline": redline_text(change.comparison, most.characters),
        "reasons": _lines(reasons, most),
        "signals_detail": [{"signal": signal.name.value, "words": _lines(signal.words, most)} for signal in signals],
        "links": {
            "page": change.url,
            "change": f"monitor show {change.id}",
            "snapshot": f"sha256:{change.snapshot_hash}" if change.snapshot_hash else None,
        },
    }


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
