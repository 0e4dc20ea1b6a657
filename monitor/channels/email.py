"""Mail by SMTP: text and HTML, one transaction per recipient, the same mail at every try. Touches the network."""

import asyncio
import re
import ssl
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING

from monitor import net
from monitor.channels._mail import address_of, mail
from monitor.errors import DeliveryError
from monitor.interfaces import Done, forget
from monitor.models import Message, Patience, Receipt

if TYPE_CHECKING:
    from aiosmtplib import SMTP

SECONDS = 60.0
"""For one answer; a tarpit takes its time with each."""

ALL_SECONDS = 300.0
"""For one try, all recipients together."""

GOODBYE_SECONDS = 2.0

TLS = ("auto", "starttls", "tls", "none")

IMPLICIT_TLS_PORT = 465

CLOSING = 421

ABOUT_US = (CLOSING, 530, 534, 535, 538)
"""Refusals of us and not of a recipient (RFC 5321, 3.8; RFC 4954, 6): they say nothing against the mail."""

TOO_LARGE = 552
"""Of MAIL, where SIZE is announced, it is said of the mail (RFC 1870, 6.1)."""

ANSWER_CHARACTERS = 80

BARE = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
ADDRESS = re.compile(rf"{BARE}|[^<>@,;\"\x00-\x1f]* <{BARE}>")
"""An address as headers have it (RFC 5322, 3.4), less what no desk uses: quoted names, comments, groups."""

HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?|[0-9A-Fa-f:.]+")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a mail did not reach one recipient; `code` is None where the server hung up: nobody knows whether it did."""

    recipient: str
    code: int | None
    words: str

    @property
    def of_us(self) -> bool:
        """Whether the server would take no mail of ours, to whomever."""
        return self.code in ABOUT_US

    @property
    def permanent(self) -> bool:
        """Whether this mail will never reach this recipient."""
        return self.code is not None and self.code >= 500 and not self.of_us

    @property
    def last(self) -> bool:
        """Whether it ends the connection."""
        return self.code in (None, CLOSING)

    def __str__(self) -> str:
        said = " ".join(self.words.split())[:ANSWER_CHARACTERS]
        return f"{self.recipient}: {said if self.code is None else f'{self.code} {said}'}"


