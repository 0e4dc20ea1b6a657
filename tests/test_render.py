"""What a change becomes in words: bounded, the same at every try, readable, harmless."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import render
from monitor.channels._mail import mail
from monitor.models import (
    Alert,
    BlockChange,
    BlockOp,
    Change,
    Comparison,
    Disclosure,
    FieldChange,
    Kind,
    Link,
    Op,
    Signal,
    SignalName,
    Span,
    Verdict,
)
from tests.edits import FUNDING, SILENT, edit, paragraph

URL = "https://www.example.org/government/speeches/statement-on-flooding"


def at(hour: int, minute: int, second: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)


CHANGE = Change(
    id=12,
    detected_at=at(9, 27, 1),
    page_id=4,
    source="rivers",
    kind=Kind.EDITED,
    title="Minister's statement on flooding",
    url=URL,
    summary="“£1.5 million” → “£15 million” under “Funding”",
    seen_after_at=at(9, 27),
    seen_before_at=at(9, 12),
    verdict=SILENT,
    comparison=Comparison(blocks=(FUNDING,), words_added=2, words_removed=2),
    before_version=3,
    after_version=4,
    snapshot_hash="0123abcd",
    alerts=2,
)

ALERT = Alert("msg_00000000000000000000000000000001", CHANGE, "desk", 0, at(9, 27, 2))


# --- the whole message -----------------------------------------------------------------------------------------------

TEXT = """\
The publisher edited this statement and did not say so.

Minister's statement on flooding
https://www.example.org/government/speeches/statement-on-flooding

Edited between 09:12 and 09:27 UTC on 24 November 2026 (last seen unchanged,
first seen edited).

What changed: 2 words added, 2 removed
--------------------------------------

Under “Funding”
  The department will spend [-£1.5 million-]{+£15 million+} on flood defences.

The publisher's note
--------------------
- There is none.

Why we call it silent
---------------------
- the page keeps a history, which gained no entry

What it touches
---------------
- figure: £1.5 million → £15 million

Evidence
--------
- Kept: version 3 and version 4
- Snapshot as served, SHA-256: 0123abcd
- The change whole: monitor show 12
- Versions and checks: monitor history
  https://www.example.org/government/speeches/statement-on-flooding

