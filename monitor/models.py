"""The nouns: frozen values that pass between the rooms. Pure.

Our own times are aware UTC `datetime`s named `…_at`. What the publisher claims (`published_at`, `updated_at`, a note's
`at`) is text as ISO 8601: `2026-11-24T10:00:00.000Z` where the page gives a time, `2026-11-24` where it gives a day.
"""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from monitor._models_alert import Alert as Alert
from monitor._models_alert import AlertState as AlertState
from monitor._models_alert import Brief as Brief
from monitor._models_alert import Change as Change
from monitor._models_alert import Message as Message
from monitor._models_alert import Patience as Patience
from monitor._models_alert import Receipt as Receipt
from monitor._models_alert import Rest as Rest
from monitor._models_alert import Settlement as Settlement
from monitor._models_alert import ToldAs as ToldAs
from monitor._models_asked import Digest as Digest
from monitor._models_asked import Filter as Filter
from monitor._models_asked import Follow as Follow
from monitor._models_asked import HostSettings as HostSettings
from monitor._models_asked import Http as Http
from monitor._models_asked import Ops as Ops
from monitor._models_asked import ParserSettings as ParserSettings
from monitor._models_asked import Quote as Quote
from monitor._models_asked import Source as Source
from monitor._models_asked import Templates as Templates
from monitor._models_asked import Web as Web
from monitor._models_comparison import BlockChange as BlockChange
from monitor._models_comparison import BlockOp as BlockOp
from monitor._models_comparison import Comparison as Comparison
from monitor._models_comparison import FieldChange as FieldChange
from monitor._models_comparison import Op as Op
from monitor._models_comparison import QuoteChange as QuoteChange
from monitor._models_comparison import Signal as Signal
from monitor._models_comparison import Span as Span
from monitor._models_comparison import Verdict as Verdict
from monitor._models_incident import FEW_PAGES as FEW_PAGES
from monitor._models_incident import Finding as Finding
from monitor._models_incident import Incident as Incident
from monitor._models_incident import Report as Report
from monitor._models_look import NAMES_NOTHING as NAMES_NOTHING
from monitor._models_look import Batch as Batch
from monitor._models_look import Budget as Budget
from monitor._models_look import Check as Check
from monitor._models_look import Fetch as Fetch
from monitor._models_look import Host as Host
from monitor._models_look import Page as Page
from monitor._models_look import Pause as Pause
from monitor._models_look import Reading as Reading
from monitor._models_look import Robots as Robots
from monitor._models_look import host_of as host_of
from monitor._models_page import Attachment as Attachment
from monitor._models_page import Block as Block
from monitor._models_page import Entry as Entry
from monitor._models_page import Link as Link
from monitor._models_page import Note as Note
from monitor._models_page import Statement as Statement
from monitor._models_page import Translation as Translation
from monitor._models_page import Withdrawal as Withdrawal
from monitor._models_record import Decision as Decision
from monitor._models_record import Event as Event
from monitor._models_record import Known as Known
from monitor._models_record import NewChange as NewChange
from monitor._models_record import NewVersion as NewVersion
from monitor._models_record import Recorded as Recorded
from monitor._models_record import Version as Version
from monitor._models_words import BlockKind as BlockKind
from monitor._models_words import Disclosure as Disclosure
from monitor._models_words import Kind as Kind
from monitor._models_words import Outcome as Outcome
from monitor._models_words import QuoteState as QuoteState
from monitor._models_words import Role as Role
from monitor._models_words import SignalName as SignalName

PLAIN_ADDRESS = re.compile(r"https?://([A-Za-z0-9.:-]+)(/[A-Za-z0-9._~%/+,;:!*'()=-]*)")
"""An address without query, fragment or user: most are, and need no general reader. Listings name them by thousands."""


def utc_text(at: datetime) -> str:
    """`2026-11-24T10:00:00.000Z`: the one way times are written. Milliseconds, UTC, sorts as text."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def utc_time(text: str) -> datetime:
    """The time that `utc_text` wrote.

    Raises:
        ValueError: `text` is no ISO 8601 time.
    """
    return datetime.fromisoformat(text)


def canonical(url: str) -> str:
    """What two spellings of one page's address share: scheme, fragment, a last slash and the host's case left out."""
    plain = PLAIN_ADDRESS.fullmatch(url)
    if plain:
        return plain[1].lower() + plain[2].rstrip("/")
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}{query}"
