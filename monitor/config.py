"""Reads `config/` into a Config, and reports every fault at once: file, line, key, what was expected."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor._config_reader import Reader
from monitor._config_tables import ChannelSettings, Config, MonitorFile, SourceFile, duration
from monitor.errors import ConfigError

__all__ = ["ChannelSettings", "Config", "duration", "load", "schema"]


def load(folder: Path, environ: Mapping[str, str] | None = None) -> Config:
    """Reads the folder.

    Raises:
        ConfigError: with every fault of every file.
    """
    reader = Reader(folder, os.environ if environ is None else environ)
    config = reader.config()
    if reader.faults:
        raise ConfigError(reader.faults)
    return config


def schema() -> dict[str, Any]:
    """The JSON Schema of both kinds of file."""
    return {
        "monitor.toml": MonitorFile.model_json_schema(),
        "sources/NAME.toml": SourceFile.model_json_schema(),
    }
