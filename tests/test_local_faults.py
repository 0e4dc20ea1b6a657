"""What goes wrong on the machine itself: a full disk, a held or spoilt database, too few descriptors, a wrong clock."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.test_daemon import PAGE, PATIENCE_S, FarEnd, Process, configure, daemon, far_end, outcome

__all__ = ["far_end"]

LARGE = PAGE.format(figure=" ".join(sha256(b"%d" % number).hexdigest() for number in range(9000)))
"""A page that does not fit into the little that a log has to spare, however well it is packed."""

MOUNT, UNMOUNT = shutil.which("mount"), shutil.which("umount")


def hook(far_end: FarEnd) -> str:
    return f'[channels.hook]\ntype = "webhook"\nurl = "{far_end.url}/hook"\n'


def monitor(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """The command, run to its end."""
    command = [sys.executable, "-m", "monitor", "--config", str(folder / "config"), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def status(folder: Path) -> dict[str, Any]:
    return dict(json.loads(monitor(folder, "status", "--json").stdout))


def looks(far_end: FarEnd) -> int:
    return sum(request.startswith("GET /a ") for request in far_end.requests)


def database(folder: Path) -> Path:
    return folder / "state/monitor.db"


# --- a full disk -----------------------------------------------------------------------------------------------------


@contextmanager
def mounted(*words: str | Path) -> Iterator[None]:
    """A file system of its own, where this user may mount one."""
    if not (MOUNT and UNMOUNT):
        pytest.skip("there is no mount(8) here")
    done = subprocess.run([MOUNT, *map(str, words)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("nothing may be mounted here")
    try:
        yield
    finally:
        subprocess.run([UNMOUNT, "--lazy", str(words[-1])], check=True)


@contextmanager
def no_room(folder: Path, _: Process) -> Iterator[None]:
    """Until the block ends, no byte of the folder's file system is free."""
    ballast = folder / "state/ballast"
    with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))
    yield
    ballast.unlink()


