"""A comparison as people read it: each edit with its place, as text `[-old-]{+new+}` and as HTML. Pure.

comparison
| passages    every edit with the place it stands at (_render_passages)
| _folded     unchanged words far from an edit become "…"
| fitted      what is beyond the limit is left out and counted
| text, HTML
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from itertools import groupby

from monitor._render_passages import Passage, passages
from monitor._render_typeset import clipped, counted, language_of, wrapped
from monitor.models import Comparison, Op, Span

CONTEXT_WORDS, CONTEXT_CHARACTERS = 12, 160
"""Unchanged words kept on each side of an edit; characters, for scripts that put no spaces between words."""

INSERTED = "text-decoration:underline;background-color:rgba(46,160,67,0.22)"
DELETED = "text-decoration:line-through;background-color:rgba(248,81,73,0.22)"
FAINT = "opacity:0.75"
PLACE = "font-size:1em;margin:16px 0 4px"


def redline_text(comparison: Comparison, characters: int | None = None) -> str:
    """Every edit as `[-old-]{+new+}` under the place it stands at, 80 columns wide; "" where nothing differs.

    `characters` bounds the words shown; what is left out is said at the end. None shows every edit.
    """
    return passages_text(passages(comparison), characters)


def passages_text(whole: tuple[Passage, ...], characters: int | None = None, indent: str = "") -> str:
    """These edits alone, likewise; each line begun with `indent`."""
    shown, left_out = fitted(whole, characters)
    groups = groupby(shown, key=lambda passage: passage.place)
    parts = [_text_group(place, list(group), indent) for place, group in groups]
    return "\n\n".join(part for part in (*parts, left_out and wrapped(left_out, indent, indent)) if part)


def redline_html(comparison: Comparison, characters: int | None = None, language: str | None = None) -> str:
    """The same as an HTML fragment: `<ins>` underlined, `<del>` struck through, tinted for light and dark mail.

    `language` is the statement's, None where it is not known.
    """
    return passages_html(passages(comparison), characters, language)


def passages_html(
    whole: tuple[Passage, ...], characters: int | None = None, language: str | None = None, place: str = PLACE
) -> str:
    """These edits alone, likewise; `place` is the style of the places they stand at."""
    shown, left_out = fitted(whole, characters)
    groups = groupby(shown, key=lambda passage: passage.place)
    parts = [_html_group(at, list(group), language_of(language), place) for at, group in groups]
    return "\n".join((*parts, f'<p style="{FAINT}">{escape(left_out)}</p>' if left_out else "")).strip()


# --- leaving out -----------------------------------------------------------------------------------------------------


def fitted(whole: tuple[Passage, ...], characters: int | None) -> tuple[list[Passage], str]:
    """The passages with far context folded, up to `characters`, and a sentence on what that leaves out."""
    folded = [replace(passage, spans=_folded(passage.spans)) for passage in whole]
    if characters is None:
        return folded, ""
    shown: list[Passage] = []
    left = characters
    for passage in folded:
        spans = taken(passage.spans, left, most=max(characters // 4, 1))
        if not spans:
            break
        shown.append(replace(passage, spans=spans))
        left -= sum(len(span.text) for span in spans) + len(passage.label)
    return shown, _left_out(whole, shown)


def taken(spans: tuple[Span, ...], left: int, most: int) -> tuple[Span, ...]:
    """Spans up to `left` characters, none longer than `most`: one long edit must not hide the others."""
    taken: list[Span] = []
    for span in spans:
        text = clipped(span.text, min(most, left))
        if left <= 0:
            break
        taken.append(replace(span, text=text))
        left -= len(text)
    return tuple(taken)


def _left_out(whole: Iterable[Passage], shown: Iterable[Passage]) -> str:
    whole, shown = tuple(whole), tuple(shown)
    counts = {
        "added": _words(whole, Op.INSERT) - _words(shown, Op.INSERT),
        "removed": _words(whole, Op.DELETE) - _words(shown, Op.DELETE),
    }
    parts = [f"{count:,} words {verb}" for verb, count in counts.items() if count > 0]
    edits = len(whole) - len(shown)
    parts += [counted(edits, "more edit")] if edits else []
    return f"… Left out here: {', '.join(parts)}." if parts else ""


def _words(passages: Iterable[Passage], op: Op) -> int:
    """Words as white space parts them: exact counting costs seconds on megabytes, and this is what is not shown."""
    return sum(len(span.text.split()) for passage in passages for span in passage.spans if span.op is op)


def _folded(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    last = len(spans) - 1
    return tuple(
        replace(span, text=_context(span.text, first=number == 0, last=number == last)) if span.op is Op.EQUAL else span
        for number, span in enumerate(spans)
    )


def _context(text: str, *, first: bool, last: bool) -> str:
    """The unchanged words near an edit; the whole text is one context where there is no edit at all."""
    head, tail = ("" if first and not last else _head(text)), ("" if last else _tail(text))
    if len(head) + len(tail) + CONTEXT_WORDS >= len(text):
        return text
    folded = f"{head} … {tail}"
    folded = folded.lstrip() if first else folded
    return folded.rstrip() if last else folded


def _head(text: str) -> str:
    near = re.match(rf"(?:\s*\S+){{0,{CONTEXT_WORDS}}}", text)
    return near[0][:CONTEXT_CHARACTERS] if near else ""


def _tail(text: str) -> str:
    return _head(text[::-1])[::-1]


# --- text ------------------------------------------------------------------------------------------------------------


def _text_group(place: str, group: list[Passage], indent: str) -> str:
    first, rest = f"{indent}  ", f"{indent}    "
    lines = [wrapped(place, indent, indent), *(wrapped(_text_passage(passage), first, rest) for passage in group)]
    return "\n".join(lines)


def _text_passage(passage: Passage) -> str:
    label = f"({passage.label}) " if passage.label else ""
    return label + line(passage.spans)


def line(spans: Iterable[Span]) -> str:
    """Spans as one line of `[-old-]{+new+}`, with the white space round an edit kept outside its marks.

    A new address starts a word of its own, so that it can start a line and be followed.
    """
    line = re.sub(r"-\]\s+\{\+", "-]{+", "".join(_marked(span) for span in spans))
    return line.replace("-]{+http", "-] {+http")


_TEXT = {Op.EQUAL: "{}", Op.INSERT: "{{+{}+}}", Op.DELETE: "[-{}-]"}


def _marked(span: Span) -> str:
    return _outside(span, _TEXT[span.op], span.text.strip())


def _outside(span: Span, marks: str, core: str) -> str:
    """A span's words in their marks, with the white space at its ends outside of them."""
    if not core:
        return span.text
    before = span.text[: len(span.text) - len(span.text.lstrip())]
    after = span.text[len(span.text.rstrip()) :]
    return f"{before}{marks.format(core)}{after}"


# --- HTML ------------------------------------------------------------------------------------------------------------


def _html_group(at: str, group: list[Passage], words: str, place: str) -> str:
    """Edits at one place; `words` are the attributes of what the publisher wrote."""
    lines = (
        f'<p {words} style="margin:4px 0 8px">{_html_label(passage.label)}{spans_html(passage.spans)}</p>'
        for passage in group
    )
    return "\n".join((f'<h3 dir="auto" style="{place}">{escape(at)}</h3>', *lines))


def _html_label(label: str) -> str:
    return f'<span dir="auto" lang="en" style="{FAINT}">({escape(label)})</span> ' if label else ""


def spans_html(spans: Iterable[Span]) -> str:
    """Spans as HTML: `<ins>` and `<del>`."""
    html = "".join(_outside(span, _HTML[span.op], escape(span.text.strip())) for span in spans)
    return html.replace("</del><ins", "</del> <ins")


_HTML = {
    Op.EQUAL: "{}",
    Op.INSERT: f'<ins style="{INSERTED}">{{}}</ins>',
    Op.DELETE: f'<del style="{DELETED}">{{}}</del>',
}
