"""Chat: what a service gets is short and inert, and what it answers is told apart."""

import asyncio
import json
import re
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import config, render
from monitor._pipeline_plan import line
from monitor.channels import chat
from monitor.channels._chat_text import APART, MARKS, inert, words
from monitor.config import ChannelSettings
from monitor.errors import ConfigError, DeliveryError
from monitor.models import Filter, Message, Patience
from tests.receivers import answer, hook_server
from tests.test_render import ALERT

HOSTILE = "*b* _i_ `c` <!channel> <@U12345678> <http://x.y|z> & @everyone @here\n# head\n[l](http://e.v) ~s~ ||sp||"
MESSAGE = Message(
    "msg_1",
    "page-1",
    "[edited, silent] Sluices",
    "long text\n",
    "",
    {},
    short=HOSTILE,
    link="https://a.gov/b_c?x=1&y=2",
)
TOKEN = "abcdefghijabcdefghijabcdef"


def served(path: str, *answers: bytes, scheme: str = "json", **asked: Any) -> tuple[str | DeliveryError, list[Any]]:
    """What came of a message to a service on this machine, and the bodies that it got."""

    async def story() -> tuple[str | DeliveryError, list[Any]]:
        async with hook_server(*answers) as hook:
            channel = chat.Channel(f"{scheme}://127.0.0.1:{hook.port}/{path}", **asked)
            try:
                said: str | DeliveryError = await channel.send(MESSAGE)
            except DeliveryError as error:
                said = error
            return said, [json.loads(post.body) for post in hook.posts]

    return asyncio.run(story())


def shown(text: str) -> str:
    return text.replace(APART, "·")


# --- what a service gets ---------------------------------------------------------------------------------------------


def test_a_service_gets_subject_short_form_and_link() -> None:
    said, (body,) = served("in", answer("200 OK"))
    assert said == "JSON took it"
    assert body["title"] == "[edited, silent] Sluices"
    assert shown(body["message"]).splitlines() == [
        "*b* _i_ `c` <·!channel> <·@·U12345678> <·http://x.y|z> & @·everyone @·here",
        "# head",
        "[l](http://e.v) ~s~ ||sp||",
        "https://a.gov/b_c?x=1&y=2",
    ]


def test_a_service_that_reads_plain_text_as_markdown_gets_it_escaped() -> None:
    said, (body,) = served(TOKEN, answer("200 OK", b"ok"), scheme="mmost")
    assert said == "Mattermost took it"
    assert shown(body["text"]).splitlines() == [
        r"\[edited, silent\] Sluices  ",
        r"\*b\* \_i\_ \`c\` \<·\!channel\> \<·@·U12345678\> \<·http\:\/\/x\.y\|z\> \& @·everyone @·here  ",
        r"\# head  ",
        r"\[l\]\(http\:\/\/e\.v\) \~s\~ \|\|sp\|\|",
        "<https://a.gov/b_c?x=1&y=2>",
    ]


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general", "&lt;·!channel&gt; &lt;·@·U12345678&gt;"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "&lt;·!channel&gt; &lt;·@·U12345678&gt;"),
        (f"discord://1234567890/{TOKEN}", r"\<·\!channel\> \<·@·U12345678\>"),
        ("workflows://host/workflow/signature/", r"\<·\!channel\> \<·@·U12345678\>"),
        ("gchat://workspace/key/token", "&lt;·!channel&gt; &lt;·@·U12345678&gt;"),
        (f"zulip://bot@org/{TOKEN}abcdef/stream", r"\<·\!channel\> \<·@·U12345678\>"),
        ("rocket://webhook/token@host/#room", r"\<·\!channel\> \<·@·U12345678\>"),
        ("matrixs://user:password@host/#room", "<·!channel> <·@·U12345678>"),
    ],
)
def test_no_service_is_handed_a_call_or_a_mark_of_its_own(url: str, body: str) -> None:
    """What apprise hands to the part of it that speaks to the service; that needs no service."""
    service = chat._service(url)
    as_format, markdown = chat._format(service)
    told = words(MESSAGE, service.title_maxlen, service.body_maxlen, markdown=markdown)
    (call,) = service._build_send_calls(body=told.body, title=told.title, body_format=as_format)
    assert body in shown(call["body"])
    assert not re.search(r"<[!@]|@(everyone|here|channel)", call["body"] + call["title"])
    assert len(call["title"]) + len(call["body"]) <= service.body_maxlen


@given(st.text(), st.integers(0, 300), st.integers(20, 300), st.booleans())
def test_whatever_stands_on_a_page_stays_inert_and_fits(text: str, title: int, body: int, markdown: bool) -> None:
    assert not re.search(r"[@<](?!\u2060)", inert(text, markdown=markdown))
    marks = MARKS.sub("", re.sub(rf"\\{MARKS.pattern}", "", inert(text, markdown=True)))
    assert len(marks) == len(re.sub(rf"\\{MARKS.pattern}", "", inert(text, markdown=True)))
    told = words(Message("m", "t", text, text, "", short=text), title, body, markdown=markdown)
    assert (len(told.title) <= title, len(told.body) <= body) == (True, True)


def test_a_change_and_its_redline_fit_a_text_message() -> None:
    told = words(render.message(ALERT), 0, 160, markdown=False)
    assert (told.title, len(told.body) <= 160, told.body.startswith("[")) == ("", True, True)


