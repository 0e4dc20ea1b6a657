"""`[ops]`: whom the monitor tells of itself."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor import plugins
from monitor.models import Ops

if TYPE_CHECKING:
    from monitor._config_tables import OpsTable


def ops(table: "OpsTable", channels: Collection[str], root: Path, fault: Callable[[str, str], None]) -> Ops:
    """As the table says; `fault` is told a key and what is wrong there. `root` is where relative paths start.

    The address is in no fault: who has it can call it in our stead.
    """
    name, address = table.channel, table.heartbeat_url
    if name is not None and name not in channels:
        fault("ops.channel", f'there is no channel "{name}" in monitor.toml{plugins.suggestion(name, channels)}')
    if table.heartbeat_url_file and address:
        fault("ops.heartbeat_url_file", "give either this or `heartbeat_url`")
    elif table.heartbeat_url_file:
        address = _from_file(root / table.heartbeat_url_file, fault)
    if address and not _is_address(address):
        key = "ops.heartbeat_url_file" if table.heartbeat_url_file else "ops.heartbeat_url"
        fault(key, 'expected an address such as "https://hc.example.org/ping/…"')
    return Ops(name, address)


def _from_file(path: Path, fault: Callable[[str, str], None]) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        fault("ops.heartbeat_url_file", f"cannot be read: {error}")
        return ""


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and text.isprintable()
    except ValueError:
        return False
