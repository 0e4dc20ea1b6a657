"""What differs between two statements, and the verdict on it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from monitor._models_page import Block, Link
from monitor._models_words import Disclosure, QuoteState, SignalName


class Op(StrEnum):
    """What a span of words is in a redline."""

    EQUAL = "equal"
    INSERT = "insert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words that stayed, came or went; concatenating equal and insert spans gives the new text exactly."""

    op: Op
    text: str


class BlockOp(StrEnum):
    """What happened to a block."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"  # its place changed; its words may have too


@dataclass(frozen=True, slots=True)
class BlockChange:
    """A block that differs, in page order. `heading` is the nearest heading above it ("" at the top of the body).

    `spans` covers the text; `links` lists the link edits inside it as (old, new), None where one side has none. `row`
    is the first cell of the table row that a later cell stands in; "" where the whole row came, went or moved, and for
    what is no cell.
    """

    op: BlockOp
    heading: str
    before: Block | None
    after: Block | None
    spans: tuple[Span, ...] = ()
    links: tuple[tuple[Link | None, Link | None], ...] = ()
    row: str = ""

    @property
    def block(self) -> Block | None:
        """The block as it is now, or as it was where it is no more."""
        return self.after or self.before


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field other than the body that differs, as text (None: absent). `field` is the name in `Statement`.

    A field with several values (notes, attachments, translations …) gives one FieldChange for each value that
    differs. `metadata` fields (publishers, people, government, translations, language, keeps_history) are no edits of
    the statement.
    """

    field: str
    before: str | None
    after: str | None
    spans: tuple[Span, ...] = ()
    metadata: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two statements. Falsy where nothing a reader of the statement sees differs.

    `brief` says that it holds whole blocks, some of them cut or left out: too much differs.
    """

    fields: tuple[FieldChange, ...] = ()
    blocks: tuple[BlockChange, ...] = ()
    words_added: int = 0
    words_removed: int = 0
    brief: bool = False

    def __bool__(self) -> bool:
        return bool(self.blocks) or any(not change.metadata for change in self.fields)

    @property
    def field_names(self) -> tuple[str, ...]:
        """The statement's fields that differ, metadata left out, `body` last."""
        names = dict.fromkeys(change.field for change in self.fields if not change.metadata)
        return (*names, "body") if self.blocks else tuple(names)


@dataclass(frozen=True, slots=True)
class QuoteChange:
    """What became of a watched quote. `spans` are those of the sentence it stood in, where that was altered."""

    text: str
    state: QuoteState
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal and the words it is about, each as it stands on the page ("£1.5 million → £15 million" for a swap)."""

    name: SignalName
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the publisher said so, why we say that, and what the edit touched."""

    disclosure: Disclosure
    reasons: tuple[str, ...]
    signals: tuple[Signal, ...] = ()
