"""The monitor watches itself: what needs a person is told once, by a channel that works, and so is its end."""

import asyncio
import json
from contextlib import closing
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from monitor import config
from monitor._pipeline_disk import Disk
from monitor._pipeline_plan import plan
from monitor._pipeline_watch import Watch, addressed
from monitor.errors import CannotWriteError
from monitor.fetch import Hosts
from monitor.models import Finding, Incident, Ops, utc_text
from monitor.sandbox import Sandbox
from monitor.stores._reading import Reader
from monitor.stores.sqlite import Store
from tests.receivers import Hook, Mailbox, answer, hook_server, smtp_server
from tests.servers import html, serving
from tests.test_pipeline import CSS, START, Desk, Site, desk, email, statement, webhook

NOBODY = '[channels.hook]\ntype = "webhook"\nurl = "http://127.0.0.1:1/"\n'
OK, OFF, DOWN = answer("204 OK"), answer("410 Gone"), answer("500 Down")
WALL = "<html><title>Attention Required! | Cloudflare</title><h1>Please complete the security check</h1></html>"


def ops(name: str, channels: str) -> str:
    return f'[ops]\nchannel = "{name}"\n{channels}'


def source(site: Site, pages: int, *channels: str) -> str:
    listed = json.dumps([f"{site.url}/{page}" for page in range(pages)])
    return f"pages = {listed}\nchannels = {json.dumps(channels)}\n{CSS}"


async def watch(monitor: Desk, minutes: int = 0) -> tuple[list[str], list[str]]:
    """The keys of what began and of what ended, after so many minutes."""
    monitor.now += timedelta(minutes=minutes)
    watched = await monitor.pipeline.watch()
    return [each.key for each in watched.began], [each.key for each in watched.ended]


def told(hook: Hook) -> list[tuple[str, list[str], list[str]]]:
    """Of each report that came its id, and the keys of what began and ended."""
    bodies = [(post.headers["webhook-id"], json.loads(post.body)) for post in hook.posts]
    reports = [(report_id, body["data"]) for report_id, body in bodies if body["type"] == "incidents"]
    return [
        (report_id, [each["key"] for each in data["began"]], [each["key"] for each in data["ended"]])
        for report_id, data in reports
    ]


def rows(monitor: Desk, query: str) -> list[dict[str, Any]]:
    with closing(Reader.open(monitor.path)) as reader:
        return reader.ask(query)


# --- what is told ----------------------------------------------------------------------------------------------------


def test_many_blocked_pages_of_a_host_are_one_mail_and_one_more_when_it_lets_us_in(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            smtp_server(Mailbox()) as mailbox,
            Site() as site,
            desk(tmp_path, source(site, 5, "desk"), ops("desk", email(mailbox))) as monitor,
        ):
            host = site.url.removeprefix("http://")
            for page in range(5):
                site.put(f"/{page}", statement())
            await monitor.look()
            for page in range(5):
                site.put(f"/{page}", WALL)
            for _ in range(2):
                assert set(await monitor.look()) == {"blocked"}
                assert await watch(monitor) == ([], [])
            await monitor.look()
            assert await watch(monitor) == ([f"blocked:{host}"], [])
            assert await watch(monitor, minutes=20) == ([], [])
            for page in range(5):
                site.put(f"/{page}", statement())
            assert await monitor.deliver() == ["sent"]
            assert set(await monitor.look()) == {"unchanged"}
            assert await watch(monitor) == ([], [f"blocked:{host}"])
            assert await monitor.deliver() == ["sent"]
            began, ended = mailbox.mails
            assert began["subject"].startswith(f"[monitor] needs a person: 5 pages of {host} are blocked")
            assert ended["subject"].startswith(f"[monitor] over: 5 pages of {host} are blocked")
            assert began["references"] == ended["references"]
            assert monitor.changes() == []

    asyncio.run(story())


