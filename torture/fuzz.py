"""`python -m torture.fuzz [--seconds N] [--seed N]`: pages mutated at random, read as the program reads them.

Every page goes through the sandbox. It is read, or refused with an outcome, within the child's limits; where a parser
raises anything but `ParseError`, or takes all the time or memory there is, the page is kept as `fuzz-SEED.bin`.
"""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from monitor.check import read
from monitor.models import Fetch, ParserSettings, Role
from monitor.sandbox import Sandbox, SandboxError

FIXTURES = Path(__file__).parent.parent / "tests/parsers"
AT_ONCE = 2
MUTATIONS_MOST = 6
SLICE_MOST = 400
REPEATED_MOST = 3_000

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item><title>Dues &amp; ports</title>
<link>http://harbours.example/1</link><guid>a-1</guid><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>
<description>&lt;p&gt;Dues rise by 4 per cent on Monday.&lt;/p&gt;</description></item></channel></rss>"""

CSS = ParserSettings("css", (("body", "main"), ("links", "a"), ("title", "h1")))
READERS = (
    (ParserSettings("govuk"), Role.STATEMENT),
    (ParserSettings("govuk"), Role.LISTING),
    (CSS, Role.STATEMENT),
    (CSS, Role.LISTING),
    (ParserSettings("feed"), Role.LISTING),
)

TYPES = (
    "text/html; charset=utf-8",
    "text/html",
    "text/html; charset=utf-16",
    "text/html; charset=shift_jis",
    "text/html; charset=iso-2022-jp",
    "application/rss+xml",
    "",
)

PARTS = (
    *(
        b"<",
        b">",
        b"</",
        b"<!--",
        b"-->",
        b"--!>",
        b"<![CDATA[",
        b"]]>",
        b"<?xml",
        b"<!DOCTYPE html>",
        b"&",
        b"&#xD800;",
    ),
    *(b"&#0;", b"&#x110000;", b"&amp;amp;", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x1b[31m", b"\r"),
    *(b"<table><tr><td>", b"<b><i><font>", b"<a href='http://[::1'>", b"<a href='//\\'>", b"<p hidden>", b"<template>"),
    *(b"<svg><p>", b"<math><mi>", b"<select><option>", b"<main>", b"</main>", b"<h1>", b"<body a=1>", b"<frameset>"),
    *(b"<time datetime='9999-99-99'>", b"<time datetime='+275760-09-13'>", b"<meta charset=utf-7>", b"<plaintext>"),
    *(b'"', b"'", b"=", b"\xe2\x80\xae", b"\xc2\xa0", b"9" * 400, b"<item>", b"<title>", b"<link>javascript:x</link>"),
)


@dataclass
class Tally:
    """What came of it: outcomes by name, the longest run in seconds, waiting included, and by seed what should not be:
    its words and its page."""

    outcomes: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0.0
    faults: dict[int, tuple[str, bytes]] = field(default_factory=dict)


def mutated(page: bytes, chance: random.Random) -> bytes:
    """The page after a few accidents, each of a slice of it or of a part that parsers stumble over."""
    for _ in range(chance.randint(1, MUTATIONS_MOST)):
        at, size = chance.randrange(len(page) + 1), chance.randint(0, SLICE_MOST)
        piece = page[at : at + size]
        part = chance.choice(PARTS)
        match chance.randrange(7):
            case 0:
                page = page[:at] + page[at + size :]
            case 1:
                page = page[:at] + part + page[at:]
            case 2:
                page = page[:at] + part * chance.randint(1, REPEATED_MOST) + page[at:]
            case 3:
                page = page[:at] + piece * chance.randint(1, REPEATED_MOST // 10) + page[at:]
            case 4:
                page = page[:at] + bytes(chance.randrange(256) for _ in piece) + page[at + size :]
            case 5:
                to = chance.randrange(len(page) + 1)
                page = page[:to] + piece + page[to:]
            case _:
                page = page[:at]
    return page + b"</body></html>" * chance.randrange(2)


def pages() -> list[bytes]:
    """What is mutated: the parsers' own fixtures, and a feed."""
    return [FEED, *(path.read_bytes() for path in sorted(FIXTURES.rglob("*.html")))]


async def work(sandbox: Sandbox, chance: random.Random, end: float, tally: Tally, sound: Sequence[bytes]) -> None:
    """Reads one page after the other until the end."""
    while time.monotonic() < end:
        settings, role = chance.choice(READERS)
        seed = chance.randrange(2**32)
        body = mutated(chance.choice(sound), random.Random(seed))
        fetch = Fetch("https://www.gov.uk/a", 200, content_type=chance.choice(TYPES), body=body)
        started = time.monotonic()
        try:
            reading = await sandbox.run(read, fetch, settings, role)
            tally.outcomes[reading.outcome or "read"] += 1
        except SandboxError as error:
            tally.outcomes["fault"] += 1
            tally.faults[seed] = f"{settings.type} {role.value} {fetch.content_type!r}: {error}", body
        tally.longest_s = max(tally.longest_s, time.monotonic() - started)


async def fuzz(seconds: float, seed: int) -> Tally:
    """So many seconds of it."""
    sandbox, tally, chance = Sandbox(), Tally(), random.Random(seed)
    end, sound = time.monotonic() + seconds, pages()
    try:
        await asyncio.gather(*(work(sandbox, chance, end, tally, sound) for _ in range(AT_ONCE)))
    finally:
        await sandbox.aclose()
    return tally


def main() -> None:
    """Prints what came of it; exit status 1 where a page was neither read nor refused."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--seed", type=int, default=None)
    chosen = arguments.parse_args()
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(2**32)
    tally = asyncio.run(fuzz(chosen.seconds, seed))
    print(f"{tally.outcomes.total()} mutated pages, seed {seed}; the longest took {tally.longest_s:.1f} s")
    print(", ".join(f"{count} {outcome}" for outcome, count in tally.outcomes.most_common()))
    for number, (fault, body) in tally.faults.items():
        Path(f"fuzz-{number}.bin").write_bytes(body)
        print(f"fault {number}: {fault}")
    sys.exit(bool(tally.faults))


if __name__ == "__main__":
    main()
