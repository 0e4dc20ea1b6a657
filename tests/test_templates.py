"""Messages in the user's own words: what a template may use, and what becomes of one that breaks."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor import config, render, templates
from monitor._pipeline_templates import in_own_words
from monitor.errors import ConfigError
from monitor.models import Brief, Message, Templates, ToldAs
from monitor.sandbox import Sandbox
from tests.receivers import Mailbox, answer, hook_server, smtp_server
from tests.test_pipeline import CSS, Site, desk, email, statement, webhook
from tests.test_render import ALERT, CHANGE

DOCUMENTED = (Path(__file__).parent.parent / "docs/templates.md").read_text(encoding="utf-8")

MESSAGE = render.message(ALERT)
GATHERED = replace(ALERT, pages=(Brief(12, "One", "https://example.org/1", "s", CHANGE.seen_after_at),) * 2)


def example() -> dict[str, str]:
    """The files of the worked example, by name."""
    return {
        match[1]: match[0]
        for block in re.findall(r"```jinja\n(.*?)```", DOCUMENTED, re.DOTALL)
        if (match := re.search(r"(?s)\{# config/templates/(\S+) #\}\n.*", block))
    }


def given(**more: Any) -> Mapping[str, Any]:
    return {**render.given(ALERT, MESSAGE), **more}


def worded(**parts: str) -> tuple[dict[str, str], str]:
    return templates.worded(Templates(**parts), "desk", given())


def test_the_worked_example_gives_the_mail_it_says(tmp_path: Path) -> None:
    found = example()
    assert sorted(found) == ["desk.html", "desk.subject.txt", "desk.txt"]
    (tmp_path / "config/sources").mkdir(parents=True)
    (tmp_path / "config/templates").mkdir()
    to = '[channels.desk]\ntype = "email"\nto = "a@example.org"\nfrom = "b@example.org"\nhost = "127.0.0.1"\n'
    (tmp_path / "config/monitor.toml").write_text(to)
    for name, text in found.items():
        (tmp_path / "config/templates" / name).write_text(text, encoding="utf-8")
    read = config.load(tmp_path / "config", {}).channels["desk"].templates

    async def story() -> tuple[Message, str]:
        sandbox = Sandbox()
        try:
            return await in_own_words(sandbox, read, ALERT, MESSAGE)
        finally:
            await sandbox.aclose()

    message, fault = asyncio.run(story())
    shown = re.search(r"has the subject `(.*?)`.*?```text\n(.*?)```", DOCUMENTED, re.DOTALL)
    assert shown
    assert (message.subject, message.text, fault) == (shown[1], shown[2], "")
    assert message.html.startswith('<h1>Desk watch</h1>\n<p><a href="https://www.example.org/government/speeches/st')
    assert '<del style="' in message.html
    assert message.short == message.text
    bare = replace(message, subject="", text="", html="", short="")
    assert bare == replace(MESSAGE, subject="", text="", html="", short="")


def test_every_name_is_given_and_documented() -> None:
    assert set(given()) == templates.NAMES
    for gathered in (GATHERED, replace(GATHERED, told_as=ToldAs.DIGEST)):
        assert set(render.given(gathered, render.message(gathered))) == templates.NAMES
    table = DOCUMENTED.partition("## What a template may use")[2].partition("## What it cannot")[0]
    documented = {name for row in re.findall(r"(?m)^\| (`.*?) \|", table) for name in re.findall(r"`(\w+)`", row)}
    assert documented == templates.NAMES


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("one\n{{ titel }}", 2, "'titel' is undefined (UndefinedError)"),
        ("{{ links.nowhere }}", 1, "'dict object' has no attribute 'nowhere' (UndefinedError)"),
        ("\n{{ 1 / 0 }}", 2, "division by zero (ZeroDivisionError)"),
        (" \n\t", None, "gives no words"),
        ("{{ 'x' * 70000 }}", None, "gives more than 60,000 bytes"),
        ("{% for a in range(9999) %}{{ text }}{% endfor %}", None, "gives more than 60,000 bytes"),
        ("{{ title.__class__.__mro__ }}", 1, "access to attribute '__class__' of 'str' object is unsafe."),
        ("{{ changes.append(1) }}", 1, "access to attribute 'append' of 'list' object is unsafe."),
        ("{{ range(10000000) }}", 1, "Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000)."),
    ],
)
def test_a_template_that_breaks_says_where_and_why(source: str, line: int | None, words: str) -> None:
    parts, fault = worded(text=source)
    place = f"desk.txt, line {line}: " if line else "desk.txt"
    assert (parts, fault.startswith(place), words in fault) == ({}, True, True), fault


def test_a_subject_is_one_printable_line_and_html_is_escaped() -> None:
    told = given(title="<b>\u202eA & B</b>\n\x07Bcc: x@example.org" + 300 * " long")
    parts, fault = templates.worded(
        Templates("{{ title }}", "{{ title }}", "<i>{{ title }}</i>{{ redline_html }}"), "d", told
    )
    assert fault == ""
    assert parts["subject"].startswith("<b>A & B</b> Bcc: x@example.org long")
    assert len(parts["subject"]) <= templates.SUBJECT_CHARACTERS
    assert parts["html"].startswith("<i>&lt;b&gt;A &amp; B&lt;/b&gt;")
    assert "<del " in parts["html"]


def test_a_text_of_ones_own_leaves_no_other_words_beside_it() -> None:
    assert worded(text="{{ title }}")[0] == {"text": "Minister's statement on flooding\n", "html": ""}
    assert worded(html="{{ title }}")[0] == {"html": "Minister&#39;s statement on flooding\n"}


def test_a_template_for_one_page_hides_no_others() -> None:
    told = render.given(GATHERED, render.message(GATHERED))
    one = Templates(subject="{{ title }}", text="{{ title }}")
    assert templates.worded(one, "desk", told) == ({}, "")
    many = Templates(subject="{{ subject }}!", text="{% for page in pages %}{{ page.title }} {% endfor %}")
    parts, _ = templates.worded(many, "desk", told)
    assert (parts["subject"][-1], parts["text"], parts["html"]) == ("!", "One One\n", "")


def test_every_fault_of_a_template_is_told_with_file_and_line(tmp_path: Path) -> None:
    files = {
        "desk.txt": "{{ title }}\n{{ titel }}{{ titel }}\n{% set mine = 1 %}{{ mine }}{{ random }}",
        "desk.html": "<p>\n{% if title %}",
        "desk.subject.txt": "{{ title | shout }}",
        "dsk.txt": "",
        "hook.txt": "{{ title }}",
        "notes.md": "",
        "pager.txt": "{% include 'desk.txt' %}",
        ".desk.txt.swp": "",
    }
    (tmp_path / "sources").mkdir()
    (tmp_path / "templates").mkdir()
    for name, text in files.items():
        (tmp_path / "templates" / name).write_text(text)
    mail = 'type = "email"\nto = "a@example.org"\nfrom = "b@example.org"\nhost = "127.0.0.1"\n'
    hook = '[channels.hook]\ntype = "webhook"\nurl = "https://example.org/"\n'
    (tmp_path / "monitor.toml").write_text(f"[channels.desk]\n{mail}[channels.pager]\n{mail}{hook}")
    with pytest.raises(ConfigError) as caught:
        config.load(tmp_path, {})
    assert [fault.removeprefix(f"{tmp_path}/templates/").split(" Jinja was")[0] for fault in caught.value.faults] == [
        "desk.html:2: Unexpected end of template.",
        "desk.subject.txt:1: No filter named 'shout'.",
        'desk.txt:2: there is no "titel" in a message; did you mean "title"?',
        'desk.txt:3: there is no "random" in a message',
        'dsk.txt: there is no channel "dsk" in monitor.toml; did you mean "desk"?',
        'hook.txt: messages of a channel of type "webhook" are data, and have no words to be chosen',
        "notes.md: expected CHANNEL.subject.txt, CHANNEL.txt or CHANNEL.html",
        "pager.txt:1: include: a template stands alone and takes in no other",
    ]


def test_a_mail_goes_in_ones_own_words_and_in_built_in_ones_where_those_break(tmp_path: Path) -> None:
    async def story() -> None:
        mailbox = Mailbox()
        async with smtp_server(mailbox), hook_server(answer("204 OK")) as hook, Site() as site:
            second = email(mailbox).replace("channels.desk", "channels.wide")
            source = f'pages = ["{site.url}/1"]\nchannels = ["desk", "wide", "hook"]\n{CSS}'
            folder = tmp_path / "config/templates"
            folder.mkdir(parents=True)
            (folder / "desk.subject.txt").write_text("{{ kind }} at {{ source }}")
            (folder / "wide.txt").write_text("\n{{ 'wide' * 10 ** 10 }}")
            async with desk(tmp_path, source, email(mailbox) + second + webhook(hook)) as monitor:
                site.put("/1", statement())
                await monitor.look()
                site.put("/1", statement("£15 million"))
                await monitor.look()
                deliveries = {each.alert.channel: each async for each in monitor.pipeline.deliver()}
                assert {name: each.settlement.state.value for name, each in deliveries.items()} == {
                    "desk": "sent",
                    "wide": "sent",
                    "hook": "sent",
                }
                assert deliveries["desk"].fault == ""
                fault = deliveries["wide"].fault
                assert fault == "in built-in words: wide.txt, line 2: MemoryError"
                assert deliveries["wide"].settlement.detail.endswith(f" ({fault})")
        subjects = sorted(str(mail["Subject"]) for mail in mailbox.mails)
        assert subjects == ["[edited, silent] Harbours fund", "edited at rivers"]

    asyncio.run(story())
