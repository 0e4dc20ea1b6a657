"""A configuration edited under a daemon that holds history: nothing is lost, nothing invented, no secret told."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.test_daemon import PAGE, FarEnd, configure, daemon, far_end, outcome
from tests.test_local_faults import database, hook, monitor

__all__ = ["far_end"]


def rows(folder: Path, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in monitor(folder, *words, "--json").stdout.splitlines()]


def posts(far_end: FarEnd) -> int:
    return sum(request.startswith("POST ") for request in far_end.requests)


def test_a_source_that_goes_is_no_removal_and_renamed_it_goes_on_where_it_was(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url, hook(far_end), '["hook"]')
    sources = tmp_path / "config/sources"
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        (sources / "rivers.toml").rename(sources / "rivers.off")
        process.process.send_signal(signal.SIGHUP)
        process.said("configuration reloaded")
        far_end.page = PAGE.format(figure="£15")
        (versions,) = [row["versions"] for row in rows(tmp_path, "history", f"{far_end.url}/a")]
        assert [version["source"] for version in versions] == ["rivers"]
        (sources / "rivers.off").rename(sources / "lakes.toml")
        process.process.send_signal(signal.SIGHUP)
        assert process.until(outcome("changed"))["source"] == "lakes"
        assert process.end()[0] == 0
    (change,) = rows(tmp_path, "changes")
    assert (change["kind"], change["source"], change["before_version"]) == ("edited", "lakes", 1)


def test_another_address_is_a_page_of_its_own_and_the_old_one_keeps_its_history(
    tmp_path: Path, far_end: FarEnd
) -> None:
    configure(tmp_path, far_end.url, hook(far_end), '["hook"]')
    file = tmp_path / "config/sources/rivers.toml"
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        file.write_text(file.read_text("utf-8").replace("/a", "/b"), "utf-8")
        process.process.send_signal(signal.SIGHUP)
        assert process.until(outcome("ok"))["url"] == f"{far_end.url}/b"
        process.until(outcome("unchanged"))
        assert process.end()[0] == 0
    assert rows(tmp_path, "changes") == []
    (old,) = rows(tmp_path, "history", f"{far_end.url}/a")
    assert (len(old["versions"]), old["orphaned_at"] is not None) == (1, True)


def test_another_selector_makes_a_new_baseline_that_alerts_nobody_and_is_in_the_log(
    tmp_path: Path, far_end: FarEnd
) -> None:
    configure(tmp_path, far_end.url, hook(far_end), '["hook"]')
    file = tmp_path / "config/sources/rivers.toml"
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        file.write_text(file.read_text("utf-8").replace('body = "article"', 'body = "html"'), "utf-8")
        process.process.send_signal(signal.SIGHUP)
        told = process.until(lambda line: bool(line.get("changes")))
        assert (told["changes"], told["alerts"]) == ([1], None)
        process.until(outcome("unchanged"))
        assert process.end()[0] == 0
    assert [row["kind"] for row in rows(tmp_path, "changes")] == ["reparsed"]
    assert posts(far_end) == 0


SECRETS = {
    "HOOK_URL_TOKEN": "hunter2token",
    "HOOK_SECRET": "whsec_aHVudGVyM2h1bnRlcjNodW50ZXIz",
    "MAIL_PASSWORD": "hunter4password",
}


def test_no_secret_is_in_the_log_the_database_a_copy_or_what_any_command_prints(
    tmp_path: Path, far_end: FarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    channels = (
        f'[channels.hook]\ntype = "webhook"\nurl = "{far_end.url}/${{HOOK_URL_TOKEN}}"\nsecret = "${{HOOK_SECRET}}"\n'
    )
    channels += '[channels.desk]\ntype = "email"\nto = "d@example.org"\nfrom = "m@example.org"\nhost = "127.0.0.1"\n'
    channels += 'port = 9\nusername = "m"\npassword = "${MAIL_PASSWORD}"\n'
    configure(tmp_path, far_end.url, channels, '["hook", "desk"]')
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        far_end.page = PAGE.format(figure="£15")
        settled = {process.until(lambda line: "alert" in line)["channel"] for _ in range(2)}
        assert settled == {"hook", "desk"}
        (tmp_path / "config/monitor.toml").write_text(f"{channels}port = 10\n")
        process.process.send_signal(signal.SIGHUP)
        process.said("configuration refused")
        said = json.dumps(process.log)
        (tmp_path / "config/monitor.toml").write_text(f'[http]\nallow = ["127.0.0.1"]\n{channels}')
        for words in ("status", "alerts", "changes", "doctor", "config check", "verify"):
            done = monitor(tmp_path, *words.split())
            said += done.stdout + done.stderr
        monitor(tmp_path, "backup", str(tmp_path / "copy.db"))
        kept = (tmp_path / "copy.db").read_bytes() + database(tmp_path).read_bytes()
        kept += database(tmp_path).with_name("monitor.db-wal").read_bytes()
    for value in SECRETS.values():
        assert value not in said
        assert value.encode() not in kept


def test_what_holds_from_the_next_start_on_is_said(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        process.until(outcome("ok"))
        file = tmp_path / "config/monitor.toml"
        text = file.read_text("utf-8").replace('format = "json"', 'format = "console"')
        file.write_text(f'{text}[store]\npath = "elsewhere/monitor.db"\n', "utf-8")
        process.process.send_signal(signal.SIGHUP)
        assert process.said("configuration reloaded")["from_the_next_start"] == ["store.path", "log.format"]
        process.until(outcome("unchanged"))


def test_a_database_called_by_two_names_has_one_lock(tmp_path: Path, far_end: FarEnd) -> None:
    configure(tmp_path, far_end.url)
    with daemon(tmp_path) as process:
        process.said("started")
        (tmp_path / "other").symlink_to(database(tmp_path))
        file = tmp_path / "config/monitor.toml"
        file.write_text(f'{file.read_text("utf-8")}[store]\npath = "other"\n', "utf-8")
        assert monitor(tmp_path, "check").returncode == 75
