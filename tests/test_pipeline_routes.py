"""Routes through the whole pipeline: who is told, who is not, and what `monitor alerts --explain` says of it."""

import asyncio
from contextlib import closing
from pathlib import Path

from monitor import _cli_explain, config
from monitor.interfaces import Row
from monitor.stores._reading import Reader
from tests.receivers import answer, hook_server
from tests.test_pipeline import CSS, Desk, Site, desk, statement, webhook

OK, DOWN = answer("204 OK"), answer("400 No")

HANGS = '["/^(a|a)*$/"]'
"""No repetition inside a repetition, and yet endless."""


async def explained(monitor: Desk, change: int) -> dict[str, Row]:
    with closing(Reader.open(monitor.path)) as reader:
        found = reader.change(change)
        assert found is not None
        rows = await _cli_explain.explained(reader, found, config.load(monitor.folder / "config", {}))
        return {row["channel"]: row for row in rows}


def channels(url_of: str, **only: str) -> str:
    return "".join(
        f'[channels.{name}]\ntype = "webhook"\nurl = "{url_of}"\nonly = {keys}\n' for name, keys in only.items()
    )


def test_every_channel_takes_what_its_words_and_expressions_say_and_why_is_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(OK) as hook, hook_server(DOWN) as down, Site() as site:
            asked = channels(
                hook.url,
                all="{}",
                silent='{ disclosure = "silent" }',
                announced='{ disclosure = ["announced"], words = "ports" }',
                sums='{ added = "/£[0-9]+ million/" }',
                other='{ removed = "/€[0-9]+ million/" }',
                elsewhere="{}",
            )
            asked += webhook(down, "down")
            names = '["all", "silent", "announced", "sums", "other", "down"]'
            source = f'pages = ["{site.url}/1"]\nchannels = {names}\n{CSS}'
            async with desk(tmp_path, source, asked) as monitor:
                site.put("/1", statement())
                await monitor.look()
                site.put("/1", statement("£15 million"))
                assert await monitor.look() == ["changed edited"]
                assert sorted(await monitor.deliver()) == ["pending", "sent", "sent", "sent"]
                rows = await explained(monitor, 1)
                takes = "its source names it, and it takes the change"
                assert {name: (row["state"], row["why"]) for name, row in rows.items()} == {
                    "all": ("sent", takes),
                    "silent": ("sent", takes),
                    "announced": (None, 'disclosure "silent" is none of announced'),
                    "sums": ("sent", takes),
                    "other": (None, "/€[0-9]+ million/: not in what was removed"),
                    "elsewhere": (None, 'source "rivers" does not name it'),
                    "down": ("pending", takes),
                }
                assert rows["all"]["alert"] == "sent at 2026-11-20T10:30:00.000Z"
                assert rows["other"]["alert"] == "not told"
                assert rows["down"]["alert"].endswith("; 400")
                assert rows["down"]["alert"].startswith("pending until 2026-11-20T10:")

    asyncio.run(story())


def test_what_was_configured_otherwise_when_the_change_was_recorded_is_told_as_such(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(OK) as hook, Site() as site:
            asked = channels(hook.url, went="{}", kept='{ disclosure = "announced" }', gone="{}")
            source = f'pages = ["{site.url}/1"]\nchannels = ["went", "kept", "gone"]\n{CSS}'
            async with desk(tmp_path, source, asked) as monitor:
                site.put("/1", statement())
                await monitor.look()
                site.put("/1", statement("£15 million"))
                await monitor.look()
                today = channels(hook.url, went='{ kind = "removed" }', kept="{}")
                (tmp_path / "config/monitor.toml").write_text(today)
                (tmp_path / "config/sources/rivers.toml").write_text(source.replace(', "gone"', ""))
                rows = await explained(monitor, 1)
                since = "the configuration has changed since; today it would"
                assert {name: (row["told"], row["why"]) for name, row in rows.items()} == {
                    "went": (True, f'{since} not be told: kind "edited" is none of removed'),
                    "kept": (False, f"{since} be told"),
                    "gone": (True, f"{since} not be told: there is no such channel in the configuration"),
                }

    asyncio.run(story())


def test_an_expression_that_takes_for_ever_stops_nothing_and_loses_no_alert(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(OK) as hook, Site() as site:
            asked = channels(hook.url, slow=f"{{ added = {HANGS} }}")
            source = f'pages = ["{site.url}/1"]\nchannels = ["slow"]\n{CSS}'
            async with desk(tmp_path, source, asked) as monitor:
                site.put("/1", statement())
                await monitor.look()
                site.put("/1", statement().replace("Ports may apply for up to £1.5 million this year.", 40 * "a" + "b"))
                assert await monitor.look() == ["changed edited"]
                assert await monitor.deliver() == ["sent"]
                detail = monitor.history(f"{site.url}/1")["checks"][0]["detail"]
                assert detail.startswith("a regular expression of channel slow could not be matched (")
                assert detail.endswith("): it is told")

    asyncio.run(story())
