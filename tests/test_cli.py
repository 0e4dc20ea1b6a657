"""The commands as a user types them: what they print, and what they end with."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from monitor import cli, lock

PAGE = """<!DOCTYPE html><html lang="en"><title>Harbours fund</title><h1>Harbours fund opens</h1>
<article><h2>Sums</h2><p>Ports may apply for up to £1.5 million before 3 March 2027.</p></article>
<p class="updated">2 November 2026</p></html>"""

SOURCE = '[parser]\ntype = "css"\ntitle = "h1"\nbody = "article"\nupdated_at = ".updated"\n'

CHECK_KEYS = [
    "url",
    "source",
    "outcome",
    "status",
    "kind",
    "disclosure",
    "change",
    "alerts",
    "title",
    "text_head",
    "elapsed_ms",
    "bytes",
]
COLUMNS = [
    "id",
    "detected_at",
    "source",
    "kind",
    "disclosure",
    "title",
    "url",
    "note",
    "signals",
    "fields",
    "summary",
    "words_added",
    "words_removed",
    "before_version",
    "after_version",
    "seen_before_at",
    "seen_after_at",
    "alerts_sent",
    "alerts_pending",
    "alerts_failed",
    "quotes",
]
STATEMENT_KEYS = [
    "url",
    "title",
    "document_type",
    "lead",
    "publishers",
    "people",
    "published_at",
    "updated_at",
    "notes",
    "body",
    "attachments",
    "withdrawn",
    "government",
    "delivered_on",
    "location",
    "language",
    "translations",
    "parser",
]


MISSING = "monitor: config/monitor.toml: not found; `monitor init` writes one\n"


@dataclass
class Answer:
    """What a command printed and ended with."""

    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Monitor = Callable[..., Answer]


@pytest.fixture
def monitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Monitor:
    """Runs a command in this process, in `tmp_path`."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["monitor", *words])
        status = 0
        try:
            cli.main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        printed = capfd.readouterr()
        assert "Traceback" not in printed.err
        return Answer(status, printed.out, printed.err)

    return run


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base's name
        """Nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """`site/` in `tmp_path`, served; the configuration watches one page of it."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/a.html").write_text(PAGE, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "site")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/a.html"
    (tmp_path / "config/sources").mkdir(parents=True)
    (tmp_path / "config/monitor.toml").write_text('[http]\ndelay = "0s"\nallow = ["127.0.0.1"]\n')
    (tmp_path / "config/sources/rivers.toml").write_text(f'pages = ["{url}"]\n{SOURCE}')
    yield url
    server.shutdown()
    server.server_close()


class Receiver(Quiet):
    """Answers each POST with `answers`, one after another, the last one for ever."""

    answers: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
        self.send_header("content-length", "0")
        self.end_headers()


