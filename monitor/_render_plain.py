"""A message that asks nothing of a change's words: for what cannot be rendered, and for who finds the whole too large.

Pure.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from monitor._render_pages import IDS_MOST, with_pages
from monitor._render_typeset import one_line
from monitor._render_wording import TITLE_CHARACTERS, bounds, pages_command
from monitor.models import Alert, Change, Message, ToldAs, utc_text

WEBHOOK_BYTES = 20_000
"""The whole body of a webhook; receivers commonly refuse more than a few times that."""

LEAST_CHARACTERS = 200
"""Of a redline in the shortest message; lists beside it are as short."""

NAMED_MOST = 10
"""Of a digest's sources, where it says why it came."""

ADDRESSES_BYTES = 40_000
"""Of the other pages' addresses, in a plain message."""


def plain(alert: Alert) -> Message:
    """The alert without its edits, for a change that no better words can be found for."""
    change, kind, name = alert.change, alert.change.kind.value, _name(alert.change)
    why = f"You get this because {reason(alert)}."
    others = "".join(f"{line}\n" for line in _others(alert))
    more = f" and {len(alert.pages) - 1} more" if alert.pages else ""
    shows = f"`monitor show {change.id}` shows what changed."
    thin = thin_data(alert)
    listing = thin if alert.told_as else with_pages(thin, alert, bounds(LEAST_CHARACTERS))
    return Message(
        id=alert.id,
        thread=thread(alert),
        subject=f"[{kind}] {name}{more}",
        text=f"{kind}: {name}\n{one_line(change.url)}\n{others}\n{shows}\n\n{why}\n",
        html="",
        data=listing if len(json_bytes(listing)) <= WEBHOOK_BYTES else thin,
        created_at=alert.created_at,
        why=why,
        thin=thin,
        short=f"{kind}: {name}{more}",
        link="" if alert.told_as else one_line(change.url),
    )


def thin_data(alert: Alert) -> dict[str, Any]:
    """A webhook's body that says no more than which page changed and where the change is to be seen."""
    change = alert.change
    if alert.told_as:
        return _thin_digest(alert)
    data = {
        "id": change.id,
        "source": change.source,
        "kind": change.kind.value,
        "title": _name(change),
        "url": one_line(change.url),
        "links": {"change": f"monitor show {change.id}"} | ({"alike": pages_command(alert)} if alert.pages else {}),
    }
    return {"type": f"change.{change.kind.value}", "timestamp": utc_text(change.detected_at), "data": data}


def _thin_digest(alert: Alert) -> dict[str, Any]:
    ids = [brief.id for brief in alert.pages[:IDS_MOST]]
    links = {"changes": pages_command(alert)}
    data = {"id": alert.change.id, "told_as": alert.told_as, "count": len(alert.pages), "change_ids": ids}
    return {"type": "digest", "timestamp": utc_text(alert.created_at), "data": data | {"links": links}}


def json_bytes(data: dict[str, Any]) -> bytes:
    """The one way a message's data is written: UTF-8, no spaces, keys in the order they were made."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def reason(alert: Alert) -> str:
    """Why the channel gets it, where nobody else says so."""
    names = list(dict.fromkeys(brief.source for brief in alert.pages if alert.told_as)) or [alert.change.source]
    more = len(names) - NAMED_MOST
    named = ", ".join(f'"{one_line(name)}"' for name in names[:NAMED_MOST]) + (
        f" and {more:,} more" if more > 0 else ""
    )
    send = f"source {named} sends its changes" if len(names) == 1 else f"sources {named} send their changes"
    gathered = ", which has them gathered into a digest" if alert.told_as is ToldAs.DIGEST else ""
    return f'{send} to channel "{alert.channel}"{gathered}'


def thread(alert: Alert) -> str:
    """One thread per page, whichever of its changes a channel was told of first; one per edit found on many pages."""
    change = alert.change
    if alert.told_as:
        return f"digest-{alert.id}"
    if alert.pages:
        return f"edit-{change.edit_key}"
    return "page-" + hashlib.sha256(change.url.encode("utf-8", "replace")).hexdigest()[:20]


def _name(change: Change) -> str:
    return one_line(change.title)[:TITLE_CHARACTERS]


def _others(alert: Alert) -> Iterator[str]:
    """The addresses of the further pages, as many as there is room for, and how to see the rest."""
    room = ADDRESSES_BYTES
    pages = alert.pages
    for number, brief in enumerate(pages[1:], 1):
        url = one_line(brief.url)
        room -= len(url.encode()) + 1
        if room < 0:
            yield f"… and {len(pages) - number:,} more: {pages_command(alert)}"
            return
        yield url
