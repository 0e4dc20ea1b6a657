"""Feeds that are none, grow, break off, or leave something out."""

import gzip
import zlib

from tests.hostile.content import notice, typed
from tests.hostile.site import Behaviour
from tests.hostile.texts import DUES, GOOD
from tests.servers import answer, html


def rss(items: str, head: str = "") -> bytes:
    """A feed."""
    text = f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'
    return typed(text.encode(), "application/rss+xml")


def urlset(head: str = "", urls: str = "") -> bytes:
    """A sitemap."""
    return typed(f'<?xml version="1.0"?>{head}<urlset>{urls}</urlset>'.encode(), XML)


def index(address: str) -> bytes:
    """An index of one sitemap."""
    return typed(f"<sitemapindex><sitemap><loc>{address}</loc></sitemap></sitemapindex>".encode(), XML)


def growing() -> bytes:
    """A packed sitemap, small until it is unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return b"".join((packer.compress(b"<urlset>"), *(packer.compress(b" " * 2**20) for _ in range(60)), packer.flush()))


def item(number: int) -> str:
    """An item of a feed that carries its whole text."""
    text = " ".join(DUES * 2).replace("4 per", f"{number} per")
    return f"<item><title>Dues {number}</title><link>http://harbours.example/{number}</link><description>{text}</description></item>"


XML, GZIP = "application/xml", "application/gzip"
NOWHERE = "http://nowhere.harbours.example/"
GROWING = growing()
MAP = urlset()
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
    *(
        Behaviour(
            f"C17 a sitemap: {name}",
            (MAP, told, MAP),
            ("ok", outcome, "unchanged"),
            path="/sitemap.xml",
            named_as="listing",
        )
        for name, told, outcome in (
            ("a document type that grows", urlset(LAUGHS.replace("rss", "urlset"), "&b;"), "error:feed"),
            ("a document type elsewhere", urlset('<!DOCTYPE u SYSTEM "http://127.0.0.1:{canary}/x">'), "error:feed"),
            ("cut off", typed(urlset().partition(b"</urlset>")[0].partition(b"\r\n\r\n")[2], XML), "error:feed"),
            ("packed and cut off", typed(gzip.compress(b"<urlset></urlset>", mtime=0)[:-9], GZIP), "error:truncated"),
            ("packed, and growing without end", typed(GROWING, GZIP), "error:too_large"),
            ("growing without end", answer(GROWING, Content_Encoding="gzip", Content_Type=XML), "error:too_large"),
            ("packed, and no sitemap", typed(gzip.compress(b"<html></html>", mtime=0), GZIP), "error:content_type"),
            ("too many addresses", typed(b"<urlset>" + b"<url><loc>/</loc></url>" * 50_001, XML), "error:too_large"),
            ("a page instead", GOOD, "error:parse"),
            ("a page not found instead", html(notice("Page not found"), "404 Not Found"), "gone"),
            ("nothing", typed(b"", XML), "error:empty"),
            ("pages elsewhere", urlset("", "<url><loc>http://127.0.0.1:{canary}/</loc></url>"), "unchanged"),
            ("pages that are none", urlset("", "<url><loc>file:///etc/passwd</loc></url>"), "unchanged"),
            ("an index that names itself", index("/sitemap.xml"), "unchanged"),
            ("an index of others elsewhere", index("http://127.0.0.1:{canary}/1.xml"), "unchanged"),
            ("an index of ever deeper ones", lambda request: index(f"{request.split()[1]}/x"), "unchanged"),
            ("dates that are none", urlset("", "<url><loc>/a</loc><lastmod>soon</lastmod></url>"), "unchanged"),
            ("elements in elements", urlset("", "<a>" * 90_000 + "</a>" * 90_000), "unchanged"),
        )
    ),
    Behaviour(
        "C16 thousands of items",
        (rss("".join(f"<item><title>x</title><link>{NOWHERE}{n}</link></item>" for n in range(9_000))),),
        ("ok",),
        path="/feed",
        named_as="listing",
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
