"""The addresses that listings name: written in one way, and none of a trap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.models import canonical
from monitor.parsers._addresses import page_address

LISTING = "https://sluices.example/news/"


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("lock", "https://sluices.example/news/lock"),
        (" /lock ", "https://sluices.example/lock"),
        ("/lock#gates", "https://sluices.example/lock"),
        ("https://sluices.example/a/../lock", "https://sluices.example/lock"),
        ("/lock?utm_source=feed&page=2&fbclid=x&gclid=y", "https://sluices.example/lock?page=2"),
        ("/lock?msclkid=1&_ga=2", "https://sluices.example/lock"),
        ("/lock?PHPSESSID=abc&id=4", "https://sluices.example/lock?id=4"),
        ("/lock;jsessionid=A1B2?id=4", "https://sluices.example/lock?id=4"),
        ("/(S(k3h5))/lock", "https://sluices.example/lock"),
        ("/lock?session=winter", "https://sluices.example/lock?session=winter"),
        ("javascript:alert(1)", None),
        ("mailto:a@b.example", None),
        ("http://[::1/lock", None),
        (f"/{'a' * 2048}", None),
        ("/" + "/".join("abcdefghijklmnopqrst"), "https://sluices.example/" + "/".join("abcdefghijklmnopqrst")),
        ("/" + "/".join("abcdefghijklmnopqrstu"), None),
        ("/news/news/lock", "https://sluices.example/news/news/lock"),
        ("/news/news/news/lock", None),
        ("/2026/11/2026/11/2026/11", None),
        ("/a/b/c/a/b/c/a/b/c/d", None),
        ("/newsnews/news/news", "https://sluices.example/newsnews/news/news"),
    ],
)
def test_a_page_has_one_address_and_a_trap_has_none(href: str, address: str | None) -> None:
    assert page_address(href, LISTING) == address


@given(st.text(max_size=60))
def test_an_address_of_a_page_is_its_own_address(href: str) -> None:
    address = page_address(href, LISTING)
    assert address is None or page_address(address, "https://other.example/") == address


@given(
    st.sampled_from(["http://", "https://", "HTTPS://"]),
    st.text("abAB.-:1", max_size=8),
    st.text("aB/._~%é?#=&;@:'()", max_size=12),
)
def test_plain_addresses_are_told_alike_as_all_others_are(scheme: str, host: str, rest: str) -> None:
    url = f"{scheme}{host}/{rest}"
    assert canonical(url) == canonical(f"{url}#x" if "#" not in url else url)
