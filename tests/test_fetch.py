"""Whatever a server does, a fetch is a value: the page, or one outcome that says what went wrong."""

import gzip
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.fetch import Fetcher
from monitor.models import Fetch, Http, Outcome
from tests.loop import run
from tests.servers import HANG, RESET, Answer, answer, html, serving

HTTP = Http(user_agent="tests", deadline=timedelta(seconds=0.5), max_body=100_000, allow=("127.0.0.1",))
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def fetched(
    *answers: Answer, path: str = "/a", etag: str | None = None, last_modified: str | None = None
) -> tuple[Fetch, list[str]]:
    """The fetch, its address without the server's, and the requests it took."""

    async def story() -> tuple[Fetch, list[str]]:
        async with serving(*answers) as server:
            fetch = await Fetcher(HTTP).fetch(server.url + path, etag, last_modified)
            return replace(fetch, url=fetch.url.removeprefix(server.url)), server.requests

    return run(story())


def outcome(*answers: Answer) -> Outcome | None:
    return fetched(*answers)[0].outcome


def moved(location: str, status: str = "301 Moved Permanently") -> bytes:
    return answer(status=status, Location=location)


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_page_comes_whole_with_what_the_server_says_of_it() -> None:
    told = html("<p>Sluices</p>", ETag='W/"1-gzip"', Last_Modified="Tue, 03 Mar 2026 10:00:00 GMT")
    fetch, _ = fetched(told)
    assert replace(fetch, elapsed_ms=0) == Fetch(
        "/a",
        status=200,
        headers=(
            ("content-length", "14"),
            ("content-type", "text/html; charset=utf-8"),
            ("ETag", 'W/"1-gzip"'),
            ("Last-Modified", "Tue, 03 Mar 2026 10:00:00 GMT"),
        ),
        content_type="text/html; charset=utf-8",
        body=b"<p>Sluices</p>",
        etag='W/"1-gzip"',
        last_modified="Tue, 03 Mar 2026 10:00:00 GMT",
        wire_bytes=len(told),
        requests=1,
    )


@pytest.mark.parametrize(
    ("modified", "answered", "kept"),
    [
        ("Tue, 03 Mar 2026 10:00:00 GMT", "Tue, 03 Mar 2026 10:00:00 GMT", False),
        ("Tue, 03 Mar 2026 10:00:00 GMT", "Tue, 03 Mar 2026 10:00:01 GMT", True),
        ("Tue, 03 Mar 2026 10:00:00 GMT", "Tue, 03 Mar 2026 09:00:00 GMT", False),
        ("yesterday", "Tue, 03 Mar 2026 10:00:00 GMT", False),
    ],
)
def test_a_date_that_a_later_edit_could_share_is_no_validator(modified: str, answered: str, kept: bool) -> None:
    fetch, _ = fetched(html("", Last_Modified=modified, Date=answered))
    assert fetch.last_modified == (modified if kept else None)


def test_a_request_says_who_asks_and_takes_gzip_alone() -> None:
    _, requests = fetched(html(""), etag='"1"', last_modified="yesterday")
    lines = [line for line in requests[0].split("\r\n") if not line.startswith(("Host", "Accept:"))]
    assert lines == [
        "GET /a HTTP/1.1",
        "User-Agent: tests",
        "Accept-Encoding: gzip",
        'If-None-Match: "1"',
        "If-Modified-Since: yesterday",
        "",
        "",
    ]


def test_a_validator_goes_back_byte_for_byte_as_it_came() -> None:
    first, _ = fetched(html("", ETag='"\xe9\xff"'))
    _, requests = fetched(html(""), etag=first.etag)
    assert 'If-None-Match: "\xe9\xff"\r\n' in requests[0]


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
def test_a_body_is_unpacked(coding: str) -> None:
    fetch, _ = fetched(answer(gzip.compress(b"words " * 1000), Content_Encoding=coding))
    assert (fetch.outcome, fetch.body) == (None, b"words " * 1000)


def test_a_chunked_body_is_joined() -> None:
    fetch, _ = fetched(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n"
    )
    assert fetch.body == b"abcde"


def test_interim_answers_are_passed_over() -> None:
    fetch, _ = fetched(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3 + html("page"))
    assert (fetch.status, fetch.body) == (200, b"page")