@dataclass(frozen=True, slots=True)
class Channel:
    """The recipients of one SMTP server.

    `tls`: "starttls", or "tls" from the first byte, sends nothing to a server that has it not or whose certificate does
    not hold; "none" sends in the clear; "auto" is "none" to this machine, "tls" to port 465 and "starttls" elsewhere.

    A host written as an address, or "localhost", may be reached; what a name stands for must be public, or in `allow`.

    A mail that some recipients refused for now is tried again for those alone.
    """

    to: tuple[str, ...] | str
    sender: str = field(metadata={"key": "from"})
    host: str
    port: int = 25
    username: str = ""
    password: str = field(default="", repr=False, metadata={"secret": True})
    tls: str = "auto"
    ca_file: str = ""
    allow: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if fault := next(_faults(self), None):
            raise ValueError(fault)

    async def send(self, message: Message, done: Done = forget) -> str:
        """Sends the mail to every recipient that is not done with it.

        Raises:
            DeliveryError: not all have it now. Permanent where every one of those refused it for good; of the channel
                where the server, the login or TLS is wrong, which a person can put right.
        """
        receipts = {receipt.recipient: receipt.refused for receipt in message.receipts}
        addresses = list(map(address_of, self.recipients))
        refusals: list[Refusal] = []
        if waiting := [address for address in addresses if address not in receipts]:
            content = mail(message, self.sender, self.recipients)
            refusals = await self._send_each(content, waiting, done)
        earlier = [words for address in addresses if (words := receipts.get(address))]
        if refused := [*earlier, *map(str, refusals)]:
            permanent = all(refusal.permanent for refusal in refusals)
            raise DeliveryError("; ".join(refused), permanent=permanent, patience=Patience.POSTAL)
        return f"accepted for {', '.join(addresses)}"

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses of `to` as headers have them, each once."""
        return tuple(dict.fromkeys((self.to,) if isinstance(self.to, str) else self.to))

    async def _send_each(self, content: bytes, waiting: Sequence[str], done: Done) -> list[Refusal]:
        """One transaction for each recipient, over as many connections as that takes; those that did not accept it."""
        from aiosmtplib import SMTPException

        left, refusals = deque(waiting), list[Refusal]()
        try:
            async with asyncio.timeout(ALL_SECONDS):
                while left:
                    async with self._connection() as smtp:
                        refusals += await self._send_over(smtp, content, left, done)
        except (SMTPException, OSError, net.NetError) as error:
            words = f"{self.host}:{self.port}: {_words(error)}"
            raise DeliveryError(words, of_channel=True, patience=Patience.POSTAL) from error
        if len(refusals) == len(waiting) and any(refusal.of_us for refusal in refusals):
            raise DeliveryError("; ".join(map(str, refusals)), of_channel=True, patience=Patience.POSTAL)
        return refusals

    async def _send_over(self, smtp: "SMTP", content: bytes, left: deque[str], done: Done) -> list[Refusal]:
        """Takes recipients from those `left` as long as the connection lasts; those that did not accept it."""
        refusals: list[Refusal] = []
        while left and not (refusals and refusals[-1].last):
            recipient = left.popleft()
            refusal = await _transaction(smtp, address_of(self.sender), recipient, content)
            if refusal is None or refusal.permanent:
                await done(Receipt(recipient, str(refusal) if refusal else None))
            if refusal:
                refusals.append(refusal)
        return refusals

    @asynccontextmanager
    async def _connection(self) -> "AsyncIterator[SMTP]":
        """A connection that is encrypted and logged in as far as the settings say."""
        from aiosmtplib import SMTP

        policy = _tls(self)
        context = None if policy == "none" else _context(self.ca_file)
        smtp = SMTP(
            hostname=self.host,
            sock=await net.connected(self.host, self.port, self.allow),
            username=self.username or None,
            password=self.password or None,
            local_hostname=address_of(self.sender).rpartition("@")[2],  # its default asks the resolver, unbounded
            timeout=SECONDS,
            use_tls=policy == "tls",
            start_tls=policy == "starttls",
            tls_context=context,
        )
        try:
            await smtp.connect()
            yield smtp
            await _goodbye(smtp)
        finally:
            smtp.close()


async def _transaction(smtp: "SMTP", sender: str, recipient: str, content: bytes) -> Refusal | None:
    """MAIL, RCPT and DATA for one recipient; None where the server took it.

    Raises:
        SMTPException: the server took too long, or does not take us for a sender.
    """
    from aiosmtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused, SMTPServerDisconnected

    try:
        await smtp.sendmail(sender, [recipient], content)
    except SMTPServerDisconnected as error:
        return Refusal(recipient, None, f"the server hung up: {error}")
    except SMTPRecipientsRefused as error:
        return Refusal(recipient, error.recipients[0].code, error.recipients[0].message)
    except SMTPResponseException as error:
        if isinstance(error, SMTPSenderRefused) and error.code != TOO_LARGE:
            raise
        return Refusal(recipient, error.code, error.message)
    return None


async def _goodbye(smtp: "SMTP") -> None:
    """QUIT as a courtesy: the mails are accepted, whatever the server says to it."""
    from aiosmtplib import SMTPException

    with suppress(SMTPException):
        await smtp.quit(timeout=GOODBYE_SECONDS)


def _words(error: Exception) -> str:
    """What went wrong, in one line."""
    from aiosmtplib import SMTPResponseException

    if isinstance(error, SMTPResponseException):
        return f"{error.code} {' '.join(error.message.split())[:ANSWER_CHARACTERS]}"
    return str(error) or f"not done within {ALL_SECONDS:.0f} s"


def _context(ca_file: str) -> ssl.SSLContext:
    """The system's authorities and, where given, one more. Verification has no switch."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def _tls(channel: Channel) -> str:
    """The TLS policy with "auto" resolved."""
    if channel.tls != "auto":
        return channel.tls
    if _here(channel.host):
        return "none"
    return "tls" if channel.port == IMPLICIT_TLS_PORT else "starttls"


def _here(host: str) -> bool:
    """Whether the host is this machine by its spelling."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _faults(channel: Channel) -> Iterator[str]:
    """What is wrong with the settings, each fault beginning with its key."""
    if not channel.recipients:
        yield "to: expected at least one address"
    named = (("from", channel.sender), *(("to", recipient) for recipient in channel.recipients))
    for key, text in named:
        if not ADDRESS.fullmatch(text):
            yield f'{key}: {text!r} is no address such as "desk@example.org" or "News desk <desk@example.org>"'
    if not HOST.fullmatch(channel.host):
        yield f"host: {channel.host!r} is no host name or address"
    if not 0 < channel.port < 65536:
        yield "port: expected a number from 1 to 65535"
    if channel.tls not in TLS:
        yield f"tls: expected one of {', '.join(TLS)}"
    if channel.password and not channel.username:
        yield "username: is missing, though there is a password"
    if channel.password and channel.tls == "none" and not _here(channel.host):
        yield 'tls: a password does not leave this machine in the clear; use "starttls" or "tls"'