@contextmanager
def no_growth(folder: Path, process: Process) -> Iterator[None]:
    """Until the block ends, no file of the process may grow beyond what the largest has now."""
    size = max(path.stat().st_size for path in (folder / "state").iterdir())
    hard = resource.prlimit(process.process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(process.process.pid, resource.RLIMIT_FSIZE, (size, hard))
    yield
    resource.prlimit(process.process.pid, resource.RLIMIT_FSIZE, (hard, hard))


@pytest.mark.parametrize("full", [no_room, no_growth])
def test_on_a_full_disk_it_keeps_what_it_found_says_so_and_goes_on_when_there_is_room(
    tmp_path: Path, far_end: FarEnd, full: Callable[[Path, Process], Any]
) -> None:
    configure(tmp_path, far_end.url, hook(far_end), '["hook"]')
    (tmp_path / "state").mkdir(mode=0o700)
    with mounted("-t", "tmpfs", "-o", "size=3m,mode=0700", "tmpfs", tmp_path / "state"), daemon(tmp_path) as process:
        process.until(outcome("ok"))
        with full(tmp_path, process):
            first, far_end.page = far_end.page, LARGE
            degraded = process.said("degraded")
            far_end.page = first  # what is asked for anew is as it was
            assert degraded["level"] == "error"
            assert "room" in degraded["reason"]
            found = status(tmp_path)
            assert found["daemon"]["process"] == process.process.pid
            assert found["needs_a_person"][0].startswith("the daemon is degraded since")
            with closing(sqlite3.connect(database(tmp_path))) as db:
                assert db.execute("SELECT count(*) FROM versions").fetchone() == (1,)
        changed = process.until(outcome("changed"))
        assert any(line["event"] == "recovered" for line in process.log) or process.said("recovered")
        assert changed["changes"] == [1]
        assert any(line["event"] == "delivered" for line in process.log) or process.said("delivered")
        (low,) = status(tmp_path)["needs_a_person"]
        assert low.endswith(" MiB are free where the database is; make room")
        assert process.end()[0] == 0
        assert monitor(tmp_path, "verify").returncode == 0
    assert sum(request.startswith("POST /hook") for request in far_end.requests) == 1


def test_a_start_on_a_full_disk_ends_with_73_and_one_line(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    (tmp_path / "state").mkdir(mode=0o700)
    with mounted("-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", tmp_path / "state"):
        ended = monitor(tmp_path, "run")
    assert (ended.returncode, ended.stderr.count("\n")) == (73, 1)
    assert "see that the disk has room" in ended.stderr
    assert far_end.requests == []


# --- a database that others hold -------------------------------------------------------------------------------------


def test_while_another_program_holds_the_database_the_result_waits_and_nothing_is_fetched_again(
    tmp_path: Path, far_end: FarEnd
) -> None:
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        with closing(sqlite3.connect(database(tmp_path), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            far_end.page = PAGE.format(figure="£15")
            assert "locked" in process.said("degraded")["reason"]
            asked = looks(far_end)
            other.execute("ROLLBACK")
        assert process.until(outcome("changed"))["changes"] == [1]
        assert looks(far_end) <= asked + 1
        assert process.end()[0] == 0


def test_told_to_stop_while_another_program_holds_the_database_it_ends_in_time(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        with closing(sqlite3.connect(database(tmp_path), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            process.said("degraded")
            ended, seconds = process.end()
            assert (ended, seconds < 10) == (0, True)


# --- a database that is spoilt ---------------------------------------------------------------------------------------


def damaged(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xff" * 4096)


def no_database(path: Path) -> None:
    path.write_bytes(b"Dear Sir or Madam, " * 500)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 999")


@pytest.mark.parametrize("spoil", [damaged, no_database, emptied, newer])
def test_a_spoilt_database_ends_it_with_65_and_one_line_before_any_fetch(
    tmp_path: Path, far_end: FarEnd, spoil: Callable[[Path], None]
) -> None:
    configure(tmp_path, far_end.url)
    assert monitor(tmp_path, "check").returncode == 0
    asked = len(far_end.requests)
    spoil(database(tmp_path))
    before = database(tmp_path).read_bytes()
    ended = monitor(tmp_path, "run")
    assert (ended.returncode, ended.stderr.count("\n")) == (65, 1)
    assert ended.stderr.startswith(f"monitor: {database(tmp_path)}: ")
    assert (database(tmp_path).read_bytes(), len(far_end.requests)) == (before, asked)


@pytest.mark.parametrize("lost", ["monitor.db-wal", "monitor.db"])
def test_what_a_killed_daemon_left_is_missed(tmp_path: Path, far_end: FarEnd, lost: str) -> None:
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        process.end(signal.SIGKILL)
    (tmp_path / "state" / lost).unlink()
    ended = monitor(tmp_path, "run")
    assert (ended.returncode, ended.stderr.count("\n")) == (65, 1)
    assert f"{lost}: gone or empty" in ended.stderr


def test_a_log_lost_on_purpose_is_done_without(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        process.end(signal.SIGKILL)
    with closing(sqlite3.connect(database(tmp_path))) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not database(tmp_path).with_name("monitor.db-wal").exists()
    assert monitor(tmp_path, "check").returncode == 65
    database(tmp_path).with_name("monitor.db.lock").unlink()
    assert monitor(tmp_path, "check").returncode == 0


def test_a_database_damaged_under_the_daemon_ends_it_with_65(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        with closing(sqlite3.connect(database(tmp_path), timeout=PATIENCE_S)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = database(tmp_path).stat().st_size
            with database(tmp_path).open("r+b") as file:
                file.seek(4096)
                file.write(b"\xff" * (size - 4096))
        assert process.process.wait(PATIENCE_S) == 65


# --- files that are not ours to write --------------------------------------------------------------------------------


def test_a_folder_that_is_read_only_ends_it_with_73_before_any_fetch(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    assert monitor(tmp_path, "check").returncode == 0
    asked = len(far_end.requests)
    state = tmp_path / "state"
    with mounted("--bind", "-o", "ro", state, state):
        ended = monitor(tmp_path, "run")
    assert (ended.returncode, ended.stderr.count("\n"), len(far_end.requests)) == (73, 1, asked), ended.stderr


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may look into."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("theirs", ["monitor.db.lock", "monitor.db"])
def test_a_file_of_another_user_ends_it_with_73_before_any_fetch(
    open_folder: Path, far_end: FarEnd, theirs: str
) -> None:
    if os.geteuid() or not shutil.which("setpriv"):
        pytest.skip("no other user may be played here")
    configure(open_folder, far_end.url)
    assert monitor(open_folder, "check").returncode == 0
    asked = len(far_end.requests)
    for path in (open_folder / "state", *(open_folder / "state").iterdir()):
        os.chown(path, 65534, 65534)
    os.chown(open_folder / "state" / theirs, 0, 0)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    reading = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]  # wherever Python is kept
    command = [*nobody, *reading, sys.executable, "-m", "monitor", "--config", str(open_folder / "config"), "run"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert (ended.returncode, ended.stderr.count("\n"), len(far_end.requests)) == (73, 1, asked)


# --- too few descriptors ---------------------------------------------------------------------------------------------


def test_without_descriptors_looks_fail_and_with_them_go_on(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        pid = process.process.pid
        limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, limits[1]))
        assert "Too many open files" in process.until(outcome("error:connect"))["detail"]
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
        process.until(outcome("unchanged"))
        assert [line for line in process.log if line["event"] == "failed"] == []
        assert process.end()[0] == 0


# --- copies of a database at work ------------------------------------------------------------------------------------


def test_a_backup_of_a_database_that_is_written_is_whole(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        found = 0
        for number in range(3):
            far_end.page = PAGE.format(figure=f"£{number + 2}")
            process.until(outcome("changed"))
            copy = tmp_path / f"copy-{number}.db"
            assert monitor(tmp_path, "backup", str(copy)).returncode == 0
            assert copy.stat().st_mode & 0o777 == 0o600
            with closing(sqlite3.connect(copy)) as db:
                assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                (versions,) = db.execute("SELECT count(*) FROM versions").fetchone()
            assert versions > found
            found = versions
        assert sorted(path.name for path in tmp_path.glob("*.partial")) == []


def test_a_copy_that_is_cut_short_takes_nobodys_place(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    assert monitor(tmp_path, "check").returncode == 0
    (tmp_path / "small").mkdir()
    with mounted("-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path / "small"):
        ended = monitor(tmp_path, "backup", str(tmp_path / "small/copy.db"))
        assert (ended.returncode, ended.stderr.count("\n")) == (73, 1)
        assert list((tmp_path / "small").iterdir()) == []
