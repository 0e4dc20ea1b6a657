"""Webhook receivers and a mail server on loopback that do what receivers do: answer, linger, fail, lose their answer.

Each fails only the first try of an id, and of one in four: a channel that fails more is left to rest for long. What the
mail server greylists is tried again after some minutes. Once they are `calm`, they fail nothing.
"""

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session

HOOKS = ("prompt", "slow", "broken", "losing")
"""What the receiver at this path does: 200; 200 after a while; at first 500; at first takes it and hangs up."""

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

    def turn(self, message_id: str) -> int | None:
        """From 0 to 3 by turns at an id's first try, None at every later one."""
        return len(self.met) % 4 if self.is_new(message_id) else None

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
        turn = received.turn(message_id) if not self.calm else None
        if name == "broken" and turn == 1:
            return b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n"
        received.accept(message_id, body)
        if name == "losing" and turn == 1:
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
        turn = self.received.turn(message_id) if not self.calm else None
        if turn == 1:
            return "451 Later"
        self.received.accept(message_id, content)
        if turn == 2:
            transport = server.transport
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
        return "250 OK"
