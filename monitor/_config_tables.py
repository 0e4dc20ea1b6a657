"""What may stand in `config/`: the tables, their keys and bounds, and the Config they make."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from monitor import _config_web, follow
from monitor.models import Digest, Filter, Http, Ops, Source, Templates, Web

UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
SIZES = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
LEAST_REQUESTS = 10
"""A look may take its host's robots.txt, the page and five redirects."""

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def duration(value: object) -> timedelta:
    """A length of time such as "15m": a number and one of ms, s, m, h, d."""
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h|d)", value) if isinstance(value, str) else None
    if not match:
        raise ValueError('expected a length of time such as "30s", "15m" or "1h"')
    return timedelta(seconds=float(match[1]) * UNITS[match[2]])


def size(value: object) -> int:
    """A number of bytes such as "8MiB"."""
    match = re.fullmatch(r"(\d{1,18})(B|KiB|MiB|GiB)", value) if isinstance(value, str) else None
    if not match:
        raise ValueError('expected a size such as "512KiB" or "8MiB"')
    return int(match[1]) * SIZES[match[2]]


def address(value: object) -> str:
    """An absolute http(s) address."""
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        valid = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)
        valid = valid and (parts is None or parts.port != 0)
    except ValueError:
        valid = False
    if not valid:
        raise ValueError('expected an address such as "https://www.gov.uk/government/news/example"')
    if "@" in urlsplit(str(value)).netloc:
        raise ValueError("expected an address without a user name or password: addresses are shown to everyone")
    return str(value).split("#")[0]


def one_or_many(value: object) -> object:
    """A single word where a list of words is meant."""
    return [value] if isinstance(value, str) else value


def pattern(value: str) -> str:
    """A glob on a path, or a regular expression that begins with "^"; none that can take for ever."""
    follow.lint(value)
    return value


def host_name(value: str) -> str:
    """A host, with its port where that is not the usual one."""
    if not re.fullmatch(r"[A-Za-z0-9.-]+(?::\d{1,5})?", value):
        raise ValueError('expected a host such as "www.gov.uk"')
    return value.lower()


def pace(value: object) -> object:
    """A length of time from a second to a month, or "auto"."""
    if value == "auto":
        return value
    if isinstance(value, str) and value.isalpha():
        raise ValueError('expected "auto" or a length of time such as "15m"')
    found = duration(value)
    if not timedelta(seconds=1) <= found <= timedelta(days=31):
        raise ValueError('expected "1s" to "31d"')
    return found


def looks_a_day(value: object) -> int:
    """A number of looks such as "2000/day"."""
    match = re.fullmatch(r"([1-9]\d{0,8})/day", value) if isinstance(value, str) else None
    if not match:
        raise ValueError('expected a number of looks such as "2000/day"')
    return int(match[1])


def zone_name(value: object) -> object:
    """A time zone by its IANA name."""
    try:
        return ZoneInfo(value).key if isinstance(value, str) else value
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('expected a time zone such as "Europe/London"') from None


def digest(value: object) -> Digest:
    """`daily 08:30 Europe/London`, or a length of time from a minute to a day."""
    match = re.fullmatch(r"daily (\d\d?):(\d\d) (\S+)", value) if isinstance(value, str) else None
    if match is None:
        if not (isinstance(value, str) and re.match(r"[\d.]", value)):
            raise ValueError('expected "daily 08:30 Europe/London" or a length of time such as "1h"')
        every = duration(value)
        if not timedelta(minutes=1) <= every <= timedelta(days=1):
            raise ValueError('expected "1m" to "1d"')
        return Digest(every)
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:
        raise ValueError('expected a time of day from "00:00" to "23:59"')
    return Digest(at=time(hour, minute), time_zone=str(zone_name(match[3])))


def between(read: Callable[[object], Any], least: str, most: str) -> BeforeValidator:
    """What `read` makes of a value, from what it makes of `least` to what it makes of `most`."""

    def bounded(value: object) -> Any:
        found = read(value)
        if not read(least) <= found <= read(most):
            raise ValueError(f'expected "{least}" to "{most}"')
        return found

    return BeforeValidator(bounded)


SOME = Field(max_length=100)
DigestSetting = Annotated[Digest, BeforeValidator(digest)]
Address = Annotated[str, BeforeValidator(address)]


