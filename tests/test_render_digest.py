"""What a digest says: by source, the most telling first, each change with what differs and how to see it whole."""

from dataclasses import replace
from typing import Any

import pytest

from monitor import cluster, render
from monitor.models import Alert, Brief, Comparison, Disclosure, Kind, SignalName, ToldAs
from tests.test_render import ALERT, CHANGE, HOSTILE, HUGE, URL, Tags, at


def brief(number: int, **fields: object) -> Brief:
    made = Brief(
        number,
        f"Statement {number}",
        f"{URL}-{number}",
        CHANGE.summary,
        at(9, number % 60),
        Disclosure.SILENT,
        source="rivers",
        signals=(SignalName.FIGURE,),
        edit_key=f"edit {number}",
        verdict=CHANGE.verdict,
        comparison=CHANGE.comparison,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def bare(number: int, kind: Kind, **fields: object) -> Brief:
    nothing = {"disclosure": None, "signals": (), "edit_key": None, "verdict": None, "comparison": Comparison()}
    return brief(number, kind=kind, summary=kind.value, **nothing | fields)


def digest(*pages: Brief, told_as: ToldAs = ToldAs.DIGEST) -> Alert:
    return replace(ALERT, pages=pages, told_as=told_as)


MIXED = digest(
    brief(11, disclosure=Disclosure.ANNOUNCED, signals=(), source="lakes", summary="“a” → “b” in the body"),
    brief(12),
    bare(13, Kind.REMOVED),
    bare(14, Kind.PUBLISHED, source="lakes"),
    *(brief(number, edit_key="alike", signals=(), source="lakes") for number in (20, 21, 22)),
)

TEXT = f"""\
7 changes of 2 sources: 4 silent, 1 announced, 1 published, 1 removed.

First seen between 09:11 and 09:22 UTC on 24 November 2026. The most telling
changes come first; each is a change of its own.

rivers: 2 changes
-----------------

[edited, silent] Statement 12
  “£1.5 million” → “£15 million” under “Funding”
    Under “Funding”
      The department will spend [-£1.5 million-]{{+£15 million+}} on flood
        defences.
  {URL}-12
  monitor show 12

[removed] Statement 13
  {URL}-13
  monitor show 13

lakes: 5 changes
----------------

[edited, silent] Statement 20
  “£1.5 million” → “£15 million” under “Funding”
    Under “Funding”
      The department will spend [-£1.5 million-]{{+£15 million+}} on flood
        defences.
  Edited alike: 2 more pages, monitor changes --alike 20
  {URL}-20
  monitor show 20

[published] Statement 14
  {URL}-14
  monitor show 14

[edited, announced] Statement 11
  “a” → “b” in the body
    Under “Funding”
      The department will spend [-£1.5 million-]{{+£15 million+}} on flood
        defences.
  {URL}-11
  monitor show 11

--
You get this because sources "lakes", "rivers" send their changes to channel
"desk", which has them gathered into a digest.
"""


def test_a_digest_lists_changes_by_source_the_most_telling_first() -> None:
    message = render.message(MIXED)
    assert message.text == TEXT
    assert message.subject == "[digest] 7 changes: 4 silent, 1 announced, 1 published, 1 removed"
    assert (message.id, message.thread) == (ALERT.id, f"digest-{ALERT.id}")


@pytest.mark.parametrize(
    ("told_as", "subject", "sentence"),
    [
        (
            ToldAs.MASS,
            "[mass change] 2 pages of rivers changed",
            '2 pages of source "rivers" changed at about the same',
        ),
        (ToldAs.STORM, "[storm] 2 changes: 2 silent", '2 changes of source "rivers" came at about the same time, more'),
        (ToldAs.DIGEST, "[digest] 2 changes: 2 silent", '2 changes of source "rivers": 2 silent.'),
    ],
)
def test_it_says_why_it_is_one_message(told_as: ToldAs, subject: str, sentence: str) -> None:
    message = render.message(digest(brief(12), brief(13), told_as=told_as))
    assert message.subject == subject
    assert message.text.startswith(sentence)


def test_changes_are_sorted_by_what_they_say() -> None:
    told = (
        brief(1, signals=(SignalName.TYPOGRAPHY,)),
        brief(2, disclosure=Disclosure.ANNOUNCED, signals=(SignalName.LINK,)),
        bare(3, Kind.PUBLISHED),
        brief(4, disclosure=Disclosure.ANNOUNCED),
        brief(5, signals=(SignalName.LIST_ENTRY,)),
        bare(6, Kind.WITHDRAWN),
        brief(7, signals=(SignalName.NAME,)),
        brief(8, disclosure=Disclosure.ANNOUNCED, signals=(SignalName.FIGURE, SignalName.UNDERDECLARED)),
        brief(9),
    )
    assert [each.id for each in sorted(told, key=cluster.telling)] == [8, 9, 7, 6, 5, 4, 3, 2, 1]


def test_a_webhook_has_a_row_of_each_change_and_the_ids_of_all() -> None:
    data: Any = render.message(MIXED).data
    assert (data["type"], data["data"]["told_as"], data["data"]["count"]) == ("digest", "digest", 7)
    assert data["data"]["sources"] == {"rivers": 2, "lakes": 5}
    assert [row["id"] for row in data["data"]["pages"]] == [12, 13, 20, 21, 22, 14, 11]
    assert data["data"]["change_ids"] == [11, 12, 13, 14, 20, 21, 22]
    assert data["data"]["pages"][0] == {
        "id": 12,
        "source": "rivers",
        "title": "Statement 12",
        "url": f"{URL}-12",
        "kind": "edited",
        "disclosure": "silent",
        "signals": "figure",
        "summary": CHANGE.summary,
        "redline": "Under “Funding”\n  The department will spend [-£1.5 million-]{+£15 million+} on flood defences.",
        "seen_after_at": "2026-11-24T09:12:00.000Z",
        "earlier_silent": [],
    }


def test_a_large_digest_is_cut_and_says_how_to_see_the_rest() -> None:
    message = render.message(digest(*map(brief, range(1, 2001))))
    assert len(message.text.encode()) <= 60_000
    assert "… and " in message.text
    assert "more: monitor changes --source rivers --since 2026-11-24T09:00:00.000Z --limit 20000" in " ".join(
        message.text.split()
    )
    data: Any = message.data
    assert len(data["data"]["pages"]) + data["data"]["pages_left_out"] == 2000


@pytest.mark.parametrize("text", [HOSTILE, HUGE, "漢" * 5_000, '"\\' * 5_000])
@pytest.mark.parametrize("count", [2, 300])
def test_a_digest_keeps_to_its_bounds_whatever_the_pages_hold(text: str, count: int) -> None:
    pages = (brief(number, title=text, url="javascript:alert(1)", summary=text[:140]) for number in range(count))
    alert = digest(*pages)
    for message in (render.message(alert), render.plain(alert)):
        assert max(len(part.encode()) for part in (message.text, message.html)) <= 60_000
        assert max(len(render.json_bytes(data)) for data in (message.data, message.thin)) <= 20_000
        assert len(message.subject) < 300
        assert Tags(message.html).risks == []
        for part in (message.text, message.html):
            assert part.replace("\n", "").isprintable()


def test_no_line_is_wider_than_80_columns_but_for_addresses() -> None:
    assert [line for line in render.message(MIXED).text.splitlines() if len(line) > 80 and "://" not in line] == []


def test_links_lead_to_the_web_pages_where_there_are_any() -> None:
    message = render.message(MIXED, web="https://monitor.example.org")
    assert "  https://monitor.example.org/changes/12\n" in message.text
    assert 'href="https://monitor.example.org/changes/12"' in message.html
    assert "monitor show" not in message.text
