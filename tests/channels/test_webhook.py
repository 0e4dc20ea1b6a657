"""Webhooks against a real HTTP receiver on loopback, well and badly behaved."""

import asyncio
import base64
import json
import socket
import ssl
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import trustme
from standardwebhooks import Webhook

from monitor.channels.webhook import Channel
from monitor.errors import DeliveryError
from monitor.models import Message
from tests.receivers import Hook, Post, answer, hook_server, stream_server
from tests.servers import serving

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


async def _posted(
    *answers: bytes, secret: str = SECRET, tries: int = 1, message: Message = MESSAGE
) -> tuple[list[str], Hook]:
    """What each try came to, and the receiver with what it got."""
    results = []
    async with hook_server(*answers) as hook:
        channel = Channel(hook.url, secret)
        for _ in range(tries):
            try:
                results.append(await channel.send(message))
            except DeliveryError as error:
                results.append(f"{told(error)}: {error}")
    return results, hook


def told(error: DeliveryError) -> str:
    """Whose fault it is, for how long, and what pause it asks for."""
    whose = "channel" if error.of_channel else "message"
    pause = f" {error.retry_after}" if error.retry_after else ""
    return f"{whose}, {'permanent' if error.permanent else error.patience}{pause}"


def test_a_receiver_with_the_secret_can_verify_what_it_gets() -> None:
    results, hook = asyncio.run(_posted(answer("204 No Content")))
    (post,) = hook.posts
    assert Webhook(SECRET).verify(post.body, post.headers) == MESSAGE.data
    assert (results, post.path, post.headers["content-type"]) == (["204"], "/hook", "application/json")


def test_every_try_has_the_same_id_and_the_same_body() -> None:
    results, hook = asyncio.run(_posted(answer("500 Oops"), answer("200 OK"), tries=2))
    assert results == ["message, usual: 500", "200"]
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
        (answer("410 Gone"), "channel, permanent: 410"),
        (answer("404 Not Found", b"no such hook\n"), "message, short: 404: 'no such hook'"),
        (answer("400 Bad"), "message, short: 400"),
        (answer("401 Unauthorized"), "message, short: 401"),
        (answer("403 Forbidden"), "message, short: 403"),
        (answer("413 Too large"), "message, short: 413"),
        (answer("408 Too slow"), "message, usual: 408"),
        (answer("302 Found", headers="Location: https://example.org/\r\n"), "message, usual: 302"),
        (answer("503 Busy", headers="Retry-After: 120\r\n"), "channel, usual 0:02:00: 503"),
        (answer("503 Busy"), "channel, usual: 503"),
        (answer("429 Slow down", headers="Retry-After: 9999999\r\n"), "channel, short 1 day, 0:00:00: 429"),
        (answer("429 Slow down", headers="Retry-After: soon\r\n"), "channel, short: 429"),
        (answer("429 Slow down", headers="Retry-After: -5\r\n"), "channel, short: 429"),
        (answer("429 Slow down", headers="Retry-After: ²\r\n"), "channel, short: 429"),
        (answer("500 Oops", headers="Retry-After: 120\r\n"), "message, usual: 500"),
        (answer("502 Bad gateway"), "message, usual: 502"),
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
    assert [result.split(":")[0] for result in results] == ["message, usual"]


def test_a_redirect_is_not_followed() -> None:
    async def story() -> list[Post]:
        async with hook_server(answer("204 OK")) as other:
            moved = answer("307 Temporary Redirect", headers=f"Location: {other.url}\r\n")
            await _posted(moved)
            return other.posts

    assert asyncio.run(story()) == []


THIN = replace(MESSAGE, thin={"type": "change.edited", "data": {"id": 12}})


@pytest.mark.parametrize(("last", "result"), [("200 OK", "200"), ("413 Still", "message, short: 413")])
def test_a_receiver_that_finds_a_message_too_large_gets_it_thin_under_the_same_id(last: str, result: str) -> None:
    results, hook = asyncio.run(_posted(answer("413 Too large"), answer(last), message=THIN))
    assert results == [result]
    assert [json.loads(post.body) for post in hook.posts] == [MESSAGE.data, THIN.thin]
    assert [Webhook(SECRET).verify(post.body, post.headers) for post in hook.posts] == [MESSAGE.data, THIN.thin]
    assert {post.headers["webhook-id"] for post in hook.posts} == {MESSAGE.id}


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


