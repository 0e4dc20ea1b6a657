"""What a robots.txt asks of us: which pages to leave alone, how slowly to ask (RFC 9309). Pure.

`judged` turns an answer into what is known of an origin; `refusal` says why a page of it may not be asked for.
Where the RFC leaves a choice: no file, or a redirect that leads nowhere, forbids nothing; a file that cannot be read
for the time being forbids everything, unless it was known before; after a month of that it counts as none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from monitor.models import Fetch, Outcome, Robots

PATH = "/robots.txt"

READ_MOST = 500 * 1024
"""Bytes of a file that are read; what follows does not count (2.5)."""

KEPT_FOR = timedelta(days=1)
"""How long an answer holds before the file is asked for again (2.4)."""

UNREADABLE_FOR = timedelta(days=30)
"""A file that could not be read for so long counts as none (2.3.1.4)."""

TRY_AGAIN_KNOWN, TRY_AGAIN = timedelta(hours=1), timedelta(minutes=1)
"""When a file that cannot be read is asked for again: where it was known before, and where nothing may be asked for
until it is. A server that did not answer at all is asked at every look: for the file, instead of the page."""

CRAWL_DELAY_MOST = timedelta(seconds=300)
"""No server is asked more slowly than this, whatever its file says."""

UNREACHABLE_STATUSES = frozenset({429, *range(500, 600)})
"""By which a server says "not now" rather than "there is none"."""

_NAMED = re.compile(r"\s*user[-_ ]?agent\s*(?::|\s)\s*([^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[a-zA-Z_-]+")
_OURS = "user-agent:"
_SOMEBODY_ELSE = "User-agent: somebody-else"


class Rules:
    """What one file says to the program with this user agent."""

    def __init__(self, body: bytes, user_agent: str) -> None:
        self._token = product_token(user_agent)
        self._rules = _parsed(list(_about(self._token, body))) if body else None

    def allows(self, url: str) -> bool:
        """Whether this address may be asked for."""
        return self._rules is None or bool(self._rules.can_fetch(url, self._token))

    @property
    def crawl_delay(self) -> timedelta:
        """How long to wait between two requests, five minutes at most."""
        asked_s = (self._rules.crawl_delay(self._token) if self._rules else None) or 0.0
        return timedelta(seconds=min(asked_s, CRAWL_DELAY_MOST.total_seconds()))


def _parsed(lines: Sequence[str]) -> Any:
    """The rules in these lines, None where no group is about us: an empty file, another page in its place."""
    if not any(line.startswith(_OURS) for line in lines):
        return None
    from protego import Protego  # seldom needed: most servers have no such file, and it is read once a day

    return Protego.parse("\n".join(lines))


@lru_cache(maxsize=8)
def product_token(user_agent: str) -> str:
    """The name a file knows us by, in lower case: letters, "_" and "-" (2.2.1); "*" where there is none."""
    named = re.search(r"\(compatible;\s*([a-zA-Z_-]+)", user_agent) or re.match(r"([a-zA-Z_-]+)", user_agent)
    return named[1].lower() if named else "*"


def _about(token: str, body: bytes) -> Iterator[str]:
    """The file's lines, every name but ours and "*" replaced by one and the same.

    A group may name thousands of others and each of them cost as much as we do; and a name that ours begins with is not
    ours (2.2.1).
    """
    whole_lines = body if len(body) < READ_MOST else body[:READ_MOST].rpartition(b"\n")[0]
    text = whole_lines.decode("utf-8-sig", "replace")
    for line in re.split(r"\r\n?|\n", text):
        named = _NAMED.match(line)
        if not named:
            yield line.lstrip()
        elif named[1].strip() == "*":
            yield f"{_OURS} *"
        else:
            name = _TOKEN.match(named[1])
            yield f"{_OURS} {token}" if name and name[0].lower() == token else _SOMEBODY_ELSE


def due(known: Robots | None, now: datetime) -> bool:
    """Whether the file is to be asked for (again)."""
    if known is None:
        return True
    if known.outcome is None:
        holds = KEPT_FOR
    elif known.known_at:
        holds = TRY_AGAIN_KNOWN
    else:
        holds = TRY_AGAIN if known.outcome in (Outcome.ROBOTS, Outcome.RATE_LIMITED) else timedelta(0)
    return not timedelta(0) <= now - known.asked_at < holds


def judged(before: Robots | None, origin: str, fetch: Fetch, now: datetime) -> Robots:
    """What is known of the origin after this answer to the question for its file."""
    before = before or Robots(origin, now)
    fault = _fault(origin, fetch)
    if fault:
        since = before.failing_since or now
        return replace(before, asked_at=now, outcome=fault, detail=fetch.detail, failing_since=since)
    body = fetch.body if fetch.outcome is None else b""
    return Robots(origin, now, known_at=now, body=body)


def _fault(origin: str, fetch: Fetch) -> Outcome | None:
    """Why the file cannot be read for now; None where it was, or there is none."""
    if fetch.status in UNREACHABLE_STATUSES:
        return Outcome.RATE_LIMITED if fetch.status == 429 else Outcome.ROBOTS
    led_astray = fetch.outcome is Outcome.ADDRESS_BLOCKED and fetch.url != origin + PATH
    refused = fetch.status is not None and 300 <= fetch.status < 500
    return None if led_astray or refused or fetch.outcome is Outcome.STATUS else fetch.outcome


def refusal(known: Robots, rules: Rules | None, url: str, now: datetime) -> tuple[Outcome, str] | None:
    """Why this address may not be asked for; `rules` are those of `known.body`, None where it was never known."""
    if rules:
        return None if rules.allows(url) else (Outcome.ROBOTS, f"forbidden by {known.origin}{PATH}")
    if known.outcome is None or now - (known.failing_since or now) > UNREADABLE_FOR:
        return None
    return known.outcome, f"{PATH}: {known.detail}; until it can be read, nothing may be asked for"
