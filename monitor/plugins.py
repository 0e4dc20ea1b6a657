"""Plugins: the file's name is the name in the config, the class is named for the role, its fields are its settings."""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import Field, fields
from difflib import get_close_matches
from typing import Any

ROLES = {"parsers": "Parser", "stores": "Store", "channels": "Channel", "executors": "Executor"}


def names(role: str) -> tuple[str, ...]:
    """The plugins of a role (`parsers`, `channels` …), sorted."""
    package = importlib.import_module(f"monitor.{role}")
    return tuple(sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.name[0] != "_"))


def load(role: str, name: str) -> type[Any]:
    """The class of a plugin.

    Raises:
        LookupError: there is no such plugin; the text names the nearest.
    """
    if name not in names(role):
        raise LookupError(f'"{name}" is none of {", ".join(names(role))}{suggestion(name, names(role))}')
    plugin: type[Any] = getattr(importlib.import_module(f"monitor.{role}.{name}"), ROLES[role])
    return plugin


def keys(plugin: type[Any]) -> dict[str, "Field[Any]"]:
    """The settings of a plugin by their key in the config: the field's name, or its metadata's `key`."""
    return {field.metadata.get("key", field.name): field for field in fields(plugin) if field.init}


def make(role: str, name: str, settings: Mapping[str, Any]) -> Any:
    """An instance of a plugin from settings by key.

    Raises:
        LookupError: there is no such plugin.
        ValueError: it refuses a setting.
    """
    plugin = load(role, name)
    known = keys(plugin)
    return plugin(**{known[key].name: value for key, value in settings.items()})


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean "every"?` where a known word is near, else nothing."""
    near = get_close_matches(word, list(known), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""
