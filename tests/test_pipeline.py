"""The whole story in process: a real site, a real store, real far ends; only the clock is ours."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor import config
from monitor.demo.publisher import Publisher
from monitor.demo.server import Answer, LoopbackServer, Request
from monitor.demo.statements import STATEMENTS
from monitor.interfaces import Row
from monitor.pipeline import Pipeline
from monitor.stores._reading import Reader
from monitor.stores.sqlite import Store
from tests.receivers import Hook, Mailbox, answer, hook_server, smtp_server
from tests.servers import RESET, html, serving

START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Site(LoopbackServer):
    """Pages as they are put; every answer is counted."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, Answer] = {}
        self.asked: list[str] = []

    def put(self, path: str, text: str, content_type: str = "text/html", **headers: str) -> None:
        self.pages[path] = Answer(200, text.encode(), {"Content-Type": content_type, **headers})

    def answer(self, request: Request) -> Answer:
        if request.path != "/robots.txt":
            self.asked.append(request.path)
        page = self.pages.get(request.path, Answer(404, b"<h1>Page not found</h1>", {"Content-Type": "text/html"}))
        etag = page.headers.get("ETag")
        return Answer(304, headers={"ETag": etag}) if etag and request.headers.get("if-none-match") == etag else page


class Desk:
    """A monitor over one configuration folder, with a clock that moves when told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = START
        self.path = folder / "state/monitor.db"
        self.store = Store.open(self.path)
        self.pipeline = Pipeline(self.store, lambda: self.now)

    async def look(self, *named: str, minutes: int = 15) -> list[str]:
        """A round over everything named, after so many minutes; each look as `outcome kind`."""
        self.now += timedelta(minutes=minutes)
        found = []
        async for recorded in self.pipeline.round(list(named) or ["rivers"]):
            kinds = [event.change.kind.value for event in recorded.decision.events if event.change]
            found.append(" ".join([recorded.decision.outcome.value, *kinds]))
        return sorted(found)

    async def deliver(self, minutes: int = 0) -> list[str]:
        self.now += timedelta(minutes=minutes)
        return [delivery.settlement.state.value async for delivery in self.pipeline.deliver()]

    def changes(self) -> list[Row]:
        reader = Reader.open(self.path)
        rows = reader.change_log()
        reader.close()
        return rows

    def history(self, url: str) -> Row:
        reader = Reader.open(self.path)
        found = reader.history(url)
        reader.close()
        assert found is not None
        return found

    def told(self) -> list[tuple[str, str | None, str]]:
        return [(row["kind"], row["disclosure"], row["signals"]) for row in self.changes()]


@asynccontextmanager
async def desk(folder: Path, source: str, channels: str = "", delay: str = "0s") -> AsyncIterator[Desk]:
    (folder / "config/sources").mkdir(parents=True, exist_ok=True)
    (folder / "config/monitor.toml").write_text(f'[http]\ndelay = "{delay}"\nallow = ["127.0.0.1"]\n{channels}')
    (folder / "config/sources/rivers.toml").write_text(source)
    found = Desk(folder)
    try:
        await found.pipeline.follow(config.load(folder / "config", {}))
        yield found
    finally:
        await found.pipeline.aclose()
        found.store.close()


def email(mailbox: Mailbox) -> str:
    return (
        '[channels.desk]\ntype = "email"\nto = ["desk@example.org"]\nfrom = "monitor@example.org"\n'
        f'host = "127.0.0.1"\nport = {mailbox.port}\n'
    )


def webhook(hook: Hook, name: str = "hook") -> str:
    return f'[channels.{name}]\ntype = "webhook"\nurl = "{hook.url}"\nsecret = "{SECRET}"\n'


def statement(figure: str = "£1.5 million", updated: str = "2 January 2026") -> str:
    return (
        f"<html lang=en><title>Harbours fund</title><h1>Harbours fund</h1><article><h2>Sums</h2>"
        f"<p>Ports may apply for up to {figure} this year.</p></article><p class=updated>{updated}</p></html>"
    )


CSS = '[parser]\ntype = "css"\ntitle = "h1"\nbody = "article"\nupdated_at = ".updated"\n'


def item(number: int, text: str) -> str:
    return (
        f"<item><title>Statement {number}</title><link>http://news.example/{number}</link>"
        "<pubDate>Mon, 05 Jan 2026 09:00:00 GMT</pubDate>"
        f"<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded></item>"
    )


def rss(*items: str) -> str:
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>News</title><link>http://news.example/</link>{''.join(items)}</channel></rss>"
    )


# --- GOV.UK's life of a page -----------------------------------------------------------------------------------------


def test_the_first_fill_is_silent_and_a_page_listed_later_is_published(tmp_path: Path) -> None:
    async def story() -> None:
        async with Publisher(STATEMENTS[:3]) as site, desk(tmp_path, f'listing = "{site.feed_url}"\n') as monitor:
            assert await monitor.look() == ["ok"] * 4
            assert monitor.changes() == []
            site.publish(STATEMENTS[3])
            assert await monitor.look() == ["ok published", *["unchanged"] * 4]
            assert monitor.told() == [("published", None, "")]

    asyncio.run(story())


def test_edits_are_told_apart_and_dated_between_two_looks(tmp_path: Path) -> None:
    async def story() -> None:
        page = STATEMENTS[0]
        async with Publisher(STATEMENTS[:1]) as site, desk(tmp_path, f'pages = ["{site.address_of(page)}"]') as monitor:
            await monitor.look()
            await monitor.look()
            site.edit(page.path, monitor.now, title=page.title + " 15")
            assert await monitor.look() == ["changed edited"]
            site.announce(page.path, monitor.now, "Updated the title.", title=page.title + " 16")
            assert await monitor.look() == ["changed edited"]
            site.withdraw(page.path, monitor.now, "No longer right.")
            assert await monitor.look() == ["changed withdrawn"]
            site.release()
            assert await monitor.look() == ["unchanged"]
            rows = monitor.changes()
            assert [(row["kind"], row["disclosure"], row["note"]) for row in rows] == [
                ("withdrawn", None, None),
                ("edited", "announced", "Updated the title."),
                ("edited", "silent", None),
            ]
            assert (rows[2]["seen_before_at"], rows[2]["seen_after_at"]) == (
                "2026-11-20T10:30:00.000Z",
                "2026-11-20T10:45:00.000Z",
            )

    asyncio.run(story())


def test_what_differs_in_the_metadata_alone_is_recorded_and_tells_nobody(tmp_path: Path) -> None:
    async def story() -> None:
        page = STATEMENTS[0]
        async with Publisher(STATEMENTS[:1]) as site, desk(tmp_path, f'pages = ["{site.address_of(page)}"]') as monitor:
            await monitor.look()
            site.edit(page.path, monitor.now, people=("Ann Hale",))
            assert [await monitor.look() for _ in range(2)] == [["unchanged"], ["unchanged"]]
            assert monitor.changes() == []
            history = monitor.history(site.address_of(page))
            assert [version["number"] for version in history["versions"]] == [1]
            (row,) = history["metadata_changes"]
            assert (row["field"], row["before"], row["after"]) == ("people", None, "Ann Hale")
            assert row["seen_at"] == "2026-11-20T10:30:00.000Z"

    asyncio.run(story())


def test_an_outage_is_no_edit_and_absence_is_believed_at_the_third_look(tmp_path: Path) -> None:
    async def story() -> None:
        page = STATEMENTS[0]
        async with Publisher(STATEMENTS[:1]) as site, desk(tmp_path, f'pages = ["{site.address_of(page)}"]') as monitor:
            await monitor.look()
            site.fail(page.path, 503, 500)
            looks = [await monitor.look() for _ in range(3)]
            assert looks == [["maintenance"], ["error:status"], ["unchanged"]]
            site.remove(page.path)
            assert [await monitor.look() for _ in range(4)] == [["gone"], ["gone"], ["gone removed"], ["gone"]]
            site.publish(page)
            assert await monitor.look() == ["unchanged restored"]
            assert [kind for kind, *_ in monitor.told()] == ["restored", "removed"]

    asyncio.run(story())


# --- other sites, and servers that lie -------------------------------------------------------------------------------


def test_a_server_that_answers_304_whatever_happened_is_found_out_by_the_tenth_look(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site, desk(tmp_path, f'pages = ["{site.url}/a"]\n{CSS}') as monitor:
            site.put("/a", statement(), ETag='"always"')
            await monitor.look()
            site.put("/a", statement("£15 million"), ETag='"always"')
            looks = [(await monitor.look())[0] for _ in range(10)]
            assert looks == [*["unchanged"] * 9, "changed edited"]

    asyncio.run(story())


def test_what_our_parser_reads_anew_is_reparsed_and_their_edit_is_told_apart(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site:
            site.put("/a", statement())
            async with desk(tmp_path, f'pages = ["{site.url}/a"]\n{CSS}') as monitor:
                await monitor.look()
            site.put("/a", statement("£15 million"))
            wider = CSS.replace('"article"', '"article, .updated"')
            async with desk(tmp_path, f'pages = ["{site.url}/a"]\n{wider}') as monitor:
                assert await monitor.look(minutes=60) == ["changed reparsed edited"]
                assert monitor.told() == [("edited", "silent", "figure"), ("reparsed", None, "")]

    asyncio.run(story())


def test_a_page_that_answers_304_is_read_anew_by_a_changed_parser(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site:
            site.put("/a", statement(), ETag='"1"')
            async with desk(tmp_path, f'pages = ["{site.url}/a"]\n{CSS}') as monitor:
                assert [await monitor.look() for _ in range(2)] == [["ok"], ["unchanged"]]
            wider = CSS.replace('"article"', '"article, .updated"')
            async with desk(tmp_path, f'pages = ["{site.url}/a"]\n{wider}') as monitor:
                assert [await monitor.look(minutes=60) for _ in range(2)] == [["changed reparsed"], ["unchanged"]]

    asyncio.run(story())


def test_a_feeds_items_are_statements_and_one_that_leaves_is_not_removed(tmp_path: Path) -> None:
    async def story() -> None:
        feed = '[parser]\ntype = "feed"\n'
        async with Site() as site, desk(tmp_path, f'listing = "{site.url}/feed"\n{feed}') as monitor:
            one, two = item(1, "The fund pays £1.5 million."), item(2, "The port is open.")
            site.put("/feed", rss(one, two), "application/rss+xml")
            assert await monitor.look() == ["ok", "ok", "ok"]
            site.put("/feed", rss(item(1, "The fund pays £15 million."), two), "application/rss+xml")
            assert await monitor.look() == ["changed edited", "unchanged"]
            site.put("/feed", rss(item(3, "A third one."), two), "application/rss+xml")
            assert await monitor.look() == ["ok published", "unchanged"]
            assert [(row["kind"], row["url"]) for row in monitor.changes()] == [
                ("published", "http://news.example/3"),
                ("edited", "http://news.example/1"),
            ]

    asyncio.run(story())


def test_an_item_is_one_page_however_its_feed_spells_its_address(tmp_path: Path) -> None:
    async def story() -> None:
        feed = '[parser]\ntype = "feed"\n'
        async with Site() as site, desk(tmp_path, f'listing = "{site.url}/feed"\n{feed}') as monitor:
            site.put("/feed", rss(item(1, "The port is open.")), "application/rss+xml")
            assert await monitor.look() == ["ok", "ok"]
            secure = item(1, "The port is shut.").replace("http://news.example/1", "https://news.example/1/?utm_id=7")
            site.put("/feed", rss(secure), "application/rss+xml")
            assert await monitor.look() == ["changed edited", "unchanged"]
            assert await monitor.look() == ["unchanged"]

    asyncio.run(story())


LONG = "The port is open to all ships of up to nine metres. " * 30


def test_an_item_cut_short_is_believed_at_the_third_look_though_its_feed_stays_as_it_is(tmp_path: Path) -> None:
    async def story() -> None:
        feed = '[parser]\ntype = "feed"\n'
        async with Site() as site, desk(tmp_path, f'listing = "{site.url}/feed"\n{feed}') as monitor:
            site.put("/feed", rss(item(1, LONG)), "application/rss+xml")
            assert await monitor.look() == ["ok", "ok"]
            site.put("/feed", rss(item(1, "The port is open.")), "application/rss+xml")
            assert [await monitor.look() for _ in range(4)] == [
                ["suspect", "unchanged"],
                ["suspect", "unchanged"],
                ["changed edited", "unchanged"],
                ["unchanged"],
            ]

    asyncio.run(story())


def test_an_item_that_is_now_and_then_cut_short_is_never_believed(tmp_path: Path) -> None:
    async def story() -> None:
        feed = '[parser]\ntype = "feed"\n'
        async with Site() as site, desk(tmp_path, f'listing = "{site.url}/feed"\n{feed}') as monitor:
            for text in (LONG, "The port is open.") * 4:
                site.put("/feed", rss(item(1, text)), "application/rss+xml")
                await monitor.look()
            assert monitor.changes() == []

    asyncio.run(story())


def test_a_feeds_by_line_is_recorded_and_alerts_nobody(tmp_path: Path) -> None:
    async def story() -> None:
        feed = '[parser]\ntype = "feed"\n'
        async with Site() as site, desk(tmp_path, f'listing = "{site.url}/feed"\n{feed}') as monitor:
            for name in ("Ada Weir", "Office of Locks"):
                signed = item(1, "The port is open.").replace("</item>", f"<author>a@b.uk ({name})</author></item>")
                site.put("/feed", rss(signed), "application/rss+xml")
                await monitor.look()
            (row,) = monitor.history("http://news.example/1")["metadata_changes"]
            assert (row["field"], row["before"], row["after"]) == ("people", "Ada Weir", "Office of Locks")
            assert monitor.changes() == []

    asyncio.run(story())


def test_a_broken_page_is_an_outcome_and_holds_up_no_other(tmp_path: Path) -> None:
    async def story() -> None:
        pages = [f"/{name}" for name in ("good", "pdf", "empty", "other")]
        listed = json.dumps([f"PLACE{path}" for path in pages])
        async with Site() as site, desk(tmp_path, f"pages = {listed.replace('PLACE', site.url)}\n{CSS}") as monitor:
            site.put("/good", statement())
            site.put("/pdf", "%PDF-1.7", "application/pdf")
            site.put("/empty", "<html></html>")
            site.put("/other", "<html><h1>One</h1><h1>Two</h1><p>No article.</p></html>")
            found = await monitor.look()
            assert found == sorted(["error:content_type", "error:empty", "error:parse", "ok"])
            assert monitor.changes() == []

    asyncio.run(story())


# --- alerts ----------------------------------------------------------------------------------------------------------


async def edited(site: Site, monitor: Desk) -> None:
    site.put("/a", statement())
    await monitor.look()
    site.put("/a", statement("£15 million"))
    assert await monitor.look() == ["changed edited"]


def test_a_mail_server_that_was_down_gets_the_mail_once_it_is_back(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox()
        async with Site() as site:
            async with smtp_server(mailbox):
                channels = email(mailbox)
            source = f'pages = ["{site.url}/a"]\nchannels = ["desk"]\n{CSS}'
            async with desk(tmp_path, source, channels) as monitor:
                await edited(site, monitor)
                assert await monitor.deliver() == ["pending"]
                assert await monitor.deliver() == []
                assert monitor.changes()[0]["alerts_pending"] == 1
            back = Mailbox()
            async with smtp_server(back), desk(tmp_path, source, email(back)) as monitor:
                monitor.now = START + timedelta(hours=1)
                assert await monitor.deliver() == ["sent"]
                assert monitor.changes()[0]["alerts_sent"] == 1
            assert len(back.mails) == 1

    asyncio.run(story())


def test_a_webhook_is_the_same_at_every_try(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(answer("500 Down"), answer("503 Busy"), answer("204 OK")) as hook, Site() as site:
            source = f'pages = ["{site.url}/a"]\nchannels = ["hook"]\n{CSS}'
            async with desk(tmp_path, source, webhook(hook)) as monitor:
                await edited(site, monitor)
                assert [await monitor.deliver(minutes) for minutes in (0, 1, 10)] == [
                    ["pending"],
                    ["pending"],
                    ["sent"],
                ]
            assert len({post.headers["webhook-id"] for post in hook.posts}) == 1
            assert len({post.body for post in hook.posts}) == 1

    asyncio.run(story())


def test_a_channel_that_refuses_for_ever_is_given_up_and_redelivered_under_the_same_id(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(*[answer("500 Down")] * 10, answer("204 OK")) as hook, Site() as site:
            source = f'pages = ["{site.url}/a"]\nchannels = ["hook"]\n{CSS}'
            async with desk(tmp_path, source, webhook(hook)) as monitor:
                await edited(site, monitor)
                days = [(await monitor.deliver(minutes=48 * 60))[0] for _ in range(10)]
                assert days == [*["pending"] * 9, "failed"]
                assert monitor.changes()[0]["alerts_failed"] == 1
                assert monitor.store.redeliver(None, monitor.now) == 1
                assert await monitor.deliver() == ["sent"]
            assert len({post.headers["webhook-id"] for post in hook.posts}) == 1

    asyncio.run(story())


@pytest.mark.parametrize(("only", "alerts"), [('{ disclosure = ["silent"] }', 1), ('{ kind = ["removed"] }', 0)])
def test_a_channel_takes_what_it_asks_for(tmp_path: Path, only: str, alerts: int) -> None:
    async def story() -> None:
        async with hook_server(answer("204 OK")) as hook, Site() as site:
            source = f'pages = ["{site.url}/a"]\nchannels = ["hook"]\n{CSS}'
            async with desk(tmp_path, source, webhook(hook) + f"only = {only}\n") as monitor:
                await edited(site, monitor)
                assert await monitor.deliver() == ["sent"] * alerts

    asyncio.run(story())


# --- politeness and restarts -----------------------------------------------------------------------------------------


def test_a_budget_holds_through_every_round_and_only_a_person_may_go_beyond(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site:
            for name in "abc":
                site.put(f"/{name}", statement())
            pages = [f"{site.url}/{name}" for name in "abc"]
            source = f'pages = {json.dumps(pages)}\nevery = "auto"\nbudget = "2/day"\n{CSS}'
            async with desk(tmp_path, source) as monitor:
                looks = [[recorded async for recorded in monitor.pipeline.round()] for _ in range(2)]
                assert [len(found) for found in looks] == [2, 0]
                assert len(await monitor.look("rivers")) == 3
                monitor.now += timedelta(days=10)
                assert len([recorded async for recorded in monitor.pipeline.round()]) == 2

    asyncio.run(story())


def test_a_page_claimed_by_a_round_that_died_is_due_again_at_the_next_start(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site:
            site.put("/a", statement())
            source = f'pages = ["{site.url}/a"]\n{CSS}'
            async with desk(tmp_path, source) as monitor:
                assert len(monitor.store.claim_pages(monitor.now, 10, timedelta(hours=1))) == 1
                assert monitor.store.claim_pages(monitor.now, 10, timedelta(hours=1)) == []
            async with desk(tmp_path, source) as monitor:
                assert [recorded.decision.outcome async for recorded in monitor.pipeline.round()] == ["ok"]

    asyncio.run(story())


def test_a_host_that_asks_for_a_rest_gets_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site, desk(tmp_path, f'pages = ["{site.url}/a", "{site.url}/b"]\n{CSS}') as monitor:
            site.pages["/a"] = Answer(429, b"", {"Retry-After": "3600"})
            site.put("/b", statement())
            assert await monitor.look() == ["rate_limited"]
            assert await monitor.look() == []
            assert await monitor.look(minutes=60) == ["ok", "rate_limited"]
            assert site.asked == ["/a", "/b", "/a"]

    asyncio.run(story())


def test_a_configuration_taken_over_later_is_followed(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site, desk(tmp_path, f'pages = ["{site.url}/a"]\n{CSS}') as monitor:
            site.put("/a", statement())
            site.put("/b", statement())
            await monitor.look()
            (tmp_path / "config/sources/lakes.toml").write_text(f'pages = ["{site.url}/b"]\n{CSS}')
            await monitor.pipeline.follow(config.load(tmp_path / "config", {}))
            assert await monitor.look("lakes") == ["ok"]

    asyncio.run(story())


def test_a_page_of_a_configuration_taken_over_during_a_round_is_looked_at_by_the_next(tmp_path: Path) -> None:
    async def story() -> None:
        source = 'pages = ["{}"]\n' + CSS
        async with Site() as site, desk(tmp_path, source.format(f"{site.url}/0"), delay="1ms") as monitor:
            for number in range(9):
                site.put(f"/{number}", statement())
            for number in range(1, 9):
                monitor.now += timedelta(minutes=15)
                (tmp_path / f"config/sources/s{number}.toml").write_text(source.format(f"{site.url}/{number}"))
                found = config.load(tmp_path / "config", {})
                _, seen = await asyncio.gather(monitor.pipeline.follow(found), _polled(monitor.pipeline))
                monitor.now += timedelta(seconds=1)
                seen += await _polled(monitor.pipeline)
                assert f"{site.url}/{number}" in seen

    asyncio.run(story())


async def _polled(pipeline: Pipeline) -> list[str]:
    return [recorded.decision.page.url async for recorded in pipeline.poll()]


def test_a_fault_of_ours_in_one_page_is_told_there_and_holds_up_no_other(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site:
            pages = [f"{site.url}/{name}" for name in "abc"]
            async with desk(tmp_path, f"pages = {pages}\n{CSS}") as monitor:
                for name in "abc":
                    site.put(f"/{name}", statement())
                await monitor.look()
                with sqlite3.connect(monitor.path) as db:
                    db.execute("DROP TRIGGER versions_are_kept_from_update")
                    db.execute("UPDATE versions SET statement = '{}' WHERE page_id = 2")
                db.close()
                for name in "abc":
                    site.put(f"/{name}", statement("£3 million"))
                assert await monitor.look() == ["changed edited", "changed edited", "error:parse"]
                (check, _) = monitor.history(pages[1])["checks"]
                assert check["detail"].startswith("a fault of this program, at ")
                assert "ValidationError" in check["detail"]

    asyncio.run(story())


def test_a_page_that_moved_for_good_is_told_of_once_at_the_third_look_alike(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site, desk(tmp_path, f'pages = ["{site.url}/a"]\n{CSS}') as monitor:
            site.put("/a", statement())
            await monitor.look()
            site.put("/archive/a", statement())
            site.pages["/a"] = Answer(301, headers={"Location": "/archive/a"})
            looks = [(await monitor.look())[0] for _ in range(5)]
            assert looks == ["unchanged", "unchanged", "unchanged moved", "unchanged", "unchanged"]

    asyncio.run(story())


def test_a_page_that_leads_for_good_to_what_is_no_statement_is_told_of_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site, desk(tmp_path, f'pages = ["{site.url}/a"]\n{CSS}') as monitor:
            site.put("/a", statement())
            await monitor.look()
            site.put("/harbours", "<html><title>Harbours</title><h1>Harbours</h1><h1>News</h1><p>A list.</p></html>")
            site.pages["/a"] = Answer(301, headers={"Location": "/harbours"})
            looks = [(await monitor.look(minutes=120))[0] for _ in range(5)]
            assert looks == [*["error:parse"] * 2, "error:parse moved", *["error:parse"] * 2]
            site.put("/a", statement())
            assert await monitor.look(minutes=120) == ["unchanged"]
            assert [kind for kind, *_ in monitor.told()] == ["moved"]

    asyncio.run(story())


def test_a_connection_that_breaks_off_is_an_outcome_and_no_shorter_page(tmp_path: Path) -> None:
    async def story() -> None:
        well = html(statement())
        answers = (well, well[:-60] + RESET, RESET, well)
        async with serving(*answers) as site, desk(tmp_path, f'pages = ["{site.url}/a"]\n{CSS}') as monitor:
            looks = [(await monitor.look())[0] for _ in answers]
            assert [look.partition(":")[0] for look in looks] == ["ok", "error", "error", "unchanged"]
            assert monitor.changes() == []

    asyncio.run(story())


def test_rounds_in_a_row_keep_the_delay_of_a_host(tmp_path: Path) -> None:
    asked_at: list[float] = []

    def noted(_request: str) -> bytes:
        asked_at.append(asyncio.get_running_loop().time())
        return html(statement())

    async def story() -> None:
        async with (
            serving(noted) as site,
            desk(tmp_path, f'pages = ["{site.url}/a", "{site.url}/b"]\n{CSS}') as monitor,
        ):
            main = tmp_path / "config/monitor.toml"
            main.write_text(main.read_text().replace('"0s"', '"150ms"'))
            # By the real clock, which is what the pauses between requests go by.
            pipeline = Pipeline(monitor.store, lambda: datetime.now(UTC))
            await pipeline.follow(config.load(tmp_path / "config", {}))
            looks = [[recorded async for recorded in pipeline.round(["rivers"])] for _ in range(2)]
            await pipeline.aclose()
            assert [len(look) for look in looks] == [2, 2]

    asyncio.run(story())
    gaps = [later - earlier for earlier, later in pairwise(asked_at)]
    assert [gap for gap in gaps if gap < 0.145] == []


def test_two_rounds_at_once_do_not_ask_one_host_twice(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site:
            paths = [f"/{number}" for number in range(6)]
            for path in paths:
                site.put(path, statement())
            listed = json.dumps([site.url + path for path in paths])
            async with desk(tmp_path, f"pages = {listed}\n{CSS}", delay="20s") as monitor:

                async def poll() -> None:
                    async for _ in monitor.pipeline.poll():
                        pass

                rounds = {asyncio.create_task(poll()) for _ in range(2)}
                done, going = await asyncio.wait(rounds, return_when=asyncio.FIRST_COMPLETED, timeout=10)
                assert (len(done), len(going), len(site.asked) <= 1) == (1, 1, True)
                for task in going:
                    task.cancel()
                await asyncio.gather(*going, return_exceptions=True)

    asyncio.run(story())
