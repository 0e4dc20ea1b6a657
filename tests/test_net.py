"""What may be reached, and one exchange with everything a server can do to it."""

import asyncio
import contextlib
import ssl
from datetime import timedelta

import pytest
import trustme

from monitor.models import Outcome
from monitor.net import Answer, Connections, NetError, Target, parse_allow, permitted, post, target
from tests.loop import run
from tests.servers import HANG, RESET, answer, serving


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "151.101.0.144", "192.0.1.1", "198.17.255.255", "223.255.255.255", "2606:4700::1111", "2a04:4e42::144"],
)
def test_public_addresses_are_permitted(address: str) -> None:
    assert permitted(address, 443, ())


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.1", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.0.1", "169.254.169.254", "172.16.0.1"),
        *("172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1"),
        *("203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "100::1", "fc00::1"),
        *("fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1"),
    ],
)
def test_other_addresses_are_not(address: str) -> None:
    assert not permitted(address, 443, ())


@pytest.mark.parametrize(
    ("address", "port", "entry", "opened"),
    [
        ("127.0.0.1", 8000, "127.0.0.1:8000", True),
        ("127.0.0.1", 8001, "127.0.0.1:8000", False),
        ("127.0.0.2", 8000, "127.0.0.1:8000", False),
        ("127.0.0.1", 1, "127.0.0.1", True),
        ("10.1.2.3", 80, "10.1.0.0/16", True),
        ("10.2.2.3", 80, "10.1.0.0/16", False),
        ("10.1.2.3", 80, "10.1.0.0/16:443", False),
        ("::1", 8000, "[::1]:8000", True),
        ("::1", 8001, "[::1]:8000", False),
        ("::1", 8001, "::1", True),
        ("::ffff:127.0.0.1", 8000, "127.0.0.1:8000", False),
    ],
)
def test_an_entry_of_allow_opens_what_it_names(address: str, port: int, entry: str, opened: bool) -> None:
    assert permitted(address, port, (entry,)) is opened


@pytest.mark.parametrize("entry", ["", "localhost", "127.0.0.1:x", "10.1.0.0/33", "10.1.2.3/16", "[::1", "1.2.3.4:9:1"])
def test_an_entry_of_allow_that_is_no_address_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        parse_allow(entry)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.example", Target("http", "a.example", 80, "a.example", "/")),
        ("https://A.Example:8443/x?y=1#z", Target("https", "a.example", 8443, "a.example:8443", "/x?y=1")),
        ("https://u:p@a.example/", Target("https", "a.example", 443, "a.example", "/")),
        ("http://[::1]:80/x", Target("http", "::1", 80, "[::1]:80", "/x")),
        (
            "http://ä.example/ü?q[]=ö x",
            Target("http", "xn--4ca.example", 80, "xn--4ca.example", "/%C3%BC?q[]=%C3%B6%20x"),
        ),
        ("http://a.example/%C3%BC", Target("http", "a.example", 80, "a.example", "/%C3%BC")),
        ("http://１２７.0.0.1/", Target("http", "127.0.0.1", 80, "127.0.0.1", "/")),
    ],
)
def test_an_address_is_taken_apart(url: str, expected: Target) -> None:
    assert target(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "http://a b.example/",
        "http://a\x00b/",
        "ftp://a.example",
        "file:///etc/passwd",
        "http://",
        "http://a:0/",
        "http://a:b/",
        "http://[x]/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        target(url)


def posted(url: str, **options: object) -> Answer:
    return run(post(url, b'{"a": 1}', {"Content-Type": "application/json"}, **options))  # type: ignore[arg-type]


def fault(url: str, **options: object) -> Outcome:
    with pytest.raises(NetError) as caught:
        posted(url, **options)
    return caught.value.outcome


def test_a_post_arrives_and_its_answer_comes_back() -> None:
    async def story() -> tuple[Answer, list[str]]:
        async with serving(answer(b"thanks", "202 Accepted", X_Id="7")) as server:
            return await post(f"{server.url}/hook?a=b", b"{}", {"X-Sign": "s"}), server.requests

    got, requests = run(story())
    assert got == Answer(202, {"content-length": "6", "x-id": "7"}, b"thanks")
    assert [line for line in requests[0].split("\r\n") if not line.startswith("Host")] == [
        *("POST /hook?a=b HTTP/1.1", "X-Sign: s", "Connection: close", "Content-Length: 2", "", "{}")
    ]


def test_a_redirect_is_an_answer_like_any_other() -> None:
    async def story() -> tuple[int, int]:
        async with serving(answer(status="307 Temporary Redirect", Location="/elsewhere")) as server:
            got = await post(server.url, b"", {})
            return got.status, len(server.requests)

    assert run(story()) == (307, 1)


def test_an_answer_is_read_up_to_the_limit() -> None:
    async def story() -> bytes:
        async with serving(answer(b"x" * 500_000)) as server:
            return (await post(server.url, b"", {}, limit=1000)).body

    assert run(story()) == b"x" * 1000


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (b"", Outcome.RESET),
        (RESET, Outcome.RESET),
        (HANG, Outcome.TIMEOUT),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", Outcome.TRUNCATED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n" + HANG, Outcome.TIMEOUT),
        (b"SSH-2.0-OpenSSH_9.9\r\n", Outcome.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nContent-", Outcome.TRUNCATED),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", Outcome.PROTOCOL),
    ],
)
def test_a_broken_answer_is_a_fault_of_its_kind(told: bytes, outcome: Outcome) -> None:
    async def story() -> Outcome:
        async with serving(told) as server:
            try:
                await post(server.url, b"", {}, deadline=timedelta(seconds=0.3))
            except NetError as error:
                return error.outcome
        raise AssertionError("no fault")

    assert run(story()) is outcome


