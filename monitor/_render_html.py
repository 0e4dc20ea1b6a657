"""A message's HTML part: one column, no images, nothing fetched, readable in light and dark mail. Pure."""

import re
from html import escape

from monitor._render_digest import Entry, Group, digest_groups, digest_sentence, digest_timing, quoted_characters
from monitor._render_pages import HEADING as PAGES_HEADING
from monitor._render_pages import PageLine, page_lines, pages_sentence, pages_timing
from monitor._render_quotes import Watched, watched
from monitor._render_redline import passages_html, redline_html, spans_html, taken
from monitor._render_typeset import language_of
from monitor._render_wording import Bounds, Section, edits_heading, sections, timing_sentence, title, verdict_sentence
from monitor.models import Alert, Change, Disclosure, Kind

HEAD = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<style>:root { color-scheme: light dark; }</style>
<title>{title}</title>
</head>
<body style="margin:0;padding:16px">
<div style="max-width:40em;margin:0 auto;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere">"""

TAIL = "</div>\n</body>\n</html>\n"
TITLE = "font-size:1.3em;line-height:1.3;margin:0 0 4px"
HEADING = "font-size:1em;margin:24px 0 4px;padding-top:12px;border-top:1px solid rgba(128,128,128,0.5)"
LINE = "margin:0 0 4px"
QUOTED = "margin:0 0 4px;padding-left:12px;border-left:3px solid rgba(128,128,128,0.5)"
WATCHED = "margin:0 0 16px;padding:8px 12px;border-left:4px solid "
ALARMING, CALM = "rgba(248,81,73,0.8)", "rgba(46,160,67,0.8)"
FAINT = "opacity:0.75;font-size:0.9em"
QUOTE = "margin:8px 0;padding-left:12px;border-left:3px solid rgba(128,128,128,0.5)"
QUOTE_PLACE = "font-size:0.9em;font-weight:normal;opacity:0.75;margin:8px 0 0"

VERDICT = "margin:0 0 12px;padding:8px 12px;font-weight:bold;line-height:1.4"
GREY = "128,128,128"
COLOURS = {
    Disclosure.SILENT: "212,53,28",
    Disclosure.ANNOUNCED: "29,112,184",
    Disclosure.INDETERMINATE: "128,128,128",
    Kind.PUBLISHED: "0,128,80",
    Kind.WITHDRAWN: "176,120,0",
    Kind.REMOVED: "176,120,0",
}
"""Red, green and blue of a verdict's frame; the words on it are the reader's own, and say the same."""


def html_part(alert: Alert, most: Bounds, why: str) -> str:
    """The whole HTML document."""
    change, pages = alert.change, alert.pages
    if alert.told_as:
        return _digest_part(alert, most, why)
    parts = (
        *(
            _many_head(pages_sentence(change, pages), pages_timing(pages), _colour(change))
            if pages
            else _head(change, most)
        ),
        _edits(change, most),
        _listed(*page_lines(change, pages, most)) if pages else "",
        *(_section(section) for section in sections(change, most, alone=not pages)),
        *_end(why),
    )
    return "\n".join(part for part in parts if part)


def _digest_part(alert: Alert, most: Bounds, why: str) -> str:
    groups, more = digest_groups(alert, most)
    head = _many_head(digest_sentence(alert), digest_timing(alert), GREY)
    rest = (f'<p style="{LINE}">{escape(more)}</p>',) if more else ()
    return "\n".join((*head, *(_group(group, most) for group in groups), *rest, *_end(why)))


def _group(group: Group, most: Bounds) -> str:
    heading = f'<h2 style="{HEADING}">{escape(group.heading)}</h2>'
    return "\n".join((heading, *(_entry(entry, most) for entry in group.entries)))


def _entry(entry: Entry, most: Bounds) -> str:
    brief = entry.brief
    edited = brief.kind is Kind.EDITED and brief.disclosure
    mark = f"{_frame(COLOURS.get(edited or brief.kind, GREY), 1)};padding:1px 6px;font-size:0.85em;font-weight:bold"
    quoted = passages_html(entry.quoted, quoted_characters(most), brief.language, QUOTE_PLACE)
    last = f"{escape(f'{entry.more}. ' if entry.more else '')}Change {brief.id}: {_link(entry.link, entry.link)}"
    parts = (
        f'<p style="margin:20px 0 4px"><span style="{mark}">{escape(entry.label)}</span></p>',
        f'<p {language_of(brief.language)} style="{LINE};font-weight:bold">{_link(brief.url, entry.title)}</p>',
        f'<p dir="auto" style="{LINE}">{escape(entry.summary)}</p>' if entry.summary else "",
        f'<div style="{QUOTE}">{quoted}</div>' if quoted else "",
        f'<p style="{LINE};{FAINT}">{last}</p>',
    )
    return "\n".join(part for part in parts if part)


def _end(why: str) -> tuple[str, ...]:
    return f'<p style="margin:24px 0 0;{FAINT}">{escape(why)}</p>', TAIL


def _head(change: Change, most: Bounds) -> tuple[str, ...]:
    return (
        HEAD.replace("{title}", escape(title(change))),
        *(_quote(quote, most) for quote in watched(change, most)),
        f'<p style="{VERDICT};{_frame(_colour(change), 4)}">{escape(verdict_sentence(change))}</p>',
        f'<h1 {language_of(change.language)} style="{TITLE}">{_link(change.url, title(change))}</h1>',
        f'<p style="margin:0 0 8px;{FAINT}">{escape(timing_sentence(change))}</p>',
    )


def _quote(quote: Watched, most: Bounds) -> str:
    words = spans_html(quote.spans if most.line is None else taken(quote.spans, most.line, most.line))
    return "\n".join(
        (
            f'<div style="{WATCHED}{ALARMING if quote.alarm else CALM}">',
            f'<p style="margin:0 0 4px;font-weight:bold">{escape(quote.sentence)}</p>',
            f'<p dir="auto" style="{LINE}">{words}</p>',
            f'<p style="margin:0;{FAINT}">{escape(quote.timing)}</p>',
            "</div>",
        )
    )


def _many_head(sentence: str, timing: str, colour: str) -> tuple[str, ...]:
    return (
        HEAD.replace("{title}", escape(sentence)),
        f'<h1 style="{VERDICT};font-size:1.15em;{_frame(colour, 4)}">{escape(sentence)}</h1>',
        f'<p style="margin:0 0 8px;{FAINT}">{escape(timing)}</p>',
    )


def _colour(change: Change) -> str:
    edited = change.kind is Kind.EDITED and change.verdict
    return COLOURS.get(change.verdict.disclosure if edited and change.verdict else change.kind, GREY)


def _frame(colour: str, width: int) -> str:
    return f"border-left:{width}px solid rgb({colour});background-color:rgba({colour},0.12)"


def _edits(change: Change, most: Bounds) -> str:
    redline = redline_html(change.comparison, most.characters, change.language)
    return f'<h2 style="{HEADING}">{escape(edits_heading(change))}</h2>\n{redline}' if redline else ""


def _listed(shown: tuple[PageLine, ...], more: str) -> str:
    lines = (f'<p dir="auto" style="{LINE}">{_link(page.url, page.title)} ({escape(page.words)})</p>' for page in shown)
    rest = f'<p style="{LINE}">{escape(more)}</p>' if more else ""
    return "\n".join((f'<h2 style="{HEADING}">{PAGES_HEADING}</h2>', *lines, rest)).rstrip()


def _section(section: Section) -> str:
    style = QUOTED if section.quoted else LINE
    style += f";{FAINT}" if section.ours else ""
    lines = (
        f'<p dir="auto" style="{style}">{_linked(line) if section.ours else escape(line)}</p>' for line in section.lines
    )
    return "\n".join((f'<h2 style="{HEADING}">{escape(section.heading)}</h2>', *lines))


def _linked(line: str) -> str:
    """A line of ours, the addresses in it as links."""
    parts = re.split(r"(https?://\S+)", line)
    return "".join(_link(part, part) if place % 2 else escape(part) for place, part in enumerate(parts))


def _link(url: str, text: str) -> str:
    """A link where the address is one to be followed: whatever else a page may claim is shown, never linked."""
    if not url.startswith(("https://", "http://")):
        return escape(text)
    return f'<a href="{escape(url)}" style="color:inherit">{escape(text)}</a>'
