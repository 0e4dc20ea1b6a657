"""Webhooks as Standard Webhooks 1.0 says: a signed POST that is the same at every try. Touches the network."""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from monitor import net, schedule
from monitor.channels._statuses import BUSY, GONE, patience
from monitor.errors import DeliveryError
from monitor.interfaces import Done, forget
from monitor.models import Message, Outcome
from monitor.render import json_bytes

PREFIX = "whsec_"

DEADLINE = timedelta(seconds=30)

TOO_LARGE = 413
UNREACHABLE = (Outcome.ADDRESS_BLOCKED, Outcome.CONNECT, Outcome.TIMEOUT, Outcome.TLS)
"""What is the way's fault and no message's. A connection that breaks off may be this message's doing."""

ANSWER_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Channel:
    """One receiver.

    `secret` is what the receiver has too: base64, after `whsec_` or bare, as every Standard Webhooks library reads it;
    other text counts as its own bytes. Without one the POST is not signed. `allow` opens addresses that are not public.
    """

    url: str
    secret: str = field(default="", repr=False, metadata={"secret": True})
    allow: tuple[str, ...] = ()
    ca_file: str = ""

    def __post_init__(self) -> None:
        _check_url(self.url)
        _key(self.secret)

    async def send(self, message: Message, done: Done = forget) -> str:
        """Posts the message's data; its thin form, under the same id, to a receiver that finds that too large (413).

        Raises:
            DeliveryError: no 2xx came back. Of the channel where nothing answered, and for 429 and 503; permanently
                so for 410.
        """
        answer = await self._post(message.id, json_bytes(message.data))
        if answer.status == TOO_LARGE and message.thin and message.thin != message.data:
            answer = await self._post(message.id, json_bytes(message.thin))
        return _settled(answer, datetime.now(UTC))

    async def _post(self, message_id: str, body: bytes) -> net.Answer:
        headers = _headers(message_id, body, _key(self.secret), datetime.now(UTC))
        try:
            return await net.post(self.url, body, headers, allow=self.allow, ca_file=self.ca_file, deadline=DEADLINE)
        except net.NetError as error:
            words = f"{error.outcome.value}: {error.detail}"
            raise DeliveryError(words, of_channel=error.outcome in UNREACHABLE) from error
        except OSError as error:
            raise DeliveryError(f"ca_file {self.ca_file}: {error}", of_channel=True) from error


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        right = False
    if not right or not url.isprintable() or " " in url:
        raise ValueError('url: expected an address such as "https://hooks.example.org/monitor"')


def _key(secret: str) -> bytes:
    """The key to sign with; empty where there is no secret.

    Raises:
        ValueError: what follows `whsec_` is not base64.
    """
    encoded = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b"" if secret.startswith(PREFIX) else secret.encode()
    if secret and not key:
        raise ValueError('secret: expected "whsec_" and then base64, such as `openssl rand -base64 32` makes')
    return key


def _headers(message_id: str, body: bytes, key: bytes, now: datetime) -> dict[str, str]:
    """The id is the same at every try, the time is that of this try: receivers refuse old ones."""
    from standardwebhooks import Webhook

    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
    }
    if key:
        headers["webhook-signature"] = Webhook(key).sign(message_id, now, body.decode())
    return headers


def _settled(answer: net.Answer, now: datetime) -> str:
    """What the receiver said, in a few words, where that was yes.

    Raises:
        DeliveryError: it was anything else; a redirect is one, since a body must not follow it to who knows where.
    """
    if 200 <= answer.status < 300:
        return str(answer.status)
    said = answer.body.decode("utf-8", "replace")[:ANSWER_CHARACTERS].strip()
    raise DeliveryError(
        f"{answer.status}{f': {said!r}' if said else ''}",
        permanent=answer.status == GONE,
        of_channel=answer.status in (GONE, *BUSY),
        retry_after=_pause(answer, now),
        patience=patience(answer.status),
    )


def _pause(answer: net.Answer, now: datetime) -> timedelta | None:
    """What a 429 or 503 asks for, None where it asks for nothing."""
    return schedule.retry_after(answer.headers.get("retry-after"), now) if answer.status in BUSY else None
