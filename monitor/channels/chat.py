"""Chat by apprise, an extra: Slack, Discord, Teams, Telegram, Matrix, Mattermost and more. Touches the network.

apprise sends by a library of its own, so the guard of our requests is not round it: where the address names a host,
what that resolves to is checked before each message; where it names a service, its fixed host is not. Proxies that the
environment names are used. Redirects are not followed, and certificates are always held against the system's.
"""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from monitor import net
from monitor.channels._chat_text import words
from monitor.channels._chat_thread import in_thread
from monitor.channels._statuses import BUSY, GONE, patience
from monitor.errors import DeliveryError
from monitor.interfaces import Done, forget
from monitor.models import Message

if TYPE_CHECKING:
    from apprise import NotifyBase, NotifyFormat

DEADLINE = timedelta(seconds=30)
"""For one message; a thread that is not done by then is left behind."""

MISSING = "chat needs another package: pip install 'statement-monitor[chat]'"

READ_MARKDOWN = ("Mattermost", "Zulip", "Rocket.Chat", "Discord", "Guilded", "Revolt", "Fluxer", "KOOK", "Twist")
"""Services that take plain text for Markdown."""

STATUS = re.compile(r"error=(\d{3})\b")
"""How apprise says which HTTP status it got."""

UNREACHABLE = re.compile(r"connection error|timed? ?out|timeout", re.IGNORECASE)

REFUSED = (401, 403, 407)

DETAIL_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Channel:
    """One service, by its apprise address such as "slack://…", "discord://…", "mmosts://chat.example.org/…".

    Tokens are in the address, so it is a secret whole; another one is another receiver. `allow` opens hosts in it whose
    addresses are not public.
    """

    url: str = field(repr=False, metadata={"secret": True, "where": True})
    allow: tuple[str, ...] = ()
    _service: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_service", _service(self.url))

    async def send(self, message: Message, done: Done = forget) -> str:
        """Sends the short form of the message.

        Raises:
            DeliveryError: the service did not take it. Of the channel where it was not reached, asks for a pause (how
                long, apprise does not say), or does not know us; permanently so for 410.
        """
        await self._ensure_permitted()
        service = self._service
        as_format, markdown = _format(service)
        told = words(message, service.title_maxlen, service.body_maxlen, markdown=markdown)
        call = partial(service.notify, body=told.body, title=told.title, body_format=as_format)
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                taken, said = await in_thread(call, "apprise")
        except TimeoutError:
            raise DeliveryError(f"no answer within {DEADLINE.total_seconds():.0f} s", of_channel=True) from None
        if not taken:
            raise _failure("; ".join(dict.fromkeys(said))[:DETAIL_CHARACTERS])
        return f"{service.service_name} took it"

    async def _ensure_permitted(self) -> None:
        """Holds the host that the address names, if it names one, against the guard."""
        host: str | None = getattr(self._service, "host", None)
        templates: Iterable[str] = self._service.templates
        if not host or not any("{host}" in template for template in templates):
            return
        port = self._service.port or (443 if self._service.secure else 80)
        try:
            await net.ensure_permitted(host, port, self.allow)
        except net.NetError as error:
            raise DeliveryError(f"{error.outcome.value}: {error.detail}", of_channel=True) from None


def _service(url: str) -> "NotifyBase":
    """apprise's object for this address.

    Raises:
        ValueError: apprise is not installed, or the address is none of its own. The address is in no fault.
    """
    try:
        from apprise import Apprise, AppriseAsset
        from apprise.common import OverflowMode
    except ImportError:
        raise ValueError(MISSING) from None
    asset = AppriseAsset(
        app_id="Statement monitor",
        app_desc="Statement monitor",
        app_url="",
        http_redirects=False,
        image_path_mask=False,
        image_url_mask="",
    )
    service = Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is None:
        raise ValueError('url: expected an address as apprise has them, such as "slack://TOKEN_A/TOKEN_B/TOKEN_C"')
    if not service.verify_certificate:
        raise ValueError("url: certificates are always verified; leave out verify=no")
    service.redirects = False
    service.interpret_emojis = False
    service.overflow_mode = OverflowMode.SPLIT
    return service


def _format(service: "NotifyBase") -> "tuple[NotifyFormat, bool]":
    """What the text is handed over as, and whether it is Markdown."""
    from apprise import NotifyFormat

    wanted = service.resolve_format(NotifyFormat.TEXT)
    if wanted == NotifyFormat.MARKDOWN:
        return NotifyFormat.MARKDOWN, True
    if str(service.service_name) in READ_MARKDOWN:
        return service.resolve_format(NotifyFormat.MARKDOWN), True
    return NotifyFormat.TEXT, False


def _failure(said: str) -> DeliveryError:
    """What the service said, as far as apprise passes it on, and what that means for this message and the next."""
    found = STATUS.search(said)
    status = int(found[1]) if found else 0
    return DeliveryError(
        said or "apprise does not say why",
        permanent=status == GONE,
        of_channel=status in (GONE, *BUSY, *REFUSED) or bool(not status and UNREACHABLE.search(said)),
        patience=patience(status),
    )
