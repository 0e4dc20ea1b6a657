"""GOV.UK's notices over a statement: withdrawn, published under an earlier government, open or closed. Pure."""

import re

from selectolax.lexbor import LexborNode

from monitor.html import matches, text
from monitor.models import Withdrawal
from monitor.parsers._govuk_dates import stamp
from monitor.parsers._govuk_page import rename

NOTICES = (
    ".gem-c-notice",
    ".app-c-notice",
    ".app-c-banner",
    ".withdrawal-notice",
    ".archive-notice",
    ".history-notice",
    ".history-status-block",
    ".historically-political",
)
TITLES = (".gem-c-notice__title", ".app-c-notice__title", ".app-c-banner__text", "h1", "h2", "h3")
WITHDRAWN = re.compile(r"\bwas (?:withdrawn|archived) on\b", re.IGNORECASE)
# The notice is in the page's language, the name in it is marked as English since 2021.
NAMED = "[class*=c-notice__title] span[lang], [class*=c-banner__text] span[lang]"
GOVERNMENT = re.compile(r"\bpublished under the (.*\bgovernment)\b", re.IGNORECASE)


def take_government(page: LexborNode) -> str | None:
    """The government a statement was published under, by its notice ("2016 to 2019 May Conservative government"),
    which is cut out of the page."""
    for notice in matches(page, NOTICES):
        marked, said = notice.css_first(NAMED), GOVERNMENT.search(text(notice))
        name = text(marked) or (said[1] if said else "")
        if name:
            notice.decompose()
            return name
    return None


def take_withdrawal(page: LexborNode) -> Withdrawal | None:
    """The withdrawn notice, cut out of the page; its explanation as one line, "" where it gives none."""
    for notice in matches(page, NOTICES):
        title = next(iter(matches(notice, TITLES)), None)
        if title is not None and (title.css_first("time") is not None or WITHDRAWN.search(text(title))):
            at = stamp(title)
            title.decompose()
            explanation = text(notice)
            notice.decompose()
            return Withdrawal(at, explanation)
    return None


def plain_titles(page: LexborNode) -> None:
    """The titles of the remaining notices as paragraphs: some eras mark them as headings, some do not."""
    for title in matches(page, (".gem-c-notice__title", ".app-c-notice__title", ".status-block h2")):
        rename(title, "p")
