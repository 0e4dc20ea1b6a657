"""A second, plain reading of feeds and their items, that shares nothing with the parser it is held against. Pure.

Tags are cut by expression, entities decoded once, white space folded; only what begins or ends a line parts words.
"""

import re
from collections.abc import Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from html import unescape
from typing import NamedTuple
from zoneinfo import ZoneInfo

NOT_SHOWN = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
LINE = re.compile(
    r"</?(?:p|br|div|h[1-6]|ul|ol|li|dl|dt|dd|table|tbody|thead|tr|td|th|hr|blockquote|figure|figcaption|section|article"
    r"|header|footer|pre|caption|address|center)\b[^>]*>",
    re.IGNORECASE,
)
TAG = re.compile(r"<[^>]*>")
LINK = re.compile(r"""<a\b[^>]*?\shref\s*=\s*["']([^"']*)["'][^>]*>(.*?)</a\s*>""", re.DOTALL | re.IGNORECASE)

STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "−": "-", "…": "..."})
NOTHING = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
DASH = re.compile(r"\s*[‒–—―]\s*|\s+-\s+")

ITEM = re.compile(r"<item\b.*?</item>", re.DOTALL)
FIELD = re.compile(r"<([\w:]+)(?:\s[^>]*)?>\s*(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))\s*</\1>", re.DOTALL)
BRITISH_TIME = ZoneInfo("Europe/London")


class Plain(NamedTuple):
    """What readers of an item see: its words, where its links lead, its day in British time (None: it bears none)."""

    text: str
    links: tuple[str, ...]
    day: date | None


class Recorded(NamedTuple):
    """The fields of an item as a feed gives them, decoded from XML. `html` is its text."""

    link: str
    title: str
    html: str
    date: str
    author: str = ""


def plain(item: Recorded) -> Plain:
    """What the item shows."""
    shown = NOT_SHOWN.sub("", item.html)
    links = tuple(unescape(target).strip() for target, words in LINK.findall(shown) if _words(words))
    day = parsedate_to_datetime(item.date).astimezone(BRITISH_TIME).date() if item.date else None
    return Plain(f"{_words(item.title)}\n{_words(shown)}", links, day)


def expected(before: Plain, after: Plain) -> str:
    """What came of an item: `unchanged`, `typography` (only how it is set differs) or `edited`."""
    if before == after:
        return "unchanged"
    set_alike = typewritten(before.text) == typewritten(after.text) and before[1:] == after[1:]
    return "typography" if set_alike else "edited"


def typewritten(text: str) -> str:
    """The text in straight quotes and hyphens, entities left as text decoded, marks that show nothing left out."""
    shown = unescape(unescape(text)).translate(NOTHING)
    return " ".join(DASH.sub("-", shown).translate(STRAIGHT).split())


def items(xml: str) -> Iterator[Recorded]:
    """The items of an RSS feed, in its order."""
    for found in ITEM.findall(xml):
        said = {name: cdata or unescape(text) for name, cdata, text in FIELD.findall(found)}
        body = said.get("content:encoded") or said.get("description", "")
        yield Recorded(said["link"], said["title"], body, said.get("pubDate", ""), said.get("dc:creator", ""))


def _words(markup: str) -> str:
    return " ".join(unescape(TAG.sub("", LINE.sub(" ", markup))).split())
