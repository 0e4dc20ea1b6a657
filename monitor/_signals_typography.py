"""Whether an edit touched nothing but how the text is set: quotes, dashes, ellipses, marks that show nothing. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import groupby
from unicodedata import category

from monitor._signals_swaps import swapped
from monitor.models import BlockChange, BlockOp, Comparison, Link, Op, SignalName, Span

_QUOTES = str.maketrans({**dict.fromkeys("‘’‚‛′`´", "'"), **dict.fromkeys("“”„‟″«»", '"')})
_DASH = re.compile(r"\s*(?:[‒–—―]|--+)\s*|\s-\s|[‐‑−]")
"""White space around a dash is part of its style ("word – word", "word—word"), around a hyphen only on both sides."""

_ELLIPSIS = re.compile(r"…|\.(?: ?\.){2,}")
_SHOWS_NOTHING = "Cf"
"""The Unicode category of soft hyphens, joiners and other marks without width."""

_ESCAPES_MOST = 3
"""How often markup may have been escaped before it was left as text."""

_TEXTS = frozenset(("title", "lead", "document_type", "location", "withdrawn"))
_CLAIMS = frozenset(("notes", "updated_at"))
"""What tells that the statement was edited, and is no part of what was."""


def typography(comparison: Comparison) -> Mapping[SignalName, Sequence[str]]:
    """The signal and its words where the whole difference is how the text is set; empty where anything more differs.

    Case is no typography, nor is white space between two words: both tell words apart.
    """
    fields = [change for change in comparison.fields if not change.metadata and change.field not in _CLAIMS]
    edits = [*(change.spans for change in fields), *(change.spans for change in comparison.blocks)]
    if not edits or not _same_blocks(comparison.blocks):
        return {}
    if any(change.field not in _TEXTS or plain(change.before) != plain(change.after) for change in fields):
        return {}
    return {SignalName.TYPOGRAPHY: [words for spans in edits for words in _edits(spans)]}


def plain(text: str | None) -> str:
    """The text as a typewriter sets it: straight quotes, "-" for any dash, "..." for an ellipsis; "" for None.

    Entities that stand there as text ("&amp;") are decoded, marks that show nothing are left out.
    """
    text = text or ""
    for _ in range(_ESCAPES_MOST):
        text = unescape(text)
    if not text.isascii():
        unseen = dict.fromkeys((ord(mark) for mark in set(text) if category(mark) == _SHOWS_NOTHING), "")
        text = text.translate(_QUOTES | unseen)
    return " ".join(_ELLIPSIS.sub("...", _DASH.sub("-", text.replace("`", "'"))).split())


def _same_blocks(blocks: Sequence[BlockChange]) -> bool:
    """Whether all words and links of these blocks stayed, in their order."""
    sides = [[change.before for change in blocks], [change.after for change in blocks]]
    old, new = (plain("\n".join(block.text for block in side if block)) for side in sides)
    pairs = [pair for change in blocks for pair in change.links]
    return old == new and all(_same_link(*pair) for pair in pairs) and all(x.op is not BlockOp.MOVED for x in blocks)


def _same_link(old: Link | None, new: Link | None) -> bool:
    return bool(old and new and old.url == new.url and plain(old.text) == plain(new.text))


def _edits(spans: Sequence[Span]) -> Iterator[str]:
    """Each run of words that are set otherwise."""
    for stayed, group in groupby(spans, lambda span: span.op is Op.EQUAL):
        sides = {span.op: span.text.strip() for span in group}
        if not stayed and any(sides.values()):
            yield swapped(sides.get(Op.DELETE), sides.get(Op.INSERT))
