"""The script of `monitor demo`: a publisher edits its pages, the real daemon catches each edit, messages arrive."""

import asyncio
import base64
import secrets
import signal
import sys
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from monitor.demo import feed
from monitor.demo.publications import DEPARTMENT
from monitor.demo.publisher import Publisher
from monitor.demo.receivers import HookReceiver, Mailbox, Post
from monitor.demo.scenes import AT_ONCE, IN_TURN, SCENES, Scene
from monitor.demo.stage import CHANNELS, FarEnds, Stage
from monitor.demo.statements import BRIDGE_INSPECTIONS, STATEMENTS
from monitor.demo.teller import Teller
from monitor.errors import MonitorError
from monitor.models import Disclosure, Kind

T = TypeVar("T")

PATIENCE_S = 20
"""How long the demo waits for any one thing before it says that it did not happen."""

PATHS = (feed.PATH, *(statement.path for statement in STATEMENTS))


class IncompleteError(MonitorError):
    """Something the story tells of did not happen."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone on stage."""

    stage: Stage
    publisher: Publisher
    mailbox: Mailbox
    hook: HookReceiver
    teller: Teller


def run(folder: Path) -> int:
    """Tells the whole story in `folder` and returns 0; a story that stays incomplete returns 1, its reason on stderr.

    Raises:
        CannotWriteError: the folder is not one the demo made, or cannot be written.
    """
    stage = Stage(folder)
    try:
        asyncio.run(_evening(stage))
    except IncompleteError as error:
        print(f"monitor: the demo is incomplete: {error}; the daemon's log is {stage.log}", file=sys.stderr)
        return 1
    return 0


async def _evening(stage: Stage) -> None:
    """Opens the far ends, plays every scene, and leaves nothing running behind."""
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    # SIGTERM ends the demo as Ctrl-C does: with its children.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, signal.raise_signal, signal.SIGINT)
    async with Publisher(STATEMENTS) as publisher, Mailbox() as mailbox, HookReceiver(secret) as hook:
        cast = Cast(stage, publisher, mailbox, hook, Teller())
        stage.set_up(FarEnds(publisher.feed_url, publisher.address, mailbox.address, hook.address, secret))
        async with stage.daemon() as process:
            ended = asyncio.create_task(process.wait())
            await _unless(ended, _play(cast), stage)
        await _look_back(cast)


