"""Is this the page at all? By status, address, type, title, size; and held against what it was."""

from dataclasses import replace

import pytest

from monitor import screen
from monitor.models import Block, BlockKind, Fetch, Outcome, Statement, Withdrawal

WORDS = "The Department of Sluices opened the new lock gates today after a review of the works. "


def served(html: str, content_type: str = "text/html; charset=utf-8", **headers: str) -> Outcome | None:
    """What the page is taken for, None for itself."""
    told = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    fetch = Fetch("https://sluices.example/a", 200, content_type=content_type, body=html.encode(), headers=told)
    judged = screen.page(fetch, html)
    return judged[0] if judged else None


def document(title: str, body: str, h1: str | None = None) -> str:
    heading = f"<h1>{title if h1 is None else h1}</h1>"
    return f"<!doctype html><html><head><title>{title}</title></head><body>{heading}<p>{body}</p></body></html>"


# --- by status and address -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "led", "expected"),
    [
        ("/news/a", "/news/a", None),
        ("/news/a", "/news/a/", None),
        ("/news/a", "/news/b", None),
        ("/news/a", "/news/a.html", None),
        ("/news/a", "/", Outcome.GONE),
        ("/news/a", "", Outcome.GONE),
        ("/", "/", None),
        ("/news/a", "/index.html", Outcome.GONE),
        ("/home", "/index.html", None),
        ("/news/a", "/login?back=/news/a", Outcome.BLOCKED),
        ("/news/a", "/users/sign_in", Outcome.BLOCKED),
        ("/sign-in/help", "/sign-in/help-2", None),
        ("/news/a", "/404.html", Outcome.GONE),
        ("/news/a", "/errors/page-not-found", Outcome.GONE),
        ("/news/a", "/error", Outcome.MAINTENANCE),
        ("/news/a", "/maintenance.html", Outcome.MAINTENANCE),
        ("/news/a", "/news/maintenance-of-lock-gates", None),
        ("/news/a", "/news/errors-in-the-register", None),
    ],
)
def test_a_redirect_may_lead_away_from_the_page(asked: str, led: str, expected: Outcome | None) -> None:
    judged = screen.redirected(f"https://a.example{asked}", f"https://a.example{led}")
    assert (judged[0] if judged else None) is expected


# --- by type ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/html",
        "TEXT/HTML;charset=x",
        "application/xhtml+xml",
        "application/xml",
        "text/xml",
        "application/atom+xml",
    ],
)
def test_pages_and_feeds_are_of_these_types(content_type: str) -> None:
    assert served(document("Lock gates", WORDS), content_type) is None


@pytest.mark.parametrize(
    "content_type",
    ["application/pdf", "application/json", "text/plain", "image/png", "application/octet-stream", "html"],
)
def test_other_types_are_no_pages(content_type: str) -> None:
    assert served(document("Lock gates", WORDS), content_type) is Outcome.CONTENT_TYPE


@pytest.mark.parametrize(
    "body",
    [
        "%PDF-1.7 x",
        "PK\x03\x04x",
        "GIF89a<p>",
        '{"error": 1}',
        '{"error": "<b>no</b>"}',
        '[ {"a": "<p>"}]',
        "Bad Gateway",
    ],
)
def test_a_type_may_be_a_lie(body: str) -> None:
    assert served(body) is Outcome.CONTENT_TYPE


def test_a_feed_is_not_judged_as_a_page() -> None:
    assert (
        served("<?xml version='1.0'?><rss><channel><title>Page not found</title></channel></rss>", "text/xml") is None
    )


# --- by content ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Just a moment...", Outcome.BLOCKED),
        ("Attention Required! | Cloudflare", Outcome.BLOCKED),
        ("Please enable JavaScript and cookies to continue", Outcome.BLOCKED),
        ("Website under construction", Outcome.MAINTENANCE),
        ("Access Denied", Outcome.BLOCKED),
        ("403 Forbidden", Outcome.BLOCKED),
        ("Are you a robot?", Outcome.BLOCKED),
        ("Pardon Our Interruption", Outcome.BLOCKED),
        ("Sign in to your account", Outcome.BLOCKED),
        ("Before you continue to Sluices", Outcome.BLOCKED),
        ("Site maintenance", Outcome.MAINTENANCE),
        ("Sorry, there is a problem with the service – Sluices", Outcome.MAINTENANCE),
        ("502 Bad Gateway", Outcome.MAINTENANCE),
        ("This website is temporarily unavailable", Outcome.MAINTENANCE),
        ("We’ll be back soon!", Outcome.MAINTENANCE),
        ("Page not found - Department of Sluices", Outcome.GONE),
        ("The page you’re looking for is no longer available", Outcome.GONE),
        ("Error 404 (Not Found)", Outcome.GONE),
        ("404 - Page not found", Outcome.GONE),
        ("Sorry, we can't find the page you requested", Outcome.GONE),
        ("This page does not exist", Outcome.GONE),
        ("Seite nicht gefunden", Outcome.GONE),
    ],
)
def test_a_short_notice_is_known_by_its_title(title: str, expected: Outcome) -> None:
    assert served(document(title, "Please try again later, or start from our home page.")) is expected
    assert served(document("Department of Sluices", "Please try again later.", h1=title)) is expected


