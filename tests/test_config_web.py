"""`[web]`: what is read as meant, and what would let anyone in."""

from pathlib import Path

import pytest

from monitor import config
from monitor.models import Web
from tests.test_config import ENVIRONMENT, MONITOR, SOURCE, faults, folder

TOKEN = "a-token-of-some-length"
BOUND = 'bind = "127.0.0.1:8733"'


@pytest.mark.parametrize(
    ("web", "meant"),
    [
        (BOUND, Web()),
        ('bind = ""', Web(bind="")),
        ('bind = "[::1]:80"', Web(bind="[::1]:80")),
        ('url = "https://monitor.example.org/"', Web(url="https://monitor.example.org")),
        (f'bind = "0.0.0.0:80"\ntoken = "{TOKEN}"\nhosts = "Harbour"', Web("0.0.0.0:80", "", ("harbour",), TOKEN)),
        ('bind = "10.0.0.1:80"\ntoken_file = "web.token"', Web("10.0.0.1:80", token=TOKEN)),
        (
            'bind = "10.0.0.1:80"\ntrusted_proxy = ["10.0.0.2", "10.1.0.0/16"]',
            Web("10.0.0.1:80", trusted_proxies=("10.0.0.2", "10.1.0.0/16")),
        ),
    ],
)
def test_where_the_pages_are_served_is_read_as_meant(tmp_path: Path, web: str, meant: Web) -> None:
    (tmp_path / "web.token").write_text(f"{TOKEN}\n")
    assert config.load(folder(tmp_path, MONITOR.replace(BOUND, web), rivers=SOURCE), ENVIRONMENT).web == meant


OPEN = "others can reach this address: set `token`, `token_file` or `trusted_proxy`, or bind 127.0.0.1"


@pytest.mark.parametrize(
    ("web", "words"),
    [
        ('bind = "0.0.0.0:8733"', f"bind: {OPEN}"),
        ('bind = "[::]:8733"', f"bind: {OPEN}"),
        ('bind = "8733"', 'bind: expected an address and port such as "127.0.0.1:8733"'),
        ('bind = "monitor.example.org:80"', "bind: expected an address and port"),
        ('bind = "127.0.0.1:99999"', "bind: expected an address and port"),
        ('token = "hunter2"', "token: expected at least 16 characters, ASCII without spaces"),
        ("token = 22222222222222222", "token: input should be a valid string"),
        (f'token = "{TOKEN}"\ntoken_file = "x"', "token_file: cannot be read"),
        ('url = "https://monitor.example.org/news"', "url: expected an address without a path"),
        ('trusted_proxy = "proxy"', 'trusted_proxy: expected an address such as "10.0.0.2"'),
        ('host = "a"', 'host: unknown key; did you mean "hosts"?'),
    ],
)
def test_what_would_let_anyone_in_or_nobody_is_told(tmp_path: Path, web: str, words: str) -> None:
    found = faults(tmp_path, MONITOR.replace(BOUND, web), rivers=SOURCE)
    assert any(f"web.{words}" in fault for fault in found), found
    assert not any("hunter2" in fault or "2222" in fault for fault in found)
