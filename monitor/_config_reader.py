"""Reads the files of `config/` and gathers every fault in them: file, line, key, what was expected."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, replace
from datetime import timedelta
from errno import EFBIG
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from monitor import plugins
from monitor._config_lines import in_words, line_of
from monitor._config_only import OnlyTable
from monitor._config_ops import ops as read_ops
from monitor._config_shared import covering
from monitor._config_tables import (
    ChannelSettings,
    Config,
    DigestSetting,
    FollowTable,
    MonitorFile,
    SourceFile,
)
from monitor._config_templates import with_templates
from monitor._config_web import web as read_web
from monitor.models import Follow, HostSettings, Http, ParserSettings, Quote, Source, canonical

AUTO_EVERY = timedelta(hours=6)
"""What a page of a source that chooses its looks waits on average, where it has no budget."""

UNTYPED = ("css", "feed")
"""Parsers whose statements have no document type and no publisher."""

COMMON = {"channels": ("type", "only", "digest"), "parsers": ("type",)}
"""The keys of every plugin's table, by role; the others are the plugin's own."""

HOST = re.compile(r"[a-z0-9_.-]+(:\d+)?|\[[0-9a-f:]+\](:\d+)?")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
FILE_MOST = 1024 * 1024
"""Bytes of a file of the configuration."""

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Reader:
    """Reads the files of one folder and gathers their faults."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.environ = environ
        self.faults: list[str] = []

    def config(self) -> Config:
        file = self.folder / "monitor.toml"
        raw, text = self.read(file)
        main = self.table(MonitorFile, raw, file, text) or MonitorFile()
        hosts = {name.lower(): HostSettings(**table.model_dump()) for name, table in main.http.hosts.items()}
        http = Http(**main.http.model_dump() | {"hosts": hosts})
        channels = {
            name: channel
            for name, table in main.channels.items()
            if (channel := self.channel(name, table, http, file, text))
        }
        sources = tuple(
            source
            for path in sorted(self.folder.glob("sources/*.toml"))
            if (source := self.source(path, set(main.channels) if text else None))
        )
        self.check_allow(http, file, text)
        self.check_hosts(http, file, text)
        self.check_filters(channels, sources, file, text)
        channels = with_templates(self.folder, channels, main.channels if text else (), self.faults)
        self.check_overlaps(sources)
        root = self.folder.absolute().parent
        web = read_web(main.web, root, lambda key, words: self.fault(file, text, key, words))
        told = read_ops(main.ops, main.channels, root, lambda key, words: self.fault(file, text, key, words))
        shared = tuple(replace(each, covered_by=covering(each, sources, channels)) for each in sources)
        return Config(self.folder, root / main.store.path, http, channels, shared, main.log.format, web, told)

    def fault(self, file: Path, text: str, key: str, words: str, place: int = 0) -> None:
        """Adds a fault; `place` says in which of several tables of one name, `[[quotes]]`, its key stands."""
        line = line_of(text, key, place)
        where = f"{file}:{line}" if line else str(file)
        self.faults.append(f"{where}: {key}: {words}" if key else f"{where}: {words}")

    def read(self, file: Path) -> tuple[dict[str, Any], str]:
        try:
            if file.stat().st_size > FILE_MOST:
                raise OSError(EFBIG, f"has more than {FILE_MOST // 1024} KiB")
            text = file.read_text(encoding="utf-8")
            return self.resolve(tomllib.loads(text), file, text), text
        except FileNotFoundError:
            self.faults.append(f"{file}: not found; `monitor init` writes one")
        except OSError as error:
            self.faults.append(f"{file}: cannot be read: {error.strerror}")
        except UnicodeDecodeError as error:
            self.faults.append(f"{file}: is not UTF-8: {error.reason}")
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            self.faults.append(f"{file}{':' + line[1] if line else ''}: no valid TOML: {error}")
        except RecursionError:
            self.faults.append(f"{file}: is nested too deeply")
        return {}, ""

    def resolve(self, value: Any, file: Path, text: str, key: str = "") -> Any:
        """The value with every `${NAME}` in it taken from the environment."""
        if isinstance(value, dict):
            return {k: self.resolve(v, file, text, f"{key}.{k}" if key else k) for k, v in value.items()}
        if isinstance(value, list):
            return [self.resolve(v, file, text, key) for v in value]
        if not isinstance(value, str):
            return value
        for name in VARIABLE.findall(value):
            if not self.environ.get(name):
                state = "is empty" if name in self.environ else "is not set"
                self.fault(file, text, key, f"the environment variable {name} {state}")
        return VARIABLE.sub(lambda match: self.environ.get(match[1]) or "unset", value)

    def table(self, model: type[Any], raw: dict[str, Any], file: Path, text: str) -> Any:
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            for fault in error.errors():
                self.invalid(model, fault, file, text)
            return self.without_faults(model, raw, error)

    def without_faults(self, model: type[Any], raw: dict[str, Any], error: ValidationError) -> Any:
        """What is right in a faulty file, so that the rest of it is checked too."""
        bad = {fault["loc"][0] for fault in error.errors()}
        return model.model_validate({key: value for key, value in raw.items() if key not in bad})

    def invalid(self, model: type[Any], fault: Any, file: Path, text: str, prefix: str = "") -> None:
        location = [str(part) for part in fault["loc"] if isinstance(part, str)]
        key = prefix + ".".join(location)
        if fault["type"] == "extra_forbidden":
            known = self.known_keys(model, location[:-1])
            words = f"unknown key{plugins.suggestion(location[-1], known)}"
        else:
            words = in_words(fault | {"input": None} if key == "web.token" else fault)  # that one is a secret
        place = next((part for part in fault["loc"] if isinstance(part, int)), 0)
        self.fault(file, text, key, words, place if len(location) > 1 else 0)

    def known_keys(self, model: type[Any], path: list[str]) -> list[str]:
        for part in path:
            inner = get_args(model)  # of a table of tables: any name, then one of these
            model = inner[1] if inner else model.model_fields[part].annotation
            model = next((each for each in get_args(model) if get_origin(model) is tuple), model)  # of [[tables]]: one
        return list(model.model_fields)

    def plugin(self, role: str, table: dict[str, Any], defaults: dict[str, Any], place: tuple[Path, str, str]) -> Any:
        """(type, settings) of a plugin's table, validated; None where it has faults."""
        file, text, prefix = place
        before = len(self.faults)
        name = table.get("type")
        if not isinstance(name, str):
            self.fault(file, text, prefix, f"needs a type: one of {', '.join(plugins.names(role))}")
            return None
        try:
            plugin = plugins.load(role, name)
        except LookupError as error:
            self.fault(file, text, f"{prefix}.type", str(error))
            return None
        own = {k: v for k, v in table.items() if k not in COMMON[role]}
        settings = self.settings(plugin, own, COMMON[role], place)
        keys = plugins.keys(plugin)
        settings = {k: v for k, v in defaults.items() if k in keys} | settings
        if all("unknown key" in fault for fault in self.faults[before:]):
            try:
                plugins.make(role, name, settings)
            except ValueError as error:
                key, _, words = str(error).partition(": ")
                at, words = (f"{prefix}.{key}", words) if key in keys else (prefix, str(error))
                self.fault(file, text, at, words)
        return (name, settings) if len(self.faults) == before else None

    def settings(
        self, plugin: type[Any], table: dict[str, Any], common: Iterable[str], place: tuple[Path, str, str]
    ) -> dict[str, Any]:
        file, text, prefix = place
        keys = plugins.keys(plugin)
        hints = get_type_hints(plugin)
        table = self.from_files(table, keys, place)
        for key in table.keys() - keys.keys():
            self.fault(file, text, f"{prefix}.{key}", f"unknown key{plugins.suggestion(key, (*keys, *common))}")
        for key, field in keys.items():
            if key not in table and field.default is MISSING and field.default_factory is MISSING:
                self.fault(file, text, f"{prefix}.{key}", "is missing")
        return {
            key: self.setting(hints[keys[key].name], value, (file, text, f"{prefix}.{key}"))
            for key, value in table.items()
            if key in keys
        }

    def setting(self, kind: Any, value: Any, place: tuple[Path, str, str]) -> Any:
        file, text, key = place
        try:
            return TypeAdapter(kind).validate_python(value, strict=False)
        except ValidationError as error:
            self.fault(file, text, key, in_words(error.errors()[0] | {"input": None}))  # it may be a secret
            return value

    def from_files(
        self, table: dict[str, Any], keys: Mapping[str, Any], place: tuple[Path, str, str]
    ) -> dict[str, Any]:
        """`password_file = "…"` gives `password` what that file holds."""
        file, text, prefix = place
        resolved: dict[str, Any] = {}
        for key, value in table.items():
            stem = key.removesuffix("_file")
            if key in keys or stem == key or stem not in keys:
                resolved[key] = value
                continue
            try:
                path = self.folder.absolute().parent / str(value)
                resolved[stem] = path.read_text(encoding="utf-8").rstrip("\n")
            except (OSError, UnicodeDecodeError) as error:
                self.fault(file, text, f"{prefix}.{key}", f"cannot be read: {error}")
        return resolved

    def channel(self, name: str, table: dict[str, Any], http: Http, file: Path, text: str) -> ChannelSettings | None:
        prefix = f"channels.{name}"
        if not NAME.fullmatch(name):
            self.fault(file, text, prefix, "a name is made of a-z, 0-9, - and _")
        only = OnlyTable()
        try:
            only = OnlyTable.model_validate(table.get("only", {}))
        except ValidationError as error:
            for fault in error.errors():
                self.invalid(OnlyTable, fault, file, text, f"{prefix}.only.")
        defaults = {"allow": http.allow, "ca_file": http.ca_file}
        plugin = self.plugin("channels", table, defaults, (file, text, prefix))
        when = table.get("digest")
        digest_ = None if when is None else self.setting(DigestSetting, when, (file, text, f"{prefix}.digest"))
        return ChannelSettings(name, plugin[0], plugin[1], only.filter, digest=digest_) if plugin else None

    def source(self, file: Path, channels: set[str] | None) -> Source | None:
        """The source; None where it has faults. `channels` are those there are, None where that cannot be told."""
        before = len(self.faults)
        raw, text = self.read(file)
        if not NAME.fullmatch(file.stem):
            self.faults.append(f"{file}: a source's file name is made of a-z, 0-9, - and _")
        table = self.table(SourceFile, raw, file, text)
        parser = self.plugin("parsers", {"type": "govuk"} | table.parser, {}, (file, text, "parser"))
        for channel in table.channels:
            if channels is not None and channel not in channels:
                words = f'there is no channel "{channel}" in monitor.toml{plugins.suggestion(channel, channels)}'
                self.fault(file, text, "channels", words)
        if table.follow != FollowTable() and not table.listing:
            self.fault(file, text, "follow", "holds only for what a `listing` names")
        if table.follow.document_type and parser and parser[0] in UNTYPED:
            self.fault(file, text, "follow.document_type", f'the "{parser[0]}" parser reads no document type')
        for place, quote in enumerate(table.quotes):
            if quote.page and not (table.listing or canonical(quote.page) in map(canonical, table.pages)):
                self.fault(file, text, "quotes.page", f"this source does not watch {quote.page}", place)
        if len(self.faults) == before and not (table.pages or table.listing):
            self.fault(file, text, "", "names neither `pages` nor a `listing`")
        if len(self.faults) > before:
            return None
        settings = ParserSettings(parser[0], tuple(sorted(parser[1].items())))
        auto = table.every == "auto"
        every = AUTO_EVERY if auto else table.every
        asked = (file.stem, table.pages, table.listing, every, table.channels, settings)
        quotes = tuple(Quote(each.text, each.page) for each in table.quotes)
        return Source(*asked, auto, table.budget, table.time_zone, _follow(table.follow), quotes=quotes)

    def check_allow(self, http: Http, file: Path, text: str) -> None:
        from monitor.net import parse_allow

        for entry in http.allow:
            try:
                parse_allow(entry)
            except ValueError as error:
                self.fault(file, text, "http.allow", str(error))

    def check_hosts(self, http: Http, file: Path, text: str) -> None:
        for name in http.hosts:
            if not HOST.fullmatch(name):
                words = f'expected a host as in its addresses, such as "www.example.org", not "{name}"'
                self.fault(file, text, "http.hosts", words)

    def check_filters(
        self, channels: dict[str, ChannelSettings], sources: Iterable[Source], file: Path, text: str
    ) -> None:
        names = [path.stem for path in self.folder.glob("sources/*.toml")]
        for channel in channels.values():
            parsers = {source.parser.type for source in sources if channel.name in source.channels}
            for key, wanted in (("document_type", channel.only.document_types), ("publisher", channel.only.publishers)):
                if wanted and parsers and parsers <= set(UNTYPED):
                    words = f"no source of this channel reads any: {' and '.join(sorted(parsers))} do not"
                    self.fault(file, text, f"channels.{channel.name}.only.{key}", words)
            for name in set(channel.only.sources) - set(names):
                key = f"channels.{channel.name}.only.source"
                self.fault(file, text, key, f'there is no source "{name}"{plugins.suggestion(name, names)}')

    def check_overlaps(self, sources: Iterable[Source]) -> None:
        """One page belongs to one source: two would alert twice."""
        watched = [(address, source.name) for source in sources for address in source.pages]
        count = Counter(canonical(address) for address, _ in watched)
        for twice in sorted(address for address, times in count.items() if times > 1):
            names = sorted({name for address, name in watched if canonical(address) == twice})
            places = ", ".join(f"sources/{name}.toml" for name in names)
            self.faults.append(f"{self.folder}/{places}: pages: {twice} is named more than once")


def _follow(table: FollowTable) -> Follow:
    return Follow(table.path, table.document_type, table.words, table.host)
