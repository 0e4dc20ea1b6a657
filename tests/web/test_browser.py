"""The pages in a browser: narrow and wide, light and dark, by keyboard alone, and proof against what they show."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.routing import Route

from screenshots.browser import CHROMIUM, DESKTOP, MISSING, PHONE, browser
from tests.web import hostile
from tests.web.conftest import TOKEN, Clock, Served, served

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=MISSING)

ADDRESSES = (
    *("/?disclosure=silent&words=fund", "/?kind=moved", "/changes/1", "/changes/15?view=side", "/changes/10"),
    *("/pages/7", "/pages/7/compare?before=1&after=7", "/pages?state=blocked", "/nothing"),
)
"""What is looked at besides every page without parameters."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def tab(chromium: Any) -> Iterator[Any]:
    """A page of the browser."""
    context = chromium.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    context.set_default_timeout(5_000)
    yield context.new_page()
    context.close()


def plain_addresses(pages: Served) -> list[str]:
    """Every page that needs no parameters and is one for people."""
    found = [route.path for route in pages.routes if isinstance(route, Route) and "{" not in route.path]
    html = [
        path
        for path in dict.fromkeys(found)
        if pages.client.get(path).headers.get("content-type", "").startswith("text/html")
    ]
    return [path for path in html if pages.client.get(path).status_code == 200]


def test_every_page_fits_and_every_reader_can_read_it(pages: Served, tab: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    everything = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
    looks = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"]}
    faults = []
    for address in (*plain_addresses(pages), *ADDRESSES):
        tab.goto(pages.url + address)
        for (width, height), scheme, rules in ((DESKTOP, "light", everything), (PHONE, "dark", looks)):
            tab.set_viewport_size({"width": width, "height": height})
            tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if tab.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{address} is wider than {width}")
            for violation in Axe().run(tab, options=rules).response["violations"]:
                nodes = [node["html"][:120] for node in violation["nodes"]][:3]
                faults.append(f"{address} ({scheme}): {violation['id']}: {nodes}")
    assert "\n".join(faults) == ""


def test_filters_live_in_the_address(pages: Served, tab: Any) -> None:
    tab.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    tab.goto(pages.url)
    tab.get_by_label("Words", exact=True).fill("fund")
    tab.get_by_label("Disclosure").select_option("silent")
    tab.get_by_role("button", name="Filter").click()
    assert urlsplit(tab.url).query.startswith("words=fund&source=&disclosure=silent")
    assert tab.get_by_role("status").inner_text() == "4 changes"
    assert tab.get_by_label("Words", exact=True).input_value() == "fund"
    tab.reload()
    assert tab.locator(".log > li").count() == 4
    tab.get_by_role("link", name="Small Harbours Fund opens on Monday").first.click()
    assert tab.get_by_role("heading", level=1).inner_text() == "Small Harbours Fund opens on Monday"


def test_a_fold_opens_and_the_views_are_two_links_apart(pages: Served, tab: Any) -> None:
    tab.goto(f"{pages.url}/changes/1")
    inside = tab.locator(".fold .block").first
    assert not inside.is_visible()
    tab.locator(".fold summary").click()
    assert inside.is_visible()
    tab.get_by_role("link", name="Side by side").click()
    old, new = tab.locator(".pair.edited .side").all()
    assert "£1.5 million" in old.inner_text() and "£15 million" in new.inner_text()


@pytest.mark.parametrize("address", ["/", "/changes/1", "/pages/7"])
def test_everything_is_reached_by_the_keyboard_in_its_order_and_seen(pages: Served, tab: Any, address: str) -> None:
    tab.goto(pages.url + address)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    assert tab.locator(".skip").bounding_box()["x"] >= 0
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
    tab.goto(pages.url + address)
    wanted = tab.evaluate(REACHABLE)
    reached = []
    for _ in range(wanted):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate(FOCUSED))
    assert [place for place, _ in reached] == [*range(wanted)]
    assert {outline for _, outline in reached} == {"solid 3px"}


REACHABLE = """() => {
    const kinds = 'a[href], button, input:not([type=hidden]), select, summary, [tabindex="0"]';
    const hidden = 'details:not([open]) > :not(summary)';
    const all = [...document.querySelectorAll(kinds)];
    window.reachable = all.filter(e => e.tabIndex >= 0 && e.checkVisibility() && !e.closest(hidden));
    return window.reachable.length;
}"""

FOCUSED = """() => {
    const style = getComputedStyle(document.activeElement);
    return [window.reachable.indexOf(document.activeElement), style.outlineStyle + ' ' + style.outlineWidth];
}"""


HOSTILE = (
    *("/changes/1", "/changes/2?view=side", "/pages/1", "/pages/1/compare?before=1&after=3"),
    *("/?words=<script>alert(1)</script>", "/?source=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"),
)

WATCH = "document.addEventListener('securitypolicyviolation', e => console.log('policy', e.blockedURI))"

BAD_LINKS = """[...document.querySelectorAll('[href]')].map(e => e.href.baseVal ?? e.href)
    .filter(href => !/^(https?:|[/]|$)/.test(href))"""


def test_what_a_hostile_page_says_is_text_and_nothing_else(chromium: Any, tmp_path: Path) -> None:
    hostile.tell(tmp_path / "monitor.db")
    context = chromium.new_context()
    tab, happened, asked = context.new_page(), list[str](), set[str]()

    def on_dialog(dialog: Any) -> None:
        happened.append(f"dialog {dialog.message}")
        dialog.dismiss()

    tab.on("dialog", on_dialog)
    tab.on("console", lambda message: happened.append(f"console {message.text}"))
    tab.on("pageerror", lambda error: happened.append(f"error {error}"))
    tab.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    tab.add_init_script(WATCH)
    with served(tmp_path / "monitor.db", Clock()) as pages:
        for address in (*plain_addresses(pages), *HOSTILE):
            tab.goto(pages.url + address)
            assert tab.evaluate("document.querySelectorAll('script, img, iframe, object, style').length") == 0, address
            assert tab.evaluate(BAD_LINKS) == [], address
            assert "\u202e" not in tab.content()
        assert asked == {urlsplit(pages.url).netloc}
    context.close()
    assert happened == []


def test_signing_in_takes_the_reader_where_she_wanted_to_go(chromium: Any, told: Path) -> None:
    with served(told, Clock(), token=TOKEN) as pages:
        context = chromium.new_context()
        context.set_default_timeout(5_000)
        tab = context.new_page()
        tab.goto(f"{pages.url}/changes/1?view=side")
        tab.get_by_label("Token").fill("wrong")
        tab.keyboard.press("Enter")
        assert tab.get_by_role("alert").inner_text() == "That is not the token."
        tab.get_by_label("Token").fill(TOKEN)
        tab.keyboard.press("Enter")
        tab.wait_for_url(f"{pages.url}/changes/1?view=side")
        tab.get_by_role("button", name="Sign out").click()
        tab.wait_for_url(f"{pages.url}/login")
        context.close()
