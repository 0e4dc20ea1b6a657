"""`python -m tests.alerts_doc` writes docs/alerts.md: every message as it arrives when the demo's departments edit."""

import asyncio
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from monitor import render
from monitor.models import Incident, Report
from tests.mails import Arrived, arrived
from tests.test_render import at

DOC = Path(__file__).parent.parent / "docs/alerts.md"

HEAD = """\
# Every message, as it looks

Each message below is what arrived at a mail server when the demo's departments edited their pages; `make alerts-doc`
writes this file, and a test fails where it is not what the program says today. Mails have an HTML part beside the text
shown here, in one column for light and dark, without images; where `[web] url` is set, links lead to the web pages
instead of naming commands.
"""

SECTIONS = (
    ("silent", "A silent edit", "The publisher keeps a history, and it says nothing of this."),
    ("announced", "An announced edit", "The history gained a note; what it does not say is in the redline."),
    ("published", "A new statement", "A page that its source did not name before; the first fill alerts nobody."),
    ("withdrawn", "A withdrawn statement", ""),
    ("removed", "A removed statement", "Gone at three looks in a row; what it said is kept."),
    (
        "quote",
        "A watched quote",
        "A sentence that `[[quotes]]` watches was altered: told at once, digest or not.",
    ),
    ("sitewide", "One edit on many pages", "The same edit on three pages or more within a day is one message."),
    (
        "mass change",
        "A source that changes throughout",
        "More than ten pages of a source, and more than 30 % of it, each in its own way.",
    ),
    (
        "storm",
        "A storm",
        "More than twenty messages to a channel within a quarter of an hour: the rest is told when no more comes.",
    ),
    ("digest", "A daily digest", 'A channel with `digest = "daily 18:00 Europe/London"`.'),
)

OPERATOR = Report(
    "report",
    "ops",
    'channel "ops" is named in [ops]',
    0,
    at(9, 27),
    began=(Incident(1, "blocked:www.example.org", "5 pages of www.example.org are blocked", at(9, 12)),),
)


def document(messages: Mapping[str, Arrived]) -> str:
    """The whole file."""
    sections = [_section(messages[name], heading, words) for name, heading, words in SECTIONS]
    hook = ("## The webhook of the silent edit", _fenced("json", _json(messages["silent"])))
    digest = ("## The webhook of the storm", "With three of its rows.", _fenced("json", _json(messages["storm"])))
    return "\n\n".join((HEAD.rstrip(), *sections, *_operator(), *hook, *digest)) + "\n"


def _operator() -> tuple[str, ...]:
    told = render.report(OPERATOR)
    words = "What the channel that `[ops]` names is told: see [how the monitor watches itself](watching-itself.md)."
    return "## A message to the operator", words, _fenced("text", f"Subject: {told.subject}\n\n{told.text}")


def _section(message: Arrived, heading: str, words: str) -> str:
    mail = f"Subject: {message.mail['Subject']}\n\n{message.part('plain')}"
    return "\n\n".join(part for part in (f"## {heading}", words, _fenced("text", mail)) if part)


def _json(message: Arrived) -> str:
    body = json.loads(message.post)
    if "pages" in body["data"]:
        body["data"]["pages"] = body["data"]["pages"][:3]
    return json.dumps(body, indent=2, ensure_ascii=False)


def _fenced(language: str, text: str) -> str:
    return f"````{language}\n{text.rstrip()}\n````"


def write() -> None:
    """Writes the file anew."""
    with tempfile.TemporaryDirectory() as folder:
        DOC.write_text(document(asyncio.run(arrived(Path(folder)))), encoding="utf-8")


if __name__ == "__main__":
    write()
