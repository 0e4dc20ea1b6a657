"""Reads `config/templates/`: the user's own words for the messages of channels, and every fault in them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from monitor import plugins
from monitor._config_tables import ChannelSettings
from monitor.models import Templates

FILE = re.compile(r"(?P<channel>[a-z0-9][a-z0-9_-]*)\.(?P<ending>subject\.txt|txt|html)")

FILE_MOST = 64 * 1024
"""Bytes of a template."""

WORDLESS = ("webhook",)
"""Channels whose messages are data."""


def with_templates(
    folder: Path, channels: Mapping[str, ChannelSettings], names: Collection[str], faults: list[str]
) -> dict[str, ChannelSettings]:
    """The channels with their templates; what is wrong with any is put to the `faults`. `names` are all channels'
    names, also of those that have faults of their own."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("templates/*")):
        match = FILE.fullmatch(path.name)
        if path.name.startswith(".") or path.name.endswith("~"):
            continue
        if match is None or not path.is_file():
            faults.append(f"{path}: expected CHANNEL.subject.txt, CHANNEL.txt or CHANNEL.html")
        elif match["channel"] not in names:
            suggestion = plugins.suggestion(match["channel"], names)
            faults.append(f'{path}: there is no channel "{match["channel"]}" in monitor.toml{suggestion}')
        elif match["channel"] in channels:
            _add(path, channels[match["channel"]].type, found.setdefault(match["channel"], {}), faults)
    return {name: replace(channel, templates=Templates(**found.get(name, {}))) for name, channel in channels.items()}


def _add(path: Path, type_: str, parts: dict[str, str], faults: list[str]) -> None:
    from monitor import templates

    if type_ in WORDLESS:
        faults.append(f'{path}: messages of a channel of type "{type_}" are data, and have no words to be chosen')
        return
    try:
        source = _read(path)
    except (OSError, ValueError) as error:
        faults.append(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}")
        return
    wrong = list(templates.faults(source))
    wrong += [
        (line, f'there is no "{name}" in a message{plugins.suggestion(name, templates.NAMES)}')
        for line, name in (() if wrong else templates.unknown(source))
    ]
    faults += [f"{path}:{line}: {words}" for line, words in wrong]
    ending = path.name.partition(".")[2]
    parts |= {part: source for part, named in templates.FILES.items() if named == ending}


def _read(path: Path) -> str:
    if path.stat().st_size > FILE_MOST:
        raise ValueError(f"has more than {FILE_MOST // 1024} KiB")
    return path.read_text(encoding="utf-8")
