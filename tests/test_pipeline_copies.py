"""Whole rounds over pages that say when they were last touched: older copies, republishing, hints that came early."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.hostile.texts import STATEMENT, govuk
from tests.test_pipeline import START, Desk, Site, desk
from tests.test_pipeline_listings import put, round_, sitemap

PATH = STATEMENT.path
ATTACHMENT = f"{PATH}/annex"


def at(minutes: int) -> str:
    """A time so many minutes after the story begins."""
    return (START + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")


def page(minutes: int, rise: str = "4 per cent") -> str:
    """The page as touched at that time."""
    return govuk(replace(STATEMENT, edited_at=at(minutes), body=STATEMENT.body.replace("4 per cent", rise)))


async def look(monitor: Desk, site: Site, text: str, minutes: int = 15) -> str:
    """What comes of a look at this copy."""
    site.put(PATH, text)
    (found,) = await monitor.look(minutes=minutes)
    return found


def test_older_copies_of_an_edited_page_are_no_news(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site, desk(tmp_path, f'pages = ["{site.url}{PATH}"]') as monitor:
            before, unseen, after = page(-60), page(16, "9 per cent"), page(20, "14 per cent")
            copies = (before, after, before, after, unseen, before, before, after)
            assert [await look(monitor, site, copy) for copy in copies] == [
                *("ok", "changed edited", "flapping", "unchanged", "suspect", "flapping", "flapping", "unchanged"),
            ]
            assert await look(monitor, site, page(170)) == "changed edited"  # undone, and touched for it
            assert await look(monitor, site, after) == "flapping"
            assert [signals for *_, signals in monitor.told()] == ["figure, reverted", "figure"]

    asyncio.run(story())


def test_an_older_copy_that_three_looks_in_a_row_meet_is_believed(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site, desk(tmp_path, f'pages = ["{site.url}{PATH}"]') as monitor:
            before, after = page(-60), page(20, "14 per cent")
            copies = (before, after, before, before, before, before)
            assert [await look(monitor, site, copy) for copy in copies] == [
                *("ok", "changed edited", "flapping", "flapping", "changed edited", "unchanged")
            ]
            assert [signals for *_, signals in monitor.told()] == ["figure, reverted", "figure"]

    asyncio.run(story())


def test_a_time_that_had_not_yet_come_makes_no_copy_an_older_one(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site, desk(tmp_path, f'pages = ["{site.url}{PATH}"]') as monitor:
            assert await look(monitor, site, page(10_000)) == "ok"
            assert await look(monitor, site, page(20, "14 per cent")) == "changed edited"

    asyncio.run(story())


def test_a_republished_page_is_unchanged_and_teaches_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site, desk(tmp_path, f'pages = ["{site.url}{PATH}"]\nevery = "auto"') as monitor:
            assert await look(monitor, site, page(-60)) == "ok"
            assert await look(monitor, site, page(-60)) == "unchanged"
            (known,) = monitor.store.claim_pages(monitor.now, 1, timedelta(0), [f"{site.url}{PATH}"], (), None, False)
            assert await look(monitor, site, page(40)) == "unchanged"
            (after,) = monitor.store.claim_pages(monitor.now, 1, timedelta(0), [f"{site.url}{PATH}"], (), None, False)
            assert (after.edits, after.edited_at) == (known.edits, known.edited_at)
            assert monitor.told() == []

    asyncio.run(story())


def test_a_copy_from_before_the_update_that_its_listing_tells_of_is_looked_at_once_more_soon(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site:
            source = f'listing = "{site.url}/sitemap.xml"\nevery = "auto"'
            site.put(PATH, page(-60), ETag='"1"')
            put(site, "/sitemap.xml", sitemap((PATH, at(-60))))
            async with desk(tmp_path, source) as monitor:
                assert await round_(monitor, site) == ([PATH, "/sitemap.xml"], ["ok"])
                put(site, "/sitemap.xml", sitemap((PATH, at(30))))
                assert await round_(monitor, site) == ([PATH, "/sitemap.xml"], ["unchanged"])
                assert await round_(monitor, site, minutes=11) == ([PATH], ["unchanged"])
                assert await round_(monitor, site, minutes=11) == (["/sitemap.xml"], ["unchanged"])
                put(site, "/sitemap.xml", sitemap((PATH, at(60))))
                site.put(PATH, page(60, "14 per cent"), ETag='"2"')
                assert await round_(monitor, site) == ([PATH, "/sitemap.xml"], ["changed", "unchanged", "edited"])

    asyncio.run(story())


def test_what_stands_beneath_a_page_that_was_touched_is_looked_at_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site:
            annex = replace(STATEMENT, path=ATTACHMENT, title="Annex", notes=())
            site.put(PATH, page(-60))
            site.put(ATTACHMENT, govuk(annex))
            source = f'pages = ["{site.url}{PATH}", "{site.url}{ATTACHMENT}"]\nevery = "12h"'
            async with desk(tmp_path, source) as monitor:
                assert await round_(monitor, site) == ([PATH, ATTACHMENT], ["ok"])
                site.put(PATH, page(60))
                site.put(ATTACHMENT, govuk(replace(annex, body=annex.body.replace("12 metres", "21 metres"))))
                assert await monitor.look(f"{site.url}{PATH}", minutes=60) == ["unchanged"]
                assert await round_(monitor, site, minutes=1) == ([ATTACHMENT], ["changed", "edited"])
                assert await monitor.look(f"{site.url}{PATH}") == ["unchanged"]
                assert await round_(monitor, site, minutes=1) == ([], [])

    asyncio.run(story())
