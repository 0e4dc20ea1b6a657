"""A change in a few lines, for who reads it in passing: chat. Pure."""

from dataclasses import replace

from monitor import cluster
from monitor._render_digest import brief_label, digest_sentence
from monitor._render_pages import pages_sentence
from monitor._render_passages import Passage, passages
from monitor._render_quotes import quotes_lines
from monitor._render_redline import fitted, line
from monitor._render_typeset import clipped, one_line, printable
from monitor._render_wording import TITLE_CHARACTERS, pages_command, verdict_sentence
from monitor.models import Alert, Brief, FieldChange, Op

SNIPPETS = 2
"""Edits that are shown; the link leads to the rest."""

SNIPPET_CHARACTERS = 300
TITLES = 5


def short(alert: Alert) -> str:
    """The verdict and the first edits, or the pages, a line each; without the page's address."""
    change = alert.change
    if alert.told_as:
        return printable("\n".join((digest_sentence(alert), *_first(alert))))
    if alert.pages:
        return printable("\n".join((pages_sentence(change, alert.pages), *_titles(alert))))
    edits = [edit for edit in passages(replace(change.comparison, fields=_told(alert))) if _differs(edit)]
    more = 0 if change.quotes else len(edits) - SNIPPETS
    left_out = f"… and {more} more {'edit' if more == 1 else 'edits'}: monitor show {change.id}" if more > 0 else ""
    snippets = () if change.quotes else map(_snippet, edits[:SNIPPETS])
    lines = (*quotes_lines(change, SNIPPET_CHARACTERS), verdict_sentence(change), *snippets, left_out)
    return printable("\n".join(filter(None, lines)))


def link(alert: Alert, web: str) -> str:
    """Where a reader goes on: the change in the web pages, or the page itself; "" where the message has several."""
    if alert.pages:
        return f"{web}/changes" if web else ""
    return f"{web}/changes/{alert.change.id}" if web else one_line(alert.change.url)


def _told(alert: Alert) -> tuple[FieldChange, ...]:
    return tuple(field for field in alert.change.comparison.fields if not field.metadata)


def _differs(edit: Passage) -> bool:
    return bool(edit.label) or any(span.op is not Op.EQUAL for span in edit.spans)


def _snippet(edit: Passage) -> str:
    (shown, *_), _ = fitted((edit,), SNIPPET_CHARACTERS)
    label = f"({shown.label}) " if shown.label else ""
    return one_line(f"{shown.place}: {label}{line(shown.spans)}")


def _first(alert: Alert) -> tuple[str, ...]:
    """The most telling changes, a line each."""
    shown = sorted(alert.pages, key=cluster.telling)[:TITLES]
    lines = tuple(f"- [{brief_label(page)}] {_title(page)}: {page.summary}" for page in shown)
    return lines + _rest(alert, len(shown))


def _titles(alert: Alert) -> tuple[str, ...]:
    shown = tuple(f"- {_title(page)}" for page in alert.pages[:TITLES])
    return shown + _rest(alert, len(shown))


def _rest(alert: Alert, shown: int) -> tuple[str, ...]:
    more = len(alert.pages) - shown
    return (f"… and {more:,} more: {pages_command(alert)}",) if more else ()


def _title(page: Brief) -> str:
    return clipped(one_line(page.title), TITLE_CHARACTERS)
