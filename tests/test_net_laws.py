"""Laws of addresses, whatever anybody writes."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urljoin

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.net import Target, permitted, target

V4 = st.integers(0, 2**32 - 1).map(IPv4Address)
V6 = st.integers(0, 2**128 - 1).map(IPv6Address)


def taken_apart(url: str) -> Target | None:
    try:
        return target(url)
    except ValueError:
        return None


@settings(deadline=None)
@given(V4 | V6)
def test_what_python_calls_private_is_never_permitted(address: IPv4Address | IPv6Address) -> None:
    inside = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
    assert not (inside and permitted(str(address), 80, ()))


@settings(deadline=None)
@given(V4)
def test_no_disguise_of_an_ipv4_address_is_permitted(address: IPv4Address) -> None:
    tunnelled = f"2002:{int(address) >> 16:x}:{int(address) & 0xFFFF:x}::"
    for written in (f"::ffff:{address}", f"::{address}", f"64:ff9b::{address}", tunnelled):
        assert not permitted(str(ip_address(written)), 80, ())


@settings(deadline=None)
@given(V4 | V6, st.integers(1, 65535))
def test_an_address_is_opened_by_itself_and_at_its_port_alone(address: IPv4Address | IPv6Address, port: int) -> None:
    entry = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
    assert permitted(str(address), port, (entry,))
    assert permitted(str(address), port % 65535 + 1, (entry,)) == permitted(str(address), port, ())


@settings(deadline=None)
@given(
    st.text(max_size=80)
    | st.text(st.sampled_from("/:@?#[]%.\\ ah0\x00é１"), max_size=40).map(lambda end: f"http://{end}")
)
def test_a_target_can_be_sent_as_it_is(url: str) -> None:
    to = taken_apart(url)
    if to:
        line = f"GET {to.path} HTTP/1.1 {to.authority}"
        assert line.isascii() and line.isprintable() and to.path.startswith("/") and " " not in to.path + to.authority
        assert "@" not in to.authority and 0 < to.port < 65536


@settings(deadline=None)
@given(st.text(max_size=80))
def test_a_redirect_is_taken_apart_or_refused(location: str) -> None:
    try:
        url = urljoin("http://a.example/news", location)
    except ValueError:
        return
    to = taken_apart(url)
    assert to is None or to.scheme in ("http", "https")
