"""One edit on many pages, and edits the publisher kept silent about until later: from its server to the desk's mail."""

import asyncio
import json
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

from monitor.demo.publisher import Publisher
from monitor.demo.statements import STATEMENTS
from tests.receivers import Mailbox, answer, hook_server, smtp_server
from tests.servers import HANG, html, serving
from tests.test_pipeline import CSS, Desk, Site, desk, email, webhook

OLD = "Ask for another format if you use assistive tools (eg a reading lamp)."
NEW = "Ask for another format if you use assistive tools (such as a reading lamp)."

PATIENCE_S = 20


def page(number: int, boilerplate: str, own: str = "") -> str:
    return (
        f"<html lang=en><title>Port {number}</title><h1>Port {number}</h1><article><p>This is port number {number}.</p>"
        f"<p>{boilerplate}</p><p>{own}</p></article><p class=updated>2 January 2026</p></html>"
    )


def put_all(site: Site, numbers: range, boilerplate: str) -> None:
    for number in numbers:
        site.put(f"/{number}", page(number, boilerplate))


def source(*urls: str) -> str:
    return f'pages = {json.dumps(urls)}\nchannels = ["desk"]\n{CSS}'


def subjects(mailbox: Mailbox) -> list[str]:
    return [str(mail["Subject"]) for mail in mailbox.mails]


