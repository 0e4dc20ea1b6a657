"""`[web]`: where the pages may be bound, and what must guard them there."""

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.models import Web

if TYPE_CHECKING:
    from monitor._config_tables import WebTable

LEAST_TOKEN = 16
"""Characters of a token: enough that five tries a minute never find it."""

OPEN = "others can reach this address: set `token`, `token_file` or `trusted_proxy`, or bind 127.0.0.1"


def bind(value: str) -> str:
    """HOST:PORT to listen at; the host is an address of this machine or "localhost"; "" is nowhere."""
    if value:
        try:
            bound(value)
        except ValueError:
            raise ValueError('expected an address and port such as "127.0.0.1:8733", or "" for no web pages') from None
    return value


def bound(value: str) -> tuple[str, int]:
    """The address and the port that `[web] bind` names.

    Raises:
        ValueError: it names none.
    """
    parts = urlsplit(f"//{value}")
    if parts.netloc != value or parts.port is None or not parts.hostname or "@" in value:
        raise ValueError(value)
    return ("127.0.0.1" if parts.hostname == "localhost" else str(ip_address(parts.hostname))), parts.port


def network(value: str) -> str:
    """An address, or a range of them."""
    parsed(value)
    return value


def parsed(value: str) -> IPv4Network | IPv6Network:
    """The range that `[web] trusted_proxy` names."""
    try:
        return ip_network(value)
    except ValueError:
        raise ValueError('expected an address such as "10.0.0.2" or a range such as "10.0.0.0/24"') from None


def host(value: str) -> str:
    """A name the pages are reached by, without a port."""
    if not re.fullmatch(r"[A-Za-z0-9._-]+", value):
        raise ValueError('expected a host such as "monitor.example.org"')
    return value.lower()


def origin(value: str) -> str:
    """Where readers reach the pages, without a slash at its end; "" is as they are bound."""
    parts = urlsplit(value)
    if value and (parts.path.strip("/") or parts.query):
        raise ValueError('expected an address without a path such as "https://monitor.example.org"')
    return value.rstrip("/")


def web(table: "WebTable", root: Path, fault: Callable[[str, str], None]) -> Web:
    """How the pages are served; `fault` is told a key and what is wrong there. `root` is where relative paths start."""
    secret = table.token
    if table.token_file:
        secret = _from_file(root / table.token_file, fault)
        if table.token:
            fault("web.token_file", "give either this or `token`")
    elif secret:
        _ensure_token(secret, "web.token", fault)
    found = Web(table.bind, table.url, table.hosts, secret, table.trusted_proxy)
    if is_open(found) and not table.token_file:
        fault("web.bind", OPEN)
    return found


def is_open(web: Web) -> bool:
    """Whether anyone in the network may come in."""
    reached = web.bind and not ip_address(bound(web.bind)[0]).is_loopback
    return bool(reached) and not (web.token or web.trusted_proxies)


def _from_file(path: Path, fault: Callable[[str, str], None]) -> str:
    try:
        secret = path.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        fault("web.token_file", f"cannot be read: {error}")
        return ""
    _ensure_token(secret, "web.token_file", fault)
    return secret


def _ensure_token(secret: str, key: str, fault: Callable[[str, str], None]) -> None:
    """Its words are in no fault: it is a secret."""
    if len(secret) < LEAST_TOKEN or not secret.isascii() or not secret.isprintable() or " " in secret:
        fault(key, f"expected at least {LEAST_TOKEN} characters, ASCII without spaces")
