"""The demo's receivers take what is right and refuse what is not."""

import asyncio
import base64
import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from monitor.demo.receivers import HookReceiver, Mailbox, Post

SECRET = "whsec_" + base64.b64encode(b"a secret of the demo's tests").decode()
BODY = b'{"type": "change.edited", "data": {"id": 7, "title": "Wreck buoys"}}'


@pytest.mark.parametrize(
    ("secret", "status", "posts"),
    [
        (SECRET, 204, [Post("msg-7", "change.edited", {"id": 7, "title": "Wreck buoys"})]),
        ("whsec_" + base64.b64encode(b"another").decode(), 401, []),
    ],
)
def test_a_webhook_is_taken_only_with_the_right_signature(secret: str, status: int, posts: list[Post]) -> None:
    async def run() -> None:
        now = datetime.now(UTC)
        signature = Webhook(secret).sign("msg-7", now, BODY.decode())
        headers = {
            "webhook-id": "msg-7",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
        async with HookReceiver(SECRET) as hook, httpx.AsyncClient(trust_env=False) as web:
            answer = await web.post(hook.url, content=BODY, headers=headers)
        assert answer.status_code == status
        assert (hook.posts, hook.refused) == (posts, 1 - len(posts))

    asyncio.run(run())


def test_a_mail_arrives_whole_by_smtp() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "monitor@example.org", "desk@example.org"
    mail["Subject"] = "[silent edit] Gebühr für Liegeplätze"
    mail.set_content("£1.5 million → £15 million\n")

    def send(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as server:
            server.send_message(mail)

    async def run() -> None:
        async with Mailbox() as mailbox:
            await asyncio.to_thread(send, mailbox.port)
            await mailbox.bell.until(lambda: len(mailbox.mails) == 1)
        (received,) = mailbox.mails
        assert received["Subject"] == mail["Subject"]
        assert received.get_content().splitlines() == ["£1.5 million → £15 million"]

    asyncio.run(run())
