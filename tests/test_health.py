"""What needs a person is said, each with what to do; what is fine is not called otherwise."""

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from monitor import _health_hosts, config, health, starter
from monitor._health_incidents import GAPS_LEAST, SILENT_TIMES
from monitor.lock import OPEN, lock
from monitor.stores.sqlite import Store
from tests.servers import RESET, html, serving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

LIBRARIES = ("SQLite", "expat", "TLS")
AT = "2026-11-24T12:00:00.000Z"
SINCE = "2026-11-24T10:00:00.000Z"


def status(**told: Any) -> dict[str, Any]:
    """Figures by which all is well, but for those told."""
    names = ("late", "troubled_hosts", "troubled_pages", "hosts", "given_up", "channels", "pulses", "incidents")
    well: dict[str, Any] = {name: [] for name in names}
    outbox = {"pending": 3, "failed": 0, "overdue": 0}
    return well | {"at": AT, "outbox": outbox, "free_bytes": 10**12, "daemon": None} | told


def found(folder: Path, state: str) -> list[tuple[str, str]]:
    return [(row["check"], row["words"]) for row in health.examine(folder / "config") if row["state"] == state]


def started(folder: Path) -> Path:
    """A folder as `monitor init` leaves it."""
    starter.write(folder)
    return folder


RUNNING = {"process": 7, "words": "running"}
LATE = {"late": [{"source": "lakes", "pages": 2}]}
LATE_WORDS = "2 pages of lakes are late by more than two intervals; see that the daemon runs"
UNSENT = {"outbox": {"pending": 9, "failed": 0, "overdue": 4}}
UNSENT_WORDS = "4 alerts are due for more than an hour; see that the daemon runs"


@pytest.mark.parametrize(
    ("told", "reasons"),
    [
        ({}, []),
        ({"daemon": None}, ["no daemon is at work"]),
        ({"daemon": {"process": 7, "words": "degraded since T: full"}}, ["the daemon is degraded since T: full"]),
        (LATE, [LATE_WORDS]),
        (UNSENT, [UNSENT_WORDS]),
        ({"given_up": [{"channel": "desk", "day": "2026-11-24", "alerts": 4, "detail": "550"}]}, []),
    ],
)
def test_the_daemon_is_healthy_while_nothing_is_late_and_the_store_is_written(
    told: dict[str, Any], reasons: list[str]
) -> None:
    assert health.healthz(status(daemon=RUNNING) | told) == (not reasons, reasons)


RESTING = {
    "name": "hook",
    "faults": 3,
    "failed_at": SINCE,
    "free_at": "2026-11-24T10:42:00.000Z",
    "disabled_at": None,
    "detail": "503",
    "pending": 7,
}
HOST = {
    "host": "a.gov",
    "state": "blocked",
    "pages": 500,
    "since": SINCE,
    "source": "lakes",
    "url": "https://a.gov/1",
    "outcome": "blocked",
    "detail": "a captcha",
}
PAGE = HOST | {"id": 9, "role": "statement", "failures": 3}
UNANSWERED = {"host": "a.gov", "failures": 9, "free_at": AT}
PULSE = {
    "source": "lakes",
    "first_at": "2026-08-01T12:00:00.000Z",
    "changed_at": "2026-11-14T12:00:00.000Z",
    "gaps": 20,
    "longest_gap_s": 5 * 86400.0,
    "empty_since": None,
    "empty_looks": 0,
}
SILENT_WORDS = (
    "nothing changed at lakes for 10 days, since 2026-11-14T12:00:00.000Z; the longest of 20 gaps in 105 days was "
    "5.0 days: see that it is still published where we look"
)
WHY = "blocked (a captcha) since 2026-11-24T10:00:00.000Z; `monitor history https://a.gov/1` says more"
OFF = (
    "channel hook is off, as its receiver is gone for good (503): 7 alerts wait; give it another address, or turn it on"
)