--
You get this because source "rivers" sends its changes to channel "desk".
"""

DATA = {
    "type": "change.edited",
    "timestamp": "2026-11-24T09:27:01.000Z",
    "data": {
        "id": 12,
        "detected_at": "2026-11-24T09:27:01.000Z",
        "source": "rivers",
        "kind": "edited",
        "disclosure": "silent",
        "title": "Minister's statement on flooding",
        "url": URL,
        "note": None,
        "signals": "figure",
        "fields": "body",
        "summary": "“£1.5 million” → “£15 million” under “Funding”",
        "words_added": 2,
        "words_removed": 2,
        "before_version": 3,
        "after_version": 4,
        "seen_before_at": "2026-11-24T09:12:00.000Z",
        "seen_after_at": "2026-11-24T09:27:00.000Z",
        "alerts_sent": 0,
        "alerts_pending": 2,
        "alerts_failed": 0,
        "quotes": None,
        "changes": [
            {
                "field": "body",
                "op": "changed",
                "heading": "Funding",
                "before": "The department will spend £1.5 million on flood defences.",
                "after": "The department will spend £15 million on flood defences.",
            }
        ],
        "changes_left_out": 0,
        "redline": "Under “Funding”\n  The department will spend [-£1.5 million-]{+£15 million+} on flood defences.",
        "reasons": ["the page keeps a history, which gained no entry"],
        "earlier_silent": [],
        "earlier_silent_left_out": 0,
        "signals_detail": [{"signal": "figure", "words": ["£1.5 million → £15 million"]}],
        "quotes_detail": [],
        "links": {
            "page": URL,
            "change": "monitor show 12",
            "snapshot": "sha256:0123abcd",
        },
    },
}


def test_a_message_says_what_happened_then_what_changed_then_why_then_where_the_evidence_is() -> None:
    message = render.message(ALERT)
    assert message.text == TEXT
    assert message.data == DATA
    assert (message.id, message.created_at, message.subject) == (
        ALERT.id,
        ALERT.created_at,
        "[edited, silent] Minister's statement on flooding",
    )


def test_a_message_is_the_same_at_every_try() -> None:
    again = render.message(replace(ALERT, attempts=7))
    assert again == render.message(ALERT)
    assert render.json_bytes(again.data) == render.json_bytes(render.message(ALERT).data)


def test_all_messages_on_one_page_share_a_thread_and_no_other_page_does() -> None:
    later = replace(ALERT, id="msg_2", change=replace(CHANGE, id=13, kind=Kind.REMOVED))
    other = replace(ALERT, change=replace(CHANGE, url=f"{URL}-2"))
    threads = [render.message(alert).thread for alert in (ALERT, later, other)]
    assert (threads[0] == threads[1], threads[0] == threads[2]) == (True, False)


def test_a_message_says_why_this_channel_gets_it() -> None:
    message = render.message(ALERT)
    assert message.why.startswith("You get this because ")
    assert message.text.endswith(f"--\n{message.why}\n")
    assert message.why in unescape(message.html)


@pytest.mark.parametrize(
    ("kind", "verdict", "subject", "sentence"),
    [
        (
            Kind.EDITED,
            Disclosure.ANNOUNCED,
            "[edited, announced] T",
            "The publisher edited this statement and said so.",
        ),
        (
            Kind.EDITED,
            Disclosure.INDETERMINATE,
            "[edited, indeterminate] T",
            "This statement was edited; whether the publisher said so cannot be told.",
        ),
        (
            Kind.WITHDRAWN,
            Disclosure.SILENT,
            "[withdrawn] T",
            "The publisher withdrew this statement: the page now carries a withdrawn notice.",
        ),
        (Kind.PUBLISHED, None, "[published] T", "The publisher published this statement."),
        (
            Kind.REMOVED,
            None,
            "[removed] T",
            "The statement was removed: the page was gone at three checks in a row.",
        ),
        (
            Kind.RESTORED,
            Disclosure.SILENT,
            "[restored, silent] T",
            "The statement was restored: the page had been removed and is back.",
        ),
    ],
)
def test_kind_and_disclosure_come_before_the_title(
    kind: Kind, verdict: Disclosure | None, subject: str, sentence: str
) -> None:
    change = replace(CHANGE, kind=kind, title="T", verdict=Verdict(verdict, ()) if verdict else None)
    message = render.message(replace(ALERT, change=change))
    first = message.text.split("\n\n")[0].replace("\n", " ")
    assert (message.subject, first) == (subject, sentence)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (at(9, 12), at(9, 27), "Edited between 09:12 and 09:27 UTC on 24 November 2026"),
        (at(9, 12, 1), at(9, 12, 4), "Edited between 09:12:01 and 09:12:04 UTC on 24 November 2026"),
        (
            at(23, 58, day=23),
            at(0, 13),
            "Edited between 23:58 UTC on 23 November 2026 and 00:13 UTC on 24 November 2026",
        ),
        (None, at(9, 27), "First seen at 09:27 UTC on 24 November 2026."),
    ],
)
def test_a_message_says_between_which_looks_it_happened(
    before: datetime | None, after: datetime, sentence: str
) -> None:
    text = render.change_text(replace(CHANGE, seen_before_at=before, seen_after_at=after))
    assert sentence in text.replace("\n", " ")


def test_a_withdrawn_notice_is_not_called_silent() -> None:
    text = render.change_text(replace(CHANGE, kind=Kind.WITHDRAWN))
    assert "silent" not in text
    assert "There is none." not in text


def test_the_publishers_note_stands_beside_the_edit() -> None:
    text = render.change_text(replace(CHANGE, note="Corrected a typo.\nUpdated the figures."))
    assert "The publisher's note\n--------------------\n> Corrected a typo.\n> Updated the figures.\n" in text


# --- bounds and harm -------------------------------------------------------------------------------------------------

HOSTILE = '\x00\x07\x1b[31m\r\nBcc: all@example.org\u202e\ud800 <script>alert(1)</script> & "q" \''
HUGE = "The flood ﷽ came & went <b> " * 200


def hostile(text: str) -> Change:
    block = BlockChange(BlockOp.CHANGED, text, paragraph(text), paragraph(text), (Span(Op.INSERT, text),) * 9)
    links = replace(block, links=((Link(text, text), Link(text, "javascript:alert(1)")),))
    fields = tuple(FieldChange(name, text, text + "x") for name in ("title", "notes", "attachments", "published_at"))
    signals = tuple(Signal(name, (text,) * 50) for name in SignalName)
    return replace(
        CHANGE,
        title=text,
        url="javascript:alert(1)//" + "a" * 4000,
        note=f"{text}\n" * 50,
        verdict=Verdict(Disclosure.SILENT, (text,) * 50, signals),
        comparison=Comparison(fields * 50, (block, links) * 50, 9, 9),
        summary=render.summary(Kind.EDITED, Comparison(fields, (block,)), None),
    )


@pytest.mark.parametrize("text", [HOSTILE, HUGE, "漢" * 5_000, "\U0001f30a" * 5_000, '"\\' * 5_000])
def test_a_message_keeps_to_its_bounds_whatever_the_page_holds(text: str) -> None:
    message = render.message(replace(ALERT, change=hostile(text)))
    sizes = [len(part.encode()) for part in (message.text, message.html)]
    assert (max(sizes) <= 60_000, len(render.json_bytes(message.data)) <= 20_000) == (True, True)
    assert len(message.subject) < 250


def test_a_page_of_eight_megabytes_keeps_to_its_bounds_too() -> None:
    block = BlockChange(BlockOp.ADDED, "", None, paragraph(HUGE * 1500))
    message = render.message(replace(ALERT, change=replace(CHANGE, comparison=Comparison(blocks=(block,)))))
    assert "Left out here: 2,09" in message.text
    assert len(message.text) < 15_000


def test_control_characters_never_reach_a_header_or_a_terminal() -> None:
    message = render.message(replace(ALERT, change=hostile(HOSTILE)))
    assert message.subject.isprintable()
    for part in (message.text, message.html):
        assert part.replace("\n", "").isprintable()
        part.encode()


class Tags(HTMLParser):
    """The tags of a document and the attributes that fetch or run something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.risks: list[Any] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "src" or (name == "href" and not str(value).startswith("https://")):
                self.risks.append((tag, name, value))