def test_a_receiver_that_is_gone_is_told_by_another_channel_and_so_is_its_return(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            hook_server(OK) as operators,
            hook_server(OFF, OK) as gone,
            Site() as site,
            desk(tmp_path, source(site, 1, "hook"), ops("ops", webhook(gone) + webhook(operators, "ops"))) as monitor,
        ):
            site.put("/0", statement())
            await monitor.look()
            site.put("/0", statement("£2 million"))
            await monitor.look()
            assert await monitor.deliver() == ["pending"]
            assert await watch(monitor) == (["channel:hook"], [])
            await monitor.deliver()
            assert monitor.store.redeliver(None, monitor.now) == 1
            assert await monitor.deliver(minutes=1) == ["sent"]
            assert await watch(monitor, minutes=10) == ([], ["channel:hook"])
            await monitor.deliver()
            assert [found[1:] for found in told(operators)] == [(["channel:hook"], []), ([], ["channel:hook"])]
            assert told(gone) == []

    asyncio.run(story())


def test_a_report_is_tried_like_an_alert_with_one_id_and_one_text_over_restarts(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(DOWN, OK) as operators, Site() as site:
            asked = (tmp_path, source(site, 1), ops("hook", webhook(operators)))
            async with desk(*asked) as monitor:
                for _ in range(3):
                    await monitor.look()
                await watch(monitor)
                assert await monitor.deliver() == ["pending"]
                now = monitor.now
            async with desk(*asked) as monitor:
                monitor.now = now
                assert await monitor.deliver(minutes=1) == ["sent"]
            first, second = operators.posts
            assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])

    asyncio.run(story())


def test_what_begins_and_ends_within_minutes_shares_a_report(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            hook_server(OK) as operators,
            Site() as site,
            desk(tmp_path, source(site, 1), ops("hook", webhook(operators))) as monitor,
        ):
            monitor.pipeline.notice("configuration", "refused")
            assert await watch(monitor) == (["configuration"], [])
            monitor.pipeline.notice("wording:hook", "plain")
            assert await watch(monitor, minutes=1) == (["wording:hook"], [])
            monitor.pipeline.notice("configuration", "")
            monitor.pipeline.notice("wording:hook", "")
            assert await watch(monitor, minutes=1) == ([], ["configuration", "wording:hook"])
            await monitor.deliver()
            assert [found[1:] for found in told(operators)] == [(["configuration"], [])]
            await watch(monitor, minutes=8)
            await monitor.deliver()
            assert [found[1:] for found in told(operators)][1:] == [
                (["wording:hook"], ["configuration", "wording:hook"])
            ]
            await watch(monitor, minutes=11)
            assert await monitor.deliver() == []

    asyncio.run(story())


def test_what_went_wrong_between_two_looks_is_told_though_it_is_well_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site, desk(tmp_path, source(site, 1), ops("hook", NOBODY)) as monitor:
            monitor.pipeline.notice("wording:hook", "plain")
            monitor.pipeline.notice("wording:hook", "")
            assert await watch(monitor) == (["wording:hook"], [])
            assert await watch(monitor, minutes=1) == ([], [])
            monitor.pipeline.notice("wording:hook", "")
            assert await watch(monitor, minutes=1) == ([], ["wording:hook"])

    asyncio.run(story())


