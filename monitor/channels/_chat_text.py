"""A message's short form for chat: as long as the service takes, and inert: it pings nobody and formats nothing. Pure.

Services read marks of their own in what is plain text to us: `@everyone`, `<!channel>`, `<at>`, `*bold*`, `[x](y)`. So
"@" and "<" are parted from what follows by a character that shows nothing, and where the service reads Markdown each
mark of that is escaped (CommonMark 0.31, 2.4). What is escaped for one service alone, such as "&" for Slack, is so by
apprise.
"""

import re
from typing import NamedTuple

from monitor.models import Message

APART = "\u2060"
"""WORD JOINER: shows nothing, and is in no name."""

CALLS = re.compile(r"[@<＠＜]")
MARKS = re.compile(r"[\\`*_{}\[\]()#+\-.!~|<>&=$^:\"'/]")

MOST_CHARACTERS = 1500
"""Of a message: what does not fit on a screen of a telephone is read behind the link."""


class Words(NamedTuple):
    """What is handed to a service; without a title where the service would format one."""

    title: str
    body: str


def words(message: Message, title_most: int, body_most: int, *, markdown: bool) -> Words:
    """The message in no more than so many characters, title and body; the link is whole, or left out."""
    title = _shortened(message.subject, title_most) if title_most > 0 and not markdown else ""
    most = min(MOST_CHARACTERS, body_most) if body_most > 0 else MOST_CHARACTERS
    link = f"\n{_link(message.link, markdown=markdown)}" if message.link else ""
    head = "" if title else f"{message.subject}\n"
    text = f"{head}{message.short or message.text}".strip()
    room = most - len(link) if len(link) < most // 2 else most
    return Words(inert(title, markdown=False), _fitting(text, room, markdown=markdown) + link[: most - room])


def inert(text: str, *, markdown: bool) -> str:
    """The text so that no service takes any of it for more than text; it may become more than twice as long."""
    apart = CALLS.sub(lambda match: match[0] + APART, text)
    return MARKS.sub(lambda match: f"\\{match[0]}", apart) if markdown else apart


def _fitting(text: str, most: int, *, markdown: bool) -> str:
    """As much of the text as, once inert, has no more characters than `most`."""
    characters = most
    while len(fitting := inert(_shortened(text, characters), markdown=markdown)) > most:
        characters -= max(1, (len(fitting) - most) // 2)
    return fitting.replace("\n", "  \n") if markdown and 2 * text.count("\n") + len(fitting) <= most else fitting


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: max(most - 1, 0)]}…"[:most]


def _link(url: str, *, markdown: bool) -> str:
    """The address as it is followed; nothing in it can end an autolink or call anyone."""
    safe = re.sub(r"[\s<>\"`|\\@]", lambda match: f"%{ord(match[0]):02X}", url)
    return f"<{safe}>" if markdown else safe