def test_control_characters_never_leave_a_header() -> None:
    fetch, _ = fetched(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\x9b31m\r\nContent-Length: 0\r\n\r\n")
    assert fetch.content_type == "text/html 31m"


# --- unchanged -------------------------------------------------------------------------------------------------------


def test_not_modified_counts_where_it_was_asked_for() -> None:
    fetch, _ = fetched(answer(status="304 Not Modified", ETag='"2"'), etag='"1"')
    assert (fetch.outcome, fetch.not_modified, fetch.etag) == (None, True, '"2"')


def test_not_modified_unasked_is_no_page() -> None:
    fetch, _ = fetched(answer(status="304 Not Modified"))
    assert (fetch.outcome, fetch.not_modified) == (Outcome.STATUS, False)


# --- statuses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, Outcome.AUTH_REQUIRED),
        (403, Outcome.BLOCKED),
        (404, Outcome.GONE),
        (407, Outcome.AUTH_REQUIRED),
        (410, Outcome.GONE),
        (429, Outcome.RATE_LIMITED),
        (451, Outcome.BLOCKED),
        (503, Outcome.MAINTENANCE),
        *((code, Outcome.STATUS) for code in (201, 203, 205, 206, 226, 300, 400, 418, 500, 502, 504, 599, 999)),
    ],
)
def test_only_200_is_the_page(status: int, expected: Outcome) -> None:
    assert outcome(html("<p>words</p>", f"{status} X")) is expected


def test_204_is_no_page() -> None:
    assert outcome(b"HTTP/1.1 204 No Content\r\n\r\n") is Outcome.STATUS


@pytest.mark.parametrize(("name", "value"), [("Cf-Mitigated", "challenge"), ("X-Amzn-Waf-Action", "captcha")])
def test_a_wall_says_so_in_a_header(name: str, value: str) -> None:
    assert outcome(html("<p>words</p>", "202 Accepted", **{name: value})) is Outcome.BLOCKED


def test_the_pause_a_server_asks_for_is_told() -> None:
    fetch, _ = fetched(html("", "503 Service Unavailable", Retry_After="120"))
    assert (fetch.outcome, fetch.retry_after) == (Outcome.MAINTENANCE, timedelta(seconds=120))


# --- redirects -------------------------------------------------------------------------------------------------------


def test_a_permanent_move_says_where_the_page_is_now() -> None:
    fetch, _ = fetched(moved("/b"), moved("c", "308 Permanent Redirect"), html("page"))
    assert (fetch.url, fetch.permanent, fetch.body) == ("/c", True, b"page")


@pytest.mark.parametrize("status", ["302 Found", "303 See Other", "307 Temporary Redirect"])
def test_one_passing_step_makes_a_move_passing(status: str) -> None:
    fetch, _ = fetched(moved("/b"), moved("/c", status), html("page"))
    assert (fetch.url, fetch.permanent) == ("/c", False)


def test_a_page_that_stays_has_not_moved() -> None:
    assert fetched(html("page"))[0].permanent is False


@pytest.mark.parametrize(("letter", "asked"), [("ü", "%C3%BC"), ("Á", "%C3%81"), ("—", "%E2%80%94")])
def test_an_address_in_utf8_is_followed(letter: str, asked: str) -> None:
    fetch, requests = fetched(moved(f"/b{letter}".encode().decode("latin-1")), html("page"))
    assert (fetch.url, requests[1].split()[1]) == (f"/b{letter}", f"/b{asked}")


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        *(
            (to, Outcome.REDIRECT_BLOCKED)
            for to in ("file:///etc/passwd", "data:text/html,x", "javascript:x", "ftp://a/")
        ),
        ("http://169.254.169.254/latest/", Outcome.ADDRESS_BLOCKED),
        ("http://2130706434/", Outcome.ADDRESS_BLOCKED),
        ("http://127.0.0.2:1/", Outcome.ADDRESS_BLOCKED),
        ("http://[::ffff:127.0.0.1]/", Outcome.ADDRESS_BLOCKED),
        ("/a", Outcome.REDIRECT_LOOP),
        ("", Outcome.REDIRECT_INVALID),
        ("http://[/", Outcome.REDIRECT_INVALID),
        ("http://a:b/", Outcome.REDIRECT_INVALID),
        ("/" + "x" * 5000, Outcome.REDIRECT_INVALID),
    ],
)
def test_a_redirect_that_leads_nowhere_is_not_followed(location: str, expected: Outcome) -> None:
    fetch, requests = fetched(moved(location))
    assert (fetch.outcome, len(requests)) == (expected, 1)