def test_nobody_listening_is_a_fault_of_the_connection() -> None:
    assert fault("http://127.0.0.1:1/") is Outcome.CONNECT


def test_a_name_without_addresses_is_a_fault_of_the_connection() -> None:
    assert fault("http://nobody.invalid/") is Outcome.CONNECT


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1"])
def test_a_disguised_loopback_address_is_blocked_though_written_by_the_operator(host: str) -> None:
    assert fault(f"http://{host}:1/") is Outcome.ADDRESS_BLOCKED


def test_an_exchange_with_a_private_address_is_blocked_before_anything_is_sent() -> None:
    async def story() -> tuple[Outcome, list[str]]:
        async with serving(answer()) as server:
            with pytest.raises(NetError) as caught:
                async with Connections().exchange("GET", target(server.url), ()):
                    pass
            return caught.value.outcome, server.requests

    assert run(story()) == (Outcome.ADDRESS_BLOCKED, [])


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, str]:
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, str(path)


def tls_post(ca: trustme.CA, ca_file: str, name: str) -> Answer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name).configure_cert(context)

    async def story() -> Answer:
        async with serving(answer(b"ok"), tls=context) as server:
            return await post(server.url, b"", {}, ca_file=ca_file)

    return run(story())


def test_a_private_authority_is_trusted_where_it_is_named(authority: tuple[trustme.CA, str]) -> None:
    assert tls_post(*authority, "127.0.0.1").body == b"ok"


@pytest.mark.parametrize(("name", "named"), [("127.0.0.1", False), ("other.example", True)])
def test_a_certificate_that_does_not_vouch_is_a_fault(
    authority: tuple[trustme.CA, str], name: str, named: bool
) -> None:
    ca, ca_file = authority
    with pytest.raises(NetError) as caught:
        tls_post(ca, ca_file if named else "", name)
    assert caught.value.outcome is Outcome.TLS


def test_plain_words_where_tls_is_spoken_are_a_fault() -> None:
    async def story() -> Outcome:
        async with serving(answer()) as server:
            with pytest.raises(NetError) as caught:
                await post(server.url.replace("http:", "https:"), b"", {}, deadline=timedelta(seconds=1))
            return caught.value.outcome

    assert run(story()) in (Outcome.TLS, Outcome.TIMEOUT)


# --- kept connections ------------------------------------------------------------------------------------------------


async def bodies(connections: Connections, url: str, times: int) -> list[bytes]:
    found = []
    for _ in range(times):
        async with connections.exchange("GET", target(url), ()) as got:
            found.append(b"".join([chunk async for chunk in got.chunks(10_000)]))
    return found


def kept(answers: list[bytes], times: int) -> tuple[list[bytes], int]:
    """What so many exchanges brought, and over how many connections; each connection gives these answers, then ends."""
    opened = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            for each in answers:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(each)
        writer.close()

    async def story() -> list[bytes]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        connections = Connections((f"127.0.0.1:{port}",))
        async with server:
            found = await bodies(connections, f"http://127.0.0.1:{port}/", times)
            connections.close()
        return found

    return run(story()), opened


def test_a_clean_connection_serves_the_next_exchange() -> None:
    assert kept([answer(b"one"), answer(b"two"), answer(b"three")], 3) == ([b"one", b"two", b"three"], 1)


def test_an_answer_without_a_body_leaves_the_connection_clean() -> None:
    not_modified = b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"
    assert kept([not_modified, answer(b"two")], 2) == ([b"", b"two"], 1)


def test_what_a_server_adds_after_its_answer_is_never_the_next_one() -> None:
    assert kept([answer(b"one") + answer(b"smuggled"), answer(b"two")], 2) == ([b"one", b"one"], 2)


def test_a_kept_connection_that_the_server_has_closed_is_opened_anew() -> None:
    assert kept([answer(b"one")], 3) == ([b"one", b"one", b"one"], 3)
