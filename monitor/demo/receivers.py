"""The far ends of the two channels on loopback: a real SMTP server, and a webhook receiver that verifies signatures."""

import asyncio
import json
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from monitor.demo.server import LOOPBACK, Answer, Bell, LoopbackServer, Request


class Mailbox:
    """`async with Mailbox() as mailbox:` takes every mail sent to its port until the block ends."""

    def __init__(self) -> None:
        self.bell = Bell()
        self.mails: list[EmailMessage] = []
        self.port = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, hostname="mail.example.org"), LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()

    @property
    def address(self) -> str:
        """`127.0.0.1:PORT`, as `[http] allow` takes it."""
        return f"{LOOPBACK}:{self.port}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        """Keeps the mail, whole."""
        content = envelope.original_content or b""
        self.mails.append(message_from_bytes(content, EmailMessage, policy=policy.default))
        self.bell.ring()
        return "250 Message accepted for delivery"


@dataclass(frozen=True, slots=True)
class Post:
    """One webhook whose signature was right: its `webhook-id`, its type and the data it carries."""

    id: str
    type: str
    data: dict[str, Any]


class HookReceiver(LoopbackServer):
    """Takes webhooks as Standard Webhooks 1.0 says: verified, or refused with 401."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.posts: list[Post] = []
        self.refused = 0
        self._webhook = Webhook(secret)

    def answer(self, request: Request) -> Answer:
        """204 to what is signed by the secret, 401 to anything else."""
        try:
            self._webhook.verify(request.body, dict(request.headers), json_parse=False)
        except WebhookVerificationError:
            self.refused += 1
            return Answer(401, b"the signature does not match")
        content = json.loads(request.body)
        self.posts.append(Post(request.headers["webhook-id"], content["type"], content["data"]))
        return Answer(204)
