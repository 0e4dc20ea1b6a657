"""Watched quotes through the whole pipeline: a real site, mails and webhooks that arrive, the clock alone is ours."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from monitor import config, health, render
from monitor.demo.server import Answer
from monitor.models import Alert
from monitor.stores._reading import Reader
from tests.receivers import Hook, Mailbox, answer, hook_server, smtp_server
from tests.test_pipeline import CSS, Desk, Site, desk, email, statement, webhook
from tests.test_pipeline_routes import explained

QUOTE = "Ports may apply for up to £1.5 million this year."
WATCH = f'\n[[quotes]]\ntext = "{QUOTE}"\n'
LOUD = 'only = { disclosure = "announced", kind = ["moved"], words = "no such word", added = "/nor this/" }\n'


@asynccontextmanager
async def watching(
    folder: Path, pages: int = 1, more: str = WATCH, calm: int = 0
) -> AsyncIterator[tuple[Site, Desk, Hook]]:
    """A desk whose one channel would take none of what the stories tell, but for the quotes."""
    async with hook_server(answer("204 OK")) as hook, Site() as site:
        site.put("/0", statement())
        source = f'pages = ["{site.url}/0"]\nchannels = ["hook"]\n{WATCH}{CSS}'
        async with desk(folder, source, webhook(hook) + LOUD) as monitor:
            await monitor.look()
            yield site, monitor, hook


def _short(monitor: Desk) -> str:
    """The change as chat has it."""
    with closing(Reader.open(monitor.path)) as reader:
        change = reader.change(1)
    assert change is not None
    return render.message(Alert("msg_1", change, "desk", 0, monitor.now)).short


def data(hook: Hook) -> list[dict[str, Any]]:
    return [json.loads(post.body)["data"] for post in hook.posts]


def test_a_quote_that_is_altered_is_told_whatever_the_channel_takes(tmp_path: Path) -> None:
    async def story() -> None:
        async with watching(tmp_path) as (site, monitor, hook):
            site.put("/0", statement("£15 million"))
            assert await monitor.look() == ["changed edited"]
            assert await monitor.deliver() == ["sent"]
            (row,) = data(hook)
            assert (row["quotes"], row["summary"]) == (f"altered: {QUOTE}", "watched quote altered: “£1.5” → “£15”")
            detail = {"text": QUOTE, "state": "altered", "redline": QUOTE.replace("£1.5", "[-£1.5-]{+£15+}")}
            assert row["quotes_detail"] == [detail]
            assert monitor.changes()[0]["quotes"] == f"altered: {QUOTE}"
            why = (await explained(monitor, 1))["hook"]["why"]
            assert why == "a watched quote: told to all channels of its source"
            site.put("/0", statement("£16 million"))
            assert await monitor.look() == ["changed edited"]
            assert await monitor.deliver() == []  # what the channel takes holds for all else
            site.put("/0", statement())
            await monitor.look()
            assert await monitor.deliver() == ["sent"]
            assert data(hook)[-1]["summary"] == f"watched quote back: “{QUOTE}”"

    asyncio.run(story())


def test_a_quote_that_is_set_otherwise_or_moved_within_its_page_is_no_alarm(tmp_path: Path) -> None:
    async def story() -> None:
        async with watching(tmp_path) as (site, monitor, _):
            moved = statement().replace(
                f"<p>{QUOTE}</p>", "<p>Now this.</p><p>Ports may</p><p>apply for\u00a0up to</p>"
            )
            moved = moved.replace("</article>", "<p>£1.5 million this year.</p></article>")
            for page in (statement().replace(f"<p>{QUOTE}", f"<p>First. “{QUOTE}”"), moved):
                site.put("/0", page)
                assert await monitor.look() == ["changed edited"]
                assert await monitor.deliver() == []

    asyncio.run(story())


def test_a_quote_goes_with_its_page_and_comes_back_with_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with watching(tmp_path) as (site, monitor, hook):
            page = site.pages.pop("/0")
            assert [await monitor.look() for _ in range(3)] == [["gone"], ["gone"], ["gone removed"]]
            assert await monitor.deliver() == ["sent"]
            site.pages["/0"] = page
            assert await monitor.look() == ["unchanged restored"]
            assert await monitor.deliver() == ["sent"]
            assert [row["summary"] for row in data(hook)] == [
                f"removed: watched quote gone: “{QUOTE}”",
                f"restored: watched quote back: “{QUOTE}”",
            ]

    asyncio.run(story())


def test_a_quote_goes_with_a_page_that_leads_to_another_for_good(tmp_path: Path) -> None:
    async def story() -> None:
        async with watching(tmp_path) as (site, monitor, hook):
            site.pages["/0"] = Answer(301, headers={"Location": f"{site.url}/department"})
            site.put("/department", "<html lang=en><title>A department</title><h2>About us</h2></html>")
            looks = [await monitor.look() for _ in range(3)]
            assert looks == [["error:parse"], ["error:parse"], ["error:parse moved"]]
            assert await monitor.deliver() == ["sent"]
            assert [row["summary"] for row in data(hook)] == [f"moved: watched quote gone: “{QUOTE}”"]

    asyncio.run(story())


def test_a_quote_may_be_meant_for_one_page(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(answer("204 OK")) as hook, Site() as site:
            site.put("/0", statement())
            site.put("/1", statement())
            source = f'pages = ["{site.url}/0", "{site.url}/1"]\nchannels = ["hook"]\n'
            watch = WATCH + f'page = "{site.url}/1/"\n'
            async with desk(tmp_path, source + watch + CSS, webhook(hook) + LOUD) as monitor:
                await monitor.look()
                for page in ("/0", "/1"):
                    site.put(page, statement("£15 million"))
                await monitor.look()
                assert await monitor.deliver() == ["sent"]
                assert [row["url"] for row in data(hook)] == [f"{site.url}/1"]

    asyncio.run(story())


def test_no_gathering_buries_a_quote(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(answer("204 OK")) as hook, Site() as site:
            listed = [f"{site.url}/{page}" for page in range(14)]
            source = f'pages = {json.dumps(listed)}\nchannels = ["hook"]\n{WATCH}page = "{listed[7]}"\n{CSS}'
            async with desk(tmp_path, source, webhook(hook)) as monitor:
                for page in range(14):
                    site.put(f"/{page}", statement())
                await monitor.look()
                for page in range(14):  # a mass change: each page its own
                    site.put(f"/{page}", statement(f"£{page + 20} million"))
                await monitor.look()
                assert sorted(await monitor.deliver()) == ["sent", "sent"]
                for page in range(14):  # a sitewide one: all pages alike, one of them brings the quote back
                    site.put(f"/{page}", statement())
                await monitor.look()
                assert sorted(await monitor.deliver()) == ["sent", "sent"]
                told = [(row["url"], len(row.get("pages", []))) for row in data(hook) if row.get("quotes")]
                assert told == [(listed[7], 0), (listed[7], 0)]
                assert sorted(len(row.get("pages", [])) for row in data(hook)) == [0, 0, 13, 13]

    asyncio.run(story())


def test_a_quote_waits_for_no_digest(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(answer("204 OK")) as hook, Site() as site:
            site.put("/0", statement())
            site.put("/1", statement())
            pages = f'pages = ["{site.url}/0", "{site.url}/1"]\nchannels = ["hook"]\n'
            source = f'{pages}{WATCH}page = "{site.url}/1"\n{CSS}'
            async with desk(tmp_path, source, webhook(hook) + 'digest = "6h"\n') as monitor:
                await monitor.look()
                for page in ("/0", "/1"):
                    site.put(page, statement("£15 million"))
                await monitor.look()
                assert await monitor.deliver() == ["sent"]
                assert [row["url"] for row in data(hook)] == [f"{site.url}/1"]
                assert await monitor.deliver(minutes=6 * 60) == ["sent"]

    asyncio.run(story())


def test_the_mail_says_first_what_became_of_the_quote(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox()
        async with smtp_server(mailbox), Site() as site:
            site.put("/0", statement())
            source = f'pages = ["{site.url}/0"]\nchannels = ["desk"]\n{WATCH}{CSS}'
            async with desk(tmp_path, source, email(mailbox)) as monitor:
                await monitor.look()
                site.put("/0", statement("£15 million"))
                await monitor.look()
                assert await monitor.deliver() == ["sent"]
                assert _short(monitor).splitlines() == [
                    "A watched quote was altered.",
                    "Ports may apply for up to [-£1.5-]{+£15+} million this year.",
                    "The publisher edited this statement and did not say so.",
                ]
        (mail,) = mailbox.mails
        assert mail["Subject"] == "[quote altered, edited, silent] Harbours fund"
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
        assert (
            parts["text/plain"]
            .replace("\r", "")
            .startswith(
                "A watched quote was altered.\n"
                "  Ports may apply for up to [-£1.5-]{+£15+} million this year.\n"
                "That was between 10:15 and 10:30 UTC on 20 November 2026; the last version that\n"
                "has it is version 1.\n"
                "\nThe publisher edited this statement and did not say so.\n"
            )
        )
        html = parts["text/html"]
        assert html.index("A watched quote was altered.") < html.index("The publisher edited this statement")

    asyncio.run(story())


def test_a_statement_inside_a_feed_is_watched_too(tmp_path: Path) -> None:
    def feed(text: str) -> str:
        return (
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>urn:f</id><entry><title>Harbours</title>'
            '<id>https://example.org/a</id><link href="https://example.org/a"/><updated>2026-11-02T10:00:00Z</updated>'
            f'<content type="html">&lt;p&gt;{text}&lt;/p&gt;</content></entry></feed>'
        )

    async def story() -> None:
        async with hook_server(answer("204 OK")) as hook, Site() as site:
            site.put("/feed", feed(f"{QUOTE} Write to us."), "application/atom+xml")
            source = f'listing = "{site.url}/feed"\nchannels = ["hook"]\n{WATCH}[parser]\ntype = "feed"\n'
            async with desk(tmp_path, source, webhook(hook) + LOUD) as monitor:
                await monitor.look()
                site.put("/feed", feed(f"{QUOTE.replace('may', 'must')} Write to us."), "application/atom+xml")
                await monitor.look()
                assert await monitor.deliver() == ["sent"]
                assert [row["summary"] for row in data(hook)] == ["watched quote altered: “may” → “must”"]

    asyncio.run(story())


def test_a_quote_that_no_page_holds_is_missed(tmp_path: Path) -> None:
    async def story() -> None:
        async with hook_server(answer("204 OK")) as hook, Site() as site:
            site.put("/0", statement().replace("apply for", "ap\u00adply for"))
            site.put("/1", statement())
            pages = f'pages = ["{site.url}/0", "{site.url}/1", "{site.url}/2"]\nchannels = ["hook"]\n'
            misspelt = '[[quotes]]\ntext = "Ports may aply for up"\n'
            only_here = f'[[quotes]]\ntext = "apply for up to £1.5 million"\npage = "{site.url}/0"\n'
            unseen = f'[[quotes]]\ntext = "up to £1.5 million this year"\npage = "{site.url}/2"\n'
            async with desk(tmp_path, pages + WATCH + misspelt + only_here + unseen + CSS, webhook(hook)) as monitor:
                found = config.load(tmp_path / "config", {})

                def missed() -> tuple[list[tuple[str, int | None]], list[str]]:
                    with closing(Reader.open(monitor.path)) as reader:
                        row = health.standing(reader, found, monitor.now)
                        needs = [words for words in health.needs_a_person(row) if "watched quote" in words]
                        return [(quote["quote"], quote["version"]) for quote in row["quotes"]], needs

                assert missed() == ([], [])
                await monitor.look()
                never = ("Ports may aply for up", None)
                needs = "the watched quote “Ports may aply for up” is not on any page of rivers, and never was: "
                needs += "see how it is spelt there"
                assert missed() == ([never], [needs])
                site.put("/0", statement())
                await monitor.look()
                site.put("/0", statement("£15 million"))
                await monitor.look()
                assert missed() == ([never, ("apply for up to £1.5 million", 2)], [needs])

    asyncio.run(story())
