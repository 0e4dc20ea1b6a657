"""GOV.UK's attachments: featured ones, those inside the text, and files linked in a sentence. Pure."""

import re

from selectolax.lexbor import LexborNode

from monitor.html import absolute, blocks, fold, matches, text
from monitor.models import Attachment, BlockKind

FEATURED = (".gem-c-attachment", "section.attachment", "div.attachment")
INLINE = (".gem-c-attachment-link", ".attachment-inline")
TITLES = (".gem-c-attachment__title", ".title")
DOWNLOAD = ".download a[href]"  # of a table shown as a preview; it has no linked title
FACTS = (".gem-c-attachment__attribute", ".gem-c-attachment-link__attribute", ".type", ".file-size", ".page-length")
REFERENCES = (".gem-c-attachment__metadata--compact", ".references", ".unnumbered-paper", ".changed")
INACCESSIBLE = "may not be suitable for users of assistive technology"
DOWNLOADED = re.compile(r"(?:Download )?([A-Z]+)\s*([\d.]+\s?\w+)?")
SIZE = re.compile(r"(\d)\s?((?:[KMG]B|Bytes?)\b)")


def take_attachments(page: LexborNode, url: str) -> tuple[Attachment, ...]:
    """Every attachment in the page's order.

    Featured ones are cut out of the page; those inside the text leave their linked title there. The boilerplate under
    them ("This file may not be suitable …") is the template's, not the publisher's.
    """
    featured = matches(page, FEATURED)
    read = [_read(node, url) for node in matches(page, FEATURED + INLINE)]
    in_text = {node.mem_id for node in matches(page, _in_text(page))}
    around = matches(page, ("section:has(.gem-c-attachment)", "section:has(section.attachment)"))
    for node in reversed(featured):
        _cut(node, keep_title=node.mem_id in in_text)
    for section in reversed(around):
        if all(block.kind is BlockKind.HEADING for block in blocks(section, url)):  # "Documents", over nothing now
            section.decompose()
    return tuple(attachment for attachment in read if attachment is not None)


def _in_text(page: LexborNode) -> tuple[str, ...]:
    """Selectors for featured attachments inside the text: all of them where the layout does not mark its text.

    Whitehall marked its list of documents as text, too.
    """
    prefix = ".govspeak:not(.attachment-full-width *) " if page.css_first(".govspeak") is not None else ""
    return tuple(prefix + featured for featured in FEATURED)


def _read(node: LexborNode, url: str) -> Attachment | None:
    titles = [found for title in TITLES if (found := node.css_first(title)) is not None]
    link = next((found for title in titles if (found := title.css_first("a[href]")) is not None), None)
    link = link or node.css_first(DOWNLOAD) or node.css_first("a[href]")
    if link is None:
        return None
    title = text(titles[0] if titles else link)
    return Attachment(title, absolute(link.attrs.get("href") or "", url), _details(node))


def _details(node: LexborNode) -> str | None:
    """The facts first, in every era: "PDF, 357 KB, 10 pages, Ref: HC 12"."""
    facts = [text(fact) for fact in matches(node, FACTS)] or _download_facts(node)
    said = facts + [text(reference) for reference in matches(node, REFERENCES)]
    said += [INACCESSIBLE] if INACCESSIBLE in text(node) else []
    return ", ".join(spaced(words) for words in said if words) or None


def _download_facts(node: LexborNode) -> list[str]:
    """Type and size of "Download CSV 205 KB"."""
    said = DOWNLOADED.match(text(node.css_first(DOWNLOAD)))
    return [fact for fact in said.groups() if fact] if said else []


def _cut(node: LexborNode, *, keep_title: bool) -> None:
    title = next((found for title in TITLES if (found := node.css_first(title)) is not None), None)
    if keep_title and title is not None:
        node.inner_html = f"<p>{title.inner_html}</p>"
    else:
        node.decompose()


def spaced(words: str) -> str:
    """Sizes with the space between number and unit that the templates have had since 2021."""
    return SIZE.sub(r"\1 \2", fold(words))
