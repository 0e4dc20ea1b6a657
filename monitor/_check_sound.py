"""A reading that can be stored: text that every encoding carries, whichever parser made it. Pure."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

from monitor.html import whole


def sound(value: Any) -> Any:
    """The value with every text in it whole, however deep; the very same value where all are."""
    if isinstance(value, str):
        return whole(value) if type(value) is str else value  # what is more than a text is a name of ours
    if isinstance(value, tuple):
        items = tuple(map(sound, value))
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if not is_dataclass(value) or isinstance(value, type):
        return value
    pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
    mended = {name: new for name, old in pairs if (new := sound(old)) is not old}
    return replace(value, **mended) if mended else value
