"""Delivery against far ends that fail: whole channels rest, nothing is lost, nothing holds up anything else."""

import asyncio
import json
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import trustme

from monitor import cluster, config, render
from monitor._pipeline_delivery import worded
from monitor._pipeline_plan import Line
from monitor.interfaces import Done, Row, forget
from monitor.models import Message
from monitor.stores._reading import Reader
from tests.receivers import LOOPBACK, Hook, Mailbox, Post, answer, hook_server, smtp_server, stream_server
from tests.test_pipeline import CSS, START, Desk, Site, desk, email, statement, webhook
from tests.test_render import ALERT

CALM = 3
"""Pages that stay as they are for each that is edited: else the edits were a mass change, and one message."""

MANY = cluster.STORM
"""Alerts that a channel is sent one by one."""

DOWN, OK = answer("500 Down"), answer("204 OK")


def source(site: Site, pages: int, *channels: str) -> str:
    listed = json.dumps([f"{site.url}/{page}" for page in range(pages + CALM * pages)])
    return f"pages = {listed}\nchannels = {json.dumps(channels)}\n{CSS}"


async def edit_all(site: Site, monitor: Desk, pages: int) -> None:
    """An edit of each page, no two alike: one alert for each page and channel, as most of the source stays as it is."""
    for page in range(pages + CALM * pages):
        site.put(f"/{page}", statement())
    await monitor.look()
    for page in range(pages):
        site.put(f"/{page}", statement(f"£{page + 2} million"))
    assert Counter(await monitor.look()) == {"changed edited": pages, "unchanged": CALM * pages}


@asynccontextmanager
async def queued(folder: Path, channels: str, pages: int, *names: str) -> AsyncIterator[Desk]:
    """A monitor with one alert for each page and channel, none tried yet."""
    async with Site() as site, desk(folder, source(site, pages, *names), channels) as monitor:
        await edit_all(site, monitor, pages)
        yield monitor


def outbox(monitor: Desk, channel: str) -> list[Row]:
    with closing(Reader.open(monitor.path)) as reader:
        return [row for row in reader.alerts(limit=10_000) if row["channel"] == channel]


def states(monitor: Desk, channel: str) -> Counter[tuple[str, int]]:
    return Counter((row["state"], row["attempts"]) for row in outbox(monitor, channel))


def ids(hook: Hook) -> list[str]:
    return [post.headers["webhook-id"] for post in hook.posts]


# --- a channel that rests --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["429 Slow down", "503 Busy"])
def test_a_receiver_that_asks_for_a_pause_gets_it_from_all_alerts_at_once(tmp_path: Path, status: str) -> None:
    async def story() -> None:
        busy = answer(status, headers="Retry-After: 7200\r\n")
        async with (
            hook_server(busy, OK) as hook,
            hook_server(OK) as other,
            queued(tmp_path, webhook(hook) + webhook(other, "other"), MANY, "hook", "other") as monitor,
        ):
            assert Counter(await monitor.deliver()) == {"pending": 1, "sent": MANY}
            assert (len(hook.posts), len(other.posts)) == (1, MANY)
            assert states(monitor, "hook") == {("pending", 0): MANY}
            assert await monitor.deliver(minutes=119) == []
            assert await monitor.deliver(minutes=2) == ["sent"] * MANY
            assert (len(hook.posts), len(set(ids(hook)))) == (MANY + 1, MANY)

    asyncio.run(story())


