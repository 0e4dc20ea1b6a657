"""How hosts are spared: which failures are their own, how long they rest then, what they had of us today. Pure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.models import Fetch, Host, Outcome

PATIENCE = timedelta(seconds=30)
"""Up to this a round waits for a host; for longer, its pages wait in the store."""

FAILURES_ALLOWED = 5
"""After so many requests in a row without an answer it is the host that fails, not its pages."""

REST_FIRST, REST_MOST = timedelta(minutes=1), timedelta(minutes=30)
"""A host that fails rests for this, then twice as long each time one more request fails, up to so long."""

UNANSWERED = frozenset({Outcome.CONNECT, Outcome.TIMEOUT, Outcome.RESET, Outcome.TLS})


def after_answer(host: Host, fetch: Fetch, now: datetime) -> Host:
    """The host after one request. One that says it is asked too often, and not for how long, rests at once."""
    if fetch.status == 429 and fetch.retry_after is None:
        return _rested(replace(host, failures=max(host.failures + 1, FAILURES_ALLOWED)), now)
    if fetch.status in (429, 503) or (fetch.status is None and fetch.outcome in UNANSWERED):
        return _rested(replace(host, failures=host.failures + 1), now)
    return replace(host, failures=0) if host.failures else host


def _rested(host: Host, now: datetime) -> Host:
    beyond = host.failures - FAILURES_ALLOWED
    if beyond < 0:
        return host
    until = now + min(REST_FIRST * (1 << min(beyond, 16)), REST_MOST)
    return replace(host, free_at=until)


def after_request(host: Host, now: datetime) -> Host:
    """The host with one more request."""
    return replace(host, asked_at=now, requests=requests_on(host, now) + 1)


def requests_on(host: Host, now: datetime) -> int:
    """The requests it has had on this day (UTC)."""
    same = host.asked_at is not None and host.asked_at.astimezone(UTC).date() == now.astimezone(UTC).date()
    return host.requests if same else 0
