"""The pause a server asks for, and dates as HTTP writes them. Pure."""

import re
from datetime import UTC, datetime, timedelta

RETRY_AFTER_LEAST = timedelta(seconds=1)
RETRY_AFTER_MOST = timedelta(hours=24)
"""However long or short a pause a server asks for, it is kept within these."""


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The pause that `Retry-After` asks for (RFC 9110, 10.2.3), a second at least and a day at most.

    None where it asks for none, or in no form the RFC knows.
    """
    text = (value or "").strip(" \t")
    if re.fullmatch("[0-9]+", text):
        # Ten digits are centuries; Python refuses to read thousands of them at all.
        pause = timedelta(seconds=int(text.lstrip("0")[:10] or "0"))
    else:
        at = http_date(text)
        if at is None:
            return None
        pause = at - now
    return min(max(pause, RETRY_AFTER_LEAST), RETRY_AFTER_MOST)


def http_date(value: str) -> datetime | None:
    """The time that a header's date says (RFC 9110, 5.6.7), in UTC where it names no zone; None where it is no date."""
    from email.utils import parsedate_to_datetime  # slow to import, and few servers ask for a pause by the clock

    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):  # whatever a date's parts can be
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
