"""Which addresses may be reached, and an address taken apart for a request. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

NOT_PUBLIC = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
"""IANA's special-purpose registry (RFC 6890). Written out, as `ipaddress.is_global` lets several of these through."""

PUBLIC_V6 = IPv6Network("2000::/3")
NOT_PUBLIC_V6 = tuple(IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
"""Of IPv6 only global unicast is public, less what tunnels IPv4 or is documentation."""


HOST = re.compile(r"[A-Za-z0-9_.-]+|[0-9A-Fa-f:.]+(?:%\w+)?")
"""What names and addresses are made of; "_" is in none by the letter of RFC 1123, yet in many in practice."""

UNQUOTED = "/%:@!$&'()*+,;=~[]|"
"""What an address keeps as written besides letters and digits; "%" among them, so that nothing is quoted twice."""


# --- which addresses may be reached ----------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def permitted(address: str, port: int, allow: tuple[str, ...]) -> bool:
    """Whether this numeric address may be connected to: it is public, or an entry of `allow` covers it.

    Raises:
        ValueError: `address` is no address, or an entry of `allow` is none.
    """
    ip = ip_address(address.partition("%")[0])  # a zone ("fe80::1%eth0") never makes an address public
    if any(ip in network and only in (None, port) for network, only in map(parse_allow, allow)):
        return True
    if isinstance(ip, IPv6Address):
        return ip in PUBLIC_V6 and not any(ip in network for network in NOT_PUBLIC_V6)
    return not any(ip in network for network in NOT_PUBLIC)


@lru_cache
def parse_allow(entry: str) -> tuple[IPv4Network | IPv6Network, int | None]:
    """An entry of `allow` ("127.0.0.1:8000", "[::1]", "10.1.0.0/16") as its network and, where it names one, its port.

    Raises:
        ValueError: it is none; the text says what was expected.
    """
    address, port = _split_port(entry)
    try:
        return ip_network(address), int(port) if port else None
    except ValueError:
        raise ValueError(f'"{entry}" is no address such as "127.0.0.1:8000" or "10.1.0.0/16"') from None


def _split_port(entry: str) -> tuple[str, str]:
    if entry.startswith("[") and "]" in entry:
        address, _, rest = entry[1:].partition("]")
        return address, rest.removeprefix(":")
    address, _, port = entry.partition(":")
    return (address, port) if ":" not in port else (entry, "")


def numeric(host: str) -> bool:
    """Whether the host is an address itself, which no resolver needs to be asked for."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


# --- where a request goes --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """An http(s) address, taken apart for a request. `host` is ASCII; `authority` is what the Host header says."""

    scheme: str
    host: str
    port: int
    authority: str
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port (RFC 6454)."""
        return self.scheme, self.host, self.port


@lru_cache(maxsize=4096)
def target(url: str) -> Target:
    """The address taken apart; user and password in it are left out, as is the fragment.

    Raises:
        ValueError: it is no http(s) address.
    """
    parts = urlsplit(url)
    port = parts.port
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError(f"no http(s) address: {url[:200]!r}")
    host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode("ascii")
    if not HOST.fullmatch(host):
        raise ValueError(f"no host's name: {host[:200]!r}")
    shown = f"[{host}]" if ":" in host else host
    path = quote(parts.path or "/", safe=UNQUOTED)
    query = "?" + quote(parts.query, safe=UNQUOTED + "?") if parts.query else ""
    standard = 443 if parts.scheme == "https" else 80
    return Target(parts.scheme, host, port or standard, f"{shown}:{port}" if port else shown, path + query)
