"""What the HTTP status of a refusal means for a message and for its channel. Pure."""

from monitor.models import Patience

GONE = 410
"""The receiver is gone for good."""

BUSY = (429, 503)
"""It asks for a pause."""

PASSING = (408, 425)
"""Refusals that another try may well end (RFC 9110, 15.5.9; RFC 8470)."""


def patience(status: int) -> Patience:
    """How long a message is tried that was refused so: what the receiver objects to, it will object to again."""
    return Patience.SHORT if 400 <= status < 500 and status not in PASSING else Patience.USUAL
