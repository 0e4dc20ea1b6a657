"""What a configuration asks for, made ready: its sources, channels, and what looks at pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from monitor import plugins
from monitor._config_tables import BUILT_IN_WORDS
from monitor.check import Looker
from monitor.config import ChannelSettings, Config
from monitor.fetch import Fetcher, Hosts
from monitor.interfaces import Channel, Executor
from monitor.models import Digest, Filter, Http, Ops, Source, Templates
from monitor.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Line:
    """A channel, the hash of its settings but the secrets (one that says where the channel leads is among them), the
    user's own words for its messages, when it is told, where that is not at once, and the address of the web pages that
    its messages lead to, "" where there are none."""

    channel: Channel
    settings_hash: str
    templates: Templates = BUILT_IN_WORDS
    digest: Digest | None = None
    web: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What the configuration asks for. `filters` and `lines` are by channel name, in its order."""

    sources: dict[str, Source]
    filters: dict[str, Filter]
    lines: dict[str, Line]
    ops: Ops
    http: Http
    executor: Executor
    fetcher: Fetcher
    looker: Looker


def plan(config: Config, sandbox: Sandbox, hosts: Hosts, clock: Callable[[], datetime]) -> Plan:
    """The plan of a configuration that was found right."""
    parsers = {source.name: source.parser for source in config.sources}
    fetcher = Fetcher(config.http, hosts, clock)
    return Plan(
        {source.name: source for source in config.sources},
        {name: channel.only for name, channel in config.channels.items()},
        {name: line(channel, config.web.url) for name, channel in config.channels.items()},
        config.ops,
        config.http,
        plugins.make("executors", "local", {}),
        fetcher,
        Looker(fetcher, sandbox, parsers, clock, {source.name: source.follow for source in config.sources}),
    )


def line(settings: ChannelSettings, web: str = "") -> Line:
    """The channel that these settings make."""
    channel = plugins.make("channels", settings.type, settings.settings)
    keys = plugins.keys(type(channel))
    told = {key: value for key, value in settings.settings.items() if _is_told(keys[key].metadata)}
    settings_hash = sha256(repr((settings.type, sorted(told.items()))).encode()).hexdigest()
    return Line(channel, settings_hash, settings.templates, settings.digest, web)


def _is_told(metadata: Mapping[str, object]) -> bool:
    return not metadata.get("secret") or bool(metadata.get("where"))
