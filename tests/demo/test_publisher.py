"""The fictional department serves and edits its pages as GOV.UK does."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import httpx
import pytest

from monitor.demo import feed
from monitor.demo.publications import Publication
from monitor.demo.publisher import Publisher
from monitor.demo.statements import (
    BRIDGE_INSPECTIONS,
    BUOY_COLOURS,
    EEL_SURVEY,
    FERRY_TIMETABLE,
    HARBOUR_FUND,
    LOCK_KEEPERS,
    MOORING_FEES,
    PILOT_BOATS,
    STATEMENTS,
)
from monitor.models import Attachment, Note, Statement, Withdrawal
from monitor.parsers.govuk import Parser

AT = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)
GOVUK = Parser()

Visit = Callable[[Publisher, httpx.AsyncClient], Awaitable[None]]


def visit(visitor: Visit) -> None:
    """Opens the site, lets `visitor` look around, and closes it."""

    async def run() -> None:
        async with (
            Publisher(STATEMENTS) as publisher,
            httpx.AsyncClient(base_url=publisher.url, trust_env=False) as web,
        ):
            await visitor(publisher, web)

    asyncio.run(run())


def read(answer: httpx.Response) -> Statement:
    return GOVUK.statement(answer.text, str(answer.url))


@pytest.mark.parametrize("publication", [*STATEMENTS, PILOT_BOATS], ids=lambda publication: publication.path)
def test_every_page_is_whole_and_reads_as_what_was_entered(publication: Publication) -> None:
    async def visitor(publisher: Publisher, web: httpx.AsyncClient) -> None:
        publisher.publish(publication)
        answer = await web.get(publication.path)
        statement = read(answer)
        assert len(answer.content) > 40_000
        assert (statement.title, statement.lead) == (publication.title, publication.lead)
        assert (statement.document_type, statement.withdrawn) == (publication.document_type, None)
        assert statement.publishers == ("Department for Rivers and Harbours",)
        assert statement.people == publication.people
        assert statement.keeps_history
        assert statement.body[-1].text in re.sub(r"<[^>]+>", "", publication.body)

    visit(visitor)


def test_history_attachments_and_occasion_stand_where_the_parser_looks_for_them() -> None:
    async def visitor(publisher: Publisher, web: httpx.AsyncClient) -> None:
        ferry, eels, keepers = [
            read(await web.get(publication.path)) for publication in (FERRY_TIMETABLE, EEL_SURVEY, LOCK_KEEPERS)
        ]
        assert ferry.notes == (
            Note("2026-03-09T15:20:00.000Z", "Added how long the crossing takes."),
            Note("2026-03-02T10:00:00.000Z", "First published."),
        )
        assert eels.attachments == tuple(
            replace(attachment, url=publisher.url + attachment.url) for attachment in EEL_SURVEY.attachments
        )
        assert isinstance(eels.attachments[0], Attachment)
        assert (keepers.location, (keepers.delivered_on or "")[:10]) == ("Keepers’ Hall, Upper Sallow", "2026-02-04")

    visit(visitor)


def test_a_page_that_stays_is_not_sent_again_until_the_cache_builds_it_anew() -> None:
    async def visitor(_publisher: Publisher, web: httpx.AsyncClient) -> None:
        first = await web.get(HARBOUR_FUND.path)
        held = {"If-None-Match": first.headers["ETag"]}
        second, third = [await web.get(HARBOUR_FUND.path, headers=held) for _ in range(2)]
        assert [first.status_code, second.status_code, third.status_code] == [200, 304, 200]
        assert second.content == b""
        assert first.content != third.content
        assert replace(read(first), url="") == replace(read(third), url="")

    visit(visitor)


def test_a_template_release_changes_every_page_and_no_statement() -> None:
    async def visitor(publisher: Publisher, web: httpx.AsyncClient) -> None:
        before = [await web.get(publication.path) for publication in STATEMENTS]
        publisher.release()
        after = [await web.get(publication.path) for publication in STATEMENTS]
        assert all(ours.content != theirs.content for ours, theirs in zip(before, after, strict=True))
        assert [read(answer) for answer in before] == [read(answer) for answer in after]

    visit(visitor)


def test_a_major_edit_moves_history_and_feed_and_a_minor_one_neither() -> None:
    async def visitor(publisher: Publisher, web: httpx.AsyncClient) -> None:
        before = read(await web.get(HARBOUR_FUND.path))
        listed_before = await listed(web)
        publisher.edit(HARBOUR_FUND.path, AT, body=HARBOUR_FUND.body.replace("£1.5 million", "£15 million"))
        minor = read(await web.get(HARBOUR_FUND.path))
        assert (minor.notes, minor.updated_at) == (before.notes, before.updated_at)
        assert minor.body != before.body
        assert await listed(web) == listed_before

        publisher.announce(HARBOUR_FUND.path, AT, "Corrected the sum.")
        major = read(await web.get(HARBOUR_FUND.path))
        assert major.notes[0] == Note("2026-04-01T09:30:00.000Z", "Corrected the sum.")
        assert (await listed(web))[0] == publisher.address_of(HARBOUR_FUND)

    visit(visitor)


def test_a_withdrawn_page_stays_and_says_so() -> None:
    async def visitor(publisher: Publisher, web: httpx.AsyncClient) -> None:
        before = read(await web.get(BUOY_COLOURS.path))
        publisher.withdraw(BUOY_COLOURS.path, AT, "See the charts.")
        after = read(await web.get(BUOY_COLOURS.path))
        at = "2026-04-01T09:30:00.000Z"
        assert after == replace(before, withdrawn=Withdrawal(at, "See the charts."), modified_at=at)

    visit(visitor)


def test_a_removed_page_answers_410_and_leaves_the_feed() -> None:
    async def visitor(publisher: Publisher, web: httpx.AsyncClient) -> None:
        publisher.remove(MOORING_FEES.path)
        answer = await web.get(MOORING_FEES.path)
        assert answer.status_code == 410
        assert "no longer available" in answer.text
        assert publisher.address_of(MOORING_FEES) not in await listed(web)
        assert (await web.get("/government/news/never-was")).status_code == 404

    visit(visitor)


def test_a_new_page_comes_first_in_the_feed() -> None:
    async def visitor(publisher: Publisher, web: httpx.AsyncClient) -> None:
        assert len(await listed(web)) == len(STATEMENTS)
        publisher.publish(PILOT_BOATS)
        assert (await listed(web))[0] == publisher.address_of(PILOT_BOATS)

    visit(visitor)


def test_an_outage_ends_by_itself() -> None:
    async def visitor(publisher: Publisher, web: httpx.AsyncClient) -> None:
        publisher.fail(BRIDGE_INSPECTIONS.path, 503, 500)
        recovered = asyncio.create_task(publisher.until_recovered(BRIDGE_INSPECTIONS.path))
        statuses = [(await web.get(BRIDGE_INSPECTIONS.path)).status_code for _ in range(4)]
        await recovered
        assert statuses == [503, 500, 200, 200]

    visit(visitor)


async def listed(web: httpx.AsyncClient) -> list[str]:
    """The addresses in the feed, in its order; our own feed, so that parsing it is safe."""
    atom = "{http://www.w3.org/2005/Atom}"
    root = ElementTree.fromstring((await web.get(feed.TARGET)).text)  # noqa: S314
    return [link.attrib["href"] for link in root.iterfind(f"{atom}entry/{atom}link")]
