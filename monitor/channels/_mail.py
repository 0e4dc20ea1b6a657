"""A message as an e-mail: the same bytes at every try. Pure."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from monitor.models import Message

POLICY = SMTP.clone(max_line_length=78, cte_type="7bit")
"""Nothing but ASCII travels, so that no server on the way has reason to encode a mail anew."""

ESCAPED_SHARE = 1 / 6
"""Share of bytes that quoted-printable writes as three up to which it is no longer than base64, and legible."""


def mail(message: Message, sender: str, to: tuple[str, ...]) -> bytes:
    """The mail as it travels. `sender` and `to` are addresses as headers have them, names included.

    All mails on one page refer to one id that no mail has, so that they form a thread whichever came first (RFC 5322,
    3.6.4). The subject's brackets, `Auto-Submitted` (RFC 3834) and `List-ID` (RFC 2919) are for filters.
    """
    made = EmailMessage(POLICY)
    for name, value in _headers(message, sender, to).items():
        made[name] = value
    made.set_content(message.text, cte=_encoding(message.text))
    if message.html:
        made.add_alternative(message.html, subtype="html", cte=_encoding(message.html))
        made.set_boundary(f"=_{message.id}")  # drawn by chance otherwise; "=_" is in no encoded text
    return made.as_bytes()


def address_of(text: str) -> str:
    """The bare address of `desk@example.org` or `News desk <desk@example.org>`."""
    return parseaddr(text)[1]


def _headers(message: Message, sender: str, to: tuple[str, ...]) -> dict[str, str]:
    address = address_of(sender)
    domain = address.rpartition("@")[2]
    root = f"<{message.thread}@{domain}>"
    headers = {
        "From": sender,
        "To": ", ".join(to),
        "Subject": message.subject,
        "Date": format_datetime(message.created_at),
        "Message-ID": f"<{message.id}@{domain}>",
        "In-Reply-To": root,
        "References": root,
        "List-ID": f"Statement monitor <statement-monitor.{domain}>",
        "List-Unsubscribe": f"<mailto:{address}?subject=unsubscribe>",
        "Auto-Submitted": "auto-generated",
    }
    change_id = _change_id(message)
    return headers | {"X-Change-Id": change_id} if change_id else headers


def _change_id(message: Message) -> str:
    row = message.data.get("data")
    return str(row.get("id", "")) if isinstance(row, dict) else ""


def _encoding(text: str) -> str:
    content = text.encode()
    escaped = sum(byte > ord("~") or byte == ord("=") for byte in content)
    return "quoted-printable" if escaped <= ESCAPED_SHARE * len(content) else "base64"