async def _unless(ended: "asyncio.Task[int]", play: Awaitable[None], stage: Stage) -> None:
    """Plays until the end, or until the daemon dies."""
    playing = asyncio.ensure_future(play)
    try:
        await asyncio.wait({ended, playing}, return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            raise IncompleteError(f"the daemon ended with status {ended.result()}: {stage.last_words()}")
        await playing
    finally:
        playing.cancel()


async def _play(cast: Cast) -> None:
    await _first_fill(cast)
    await _template_release(cast)
    cast.teller.chapter("Edits")
    _outage(cast)
    await asyncio.gather(*(_scene(cast, scene) for scene in AT_ONCE), _in_turn(cast))
    await _recovery(cast)


async def _expect(what: str, happening: Awaitable[T]) -> tuple[T, float]:
    """Waits for a fact; returns it, and how many seconds it took."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE_S):
            found = await happening
    except TimeoutError:
        raise IncompleteError(f"{what} within {PATIENCE_S} s") from None
    return found, time.monotonic() - began


def _expect_silence(cast: Cast, about: str) -> None:
    if cast.hook.posts or cast.mailbox.mails:
        raise IncompleteError(f"somebody was alerted of {about}")


# --- the scenes ------------------------------------------------------------------------------------------------------


async def _first_fill(cast: Cast) -> None:
    say = cast.teller.say
    cast.teller.chapter("First, the baseline")
    say("publisher", f"{DEPARTMENT} (fictional) is at {cast.publisher.url}: {len(STATEMENTS)} statements and a feed.")
    # A page is asked for a second time only after its first look was recorded.
    _, seconds = await _expect("the first fill was not done", cast.publisher.until_asked_again(PATHS, 2))
    _expect_silence(cast, "the baseline")
    say("monitor", "has read the feed and every statement in it. This is the baseline; it alerts nobody.", seconds)


async def _template_release(cast: Cast) -> None:
    cast.teller.chapter("Noise")
    cast.publisher.release()
    cast.teller.say("publisher", "deploys new templates: other assets, a banner, colons. Every page's bytes change.")
    _, seconds = await _expect("the pages were not looked at again", cast.publisher.until_asked_again(PATHS, 2))
    _expect_silence(cast, "new templates")
    cast.teller.say("monitor", "has looked at every page again and found nothing to report.", seconds)


def _outage(cast: Cast) -> None:
    cast.publisher.fail(BRIDGE_INSPECTIONS.path, 503, 500)
    cast.teller.say("publisher", f"falls ill: “{BRIDGE_INSPECTIONS.title}” will answer 503, then 500, then recover.")


async def _in_turn(cast: Cast) -> None:
    for scene in IN_TURN:
        await _scene(cast, scene)


async def _scene(cast: Cast, scene: Scene) -> None:
    """The deed, the change that comes of it, and its two messages."""
    cast.teller.say("publisher", f"{scene.deed}.")
    scene.play(cast.publisher, datetime.now(UTC))
    url = cast.publisher.address_of(scene.publication)
    about = f"“{scene.publication.title}” ({scene.kind})"
    posted = cast.hook.bell.until(lambda: _post(cast.hook, url, scene))
    post, seconds = await _expect(f"no webhook told of {about}", posted)
    cast.teller.say("monitor", _catch(post), seconds)
    cast.teller.say("hook", f"✓ webhook {post.type}, signature verified")
    mailed = cast.mailbox.bell.until(lambda: _subject(cast.mailbox, scene))
    subject, _ = await _expect(f"no mail told of {about}", mailed)
    cast.teller.say("desk", f"✓ mail: {subject}")


def _catch(post: Post) -> str:
    """What was caught, in a line: its kind, for edits the disclosure, and the summary."""
    kind, disclosure, summary = post.data["kind"], post.data["disclosure"], post.data["summary"]
    what = f"{kind}, {disclosure}" if kind == Kind.EDITED else kind
    return f"{what}: {post.data['title'] if summary == kind else summary.removeprefix(f'{kind}: ')}"


def _post(hook: HookReceiver, url: str, scene: Scene) -> Post | None:
    """The webhook about this scene, once it is there."""
    return next((post for post in hook.posts if post.data["url"] == url and scene.is_caught_by(post.data)), None)


def _subject(mailbox: Mailbox, scene: Scene) -> str | None:
    """The subject of the mail about this scene, once it is there."""
    subjects = (str(mail["Subject"]) for mail in mailbox.mails)
    return next((subject for subject in subjects if scene.publication.title in subject), None)


async def _recovery(cast: Cast) -> None:
    recovered = cast.publisher.until_recovered(BRIDGE_INSPECTIONS.path)
    _, seconds = await _expect(f"“{BRIDGE_INSPECTIONS.title}” was not looked at again after its outage", recovered)
    cast.teller.say("monitor", "has seen the sick page well again, unchanged: nothing to report.", seconds)


# --- looking back ----------------------------------------------------------------------------------------------------


async def _look_back(cast: Cast) -> None:
    """What the monitor wrote down, in its own commands' words; the daemon has ended by now."""
    rows = await cast.stage.rows("changes")
    _hold_against_script(cast, rows)
    silent = next(row["id"] for row in rows if (row["kind"], row["disclosure"]) == (Kind.EDITED, Disclosure.SILENT))
    cast.teller.chapter("The change log: monitor changes")
    await cast.stage.show("changes")
    cast.teller.chapter(f"The silent edit as a redline: monitor show {silent}")
    await cast.stage.show("show", str(silent))
    await _tell_the_rest(cast, silent)


def _hold_against_script(cast: Cast, rows: list[dict[str, Any]]) -> None:
    """The change log holds the scenes and nothing else, and both channels were told of each."""
    by_url = {row["url"]: row for row in rows}
    for scene in SCENES:
        row = by_url.pop(cast.publisher.address_of(scene.publication), None)
        if row is None or not scene.is_caught_by(row):
            raise IncompleteError(f"the change log has “{scene.publication.title}” as {row}")
        if row["alerts_sent"] != len(CHANNELS):
            raise IncompleteError(f"not every channel was told of “{scene.publication.title}”")
    if by_url or len(rows) != len(SCENES):
        raise IncompleteError(f"the change log holds more than happened: {rows}")


async def _tell_the_rest(cast: Cast, silent: int) -> None:
    """What was rightly not alerted, what was, and where to look next."""
    say, answers = cast.teller.say, cast.publisher.answers
    address = cast.publisher.address_of(BRIDGE_INSPECTIONS)
    cast.teller.chapter("Rightly not alerted")
    say(
        "noise",
        f"{answers[200]} answers with other bytes (nonces, tokens, ids, new templates), {answers[304]} times 304.",
    )
    say("outage", await _outage_as_seen(cast.stage, address))
    cast.teller.chapter("What is left")
    say("messages", f"{len(cast.mailbox.mails)} mails, {len(cast.hook.posts)} webhooks, {cast.hook.refused} refused.")
    say("database", f"{cast.stage.folder / 'monitor.db'}: SQLite; begin with the view change_log.")
    say("log", str(cast.stage.log))
    for words in (f"show {silent}", f"history {address}", "search million", "alerts", "web --bind 127.0.0.1:8733"):
        say("try", f"monitor --config {cast.stage.config} {words}")


async def _outage_as_seen(stage: Stage, address: str) -> str:
    """The looks that failed, and what they made of the page."""
    (history,) = await stage.rows("history", address)
    failed = [f"{look['status']} {look['outcome']}" for look in history["checks"] if look["status"] >= 500]
    versions = len(history["versions"])
    return f"{len(failed)} looks failed ({', '.join(reversed(failed))}); versions of the page: {versions}."
