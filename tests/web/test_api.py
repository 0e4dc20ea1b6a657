"""JSON, CSV and metrics as programs take them."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from monitor.lock import OPEN, lock
from monitor.models import Check, Decision, Fetch, Outcome
from monitor.stores._reading import Reader
from monitor.stores._reading_changes import Wanted, change_page
from monitor.stores.sqlite import Store
from monitor.web import _csv
from monitor.web.api import ENDPOINTS
from tests.web.conftest import Clock, Served, served

KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
ASKED = {"{id}": "6", "{number}": "1"}


def filled(path: str) -> str:
    for name, value in ASKED.items():
        path = path.replace(name, value)
    return path


# --- JSON ------------------------------------------------------------------------------------------------------------


def resolved(document: Any, schema: Any) -> Any:
    return document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def faults(document: Any, schema: Any, value: Any, at: str = "") -> list[str]:
    """Where a value is not as a schema says: of JSON Schema as much as ours use."""
    schema = resolved(document, schema)
    if "anyOf" in schema:
        found = [faults(document, each, value, at) for each in schema["anyOf"]]
        return min(found, key=len)
    kind = schema.get("type", "object")
    right = isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))
    if not right:
        return [f"{at}: {value!r} is no {kind}"]
    if kind == "array":
        return [fault for n, each in enumerate(value) for fault in faults(document, schema["items"], each, f"{at}/{n}")]
    if kind != "object" or "properties" not in schema:
        return []
    missing = [f"{at}/{name} is missing" for name in schema.get("required", ()) if name not in value]
    unknown = [f"{at}/{name} is not described" for name in value if name not in schema["properties"]]
    inside = [
        fault
        for name, each in value.items()
        if name in schema["properties"]
        for fault in faults(document, schema["properties"][name], each, f"{at}/{name}")
    ]
    return missing + unknown + inside


@pytest.mark.parametrize("path", [endpoint.operation.path for endpoint in ENDPOINTS])
@pytest.mark.parametrize("query", ["", "?q=harbour"])
def test_each_answer_is_as_the_description_says(pages: Served, path: str, query: str) -> None:
    document = pages.client.get("/api/openapi.json").json()
    answer = pages.client.get(filled(path) + query)
    content = document["paths"][path]["get"]["responses"]["200"]["content"]
    assert answer.headers["content-type"] == "application/json"
    assert faults(document, content["application/json"]["schema"], answer.json()) == []


def test_the_description_is_whole(pages: Served) -> None:
    document = pages.client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    named = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert named == set(document["components"]["schemas"])
    ids = [path["get"]["operationId"] for path in document["paths"].values()]
    assert len(ids) == len(set(ids)) == len(ENDPOINTS)
    for path, methods in document["paths"].items():
        in_path = [each["name"] for each in methods["get"]["parameters"] if each["in"] == "path"]
        assert in_path == re.findall(r"{(\w+)}", path)


def test_the_change_log_goes_on_where_it_says(pages: Served, reader: Reader) -> None:
    answer = pages.client.get("/api/changes", params={"source": "rivers-speeches"}).json()
    assert [row["id"] for row in answer["changes"]] == [12, 11, 7]
    assert (answer["older"], answer["newer"]) == (None, None)
    ids = [row["id"] for row in pages.client.get("/api/changes?before=10").json()["changes"]]
    assert ids == [row["id"] for row in change_page(reader, Wanted(), 50, before=10)]


@pytest.mark.parametrize(
    ("address", "status"), [("/api/changes/999", 404), ("/api/nothing", 404), ("/api/changes?kind=x", 400)]
)
def test_a_program_is_told_in_json_what_is_wrong(pages: Served, address: str, status: int) -> None:
    answer = pages.client.get(address)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_an_answer_that_is_known_is_not_sent_again(pages: Served) -> None:
    etag = pages.client.get("/api/changes").headers["etag"]
    assert pages.client.get("/api/changes", headers={"if-none-match": etag}).status_code == 304


# --- CSV -------------------------------------------------------------------------------------------------------------


LISTS = ("/changes.csv?source=rivers-speeches", "/pages.csv", "/alerts.csv", "/sources.csv", "/insights.csv?weeks=20",
         "/status/failing.csv", "/search.csv?q=harbour", "/search.csv?q=harbour&how=sentence")  # fmt: skip


@pytest.mark.parametrize("address", LISTS)
def test_each_list_is_a_spreadsheet_too(pages: Served, address: str) -> None:
    answer = pages.client.get(address)
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows
    assert None not in rows[0]


def test_the_change_log_as_csv_has_its_rows(pages: Served) -> None:
    text = pages.client.get("/changes.csv?source=rivers-speeches").content.decode("utf-8-sig")
    assert [row["id"] for row in csv.DictReader(io.StringIO(text))] == ["12", "11", "7"]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(formula: str) -> None:
    made = _csv.written([{"title": formula, "number": -1}], ("title", "number")).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(made, newline=""))
    assert row == {"title": f"'{formula}", "number": "-1"}


def test_quotes_lines_and_scripts_of_all_kinds_survive() -> None:
    text = 'a "b", c\nd — £ é ☃ \u202e'
    made = _csv.written([{"title": text}], ("title",)).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(made, newline="")))["title"] == text


# --- metrics ---------------------------------------------------------------------------------------------------------


def values(text: str) -> dict[str, float]:
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_count_what_the_database_holds_once(pages: Served, reader: Reader) -> None:
    first, second = (values(pages.client.get("/metrics").text) for _ in range(2))
    assert first == second
    checks = reader.ask(
        """SELECT source, checks.outcome AS outcome, count(*) AS n
        FROM checks JOIN pages ON pages.id = page_id GROUP BY 1, 2"""
    )
    for row in checks:
        assert first[f"monitor_checks_total{sorted((row['source'], row['outcome']))}"] == row["n"]
    for row in reader.ask("SELECT channel, state, count(*) AS n FROM alerts GROUP BY 1, 2"):
        assert first[f"monitor_alerts{sorted((row['channel'], row['state']))}"] == row["n"]


def test_counters_go_on_where_they_were(store: Store) -> None:
    with served(store.path, Clock()) as pages:
        at = pages.site.clock()
        before = values(pages.client.get("/metrics").text)
        (page, *_) = store.claim_pages(at, 1, timedelta(minutes=5), ["rivers-speeches"])
        check = Check(page, at, Outcome.TIMEOUT, Fetch(page.url))
        store.record([Decision(check, Outcome.TIMEOUT, page)], at)
        after = values(pages.client.get("/metrics").text)
    name = f"monitor_checks_total{sorted(('rivers-speeches', 'error:timeout'))}"
    assert after[name] == before.get(name, 0) + 1


def test_who_asks_for_health_learns_no_names(pages: Served) -> None:
    answer = pages.client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["reasons"][0] == "no daemon is at work"
    assert "rivers" not in answer.text


def test_health_is_the_daemons_and_its_troubles_are_told_without_files(store: Store) -> None:
    with lock(store.path.resolve()) as hold, served(store.path, Clock()) as pages:
        hold.say(OPEN, "running")
        answer = pages.client.get("/healthz")
        assert (answer.status_code, answer.json()) == (200, {"healthy": True, "reasons": []})
        hold.say(OPEN, f"degraded since 2026-11-23T09:00:00.000Z: {store.path}: no room left")
        answer = pages.client.get("/healthz")
    assert (answer.status_code, answer.json()["reasons"]) == (
        503,
        ["the daemon is degraded since 2026-11-23T09:00:00.000Z"],
    )
