"""Mail against a real SMTP server on loopback, well and badly behaved."""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor.channels.email import Channel
from monitor.errors import DeliveryError
from monitor.models import Message, Patience, Receipt
from tests.receivers import LOOPBACK, Mailbox, smtp_server, stream_server

MESSAGE = Message(
    id="msg_00000000000000000000000000000001",
    thread="page-0123456789",
    subject="[edited, silent] Statement on sluices – datganiad am lifddorau",
    text="The publisher edited this statement.\n\n  [-£1.5 million-]{+£15 million+}\n",
    html="<p>The publisher edited this statement: <ins>£15 million</ins></p>\n",
    data={"type": "change.edited", "data": {"id": 12}},
    created_at=datetime(2026, 11, 24, 9, 27, 2, tzinfo=UTC),
)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(LOOPBACK, "localhost").configure_cert(context)
    return context


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    path.write_bytes(authority.cert_pem.bytes())
    return str(path)


def channel(port: int, to: Sequence[str] = ("desk@example.org",), **settings: Any) -> Channel:
    return Channel(to=tuple(to), sender="Monitor <monitor@example.org>", host=LOOPBACK, port=port, **settings)


async def sent(mailbox: Mailbox, to: Sequence[str] = ("desk@example.org",), tries: int = 1) -> list[str]:
    """What each try came to: the answer, or the error and whether it is permanent."""
    results = []
    async with smtp_server(mailbox):
        desk = channel(mailbox.port, to)
        for _ in range(tries):
            try:
                results.append(await desk.send(MESSAGE))
            except DeliveryError as error:
                results.append(f"{told(error)}: {error}")
    return results


def told(error: DeliveryError) -> str:
    """Whether the mail is given up, tried again, or waits with all others of its channel."""
    assert error.permanent or error.patience is Patience.POSTAL
    return "permanent" if error.permanent else "channel" if error.of_channel else "later"


def test_a_mail_says_who_what_when_and_which_thread() -> None:
    mailbox = Mailbox()
    assert asyncio.run(sent(mailbox)) == ["accepted for desk@example.org"]
    (mail,) = mailbox.mails
    headers = {name: str(value) for name, value in mail.items() if name not in ("Content-Type", "MIME-Version")}
    assert headers == {
        "From": "Monitor <monitor@example.org>",
        "To": "desk@example.org",
        "Subject": MESSAGE.subject,
        "Date": "Tue, 24 Nov 2026 09:27:02 +0000",
        "Message-ID": "<msg_00000000000000000000000000000001@example.org>",
        "In-Reply-To": "<page-0123456789@example.org>",
        "References": "<page-0123456789@example.org>",
        "List-ID": "Statement monitor <statement-monitor.example.org>",
        "List-Unsubscribe": "<mailto:monitor@example.org?subject=unsubscribe>",
        "Auto-Submitted": "auto-generated",
        "X-Change-Id": "12",
    }


def test_a_mail_carries_text_and_html_as_they_were_rendered() -> None:
    mailbox = Mailbox()
    asyncio.run(sent(mailbox))
    (mail,) = mailbox.mails
    parts = {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()}
    assert parts == {"text/plain": MESSAGE.text, "text/html": MESSAGE.html}


def test_every_try_sends_the_same_bytes() -> None:
    mailbox = Mailbox(data=["451 try again", "250 OK"])
    asyncio.run(sent(mailbox, tries=2))
    asyncio.run(sent(mailbox))
    assert len(set(mailbox.contents)) == 1
    assert len(mailbox.contents) == 2