def test_a_pause_is_kept_by_the_next_process_too_and_is_a_day_at_most(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(answer("429 Slow", headers="Retry-After: 99999999\r\n"), OK) as hook, Site() as site:
            asked = (tmp_path, source(site, 2, "hook"), webhook(hook))
            async with desk(*asked) as monitor:
                await edit_all(site, monitor, 2)
                assert await monitor.deliver() == ["pending"]
                now = monitor.now
            async with desk(*asked) as monitor:
                monitor.now = now + timedelta(hours=23)
                assert await monitor.deliver() == []
                monitor.now = now + timedelta(hours=24)
                assert await monitor.deliver() == ["sent", "sent"]

    asyncio.run(story())


def test_a_receiver_that_is_down_is_probed_by_one_alert_and_then_gets_the_rest(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(OK) as hook:
            port = hook.port
        async with queued(tmp_path, webhook(hook), MANY, "hook") as monitor:
            tries = [await monitor.deliver(minutes) for minutes in (0, 1, 1, 10, 60, 60, 60, 60)]
            assert tries == [["pending"], ["pending"], [], *[["pending"]] * 5]
            assert states(monitor, "hook") == {("pending", 0): MANY - 1, ("pending", 1): 1}
            server = await asyncio.start_server(hook.handle, LOOPBACK, port)
            assert await monitor.deliver(minutes=60) == ["sent"] * MANY
            server.close()
            assert len(set(ids(hook))) == MANY

    asyncio.run(story())


def test_a_receiver_that_fails_everything_is_spared_after_five_in_a_row(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(*[DOWN] * 15, OK) as hook, queued(tmp_path, webhook(hook), MANY, "hook") as monitor:
            assert await monitor.deliver() == ["pending"] * 5
            assert await monitor.deliver() == []
            assert await monitor.deliver(minutes=1) == ["pending"] * 5
            assert await monitor.deliver(minutes=5) == []
            assert await monitor.deliver(minutes=2) == ["pending"] * 5
            sent = [state for minutes in (60, 60, 600) for state in await monitor.deliver(minutes)]
            assert sent == ["sent"] * MANY
            assert Counter(Counter(ids(hook)).values()).total() == MANY

    asyncio.run(story())


def test_a_receiver_that_fails_each_message_once_gets_them_all_within_minutes(tmp_path: Path) -> None:
    async def story() -> None:
        met: set[str] = set()

        def choose(post: Post) -> bytes:
            new = post.headers["webhook-id"] not in met
            met.add(post.headers["webhook-id"])
            return DOWN if new else OK

        async with hook_server() as hook, queued(tmp_path, webhook(hook), MANY, "hook") as monitor:
            hook.choose = choose
            tried = [state for _ in range(12) for state in await monitor.deliver(minutes=1)]
            assert Counter(tried) == {"pending": MANY, "sent": MANY}

    asyncio.run(story())


def test_a_poison_alert_holds_up_no_other_and_is_given_up_in_the_end(tmp_path: Path) -> None:
    async def story() -> None:
        poison: list[str] = []

        def choose(post: Post) -> bytes:
            poison[:] = poison or [post.headers["webhook-id"]]
            return DOWN if post.headers["webhook-id"] in poison else OK

        async with hook_server() as hook, queued(tmp_path, webhook(hook), 8, "hook") as monitor:
            hook.choose = choose
            assert await monitor.deliver() == ["pending", *["sent"] * 7]
            days = [await monitor.deliver(minutes=2 * 24 * 60) for _ in range(10)]
            assert days == [*[["pending"]] * 8, ["failed"], []]
            (failed,) = [row for row in outbox(monitor, "hook") if row["state"] == "failed"]
            assert (failed["id"], failed["detail"]) == (poison[0], "given up after 10 tries: 500")

    asyncio.run(story())


def test_an_alert_that_keeps_its_receiver_busy_for_ever_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.channels.webhook.DEADLINE", timedelta(seconds=0.5))

    async def story() -> None:
        got: list[str] = []

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            got.append(head.partition("webhook-id: ")[2][:36])
            if got[-1] != got[0]:
                writer.write(OK)
                writer.close()

        async with stream_server(handle) as port, queued(tmp_path, webhook(Hook([], port=port)), 4, "hook") as monitor:
            for _ in range(6):
                await monitor.deliver(minutes=3)
            (poison,) = [row for row in outbox(monitor, "hook") if row["state"] != "sent"]
            assert (poison["id"], poison["state"], poison["attempts"] > 1) == (got[0], "pending", True)

    asyncio.run(story())


def test_two_rounds_at_once_do_not_send_to_one_channel_side_by_side(tmp_path: Path) -> None:
    async def story() -> None:
        asked, go_on = asyncio.Event(), asyncio.Event()
        got: list[str] = []

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            got.append((await reader.readuntil(b"\r\n\r\n")).decode())
            asked.set()
            await go_on.wait()
            writer.write(OK)
            writer.close()

        async with (
            stream_server(handle) as port,
            Site() as site,
            desk(tmp_path, source(site, 1, "hook"), webhook(Hook([], port=port))) as monitor,
        ):
            await edit_all(site, monitor, 1)
            first = asyncio.create_task(monitor.deliver())
            await asked.wait()
            site.put("/0", statement("£9 million"))
            assert "changed edited" in await monitor.look()
            assert (await monitor.deliver(), len(got)) == ([], 1)
            go_on.set()
            assert [await first, await monitor.deliver()] == [["sent"], ["sent"]]

    asyncio.run(story())


@pytest.mark.parametrize("fault", ["untrusted", "stripped", "login"])
def test_a_mail_server_that_cannot_be_trusted_gets_nothing_and_all_mail_is_kept(tmp_path: Path, fault: str) -> None:
    async def story() -> None:
        mailbox, authority = Mailbox(), trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(LOOPBACK).configure_cert(context)
        (tmp_path / "ca.pem").write_bytes(authority.cert_pem.bytes())
        known = "" if fault == "untrusted" else f'ca_file = "{tmp_path}/ca.pem"\n'
        login = 'username = "monitor"\npassword = "wrong"\n' if fault == "login" else ""
        async with smtp_server(mailbox, None if fault == "stripped" else context, login=fault == "login"):
            channels = f'{email(mailbox)}tls = "starttls"\n{login}'.replace(
                "[channels.desk]", f"{known}[channels.desk]"
            )
            async with queued(tmp_path, channels, 3, "desk") as monitor:
                tries = [await monitor.deliver(minutes) for minutes in (0, 1, 60, 60 * 24 * 30)]
                assert tries == [["pending"]] * 4
                assert mailbox.contents == []
                assert {row["state"] for row in outbox(monitor, "desk")} == {"pending"}

    asyncio.run(story())


# --- a channel that is off -------------------------------------------------------------------------------------------


def test_a_receiver_that_is_gone_for_good_turns_its_channel_off_and_loses_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox()
        async with hook_server(answer("410 Gone", b"moved out"), OK) as hook, smtp_server(mailbox), Site() as site:
            asked = (tmp_path, source(site, 3, "hook", "desk"), webhook(hook) + email(mailbox))
            async with desk(*asked) as monitor:
                await edit_all(site, monitor, 3)
                assert Counter(await monitor.deliver()) == {"pending": 1, "sent": 3}
                now = monitor.now
            async with desk(*asked) as monitor:
                monitor.now = now + timedelta(days=30)
                assert await monitor.deliver() == []
                assert states(monitor, "hook") == {("pending", 0): 3}
                shown = {(row["detail"], row["next_attempt_at"]) for row in outbox(monitor, "hook")}
                assert shown == {("its channel is off: 410: 'moved out'", None)}
                assert monitor.store.redeliver(None, monitor.now) == 3
                assert await monitor.deliver() == ["sent"] * 3
            assert (len(hook.posts), len(mailbox.contents)) == (4, 3)

    asyncio.run(story())


def test_another_address_turns_a_channel_on_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            hook_server(answer("410 Gone")) as gone,
            hook_server(OK) as hook,
            queued(tmp_path, webhook(gone), 3, "hook") as monitor,
        ):
            assert await monitor.deliver() == ["pending"]
            main = tmp_path / "config/monitor.toml"
            main.write_text(main.read_text().replace(gone.url, hook.url))
            await monitor.pipeline.follow(config.load(tmp_path / "config", {}))
            assert await monitor.deliver() == ["sent"] * 3

    asyncio.run(story())


# --- recipients ------------------------------------------------------------------------------------------------------

TWO = '["desk@example.org", "night@example.org"]'


def test_who_has_a_mail_does_not_get_it_again_after_a_restart(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox(refuse={"night@example.org": "450 greylisted"})
        async with smtp_server(mailbox), Site() as site:
            asked = (tmp_path, source(site, 1, "desk"), email(mailbox).replace('["desk@example.org"]', TWO))
            async with desk(*asked) as monitor:
                await edit_all(site, monitor, 1)
                assert await monitor.deliver() == ["pending"]
                assert await monitor.deliver(minutes=4) == []
                now = monitor.now
            mailbox.refuse.clear()
            async with desk(*asked) as monitor:
                monitor.now = now + timedelta(minutes=10)
                assert await monitor.deliver() == ["sent"]
        assert mailbox.recipients == ["desk@example.org", "night@example.org"]

    asyncio.run(story())


def test_who_has_a_mail_does_not_get_it_again_though_the_process_ended_amid_the_others(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox()
        async with smtp_server(mailbox), Site() as site:
            asked = (tmp_path, source(site, 1, "desk"), email(mailbox).replace('["desk@example.org"]', TWO))
            async with desk(*asked) as monitor:
                await edit_all(site, monitor, 1)
                mailbox.hang_at = "night@example.org"
                delivering = asyncio.create_task(monitor.deliver())
                await mailbox.hanging.wait()
                delivering.cancel()
                await asyncio.gather(delivering, return_exceptions=True)
            mailbox.hang_at = ""
            async with desk(*asked) as monitor:
                monitor.now = START + timedelta(hours=1)
                assert await monitor.deliver() == ["sent"]
        assert mailbox.recipients == ["desk@example.org", "night@example.org"]

    asyncio.run(story())


def test_a_refused_recipient_gets_the_mail_when_it_is_redelivered_and_the_others_do_not(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox(refuse={"night@example.org": "550 no such user"})
        async with smtp_server(mailbox):
            channels = email(mailbox).replace('["desk@example.org"]', TWO)
            async with queued(tmp_path, channels, 1, "desk") as monitor:
                assert await monitor.deliver() == ["failed"]
                mailbox.refuse.clear()
                monitor.store.redeliver(None, monitor.now)
                assert await monitor.deliver() == ["sent"]
        assert mailbox.recipients == ["desk@example.org", "night@example.org"]

    asyncio.run(story())


# --- poison ----------------------------------------------------------------------------------------------------------


def test_a_server_that_answers_in_broken_bytes_is_quoted_as_far_as_it_can_be(tmp_path: Path) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in (b"220 x", b"250 x", b"250 x", b"250 x", b"354 x", b"550 \xff\xfe\x00 no"):
            writer.write(line + b"\r\n")
            await reader.read(100_000)
        writer.close()

    async def story() -> None:
        async with stream_server(handle) as port, queued(tmp_path, email(Mailbox(port=port)), 2, "desk") as monitor:
            assert await monitor.deliver() == ["failed", "failed"]
            assert {row["detail"] for row in outbox(monitor, "desk")} == {"desk@example.org: 550 ?? no"}

    asyncio.run(story())


def test_a_change_that_no_rule_foresaw_is_told_in_plain_words() -> None:
    broken = replace(ALERT, change=replace(ALERT.change, comparison=None))  # type: ignore[arg-type]
    message, fault = worded(broken)
    assert message == render.plain(broken)
    assert fault.startswith("in plain words: AttributeError: ")


class Fussy:
    """A channel that cannot carry HTML, or nothing that names one of the pages."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.sent: list[str] = []

    async def send(self, message: Message, done: Done = forget) -> str:
        if message.html or self.page in message.text:
            raise ValueError("not that")
        self.sent.append(message.text)
        return "taken"


def test_what_a_channel_cannot_carry_goes_in_plain_words_or_is_given_up_and_holds_up_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with queued(tmp_path, webhook(Hook([])), 4, "hook") as monitor:
            fussy = Fussy("/2\n")
            monitor.pipeline._plans[0].lines["hook"] = Line(fussy, "")
            assert sorted(await monitor.deliver()) == ["failed", "sent", "sent", "sent"]
            assert {row["detail"] for row in outbox(monitor, "hook")} == {
                "taken (in plain words: ValueError: not that)",
                "cannot be sent: ValueError: not that",
            }
            assert [text.splitlines()[0] for text in fussy.sent] == ["edited: Harbours fund"] * 3

    asyncio.run(story())


# --- digests ---------------------------------------------------------------------------------------------------------


def test_a_digest_waits_for_its_hour_and_a_reload_without_it_frees_what_waits(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox()
        async with smtp_server(mailbox):
            channels = f'{email(mailbox)}digest = "1h"\n'
            async with Site() as site, desk(tmp_path, source(site, 3, "desk"), channels) as monitor:
                await edit_all(site, monitor, 3)  # at 10:30
                assert await monitor.deliver(minutes=29) == []
                assert await monitor.deliver(minutes=2) == ["sent"]
                site.put("/0", statement("£70 million"))
                await monitor.look()
                assert await monitor.deliver() == []
                (tmp_path / "config/monitor.toml").write_text(f'[http]\nallow = ["127.0.0.1"]\n{email(mailbox)}')
                await monitor.pipeline.follow(config.load(tmp_path / "config", {}))
                assert await monitor.deliver() == ["sent"]
        subjects = [str(mail["Subject"]) for mail in mailbox.mails]
        assert subjects == ["[digest] 3 changes: 3 silent", "[edited, silent] Harbours fund"]

    asyncio.run(story())
