"""Webhook receivers and a mail server on loopback that do what receivers do: answer, linger, fail, lose their answer.

Each fails only the first try of an id, so that an alert is tried again within seconds and not within the day; what the
mail server greylists is, after some minutes. Once they are `calm`, they fail nothing.
"""

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session

HOOKS = ("prompt", "slow", "broken", "losing")
"""What the receiver at this path does: 200; 200 after a while; first 500; first takes it and hangs up."""

MAIL = "mail"

SLOW_S = 0.2


@dataclass
class Received:
    """What one receiver accepted: the bytes of every arrival, by the id it came under."""

    accepted: dict[str, list[bytes]] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)

    def is_new(self, message_id: str) -> bool:
        """Whether this is the id's first try here."""
        new = message_id not in self.met
        self.met.add(message_id)
        return new

    def accept(self, message_id: str, body: bytes) -> None:
        """Keeps one arrival."""
        self.accepted.setdefault(message_id, []).append(body)


class Hooks:
    """All webhook receivers behind one port, each at the path of its name."""

    def __init__(self) -> None:
        self.received = {name: Received() for name in HOOKS}
        self.calm = False

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One POST; a sender that was killed meanwhile has sent nothing."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = head.strip().split("\r\n")
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
            body = await reader.readexactly(int(headers["content-length"]))
            answer = await self._answer(lines[0].split()[1].strip("/"), headers["webhook-id"], body)
            writer.write(answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def _answer(self, name: str, message_id: str, body: bytes) -> bytes:
        received = self.received[name]
        new = received.is_new(message_id) and not self.calm
        if name == "broken" and new:
            return b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n"
        received.accept(message_id, body)
        if name == "losing" and new:
            return b""
        if name == "slow":
            await asyncio.sleep(SLOW_S)
        return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Mail:
    """A mail server: of every four ids it greylists one at first, and takes one and hangs up."""

    def __init__(self) -> None:
        self.received = Received()
        self.calm = False

    def server(self) -> SMTP:
        """The protocol of one connection."""
        return SMTP(self, hostname="mail.example.org")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's
        """Answers a mail as its turn among the new ones has it."""
        content = envelope.original_content or b""
        message_id = str(message_from_bytes(content, policy=default)["Message-ID"]).strip("<>").split("@")[0]
        turn = len(self.received.met) % 4 if self.received.is_new(message_id) and not self.calm else 0
        if turn == 1:
            return "451 Later"
        self.received.accept(message_id, content)
        if turn == 2:
            transport = server.transport
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
        return "250 OK"
