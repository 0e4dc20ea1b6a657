"""One change: its redline in the text, the verdict and why, the publisher's note, and the evidence."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor._render_quotes import watched
from monitor._render_wording import WHOLE, timing_sentence, verdict_sentence
from monitor.interfaces import Row
from monitor.models import Block, Change, Kind, Statement
from monitor.stores import _reading_changes as reading_changes
from monitor.stores._reading import Reader
from monitor.web import _page, _params
from monitor.web._redline import redline, touched

AROUND = 20
"""Other changes of the page that are listed."""

VIEWS = ("inline", "side")


def one(request: Request) -> Response:
    """The change that the address names."""
    change_id = _params.identity(request)
    view = _params.one_of(request, "view", VIEWS) or VIEWS[0]
    with _page.reading(request) as reader:
        change = reader.change(change_id)
        if change is None:
            raise HTTPException(404, f"There is no change {change_id}.")
        told = _told(reader, change) | _page.links(request)
        return _page.render(request, "change.html", view=view, **told)


def _told(reader: Reader, change: Change) -> dict[str, Any]:
    before = reading_changes.version(reader, change.page_id, change.before_version)
    after = reading_changes.version(reader, change.page_id, change.after_version)
    verdict = change.verdict
    around = reading_changes.changes_around(reader, change.page_id, change.id, AROUND)
    return {
        "change": change,
        "sentence": verdict_sentence(change),
        "timing": timing_sentence(change),
        "quotes": watched(change, WHOLE),
        "reasons": verdict.reasons if verdict else (),
        "signals": touched(verdict),
        "names": [signal.name.value for signal in verdict.signals] if verdict else [],
        "redline": redline(change.comparison, _body(before), _body(after or before)),
        "about": _about((after or before or {}).get("statement")),
        "versions": [(words, row) for words, row in _versions(change, before, after) if row],
        "around": around,
        "alerts": reading_changes.alerts_of(reader, change.id),
        "read": reading_changes.is_read(reader, change.id),
    }


def _about(statement: Statement | None) -> str:
    """`Press release from Department for Rivers and Harbours`"""
    if statement is None:
        return ""
    publishers = ", ".join(statement.publishers)
    return " from ".join(filter(None, (statement.document_type, publishers)))


def _body(version: Row | None) -> tuple[Block, ...]:
    return version["statement"].body if version else ()


def _versions(change: Change, before: Row | None, after: Row | None) -> tuple[tuple[str, Row | None], ...]:
    if change.kind is Kind.PUBLISHED:
        return (("As first seen", after),)
    same = before and after and before["id"] == after["id"]
    return (("As it was", before), ("As it was", None) if same else ("As it is since", after))


ROUTES = [Route("/changes/{id:int}", one)]
