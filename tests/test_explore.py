"""`monitor explore`: Datasette says what everything means, and answers every page and ready query."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.stores import _exploring
from monitor.stores._reading import Reader
from monitor.stores.sqlite import Store
from screenshots import story

COMMAND = (sys.executable, "-m", "monitor", "explore", "--port", "0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration whose database has the story in it."""
    path = tmp_path_factory.mktemp("explored")
    story.tell(path / "state" / "monitor.db")
    (path / "config").mkdir()
    (path / "config" / "monitor.toml").touch()
    return path


@pytest.fixture(scope="module")
def explored(folder: Path) -> Iterator[httpx.Client]:
    with subprocess.Popen(COMMAND, cwd=folder, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout
        url = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert url
        with httpx.Client(base_url=url[0], trust_env=False, timeout=20) as client:
            yield client
        process.terminate()


@pytest.fixture(scope="module")
def metadata(folder: Path) -> Any:
    reader = Reader.open(folder / "state" / "monitor.db")
    yield _exploring.metadata(reader)["databases"]["monitor"]
    reader.close()


def test_every_table_and_column_is_described(folder: Path, metadata: Any) -> None:
    reader = Reader.open(folder / "state" / "monitor.db")
    for name, table in metadata["tables"].items():
        assert table["description"], name
        columns = [row["name"] for row in reader.ask("SELECT name FROM pragma_table_info(?)", (name,))]
        assert list(table["columns"]) == columns, name
    reader.close()
    assert metadata["tables"]["pages"]["columns"]["address"] == "the url without what two spellings of it may differ in"
    assert metadata["tables"]["sources"]["columns"]["follow"] == "which of the pages a listing names are followed"


def test_every_page_answers(explored: httpx.Client, metadata: Any) -> None:
    for address in ("/", "/monitor", *(f"/monitor/{name}" for name in metadata["tables"]), "/monitor/changes/3"):
        answer = explored.get(address, follow_redirects=True)
        assert answer.status_code == 200, address
    assert "its last check" in explored.get("/monitor/pages").text


@pytest.mark.parametrize("ready", _exploring.READY, ids=lambda ready: ready.name)
def test_every_ready_query_runs(explored: httpx.Client, ready: _exploring.Ready) -> None:
    asked = dict.fromkeys(re.findall(r":(\w+)", ready.sql), "harbour")
    for values in (dict.fromkeys(asked, ""), asked):
        answer = explored.get(f"/monitor/{ready.name}.json", params={"_shape": "objects", **values})
        assert answer.status_code == 200, answer.text
        assert answer.json()["ok"]


def test_nothing_can_be_written_and_no_foreign_name_is_answered(explored: httpx.Client) -> None:
    answer = explored.get("/monitor.json", params={"sql": "delete from meta"})
    assert answer.status_code == 400
    assert explored.get("/", headers={"host": "evil.example"}).status_code == 421


def test_a_missing_extra_is_said_in_a_line(folder: Path) -> None:
    script = (
        "import sys; sys.modules['datasette'] = None; sys.argv[1:] = ['explore']; from monitor import cli; cli.main()"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "monitor: explore needs Datasette: pip install 'statement-monitor[explore]'\n"


def test_a_database_with_nothing_in_it_is_explained_too(tmp_path: Path) -> None:
    Store.open(tmp_path / "monitor.db").close()
    reader = Reader.open(tmp_path / "monitor.db")
    found = _exploring.metadata(reader)["databases"]["monitor"]
    for ready in _exploring.READY:
        values = dict.fromkeys(re.findall(r":(\w+)", ready.sql), "")
        assert reader.ask(ready.sql, values) == []
    assert "change_log" in found["tables"]
    reader.close()