def opened(*keys: str) -> dict[str, Any]:
    """Incidents that are open."""
    rows = [{"id": 1, "key": key, "words": f"as {key} began", "began_at": SINCE, "channel": "ops"} for key in keys]
    return {"incidents": rows}


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({}, {}),
        (LATE, {"late:lakes": LATE_WORDS}),
        (UNSENT, {"late": UNSENT_WORDS}),
        ({"channels": [RESTING | {"faults": 2}]}, {}),
        (
            {"channels": [RESTING]},
            {
                "channel:hook": f"channel hook takes nothing since {SINCE} (503): 7 alerts wait; "
                "the next try is at 2026-11-24T10:42:00.000Z"
            },
        ),
        (
            {"channels": [RESTING | {"pending": 0}]},
            {"channel:hook": f"channel hook takes nothing since {SINCE} (503): 0 alerts wait"},
        ),
        ({"channels": [RESTING | {"disabled_at": SINCE}]}, {"channel:hook": f"{OFF} by `monitor redeliver`"}),
        (
            {"given_up": [{"channel": "desk", "day": "2026-11-24", "alerts": 4, "detail": "550"}]},
            {
                "given_up:desk:2026-11-24": "4 alerts of 2026-11-24 to desk were given up (550); "
                "`monitor alerts --failed`, then `monitor redeliver`"
            },
        ),
        (
            {"troubled_hosts": [HOST], "troubled_pages": []},
            {"blocked:a.gov": f"500 pages of a.gov are blocked, the first of lakes: {WHY}"},
        ),
        (
            {"troubled_hosts": [HOST | {"pages": 1}], "troubled_pages": [PAGE]},
            {"page:9": f"a page of lakes is blocked, 3 times in a row: {WHY}"},
        ),
        (
            {"hosts": [UNANSWERED], "troubled_hosts": [HOST | {"state": "failing"}]},
            {"failing:a.gov": f"a.gov does not answer, 9 times in a row; the next try is after {AT}"},
        ),
        ({"hosts": [UNANSWERED | {"failures": 8}]}, {}),
        (
            {"pulses": [PULSE | {"empty_since": SINCE, "empty_looks": 3}]},
            {"empty:lakes": f"the listing of lakes names no pages any more since {SINCE}, at 3 looks: see its address"},
        ),
        ({"pulses": [PULSE | {"changed_at": AT, "empty_since": SINCE, "empty_looks": 2}]}, {}),
        ({"pulses": [PULSE]}, {"silent:lakes": SILENT_WORDS}),
        ({"pulses": [PULSE | {"gaps": 19}]}, {}),
        ({"pulses": [PULSE | {"longest_gap_s": 5 * 86400 + 1}]}, {}),
        ({"pulses": [PULSE | {"first_at": "2026-10-20T12:00:00.000Z"}]}, {}),
        ({"pulses": [PULSE]} | LATE, {"late:lakes": LATE_WORDS}),
        ({"free_bytes": 2**29 - 1}, {"disk": "511 MiB are free where the database is; make room"}),
        ({"free_bytes": 2**29}, {}),
        ({"free_bytes": 2**29} | opened("disk"), {"disk": "512 MiB are free where the database is; make room"}),
        (
            opened("clock", "wording:desk", "disk", "late"),
            {"clock": "as clock began", "wording:desk": "as wording:desk began"},
        ),
        (opened("clock") | {"noticed": {"clock": "", "configuration": "refused"}}, {"configuration": "refused"}),
    ],
)
def test_what_needs_a_person_is_found_and_what_mends_itself_is_not(told: dict[str, Any], found: dict[str, str]) -> None:
    assert {finding.key: finding.words for finding in health.incidents(status(**told))} == found
    assert health.needs_a_person(status(**told)) == list(found.values())


