"""What differs between two statements too large to be held against each other word by word. Pure.

Whole blocks that came or went, as many as anybody reads; the words of all of them are counted.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.models import Block, BlockChange, BlockOp, Comparison, FieldChange, Op, Span, Statement

DIFFERING_MOST = 100_000
BLOCK_CHARACTERS = 20
"""Characters of both sides that differ and are still compared word by word: a second's work. A block adds some."""

BLOCKS_MOST = 200
CHARACTERS_MOST = 1_000
"""So many blocks a side are shown, and so much of each."""

FIELDS = ("title", "lead", "published_at", "updated_at", "delivered_on", "location", "document_type")


def differ_much(before: Statement, after: Statement) -> bool:
    """Whether so much differs that it must be compared briefly; in time linear in the text."""
    differing = (*_beyond(before.body, after.body), *_beyond(after.body, before.body))
    return size(differing) > DIFFERING_MOST


def size(blocks: Iterable[Block]) -> int:
    """What comparing them costs, in characters: many short blocks cost more than their few words do."""
    return sum(len(block.text) + BLOCK_CHARACTERS for block in blocks)


def compare_briefly(before: Statement, after: Statement) -> Comparison:
    """Like `compare`, but a block that changed is one that went and one that came, and moves are not looked for."""
    went, came = _beyond(before.body, after.body), _beyond(after.body, before.body)
    return Comparison(
        tuple(
            FieldChange(name, _shown(getattr(before, name)), _shown(getattr(after, name)))
            for name in FIELDS
            if getattr(before, name) != getattr(after, name)
        ),
        (*map(_removed, went[:BLOCKS_MOST]), *map(_added, came[:BLOCKS_MOST])),
        _words(came),
        _words(went),
        brief=True,
    )


def notes_alone(statement: Statement) -> Statement:
    """The statement without its text: what announces an edit stands beside it."""
    return replace(statement, body=(), attachments=())


def _beyond(blocks: Sequence[Block], others: Sequence[Block]) -> list[Block]:
    """The blocks that the others have not, or not so often, in their order."""
    left = Counter(block.text for block in others)
    found = []
    for block in blocks:
        if left[block.text]:
            left[block.text] -= 1
        else:
            found.append(block)
    return found


def _removed(block: Block) -> BlockChange:
    cut = _cut(block)
    return BlockChange(BlockOp.REMOVED, "", cut, None, (Span(Op.DELETE, cut.text),))


def _added(block: Block) -> BlockChange:
    cut = _cut(block)
    return BlockChange(BlockOp.ADDED, "", None, cut, (Span(Op.INSERT, cut.text),))


def _cut(block: Block) -> Block:
    return Block(block.kind, _shown(block.text) or "", block.level)


def _shown(text: str | None) -> str | None:
    return text if text is None or len(text) <= CHARACTERS_MOST else f"{text[:CHARACTERS_MOST]} …"


def _words(blocks: Sequence[Block]) -> int:
    return sum(len(block.text.split()) for block in blocks)