def test_recipients_done_with_a_report_get_it_no_more(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox(refuse={"night@example.org": "451 later"})
        async with smtp_server(mailbox), Site() as site:
            two = email(mailbox).replace('["desk@example.org"]', '["desk@example.org", "night@example.org"]')
            async with desk(tmp_path, source(site, 1), ops("desk", two)) as monitor:
                monitor.pipeline.notice("configuration", "refused")
                await watch(monitor)
                assert await monitor.deliver() == ["pending"]
                mailbox.refuse.clear()
                assert await monitor.deliver(minutes=10) == ["sent"]
                assert mailbox.recipients == ["desk@example.org", "night@example.org"]

    asyncio.run(story())


def test_without_a_channel_for_operators_incidents_are_rows_and_nothing_is_sent(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(OK) as hook, Site() as site, desk(tmp_path, source(site, 1), webhook(hook)) as monitor:
            for _ in range(3):
                await monitor.look()
            assert await watch(monitor) == (["page:1"], [])
            assert await monitor.deliver() == []
            assert rows(monitor, "SELECT key, channel, began_with FROM incidents") == [
                {"key": "page:1", "channel": None, "began_with": None}
            ]

    asyncio.run(story())


def test_most_servers_clocks_are_believed_before_ours(tmp_path: Path) -> None:
    async def story() -> None:
        late = format_datetime(
            START + timedelta(minutes=4), usegmt=True
        )  # a cache's answer of a quarter of an hour ago
        async with serving(html(statement(), date=late, age="900"), html(statement(), date=late)) as server:
            listed = f'pages = ["{server.url}/0"]\n{CSS}'
            async with desk(tmp_path, listed) as monitor:
                await monitor.look(minutes=19)
                assert await watch(monitor) == ([], [])
                await monitor.look()
                assert await watch(monitor) == (["clock"], [])

    asyncio.run(story())


# --- whom to tell ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "named", "channels", "told"),
    [
        (["disk"], None, ["desk"], [None]),
        (["disk"], "ops", ["desk", "ops"], ["ops"]),
        (["channel:desk", "disk"], "ops", ["desk", "ops"], ["ops", "ops"]),
        (["channel:ops", "disk"], "ops", ["desk", "ops", "hook"], ["desk", "desk"]),
        (["channel:ops", "channel:desk"], "ops", ["desk", "ops", "hook"], ["hook", "hook"]),
        (["channel:ops", "disk"], "ops", ["ops"], [None, "ops"]),
        (["channel:ops", "channel:desk"], "ops", ["desk", "ops"], [None, "ops"]),
    ],
)
def test_nobody_is_told_of_a_channel_through_itself(
    keys: list[str], named: str | None, channels: list[str], told: list[str | None]
) -> None:
    found = addressed([Finding(key, "words") for key in keys], Ops(named), channels)
    assert [finding.channel for finding in found] == told
    if told == ["desk", "desk"]:
        assert (
            found[0].why
            == 'channel "ops", which [ops] names, is in trouble, and "desk" is the first other one that is not'
        )


# --- while the store cannot be written -------------------------------------------------------------------------------


def test_that_nothing_can_be_written_is_told_past_the_outbox_once_and_its_end_by_the_outbox(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(DOWN, OK) as operators, Site() as site:
            async with desk(tmp_path, source(site, 1), ops("hook", webhook(operators))):
                pass
            now = START
            store = Store.open(tmp_path / "state/monitor.db")
            disk = Disk(lambda: now, patient=True)
            found = config.load(tmp_path / "config", {})
            current = plan(found, Sandbox(), Hosts(lambda: now, no_host), lambda: now)
            watching = Watch(store, disk, lambda: now)
            held = asyncio.Event()
            stuck = asyncio.create_task(disk(full_until(held)))
            while not disk.trouble:  # noqa: ASYNC110 -- it rings no bell
                await asyncio.sleep(0)
            assert (await watching.look(current)).sent == ""  # it may be over in a moment
            now += timedelta(minutes=1)
            assert (await watching.look(current)).sent == "hook: 500"
            assert (await watching.look(current)).sent == "hook: 204"
            watched = await watching.look(current)
            assert (watched.sent, watched.reasons) == ("", (f"the store cannot be written since {WHEN}: no room",))
            assert [found[1:] for found in told(operators)] == [(["store"], [])] * 2
            assert len({found[0] for found in told(operators)}) == 1
            held.set()
            await stuck
            now += timedelta(minutes=1)
            await watching.look(current)
            now += timedelta(minutes=10)
            await watching.look(current)
            (report,) = store.claim_reports(now, 9, timedelta(minutes=1))
            began_at, ended_at = START, START + timedelta(minutes=2)
            words = f"the store cannot be written since {WHEN}: no room"
            assert (report.began, report.ended) == ((), (Incident(1, "store", words, began_at, ended_at),))
            await disk.aclose()
            await current.looker.aclose()
            store.close()

    asyncio.run(story())


WHEN = utc_text(START)


def full_until(held: asyncio.Event) -> Any:
    """A call that cannot be written until the event is set."""

    def call() -> None:
        if not held.is_set():
            raise CannotWriteError("no room")

    return call


async def no_host(_host: str) -> tuple[list[Any], list[Any]]:
    return [], []
