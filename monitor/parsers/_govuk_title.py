"""A GOV.UK page's title, document type and lead. Pure."""

from selectolax.lexbor import LexborNode

from monitor.errors import ParseError
from monitor.html import fold, matches, text
from monitor.parsers._govuk_page import Head

CONTEXTS = ".gem-c-heading__context, .gem-c-title__context, .page-header .type, .heading-extra .type, p.type"
COMPONENTS = ("gem-c-heading", "gem-c-title", "page-header")
LEADS = ".gem-c-lead-paragraph, .app-c-lead-paragraph, p.summary, .summary > p"
BOXES = ":is(.govspeak, .gem-c-govspeak) .summary"  # an author's, in the text
BANNERS = ".gem-c-summary-banner__text, .app-c-banner__desc"
SITE = "- GOV.UK"
WITHDRAWN = "[Withdrawn] "
MANUALS = ("manual", "hmrc_manual")  # without a heading; the browser's title ends in what kind of manual it is
# The layouts that gave <main> their name as its class until 2023, of types that show no label.
LAYOUTS = frozenset(
    ("answer", "contact", "corporate-information-page", "guide", "help", "manual", "specialist-document")
)
ACRONYMS = frozenset(("aaib", "ai", "cma", "dfid", "esi", "hmrc", "html", "maib", "raib", "sfo", "uk", "utaac"))


def says_withdrawn(page: LexborNode, known: Head) -> bool:
    """Whether the title is marked "[Withdrawn]", as it is where the notice itself is not on the page."""
    return known.title.startswith(WITHDRAWN) or text(page.css_first("h1")).startswith(WITHDRAWN)


def take_title(page: LexborNode, known: Head) -> tuple[str, str | None]:
    """The title and the document type as readers see it above the title ("Speech"), cut out of the page.

    Where no type is shown, the head's: `cma_case` is "CMA case". None where that is missing too.

    Raises:
        ParseError: the page has no title.
    """
    heading = page.css_first("#section-title h1, .section-title") or page.css_first("h1")
    words, browser = text(heading), known.title.removesuffix(SITE).rstrip().removeprefix(WITHDRAWN)
    document_type = _document_type(page, known)
    if heading is not None and browser.endswith(f": {words}"):  # a guide whose part is the page's only heading
        return browser.removesuffix(f": {words}"), document_type
    if heading is not None and words:
        _cut(heading)
        country = f"{words} travel advice"
        return country if browser.endswith(country) else words.removeprefix(WITHDRAWN), document_type
    if not browser:
        raise ParseError("the page has no title")
    return browser.rsplit(" - ", 1)[0] if known.schema in MANUALS else browser, document_type


def _document_type(page: LexborNode, known: Head) -> str | None:
    context = page.css_first(CONTEXTS)
    if context is not None and text(context):
        shown = text(context)
        context.decompose()
        return shown
    layout = (page.attrs.get("class") or "").split() if page.tag == "main" else []
    name = known.format or next((style.replace("-", "_") for style in layout if style in LAYOUTS), "")
    return _type_name(name) or None


def _type_name(name: str) -> str:
    """`hmrc_manual` as "HMRC manual"."""
    words = [word.upper() if word in ACRONYMS else word for word in name.split("_")]
    sentence = " ".join(words)
    return sentence[:1].upper() + sentence[1:]


def _cut(heading: LexborNode) -> None:
    component = heading.parent
    classes = (component.attrs.get("class") or "").split() if component is not None else []
    if component is not None and any(name in classes for name in COMPONENTS):
        component.decompose()
    else:
        heading.decompose()


def take_lead(page: LexborNode) -> str | None:
    """The lead paragraph, cut out of the page; a consultation's is the first sentence of its banner."""
    boxes = {node.mem_id for node in matches(page, (BOXES, f"{BOXES} > p"))}
    lead = next((node for node in matches(page, (LEADS,)) if node.mem_id not in boxes), None)
    if lead is not None:
        words = text(lead)
        lead.decompose()
        return words or None
    return _banner_lead(page.css_first(BANNERS))


def _banner_lead(banner: LexborNode | None) -> str | None:
    """What stands before the banner's first line break; dates and addresses that follow stay in the body."""
    node, words = banner.child if banner is not None else None, []
    if banner is None or banner.css_first("time") is not None:
        return None
    while node is not None and node.tag != "br":
        following = node.next
        words.append(node.text_content or "" if node.tag == "-text" else text(node))
        node.decompose()
        node = following
    return fold("".join(words)) or None