def test_a_redirect_without_an_address_is_invalid() -> None:
    assert outcome(answer(status="301 Moved Permanently")) is Outcome.REDIRECT_INVALID


def test_a_chain_ends_after_five_hops() -> None:
    fetch, requests = fetched(lambda request: moved(request.split()[1] + "x"))
    assert (fetch.outcome, len(requests)) == (Outcome.REDIRECT_LOOP, 6)


def test_validators_stay_with_the_origin_they_came_from() -> None:
    async def story() -> tuple[list[str], list[str]]:
        async with serving(html("page")) as other, serving(moved(f"{other.url}/b")) as first:
            await Fetcher(HTTP).fetch(f"{first.url}/a", '"1"', None)
            return first.requests, other.requests

    first, other = run(story())
    assert ["If-None-Match" in request for request in (*first, *other)] == [True, False]


# --- broken and hostile ----------------------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
PACKED = gzip.compress(bytes(range(256)) * 100)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (b"", Outcome.RESET),
        (RESET, Outcome.RESET),
        (HANG, Outcome.TIMEOUT),
        (HEAD + b"Content-Length: 99\r\n\r\nhalf", Outcome.TRUNCATED),
        (HEAD + b"Content-Length: 99\r\n\r\nhalf" + HANG, Outcome.TIMEOUT),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nhalf", Outcome.TRUNCATED),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", Outcome.TRUNCATED),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhalf\r\n", Outcome.PROTOCOL),
        (HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", Outcome.PROTOCOL),
        (HEAD + b"X: " + b"x" * 200_000 + b"\r\n\r\n", Outcome.HEADERS_TOO_LARGE),
        (HEAD + b"X: y\r\n" * 50_000 + b"\r\n", Outcome.HEADERS_TOO_LARGE),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20_000, Outcome.HEADERS_TOO_LARGE),
        (HEAD + b"Content-Length: 200000\r\n\r\n", Outcome.TOO_LARGE),
        (HEAD + b"\r\n" + b"x" * 200_000 + HANG, Outcome.TOO_LARGE),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + (b"1;" + b"e" * 9000 + b"\r\nx\r\n") * 40, Outcome.TOO_LARGE),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 10_000_000), Outcome.TOO_LARGE),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n" + PACKED[:-20], Outcome.TRUNCATED),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n" + PACKED[:50] + b"?" * 50, Outcome.ENCODING),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n" + PACKED + b"more", Outcome.ENCODING),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n<html>plain</html>", Outcome.ENCODING),
        (HEAD + b"Content-Encoding: br\r\n\r\nx", Outcome.ENCODING),
        (HEAD + b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(b"x"), Outcome.ENCODING),
        (HEAD + b"Content-Encoding: gzip, gzip\r\n\r\nx", Outcome.ENCODING),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\nx", Outcome.ENCODING),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"e" * 150_000, Outcome.TOO_LARGE),
        (b"HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n", Outcome.PROTOCOL),
        (b"<html>HTTP/0.9</html>", Outcome.PROTOCOL),
        (b"\x00\xff\x00\xff\r\n\r\n", Outcome.PROTOCOL),
    ],
)
def test_a_broken_answer_has_one_outcome_and_no_body(told: bytes, expected: Outcome) -> None:
    fetch, _ = fetched(told)
    assert (fetch.outcome, fetch.body) == (expected, b"")
    assert fetch.detail


def test_a_body_that_breaks_off_leaves_what_its_head_said() -> None:
    fetch, _ = fetched(HEAD + b"Content-Length: 99\r\n\r\nhalf")
    assert (fetch.status, fetch.content_type, fetch.outcome) == (200, "text/html", Outcome.TRUNCATED)


def test_the_deadline_covers_all_hops_together() -> None:
    assert fetched(moved("/b"), moved("/c") + HANG, HANG)[0].outcome is Outcome.TIMEOUT


def test_a_second_answer_on_the_connection_is_nobodys() -> None:
    fetch, _ = fetched(html("mine") + html("injected"))
    assert fetch.body == b"mine"


def test_an_address_that_is_none_is_an_outcome_too() -> None:
    assert run(Fetcher(HTTP).fetch("mailto:a@b", None, None)).outcome is Outcome.PROTOCOL


def test_a_page_at_a_private_address_is_blocked_unless_allowed() -> None:
    fetch = run(Fetcher(replace(HTTP, allow=())).fetch("http://127.0.0.1:1/", None, None))
    assert fetch.outcome is Outcome.ADDRESS_BLOCKED
