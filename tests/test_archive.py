"""`monitor export` and `monitor reparse`: everything taken along and checked elsewhere; everything read again once."""

import asyncio
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from monitor import config
from monitor._cli_exporting import Folder, Zip, exported
from monitor._pipeline_reparse import Reparser
from monitor.stores._exporting import Selection
from monitor.stores._reading import Reader
from monitor.stores.sqlite import Store
from screenshots import story
from tests.test_pipeline import CSS, SECRET, START, Site, desk, statement

AT = story.ENDS


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("told") / "monitor.db"
    story.tell(path)
    return path


def export(path: Path, target: Path, **wanted: Any) -> dict[str, int]:
    reader = Reader.open(path)
    selection = Selection.of(reader, **{"source": None, "page": None, "since": None} | wanted)
    assert selection
    with (Zip if target.suffix else Folder)(target, AT) as archive:
        counts = exported(reader, selection, archive, lambda: None, AT)
    reader.close()
    return counts


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_an_export_holds_everything_and_can_be_checked_without_us(told: Path, tmp_path: Path) -> None:
    counts = export(told, tmp_path / "out")
    assert all(counts[name] for name in ("pages", "changes", "versions", "snapshots"))
    sums = [line.split("  ") for line in (tmp_path / "out/SHA256SUMS").read_text().splitlines()]
    assert all(sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest for digest, name in sums)
    named = {name for _, name in sums}
    assert named == {
        str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()
    } - {"SHA256SUMS"}
    for version in rows(tmp_path / "out/versions.jsonl"):
        assert (tmp_path / "out" / version["snapshot"]).exists()
        assert version["statement"]["title"] == version["title"]
    change = rows(tmp_path / "out/changes.jsonl")[0]
    assert (change["id"], change["kind"], "{+" in change["redline"]) == (1, "edited", True)


def test_a_zip_holds_the_same(told: Path, tmp_path: Path) -> None:
    assert export(told, tmp_path / "out.zip") == export(told, tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "out.zip") as packed:
        assert packed.read("SHA256SUMS") == (tmp_path / "out/SHA256SUMS").read_bytes()
        assert packed.testzip() is None


def test_what_is_narrowed_still_has_both_sides_of_each_change(told: Path, tmp_path: Path) -> None:
    export(told, tmp_path / "out", since=story.ENDS - timedelta(days=40))
    changes, versions = rows(tmp_path / "out/changes.jsonl"), rows(tmp_path / "out/versions.jsonl")
    held = {(version["page_id"], version["number"]) for version in versions}
    sides = {(change["page_id"], change[side]) for change in changes for side in ("before_version", "after_version")}
    assert changes
    assert {side for side in sides if side[1]} <= held
    counts = export(told, tmp_path / "speeches", source="rivers-speeches")
    assert {page["source"] for page in rows(tmp_path / "speeches/pages.jsonl")} == {"rivers-speeches"}
    assert counts["changes"] == 3


def test_the_commands_say_what_they_did_and_what_is_wrong(told: Path, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/monitor.toml").write_text(f'[store]\npath = "{told}"\n')

    def ended(*words: str) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "monitor", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    status, out, _ = ended("export", "out.zip", "--source", "rivers-speeches")
    assert (status, out.split(",")[0]) == (0, "wrote out.zip: pages 2")
    assert (tmp_path / "out.zip").stat().st_mode & 0o777 == 0o600
    again = "monitor: out.zip: there already; name a folder or a file that is not\n"
    assert ended("export", "out.zip") == (73, "", again)
    assert ended("export", "other", "--page", "https://nowhere.example/")[0] == 2
    assert not (tmp_path / "other").exists()
    assert ended("reparse") == (0, "read again: 0; to other words: 0; not to be read: 0\n", "")


async def read_again(folder: Path) -> list[tuple[str, str]]:
    """What the present parsers make of what is stored."""
    settings = config.load(folder / "config", {})
    store = Store.open(settings.store_path)
    reparser = Reparser(store, settings, lambda: START + timedelta(days=1))
    try:
        read = [each async for each in reparser.run()]
    finally:
        await reparser.aclose()
        store.close()
    outcomes = ("reparsed" if each.event else "same" if each.readable else "unreadable" for each in read)
    return sorted(zip((each.page.url[-2:] for each in read), outcomes, strict=True))


def test_snapshots_are_read_again_once_and_nobody_is_told(tmp_path: Path) -> None:
    async def tell() -> None:
        async with Site() as site:
            site.put("/a", statement())
            site.put("/b", statement(updated=""))
            site.put("/c", statement().replace("<h1>", "<h1 class=old>"))
            pages = f'pages = ["{site.url}/a", "{site.url}/b", "{site.url}/c"]\nchannels = ["hook"]\n'
            hook = f'[channels.hook]\ntype = "webhook"\nurl = "{site.url}/hook"\nsecret = "{SECRET}"\n'
            async with desk(tmp_path, pages + CSS, hook) as monitor:
                await monitor.look()
                looks = len(monitor.history(f"{site.url}/a")["checks"])
            other = CSS.replace('"article"', '"article, .updated"').replace('"h1"', '"h1:not(.old)"')
            async with desk(tmp_path, pages + other, hook):
                pass
            found = await read_again(tmp_path)
            assert found == [("/a", "reparsed"), ("/b", "same"), ("/c", "unreadable")]
            assert await read_again(tmp_path) == [("/c", "unreadable")]
            async with desk(tmp_path, pages + other, hook) as monitor:
                assert monitor.told() == [("reparsed", None, "")]
                history = monitor.history(f"{site.url}/a")
                assert [version["number"] for version in history["versions"]] == [2, 1]
                assert len(history["checks"]) == looks
                assert len({version["snapshot_hash"] for version in history["versions"]}) == 1
                assert await monitor.deliver() == []
                assert await monitor.look(minutes=60) == ["error:parse", "unchanged", "unchanged"]

    asyncio.run(tell())
