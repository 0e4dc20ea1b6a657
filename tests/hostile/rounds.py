"""Looks at every page of the hostile site as `monitor check` does, side by side, and keeps what came of it."""

import contextlib
import json
import socket
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor import config
from monitor.pipeline import Pipeline
from monitor.stores.sqlite import Store
from tests.hostile import certificates
from tests.hostile.site import FORBIDDEN, SITE, Behaviour, Canary, Listener, site

DEADLINE = timedelta(seconds=5)
BODY_MOST = "1MiB"
BETWEEN = timedelta(hours=25)
"""From look to look: longer than any pause a server may ask for."""

MAIN = """
[http]
delay = "0s"
deadline = "{deadline}ms"
max_body = "{body}"
allow = {allow}
ca_file = "{authority}"

[channels.desk]
type = "webhook"
url = "https://desk.harbours.example/"
"""


@dataclass
class Told:
    """What came of one behaviour."""

    outcomes: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    elapsed_ms: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    alerts: int = 0
    versions: int = 0
    requests: list[str] = field(default_factory=list)


@dataclass
class Results:
    """What came of them all, by the behaviour's name, and who reached the canary."""

    told: dict[str, Told]
    heard: list[str]


def results(behaviours: Sequence[Behaviour], folder: Path, run: Callable[[Any], Results]) -> Results:
    """Looks as often as each behaviour has looks, all pages of a round side by side."""
    authority = trustme.CA()
    ca_file = certificates.authority_file(authority, folder)
    canary = Canary()

    async def story() -> Results:
        contexts = certificates.contexts(authority)
        async with site(behaviours, contexts, canary) as listeners:
            names = _configured(folder, listeners, ca_file)
            with _names_resolved(), _proxied(canary):
                told = await _rounds(folder, names)
            for name, listener in names.items():
                told[name].requests = listener.requests
        return Results({names[name].behaviour.name: found for name, found in told.items()}, canary.heard)

    return run(story())


def _configured(folder: Path, listeners: Sequence[Listener], ca_file: Path) -> dict[str, Listener]:
    """Writes a source a behaviour; they are told apart by these names."""
    allow = json.dumps([f"{SITE}:{listener.port}" for listener in listeners])
    (folder / "config/sources").mkdir(parents=True)
    main = MAIN.format(deadline=DEADLINE // timedelta(milliseconds=1), body=BODY_MOST, allow=allow, authority=ca_file)
    (folder / "config/monitor.toml").write_text(main)
    names = {f"source-{number}": listener for number, listener in enumerate(listeners)}
    for name, listener in names.items():
        named_as = listener.behaviour.named_as
        page = f'listing = "{listener.url}"' if named_as == "listing" else f'pages = ["{listener.url}"]'
        text = f'{page}\nchannels = ["desk"]\n{listener.behaviour.source}'
        (folder / f"config/sources/{name}.toml").write_text(text)
    return names


async def _rounds(folder: Path, names: dict[str, Listener]) -> dict[str, Told]:
    told = {name: Told() for name in names}
    now = datetime.now(UTC)
    store = Store.open(folder / "state/monitor.db")
    pipeline = Pipeline(store, lambda: now)
    try:
        await pipeline.follow(config.load(folder / "config", {}))
        for look in range(max(len(listener.behaviour.looks) for listener in names.values())):
            left = [name for name, listener in names.items() if look < len(listener.behaviour.looks)]
            for name in left:
                names[name].look = look
            async for recorded in pipeline.round(left):
                check = recorded.decision.check
                found = told[check.page.source]
                found.kinds += [event.change.kind.value for event in recorded.decision.events if event.change]
                found.alerts += recorded.alerts
                if check.page.url == names[check.page.source].url:
                    found.outcomes.append(recorded.decision.outcome.value)
                    found.details.append(check.detail)
                    found.elapsed_ms.append(check.fetch.elapsed_ms)
            now += BETWEEN
    finally:
        await pipeline.aclose()
        store.close()
    for source in _versions(folder / "state/monitor.db"):
        told[source].versions += 1
    return told


def _versions(path: Path) -> list[str]:
    """The source of each version in the store."""
    query = "SELECT pages.source FROM versions JOIN pages ON pages.id = versions.page_id"
    with contextlib.closing(sqlite3.connect(path)) as database:
        return [source for (source,) in database.execute(query)]


# --- names -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _names_resolved() -> Iterator[None]:
    """A resolver of our own under the program's: no name leaves this machine, and some are not what they seem."""
    asked: Counter[str] = Counter()
    ended = threading.Event()
    told = {
        "localhost": [SITE],
        "inside.harbours.example": [FORBIDDEN],
        "mixed.harbours.example": [SITE, FORBIDDEN],
        "metadata.harbours.example": ["169.254.169.254"],
    }

    def look_up(host: str, port: int, *_args: object, **_options: object) -> list[Any]:
        asked[host] += 1
        addresses = told.get(host.lower(), [])
        if host == "rebound.harbours.example":
            addresses = [SITE] if asked[host] <= 2 else [FORBIDDEN]  # for its robots.txt, and for the first look
        if host == "shaky.harbours.example" and asked[host] > 1:
            addresses = [SITE]
        if host == "late.harbours.example":
            ended.wait(20)
        if _numeric(host):
            addresses = [socket.inet_ntoa(socket.inet_aton(host))]
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", look_up)
        yield
        ended.set()


def _numeric(host: str) -> bool:
    """Whether the C library reads the name as an address: "127.1", "0x7f.1", "2130706433"."""
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _proxied(canary: Canary) -> Iterator[None]:
    """An environment whose proxy is the canary."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            patch.setenv(name, f"http://{SITE}:{canary.port}")
        yield
