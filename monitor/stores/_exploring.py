"""What Datasette shows beside the rows: what tables and columns are, by the comments of the schema; ready queries."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.stores._reading import Reader

OF_VIEWS = {
    "before_version": "number of the version it replaced",
    "after_version": "number of the version current after it",
    "alerts_sent": "how many alerts of it were sent",
    "alerts_pending": "how many are still to be sent",
    "alerts_failed": "how many were given up",
    "text": "title, lead and body, a block a line",
    "alike_id": "another change that is the same edit",
    "silent_id": "a silent edit before it",
}
"""Columns that views alone have; all others are columns of tables, and have their comments."""

FACETS = {
    "alerts": ("state", "channel"),
    "change_log": ("source", "kind", "disclosure"),
    "changes": ("kind", "disclosure"),
    "checks": ("outcome",),
    "pages": ("source", "role", "outcome"),
    "versions": ("parser",),
}

NEWEST_FIRST = {"alerts": "change_id"} | dict.fromkeys(("changes", "checks", "metadata_changes", "versions"), "id")
LABELS = {"pages": "url", "changes": "title", "versions": "title", "sources": "name"}


@dataclass(frozen=True, slots=True)
class Ready:
    """A query that can be run as it is; `:names` in it are asked for."""

    name: str
    title: str
    words: str
    sql: str


READY = (
    Ready(
        "silent_figures",
        "Silent edits this week that touch figures",
        "The publisher's history did not say so; the summary names the most telling edit.",
        """SELECT id, detected_at, source, title, summary, signals, url FROM change_log
WHERE disclosure = 'silent' AND ', ' || signals || ',' LIKE '%, figure,%'
    AND detected_at >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-7 days')""",
    ),
    Ready(
        "longest_unnoticed",
        "Silent edits that were not announced for longest",
        "Days from a silent edit to the next time its page's history said anything; up to now where it never did.",
        """SELECT silent.id, silent.title, silent.summary, silent.seen_after_at,
    min(announced.seen_after_at) AS announced_at,
    round(julianday(coalesce(min(announced.seen_after_at), 'now')) - julianday(silent.seen_after_at), 1) AS days
FROM changes AS silent LEFT JOIN changes AS announced
    ON announced.page_id = silent.page_id AND announced.id > silent.id AND announced.disclosure = 'announced'
WHERE silent.kind = 'edited' AND silent.disclosure = 'silent'
    AND silent.id > (SELECT max(id) FROM changes) - 5000
GROUP BY silent.id ORDER BY days DESC, silent.id LIMIT 100""",
    ),
    Ready(
        "swapped_words",
        "What silent edits put in the place of what",
        "Each signal of the latest thousand silent edits with the words it is about.",
        """SELECT latest.id, latest.title, json_extract(signal.value, '$.name') AS signal, word.value AS words
FROM (SELECT * FROM changes WHERE disclosure = 'silent' ORDER BY id DESC LIMIT 1000) AS latest,
    json_each(latest.verdict, '$.signals') AS signal, json_each(signal.value, '$.words') AS word""",
    ),
    Ready(
        "weeks",
        "Edits by source and week",
        "A week is named by its Monday.",
        """SELECT source, date(detected_at, 'weekday 0', '-6 days') AS week,
    count(*) FILTER (WHERE disclosure = 'announced') AS announced,
    count(*) FILTER (WHERE disclosure = 'silent') AS silent,
    count(*) FILTER (WHERE disclosure = 'indeterminate') AS indeterminate
FROM changes INDEXED BY changes_in_time JOIN pages ON pages.id = page_id
WHERE kind = 'edited' AND detected_at >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-26 weeks')
GROUP BY source, week ORDER BY week DESC, source""",
    ),
    Ready(
        "same_edit",
        "The same edit on many pages",
        "Edits found on three pages or more within a day of each other.",
        """SELECT min(id) AS first_change, min(summary) AS summary, count(DISTINCT page_id) AS pages,
    min(detected_at) AS first_at, max(detected_at) AS last_at
FROM changes WHERE edit_key IS NOT NULL
GROUP BY edit_key HAVING count(DISTINCT page_id) >= 3 ORDER BY first_change DESC LIMIT 100""",
    ),
    Ready(
        "a_sentence",
        "Versions that hold a sentence",
        "Words side by side; upper and lower case, accents and punctuation do not count.",
        """SELECT versions.id, page_id, number, versions.title, versions.first_seen_at
FROM words JOIN versions ON versions.id = words.rowid
WHERE words MATCH '"' || replace(:sentence, '"', ' ') || '"' ORDER BY words.rowid DESC LIMIT 100""",
    ),
    Ready(
        "cannot_be_read",
        "Pages that cannot be read, and why",
        "Those not seen for longest first.",
        """SELECT id, source, url, outcome, failures, seen_at,
    (SELECT detail FROM checks WHERE page_id = pages.id ORDER BY checks.id DESC LIMIT 1) AS detail
FROM pages WHERE failures > 0 AND orphaned_at IS NULL ORDER BY seen_at IS NULL, seen_at LIMIT 100""",
    ),
    Ready(
        "given_up",
        "Alerts that were given up",
        "`monitor redeliver` sends them again, under the ids they have.",
        """SELECT alerts.id, channel, change_id, title, attempts, detail
FROM alerts JOIN changes ON changes.id = change_id WHERE state = 'failed' ORDER BY change_id DESC LIMIT 100""",
    ),
)


