"""What is said of one edit on many pages, and of the silent edits before an announced one."""

from dataclasses import replace
from typing import Any

import pytest

from monitor import render
from monitor.cluster import with_sitewide
from monitor.models import Alert, Brief, Comparison, Disclosure, Kind, Verdict
from tests.edits import edit
from tests.test_render import ALERT, CHANGE, HOSTILE, HUGE, URL, Tags, at, hostile


def brief(number: int, **fields: object) -> Brief:
    made = Brief(number, f"Statement {number}", f"{URL}-{number}", CHANGE.summary, at(9, 27), Disclosure.SILENT)
    return replace(made, **fields)  # type: ignore[arg-type]


def digest(*pages: Brief) -> Alert:
    change = replace(CHANGE, alike=len(pages), edit_key="0f", verdict=with_sitewide(CHANGE.verdict, len(pages)))
    return replace(ALERT, change=change, pages=pages)


THREE = digest(brief(12), brief(13, seen_after_at=at(9, 41)), brief(14, summary="“£2” → “£3” in the body"))

TEXT = f"""\
The publisher edited 3 pages alike and did not say so.

First seen between 09:27 and 09:41 UTC on 24 November 2026. Below, the first
page stands for all.

What changed: 2 words added, 2 removed
--------------------------------------

Under “Funding”
  The department will spend [-£1.5 million-]{{+£15 million+}} on flood defences.

The pages
---------
- Statement 12 (change 12, silent):
  {URL}-12
- Statement 13 (change 13, silent):
  {URL}-13
- Statement 14 (change 14, silent, “£2” → “£3” in the body):
  {URL}-14

The publisher's note
--------------------
- There is none.

Why we call it silent
---------------------
- the page keeps a history, which gained no entry

What it touches
---------------
- figure: £1.5 million → £15 million
- sitewide: 3 pages

Evidence
--------
- Kept: version 3 and version 4
- Snapshot as served, SHA-256: 0123abcd
- The change whole: monitor show 12
- Versions and checks: monitor history
  {URL}
- All pages edited alike: monitor changes --alike 12 --limit 3

--
You get this because source "rivers" sends its changes to channel "desk".
"""


def test_an_edit_on_many_pages_is_shown_once_and_its_pages_are_listed() -> None:
    message = render.message(THREE)
    assert message.text == TEXT
    assert message.subject == "[edited, silent, sitewide] 3 pages: “£1.5 million” → “£15 million” under “Funding”"
    assert message.html.count("<ins") == 1
    for number in (12, 13, 14):
        assert (
            f'<a href="{URL}-{number}" style="color:inherit">Statement {number}</a> (change {number},' in message.html
        )


def test_the_webhook_has_the_first_pages_columns_and_all_the_pages() -> None:
    first = render.message(replace(THREE, pages=())).data["data"]
    assert isinstance(first, dict)
    assert (first["signals"], "pages" in first) == ("figure, sitewide", False)
    page = {
        "id": 12,
        "title": "Statement 12",
        "url": f"{URL}-12",
        "kind": "edited",
        "disclosure": "silent",
        "summary": CHANGE.summary,
        "seen_after_at": "2026-11-24T09:27:00.000Z",
        "earlier_silent": [],
    }
    others = [
        page | {"id": 13, "title": "Statement 13", "url": f"{URL}-13", "seen_after_at": "2026-11-24T09:41:00.000Z"},
        page | {"id": 14, "title": "Statement 14", "url": f"{URL}-14", "summary": "“£2” → “£3” in the body"},
    ]
    assert render.message(THREE).data["data"] == first | {"pages": [page, *others]}


def test_a_long_list_of_pages_is_cut_and_the_webhook_still_names_every_change() -> None:
    message = render.message(digest(*map(brief, range(12, 1012))))
    more = "… and 895 more: monitor changes --alike 12 --limit 1000"
    for part in (message.text, message.html):
        assert (part.count("Statement "), part.count(more)) == (105, 1)
    data: Any = message.data["data"]
    rows = [page["id"] for page in data["pages"]]
    assert rows == list(range(12, 12 + len(rows)))
    assert (len(rows) + data["pages_left_out"], data["change_ids"]) == (1000, list(range(12, 1012)))
    assert data["links"]["alike"] == "monitor changes --alike 12 --limit 1000"
    assert len(render.json_bytes(message.data)) <= 20_000


def test_of_more_pages_than_ids_have_room_the_first_are_named_and_how_to_see_the_rest() -> None:
    data: Any = render.message(digest(*map(brief, range(100_000, 105_000)))).data["data"]
    assert data["change_ids"] == list(range(100_000, 101_500))
    assert data["links"]["alike"] == "monitor changes --alike 12 --limit 5000"


@pytest.mark.parametrize("url", [URL, f"{URL}/{'%C3%A9' * 600}"])
@pytest.mark.parametrize("count", [3, 40, 300, 5000])
def test_a_digest_keeps_to_its_bounds_however_many_and_long_its_pages(count: int, url: str) -> None:
    pages = tuple(brief(number, url=f"{url}-{number}") for number in range(100_000, 100_000 + count))
    for message in (render.message(digest(*pages)), render.plain(digest(*pages))):
        assert max(len(part.encode()) for part in (message.text, message.html)) <= 60_000
        assert max(len(render.json_bytes(data)) for data in (message.data, message.thin)) <= 20_000
        assert url in message.text