# --- what it answers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "permanent", "of_channel", "patience"),
    [
        ("500 Down", False, False, Patience.USUAL),
        ("429 Slow down", False, True, Patience.SHORT),
        ("503 Busy", False, True, Patience.USUAL),
        ("401 Who?", False, True, Patience.SHORT),
        ("403 No", False, True, Patience.SHORT),
        ("404 Not found", False, False, Patience.SHORT),
        ("408 Slow", False, False, Patience.USUAL),
        ("410 Gone", True, True, Patience.SHORT),
    ],
)
def test_failures_are_told_apart_by_the_status_that_apprise_passes_on(
    status: str, permanent: bool, of_channel: bool, patience: Patience
) -> None:
    error, bodies = served("in", answer(status))
    assert isinstance(error, DeliveryError)
    assert (error.permanent, error.of_channel, error.patience) == (permanent, of_channel, patience)
    assert f"error={status[:3]}" in str(error)
    assert len(bodies) == 1


def test_a_redirect_is_a_failure_even_where_the_address_asks_to_follow() -> None:
    async def story() -> None:
        async with hook_server(answer("200 OK")) as elsewhere:
            moved = answer("302 Found", headers=f"Location: {elsewhere.url}\r\n")
            async with hook_server(moved) as hook:
                with pytest.raises(DeliveryError, match="error=302"):
                    await chat.Channel(f"json://127.0.0.1:{hook.port}/?redirect=yes").send(MESSAGE)
            assert elsewhere.posts == []

    asyncio.run(story())


def test_a_service_that_says_no_in_a_200_has_not_taken_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's own address is fixed in apprise; so it is told another one, on this machine."""

    async def story() -> None:
        no = answer("200 OK", b'{"ok": false, "error": "channel_not_found"}', "Content-Type: application/json\r\n")
        async with hook_server(no) as hook:
            channel = chat.Channel("slack://xoxb-1234-1234-abcdefghijklmnop/#general")
            monkeypatch.setattr(type(channel._service), "api_url", hook.url + "/{}")
            with pytest.raises(DeliveryError) as caught:
                await channel.send(MESSAGE)
            assert (caught.value.permanent, len(hook.posts)) == (False, 1)

    asyncio.run(story())


def test_a_service_that_is_not_there_or_silent_is_the_channels_trouble() -> None:
    async def story() -> list[DeliveryError]:
        async with hook_server(answer("200 OK")) as hook:
            pass
        hanging = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        port = hanging.sockets[0].getsockname()[1]
        errors = []
        for path in (f"127.0.0.1:{hook.port}/", f"127.0.0.1:{port}/?rto=0.1"):
            with pytest.raises(DeliveryError) as caught:
                await chat.Channel(f"json://{path}").send(MESSAGE)
            errors.append(caught.value)
        hanging.close()
        return errors

    assert [(error.of_channel, error.permanent) for error in asyncio.run(story())] == [(True, False)] * 2


def test_a_service_that_never_ends_its_answer_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")

    async def story() -> None:
        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        monkeypatch.setattr(chat, "DEADLINE", timedelta(milliseconds=200))
        with pytest.raises(DeliveryError, match="no answer within") as caught:
            await chat.Channel(f"json://127.0.0.1:{server.sockets[0].getsockname()[1]}/").send(MESSAGE)
        assert caught.value.of_channel
        assert all(thread.daemon for thread in threading.enumerate() if thread.name == "chat")
        server.close()

    asyncio.run(story())


# --- the address -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("allow", "reached"), [((), False), (("127.0.0.1",), True)])
def test_a_host_in_the_address_is_held_against_the_guard(
    monkeypatch: pytest.MonkeyPatch, allow: tuple[str, ...], reached: bool
) -> None:
    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.1",)

    monkeypatch.setattr("monitor._net_backend.resolve", resolve)
    with pytest.raises(DeliveryError) as caught:
        asyncio.run(chat.Channel("json://chat.sluices.example:1/", allow=allow).send(MESSAGE))
    assert ("error:address_blocked" in str(caught.value)) is not reached


def test_another_address_is_another_channel_and_begins_anew() -> None:
    urls = (f"mmost://127.0.0.1/{TOKEN}", f"mmost://127.0.0.1/{TOKEN[::-1]}")
    made = [line(ChannelSettings("team", "chat", {"url": url}, Filter())) for url in urls]
    assert made[0].settings_hash != made[1].settings_hash


def test_an_address_is_a_secret_whole() -> None:
    assert TOKEN not in repr(chat.Channel(f"mmost://127.0.0.1/{TOKEN}"))


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("bogus://SECRET", 'expected an address as apprise has them, such as "slack://TOKEN_A/TOKEN_B/TOKEN_C"'),
        ("json://SECRET?verify=no", "certificates are always verified; leave out verify=no"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_fault_without_it(tmp_path: Path, url: str, fault: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/monitor.toml").write_text(f'[channels.chat]\ntype = "chat"\nurl = "{url}"\n')
    with pytest.raises(ConfigError) as caught:
        config.load(tmp_path / "config", {})
    assert caught.value.faults == (f"{tmp_path}/config/monitor.toml:3: channels.chat.url: {fault}",)


def test_without_apprise_one_fault_tells_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    (tmp_path / "config").mkdir()
    (tmp_path / "config/monitor.toml").write_text(f'[channels.chat]\ntype = "chat"\nurl = "json://{quote("h")}"\n')
    with pytest.raises(ConfigError) as caught:
        config.load(tmp_path / "config", {})
    assert caught.value.faults == (f"{tmp_path}/config/monitor.toml:1: channels.chat: {chat.MISSING}",)
