"""Where a GOV.UK page keeps its statement, and what around it is none. Pure."""

import re
from dataclasses import dataclass
from html import unescape

from selectolax.lexbor import LexborNode

from monitor.errors import ParseError
from monitor.html import fold, matches, text, tree

# What the parser reads of a page's head; `essence` keeps the same and nothing else.
META = r'<meta name="govuk:(format|schema-name|first-published-at|public-updated-at|updated-at)" content="([^"]*)"'
TITLE = r"<title([^>]*)>([^<]*)</title>"
LANGUAGE = r"""<html[^>]*?\slang=["']?([A-Za-z-]+)"""
TITLE_LANGUAGE = r"""\slang=["']?([A-Za-z-]+)"""
FIRST_OF_HEAD = tuple(re.compile(part.encode()) for part in (r"<meta charset=[^>]*>", TITLE, LANGUAGE))
META_BYTES = re.compile(META.encode())

# The statement's element in each era: <main> since 2016, Whitehall's wrapper before, the whole of a fragment.
REGIONS = ("main", "#whitehall-wrapper", "#content", "#wrapper", "body")

GONE = ("gone", "unpublishing")
NOT_STATEMENTS = frozenset(
    {"email_alert_signup", "finder", "finder_email_signup", "homepage", "mainstream_browse_page", "ministers_index"}
    | {"organisation", "organisations_homepage", "redirect", "search", "special_route", "taxon", "topic"}
    | {"topical_event", "world_index"}
)
NOT_STATEMENT_PARTS = (
    "#finder-frontend, .finder-frontend, .browse-panes, .browse-container, .signup-content, .app-c-search-results, "
    ".organisation__section-wrap, .organisation__margin-bottom"
)
# What every page of the publisher has one of: its components, its text, its manuals, Whitehall's pages.
LAYOUT = (
    '[class*="gem-c-"], [class*="app-c-"], .govspeak, .manual-body, .manuals-frontend-body, .page-header, '
    ".biographical-page"
)
# The error pages: their headings, and "Status code: 404" under them in most eras.
GONE_TITLE = re.compile(r"page not found|the page you.{0,3}re looking for is no longer (available|here)", re.IGNORECASE)
STATUS = re.compile(r"Status code: (\d{3})")
GONE_STATUSES = ("404", "410")

# Components whose words belong to other pages, to the site or to its machinery (govuk_publishing_components and the
# frontends' own, `app-c-` before 2025, and Whitehall's names before 2018).
COMPONENTS = """
    back-to-top back-to-top-link breadcrumbs chat-entry contents-list contents-list-with-body__link-wrapper
    contextual-breadcrumbs contextual-footer contextual-sidebar cookie-banner emergency-banner feedback global-bar
    government-navigation intervention pagination phase-banner previous-and-next-navigation print-link reader-feedback
    related-navigation share-links signup-link single-page-notification-button skip-link step-nav step-nav-header
    step-nav-related subscription-links super-navigation
"""
PARTS = """
    announcements back-to-content back-to-top-wrapper breadcrumb-trail document-footer-meta document-share-links
    govuk-breadcrumbs in-manual-search in-page-navigation metadata-logo part-navigation part-navigation-container
    phase-banner print-meta-data print-metadata print-wrapper published-dates-button-group related related-container
    social-sharing-links sticky-element toggler
    gem-c-attachment__thumbnail attachment-thumb gem-c-document-list__item-metadata govuk-visually-hidden
    visually-hidden visuallyhidden
"""
NOISE = (
    *(f".{prefix}-c-{name}" for prefix in ("gem", "app") for name in COMPONENTS.split()),
    *(f".{name}" for name in PARTS.split()),
    # What a list says of other pages; of a manual's sections it is part of the manual.
    ":not(.manual-body) > .gem-c-document-list .gem-c-document-list__item-description",
    'a[href$="/print"]',
    "nav",
    "button",
    "form",
)

