"""Where in a file of the configuration a key stands, and what is wrong with it in words."""

import re
from collections import Counter
from typing import Any

CREDENTIALS = re.compile(r"(?<=//)[^/\s]*@")


def line_of(text: str, key: str, place: int = 0) -> int | None:
    """The line a dotted key stands on, None where it stands nowhere; tables are followed, not parsed.

    `place` says in which of several tables of one name, `[[quotes]]`: 0 in the first.
    """
    table: list[str] = []
    best = None
    passed = Counter[str]()
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?([^\[\]]+)\]", line)
        name = re.match(r"\s*([A-Za-z0-9_-]+)\s*[=.]", line)
        if header:
            table = [part.strip(" \"'") for part in header[1].split(".")]
            passed[".".join(table)] += line.lstrip().startswith("[[")
            if 0 < passed[".".join(table)] <= place:
                table = [""]  # another of that name
        path = ".".join(table if header else [*table, name[1]] if name else [])
        if path == key and path:
            return number
        if path and key.startswith(path + "."):
            best = number
    return best


def in_words(fault: Any) -> str:
    """A fault of pydantic's in our words: what was expected, and what stands there instead."""
    words = fault["msg"].removeprefix("Value error, ")
    words = words if words.startswith("expected") else f"{words[0].lower()}{words[1:]}"
    shown = fault["input"] if isinstance(fault["input"], str | int | float) else None
    return words if shown is None else f"{words}, not {CREDENTIALS.sub('***@', repr(shown)):.100}"
