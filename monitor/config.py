"""Reads `config/` into a Config, and reports every fault at once: file, line, key, what was expected."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor import plugins
from monitor._config_only import OnlyTable
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
    main, only = MonitorFile.model_json_schema(), OnlyTable.model_json_schema()
    main["$defs"] |= only.pop("$defs") | {"OnlyTable": only}
    common = {"type": {"enum": plugins.names("channels")}, "only": {"$ref": "#/$defs/OnlyTable"}}
    channel = {"type": "object", "required": ["type"], "properties": common | {"digest": {"type": "string"}}}
    main["properties"]["channels"]["additionalProperties"] = channel  # further keys are those of the channel's type
    return {
        "monitor.toml": main,
        "sources/NAME.toml": SourceFile.model_json_schema(),
    }