def test_page_text_cannot_run_or_fetch_anything_in_the_html_part() -> None:
    tags = Tags(render.message(replace(ALERT, change=hostile(HOSTILE))).html)
    assert tags.risks == []
    assert tags.tags <= {"html", "head", "meta", "style", "title", "body", "div", "p", "h1", "h2", "h3", "ins", "del"}


def test_text_of_either_direction_finds_its_own() -> None:
    change = replace(
        CHANGE, title="بيان الوزير", comparison=Comparison(blocks=(edit("ننفق [-٥-]{+٦+} ملايين", "تمويل"),))
    )
    message = render.message(replace(ALERT, change=change))
    assert message.subject == "[edited, silent] بيان الوزير"
    assert "ننفق [-٥-]{+٦+} ملايين" in message.text
    assert '<p dir="auto"' in message.html


def test_an_edit_is_told_by_more_than_its_colour() -> None:
    html = render.redline_html(CHANGE.comparison)
    assert re.search(r'<del style="text-decoration:line-through;[^"]*">£1.5 million</del>', html)
    assert re.search(r'<ins style="text-decoration:underline;[^"]*">£15 million</ins>', html)


@pytest.mark.parametrize("text", [HOSTILE, HUGE, "\ud800", ""])
def test_the_plain_message_can_always_be_made(text: str) -> None:
    message = render.plain(replace(ALERT, change=hostile(text)))
    assert (message.id, message.thread) == (ALERT.id, render.message(replace(ALERT, change=hostile(text))).thread)
    assert message.subject.isprintable()
    assert "monitor show 12" in message.text
    assert len(render.json_bytes(message.data)) <= 20_000


def test_a_change_is_shown_whole() -> None:
    text = render.change_text(replace(CHANGE, comparison=Comparison(blocks=(edit(f"{{+{'long ' * 9000}+}}"),))))
    assert text.count("long") == 9000
    assert render.change_row(CHANGE) == DATA["data"]


HARM = st.sampled_from("\ud800\udfff\x00\x1b\r\n\u2028\u202e=\u6f22")
ANYTHING = st.lists(HARM | st.characters(), max_size=300).map("".join)


@settings(deadline=None, max_examples=60)
@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_whatever_a_change_holds_it_can_be_mailed_and_posted(title: str, text: str, url: str, note: str) -> None:
    change = replace(hostile(text * 20), title=title * 5, url=f"https://example.org/{url}", note=note * 9)
    for message in (render.message(replace(ALERT, change=change)), render.plain(replace(ALERT, change=change))):
        sent = mail(message, "Monitor <monitor@example.org>", ("desk@example.org",))
        assert (sent.isascii(), len(sent) < 200_000) == (True, True)
        assert max(map(len, sent.splitlines())) < 998
        assert message_from_bytes(sent, policy=default)["Message-ID"] == f"<{ALERT.id}@example.org>"
        for data in (message.data, message.thin):
            body = render.json_bytes(data)
            assert len(body) <= 20_000
            assert json.loads(body)["data"]["id"] == change.id


def test_a_title_of_a_megabyte_and_addresses_of_other_scripts_are_mailed_and_posted() -> None:
    change = replace(CHANGE, title="x" * 1_000_000 + "\nBcc: all@example.org", url="https://пример.example/ł\ud800")
    message = render.message(replace(ALERT, change=change))
    sent = message_from_bytes(mail(message, "m@example.org", ("desk@example.org",)), policy=default)
    assert (sent["Bcc"], len(str(sent["Subject"])) < 250) == (None, True)
    assert max(map(len, mail(message, "m@example.org", ("desk@example.org",)).splitlines())) < 998
    assert len(render.json_bytes(message.data)) <= 20_000


def test_a_thin_message_says_which_page_and_where_to_look() -> None:
    thin: Any = render.message(ALERT).thin
    assert thin == {
        "type": "change.edited",
        "timestamp": thin["timestamp"],
        "data": {
            "id": 12,
            "source": CHANGE.source,
            "kind": "edited",
            "title": CHANGE.title,
            "url": CHANGE.url,
            "links": {"change": "monitor show 12"},
        },
    }