@pytest.mark.parametrize(
    "text",
    [
        "بيان بشأن الفيضانات " * 300,
        "Datganiad ar lifogydd: ŵ ŷ\n" * 100,
        "x" * 5000 + "\n",
        "https://example.org/" + "a" * 4000,
    ],
)
def test_what_travels_is_ascii_in_short_lines(text: str) -> None:
    mailbox = Mailbox()
    asyncio.run(_send(mailbox, replace(MESSAGE, text=text)))
    assert mailbox.contents[0].isascii()
    assert max(map(len, mailbox.contents[0].splitlines())) < 998
    body = mailbox.mails[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().split() == text.split()


@pytest.mark.parametrize("text", ["<p style='a=b'>& " * 3300, "éa bcde fg " * 5000, "漢" * 20_000, "=" * 60_000])
def test_two_full_parts_make_a_mail_of_less_than_200_kilobytes(text: str) -> None:
    mailbox = Mailbox()
    asyncio.run(_send(mailbox, replace(MESSAGE, text=text, html=text)))
    assert len(mailbox.contents[0]) < 200_000


async def _send(mailbox: Mailbox, message: Message) -> str:
    async with smtp_server(mailbox):
        return await channel(mailbox.port).send(message)


def test_a_plain_message_without_html_is_a_mail_too() -> None:
    mailbox = Mailbox()
    asyncio.run(_send(mailbox, replace(MESSAGE, html="", data={})))
    (mail,) = mailbox.mails
    assert mail.get_content_type() == "text/plain"


def test_each_recipient_has_a_transaction_of_its_own() -> None:
    mailbox = Mailbox()
    to = ("Desk <desk@example.org>", "night@example.org", "desk2@example.org")
    assert asyncio.run(sent(mailbox, to)) == ["accepted for desk@example.org, night@example.org, desk2@example.org"]
    assert mailbox.recipients == ["desk@example.org", "night@example.org", "desk2@example.org"]
    assert len(mailbox.contents) == 3


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ("550 5.1.1 no such user", "permanent: gone@example.org: 550 5.1.1 no such user"),
        ("450 4.2.0 greylisted", "later: gone@example.org: 450 4.2.0 greylisted"),
        ("452 4.2.2 mailbox full", "later: gone@example.org: 452 4.2.2 mailbox full"),
        ("530 5.7.0 log in first", "later: gone@example.org: 530 5.7.0 log in first"),
    ],
)
def test_a_refused_recipient_does_not_keep_the_mail_from_the_others(answer: str, result: str) -> None:
    mailbox = Mailbox(refuse={"gone@example.org": answer})
    assert asyncio.run(sent(mailbox, ("gone@example.org", "desk@example.org"))) == [result]
    assert mailbox.recipients == ["desk@example.org"]


def test_who_is_done_is_told_at_once_and_the_next_try_is_for_the_others() -> None:
    mailbox = Mailbox(refuse={"grey@example.org": "450 greylisted", "gone@example.org": "550 no such user"})
    to = ("desk@example.org", "grey@example.org", "gone@example.org", "night@example.org")
    receipts: list[Receipt] = []

    async def keep(receipt: Receipt) -> None:
        receipts.append(receipt)

    async def story() -> list[DeliveryError]:
        async with smtp_server(mailbox):
            desk, errors = channel(mailbox.port, to), []
            for _ in range(2):
                with pytest.raises(DeliveryError) as caught:
                    await desk.send(replace(MESSAGE, receipts=tuple(receipts)), keep)
                errors.append(caught.value)
                mailbox.refuse.pop("grey@example.org", None)
        return errors

    first, second = asyncio.run(story())
    gone = "gone@example.org: 550 no such user"
    assert (str(first), first.permanent) == (f"grey@example.org: 450 greylisted; {gone}", False)
    assert (str(second), second.permanent) == (gone, True)
    assert mailbox.recipients == ["desk@example.org", "night@example.org", "grey@example.org"]
    assert receipts == [
        Receipt("desk@example.org"),
        Receipt("gone@example.org", gone),
        Receipt("night@example.org"),
        Receipt("grey@example.org"),
    ]


def test_where_all_are_done_nobody_is_asked() -> None:
    receipts = (Receipt("desk@example.org"), Receipt("gone@example.org", "gone@example.org: 550 no such user"))

    async def story() -> None:
        to = ("desk@example.org", "gone@example.org")
        await channel(1, to).send(replace(MESSAGE, receipts=receipts))

    with pytest.raises(DeliveryError, match="550 no such user") as caught:
        asyncio.run(story())
    assert caught.value.permanent


@pytest.mark.parametrize("answer", ["421 too busy", ""])
def test_a_server_that_hangs_up_on_one_recipient_is_called_again_for_the_next(answer: str) -> None:
    mailbox = Mailbox(data=[answer, "250 OK"])
    (result,) = asyncio.run(sent(mailbox, ("desk@example.org", "night@example.org")))
    assert result.startswith("later: desk@example.org: ")
    assert mailbox.recipients[-1] == "night@example.org"


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ("451 4.3.0 later", "later: desk@example.org: 451 4.3.0 later"),
        ("554 5.6.0 refused", "permanent: desk@example.org: 554 5.6.0 refused"),
        ("552 5.3.4 too big", "permanent: desk@example.org: 552 5.3.4 too big"),
    ],
)
def test_the_answer_to_the_mail_decides_whether_to_try_again(answer: str, result: str) -> None:
    assert asyncio.run(sent(Mailbox(data=[answer]))) == [result]


