"""One monitor a database, however the last one ended."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.errors import CannotWriteError, LockedError
from monitor.lock import CLOSED, OPEN, Record, holder, lock

HOLD = """
import pathlib, sys
from monitor.lock import lock
with lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    input()
"""


def test_a_held_lock_names_its_holder(tmp_path: Path) -> None:
    database = tmp_path / "monitor.db"
    with lock(database), pytest.raises(LockedError) as refused, lock(database):
        pass
    assert str(refused.value) == (
        f"{database}: another monitor (process {os.getpid()}) is at work on it; stop that first"
    )


def test_a_lock_is_free_once_its_holder_is_done(tmp_path: Path) -> None:
    database = tmp_path / "monitor.db"
    for _ in range(2):
        with lock(database):
            assert (tmp_path / "monitor.db.lock").read_text("ascii").split("\n")[0] == str(os.getpid())


def test_it_tells_how_its_holder_fares_and_how_the_last_one_left_the_database(tmp_path: Path) -> None:
    database = tmp_path / "monitor.db"
    assert holder(database) is None
    with lock(database) as hold:
        assert hold.left == ""
        hold.say(OPEN, "degraded: no room " + "ü" * 400)
        told = holder(database)
        assert told
        assert (told.process, told.state, told.words[:18]) == (str(os.getpid()), OPEN, "degraded: no room ")
        hold.say(OPEN, "running")
        assert holder(database) == Record(str(os.getpid()), OPEN, "running")
    assert holder(database) is None
    with lock(database) as hold:
        assert hold.left == OPEN
        hold.say(CLOSED)
    with lock(database) as hold:
        assert hold.left == CLOSED


def test_a_link_in_the_locks_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious", encoding="ascii")
    (tmp_path / "monitor.db.lock").symlink_to(tmp_path / "precious")
    with pytest.raises(CannotWriteError), lock(tmp_path / "monitor.db"):
        pass
    assert (tmp_path / "precious").read_text("ascii") == "precious"


def test_a_lock_dies_with_its_holder(tmp_path: Path) -> None:
    database = tmp_path / "monitor.db"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockedError, match=f"process {holder.pid}"), lock(database):
            pass
        holder.kill()
        holder.wait(timeout=10)
        with lock(database):
            pass


def test_the_databases_folder_is_made_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    with lock(tmp_path / "state/monitor.db"):
        assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_a_folder_that_anyone_may_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o777)
    with pytest.raises(CannotWriteError, match=r"state: anyone may write there; chmod o-w"), lock(tmp_path / "state/a"):
        pass
    (tmp_path / "state").chmod(0o1777)
    with lock(tmp_path / "state/a"):
        pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file", encoding="ascii")
    with (
        pytest.raises(CannotWriteError, match=r"state/monitor\.db\.lock: cannot be written"),
        lock(tmp_path / "state/monitor.db"),
    ):
        pass
