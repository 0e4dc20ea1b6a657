"""What needs a person is said, each with what to do; what is fine is not called otherwise."""

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import _health_hosts, config, health, starter
from monitor.lock import OPEN, lock
from monitor.stores.sqlite import Store
from tests.servers import RESET, html, serving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

LIBRARIES = ("SQLite", "expat", "TLS")
WELL = {"source": "rivers", "pages": 9, "due": 2, "overdue": 0, "failing": 0, "blocked": 0, "robots": 0, "removed": 1}


def status(*sources: dict[str, Any], failed: int = 0, pending: int = 3) -> dict[str, Any]:
    outbox = {"pending": pending, "failed": failed, "overdue": 0}
    return {"sources": list(sources), "channels": [], "hosts": [], "outbox": outbox, "daemon": None}


def found(folder: Path, state: str) -> list[tuple[str, str]]:
    return [(row["check"], row["words"]) for row in health.examine(folder / "config") if row["state"] == state]


def started(folder: Path) -> Path:
    """A folder as `monitor init` leaves it."""
    starter.write(folder)
    return folder


def test_what_mends_itself_needs_nobody() -> None:
    assert health.needs_a_person(status(WELL)) == []


RUNNING = {"process": 7, "words": "running"}
LATE = WELL | {"source": "lakes", "overdue": 2}


@pytest.mark.parametrize(
    ("told", "reasons"),
    [
        ({}, []),
        ({"daemon": None}, ["no daemon is at work"]),
        (
            {"daemon": {"process": 7, "words": "degraded since T: disk full"}},
            ["the daemon is degraded since T: disk full"],
        ),
        ({"sources": [LATE]}, ["2 pages of lakes are late by more than two intervals; see that the daemon runs"]),
        (
            {"outbox": {"pending": 9, "failed": 0, "overdue": 4}},
            ["4 alerts are due for more than an hour; see that the daemon runs"],
        ),
        ({"sources": [WELL | {"failing": 9, "blocked": 1}], "outbox": {"failed": 4, "overdue": 0}}, []),
    ],
)
def test_the_daemon_is_healthy_while_nothing_is_late_and_the_store_is_written(
    told: dict[str, Any], reasons: list[str]
) -> None:
    assert health.healthz(status(WELL) | {"daemon": RUNNING} | told) == (not reasons, reasons)


RESTING = {
    "name": "hook",
    "faults": 3,
    "failed_at": "2026-11-24T10:00:00.000Z",
    "free_at": "2026-11-24T10:42:00.000Z",
    "disabled_at": None,
    "detail": "503",
    "pending": 7,
}


def test_a_channel_that_fails_for_minutes_or_is_off_needs_a_person() -> None:
    channels = [RESTING | {"faults": 2}, RESTING, RESTING | {"disabled_at": "2026-11-24T10:00:00.000Z"}]
    channels.append(RESTING | {"pending": 0})
    assert health.needs_a_person(status(WELL) | {"channels": channels}) == [
        (
            "channel hook takes nothing since 2026-11-24T10:00:00.000Z (503): 7 alerts wait; "
            "the next try is at 2026-11-24T10:42:00.000Z"
        ),
        (
            "channel hook is off, as its receiver is gone for good (503): 7 alerts wait; "
            "give it another address, or turn it on by `monitor redeliver`"
        ),
        "channel hook takes nothing since 2026-11-24T10:00:00.000Z (503): 0 alerts wait",
    ]


def test_alerts_that_nobody_sends_need_a_person() -> None:
    outbox = {"pending": 9, "failed": 0, "overdue": 4}
    assert health.needs_a_person(status(WELL) | {"outbox": outbox}) == [
        "4 alerts are due for more than an hour; see that the daemon runs"
    ]


def test_failing_and_blocked_pages_and_alerts_given_up_need_a_person() -> None:
    ill = WELL | {"source": "lakes", "failing": 2, "blocked": 1}
    assert health.needs_a_person(status(WELL, ill, failed=4)) == [
        "2 pages of lakes are failing; `monitor history URL` says why",
        "1 pages of lakes are blocked; `monitor history URL` says why",
        "4 alerts were given up; `monitor alerts --failed`, then `monitor redeliver`",
    ]


def test_a_fresh_folder_hurts_nowhere_and_asks_who_you_are(tmp_path: Path) -> None:
    started(tmp_path)
    assert found(tmp_path, "hurts") == []
    assert ("configuration", "1 sources, 0 channels") in found(tmp_path, "fine")
    assert [check for check, _ in found(tmp_path, "note") if check not in LIBRARIES] == ["user agent", "database"]


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
        degraded = status(WELL) | {"daemon": health.daemon(database)}
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
    now = datetime(2026, 3, 2, tzinfo=UTC)
    (row,) = _health_hosts.clock([now + timedelta(minutes=each) for each in minutes], now)
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