def test_a_connection_that_dies_after_the_mail_is_tried_again_under_the_same_id() -> None:
    mailbox = Mailbox(data=["", "250 OK"])
    first, second = asyncio.run(sent(mailbox, tries=2))
    assert (first.startswith("later: "), second) == (True, "accepted for desk@example.org")
    assert {str(mail["Message-ID"]) for mail in mailbox.mails} == {f"<{MESSAGE.id}@example.org>"}


async def _greeted(greeting: bytes) -> str:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()

    async with stream_server(handle) as port:
        with pytest.raises(DeliveryError) as caught:
            await channel(port).send(MESSAGE)
    assert told(caught.value) == "channel"
    return str(caught.value)


@pytest.mark.parametrize(
    "greeting", [b"421 too busy\r\n", b"554 no service here\r\n", b"", b"SSH-2.0-x\r\n", b"\xff" * 99]
)
def test_a_server_that_does_not_want_to_talk_is_tried_again(greeting: bytes) -> None:
    assert asyncio.run(_greeted(greeting)).startswith("127.0.0.1:")


def test_a_server_that_is_not_there_is_tried_again() -> None:
    async def story() -> None:
        async with smtp_server(Mailbox()) as mailbox:
            port = mailbox.port
        await channel(port).send(MESSAGE)

    with pytest.raises(DeliveryError) as caught:
        asyncio.run(story())
    assert told(caught.value) == "channel"


@pytest.mark.parametrize("limit", ["SECONDS", "ALL_SECONDS"])
def test_a_server_that_hangs_is_left_after_the_deadline(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"monitor.channels.email.{limit}", 0.05)

    async def story() -> None:
        released = asyncio.Event()

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await released.wait()
            writer.close()

        async with stream_server(handle) as port:
            try:
                await channel(port).send(MESSAGE)
            finally:
                released.set()

    with pytest.raises(DeliveryError) as caught:
        asyncio.run(story())
    assert told(caught.value) == "channel"


@pytest.mark.parametrize(
    ("faults", "result"),
    [
        ({"data": ["421 4.3.2 closing"]}, "channel: desk@example.org: 421 4.3.2 closing"),
        ({"refuse": {"desk@example.org": "421 4.3.2 closing"}}, "channel: desk@example.org: 421 4.3.2 closing"),
        ({"refuse": {"desk@example.org": "530 5.7.0 log in"}}, "channel: desk@example.org: 530 5.7.0 log in"),
        ({"sender": "451 4.7.1 not from you now"}, "channel: 127.0.0.1:PORT: 451 4.7.1 not from you now"),
        ({"sender": "550 5.7.1 not from you"}, "channel: 127.0.0.1:PORT: 550 5.7.1 not from you"),
        ({"sender": "552 5.3.4 too big"}, "permanent: desk@example.org: 552 5.3.4 too big"),
        ({"data": [""]}, "later: desk@example.org: the server hung up: "),
    ],
)
def test_what_a_server_says_of_us_is_the_channels_fault_and_of_the_mail_the_mails(
    faults: dict[str, Any], result: str
) -> None:
    mailbox = Mailbox(**faults)
    (said,) = asyncio.run(sent(mailbox))
    assert said.startswith(result.replace("PORT", str(mailbox.port)))


async def _slowly(lines: list[bytes], *, pause: float) -> tuple[str, bytes]:
    """What comes of a server that says these lines, each after a pause, whatever it hears; and what it heard."""
    heard = bytearray()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in lines:
            await asyncio.sleep(pause)
            writer.write(line)
            heard.extend(await reader.read(100_000))
        writer.close()

    async with stream_server(handle) as port:
        try:
            return await channel(port).send(MESSAGE), bytes(heard)
        except DeliveryError as error:
            return told(error), bytes(heard)


def test_a_tarpit_is_waited_for_as_long_as_each_of_its_answers_comes_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.channels.email.SECONDS", 1.0)
    lines = [b"220 slow\r\n", b"250 slow\r\n", *[b"250 OK\r\n"] * 2, b"354 go on\r\n", b"250 OK\r\n", b"221 bye\r\n"]
    result, heard = asyncio.run(_slowly(lines, pause=0.25))
    assert (result, heard.count(b"Message-ID")) == ("accepted for desk@example.org", 1)


# --- TLS and login ---------------------------------------------------------------------------------------------------


async def _secured(mailbox: Mailbox, context: ssl.SSLContext | None, **settings: str) -> str:
    async with smtp_server(mailbox, context, implicit=settings.get("tls") == "tls", login="username" in settings):
        try:
            return await channel(mailbox.port, **settings).send(MESSAGE)
        except DeliveryError as error:
            return f"{told(error)}: {error}"


