"""Webhooks against a real HTTP receiver on loopback, well and badly behaved."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from standardwebhooks import Webhook

from monitor.channels.webhook import Channel
from monitor.errors import DeliveryError
from monitor.models import Message
from tests.receivers import Hook, answer, hook_server

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()

MESSAGE = Message(
    id="msg_00000000000000000000000000000001",
    thread="page-0123456789",
    subject="[edited, silent] Statement on sluices",
    text="",
    html="",
    data={
        "type": "change.edited",
        "timestamp": "2026-11-24T09:27:01.000Z",
        "data": {"id": 12, "title": "Datganiad – ŵ"},
    },
)


async def _posted(*answers: bytes, secret: str = SECRET, tries: int = 1) -> tuple[list[str], Hook]:
    """What each try came to, and the receiver with what it got."""
    results = []
    async with hook_server(*answers) as hook:
        channel = Channel(hook.url, secret)
        for _ in range(tries):
            try:
                results.append(await channel.send(MESSAGE))
            except DeliveryError as error:
                results.append(f"{'permanent' if error.permanent else 'later'}, {error.retry_after}: {error}")
    return results, hook


def test_a_receiver_with_the_secret_can_verify_what_it_gets() -> None:
    results, hook = asyncio.run(_posted(answer("204 No Content")))
    (post,) = hook.posts
    assert Webhook(SECRET).verify(post.body, post.headers) == MESSAGE.data
    assert (results, post.path, post.headers["content-type"]) == (["204"], "/hook", "application/json")


def test_every_try_has_the_same_id_and_the_same_body() -> None:
    results, hook = asyncio.run(_posted(answer("500 Oops"), answer("200 OK"), tries=2))
    assert results == ["later, None: 500", "200"]
    assert {(post.headers["webhook-id"], post.body) for post in hook.posts} == {(MESSAGE.id, hook.posts[0].body)}
    assert json.loads(hook.posts[0].body) == MESSAGE.data


def test_without_a_secret_nothing_is_signed() -> None:
    _, hook = asyncio.run(_posted(answer("200 OK"), secret=""))
    assert "webhook-signature" not in hook.posts[0].headers


@pytest.mark.parametrize("secret", [SECRET.removeprefix("whsec_"), SECRET.rstrip("=")])
def test_a_secret_is_read_as_standard_webhooks_libraries_read_it(secret: str) -> None:
    _, hook = asyncio.run(_posted(answer("200 OK"), secret=secret))
    assert Webhook(SECRET).verify(hook.posts[0].body, hook.posts[0].headers) == MESSAGE.data


def test_a_secret_that_is_no_base64_counts_as_its_own_bytes() -> None:
    _, hook = asyncio.run(_posted(answer("200 OK"), secret="correct horse"))
    assert Webhook(b"correct horse").verify(hook.posts[0].body, hook.posts[0].headers) == MESSAGE.data


@pytest.mark.parametrize(
    ("said", "result"),
    [
        (answer("410 Gone"), "permanent, None: 410"),
        (answer("404 Not Found", b"no such hook\n"), "later, None: 404: 'no such hook'"),
        (answer("401 Unauthorized"), "later, None: 401"),
        (answer("302 Found", headers="Location: https://example.org/\r\n"), "later, None: 302"),
        (answer("503 Busy", headers="Retry-After: 120\r\n"), "later, 0:02:00: 503"),
        (answer("429 Slow down", headers="Retry-After: 9999999\r\n"), "later, 1 day, 0:00:00: 429"),
        (answer("429 Slow down", headers="Retry-After: soon\r\n"), "later, None: 429"),
        (answer("429 Slow down", headers="Retry-After: -5\r\n"), "later, None: 429"),
        (answer("429 Slow down", headers="Retry-After: ²\r\n"), "later, None: 429"),
        (answer("500 Oops", headers="Retry-After: 120\r\n"), "later, None: 500"),
    ],
)
def test_what_a_receiver_says_decides_whether_and_when_to_try_again(said: bytes, result: str) -> None:
    results, _ = asyncio.run(_posted(said))
    assert results == [result]


def test_a_pause_until_a_date_is_kept() -> None:
    until = datetime.now(UTC) + timedelta(minutes=10)
    said = answer("503 Busy", headers=f"Retry-After: {format_datetime(until, usegmt=True)}\r\n")

    async def story() -> timedelta | None:
        async with hook_server(said) as hook:
            with pytest.raises(DeliveryError) as caught:
                await Channel(hook.url).send(MESSAGE)
            return caught.value.retry_after

    pause = asyncio.run(story())
    assert pause is not None
    assert timedelta(minutes=8) < pause <= timedelta(minutes=10)


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"])
def test_a_broken_answer_is_no_yes(said: bytes) -> None:
    results, _ = asyncio.run(_posted(said))
    assert [result.split(":")[0] for result in results] == ["later, None"]


def test_a_receiver_that_is_not_there_is_tried_again() -> None:
    async def story() -> None:
        async with hook_server(b"") as hook:
            url = hook.url
        await Channel(url).send(MESSAGE)

    with pytest.raises(DeliveryError, match="error:connect") as caught:
        asyncio.run(story())
    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("url", "secret", "key"),
    [
        ("", "", "url"),
        ("hooks.example.org", "", "url"),
        ("ftp://hooks.example.org/", "", "url"),
        ("https://", "", "url"),
        ("https://hooks.example.org:99999/", "", "url"),
        ("https://hooks.example.org/a b", "", "url"),
        ("https://hooks.example.org/\r\nx: y", "", "url"),
        ("https://[hooks/", "", "url"),
        ("https://hooks.example.org/", "whsec_not base64!", "secret"),
        ("https://hooks.example.org/", "whsec_", "secret"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_key(url: str, secret: str, key: str) -> None:
    with pytest.raises(ValueError, match=f"^{key}: "):
        Channel(url, secret)


def test_a_secret_is_not_shown() -> None:
    assert SECRET not in repr(Channel("https://hooks.example.org/", SECRET))
