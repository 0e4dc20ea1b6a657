"""Edits in shorthand, for tests of what is made of them."""

import re

from monitor.models import (
    Block,
    BlockChange,
    BlockKind,
    BlockOp,
    Disclosure,
    Op,
    Signal,
    SignalName,
    Span,
    Verdict,
)

FIGURE = Signal(SignalName.FIGURE, ("£1.5 million → £15 million",))
SILENT = Verdict(Disclosure.SILENT, ("the page keeps a history, which gained no entry",), (FIGURE,))


def paragraph(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def spans(marked: str) -> tuple[Span, ...]:
    """`We pay [-1-]{+2+} pounds` as spans."""
    ops = {"[-": Op.DELETE, "{+": Op.INSERT}
    pieces = re.findall(r"\[-.*?-\]|\{\+.*?\+\}|(?:(?!\[-|\{\+).)+", marked)
    return tuple(Span(ops[p[:2]], p[2:-2]) if p[:2] in ops else Span(Op.EQUAL, p) for p in pieces)


def edit(marked: str, heading: str = "Funding", kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0) -> BlockChange:
    found = spans(marked)
    before, after = (
        Block(kind, "".join(span.text for span in found if span.op is not left_out), level)
        for left_out in (Op.INSERT, Op.DELETE)
    )
    return BlockChange(BlockOp.CHANGED, heading, before, after, found)


FUNDING = edit("The department will spend [-£1.5 million -]{+£15 million +}on flood defences.")