@pytest.mark.parametrize("policy", ["starttls", "tls"])
def test_a_mail_travels_encrypted_where_the_policy_says_so(policy: str, tls: ssl.SSLContext, ca_file: str) -> None:
    mailbox = Mailbox()
    result = asyncio.run(_secured(mailbox, tls, tls=policy, ca_file=ca_file))
    assert (result, mailbox.encrypted) == ("accepted for desk@example.org", [True])


def test_a_server_without_starttls_gets_no_mail() -> None:
    mailbox = Mailbox()
    result = asyncio.run(_secured(mailbox, None, tls="starttls"))
    assert (result.startswith("channel: "), "STARTTLS" in result, mailbox.contents) == (True, True, [])


@pytest.mark.parametrize("policy", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_gets_no_mail(policy: str, tls: ssl.SSLContext) -> None:
    mailbox = Mailbox()
    result = asyncio.run(_secured(mailbox, tls, tls=policy))
    assert (result.startswith("channel: "), mailbox.contents) == (True, [])


def test_a_certificate_for_another_host_gets_no_mail(authority: trustme.CA, ca_file: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("mail.example.net").configure_cert(context)
    mailbox = Mailbox()
    result = asyncio.run(_secured(mailbox, context, tls="starttls", ca_file=ca_file))
    assert (result.startswith("channel: "), mailbox.contents) == (True, [])


def test_a_login_is_used_where_there_is_one(tls: ssl.SSLContext, ca_file: str) -> None:
    mailbox = Mailbox()
    login = {"username": "monitor", "password": "right", "tls": "starttls"}
    assert asyncio.run(_secured(mailbox, tls, ca_file=ca_file, **login)) == "accepted for desk@example.org"
    assert mailbox.logins == [b"monitor"]


def test_a_refused_login_keeps_the_mail_for_later(tls: ssl.SSLContext, ca_file: str) -> None:
    mailbox = Mailbox()
    login = {"username": "monitor", "password": "wrong", "tls": "starttls"}
    result = asyncio.run(_secured(mailbox, tls, ca_file=ca_file, **login))
    assert (result.startswith("channel: "), "535" in result, "wrong" in result) == (True, True, False)


# --- settings --------------------------------------------------------------------------------------------------------

RIGHT = {"to": ("desk@example.org",), "sender": "monitor@example.org", "host": "mail.example.org"}


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"to": ()}, "to"),
        ({"to": ("desk",)}, "to"),
        ({"to": ("desk@example.org, night@example.org",)}, "to"),
        ({"to": ("desk@example.org\r\nBcc: all@example.org",)}, "to"),
        ({"sender": ""}, "from"),
        ({"sender": "Monitor"}, "from"),
        ({"host": ""}, "host"),
        ({"host": "mail.example.org:25"}, "host"),
        ({"host": "https://mail.example.org"}, "host"),
        ({"port": 0}, "port"),
        ({"tls": "maybe"}, "tls"),
        ({"password": "secret"}, "username"),
        ({"password": "secret", "username": "monitor", "tls": "none"}, "tls"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_key(settings: dict[str, object], key: str) -> None:
    with pytest.raises(ValueError, match=f"^{key}: "):
        Channel(**(RIGHT | settings))  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "10.0.0.5", "mail.example.org", "relay"])
def test_hosts_and_named_addresses_are_taken(host: str) -> None:
    to = ("News desk <desk@example.org>", "o'neill+x@mail.example.org")
    assert Channel(to=to, sender="Mónitor <monitor@example.org>", host=host).recipients == to


def test_a_password_is_not_shown() -> None:
    assert "hunter2" not in repr(
        Channel(to="a@example.org", sender="b@example.org", host="::1", username="m", password="hunter2")
    )


@pytest.mark.parametrize(("allow", "reached"), [((), False), (("127.0.0.1",), True), (("10.0.0.0/8",), False)])
def test_a_name_leads_to_no_address_inside_unless_allowed(
    monkeypatch: pytest.MonkeyPatch, allow: tuple[str, ...], reached: bool
) -> None:
    def look_up(_host: str, port: int, **_options: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (LOOPBACK, port))]

    async def story() -> str:
        mailbox = Mailbox()
        async with smtp_server(mailbox):
            relay = replace(channel(mailbox.port), host="mail.sluices.example", tls="none", allow=allow)
            monkeypatch.setattr(socket, "getaddrinfo", look_up)
            try:
                return await relay.send(MESSAGE)
            except DeliveryError as error:
                return str(error).partition("not public")[1]

    assert asyncio.run(story()) == ("accepted for desk@example.org" if reached else "not public")
