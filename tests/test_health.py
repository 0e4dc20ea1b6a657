"""What needs a person is said, each with what to do; what is fine is not called otherwise."""

import sqlite3
from pathlib import Path
from typing import Any

from monitor import health, starter
from monitor.stores.sqlite import Store

WELL = {"source": "rivers", "pages": 9, "due": 2, "overdue": 0, "failing": 0, "blocked": 0, "removed": 1}


def status(*sources: dict[str, Any], failed: int = 0, pending: int = 3) -> dict[str, Any]:
    return {"sources": list(sources), "outbox": {"pending": pending, "failed": failed}, "daemon": None}


def found(folder: Path, state: str) -> list[tuple[str, str]]:
    return [(row["check"], row["words"]) for row in health.examine(folder / "config") if row["state"] == state]


def started(folder: Path) -> Path:
    """A folder as `monitor init` leaves it."""
    starter.write(folder)
    return folder


def test_what_mends_itself_needs_nobody() -> None:
    assert health.needs_a_person(status(WELL)) == []


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
    assert [check for check, _ in found(tmp_path, "note") if check != "SQLite"] == ["user agent", "database"]


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


def test_a_database_of_another_program_hurts(tmp_path: Path) -> None:
    database = started(tmp_path) / "state/monitor.db"
    with sqlite3.connect(database) as other:
        other.execute("CREATE TABLE theirs (id)")
    other.close()
    ((check, words),) = found(tmp_path, "hurts")
    assert (check, words.startswith(f"{database}: this database belongs to another program")) == ("database", True)
