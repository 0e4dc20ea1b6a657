"""The heartbeat: called while all is well, silent about its address, and nobody's trouble when it fails."""

import asyncio
from pathlib import Path

import pytest

from monitor._pipeline_heartbeat import Heartbeat
from monitor.models import Http
from tests.servers import answer, serving
from tests.test_pipeline import CSS, desk

HTTP = Http(user_agent="watch", allow=("127.0.0.1",))


def test_a_failure_is_said_once_and_so_is_its_end_and_the_address_never() -> None:
    async def story() -> tuple[list[str], list[str]]:
        answers = (answer(), answer(status="500 Down"), answer(status="302 Found", location="/"), answer(), answer())
        async with serving(*answers) as server:
            heartbeat = Heartbeat()
            said = [await heartbeat.beat(f"{server.url}/ping/SECRET", HTTP) for _ in answers]
            return said, server.requests

    said, requests = asyncio.run(story())
    assert said == [
        "",
        "heartbeat to 127.0.0.1 failed: answered 500",
        "",
        "heartbeat to 127.0.0.1 arrives again",
        "",
    ]
    assert {request.split("\r\n")[0] for request in requests} == {"GET /ping/SECRET HTTP/1.1"}


@pytest.mark.parametrize("answers", [(b"",), (b"garbage\r\n",)])
def test_a_service_that_talks_nonsense_harms_nothing(answers: tuple[bytes, ...]) -> None:
    async def story() -> str:
        async with serving(*answers) as server:
            return await Heartbeat().beat(f"{server.url}/SECRET", HTTP)

    said = asyncio.run(story())
    assert said.startswith("heartbeat to 127.0.0.1 failed: error:")
    assert "SECRET" not in said


def test_a_name_that_leads_inside_is_not_called() -> None:
    said = asyncio.run(Heartbeat().beat("http://localhost.:1/SECRET", Http()))
    assert said.startswith("heartbeat to localhost. failed: error:")


def test_it_is_called_after_a_round_and_not_without_one(tmp_path: Path) -> None:
    async def story() -> list[str]:
        async with serving(answer()) as server:
            pages = f'pages = ["{server.url}/page"]\n{CSS}'
            async with desk(tmp_path, pages, f'[ops]\nheartbeat_url = "{server.url}/ping"\n') as monitor:
                await monitor.pipeline.beat()
                assert server.paths == []
                await monitor.look()
                await monitor.pipeline.beat()
                await monitor.pipeline.beat()
                return server.paths

    assert asyncio.run(story()) == ["/page", "/ping"]
