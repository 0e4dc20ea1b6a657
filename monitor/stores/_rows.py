"""Rows into values: pages, versions, changes, alerts. Pure."""

import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from monitor.cluster import with_sitewide
from monitor.models import (
    Alert,
    AlertState,
    Brief,
    Change,
    Comparison,
    Disclosure,
    Kind,
    Page,
    Receipt,
    Role,
    Settlement,
    SignalName,
    Statement,
    ToldAs,
    Verdict,
    Version,
    utc_text,
    utc_time,
)
from monitor.stores._json import from_json, quotes_from_json

PAGE_FIELDS = tuple(field.name for field in fields(Page))
"""The columns of `pages` and `habits` that make a Page are named as its fields."""

SNAPSHOT_LEVEL = 6
"""Of zlib: level 9 saves 1 % on real pages and takes twice as long."""


def page(row: Mapping[str, Any]) -> Page:
    """A page from its row of `pages`, joined by that of `habits` where it has one."""
    return Page(
        **{name: row[name] for name in PAGE_FIELDS if name in row}
        | {
            "role": Role(row["role"]),
            "baseline": bool(row["baseline"]),
            "removed": bool(row["removed"]),
            "configured": bool(row["configured"]),
            "urgent": bool(row["urgent"]),
            "streak_at": time(row["streak_at"]),
            "next_check_at": time(row["next_check_at"]),
            "seen_at": time(row["seen_at"]),
            "edited_at": time(row.get("edited_at")),
        }
    )


def ending(told_id: str, settlement: Settlement, now: datetime) -> dict[str, Any]:
    """How the try of a message ended, by the columns that alerts and reports share; `counted` is added to its tries."""
    pending = settlement.state is AlertState.PENDING
    return {
        "id": told_id,
        "state": settlement.state,
        "counted": settlement.counted,
        "detail": settlement.detail or None,
        "sent_at": utc_text(now) if settlement.state is AlertState.SENT else None,
        "next_attempt_at": utc_text(settlement.next_attempt_at or now) if pending else None,
    }


def page_state(page: Page) -> dict[str, Any]:
    """A page's columns by name, as they are stored."""
    return {name: getattr(page, name) for name in PAGE_FIELDS} | {
        "streak_at": text(page.streak_at),
        "next_check_at": text(page.next_check_at),
        "seen_at": text(page.seen_at),
        "edited_at": text(page.edited_at),
    }


def version(row: Mapping[str, Any]) -> Version:
    """A version from its row."""
    return Version(
        id=row["id"],
        number=row["number"],
        statement=from_json(Statement, row["statement"]),
        content_hash=row["content_hash"],
        seen_at=utc_time(row["first_seen_at"]),
    )


def change(row: Mapping[str, Any], earlier: tuple[Brief, ...], earlier_left_out: int) -> Change:
    """A change from the row that `_changes.CHANGE` selects and the silent edits before it."""
    verdict = from_json(Verdict, row["verdict"]) if row["verdict"] else None
    return Change(
        id=row["id"],
        detected_at=utc_time(row["detected_at"]),
        page_id=row["page_id"],
        source=row["source"],
        kind=Kind(row["kind"]),
        title=row["title"],
        url=row["url"],
        summary=row["summary"],
        seen_after_at=utc_time(row["seen_after_at"]),
        seen_before_at=time(row["seen_before_at"]),
        verdict=with_sitewide(verdict, row["alike"]),
        comparison=from_json(Comparison, row["comparison"]),
        note=row["note"],
        before_version=row["before_version"],
        after_version=row["after_version"],
        snapshot_hash=row["snapshot_hash"],
        alerts=row["alerts"],
        first_change_id=row["first_change_id"],
        edit_key=row["edit_key"],
        alike=max(row["alike"], 1),
        quotes=quotes_from_json(row["quotes"]),
        earlier=earlier,
        earlier_left_out=earlier_left_out,
        language=row["language"],
    )


def brief(row: Mapping[str, Any]) -> Brief:
    """A change in a line, from the row that `_changes.BRIEF` selects."""
    return Brief(
        id=row["id"],
        title=row["title"],
        url=row["url"],
        summary=row["summary"],
        seen_after_at=utc_time(row["seen_after_at"]),
        disclosure=Disclosure(row["disclosure"]) if row["disclosure"] else None,
        earlier=tuple(sorted(map(int, row["earlier"].split(",")))) if row["earlier"] else (),
        kind=Kind(row["kind"]),
        source=row["source"],
        signals=tuple(map(SignalName, filter(None, row["signals"].split(", ")))),
        edit_key=row["edit_key"],
    )


def what_differs(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a brief that say what differs."""
    verdict = from_json(Verdict, row["verdict"]) if row["verdict"] else None
    return {"verdict": verdict, "comparison": from_json(Comparison, row["comparison"]), "language": row["language"]}


def alert(row: Mapping[str, Any], its_change: Change, pages: tuple[Brief, ...], receipts: tuple[Receipt, ...]) -> Alert:
    """An alert from its row, its change, the changes its message tells where these are several, and its receipts."""
    made_at = utc_time(row["created_at"])
    told_as = ToldAs(row["told_as"]) if row["told_as"] and pages else None
    if told_as:  # readers' mail is sorted by its date, and what waited for its hour is new then
        made_at = utc_time(row["told_at"] or row["created_at"])
    return Alert(row["id"], its_change, row["channel"], row["attempts"], made_at, pages, receipts, told_as)


def by_name(cursor: sqlite3.Cursor) -> Iterator[dict[str, Any]]:
    """A cursor's rows by column name."""
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def time(text: str | None) -> datetime | None:
    """The time that `text` wrote."""
    return utc_time(text) if text else None


def text(at: datetime | None) -> str | None:
    """A time as it is stored."""
    return utc_text(at) if at else None


def packed(body: bytes) -> bytes:
    """A snapshot's bytes as they are stored."""
    return zlib.compress(body, SNAPSHOT_LEVEL)


def unpacked(body: bytes) -> bytes:
    """A snapshot's bytes as they were served.

    Raises:
        zlib.error: what is stored is damaged.
    """
    return zlib.decompress(body)
