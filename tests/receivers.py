"""Far ends on loopback: an SMTP server and a webhook receiver, real ones that can be told to misbehave."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import SimpleNamespace

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

LOOPBACK = "127.0.0.1"


@dataclass
class Mailbox:
    """An SMTP server's handler: keeps what it accepts.

    `sender` is the answer to MAIL; `refuse` maps a recipient to the answer its RCPT gets; `data` is what DATA is
    answered with, mail by mail, the last one for ever; an answer of "" closes the connection without one. RCPT of
    `hang_at` gets no answer, and sets `hanging`.
    """

    refuse: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=lambda: ["250 OK"])
    port: int = 0
    contents: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    sender: str = "250 OK"
    hang_at: str = ""
    hanging: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(content, EmailMessage, policy=default) for content in self.contents]

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender.startswith("250"):
            envelope.mail_from = address
        return self.sender

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.hang_at:
            self.hanging.set()
            await asyncio.Event().wait()
        answer = self.refuse.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.data.pop(0) if len(self.data) > 1 else self.data[0]
        transport = server.transport
        assert isinstance(transport, asyncio.Transport)
        if not answer:
            transport.abort()
        if not answer or answer.startswith("250"):
            self.contents.append(envelope.original_content or b"")
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(transport.get_extra_info("sslcontext") is not None)
        return answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: LoginPassword
    ) -> AuthResult:
        self.logins.append(auth_data.login)
        return AuthResult(success=auth_data.password == b"right", handled=False)


@asynccontextmanager
async def smtp_server(
    mailbox: Mailbox, context: ssl.SSLContext | None = None, *, implicit: bool = False, login: bool = False
) -> AsyncIterator[Mailbox]:
    """`mailbox` behind a port. `context` offers STARTTLS, or TLS from the first byte where `implicit`."""
    # aiosmtpd asks a handler for all its attributes at each connection: `mails` would parse every mail so far.
    hooks = SimpleNamespace(**{name: getattr(mailbox, name) for name in ("handle_MAIL", "handle_RCPT", "handle_DATA")})

    def protocol() -> SMTP:
        return SMTP(
            hooks,
            hostname="mail.example.org",
            tls_context=None if implicit else context,
            authenticator=mailbox.authenticate if login else None,
            auth_required=login,
            auth_require_tls=login,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, LOOPBACK, 0, ssl=context if implicit else None)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()


@dataclass(frozen=True)
class Post:
    """One request as the webhook receiver got it; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Hook:
    """A webhook receiver: answers with `answers` one after another, the last one for ever, or as `choose` says."""

    answers: list[bytes]
    choose: Callable[[Post], bytes] | None = None
    port: int = 0
    posts: list[Post] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/hook"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        request, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.posts.append(Post(request.split()[1], headers, body))
        writer.write(self.choose(self.posts[-1]) if self.choose else self._next())
        writer.close()

    def _next(self) -> bytes:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def answer(status: str, body: bytes = b"", headers: str = "") -> bytes:
    """An HTTP answer: `answer("503 Busy", headers="Retry-After: 5\\r\\n")`."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


@asynccontextmanager
async def hook_server(*answers: bytes) -> AsyncIterator[Hook]:
    """A webhook receiver behind a port."""
    hook = Hook(list(answers))
    async with stream_server(hook.handle) as port:
        hook.port = port
        yield hook


@asynccontextmanager
async def stream_server(
    handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None] | None],
) -> AsyncIterator[int]:
    """Anything that speaks for itself behind a port."""
    server = await asyncio.start_server(handle, LOOPBACK, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
