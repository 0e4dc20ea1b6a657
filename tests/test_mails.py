"""Mails as they arrive and as readers see them: in any client, on any screen, in any script."""

import asyncio
import fcntl
import os
import pickle
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from monitor import render
from monitor.channels.email import Channel
from monitor.models import Change, Comparison
from screenshots.browser import CHROMIUM, DESKTOP, MISSING, PHONE, browser
from tests import alerts_doc
from tests.edits import edit
from tests.mails import Arrived, arrived
from tests.receivers import LOOPBACK, Mailbox, smtp_server
from tests.test_render import ALERT, CHANGE

KINDS = [name for name, *_ in alerts_doc.SECTIONS]

ARABIC = "وزير الخارجية: بيان بشأن الموانئ"
WELSH = "Datganiad am lifddorau’r afon"
WEB = "https://monitor.example.org"


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Arrived]:
    """A mail of each kind, made once for all that run tests on this machine."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "mails"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            (folder / "done").write_bytes(pickle.dumps(asyncio.run(arrived(folder))))
    found: dict[str, Arrived] = pickle.loads((folder / "done").read_bytes())  # noqa: S301 -- our own
    return found


def in_language(language: str, title: str, marked: str, heading: str) -> Change:
    comparison = Comparison(blocks=(edit(marked, heading),), words_added=1, words_removed=1)
    return replace(CHANGE, title=title, language=language, comparison=comparison)


STRANGE = {
    "arabic": in_language("ar", ARABIC, "تنفق الوزارة [-١٫٥-]{+١٥+} مليون جنيه على الموانئ الصغيرة.", "التمويل"),
    "welsh": in_language("cy", WELSH, "Bydd yr adran yn gwario [-£1.5-]{+£15+} miliwn ar lifddorau’r ŵyl.", "Cyllid"),
    "long": in_language("en", "x" * 5000, f"{'y' * 30_000} [-{'a' * 3000}-]{{+{'b' * 3000}+}}", "z" * 3000),
}


@pytest.fixture(scope="module")
def strange() -> dict[str, EmailMessage]:
    """Mails in other scripts, and with words that never end, as a mail server has them."""

    async def story() -> list[bytes]:
        async with smtp_server(Mailbox()) as mailbox:
            desk = Channel(to="desk@example.org", sender="monitor@example.org", host=LOOPBACK, port=mailbox.port)
            for change in STRANGE.values():
                await desk.send(render.message(replace(ALERT, change=change), web=WEB))
            return mailbox.contents

    contents = asyncio.run(story())
    assert all(max(map(len, content.split(b"\r\n"))) <= 998 and content.isascii() for content in contents)
    parsed = (message_from_bytes(content, EmailMessage, policy=default) for content in contents)
    return dict(zip(STRANGE, parsed, strict=True))


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_the_documentation_shows_every_message_as_it_is(mails: dict[str, Arrived]) -> None:
    written = alerts_doc.DOC.read_text(encoding="utf-8")
    assert written == alerts_doc.document(mails), "`make alerts-doc` writes docs/alerts.md anew"


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_read_by_any_client(mails: dict[str, Arrived], kind: str) -> None:
    mail, content = mails[kind].mail, mails[kind].content
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content.isascii()
    assert [each.get_content_type() for each in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert mail.defects == []
    assert [str(mail[name]) for name in ("In-Reply-To", "References")] == [str(mail["References"])] * 2
    assert mail["Message-ID"] != mail["References"]
    wide = [line for line in mails[kind].part("plain").splitlines() if len(line) > 80 and "://" not in line]
    assert wide == []


@pytest.mark.parametrize(("name", "words"), [("arabic", "{+١٥+} مليون"), ("welsh", "lifddorau’r ŵyl")])
def test_other_scripts_arrive_as_they_were_written(strange: dict[str, EmailMessage], name: str, words: str) -> None:
    mail, change = strange[name], STRANGE[name]
    assert str(mail["Subject"]) == f"[edited, silent] {change.title}"
    assert words in part(mail, "plain")
    assert change.title in part(mail, "html")


def test_what_is_written_from_right_to_left_says_so(strange: dict[str, EmailMessage]) -> None:
    html = part(strange["arabic"], "html")
    assert f'<h1 dir="rtl" lang="ar" style="{html.partition("<h1")[2].split(chr(34))[5]}">' in html
    assert '<p dir="rtl" lang="ar" style="margin:4px 0 8px">تنفق' in html
    assert 'lang="cy"' in part(strange["welsh"], "html")


def test_links_lead_to_the_web_pages_where_there_are_any(strange: dict[str, EmailMessage]) -> None:
    for kind in ("plain", "html"):
        text = part(strange["welsh"], kind)
        assert all(f"{WEB}/{path}" in text for path in ("changes/12", "pages/4", "snapshots/0123abcd"))
        assert "monitor show" not in text


# --- in a browser ----------------------------------------------------------------------------------------------------

COVERED = """() => [...document.querySelectorAll("ins, del")].map(element => {
    const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
    const over = (top, below) => top.slice(0, 3).map((value, at) => value * top[3] + below[at] * (1 - top[3]));
    const opaque = text => { const found = parse(text); return found.length > 3 ? found : [...found, 1]; };
    const canvas = opaque(getComputedStyle(document.body).backgroundColor);
    let ground = canvas.slice(0, 3);
    const above = [];
    for (let at = element; at && at !== document.body; at = at.parentElement) above.unshift(at);
    for (const at of above) ground = over(opaque(getComputedStyle(at).backgroundColor), ground);
    const light = colour => colour.slice(0, 3).map(value => value / 255)
        .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
        .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
    const [a, b] = [light(opaque(getComputedStyle(element).color)), light(ground)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
})"""
"""The contrast of each marked word with what it stands on (WCAG 2.2, 1.4.3)."""


LOOKS = (("light", PHONE), ("dark", DESKTOP))
MORE_LOOKS = (("dark", PHONE), ("light", DESKTOP))
"""For who asks for pictures: contrast is the same on any width, and width in any scheme."""

HELD_AGAINST_EVERY_RULE = ("silent", "quote", "digest", "arabic")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the screenshots go: $MAIL_SCREENSHOTS, or away."""
    folder = Path(os.environ.get("MAIL_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def tab() -> Iterator[Any]:
    with browser() as found:
        yield found.new_page()


@pytest.mark.skipif(not CHROMIUM.exists(), reason=MISSING)
def test_a_mail_can_be_read_on_any_screen_and_asks_for_nothing(
    mails: dict[str, Arrived], strange: dict[str, EmailMessage], pictures: Path, tab: Any
) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    shown = {kind: mails[kind].part("html") for kind in KINDS} | {kind: part(strange[kind], "html") for kind in STRANGE}
    looks = LOOKS + MORE_LOOKS * ("MAIL_SCREENSHOTS" in os.environ)
    faults = []
    for kind, html in shown.items():
        for scheme, (width, height) in looks:
            tab.set_viewport_size({"width": width, "height": height})
            tab.emulate_media(color_scheme=scheme)
            tab.set_content(html)
            tab.evaluate("document.body.style.backgroundColor = 'Canvas'")  # as what shows the mail has it
            tab.screenshot(path=pictures / f"{kind.replace(' ', '-')}-{width}-{scheme}.png", full_page=True)
            if tab.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{kind} is wider than {width}")
            faults += [f"{kind} ({scheme}): contrast {ratio:.1f}" for ratio in tab.evaluate(COVERED) if ratio < 4.5]
            faults += [f"{kind} ({scheme}): {words}" for words in violations(tab, kind)]
    assert (faults, asked) == ([], [])


def violations(tab: Any, kind: str) -> list[str]:
    """What axe finds, in some of the mails; a mail is a part of its reader's page, and has no landmarks of its own."""
    from axe_playwright_python.sync_playwright import Axe

    if kind not in HELD_AGAINST_EVERY_RULE:
        return []
    rules = {name: {"enabled": False} for name in ("region", "landmark-one-main")}
    found = Axe().run(tab, options={"resultTypes": ["violations"], "rules": rules}).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:99]}" for each in found]
