"""What holds for every file in `channels/`, those not yet written too."""

import asyncio
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import timedelta
from inspect import iscoroutinefunction
from typing import Any

import pytest

from monitor import plugins
from monitor.errors import DeliveryError
from monitor.models import Message
from tests.receivers import stream_server

NAMES = plugins.names("channels")

SETTINGS: dict[str, Callable[[int], dict[str, Any]]] = {
    "chat": lambda port: {"url": f"json://127.0.0.1:{port}/"},
    "email": lambda port: {"to": ["a@example.org"], "from": "b@example.org", "host": "127.0.0.1", "port": port},
    "webhook": lambda port: {"url": f"http://127.0.0.1:{port}/"},
}
"""Settings by key that reach a port of this machine: the one thing a new channel adds here."""

MESSAGE = Message("msg_1", "page-1", "[edited, silent] Sluices", "text\n", "<p>text</p>\n", {"data": {"id": 1}})


def made(name: str, port: int) -> Any:
    settings = SETTINGS[name](port)
    tuples = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
    return plugins.make("channels", name, tuples)


async def _error_at(name: str, greeting: bytes) -> DeliveryError:
    """How a send ends at a far end that says `greeting` and hangs up."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()

    async with stream_server(handle) as port:
        with pytest.raises(DeliveryError) as caught:
            await made(name, port).send(MESSAGE)
    return caught.value


@pytest.mark.parametrize("name", NAMES)
def test_a_channel_is_a_frozen_value_with_one_way_to_send(name: str) -> None:
    channel = plugins.load("channels", name)
    assert iscoroutinefunction(channel.send)
    assert is_dataclass(channel)
    assert channel.__dataclass_params__.frozen  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
def test_secrets_are_marked_and_never_shown(name: str) -> None:
    marked = [field for field in fields(plugins.load("channels", name)) if field.metadata.get("secret")]
    assert [field.repr for field in marked] == [False] * len(marked)
    named = {
        field.name for field in fields(plugins.load("channels", name)) if field.name in ("password", "secret", "token")
    }
    assert named <= {field.name for field in marked}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_channel_cannot_do_without_has_no_default(name: str) -> None:
    required = {key for key, field in plugins.keys(plugins.load("channels", name)).items() if field.default is MISSING}
    assert required <= SETTINGS[name](1).keys()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("greeting", [b"", b"garbage\r\n", b"\x00" * 512])
def test_a_far_end_that_talks_nonsense_is_an_error_worth_another_try(name: str, greeting: bytes) -> None:
    error = asyncio.run(_error_at(name, greeting))
    assert (error.permanent, error.retry_after, "\n" in str(error), len(str(error)) < 500) == (False, None, False, True)


@pytest.mark.parametrize("name", NAMES)
def test_a_far_end_that_is_not_there_is_an_error_worth_another_try(name: str) -> None:
    async def story() -> None:
        async with stream_server(lambda reader, writer: writer.close()) as port:
            pass
        await made(name, port).send(MESSAGE)

    with pytest.raises(DeliveryError) as caught:
        asyncio.run(story())
    assert not caught.value.permanent


@pytest.mark.parametrize("name", NAMES)
def test_a_pause_is_a_length_of_time_or_nothing(name: str) -> None:
    error = asyncio.run(_error_at(name, b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"))
    assert error.retry_after in (None, timedelta(seconds=7))
