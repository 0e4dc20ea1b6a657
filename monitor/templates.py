"""The user's own words for a channel's messages: Jinja2, from `config/templates/`. Pure.

A template lays out what it is given, the same at every try, and can do nothing else: no other file, no chance, no
attribute that Python keeps to itself. It is rendered in a child that can be killed, as it may count without end.
"""

import traceback
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from monitor._render_typeset import clipped, one_line, printable
from monitor.models import Templates

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

FILES = {"subject": "subject.txt", "text": "txt", "html": "html"}
"""What a channel's template of each part is called, behind the channel's name and a dot."""

BUILT_IN = frozenset(("subject", "text", "html"))
"""The message in built-in words, part by part."""

NAMES = BUILT_IN | {
    *("id", "detected_at", "source", "kind", "disclosure", "title", "url", "note", "signals", "fields", "summary"),
    *("words_added", "words_removed", "before_version", "after_version", "seen_before_at", "seen_after_at"),
    *("alerts_sent", "alerts_pending", "alerts_failed", "changes", "changes_left_out", "redline", "redline_html"),
    *("reasons", "earlier_silent", "earlier_silent_left_out", "signals_detail", "links", "pages", "pages_left_out"),
    *("change_ids", "told_as", "count", "sources", "quotes", "quotes_detail", "why", "channel"),
}
"""What a template may use."""

PART_BYTES = 60_000
"""One part of a message, as of those in built-in words."""

SUBJECT_CHARACTERS = 250


def faults(source: str) -> Iterator[tuple[int, str]]:
    """What is wrong with a template, as far as its own text tells: each a line and words."""
    from jinja2 import TemplateSyntaxError, nodes

    environment = _environment(html=False)
    try:
        tree = environment.parse(source)
        environment.compile(tree)
    except TemplateSyntaxError as error:
        yield error.lineno, error.message or "no template"
        return
    except RecursionError:
        yield 1, "is nested too deeply"
        return
    for node in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        yield node.lineno, f"{type(node).__name__.lower()}: a template stands alone and takes in no other"


def unknown(source: str) -> Iterator[tuple[int, str]]:
    """The names in a template without faults that none is given, each with the line it first stands on."""
    from jinja2 import nodes

    names = set(_names(source) - NAMES)
    for node in _environment(html=False).parse(source).find_all(nodes.Name):
        if node.name in names:
            names.discard(node.name)
            yield node.lineno, node.name


def worded(templates: Templates, name: str, given: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """The parts of a message that the channel's templates give, by name, and what is wrong with them ("": nothing).

    A message on several changes takes those alone that speak of several: of `pages`, or of a built-in part.
    """
    parts: dict[str, str] = {}
    for part, source in templates.parts.items():
        if given["pages"] and not _names(source) & {"pages", *BUILT_IN}:
            continue
        try:
            parts[part] = _part(part, source, given)
        except Exception as error:  # noqa: BLE001 -- whatever a template does, the message goes in built-in words
            return {}, f"{name}.{FILES[part]}{_place(error)}: {_told(error)}"
    if "text" in parts and "html" not in parts:
        parts["html"] = ""  # or readers would be shown the built-in words in its stead
    return parts, ""


def _part(part: str, source: str, given: Mapping[str, Any]) -> str:
    html = part == "html"
    text = printable(_rendered(source, _safe(given) if html else given, html=html)).strip()
    if not text:
        raise ValueError("gives no words")
    return clipped(one_line(text), SUBJECT_CHARACTERS) if part == "subject" else f"{text}\n"


def _rendered(source: str, given: Mapping[str, Any], *, html: bool) -> str:
    chunks, size = [], 0
    for chunk in _environment(html=html).from_string(source).generate(given):
        chunks.append(chunk)
        size += len(chunk.encode("utf-8", "replace"))
        if size > PART_BYTES:
            raise ValueError(f"gives more than {PART_BYTES:,} bytes")
    return "".join(chunks)


def _safe(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """With the parts that are HTML already marked as such; all others are escaped."""
    from markupsafe import Markup

    return {**given, **{name: Markup(given[name]) for name in ("html", "redline_html")}}  # noqa: S704 -- ours, escaped


@cache
def _environment(*, html: bool) -> "SandboxedEnvironment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        autoescape=html, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    del made.filters["random"], made.globals["lipsum"]  # equal alerts give equal messages
    return made


@cache
def _names(source: str) -> frozenset[str]:
    """The names a template takes from what it is given."""
    from jinja2 import meta

    return frozenset(meta.find_undeclared_variables(_environment(html=False).parse(source)))


def _place(error: Exception) -> str:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return f", line {lines[-1]}" if lines else ""


def _told(error: Exception) -> str:
    kind, words = type(error).__name__, one_line(str(error))
    return words if isinstance(error, ValueError) else f"{words} ({kind})" if words else kind
