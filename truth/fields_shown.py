"""What a GOV.UK page of any year plainly shows in each field, by the names its components have had. Pure.

For pages without JSON: a second reading that shares nothing with the parser. A field that is not shown is no case.
"""

import re
from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

from monitor.models import BlockKind, Statement
from truth.fields_outcomes import main_of
from truth.fields_text import london_day, solid, tree, words

DAY = r"(\d{1,2} [A-Z][a-z]+ \d{4})"
PUBLISHED = re.compile(rf"Published:? {DAY}")
UPDATED = re.compile(rf"(?:Last updated|Updated):? {DAY}")
GOVERNMENT = re.compile(r"published under the (.*?government)\b")
WITHDRAWN = re.compile(rf"withdrawn on {DAY}")

METADATA = ".gem-c-metadata, .app-c-publisher-metadata, .app-c-metadata"
DATES = f"{METADATA}, [class*=c-published-dates], [class*=inverse-header__subtext], .publication-header__last-changed"
NOTES = "li[class*=change-item], .gem-c-metadata__change-history li"
LABELS = "[class*=c-title__context], [class*=c-heading__context]"
TEXTS = ".govspeak:not([class*=c-notice] *, .attachment-full-width *)"
FILES = "section.attachment, section.gem-c-attachment, .attachment-inline, .gem-c-attachment-link"

Reading = Callable[[LexborNode], object]
Saying = Callable[[Statement], object]


def body(statement: Statement) -> str:
    """The body's characters without white space; images are no text."""
    return "".join("".join(block.text.split()) for block in statement.body if block.kind is not BlockKind.IMAGE)


def cases(statement: Statement, html: str) -> Iterator[tuple[str, object, object]]:
    """Each field that the page shows: its name, what we say, what is shown."""
    page = tree(main_of(html))
    for field, (said, shown) in FIELDS.items():
        true = shown(page)
        if true:
            yield field, said(statement), true
    texts = [text for node in page.css(TEXTS) if (text := solid(node.html or ""))]
    if texts:
        whole = body(statement)
        yield "text", [text for text in texts if text in whole], texts


def _one(selector: str) -> Reading:
    return lambda page: next(iter(_all(page, selector)), None)


def _all(page: LexborNode, selector: str) -> list[str]:
    return [words(node.text(separator=" ")) for node in _each(page, selector)]


def _each(page: LexborNode, selector: str) -> list[LexborNode]:
    return list({node.mem_id: node for node in page.css(selector)}.values())


def _linked(part: str) -> Reading:
    """The words of the links in the list under the title whose address names this kind of page."""
    selector = ", ".join(f"{container} a[href*='/{part}/']" for container in METADATA.split(", "))
    return lambda page: set(_all(page, selector))


def _day(pattern: re.Pattern[str], selector: str) -> Reading:
    def read(page: LexborNode) -> str | None:
        found = next(filter(None, map(pattern.search, _all(page, selector))), None)
        return found[1] if found else None

    return read


def _title(page: LexborNode) -> str | None:
    heading = _one("h1")(page)
    return _subject(str(heading).removeprefix("[Withdrawn] ")) if heading else None


def _subject(title: str) -> str:
    """Travel advice is headed by the country alone."""
    return title.removesuffix(" travel advice")


def _notes(page: LexborNode) -> list[str]:
    """The entries without their time."""
    entries = _each(page, NOTES)
    return [words(node.text(separator=" ")).removeprefix(str(_one("time")(node))).strip() for node in entries]


def _government(page: LexborNode) -> str | None:
    found = GOVERNMENT.search(" ".join(_all(page, "[class*=c-notice], [class*=c-banner]")))
    return found[1] if found else None


FIELDS: dict[str, tuple[Saying, Reading]] = {
    "title": (lambda found: _subject(found.title), _title),
    "document_type": (
        lambda found: found.document_type,
        _one(LABELS),
    ),
    "lead": (lambda found: found.lead, _one("[class*=c-lead-paragraph]")),
    "publishers": (lambda found: set(found.publishers), _linked("organisations")),
    "people": (lambda found: set(found.people), _linked("people")),
    "published_at": (lambda found: london_day(found.published_at), _day(PUBLISHED, DATES)),
    "updated_at": (lambda found: london_day(found.updated_at), _day(UPDATED, DATES)),
    "notes": (lambda found: [note.text for note in found.notes], _notes),
    "withdrawn": (
        lambda found: london_day(found.withdrawn.at) if found.withdrawn else None,
        _day(WITHDRAWN, "[class*=c-notice]"),
    ),
    "government": (lambda found: found.government, _government),
    "translations": (
        lambda found: len(found.translations),
        lambda page: len(_each(page, "[class*=c-translation-nav] a")),
    ),
    "attachments": (lambda found: len(found.attachments), lambda page: len(_each(page, FILES))),
}
