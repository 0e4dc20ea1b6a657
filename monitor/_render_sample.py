"""A message that only shows that a channel works: of a change nobody made, and marked so wherever it is read. Pure."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape

from monitor import disclose
from monitor._render_summary import summary
from monitor.compare import compare
from monitor.models import Alert, Block, BlockKind, Change, Kind, Message, Note, Statement

MARK = "This is a test: no page was edited, and nothing was recorded."

URL = "https://www.example.org/made-up-statement"
TITLE = "Small Harbours Fund opens"


def sample(alert_id: str, channel: str, now: datetime) -> Alert:
    """An alert of a made-up silent edit; see `marked`."""
    before, after = _statement("£1.5 million", "must"), _statement("£15 million", "should")
    comparison = compare(before, after)
    verdict = disclose.verdict(before, after, comparison)
    change = Change(
        id=0,
        detected_at=now,
        page_id=0,
        source="test",
        kind=Kind.EDITED,
        title=TITLE,
        url=URL,
        summary=summary(Kind.EDITED, comparison, verdict),
        seen_after_at=now,
        seen_before_at=now - timedelta(minutes=15),
        verdict=verdict,
        comparison=comparison,
        before_version=1,
        after_version=2,
        alerts=1,
    )
    return Alert(alert_id, change, channel, 0, now)


def marked(message: Message) -> Message:
    """The message, with a plain word that it is a test; what a program reads has the type "test"."""
    html = re.sub(
        r"<body[^>]*>", lambda match: f"{match[0]}\n<p><strong>{escape(MARK)}</strong></p>", message.html, count=1
    )
    return replace(
        message,
        subject=f"[test] {message.subject}",
        text=f"{MARK}\n\n{message.text}",
        short=f"{MARK}\n{message.short}" if message.short else "",
        html=html,
        data={**message.data, "type": "test"} if message.data else {},
        thin={**message.thin, "type": "test"} if message.thin else {},
    )


def _statement(sum_of_money: str, duty: str) -> Statement:
    body = (
        Block(BlockKind.HEADING, "What may be claimed", 2),
        Block(BlockKind.PARAGRAPH, f"Ports may apply for up to {sum_of_money} before 3 March 2027."),
        Block(BlockKind.PARAGRAPH, f"Applicants {duty} publish their accounts."),
    )
    notes = (Note("2026-03-02T09:30:00.000Z", "First published."),)
    return Statement(URL, TITLE, "test", notes=notes, body=body, keeps_history=True)