# Beside the text: pages that this one points to, and the buttons that ask for e-mails.
RELATED = (
    *(".gem-c-related-navigation", ".app-c-related-navigation", ".gem-c-contextual-sidebar"),
    *(".gem-c-contextual-footer", ".related-container"),
)
EMAILS = (
    *(".gem-c-single-page-notification-button", ".gem-c-subscription-links", ".gem-c-signup-link"),
    *(".app-c-subscription-links", ".app-c-single-page-notification-button"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """What the parser reads of a page's head; "" and None where the page, or a fragment of one, does not say."""

    title: str
    language: str | None
    format: str
    schema: str
    first_published_at: str | None
    public_updated_at: str | None
    updated_at: str | None


def head(html: str) -> Head:
    """The title, language and dates a page's head gives."""
    top = html[: _end_of_head(html.find("</head>"), html.find("<main"), len(html))]
    metas = dict(reversed(re.findall(META, top)))
    title, document = re.search(TITLE, top), re.search(LANGUAGE, top)
    language = (re.search(TITLE_LANGUAGE, title[1]) if title else None) or document
    return Head(
        title=fold(unescape(title[2])) if title else "",
        language=language[1] if language else None,
        format=metas.get("format", ""),
        schema=metas.get("schema-name", ""),
        first_published_at=metas.get("first-published-at") or None,
        public_updated_at=metas.get("public-updated-at") or None,
        updated_at=metas.get("updated-at") or None,
    )


def _end_of_head(closed: int, main: int, length: int) -> int:
    return next((at for at in (closed, main) if at >= 0), length)


def read_bytes(body: bytes) -> bytes | None:
    """The bytes that `head` and `region` read of a page and nothing else; None for a page without `<main>`."""
    start, end = body.find(b"<main"), body.rfind(b"</main>")
    if not 0 <= start < end:
        return None
    top = body[: _end_of_head(body.find(b"</head>", 0, start), start, start)]
    first = [found[0] for pattern in FIRST_OF_HEAD if (found := pattern.search(top))]
    metas = [found[0] for found in META_BYTES.finditer(top)]
    return b"\n".join((*first, *metas, body[start:end]))


def region(html: str) -> LexborNode:
    """The element that holds the statement.

    Nothing outside `<main>` is parsed: what surrounds it cannot change what is read.

    Raises:
        ParseError: the page is too large for the parser.
    """
    start, end = html.find("<main"), html.rfind("</main>")
    document = tree(html[start:end] if 0 <= start < end else html)
    found = [node for selector in REGIONS if (node := document.css_first(selector)) is not None]
    return next((node for node in found if node.tag == "main" or node.css_first("h1") is not None), found[-1])


def refuse_other_pages(page: LexborNode, known: Head) -> None:
    """Nothing, where the page may be a statement.

    Raises:
        ParseError: it says that it is gone or in error, is a finder, a browse page or another list, or not GOV.UK's.
    """
    heading, status = text(page.css_first("h1")), STATUS.fullmatch(text(page.css_first("pre")))
    if known.schema in GONE or GONE_TITLE.fullmatch(heading) or (status and status[1] in GONE_STATUSES):
        raise ParseError(f'the page says "{heading}"', "gone")
    if status:
        raise ParseError(f"the page says it is an error: {status[0]}")
    if known.schema in NOT_STATEMENTS or page.css_first(NOT_STATEMENT_PARTS) is not None:
        raise ParseError("a list of other pages, no statement")
    if not known.schema and page.css_first(LAYOUT) is None:
        raise ParseError("not laid out as GOV.UK's pages are")


def read_surroundings(page: LexborNode) -> tuple[tuple[str, ...], bool]:
    """The titles of the pages linked beside the text, each once, and whether readers can ask for e-mails."""
    titles = (text(link) for link in matches(page, tuple(f"{part} a[href]" for part in RELATED)))
    return tuple(dict.fromkeys(filter(None, titles))), bool(matches(page, EMAILS))


def rename(node: LexborNode, tag: str) -> None:
    """The same content under another tag."""
    renamed = tree(f"<{tag}>{node.inner_html}</{tag}>").css_first(tag)
    if renamed is not None:
        node.replace_with(renamed)
