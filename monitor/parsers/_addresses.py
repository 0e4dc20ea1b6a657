"""The addresses that listings name, each written in one way, and none that a site makes up without end. Pure."""

import re
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

from monitor.html import CAMPAIGN, JOINS_MOST, VISIT

TRACKING = re.compile(
    rf"{CAMPAIGN}|gbraid|wbraid|yclid|igshid|mkt_tok|{VISIT}|jsessionid|sessionid|session_id|sessid", re.IGNORECASE
)
"""Query parameters that say where a reader came from and which visit it is, never what is read."""

SESSION = re.compile(r";jsessionid=[^/;?]*|/\(S\(\w+\)\)", re.IGNORECASE)
"""A visit's number in the path, as Java and ASP.NET write it for readers without cookies."""

PLAIN = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?/[A-Za-z0-9._~%/-]*")
"""An address that is as it should be: neither query nor fragment. Most are."""

LENGTH_MOST = 2048
"""Characters of an address; the sitemap protocol allows no more."""

DEPTH_MOST = 20
"""Steps of a path: a deeper one is a relative link that leads into itself, again and again."""

REPEATED = re.compile(r"(/[^/]+(?:/[^/]+){0,2})\1\1(?=/|\Z)")
"""The same one to three steps three times in a row: the other mark of such a link, and of calendars that never end."""


def page_address(href: str, base_url: str) -> str | None:
    """The address of a page that a listing names, absolute, less fragment, tracking and session; None where it is no
    page's, or one of a trap."""
    href = href.strip()
    url = href if PLAIN.fullmatch(href) and "/." not in href else _settled(href, base_url)
    return None if url is None or _is_trap(url) else url


def _settled(href: str, base_url: str) -> str | None:
    """The address that stays as it is when it is taken apart again: what is left out can make another of the rest."""
    with suppress(ValueError):  # it cannot be taken apart
        url = _resolved(href, base_url)
        for _ in range(JOINS_MOST):
            again = url and _resolved(url, base_url)
            if again == url:
                return url
            url = again
    return None


def _resolved(href: str, base_url: str) -> str | None:
    url = urljoin(base_url, href).partition("#")[0]
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    kept = [pair for pair in parts.query.split("&") if not TRACKING.fullmatch(pair.partition("=")[0])]
    path = urlsplit(urljoin("https://host/", parts.path)).path if "/." in parts.path else parts.path
    return parts._replace(path=SESSION.sub("", path), query="&".join(kept)).geturl().strip()


def _is_trap(url: str) -> bool:
    if len(url) > LENGTH_MOST:
        return True
    steps = url.partition("?")[0].split("/")[3:]
    if len(steps) > DEPTH_MOST:
        return True
    return len(steps) - len(set(steps)) >= 2 and REPEATED.search("/" + "/".join(steps)) is not None
