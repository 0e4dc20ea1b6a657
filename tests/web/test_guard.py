"""Who may come in: from where, under which name, with what; and what every answer carries."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.routing import BaseRoute, Mount, Route

from monitor.models import Web
from monitor.stores.sqlite import Store
from monitor.web._guard import HEADERS, known_host, same_site
from monitor.web._params import inside
from tests.web.conftest import TOKEN, Clock, Served, served

PUBLIC = ("/healthz", "/login", "/static")

NAMED = Web(url="https://monitor.example.org", hosts=("harbour",))


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1:8733", True),
        ("localhost:9000", True),
        ("[::1]:8733", True),
        ("monitor.example.org", True),
        ("MONITOR.example.org:443", True),
        ("harbour:80", True),
        ("192.0.2.7", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("127.0.0.1@evil.example", False),
        ("evil.example#localhost", False),
        ("localhost:port", False),
        ("", False),
    ],
)
def test_only_our_own_names_are_answered(host: str, known: bool) -> None:
    assert known_host({"host": host}, NAMED) is known


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://localhost:8733"}, False),
        ({"origin": "http://localhost:8733"}, True),
        ({"origin": "https://monitor.example.org"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({}, True),
    ],
)
def test_a_form_from_elsewhere_is_refused(headers: dict[str, str], same: bool) -> None:
    assert same_site({"host": "localhost:8733"} | headers, NAMED) is same


@pytest.mark.parametrize("to", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/\nx", "javascript:"])
def test_nobody_is_led_away_after_signing_in(to: str) -> None:
    assert inside(to) == "/"


@pytest.fixture(scope="module")
def locked(told: Path) -> Served:  # type: ignore[misc]
    """The pages behind a token."""
    with served(told, Clock(), token=TOKEN) as found:
        yield found


def addresses(routes: list[BaseRoute]) -> list[tuple[str, str]]:
    """A method and an address for every route there is."""
    found = []
    for route in routes:
        if isinstance(route, Mount):
            found.append(("GET", f"{route.path}/style.css"))
        else:
            assert isinstance(route, Route)
            path = re.sub(r"\{[^}]*\}", "1", route.path)
            found += [(method, path) for method in sorted(route.methods or ())]
    return found


def test_every_page_there_is_or_will_be_needs_the_token(locked: Served) -> None:
    asked = [(method, path) for method, path in addresses(locked.routes) if not path.startswith(PUBLIC)]
    assert len(asked) > 5
    answers = {(method, path): locked.client.request(method, path).status_code for method, path in asked}
    assert set(answers.values()) == {401}, answers
    html = {"accept": "text/html"}
    assert locked.client.get("/changes/1?view=side", headers=html).headers["location"] == (
        "/login?to=%2Fchanges%2F1%3Fview%3Dside"
    )


@pytest.mark.parametrize(
    "path", ["/login%3F", "/login/", "/healthz%23", "/x/..%2f..%2flogin", "//login", "/Login", "/static"]
)
def test_nothing_is_public_that_only_looks_so(locked: Served, path: str) -> None:
    assert locked.client.get(path).status_code == 401


def test_what_is_public_is_answered_to_everyone(locked: Served) -> None:
    asked = [(method, path) for method, path in addresses(locked.routes) if path.startswith(PUBLIC)]
    for method, path in asked:
        if method in ("GET", "HEAD"):
            assert locked.client.request(method, path).status_code in (200, 503), path


@pytest.mark.parametrize("path", ["/", "/changes/1", "/changes/99999", "/nothing", "/static/style.css", "/?kind=x"])
def test_every_answer_carries_the_same_guard(pages: Served, path: str) -> None:
    answer = pages.client.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "server" not in answer.headers


def test_a_foreign_name_is_answered_with_421_whatever_is_asked(pages: Served) -> None:
    answer = pages.client.get("/changes/1", headers={"host": "evil.example"})
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (421, "nosniff")
    assert "hosts" in answer.text


def test_the_token_comes_as_a_bearer_or_by_the_form_as_a_cookie(locked: Served) -> None:
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert locked.client.get("/", headers=bearer).status_code == 200
    with httpx.Client(base_url=locked.url, trust_env=False) as browser:
        given = browser.post("/login", data={"token": TOKEN, "to": "/pages"})
        assert (given.status_code, given.headers["location"]) == (303, "/pages")
        cookie = given.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and TOKEN not in cookie
        assert browser.get("/pages").status_code == 200
        browser.post("/logout")
        assert browser.get("/pages").status_code == 401


@pytest.mark.parametrize("cookie", ["", ".", "9999999999.", "9999999999." + 64 * "0", "x" * 3000])
def test_a_made_up_cookie_opens_nothing(locked: Served, cookie: str) -> None:
    assert locked.client.get("/", headers={"cookie": f"monitor={cookie}"}).status_code == 401


def test_a_cookie_ends_and_so_do_five_wrong_tokens(told: Path) -> None:
    clock = Clock()
    with served(told, clock, token=TOKEN) as found:
        assert found.client.post("/login", data={"token": TOKEN}).status_code == 303
        cookies = dict(found.client.cookies)
        assert found.client.get("/").status_code == 200
        clock.at += timedelta(days=31)
        assert found.client.get("/").status_code == 401
        found.client.cookies.clear()
        wrong = [found.client.post("/login", data={"token": f"wrong {number}"}).status_code for number in range(6)]
        assert wrong == [403] * 5 + [429]
        bearer = {"authorization": f"Bearer {TOKEN}"}
        assert found.client.get("/", headers=bearer).status_code == 429
        clock.at += timedelta(seconds=61)
        assert found.client.get("/", headers=bearer).status_code == 200
        assert cookies


def test_where_proxies_are_trusted_nobody_else_is_answered(told: Path) -> None:
    with served(told, Clock(), trusted_proxies=("192.0.2.1",)) as found:
        assert found.client.get("/").status_code == 403
    with served(told, Clock(), trusted_proxies=("127.0.0.0/8",)) as found:
        assert found.client.get("/").status_code == 200


# --- the little that is written --------------------------------------------------------------------------------------


def test_changes_are_marked_as_read_and_found_unread(store: Store) -> None:
    with served(store.path, Clock(), store, token=TOKEN) as found:
        found.client.post("/login", data={"token": TOKEN})
        marked = found.client.post("/read", data={"id": ["1", "3", "999", "x"], "to": "/?unread=1"})
        assert (marked.status_code, marked.headers["location"]) == (303, "/?unread=1")
        shown = re.findall(r'<h2>.*?href="/changes/(\d+)"', found.client.get("/?unread=1").text)
        assert "2" in shown and not {"1", "3"} & set(shown)
        found.client.post("/read", data={"id": "1", "read": "0"})
        assert "Mark as read" in found.client.get("/changes/1").text
        assert "Mark as not read" in found.client.get("/changes/3").text


def test_what_was_given_up_is_sent_again_under_its_id(store: Store) -> None:
    with served(store.path, Clock(), store, token=TOKEN) as found:
        found.client.post("/login", data={"token": TOKEN})
        (alert,) = re.findall(
            r'action="/redeliver".*?name="id" value="([^"]+)"', found.client.get("/changes/1").text, re.DOTALL
        )
        assert found.client.post("/redeliver", data={"id": alert, "to": "/changes/1"}).status_code == 303
        assert found.client.post("/redeliver", data={"id": "no such"}).status_code == 409
        assert ">pending<" in found.client.get("/changes/1").text


def test_a_form_sent_from_another_site_writes_nothing(store: Store) -> None:
    with served(store.path, Clock(), store, token=TOKEN) as found:
        found.client.post("/login", data={"token": TOKEN})
        for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}):
            assert found.client.post("/read", data={"id": "1"}, headers=headers).status_code == 403
        assert "Mark as read" in found.client.get("/changes/1").text


def test_without_a_daemon_or_a_token_pages_are_for_reading(pages: Served, told: Path, store: Store) -> None:
    answer = pages.client.post("/read", data={"id": "1"})
    assert (answer.status_code, "for reading" in answer.text) == (403, True)
    assert '<form method="post"' not in pages.client.get("/changes/1").text
    with served(store.path, Clock(), store) as found:
        assert found.client.post("/read", data={"id": "1"}).status_code == 403


def test_a_large_form_is_refused(pages: Served) -> None:
    assert pages.client.post("/read", content=b"x" * 70_000).status_code == 413
