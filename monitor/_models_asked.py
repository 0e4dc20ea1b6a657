"""What the user asked for: sources, how pages are fetched, what a channel takes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

from monitor._models_words import Disclosure, Kind, SignalName


@dataclass(frozen=True, slots=True)
class ParserSettings:
    """A parser by its file name in `parsers/`, and its settings as plain values (name, value), sorted."""

    type: str = "govuk"
    settings: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Follow:
    """Which of the pages that listings name are followed: all that no field speaks against; an empty one never does.

    `paths` are globs, or regular expressions that begin with "^". `words` stand in the title. `hosts` are lower case.
    """

    paths: tuple[str, ...] = ()
    document_types: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that is watched: on this page, or, where that is None, on every page of its source."""

    text: str
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What the user asked to watch: one file in `config/sources/`.

    `budget` bounds its looks of a day (UTC), None not at all. `auto`: each page's next look is chosen by when its edits
    are likely, within the budget (None: as many as the default needs); `every` is then only what such a page waits
    where nothing is known of it. `time_zone` is the publisher's, whose office hours are kept. `covered_by` names the
    sources that do all this one would with a page that both their listings name; it is left to them.
    """

    name: str
    pages: tuple[str, ...] = ()
    listing: str | None = None
    every: timedelta = timedelta(minutes=15)
    channels: tuple[str, ...] = ()
    parser: ParserSettings = ParserSettings()
    auto: bool = False
    budget: int | None = None
    time_zone: str = "Europe/London"
    follow: Follow = Follow()
    covered_by: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """When a channel is told of all that waits for it: daily `at` this time on the clocks of `time_zone`; where `at` is
    None, each time `every` is over, counted from midnight (UTC).
    """

    every: timedelta = timedelta(days=1)
    at: time | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class HostSettings:
    """What holds for one host alone. `delay` None: as for all; `budget` bounds its requests a day (UTC), None not at
    all; `robots` False: its robots.txt is not asked for."""

    delay: timedelta | None = None
    budget: int | None = None
    robots: bool = True


@dataclass(frozen=True, slots=True)
class Http:
    """How pages are fetched; sizes in bytes. `allow` opens addresses not public, as "ADDRESS[:PORT]" or CIDR. `hosts`
    are those with settings of their own, by host and port as addresses name them."""

    user_agent: str = "statement-monitor"
    delay: timedelta = timedelta(seconds=5)
    deadline: timedelta = timedelta(seconds=30)
    max_body: int = 8 * 1024 * 1024
    allow: tuple[str, ...] = ()
    ca_file: str = ""
    hosts: Mapping[str, HostSettings] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Web:
    """How the web pages are served: at `bind` ("HOST:PORT", "" not at all).

    `url` is where readers reach them, "" as they are bound; `hosts` are further names they are reached by. Who comes
    needs the `token`, "" none. `trusted_proxies` are addresses and ranges: where there are any, all comes from there.
    """

    bind: str = "127.0.0.1:8733"
    url: str = ""
    hosts: tuple[str, ...] = ()
    token: str = field(default="", repr=False)
    trusted_proxies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Templates:
    """The user's own words for the parts of a channel's messages, as Jinja2; None: the built-in ones."""

    subject: str | None = None
    text: str | None = None
    html: str | None = None

    @property
    def parts(self) -> dict[str, str]:
        """Those that are there, by the part of a message they give."""
        found = {"subject": self.subject, "text": self.text, "html": self.html}
        return {part: source for part, source in found.items() if source is not None}


@dataclass(frozen=True, slots=True)
class Filter:
    """What a channel takes: all that no field speaks against; an empty one never does.

    `words` stand in what was edited or round it, `added` and `removed` in what came and went. Each is a word, a phrase,
    or a regular expression between slashes.
    """

    sources: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    signals: tuple[SignalName, ...] = ()
    document_types: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ops:
    """How the monitor tells of itself: `channel` names whom, None nobody. `heartbeat_url` is called while all is well,
    empty never; it is a secret."""

    channel: str | None = None
    heartbeat_url: str = field(default="", repr=False)
