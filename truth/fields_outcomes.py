"""What becomes of a GOV.UK page, told from its markup without the parser that is held against it. Pure."""

import re

from selectolax.lexbor import LexborHTMLParser

from truth.fields_text import plain
from truth.plain import NOT_FOUND, ORGANISATION

HEADING = re.compile(r"<h1\b.*?</h1>", re.DOTALL)
SCHEMA = re.compile(r'name="govuk:schema-name" content="([^"]*)"')
GONE = ("gone", "unpublishing")
LIST_SCHEMAS = ("finder", "finder_email_signup", "mainstream_browse_page", "organisation", "search", "topic", "taxon")
LISTS = (
    f"{ORGANISATION}, [class*=finder-frontend], .browse-panes, .browse-container, .signup-content, .app-c-topic-list, "
    ".app-c-search-results"
)
TEXTS = ".govspeak, .gem-c-govspeak, .manual-body, .gem-c-document-list, section[class*=attachment]"


def due(html: str) -> str | None:
    """The outcome the page is to be refused with: gone, empty, or a list of other pages; None for a statement."""
    heading, schema = HEADING.search(html), SCHEMA.search(html)
    if (heading and NOT_FOUND.fullmatch(plain(heading[0]))) or (schema and schema[1] in GONE):
        return "gone"
    main = main_of(html)
    if not plain(main):
        return "error:empty"
    listed = schema is not None and schema[1] in LIST_SCHEMAS
    return "error:parse" if listed or LexborHTMLParser(main).css_matches(LISTS) else None


def has_text(html: str) -> bool:
    """Whether one of the components that carry a statement's text has words in it."""
    return any(node.text(strip=True) for node in LexborHTMLParser(main_of(html)).css(TEXTS))


def main_of(html: str) -> str:
    """The main part of a page, the whole of a page without one."""
    start, end = html.find("<main"), html.rfind("</main>")
    return html[start:end] if 0 <= start < end else html