@pytest.mark.parametrize(
    "title",
    [
        "Captcha systems on government services: statement",
        "Maintenance of lock gates",
        "Planned maintenance at Muddleford lock",
        "Page not found errors: what we are doing",
        "Access denied: report on prisons",
        "Login.gov data breach",
        "The service is under review",
        "404 lock gates replaced",
        "Statement on the site closed for repairs",
        "Not found wanting: our engineers",
    ],
)
def test_a_statement_about_such_things_is_a_statement(title: str) -> None:
    assert served(document(title, WORDS)) is None


def test_a_long_page_is_never_a_notice() -> None:
    assert served(document("Page not found", WORDS * 30)) is None


def test_words_around_the_main_part_do_not_make_a_notice_long() -> None:
    menu = f"<nav>{WORDS * 30}</nav>"
    notice = f"<main><h1>Page not found</h1><p>{WORDS}</p></main>"
    assert served(f"<html><title>Sluices</title><body>{menu}{notice}</body></html>") is Outcome.GONE


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", Outcome.EMPTY),
        ("<script>document.write('words')</script>", Outcome.EMPTY),
        ("<div id=root></div><noscript>Please enable JavaScript</noscript><script src=a.js></script>", Outcome.EMPTY),
        ("<p>Loading</p><div id='app'></div><script src=a.js></script>", Outcome.EMPTY),
        ("<p>One line.</p>", None),
        ("<div class='g-recaptcha'></div><p>Tick the box.</p>", Outcome.BLOCKED),
        ("<form><label>Password</label><input type='password'></form>", Outcome.BLOCKED),
        (f"<header><input type=password></header><p>{WORDS}</p>", None),
        (f"<p>{WORDS * 5}</p><div class='g-recaptcha'></div>", None),
    ],
)
def test_a_page_with_next_to_nothing_on_it(body: str, expected: Outcome | None) -> None:
    assert served(f"<html><head><title>Sluices</title></head><body>{body}</body></html>") is expected


def test_nothing_at_all_is_empty() -> None:
    assert served(" \n") is Outcome.EMPTY


HALF = f"<html><head><title>Lock gates</title></head><body><main><p>{WORDS}"


@pytest.mark.parametrize(
    ("html", "headers", "expected"),
    [
        (HALF, {"Server": "x"}, Outcome.TRUNCATED),
        (HALF, {"Content_Length": "99"}, Outcome.TRUNCATED),
        (HALF, {}, Outcome.TRUNCATED),
        (HALF + "</main><!-- ", {"Content_Length": "99"}, Outcome.TRUNCATED),
        (HALF + "</main>", {"Server": "x"}, Outcome.TRUNCATED),
        (HALF + "</main>", {"Transfer_Encoding": "chunked"}, None),
        (HALF + "</main></body></HTML>\n<!-- served by b -->", {"Server": "x"}, None),
        (f"<main><div><p>{WORDS}", {}, None),
    ],
)
def test_half_a_document_is_cut_off(html: str, headers: dict[str, str], expected: Outcome | None) -> None:
    assert served(html, **headers) is expected


# --- by what it was --------------------------------------------------------------------------------------------------


def statement(title: str, *paragraphs: str) -> Statement:
    return Statement("https://a/", title, "p-1", body=tuple(Block(BlockKind.PARAGRAPH, text) for text in paragraphs))


BEFORE = statement("Lock gates", WORDS * 5, WORDS * 5)
OTHER = statement("Fish ladders", "Salmon climb every river in spring, rangers counted more than ever. " * 14)


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (BEFORE, None),
        (statement("Lock gates", WORDS * 5, WORDS * 4), None),
        (statement("Lock gates", WORDS * 5), "the text shrank by 49%"),
        (statement("Lock gates"), "the text shrank by 99%"),
        (statement("New lock gates", WORDS * 12), None),
        (OTHER, "the text is that of another page"),
        (replace(OTHER, title="Lock gates"), "the text is that of another page"),
        (replace(OTHER, withdrawn=Withdrawal(None, "Superseded")), "the text is that of another page"),
        (statement("New lock gates", WORDS * 5, OTHER.body[0].text), None),
        (replace(statement("Lock gates"), withdrawn=Withdrawal(None, "Superseded")), None),
    ],
)
def test_a_page_may_be_upset(after: Statement, reason: str | None) -> None:
    assert screen.upheaval(BEFORE, after, announced=False) == reason


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"title": "Lock gates"}, None),
        ({"published_at": "2026-01-02"}, None),
        ({"published_at": "2026-03-04"}, "the text is that of another page"),
        ({"title": "Lock gates", "language": "en-GB"}, None),
        ({"title": "Lock gates", "language": "cy"}, "the text is that of another page"),
    ],
)
def test_an_announced_edit_is_no_upheaval_of_the_same_page(told: dict[str, str], reason: str | None) -> None:
    before = replace(BEFORE, published_at="2026-01-02", language="en")
    assert screen.upheaval(before, replace(OTHER, **told), announced=True) == reason  # type: ignore[arg-type]


def test_a_short_text_may_shrink() -> None:
    assert screen.upheaval(statement("Lock gates", WORDS), statement("Lock gates", "Closed."), announced=False) is None