_TABLES = """SELECT name, sql, (SELECT json_group_array(name) FROM pragma_table_info(sqlite_master.name)) AS columns
    FROM sqlite_master WHERE type IN ('table', 'view') AND sql LIKE '% -- %'"""


def metadata(reader: Reader) -> dict[str, Any]:
    """Datasette's metadata of this database: titles, descriptions, facets, ready queries."""
    found = reader.ask(_TABLES)
    known = dict(OF_VIEWS)
    for row in found:
        known |= {name: words for name, words in _columns(row["sql"]).items() if name not in known}
    tables = {row["name"]: _table(row["name"], row["sql"], json.loads(row["columns"]), known) for row in found}
    queries = {ready.name: {"title": ready.title, "description": ready.words, "sql": ready.sql} for ready in READY}
    return {
        "title": "Statement monitor",
        "description": "What government publishers edited, and whether they said so. Start with change_log.",
        "databases": {reader.path.stem: {"tables": tables, "queries": queries}},
    }


def _table(name: str, sql: str, names: list[str], known: Mapping[str, str]) -> dict[str, Any]:
    own = _columns(sql)
    words = {column: own.get(column) or known.get(column) for column in names}
    told: dict[str, Any] = {
        "description": _words_of(sql),
        "columns": {name: each for name, each in words.items() if each},
    }
    told |= {"facets": list(FACETS[name])} if name in FACETS else {}
    told |= {"label_column": LABELS[name]} if name in LABELS else {}
    return told | ({"sort_desc": NEWEST_FIRST[name]} if name in NEWEST_FIRST else {})


def _words_of(sql: str) -> str:
    """The comment of a table or a view; empty where it is none of ours."""
    first = sql.partition("\n")[0]
    return first.partition(" -- ")[2]


def _columns(sql: str) -> dict[str, str]:
    """The comments of the columns; of those added later, too, which stand between `/*` and `*/`."""
    later = r", (\w+) [A-Z][^/,]*/\* -- (.*?) \*/"
    added = {name: " ".join(words.split()) for name, words in re.findall(later, sql, re.DOTALL)}
    first = re.sub(later, "", sql, flags=re.DOTALL)
    return dict(re.findall(r"^ {4}(\w+) .*? -- (.*)$", first, re.MULTILINE)) | added
