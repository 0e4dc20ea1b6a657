"""Departments are watched, edit their pages, and a message of each kind arrives at a real mail server and a webhook."""

import json
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from monitor.demo.publications import Publication
from monitor.demo.publisher import Publisher
from monitor.demo.scenes import SCENES
from monitor.demo.statements import EEL_SURVEY, FLOOD_GATES, HARBOUR_FUND, LOCK_KEEPERS, STATEMENTS
from monitor.models import Kind
from tests.receivers import Hook, Mailbox, hook_server, smtp_server
from tests.receivers import answer as hook_answer
from tests.test_pipeline import Desk, desk, webhook

SITES = ("https://rivers.example", "https://harbor.example")
"""Stand for the publishers' loopback addresses, and are as long: lines break where they did."""

CONTACT = "<p>For this page in another format, write to formats@rivers.example.</p>"
FEES = "<p>The harbour of {name} takes boats up to {length} metres. A night costs £{fee}, and a week £{week}.</p>"
HARBOURS = (
    *("Nettle Wharf", "Long Eyot", "Upper Sallow", "Cormorant Hard", "Quill Head", "Lower Sedge", "Marl Point"),
    *("Osier Bank", "Heron Steps", "Withy Lock", "Gorse Cove", "Alder Reach", "Rush Ferry", "Bittern Quay"),
    *("Sorrel Pier", "Kelp Sound", "Reed End", "Plover Sands", "Ash Landing", "Curlew Ness", "Dabchick"),
    *("Otter Weir", "Elver Mouth", "Teasel Stairs"),
)
PROMISE = "I promise that you will hear of it from us first."
"""Of a minister, watched as a quote."""

PORTS = {"east": range(12), "north": range(12, 18), "west": range(18, 24)}
"""Sources of harbours; the first alone changes throughout, then a part of all at once."""

AT_ONCE = (*range(9), *range(12, 24))

CHANNEL = 'type = "email"\nto = ["desk@example.org"]\nfrom = "monitor@example.org"\nhost = "127.0.0.1"\n'


@dataclass(frozen=True)
class Arrived:
    """A mail as it arrived, and the webhook of the same message, "" where none was sent. `sites` are by address what
    stands for them, in all but the `content`."""

    content: bytes
    sites: tuple[tuple[str, str], ...]
    posted: bytes = b""

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.content, EmailMessage, policy=default)

    def part(self, kind: str) -> str:
        """Its `plain` or `html` part."""
        body = self.mail.get_body((kind,))
        assert body is not None
        return self._placed(str(body.get_content()).replace("\r\n", "\n"))

    @property
    def post(self) -> str:
        """The webhook's body."""
        return self._placed(self.posted.decode())

    def _placed(self, text: str) -> str:
        """With the sites' own addresses, and no hash of bytes that are others each time."""
        for address, site in self.sites:
            text = text.replace(address, site)
        return re.sub(r"\b[0-9a-f]{64}\b", "0" * 64, text)


async def arrived(folder: Path) -> dict[str, Arrived]:
    """A message of each kind, by the kind's name, in the order they came."""
    async with Watch(folder) as watch:
        found = await watch.scenes()
        found["digest"] = await watch.digest()
        found["quote"] = await watch.quote()
        found["sitewide"] = await watch.sitewide()
        found["mass change"] = await watch.dearer(1, range(12))
        found["storm"] = await watch.dearer(2, AT_ONCE)
        return found


def harbour(number: int, raised: int = 0) -> Publication:
    """A harbour's page on its fees, raised so often; each by a sum of its own."""
    name, fee = HARBOURS[number], 10 + number + raised * (1 + number % 3)
    body = FEES.format(name=name, length=8 + number, fee=fee, week=6 * fee)
    path = f"/government/publications/fees-{name.lower().replace(' ', '-')}"
    return replace(HARBOUR_FUND, path=path, title=f"Harbour fees: {name}", lead=f"Fees at {name}.", body=body)


