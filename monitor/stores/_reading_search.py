"""Full text for people: versions that hold words, and when a sentence came to a page and went."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from monitor.interfaces import Row
from monitor.stores._reading import Reader, match_query

RANKED_MOST = 1000
"""Versions that are put in order of how well they fit; of more, the newest come first: ranking reads them all."""

FOLLOWED_MOST = 200
"""Versions with a sentence whose pages are followed; one that more have says little."""

MARKS = ("\x02", "\x03")
"""Round the words found in a snippet: characters that no statement holds."""

_COUNT = "SELECT count(*) AS found FROM (SELECT 1 FROM words WHERE words MATCH :query LIMIT :most)"

_RANKED = "SELECT rowid AS id FROM words WHERE words MATCH :query ORDER BY rank, rowid DESC LIMIT :limit OFFSET :skip"

_NEWEST = "SELECT rowid AS id FROM words WHERE words MATCH :query ORDER BY rowid DESC LIMIT :limit OFFSET :skip"

_HITS = """SELECT versions.id AS version_id, page_id, source, url, number, versions.title, versions.first_seen_at,
    pages.version_id = versions.id AND NOT removed AS current,
    snippet(words, 0, :mark, :unmark, ' … ', 40) AS snippet
    FROM words JOIN versions ON versions.id = words.rowid JOIN pages ON pages.id = page_id
    WHERE words MATCH :query AND words.rowid = :id"""

_HOLDING = """SELECT versions.id, page_id, number FROM words JOIN versions ON versions.id = words.rowid
    WHERE words MATCH :query ORDER BY words.rowid DESC LIMIT :most"""

_PAGES = """SELECT pages.id AS page_id, source, url, pages.title, removed, orphaned_at, seen_at,
    (SELECT number FROM versions WHERE id = version_id) AS current,
    (SELECT max(seen_before_at) FROM changes WHERE page_id = pages.id AND kind = 'removed') AS removed_after_at,
    (SELECT max(seen_after_at) FROM changes WHERE page_id = pages.id AND kind = 'removed') AS removed_by_at
    FROM pages WHERE id IN (SELECT value FROM json_each(:ids))"""

_TURNS = """SELECT page_id, number, id AS version_id FROM versions
    WHERE page_id IN (SELECT value FROM json_each(:ids)) ORDER BY page_id, number"""

_ENDS = """SELECT versions.id AS version_id, first_seen_at, min(changes.id) AS change_id, seen_before_at
    FROM versions LEFT JOIN changes ON after_version_id = versions.id AND before_version_id IS NOT after_version_id
    WHERE versions.id IN (SELECT value FROM json_each(:ids)) GROUP BY versions.id"""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found: `rows`, whether the best fit comes first (`ranked`) or the newest, how many there are
    in all (`total`, None: more than are counted), and whether there are `more` after these."""

    rows: tuple[Row, ...] = ()
    ranked: bool = True
    total: int | None = 0
    more: bool = False


def versions_with(reader: Reader, words: str, skip: int = 0, limit: int = 20) -> Found:
    """Versions that hold all these words ("quoted ones" side by side), each with a `snippet` marked by `MARKS`."""
    query = match_query(words)
    if not query:
        return Found()
    found: int = reader.ask(_COUNT, {"query": query, "most": RANKED_MOST + 1})[0]["found"]
    ranked = found <= RANKED_MOST
    asked = {"query": query, "limit": limit + 1, "skip": skip, "mark": MARKS[0], "unmark": MARKS[1]}
    ids = reader.ask(_RANKED if ranked else _NEWEST, asked)
    rows = [row for each in ids[:limit] for row in reader.ask(_HITS, asked | each)]
    return Found(tuple(rows), ranked, found if ranked else None, len(ids) > limit)


def stays_of(reader: Reader, sentence: str, most: int = FOLLOWED_MOST) -> tuple[list[Row], bool]:
    """Where these words stand, or stood, side by side: a row for each stay on each page, those that stand now first;
    and whether there are more than `most` versions with them, so that some pages are missing.

    A stay is `from_version` to `to_version`. It came between `came_after_at` (None: it was there when the page was
    first seen) and `came_by_at`, and went between `went_after_at` and `went_by_at`, by the changes `came_change_id` and
    `went_change_id`; these are None where it stands `now`.
    """
    query = match_query('"' + sentence.replace('"', " ") + '"')
    if not query:
        return [], False
    holding = reader.ask(_HOLDING, {"query": query, "most": most + 1})
    numbers: dict[int, set[int]] = {}
    for row in holding[:most]:
        numbers.setdefault(row["page_id"], set()).add(row["number"])
    ids = {"ids": json.dumps(list(numbers))}
    pages = {page["page_id"]: page for page in reader.ask(_PAGES, ids)}
    turns = groupby(reader.ask(_TURNS, ids), itemgetter("page_id"))
    stays = [stay for page_id, rows in turns for stay in _stays(pages[page_id], rows, numbers[page_id])]
    return sorted(_dated(reader, stays), key=_order), len(holding) > most


def _dated(reader: Reader, stays: Sequence[Row]) -> list[Row]:
    """The stays with the times of the versions they begin with and end before, and the changes that made those."""
    ids = [stay[end] for stay in stays for end in ("from_id", "until_id") if stay[end]]
    ends = {row["version_id"]: row for row in reader.ask(_ENDS, {"ids": json.dumps(ids)})}
    return [stay | _came(ends[stay["from_id"]]) | _went(ends.get(stay["until_id"])) for stay in stays]


def _came(end: Row) -> Row:
    return {
        "came_after_at": end["seen_before_at"],
        "came_by_at": end["first_seen_at"],
        "came_change_id": end["change_id"],
    }


def _went(end: Row | None) -> Row:
    if end is None:
        return {}
    return {
        "went_after_at": end["seen_before_at"],
        "went_by_at": end["first_seen_at"],
        "went_change_id": end["change_id"],
    }


def _order(stay: Row) -> tuple[bool, str]:
    return stay["now"], stay["went_by_at"] or stay["came_by_at"]


def _stays(page: Row, turns: Iterable[Row], holding: set[int]) -> list[Row]:
    """The stays on one page, without their times; `turns` are its versions in order."""
    stays: list[Row] = []
    stay: Row | None = None
    for turn in turns:
        if turn["number"] in holding and stay is None:
            stay = _stay(page, turn)
            stays.append(stay)
        elif turn["number"] not in holding and stay is not None:
            stay |= {"until_id": turn["version_id"], "now": False}
            stay = None
        if stay is not None:
            stay["to_version"] = turn["number"]
    if stay is not None and page["removed"]:
        stay |= {"went_after_at": page["removed_after_at"], "went_by_at": page["removed_by_at"], "now": False}
    return stays


def _stay(page: Row, turn: Row) -> Row:
    return {
        **{name: page[name] for name in ("page_id", "source", "url", "title", "seen_at")},
        "from_version": turn["number"],
        "to_version": turn["number"],
        "from_id": turn["version_id"],
        "until_id": None,
        "now": True,
        "went_after_at": None,
        "went_by_at": None,
        "went_change_id": None,
    }