class Table(BaseModel):
    """A table of the config; an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid")


class StoreTable(Table):
    """`[store]`"""

    path: Annotated[str, Field(min_length=1)] = "state/monitor.db"


def requests_a_day(value: object) -> int:
    """A number of requests such as "2000/day", enough of them to look at a page at all."""
    match = re.fullmatch(r"([1-9]\d{0,8})/day", value) if isinstance(value, str) else None
    if not match or int(match[1]) < LEAST_REQUESTS:
        raise ValueError(f'expected a number of requests such as "2000/day", at least {LEAST_REQUESTS}')
    return int(match[1])


class HostTable(Table):
    """`[http.hosts."www.example.org"]`: what holds for this host alone."""

    delay: Annotated[timedelta, between(duration, "0s", "1h")] | None = None
    budget: Annotated[int, BeforeValidator(requests_a_day)] | None = None
    robots: bool = True


class HttpTable(Table):
    """`[http]`"""

    user_agent: Annotated[str, Field(min_length=1, pattern=r"^[\x20-\x7e]+$")] = "statement-monitor"
    delay: Annotated[timedelta, between(duration, "0s", "1h")] = timedelta(seconds=5)
    deadline: Annotated[timedelta, between(duration, "100ms", "10m")] = timedelta(seconds=30)
    max_body: Annotated[int, between(size, "1KiB", "256MiB")] = 8 * 1024**2
    allow: tuple[str, ...] = ()
    ca_file: str = ""
    hosts: dict[str, HostTable] = {}


ServedNames = Annotated[
    tuple[Annotated[str, AfterValidator(_config_web.host)], ...], BeforeValidator(one_or_many), SOME
]
Networks = Annotated[
    tuple[Annotated[str, AfterValidator(_config_web.network)], ...], BeforeValidator(one_or_many), SOME
]


class WebTable(Table):
    """`[web]`"""

    bind: Annotated[str, AfterValidator(_config_web.bind)] = "127.0.0.1:8733"
    url: Annotated[str, BeforeValidator(lambda value: value and address(value)), AfterValidator(_config_web.origin)] = (
        ""
    )
    hosts: ServedNames = ()
    token: str = ""
    token_file: str = ""
    trusted_proxy: Networks = ()


class OpsTable(Table):
    """`[ops]`: how the monitor tells of itself."""

    channel: str | None = None
    heartbeat_url: str = ""
    heartbeat_url_file: str = ""


class LogTable(Table):
    """`[log]`"""

    format: Literal["console", "json"] = "console"


Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], BeforeValidator(one_or_many), SOME]


class MonitorFile(Table):
    """`config/monitor.toml`"""

    store: StoreTable = StoreTable()
    http: HttpTable = HttpTable()
    web: WebTable = WebTable()
    log: LogTable = LogTable()
    ops: OpsTable = OpsTable()
    channels: dict[str, dict[str, Any]] = {}


Patterns = Annotated[tuple[Annotated[str, AfterValidator(pattern)], ...], BeforeValidator(one_or_many), SOME]
Hosts = Annotated[tuple[Annotated[str, AfterValidator(host_name)], ...], BeforeValidator(one_or_many), SOME]


class FollowTable(Table):
    """`[follow]`: which of the pages a listing names are followed."""

    path: Patterns = ()
    document_type: Names = ()
    words: Names = ()
    host: Hosts = ()


def sentence(value: str) -> str:
    """A sentence to watch."""
    from monitor import quotes  # heavy, and few sources watch any

    quotes.lint(value)
    return value


class QuoteTable(Table):
    """`[[quotes]]`: a sentence that is watched, on one page or on all of its source."""

    text: Annotated[str, AfterValidator(sentence)]
    page: Address | None = None


class SourceFile(Table):
    """`config/sources/NAME.toml`"""

    listing: Address | None = None
    pages: tuple[Address, ...] = ()
    every: Annotated[timedelta | Literal["auto"], BeforeValidator(pace)] = timedelta(minutes=15)
    budget: Annotated[int, BeforeValidator(looks_a_day)] | None = None
    time_zone: Annotated[str, BeforeValidator(zone_name)] = "Europe/London"
    channels: tuple[str, ...] = ()
    follow: FollowTable = FollowTable()
    quotes: Annotated[tuple[QuoteTable, ...], SOME] = ()
    parser: dict[str, Any] = {"type": "govuk"}


BUILT_IN_WORDS = Templates()


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """A channel of the config: its plugin, that plugin's settings by key, what it takes, in what words, and when where
    that is not at once."""

    name: str
    type: str
    settings: dict[str, Any]
    only: Filter
    templates: Templates = BUILT_IN_WORDS
    digest: Digest | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration. `folder` is where it was read from; relative paths in it start at its parent."""

    folder: Path
    store_path: Path
    http: Http
    channels: dict[str, ChannelSettings]
    sources: tuple[Source, ...]
    log_format: str = "console"
    web: Web = field(default_factory=Web)
    ops: Ops = field(default_factory=Ops)
