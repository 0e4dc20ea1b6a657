"""When a channel's digest is due: functions of a time and the setting alone, so nothing is to be remembered. Pure.

A day's digest has one moment, whatever the clocks do: for a local time that does not exist, so much later by the clocks
as they were put forward; of one that comes twice, the first.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.models import Digest

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def last_digest_at(digest: Digest, now: datetime) -> datetime:
    """The latest moment of the digest that is not after now."""
    if digest.at is None:
        return EPOCH + (now - EPOCH) // digest.every * digest.every
    return max(at for at in _near(digest.at, digest.time_zone, now) if at <= now)


def next_digest_at(digest: Digest, now: datetime) -> datetime:
    """The first moment of the digest after now."""
    if digest.at is None:
        return last_digest_at(digest, now) + digest.every
    return min(at for at in _near(digest.at, digest.time_zone, now) if at > now)


def _near(at: time, time_zone: str, now: datetime) -> list[datetime]:
    """The moments of the days about now, one a day (PEP 495: `fold` is 0)."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    return [datetime.combine(today + days * DAY, at, zone).astimezone(UTC) for days in range(-2, 3)]