def test_a_round_that_finds_one_edit_on_twenty_pages_sends_one_mail_that_names_them(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox()
        async with Site() as site, smtp_server(mailbox):
            urls = [f"{site.url}/{number}" for number in range(20)]
            async with desk(tmp_path, source(*urls), email(mailbox)) as monitor:
                put_all(site, range(20), OLD)
                await monitor.look()
                put_all(site, range(20), NEW)
                assert await monitor.look() == ["changed edited"] * 20
                assert await monitor.deliver() == ["sent"]
                assert [row["alerts_sent"] for row in monitor.changes()] == [1] * 20
                assert {row["signals"] for row in monitor.changes()} == {"sitewide"}
            (mail,) = mailbox.mails
            assert str(mail["Subject"]).startswith("[edited, silent, sitewide] 20 pages: ")
            text = str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
            assert set(urls) <= set(text.split())

    asyncio.run(story())


def test_a_page_with_an_edit_of_its_own_beside_it_gets_a_mail_of_its_own(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox()
        async with Site() as site, smtp_server(mailbox):
            urls = [f"{site.url}/{number}" for number in range(4)]
            async with desk(tmp_path, source(*urls), email(mailbox)) as monitor:
                put_all(site, range(4), OLD)
                await monitor.look()
                put_all(site, range(3), NEW)
                site.put("/3", page(3, NEW, own="The fee is £14."))
                await monitor.look()
                assert await monitor.deliver() == ["sent", "sent"]
            assert sorted(subject.split("]")[0] for subject in subjects(mailbox)) == [
                "[edited, silent",
                "[edited, silent, sitewide",
            ]

    asyncio.run(story())


def test_a_digest_is_the_same_at_every_try_and_later_pages_make_another(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(answer("500 Down"), answer("204 OK")) as hook, Site() as site:
            urls = [f"{site.url}/{number}" for number in range(6)]
            watched = source(*urls).replace("desk", "hook")
            async with desk(tmp_path, watched, webhook(hook)) as monitor:
                put_all(site, range(6), OLD)
                await monitor.look()
                put_all(site, range(4), NEW)
                await monitor.look()
                assert await monitor.deliver() == ["pending"]
                put_all(site, range(4, 6), NEW)
                await monitor.look(minutes=1)
                assert await monitor.deliver() == ["sent"]
                assert await monitor.deliver(minutes=59) == []
                assert await monitor.deliver(minutes=1) == ["sent"]
            first, again, later = hook.posts
            assert (first.body, first.headers["webhook-id"]) == (again.body, again.headers["webhook-id"])
            assert [len(json.loads(post.body)["data"]["pages"]) for post in (first, later)] == [4, 2]

    asyncio.run(story())


def test_a_site_built_anew_is_one_message_a_channel_and_each_page_a_row(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox()
        async with hook_server(answer("204 OK")) as hook, Site() as site, smtp_server(mailbox):
            urls = [f"{site.url}/{number}" for number in range(14)]
            watched = source(*urls).replace('["desk"]', '["desk", "hook"]')
            async with desk(tmp_path, watched, email(mailbox) + webhook(hook)) as monitor:
                put_all(site, range(14), OLD)
                await monitor.look()
                for number in range(12):
                    site.put(f"/{number}", page(number, OLD, own=f"Berth {number} has {number + 7} bollards."))
                assert sorted(await monitor.look()) == ["changed edited"] * 12 + ["unchanged"] * 2
                assert await monitor.deliver() == ["sent", "sent"]
                assert [row["alerts_sent"] for row in monitor.changes()] == [2] * 12
            (mail,), (post,) = mailbox.mails, hook.posts
            assert str(mail["Subject"]) == "[mass change] 12 pages of rivers changed"
            text = str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
            markup = str(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]
            assert set(urls[:12]) <= set(text.split())
            assert all(f'"{url}"' in markup for url in urls[:12])
            pages = json.loads(post.body)["data"]["pages"]
            assert sorted((row["url"], row["kind"]) for row in pages) == sorted((url, "edited") for url in urls[:12])

    asyncio.run(story())


async def deliveries_during(monitor: Desk, named: list[str], wait: timedelta = timedelta(0)) -> dict[str, list[str]]:
    """What is delivered while a poll goes on, after each look at a page, by its path; the clock moves at each."""
    found: dict[str, list[str]] = {}
    async with aclosing(monitor.pipeline.poll(named)) as looks:
        async for look in looks:
            monitor.now += wait
            found[look.decision.check.page.url.rpartition("/")[2]] = await monitor.deliver()
    return found


def test_an_edit_waits_while_its_host_is_still_looked_at_and_no_longer(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox()
        async with Site() as site, smtp_server(mailbox):
            urls = [f"{site.url}/{number}" for number in range(4)]
            async with desk(tmp_path, source(*urls), email(mailbox), delay="100ms") as monitor:
                put_all(site, range(4), OLD)
                await monitor.look()
                put_all(site, range(4), NEW)
                assert await deliveries_during(monitor, ["rivers"]) == {str(number): [] for number in range(4)}
                assert await monitor.deliver() == ["sent"]

    asyncio.run(story())


def test_an_edit_on_one_host_does_not_wait_for_another(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox()
        async with (
            serving(html(page(1, OLD)), HANG) as slow,
            Site() as quick,
            smtp_server(mailbox),
            desk(tmp_path, source(f"{slow.url}/1", f"{quick.url}/2"), email(mailbox)) as monitor,
        ):
            put_all(quick, range(2, 3), OLD)
            await monitor.look()
            put_all(quick, range(2, 3), NEW)
            poll = asyncio.create_task(deliveries_during(monitor, ["rivers"]))
            async with asyncio.timeout(PATIENCE_S):
                while not mailbox.mails:
                    await monitor.deliver()
            assert not poll.done()
            poll.cancel()
            await asyncio.gather(poll, return_exceptions=True)

    asyncio.run(story())


def test_an_edit_waits_two_minutes_at_most(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox()
        async with Site() as site, smtp_server(mailbox):
            urls = [f"{site.url}/{number}" for number in range(4)]
            async with desk(tmp_path, source(*urls), email(mailbox), delay="100ms") as monitor:
                put_all(site, range(4), OLD)
                await monitor.look()
                site.put("/0", page(0, NEW))
                sent = await deliveries_during(monitor, ["rivers"], wait=timedelta(minutes=1))
                assert sent == {"0": [], "1": ["sent"], "2": [], "3": []}

    asyncio.run(story())


def test_an_announced_edit_names_the_silent_ones_before_it(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox, statement = Mailbox(), STATEMENTS[0]
        async with Publisher(STATEMENTS[:1]) as site, smtp_server(mailbox):
            watched = f'pages = ["{site.address_of(statement)}"]\nchannels = ["desk"]\n'
            async with desk(tmp_path, watched, email(mailbox)) as monitor:
                await monitor.look()
                for title in ("15", "16"):
                    site.edit(statement.path, monitor.now, title=f"{statement.title} {title}")
                    await monitor.look()
                site.announce(statement.path, monitor.now, "Updated the title.", title=f"{statement.title} 17")
                await monitor.look()
                assert await monitor.deliver() == ["sent"] * 3
                rows = monitor.changes()
                assert [row["disclosure"] for row in rows] == ["announced", "silent", "silent"]
            text = str(mailbox.mails[-1].get_body(("plain",)).get_content())  # type: ignore[union-attr]
            assert "Since the last announced update we also saw 2 silent edits" in text
            assert [f"- change {number}, seen at" in text for number in (1, 2, 3)] == [True, True, False]

    asyncio.run(story())