def test_a_host_is_one_finding_until_it_has_one_page_in_trouble_at_most() -> None:
    def keys(pages: int, *open_keys: str) -> list[str]:
        alone = [PAGE | {"id": number} for number in range(1, pages + 1)] if pages <= 3 else []
        alone += [PAGE] if "page:9" in open_keys else []
        figures = {"troubled_hosts": [HOST | {"pages": pages}], "troubled_pages": alone} | opened(*open_keys)
        return [finding.key for finding in health.incidents(status(**figures))]

    assert keys(3) == ["page:1", "page:2", "page:3"]
    assert keys(4) == ["blocked:a.gov"]
    assert keys(2, "blocked:a.gov") == ["blocked:a.gov"]
    assert keys(1, "blocked:a.gov") == ["page:1"]
    assert keys(500, "page:9") == ["blocked:a.gov", "page:9"]


def test_a_source_with_exponential_gaps_is_called_silent_once_in_ten_lives_at_most() -> None:
    """The chance that the gap after n is more than twice the longest is 2 / (n + 1)(n + 2): from 20 on, 2 / 21."""
    random = Random(7)  # noqa: S311
    alarms = 0
    for _ in range(400):
        longest = 0.0
        for gaps in range(300):
            gap = random.expovariate(1 / 86400)
            alarms += gaps >= GAPS_LEAST and gap > SILENT_TIMES * longest
            longest = max(longest, gap)
    assert alarms / 400 == pytest.approx(2 / 21, abs=0.04)


def test_a_fresh_folder_hurts_nowhere_and_asks_who_you_are(tmp_path: Path) -> None:
    started(tmp_path)
    assert found(tmp_path, "hurts") == []
    assert ("configuration", "1 sources, 0 channels") in found(tmp_path, "fine")
    assert [check for check, _ in found(tmp_path, "note") if check not in LIBRARIES] == [
        "user agent",
        "operators",
        "database",
    ]


def test_every_fault_of_the_configuration_hurts(tmp_path: Path) -> None:
    started(tmp_path)
    (tmp_path / "config/monitor.toml").write_text("[htpp]\n", encoding="ascii")
    (tmp_path / "config/sources/example.toml").write_text("pges = []\n", encoding="ascii")
    assert [check for check, _ in found(tmp_path, "hurts")] == ["configuration"] * 2


def test_a_file_that_anyone_may_write_hurts(tmp_path: Path) -> None:
    source = started(tmp_path) / "config/sources/example.toml"
    source.chmod(0o646)
    assert found(tmp_path, "hurts") == [("file mode", f"{source} may be written by anyone: chmod o-w {source}")]


def test_a_database_that_is_ours_is_fine_and_one_that_others_may_read_is_noted(tmp_path: Path) -> None:
    database = started(tmp_path) / "state/monitor.db"
    Store.open(database).close()
    assert ("database", f"{database}, {database.stat().st_size // 1024} KiB") in found(tmp_path, "fine")
    database.chmod(0o644)
    assert ("file mode", f"{database} may be read by others (644); chmod 600 {database}") in found(tmp_path, "note")


def test_files_that_others_may_write_or_own_hurt(tmp_path: Path) -> None:
    database = started(tmp_path) / "state/monitor.db"
    Store.open(database).close()
    database.chmod(0o602)
    database.parent.chmod(0o703)
    assert found(tmp_path, "hurts") == [
        ("file mode", f"{database.parent} may be written by anyone: chmod 700 {database.parent}"),
        ("file mode", f"{database} may be written by anyone (602); chmod 600 {database}"),
    ]
    if os.geteuid():
        pytest.skip("nothing may be given away here")
    database.chmod(0o600)
    database.parent.chmod(0o700)
    os.chown(database, 65534, 65534)
    (check, words), *_ = found(tmp_path, "hurts")  # and the files beside it, once they are made
    assert (check, words.startswith(f"{database} belongs to user 65534, its folder to user 0")) == ("owner", True)