async def _read_of(said: bytes, *, hang: bool) -> tuple[str, int]:
    """What comes of an answer without an end, and how many bytes of its body were taken off it."""
    taken = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        with suppress(ConnectionError):
            writer.write(said)
            while not hang:
                writer.write(b"x" * 1000)
                await writer.drain()
                taken += 1000
            await reader.read()
            await reader.read()
        writer.close()

    async with stream_server(handle) as port:
        try:
            return await Channel(f"http://127.0.0.1:{port}/").send(MESSAGE), taken
        except DeliveryError as error:
            return f"{told(error)}: {error}", taken


def test_an_answer_without_an_end_is_read_to_64_kilobytes() -> None:
    result, taken = asyncio.run(_read_of(HEAD + b"\r\n", hang=False))
    assert result == "200"
    assert taken < 10_000_000  # what the sockets' buffers hold


@pytest.mark.parametrize(
    ("said", "result"),
    [
        (HEAD + b"Content-Length: 99\r\n\r\nslow", "200"),
        (HEAD, "channel, usual: error:timeout: no answer within 0.3 s"),
        (b"", "channel, usual: error:timeout: no answer within 0.3 s"),
    ],
)
def test_an_answer_is_waited_for_until_the_deadline_and_its_status_counts(
    said: bytes, result: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.channels.webhook.DEADLINE", timedelta(seconds=0.3))
    assert asyncio.run(_read_of(said, hang=True))[0] == result


def test_a_receiver_that_is_not_there_is_tried_again() -> None:
    async def story() -> None:
        async with hook_server(b"") as hook:
            url = hook.url
        await Channel(url).send(MESSAGE)

    with pytest.raises(DeliveryError, match="error:connect") as caught:
        asyncio.run(story())
    assert told(caught.value) == "channel, usual"


# --- TLS and addresses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("certificate", "trusted", "result"),
    [
        ("127.0.0.1", True, "204"),
        ("127.0.0.1", False, "channel, usual: error:tls"),
        ("hooks.example.net", True, "channel, usual: error:tls"),
    ],
)
def test_only_a_receiver_that_proves_itself_gets_a_message(
    certificate: str, trusted: bool, result: str, tmp_path: Path
) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(certificate).configure_cert(context)
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes((authority if trusted else trustme.CA()).cert_pem.bytes())

    async def story() -> tuple[str, list[str]]:
        async with serving(answer("204 OK"), tls=context) as server:
            url = server.url.replace("http:", "https:")
            try:
                return await Channel(url, ca_file=str(ca_file)).send(MESSAGE), server.requests
            except DeliveryError as error:
                return f"{told(error)}: {error}", [request for request in server.requests if "POST" in request]

    said, requests = asyncio.run(story())
    assert (said.startswith(result), len(requests)) == (True, result == "204")


def test_a_receiver_without_tls_gets_no_message_where_the_address_says_https() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer("204 OK"))
        assert b"POST" not in await reader.read(9)
        writer.close()

    async def story() -> None:
        async with stream_server(handle) as port:
            await Channel(f"https://127.0.0.1:{port}/").send(MESSAGE)

    with pytest.raises(DeliveryError, match="error:tls") as caught:
        asyncio.run(story())
    assert told(caught.value) == "channel, usual"


def test_authorities_that_cannot_be_read_are_the_channels_fault() -> None:
    with pytest.raises(DeliveryError, match=r"none\.pem") as caught:
        asyncio.run(Channel("https://127.0.0.1:1/", ca_file="none.pem").send(MESSAGE))
    assert told(caught.value) == "channel, usual"


@pytest.mark.parametrize(("allow", "reached"), [((), False), (("127.0.0.1",), True), (("10.0.0.0/8",), False)])
def test_a_name_leads_to_no_address_inside_unless_allowed(
    monkeypatch: pytest.MonkeyPatch, allow: tuple[str, ...], reached: bool
) -> None:
    def look_up(_host: str, port: int, **_options: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    async def story() -> tuple[str, int]:
        async with hook_server(answer("204 OK")) as hook:
            monkeypatch.setattr(socket, "getaddrinfo", look_up)
            try:
                named = Channel(hook.url.replace("127.0.0.1", "hooks.sluices.example"), allow=allow)
                return await named.send(MESSAGE), len(hook.posts)
            except DeliveryError as error:
                return told(error), len(hook.posts)

    assert asyncio.run(story()) == (("204", 1) if reached else ("channel, usual", 0))


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