@pytest.mark.parametrize("text", [HOSTILE, HUGE, "漢" * 5_000, '"\\' * 5_000])
def test_a_digest_keeps_to_its_bounds_whatever_the_pages_hold(text: str) -> None:
    pages = (brief(number, title=text, url="javascript:alert(1)", summary=text[:140]) for number in range(300))
    message = render.message(replace(THREE, change=hostile(text), pages=tuple(pages)))
    assert max(len(part.encode()) for part in (message.text, message.html)) <= 60_000
    assert len(message.subject) < 300
    assert message.subject.isprintable()
    assert Tags(message.html).risks == []
    for part in (message.text, message.html):
        assert part.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("disclosure", "sentence"),
    [
        (Disclosure.ANNOUNCED, "The publisher edited 3 pages alike and said so."),
        (Disclosure.INDETERMINATE, "The publisher edited 3 pages alike; whether it said so cannot be told."),
    ],
)
def test_a_digest_says_whether_the_publisher_said_so(disclosure: Disclosure, sentence: str) -> None:
    change = replace(THREE.change, verdict=Verdict(disclosure, ("because",)))
    assert render.message(replace(THREE, change=change)).text.startswith(f"{sentence}\n")


def test_digests_of_one_edit_share_a_thread_that_is_no_pages() -> None:
    later = digest(brief(20), brief(21), brief(22))
    threads = [render.message(alert).thread for alert in (THREE, later, replace(THREE, pages=()))]
    assert (threads[0] == threads[1], threads[0] == threads[2]) == (True, False)


def test_a_page_told_alone_of_an_edit_found_on_many_says_so() -> None:
    message = render.message(replace(THREE, pages=()))
    assert message.subject == "[edited, silent, sitewide] Minister's statement on flooding"
    assert "- All pages edited alike: monitor changes --alike 12 --limit 3\n" in message.text


def test_the_plain_message_names_every_page_too() -> None:
    message = render.plain(THREE)
    assert message.subject == "[edited] Minister's statement on flooding and 2 more"
    assert all(f"{URL}-{number}\n" in message.text for number in (13, 14))
    assert isinstance(message.data["data"], dict)
    assert [page["id"] for page in message.data["data"]["pages"]] == [12, 13, 14]


# --- earlier silent edits --------------------------------------------------------------------------------------------

ANNOUNCED = replace(
    CHANGE,
    verdict=Verdict(Disclosure.ANNOUNCED, ("the history gained an entry: Updated.",)),
    earlier=(brief(7, summary="“7” → “14” in the body"), brief(9)),
)


def test_an_announced_edit_names_the_silent_ones_before_it() -> None:
    message = render.message(replace(ALERT, change=ANNOUNCED))
    section = (
        "Since the last announced update we also saw 2 silent edits\n"
        "----------------------------------------------------------\n"
        "- change 7, seen at 09:27 UTC on 24 November 2026: “7” → “14” in the body\n"
        "- change 9, seen at 09:27 UTC on 24 November 2026: “£1.5 million” → “£15\n"
        "  million” under “Funding”\n"
    )
    assert section in message.text
    assert section in render.change_text(ANNOUNCED)
    assert "change 7, seen at 09:27 UTC on 24 November 2026: “7” → “14” in the body</p>" in message.html
    assert isinstance(message.data["data"], dict)
    assert message.data["data"]["earlier_silent"] == [
        {"id": 7, "seen_after_at": "2026-11-24T09:27:00.000Z", "summary": "“7” → “14” in the body"},
        {"id": 9, "seen_after_at": "2026-11-24T09:27:00.000Z", "summary": CHANGE.summary},
    ]


def test_what_is_left_out_of_very_many_earlier_edits_is_counted() -> None:
    many = replace(ANNOUNCED, earlier=tuple(map(brief, range(20))), earlier_left_out=5)
    text = render.change_text(many)
    assert "Since the last announced update we also saw 25 silent edits\n" in text
    assert "- 5 more before these\n- change 0, seen" in text
    assert render.change_row(many)["earlier_silent_left_out"] == 5


def test_a_short_webhook_names_the_latest_of_the_earlier_edits() -> None:
    long = Comparison(blocks=tuple(edit(f"{{+{'long ' * 500}+}}") for _ in range(40)))
    many = replace(ANNOUNCED, earlier=tuple(map(brief, range(20))), comparison=long)
    row = render.message(replace(ALERT, change=many)).data["data"]
    assert isinstance(row, dict)
    assert 0 < len(row["earlier_silent"]) < 20
    assert row["earlier_silent"][-1]["id"] == 19
    assert len(row["earlier_silent"]) + row["earlier_silent_left_out"] == 20


def test_in_a_digest_the_earlier_edits_stand_beside_each_page() -> None:
    pages = (brief(12, earlier=(7, 9)), brief(13), brief(14))
    message = render.message(replace(THREE, change=replace(ANNOUNCED, kind=Kind.EDITED), pages=pages))
    assert "Statement 12 (change 12, silent, after silent 7, 9):" in message.text
    assert "Since the last announced update" not in message.text