@pytest.fixture
def receiver(site: str, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """A webhook receiver that the source sends its changes to; called with the statuses it is to answer."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with (tmp_path / "config/monitor.toml").open("a") as file:
        file.write(f'[channels.hook]\ntype = "webhook"\nurl = "http://127.0.0.1:{server.server_port}/"\n')
    source = tmp_path / "config/sources/rivers.toml"
    source.write_text(f'channels = ["hook"]\n{source.read_text()}')

    def answer(*statuses: int) -> None:
        Receiver.answers = list(statuses)

    yield answer
    server.shutdown()
    server.server_close()


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "site/a.html"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


# --- starting --------------------------------------------------------------------------------------------------------


def test_init_writes_a_configuration_that_is_right_and_never_writes_over_one(monitor: Monitor, tmp_path: Path) -> None:
    assert monitor("init").status == 0
    assert monitor("config", "check").out == "config: no faults; sources: 1, channels: 0\n"
    (tmp_path / "config/monitor.toml").write_text("mine")
    again = monitor("init")
    assert (again.status, again.err) == (73, "monitor: config/monitor.toml: is there already; nothing was written\n")
    assert (tmp_path / "config/monitor.toml").read_text() == "mine"


def test_without_a_configuration_each_command_says_how_to_make_one(monitor: Monitor) -> None:
    for command in (["check"], ["changes"], ["status"], ["run"]):
        answer = monitor(*command)
        assert (answer.status, answer.err) == (
            78,
            "monitor: config/monitor.toml: not found; `monitor init` writes one\n",
        )


def test_every_fault_of_the_configuration_is_a_line_on_stderr(monitor: Monitor, site: str, tmp_path: Path) -> None:
    (tmp_path / "config/monitor.toml").write_text("[htpp]\n[store]\npath = 1\n")
    answer = monitor("check")
    assert answer.status == 78
    assert answer.err.splitlines() == [
        "monitor: config/monitor.toml:3: store.path: input should be a valid string, not 1",
        'monitor: config/monitor.toml:1: htpp: unknown key; did you mean "http"?',
    ]


@pytest.mark.parametrize(
    "words", [["chekc"], ["changes", "--lmit", "3"], ["show", "first"], ["show", "9" * 20], ["check", "rivrs"]]
)
def test_what_cannot_be_used_is_said_in_one_line_and_ends_with_2(monitor: Monitor, site: str, words: list[str]) -> None:
    answer = monitor(*words)
    assert (answer.status, len(answer.err.splitlines())) == (2, 1)
    assert answer.err.startswith("monitor: ")


def test_called_bare_it_shows_its_help(monitor: Monitor) -> None:
    answer = monitor()
    assert (answer.status, answer.err.startswith("Usage: ")) == (2, True)
    assert "  changes " in answer.err


def test_an_unknown_source_is_answered_with_the_nearest(monitor: Monitor, site: str) -> None:
    assert 'did you mean "rivers"?' in monitor("check", "rivrs").err


# --- delivering ------------------------------------------------------------------------------------------------------


def test_a_check_whose_message_does_not_arrive_says_so_in_a_line_and_ends_with_1(
    monitor: Monitor, site: str, tmp_path: Path, receiver: Callable[..., None]
) -> None:
    receiver(500, 204)
    monitor("check")
    edit(tmp_path, "£1.5", "£15")
    answer = monitor("check", site)
    assert (answer.status, answer.err) == (1, "monitor: not delivered: hook: 1 (500); `monitor alerts` lists them\n")
    assert "1 looked at: 1 changed" in answer.out
    (alert,) = monitor("alerts", "--json").rows
    assert monitor("redeliver", alert["id"]).out.startswith("1 alerts are to be sent now")
    assert (monitor("check").status, monitor("alerts", "--json").rows[0]["state"]) == (0, "sent")


def test_a_channel_that_is_off_is_shown_until_a_person_turns_it_on(
    monitor: Monitor, site: str, tmp_path: Path, receiver: Callable[..., None]
) -> None:
    receiver(410, 204)
    monitor("check")
    edit(tmp_path, "£1.5", "£15")
    assert [monitor("check", site).err for _ in range(2)] == [
        "monitor: not delivered: hook: 1 (410); `monitor alerts` lists them\n"
    ] * 2
    status = monitor("status")
    assert (status.status, "channel hook: is off, 1 wait: 410\n" in status.out) == (1, True)
    assert "needs a person: channel hook is off, as its receiver is gone for good (410): 1 alert waits" in status.out
    assert "its channel is off: 410" in monitor("alerts").out
    assert monitor("redeliver", "--json").rows == [{"alerts": 1}]
    assert [monitor("check").status, monitor("status").status] == [0, 0]


def test_redelivering_what_does_not_exist_says_so_and_ends_with_1(monitor: Monitor, site: str) -> None:
    monitor("check")
    answer = monitor("redeliver", "msg_none")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err == "monitor: there is no alert msg_none; `monitor alerts` lists them\n"


# --- looking ---------------------------------------------------------------------------------------------------------


def test_the_change_log_tells_of_a_silent_edit(monitor: Monitor, site: str, tmp_path: Path) -> None:
    first = monitor("check", "--json").rows
    assert [(row["outcome"], row["status"], row["change"]) for row in first] == [("ok", 200, None)]
    assert [key for key in first[0] if key in CHECK_KEYS] == CHECK_KEYS
    edit(tmp_path, "£1.5", "£15")
    (row,) = monitor("check", site, "--json").rows
    assert (row["outcome"], row["kind"], row["disclosure"], row["change"], row["source"]) == (
        *("changed", "edited", "silent", 1, "rivers"),
    )
    (change,) = monitor("changes", "--json").rows
    assert list(change) == COLUMNS
    assert (change["signals"], change["fields"], change["words_added"], change["words_removed"]) == (
        "figure",
        "body",
        1,
        1,
    )
    assert "[-£1.5-]{+£15+} million" in monitor("show", "1").out.replace("\n    ", " ")
    assert monitor("show", "1", "--json").rows[0]["redline"]
    assert "£1.5 million" in monitor("changes").out
    assert monitor("show", "2").status == 2


def test_reading_commands_find_what_was_recorded(monitor: Monitor, site: str, tmp_path: Path) -> None:
    monitor("check")
    edit(tmp_path, "£1.5", "£15")
    monitor("check", "rivers")
    (history,) = monitor("history", site, "--json").rows
    assert [version["number"] for version in history["versions"]] == [2, 1]
    assert [check["outcome"] for check in history["checks"]] == ["changed", "ok"]
    assert history["metadata_changes"] == []
    table = monitor("history", site).out
    assert "Harbours fund opens" in table
    assert "its metadata never differed" in table
    assert [row["number"] for row in monitor("search", "1.5 million", "--json").rows] == [1]
    assert [row["number"] for row in monitor("search", "ports", "may", "apply", "--json").rows] == [2, 1]
    assert monitor("search", "zeppelin").out == "found nothing\n"
    status = monitor("status", "--json")
    assert (status.status, status.rows[0]["pages"], status.rows[0]["outbox"]["failed"]) == (0, 1, 0)
    assert "rivers" in monitor("status").out
    assert monitor("status", "--quiet").out == ""
    assert monitor("alerts").out == "the outbox is empty\n"
    assert monitor("redeliver", "--json").rows == [{"alerts": 0}]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--disclosure", "silent"], 1),
        (["--disclosure", "announced"], 0),
        (["--kind", "edited", "--source", "rivers"], 1),
        (["--since", "1h"], 1),
        (["--since", "2099-01-01"], 0),
        (["--alike", "1"], 1),
        (["--alike", "2"], 0),
    ],
)
def test_the_change_log_is_filtered(monitor: Monitor, site: str, tmp_path: Path, words: list[str], found: int) -> None:
    monitor("check")
    edit(tmp_path, "£1.5", "£15")
    monitor("check", "rivers")
    assert len(monitor("changes", *words, "--json").rows) == found


@pytest.mark.parametrize("words", [["--disclosure", "silnt"], ["--kind", "edit"], ["--since", "yesterday"]])
def test_a_filter_that_is_no_word_of_ours_is_refused(monitor: Monitor, site: str, words: list[str]) -> None:
    monitor("check")
    assert monitor("changes", *words).status == 2


def test_what_waits_for_its_turn_is_told(monitor: Monitor, site: str, tmp_path: Path) -> None:
    urls = "".join(f"<url><loc>{site}?page={number}</loc></url>" for number in range(203))
    (tmp_path / "site/sitemap.xml").write_text(f"<urlset>{urls}</urlset>")
    source = tmp_path / "config/sources/rivers.toml"
    listing = f'listing = "{site.replace("a.html", "sitemap.xml")}"\n'
    source.write_text(listing + source.read_text().partition("\n")[2])
    words = "rivers: 3 pages its listing names wait for their turn, at most 200 a round"
    assert words in monitor("check").out
    assert words in monitor("status").out


def test_three_failures_in_a_row_need_a_person(monitor: Monitor, site: str, tmp_path: Path) -> None:
    (tmp_path / "site/a.html").write_text("")
    for _ in range(3):
        assert monitor("check", "rivers", "--json").rows[0]["outcome"] == "error:empty"
    status = monitor("status")
    assert status.status == 1
    assert "needs a person: a page of rivers is failing, 3 times in a row: error:empty" in status.out


# --- the database ----------------------------------------------------------------------------------------------------


def test_a_database_of_another_program_is_refused_and_left_alone(monitor: Monitor, site: str, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    with sqlite3.connect(tmp_path / "state/monitor.db") as other:
        other.execute("CREATE TABLE theirs (id)")
    other.close()
    before = (tmp_path / "state/monitor.db").read_bytes()
    for command in (["check"], ["changes"]):
        answer = monitor(*command)
        assert answer.status == 65
        assert len(answer.err.splitlines()) == 1
    assert (tmp_path / "state/monitor.db").read_bytes() == before


def test_a_damaged_database_is_refused(monitor: Monitor, site: str, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state/monitor.db").write_bytes(b"no database at all" * 100)
    assert monitor("check").status == 65


def test_what_was_stored_is_held_against_its_hash(monitor: Monitor, site: str, tmp_path: Path) -> None:
    monitor("check")
    sound = "held against their hashes: snapshots 1, versions 1\nevery one is as it was written\n"
    assert monitor("verify").out == sound
    with sqlite3.connect(tmp_path / "state/monitor.db") as db:
        db.execute("DROP TRIGGER versions_are_kept_from_update")
        db.execute("UPDATE versions SET statement = replace(statement, '1.5', '2.5')")
    answer = monitor("verify", "--json")
    assert (answer.status, json.loads(answer.out)["faults"]) == (65, ["version 1: another statement than was read"])
    assert answer.err.startswith("monitor: faults found: 1; keep the file")


def test_a_backup_is_a_whole_database_in_a_new_file(monitor: Monitor, site: str, tmp_path: Path) -> None:
    monitor("check")
    assert monitor("backup", "copy.db").status == 0
    with sqlite3.connect(tmp_path / "copy.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("SELECT count(*) FROM versions").fetchone() == (1,)
    again = monitor("backup", "copy.db")
    assert (again.status, again.err) == (73, "monitor: copy.db: there already; name a file that is not\n")


def test_a_second_monitor_is_told_who_holds_the_lock(monitor: Monitor, site: str, tmp_path: Path) -> None:
    with lock.lock(tmp_path / "state/monitor.db"):
        answer = monitor("check")
    assert answer.status == 75
    assert f"process {os.getpid()}" in answer.err


def test_a_folder_that_cannot_be_made_is_an_error_of_one_line(monitor: Monitor, site: str, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    answer = monitor("check")
    assert (answer.status, len(answer.err.splitlines())) == (73, 1)


# --- saved pages -----------------------------------------------------------------------------------------------------


def test_a_saved_page_is_parsed_with_the_parser_of_its_address(monitor: Monitor, site: str) -> None:
    (row,) = monitor("parse", "site/a.html", "--url", site, "--json").rows
    assert list(row) == STATEMENT_KEYS
    assert (row["title"], row["updated_at"], row["withdrawn"], row["url"]) == (
        *("Harbours fund opens", "2026-11-02", None, site),
    )
    assert row["body"][1] == {
        "kind": "paragraph",
        "text": "Ports may apply for up to £1.5 million before 3 March 2027.",
        "level": 0,
        "links": [],
    }
    assert "## Sums" in monitor("parse", site).out


def test_a_page_without_a_statement_says_why(monitor: Monitor, site: str) -> None:
    answer = monitor("parse", "site/a.html")
    assert answer.status == 1
    assert answer.err.startswith("monitor: site/a.html: error:parse: ")
    assert monitor("parse", "site/none.html").status == 2


def test_two_saved_pages_are_compared(monitor: Monitor, site: str, tmp_path: Path) -> None:
    (tmp_path / "old.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "new.html").write_text(PAGE.replace("£1.5", "£15"), encoding="utf-8")
    (tmp_path / "gone.html").write_text("<h1>Page not found</h1>")
    (row,) = monitor("compare", "old.html", "new.html", "--url", site, "--json").rows
    assert list(row) == ["kind", "disclosure", "reasons", "signals", "fields", "words_added", "words_removed"]
    assert (row["kind"], row["disclosure"], row["fields"]) == ("edited", "silent", ["body"])
    assert row["signals"] == [{"signal": "figure", "words": ["£1.5 million → £15 million"]}]
    assert monitor("compare", "old.html", "old.html", "--url", site, "--json").rows[0]["kind"] == "unchanged"
    assert monitor("compare", "old.html", "gone.html", "--url", site, "--json").rows[0]["kind"] == "gone"
    assert "[-£1.5-]{+£15+}" in monitor("compare", "old.html", "new.html", "--url", site).out


# --- the machine -----------------------------------------------------------------------------------------------------


def test_the_doctor_names_what_hurts(monitor: Monitor, site: str, tmp_path: Path) -> None:
    assert monitor("doctor").status == 0
    (tmp_path / "config/monitor.toml").chmod(0o666)
    answer = monitor("doctor", "--json")
    assert answer.status == 1
    assert [row["words"] for row in answer.rows if row["state"] == "hurts"] == [
        "config/monitor.toml may be written by anyone: chmod o-w config/monitor.toml"
    ]


def test_the_schema_is_json(monitor: Monitor) -> None:
    assert set(monitor("config", "schema").rows[0]) == {"monitor.toml", "sources/NAME.toml"}


def test_the_command_runs_as_a_module_and_help_names_every_command() -> None:
    done = subprocess.run([sys.executable, "-m", "monitor", "--help"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0
    commands = "init demo run check parse compare changes show history search status alerts redeliver config doctor"
    assert [word for word in commands.split() if f"  {word} " not in done.stdout] == []


def test_the_configuration_that_comes_with_the_program_is_the_one_init_writes(monitor: Monitor, tmp_path: Path) -> None:
    monitor("init")
    shipped = Path(__file__).parent.parent / "config"
    for path in ("monitor.toml", "sources/example.toml"):
        assert (shipped / path).read_text("utf-8") == (tmp_path / "config" / path).read_text("utf-8")
