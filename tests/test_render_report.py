"""A report in words: what needs a person, what is over, the same at every try."""

from datetime import UTC, datetime, timedelta

from monitor import render
from monitor.models import Incident, Report

AT = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
WALL = Incident(1, "blocked:a.gov", "500 pages of a.gov are blocked <script>", AT - timedelta(hours=2), AT)
DISK = Incident(2, "disk", "12 MiB are free where the database is; make room", AT)
REPORT = Report("rep_1", "ops", '[ops] names channel "ops"', 0, AT, began=(DISK,), ended=(WALL,))

TEXT = """\
Needs a person
--------------
- 12 MiB are free where the database is; make room (found at 10:05 UTC on 24
  November 2026)

Over
----
- 500 pages of a.gov are blocked <script> (from 08:05 UTC on 24 November 2026 to
  10:05 UTC on 24 November 2026)

`monitor status` shows everything that needs a person now.

--
You get this because [ops] names channel "ops".
"""


def test_a_report_is_a_mail_a_webhook_and_a_few_lines() -> None:
    message = render.report(REPORT)
    assert message.subject == "[monitor] 1 thing needs a person, 1 is over"
    assert message.text == TEXT
    assert "&lt;script&gt;" in message.html
    assert "<script>" not in message.html
    assert message.data == {
        "type": "incidents",
        "timestamp": "2026-11-24T10:05:00.000Z",
        "data": {
            "began": [{"key": "disk", "words": DISK.words, "began_at": "2026-11-24T10:05:00.000Z"}],
            "ended": [
                {
                    "key": "blocked:a.gov",
                    "words": WALL.words,
                    "began_at": "2026-11-24T08:05:00.000Z",
                    "ended_at": "2026-11-24T10:05:00.000Z",
                }
            ],
            "left_out": 0,
        },
    }
    assert message.short.startswith("Needs a person: 12 MiB are free")
    assert message == render.report(REPORT)


def test_a_report_leads_to_the_status_where_there_are_web_pages() -> None:
    message = render.report(REPORT, "https://monitor.example.org")
    assert "needs a person now.\nhttps://monitor.example.org/status\n" in message.text
    assert '<a href="https://monitor.example.org/status">' in message.html
    assert message.link == "https://monitor.example.org/status"


def test_one_incident_is_its_own_subject_and_its_end_answers_its_beginning() -> None:
    began = render.report(Report("rep_1", "ops", "so", 0, AT, began=(WALL,)))
    ended = render.report(Report("rep_2", "ops", "so", 0, AT, ended=(WALL,)))
    assert began.subject == "[monitor] needs a person: 500 pages of a.gov are blocked <script>"
    assert ended.subject == "[monitor] over: 500 pages of a.gov are blocked <script>"
    assert began.thread == ended.thread


def test_very_many_incidents_are_counted_and_the_mail_stays_short() -> None:
    many = tuple(Incident(number, f"page:{number}", "x" * 500, AT) for number in range(5000))
    message = render.report(Report("rep_1", "ops", "so", 0, AT, began=many))
    assert message.subject == "[monitor] 5000 things need a person"
    assert "and 4970 more" in message.text
    assert len(message.text) < 60_000
    assert len(render.json_bytes(message.data)) < 20_000
