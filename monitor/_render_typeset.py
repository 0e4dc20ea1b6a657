"""Text fitted to where it is read: made printable, clipped, wrapped. Pure."""

import re
import unicodedata
from collections.abc import Iterator

WIDTH = 80
"""Columns of the text form; addresses alone may be longer, since a broken one is of no use."""

_PART = re.compile(r"\[-|-\]|\{\+|\+\}|.", re.DOTALL)

UNPRINTABLE = {
    **dict.fromkeys((*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " "),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), ""),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
"""Control characters but the line feed; bidi embeddings and overrides, which can make a title read otherwise than it
stands; lone surrogates, which no encoding can carry."""


RIGHT_TO_LEFT = ("ar", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi")


def language_of(language: str | None) -> str:
    """HTML's attributes of words in this language: `dir="rtl" lang="ar"`; the direction is that of their first letter
    where the language does not say."""
    if language is None or not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", language):
        return 'dir="auto"'
    to_left = language.lower().split("-")[0] in RIGHT_TO_LEFT
    return f'dir="{"rtl" if to_left else "auto"}" lang="{language}"'


def one_line(text: str) -> str:
    """Printable text without line breaks and runs of white space: fit for a header or a title."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """Text any mail or terminal can carry; line breaks stay."""
    return text.translate(UNPRINTABLE)


def counted(count: int, one: str, many: str = "") -> str:
    """`1 change`, `1,200 changes`"""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def clipped(text: str, characters: int) -> str:
    """At most this many characters, cut at a space where one is near, with "…" in place of the rest."""
    if len(text) <= characters:
        return text
    head = text[: max(characters - 1, 0)]
    at_space = head.rpartition(" ")[0]
    return f"{at_space if len(at_space) > len(head) * 3 // 4 else head}…".lstrip()


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """Lines of at most 80 columns, the first begun with `first`, the others with `rest`.

    A word too long for a line is cut unless it holds an address; never inside a mark of the redline.
    """
    lines, line, empty = [], first, True
    for whole in text.split():
        for number, piece in enumerate(_pieces(whole, WIDTH - len(rest))):
            joined = line + piece if empty or number else f"{line} {piece}"
            if _columns(joined) > WIDTH and not empty:
                lines.append(line)
                joined = rest + piece
            line, empty = joined, False
    return "\n".join((*lines, line))


def _pieces(word: str, columns: int) -> Iterator[str]:
    if _columns(word) <= columns or "://" in word:
        yield word
        return
    piece, width = "", 0
    for part in _PART.findall(word):
        if piece and width + _columns(part) > columns:
            yield piece
            piece, width = "", 0
        piece, width = piece + part, width + _columns(part)
    yield piece


def _columns(text: str) -> int:
    """Columns of a terminal: East Asian wide characters take two (UAX 11)."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
