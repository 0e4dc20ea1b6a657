"""A second, plain reading of GOV.UK's pages, that shares nothing with the parser it is held against. Pure.

It knows the few components that carry a statement (title, lead, text, facts, attachments, documents, history, notices)
and the four eras' names for them, and takes the words in them as they come.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

NOT_READ = (
    "script, style, nav, form, button, [class*=visually-hidden], [class*=visuallyhidden], "
    ".gem-c-contents-list, .app-c-contents-list, [class*=attachment__thumbnail], [class*=accessibility-warning], "
    "[class*=document-list__item-metadata], [class*=print-link], [class*=back-to-top], "
    ":not(.manual-body) > .gem-c-document-list [class*=document-list__item-description]"
)
SHOWN = (
    "h1, [class*=lead-paragraph], .summary, .govspeak, .gem-c-govspeak, [class*=important-metadata], "
    "section[class*=attachment], .attachment, [class*=document-list], [class*=c-banner], .consultation-notice, "
    ".gem-c-summary-banner"
)
DATES = "[class*=published-dates]"
ENTRIES = "li[class*=change-item], [class*=change-history] li"
FACTS = "dl, header"
NOTICES = "[class*=c-notice]"
ORGANISATION = ".organisation__section-wrap, .organisation__margin-bottom"
NOT_FOUND = re.compile(r"page not found|the page you.re looking for is no longer.*", re.IGNORECASE)
STAMPED = re.compile(r"(?:Published|Updated|Last updated):?\s+\d{1,2} [A-Z]")
DAY = r"(\d{1,2} [A-Z][a-z]+ \d{4})"
UPDATED = re.compile(rf"(?:Last updated|Updated):?\s+{DAY}")
LATEST = re.compile(r"Latest update:\s+(.+)")
WITHDRAWN = re.compile(r"was withdrawn on")


class Plain(NamedTuple):
    """What a page plainly shows. `text` and `entries` are without white space; `entries` come newest first.

    `stamped` says that it shows when it was published or updated: a page that never does can announce nothing.
    """

    text: str
    entries: tuple[str, ...]
    updated_on: datetime | None
    withdrawn: bool
    stamped: bool


def plain(body: bytes) -> Plain | str:
    """The reading; where there is no statement, the outcome that befits it: "gone", "error:empty", "error:parse"."""
    page = _main(body)
    title = page.css_first("h1")
    heading = _words(title) if title else ""
    if NOT_FOUND.fullmatch(heading):
        return "gone"
    if not _words(page):
        return "error:empty"
    if not heading or page.css_first(ORGANISATION):
        return "error:parse"
    facts = " ".join(_words(node) for node in page.css(f"{FACTS}, {DATES}"))
    updated = UPDATED.search(facts)
    notices = any(WITHDRAWN.search(_words(node)) for node in page.css(NOTICES))
    entries = tuple(_entries(page))
    for node in list(_outermost(page, f"{NOT_READ}, {DATES}, {NOTICES}")):
        node.decompose()
    stamped = bool(entries) or STAMPED.search(facts) is not None
    return Plain("".join(_shown(page)), entries, _day(updated[1]) if updated else None, notices, stamped)


def told(before: Plain | str, after: Plain | str) -> str:
    """What two plain readings imply, in the words of `corpus.Pair.told`."""
    if isinstance(before, str) or isinstance(after, str):
        return " then ".join(side if isinstance(side, str) else "page" for side in (before, after))
    disclosure = "silent" if before.stamped or after.stamped else "indeterminate"
    disclosure = "announced" if announced(before, after) else disclosure
    if before.withdrawn != after.withdrawn:
        return f"{'withdrawn' if after.withdrawn else 'reinstated'} {disclosure}"
    return "unchanged" if before == after else f"edited {disclosure}"


def announced(before: Plain, after: Plain) -> bool:
    """Whether the history gained an entry, or the update date came or moved forward."""
    gained = len(after.entries) > max(len(before.entries), 1)  # the first of all is the publication itself
    if before.updated_on is None:
        return gained or (after.updated_on is not None and not before.entries)
    return gained or (after.updated_on is not None and after.updated_on > before.updated_on)


def rewritten(before: Plain, after: Plain) -> bool:
    """Whether an entry of the history is not in it any more.

    A lone one is the publication, shown only together with an update date, or travel advice's latest update, whose
    place a later one takes by right.
    """
    gone = Counter(before.entries) - Counter(after.entries)
    return bool(gone) and (len(before.entries) > 1 or bool(after.entries and not announced(before, after)))


def _main(body: bytes) -> LexborNode:
    tree = LexborHTMLParser(body.decode("utf-8", "replace"))
    main = tree.css_first("main") or tree.css_first("#whitehall-wrapper") or tree.body
    if main is None:
        raise ValueError("HTML without a body: the library makes one of any text")
    return main


def _entries(page: LexborNode) -> Iterator[str]:
    for node in _outermost(page, ENTRIES):
        yield "".join(_words(node).split())
    for node in page.css("dl"):
        latest = LATEST.search(_words(node))
        if latest:
            yield "".join(latest[1].split())


def _shown(page: LexborNode) -> Iterator[str]:
    """The words of each component that is shown."""
    for node in _outermost(page, SHOWN):
        yield "".join(_words(node).split())


def _outermost(page: LexborNode, selectors: str) -> Iterator[LexborNode]:
    """The nodes that one of the selectors names, each once, without those inside another."""
    seen = set[int]()
    for node in page.css(selectors):  # a node that two selectors name comes twice
        if node.mem_id not in seen and not seen & set(_above(node)):
            yield node
        seen.add(node.mem_id)


def _above(node: LexborNode) -> Iterator[int]:
    parent = node.parent
    while parent is not None:
        yield parent.mem_id
        parent = parent.parent


def _words(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%d %B %Y")  # noqa: DTZ007  a day as it is printed
    except ValueError:
        return None
