"""Feeds that are none, grow, break off, or leave something out."""

from tests.hostile.content import notice, typed
from tests.hostile.site import Behaviour
from tests.hostile.texts import DUES, GOOD
from tests.servers import html


def rss(items: str, head: str = "") -> bytes:
    """A feed."""
    text = f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'
    return typed(text.encode(), "application/rss+xml")


def item(number: int) -> str:
    """An item of a feed that carries its whole text."""
    text = " ".join(DUES * 2).replace("4 per", f"{number} per")
    return f"<item><title>Dues {number}</title><link>http://harbours.example/{number}</link><description>{text}</description></item>"


FEED = '[parser]\ntype = "feed"\n'
LISTED = rss(item(1) + item(2))
LAUGHS = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

BEHAVIOURS = (
    *(
        Behaviour(
            f"C16 {name}",
            (told, LISTED, told, LISTED),
            (outcome, "ok", outcome, "unchanged"),
            path="/feed",
            named_as="listing",
            source=FEED,
        )
        for name, told, outcome in (
            ("a document type that grows", rss(item(1), LAUGHS), "error:feed"),
            (
                "an entity of another file",
                rss(item(1), '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
                "error:feed",
            ),
            (
                "a document type elsewhere",
                rss(item(1), '<!DOCTYPE rss SYSTEM "http://127.0.0.1:{canary}/x.dtd">'),
                "error:feed",
            ),
            ("a document type behind much white space", rss(item(1), " " * 9000 + LAUGHS), "error:feed"),
            (
                "cut off",
                typed(
                    b'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>' + item(1).encode(),
                    "text/xml",
                ),
                "error:feed",
            ),
            ("a page instead", GOOD, "error:feed"),
            ("nothing", typed(b"", "application/rss+xml"), "error:empty"),
            ("a maintenance page instead", html(notice("Scheduled maintenance")), "maintenance"),
        )
    ),
    *(
        Behaviour(
            f"C16 {name}",
            (LISTED, told, LISTED),
            ("ok", "unchanged", "unchanged"),
            path="/feed",
            named_as="listing",
            source=FEED,
        )
        for name, told in (
            ("items gone", rss(item(2))),
            ("no items", rss("")),
            ("elements in elements", rss("<item>" * 30_000)),
            ("items twice", rss(item(1) + item(1) + item(2))),
            ("items the other way round", rss(item(2) + item(1))),
            (
                "dates that are none",
                rss(item(1).replace("<link>", "<pubDate>yesterday, 99:99</pubDate><link>") + item(2)),
            ),
            ("identifiers anew each time", rss(item(1).replace("<link>", "<guid>a-1</guid><link>") + item(2))),
            (
                "links that are none",
                rss(
                    "<item><title>x</title><link>javascript:alert(1)</link></item><item><title>y</title><link>file:///etc/passwd</link></item>"
                    + item(1)
                    + item(2)
                ),
            ),
        )
    ),
    Behaviour(
        "C16 halves of characters in every part of an item",
        (LISTED, rss(item(1) + item(2) + item(3).replace("3", "3&#xD83D;")), LISTED),
        ("ok", "unchanged", "unchanged"),
        ("published",),
        path="/feed",
        named_as="listing",
        source=FEED,
    ),
)
