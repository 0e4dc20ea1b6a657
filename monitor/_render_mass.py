"""What a message says where a source's pages changed throughout, each in its own way. Pure."""

from monitor._render_pages import PageLine
from monitor._render_typeset import clipped, one_line
from monitor._render_wording import TITLE_CHARACTERS, Bounds, moment, pages_command, span_of_time
from monitor.models import Alert, Brief

LONGER = 40
"""Nothing else stands in the message, so its list may be so many times as long as other lists: 840 lines of a mail."""


def mass_subject(alert: Alert) -> str:
    """A mass change is about no page."""
    return f"[mass change] {_counted(alert)} of {one_line(alert.change.source)} changed"


def mass_sentence(alert: Alert) -> str:
    """What happened, in one sentence."""
    return (
        f'{_counted(alert)} of source "{one_line(alert.change.source)}" changed at about the same time, '
        "each in its own way: perhaps the site was built anew, or edited throughout."
    )


def mass_timing(alert: Alert) -> str:
    """From when to when, and where each change is shown."""
    first, *_, last = sorted(brief.seen_after_at for brief in alert.pages)
    seen = f"at {moment(first)}" if first == last else f"between {span_of_time(first, last)}"
    return f"First seen {seen}. Each is a change of its own: `monitor show` with its number shows it."


def mass_lines(alert: Alert, most: Bounds) -> tuple[tuple[PageLine, ...], str]:
    """The changes a message lists, and a sentence on those it leaves out ("" where it lists all)."""
    pages = alert.pages
    shown = pages[: None if most.lines is None else most.lines * LONGER]
    left_out = len(pages) - len(shown)
    more = f"… and {left_out:,} more: {pages_command(alert)}" if left_out else ""
    return tuple(map(_line, shown)), more


def _counted(alert: Alert) -> str:
    count = len({brief.url for brief in alert.pages})
    return f"{count:,} {'page' if count == 1 else 'pages'}"


def _line(brief: Brief) -> PageLine:
    words = (
        f"change {brief.id}",
        brief.kind.value,
        brief.disclosure.value if brief.disclosure else "",
        f"after silent {', '.join(map(str, brief.earlier))}" if brief.earlier else "",
        brief.summary,
    )
    title = clipped(one_line(brief.title), TITLE_CHARACTERS)
    return PageLine(title, brief.url, ", ".join(filter(None, words)))