@pytest.mark.parametrize(
    ("line", "file", "hurts"),
    [
        (f'secret = "{SECRET}"', "config/monitor.toml", True),
        ('secret = "${HOOK_SECRET}"', "config/monitor.toml", False),
        ('secret_file = "secret"', "secret", True),
    ],
)
def test_a_secret_that_others_may_read_hurts_and_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, file: str, hurts: bool
) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    started(tmp_path)
    (tmp_path / "secret").write_text(SECRET, encoding="ascii")
    hook = f'[channels.hook]\ntype = "webhook"\nurl = "https://hooks.example.org/in"\n{line}\n'
    (tmp_path / "config/monitor.toml").write_text(hook, encoding="ascii")
    path = tmp_path / file
    words = f"{path} holds the secret of channels.hook and may be read by others: chmod 600 {path}"
    assert found(tmp_path, "hurts") == ([("secret", words)] if hurts else [])
    path.chmod(0o600)
    assert found(tmp_path, "hurts") == []


def test_the_daemon_is_named_and_one_that_is_degraded_hurts(tmp_path: Path) -> None:
    database = started(tmp_path) / "state/monitor.db"
    Store.open(database).close()
    assert ("daemon", "none is at work on the database") in found(tmp_path, "note")
    with lock(database) as hold:
        hold.say(OPEN, "running")
        assert ("daemon", f"process {os.getpid()} running") in found(tmp_path, "fine")
        hold.say(OPEN, "degraded since noon: no room")
        assert found(tmp_path, "hurts") == [("daemon", f"process {os.getpid()} degraded since noon: no room")]
        degraded = status(daemon=health.daemon(database))
        assert health.needs_a_person(degraded) == ["the daemon is degraded since noon: no room"]


def test_a_journal_that_another_program_set_otherwise_hurts(tmp_path: Path) -> None:
    database = started(tmp_path) / "state/monitor.db"
    Store.open(database).close()
    with closing(sqlite3.connect(database)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
    ((check, words),) = found(tmp_path, "hurts")
    assert (check, "keeps its journal in mode delete" in words) == ("database", True)


@pytest.mark.parametrize(
    ("minutes", "state"),
    [((0, 0, 0), "fine"), ((0, 4, -4), "fine"), ((0, 9, 0), "fine"), ((9, 9, 0), "hurts"), ((-525600,), "hurts")],
)
def test_a_clock_that_most_servers_disagree_with_hurts(minutes: tuple[int, ...], state: str) -> None:
    (row,) = _health_hosts.clock([timedelta(minutes=each) for each in minutes])
    assert (row["check"], row["state"]) == ("clock", state)


def test_each_host_is_asked_once_and_its_clock_held_against_ours(tmp_path: Path) -> None:
    async def story() -> list[tuple[str, str]]:
        file = html("late", date="Mon, 02 Mar 2026 10:00:00 GMT")
        async with serving(RESET, robots=(file,)) as late, serving(RESET, robots=(RESET,)) as broken:
            pages = [f"{late.url}/a", f"{late.url}/b", f"{broken.url}/a"]
            started(tmp_path)
            (tmp_path / "config/monitor.toml").write_text('[http]\nallow = ["127.0.0.1"]\n', encoding="ascii")
            (tmp_path / "config/sources/example.toml").write_text(f"pages = {pages}\n", encoding="ascii")
            rows = await _health_hosts.reached(config.load(tmp_path / "config"))
            assert (len(late.robots), late.paths) == (1, [])
            return [(row["check"], row["state"]) for row in rows]

    assert asyncio.run(story()) == [("host", "fine"), ("host", "hurts"), ("clock", "hurts")]


def test_a_database_of_another_program_hurts(tmp_path: Path) -> None:
    database = started(tmp_path) / "state/monitor.db"
    with sqlite3.connect(database) as other:
        other.execute("CREATE TABLE theirs (id)")
    other.close()
    ((check, words),) = found(tmp_path, "hurts")
    assert (check, words.startswith(f"{database}: this database belongs to another program")) == ("database", True)