class Watch:
    """`async with Watch(folder) as watch:` has everything watched after its baseline."""

    desk: Desk
    mailbox: Mailbox
    daily: Mailbox
    hook: Hook

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = AsyncExitStack()
        self.rivers, self.harbours = Publisher(STATEMENTS), Publisher(map(harbour, range(24)))

    async def __aenter__(self) -> "Watch":
        enter = self._stack.enter_async_context
        await enter(self.rivers)
        await enter(self.harbours)
        self.mailbox, self.daily = await enter(smtp_server(Mailbox())), await enter(smtp_server(Mailbox()))
        self.hook = await enter(hook_server(hook_answer("204 OK")))
        sources = self._sources()
        (self._folder / "config/sources").mkdir(parents=True)
        for name, text in sources.items():
            (self._folder / f"config/sources/{name}.toml").write_text(text)
        self.desk = await enter(desk(self._folder, sources["rivers"], self._channels()))
        await self.desk.look(*sources)
        assert await self.desk.deliver() == []
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def _channels(self) -> str:
        daily = f'{CHANNEL}port = {self.daily.port}\ndigest = "daily 18:00 Europe/London"\n'
        return f"[channels.daily]\n{daily}[channels.desk]\n{CHANNEL}port = {self.mailbox.port}\n{webhook(self.hook)}"

    def _sources(self) -> dict[str, str]:
        urls = list(map(self.harbours.address_of, self.harbours.publications.values()))
        ports = {
            name: f'pages = {json.dumps([urls[number] for number in numbers])}\nchannels = ["desk", "hook"]\n'
            for name, numbers in PORTS.items()
        }
        rivers = f'listing = "{self.rivers.feed_url}"\nchannels = ["desk", "hook", "daily"]\n'
        return {"rivers": f'{rivers}[[quotes]]\ntext = "{PROMISE}"\n', **ports}

    # --- what happens ------------------------------------------------------------------------------------------------

    async def scenes(self) -> dict[str, Arrived]:
        """The demo's edits, one after another."""
        found: dict[str, Arrived] = {}
        for scene in SCENES:
            scene.play(self.rivers, self.desk.now)
            for _ in range(3 if scene.kind is Kind.REMOVED else 1):
                await self.desk.look("rivers")
            found[scene.disclosure or scene.kind] = await self._next()
        return found

    async def digest(self) -> Arrived:
        """The day's changes on the channel that has them gathered."""
        assert self.daily.contents == []
        await self.desk.deliver(minutes=8 * 60)
        (content,) = self.daily.contents
        return Arrived(content, self._places())

    async def quote(self) -> Arrived:
        """A watched sentence reads otherwise."""
        body = LOCK_KEEPERS.body.replace("hear of it from us first", "hear of it from us")
        self.rivers.edit(LOCK_KEEPERS.path, self.desk.now, body=body)
        await self.desk.look("rivers")
        return await self._next()

    async def sitewide(self) -> Arrived:
        """One edit on four pages."""
        for publication in (HARBOUR_FUND, LOCK_KEEPERS, FLOOD_GATES, EEL_SURVEY):
            body = self.rivers.publications[publication.path].body + CONTACT
            self.rivers.edit(publication.path, self.desk.now, body=body)
        await self.desk.look("rivers")
        return await self._next()

    async def dearer(self, raised: int, numbers: "range | tuple[int, ...]") -> Arrived:
        """Other fees at these harbours."""
        for number in numbers:
            edited = harbour(number, raised)
            self.harbours.edit(edited.path, self.desk.now, body=edited.body)
        await self.desk.look(*PORTS, minutes=120)
        return await self._next(minutes=3)

    async def _next(self, minutes: int = 0) -> Arrived:
        """The one message that is delivered now."""
        mails, posts = len(self.mailbox.contents), len(self.hook.posts)
        for after in dict.fromkeys((0, minutes)):
            await self.desk.deliver(after)
        (content,), (post,) = self.mailbox.contents[mails:], self.hook.posts[posts:]
        return Arrived(content, self._places(), post.body)

    def _places(self) -> tuple[tuple[str, str], ...]:
        return tuple(zip((self.rivers.url, self.harbours.url), SITES, strict=True))
