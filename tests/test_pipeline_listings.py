"""Whole rounds over listings: a sitemap finds the silent edit, and pages that are not followed are let go."""

import asyncio
from pathlib import Path

from monitor.demo.publisher import Publisher
from monitor.demo.statements import STATEMENTS
from tests.test_pipeline import CSS, Desk, Site, desk, statement

FIRST, LATER = "2026-11-20T09:00:00Z", "2026-11-20T10:10:00Z"


def sitemap(*named: tuple[str, str]) -> str:
    urls = "".join(f"<url><loc>{path}</loc><lastmod>{at}</lastmod></url>" for path, at in named)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def index(*named: tuple[str, str]) -> str:
    return sitemap(*named).replace("urlset", "sitemapindex").replace("url>", "sitemap>")


def put(site: Site, path: str, xml: str) -> None:
    site.put(path, xml, "application/xml", ETag=f'"{hash(xml)}"')


async def round_(monitor: Desk, site: Site, minutes: int = 16) -> tuple[list[str], list[str]]:
    """What was asked for in a round over what is due, and what came of it."""
    monitor.now += monitor.now.resolution * 60_000_000 * minutes
    site.asked.clear()
    found = [recorded.decision async for recorded in monitor.pipeline.round()]
    kinds = [event.change.kind.value for decision in found for event in decision.events if event.change]
    return sorted(site.asked), [*sorted({decision.outcome.value for decision in found}), *kinds]


def test_a_sitemap_tells_where_to_look_and_nothing_else_is_asked_for(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site:
            for path in ("/a", "/b", "/c"):
                site.put(path, statement())
            put(site, "/sitemap.xml", index(("/1.xml", FIRST), ("/2.xml", FIRST)))
            put(site, "/1.xml", sitemap(("/a", FIRST), ("/b", FIRST)))
            put(site, "/2.xml", sitemap(("/c", FIRST)))
            source = f'listing = "{site.url}/sitemap.xml"\nevery = "auto"\n{CSS}'
            async with desk(tmp_path, source) as monitor:
                everything = ["/1.xml", "/2.xml", "/a", "/b", "/c", "/sitemap.xml"]
                assert await round_(monitor, site) == (everything, ["ok"])
                assert await round_(monitor, site) == (["/sitemap.xml"], ["unchanged"])
                site.put("/b", statement("£15 million"))
                put(site, "/1.xml", sitemap(("/a", FIRST), ("/b", LATER)))
                put(site, "/sitemap.xml", index(("/1.xml", LATER), ("/2.xml", FIRST)))
                asked = ["/1.xml", "/b", "/sitemap.xml"]
                assert await round_(monitor, site) == (asked, ["changed", "unchanged", "edited"])
                put(site, "/1.xml", sitemap(("/a", LATER), ("/b", LATER), ("/d", LATER)))
                put(site, "/sitemap.xml", index(("/1.xml", "2026-11-20T10:20:00Z"), ("/2.xml", FIRST)))
                site.put("/d", statement())
                asked = ["/1.xml", "/a", "/b", "/d", "/sitemap.xml"]  # what was just edited is soon looked at again
                assert await round_(monitor, site) == (asked, ["ok", "unchanged", "published"])
                assert monitor.told() == [("published", None, ""), ("edited", "silent", "figure")]

    asyncio.run(story())


def test_a_listing_that_goes_wrong_costs_no_page_its_look(tmp_path: Path) -> None:
    async def story() -> None:
        async with Site() as site, desk(tmp_path, f'listing = "{site.url}/sitemap.xml"\n{CSS}') as monitor:
            put(site, "/sitemap.xml", sitemap(("/a", FIRST)))
            site.put("/a", statement())
            assert await monitor.look() == ["ok", "ok"]
            site.put("/a", statement("£15 million"))
            put(site, "/sitemap.xml", sitemap(("/a", LATER))[:-4])
            assert await monitor.look() == ["changed edited", "error:feed"]
            put(site, "/sitemap.xml", sitemap())
            assert await monitor.look() == ["unchanged", "unchanged"]
            assert monitor.told() == [("edited", "silent", "figure")]

    asyncio.run(story())


def test_pages_of_other_types_are_let_go_until_the_rules_take_them(tmp_path: Path) -> None:
    async def story() -> None:
        async with Publisher(STATEMENTS) as site:
            source = f'listing = "{site.feed_url}"\n[follow]\ndocument_type = '
            async with desk(tmp_path, f'{source}"speech"') as monitor:
                speeches = (await monitor.look()).count("ok") - 1
                assert 0 < speeches < len(STATEMENTS)
                assert await monitor.look() == ["unchanged"] * (1 + len(STATEMENTS))
            async with desk(tmp_path, f'{source}["speech", "press release", "News_Story", "guidance"]') as monitor:
                assert (await monitor.look()).count("ok") > 0
                assert monitor.changes() == []

    asyncio.run(story())
