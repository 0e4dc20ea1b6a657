"""A report -> subject, text, HTML, JSON: what of the monitor itself needs a person, and what is over. Pure."""

import hashlib
from collections.abc import Iterable
from html import escape
from typing import Any

from monitor._render_html import FAINT, HEAD, HEADING, LINE, TAIL
from monitor._render_typeset import clipped, one_line, printable, wrapped
from monitor._render_wording import moment
from monitor.models import Incident, Message, Report, utc_text

SUBJECT_CHARACTERS = 150

SHORT_LINES = 5
"""Of each kind in the short form."""

INCIDENTS_MOST = 30
"""Of each kind in one message; `monitor status` has them all."""

BEGAN, ENDED = "Needs a person", "Over"
MORE = "`monitor status` shows everything that needs a person now."


def report(told: Report, web: str = "") -> Message:
    """The report in words, the same for equal reports. `web` is the address of the web pages, "" without any."""
    why = f"You get this because {told.why}."
    parts = [(BEGAN, [_began(each) for each in told.began]), (ENDED, [_ended(each) for each in told.ended])]
    sections = [(heading, _listed(lines)) for heading, lines in parts if lines]
    return Message(
        id=told.id,
        thread=_thread((*told.began, *told.ended)),
        subject=_subject(told),
        text=printable(_text(sections, why, web)),
        html=printable(_html(_subject(told), sections, why, web)),
        data=_data(told),
        created_at=told.created_at,
        link=f"{web}/status" if web else "",
        why=why,
        receipts=told.receipts,
        short=printable("\n".join(f"{heading}: {line}" for heading, lines in sections for line in lines[:SHORT_LINES])),
    )


def _subject(told: Report) -> str:
    """`[monitor] needs a person: …`, `[monitor] over: …`, `[monitor] 3 things need a person, 1 is over`."""
    began, ended = len(told.began), len(told.ended)
    if began + ended == 1:
        (incident,) = (*told.began, *told.ended)
        words = f"{'needs a person' if began else 'over'}: {incident.words}"
        return clipped(one_line(f"[monitor] {words}"), SUBJECT_CHARACTERS)
    parts = (
        f"{began} {'thing needs' if began == 1 else 'things need'} a person" if began else "",
        f"{ended} {'is' if ended == 1 else 'are'} over" if ended else "",
    )
    return f"[monitor] {', '.join(part for part in parts if part)}"


def _began(incident: Incident) -> str:
    return f"{one_line(incident.words)} (found at {moment(incident.began_at)})"


def _ended(incident: Incident) -> str:
    end = f" to {moment(incident.ended_at)}" if incident.ended_at else ""
    return f"{one_line(incident.words)} (from {moment(incident.began_at)}{end})"


def _listed(lines: list[str]) -> list[str]:
    left = len(lines) - INCIDENTS_MOST
    return [*lines[:INCIDENTS_MOST], f"and {left} more"] if left > 0 else lines


def _text(sections: Iterable[tuple[str, list[str]]], why: str, web: str) -> str:
    parts = (
        f"{heading}\n{'-' * len(heading)}\n" + "\n".join(wrapped(line, "- ", "  ") for line in lines)
        for heading, lines in sections
    )
    more = f"{MORE}\n{web}/status" if web else MORE
    return "\n\n".join((*parts, more)) + f"\n\n--\n{wrapped(why)}\n"


def _html(subject: str, sections: Iterable[tuple[str, list[str]]], why: str, web: str) -> str:
    parts = (
        f'<h2 style="{HEADING}">{heading}</h2>\n'
        + "\n".join(f'<p dir="auto" style="{LINE}">{escape(line)}</p>' for line in lines)
        for heading, lines in sections
    )
    more = f' <a href="{escape(web)}/status">{escape(web)}/status</a>' if web else ""
    end = f'<p style="margin:24px 0 4px">{escape(MORE)}{more}</p>\n<p style="{FAINT}">{escape(why)}</p>'
    return "\n".join((HEAD.replace("{title}", escape(subject)), *parts, end, TAIL))


def _data(told: Report) -> dict[str, Any]:
    """A webhook's body."""
    data = {
        "began": [_row(each) for each in told.began[:INCIDENTS_MOST]],
        "ended": [_row(each) | {"ended_at": _at(each)} for each in told.ended[:INCIDENTS_MOST]],
        "left_out": sum(max(len(each) - INCIDENTS_MOST, 0) for each in (told.began, told.ended)),
    }
    return {"type": "incidents", "timestamp": utc_text(told.created_at), "data": data}


def _row(incident: Incident) -> dict[str, Any]:
    return {"key": incident.key, "words": one_line(incident.words), "began_at": utc_text(incident.began_at)}


def _at(incident: Incident) -> str | None:
    return utc_text(incident.ended_at) if incident.ended_at else None


def _thread(incidents: tuple[Incident, ...]) -> str:
    """One thread for a beginning and its end, where each is told alone."""
    first = incidents[0]
    return "incident-" + hashlib.sha256(f"{first.key} {utc_text(first.began_at)}".encode()).hexdigest()[:20]
