"""Texts as words, and which words stayed, came or went between two of them. Pure."""

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from rapidfuzz.distance import Indel, Levenshtein

from monitor.models import Op, Span

MOST_EXACT = 50_000
"""Items on both sides together above which the bit matrix of the exact opcodes would cost too much memory (80 MB)."""

_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3\u3099\u309a"
_HAS_SPACELESS = re.compile(f"[{_SPACELESS}]")
_WORD = re.compile(rf"([{_SPACELESS}][{_MARKS}]*|[^\s{_SPACELESS}]+|^\s+)(\s*)")

STOP_WORD = re.compile(
    r"(?:an?|and|are|as|at|be|been|but|by|for|from|had|ha[sv]e?|he|her|his|i|if|in|into|is|its?|nor?|not|o[fnr]|our|she|so"
    r"|tha[nt]|the|their|them|then|there|these|they|this|those|to|up|was|we|were|which|who|will|with|your?|\W*)\W*",
    re.IGNORECASE,
)
"""Words so common that they say nothing where they stand alone."""

_SHORT_RUN = 2
_ISLAND = 4


class Run(NamedTuple):
    """Words that stayed (`equal`) or were replaced: `before[start:end]` by `after[new_start:new_end]`."""

    equal: bool
    start: int
    end: int
    new_start: int
    new_end: int

    @property
    def size(self) -> int:
        """The words of its longer side."""
        return max(self.end - self.start, self.new_end - self.new_start)


def words(text: str) -> list[str]:
    """The words of a text, each with the punctuation that touches it: "£15,000.", "don't", "e-mail" are one word.

    Scripts written without spaces (Chinese, Japanese, Thai, Lao, Burmese, Khmer) give one word per character.
    """
    if not _HAS_SPACELESS.search(text):
        return text.split()
    return [word for word, _ in _WORD.findall(text)]


def spans(before: str, after: str) -> tuple[Span, ...]:
    """What stayed, went and came, in reading order; within one edit what went stands before what came.

    Equal and insert spans concatenated give `after` exactly, equal and delete spans `before`.
    """
    if before == after:
        return (Span(Op.EQUAL, after),) if after else ()
    old, new = _WORD.findall(before), _WORD.findall(after)
    found = runs([word for word, _ in old], [word for word, _ in new])
    return tuple(_merged(span for run in _readable(found, old) for span in _run_spans(run, old, new)))


def runs(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Run]:
    """A shortest edit of one sequence into the other, as runs that are in turn equal and not."""
    if len(before) + len(after) > MOST_EXACT:
        codes = Levenshtein.opcodes(before, after)
    else:
        codes = Indel.opcodes(*_coded(before, after))
    return _joined(
        Run(code.tag == "equal", code.src_start, code.src_end, code.dest_start, code.dest_end) for code in codes
    )


def _coded(*sequences: Sequence[Hashable]) -> list[str]:
    """Each sequence as a string, one character for each distinct item: they are compared twice as fast as lists."""
    alphabet: dict[Hashable, str] = {}
    return ["".join(alphabet.setdefault(item, chr(len(alphabet))) for item in sequence) for sequence in sequences]


def _joined(parts: Iterable[Run]) -> list[Run]:
    """Neighbours of one sort as one run."""
    joined: list[Run] = []
    for run in parts:
        if joined and joined[-1].equal == run.equal:
            run = Run(run.equal, joined[-1].start, run.end, joined.pop().new_start, run.new_end)
        joined.append(run)
    return joined


def _readable(found: list[Run], old: Sequence[tuple[str, str]]) -> list[Run]:
    """The runs, with those taken into the edits on both sides of them that stayed equal by chance."""
    inner = zip(found, found[1:], found[2:], strict=False)
    chance = {
        run
        for left, run, right in inner
        if run.equal and _by_chance([word for word, _ in old[run.start : run.end]], min(left.size, right.size))
    }
    return _joined(run._replace(equal=False) if run in chance else run for run in found)


def _by_chance(kept: list[str], around: int) -> bool:
    """Whether words kept between two edits, the smaller of `around` words, break the reading more than they help it."""
    stops = len(kept) <= _SHORT_RUN and all(STOP_WORD.fullmatch(word) for word in kept)
    return stops or len(kept) * _ISLAND <= around


def _run_spans(run: Run, old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> Iterator[Span]:
    gone, come = old[run.start : run.end], new[run.new_start : run.new_end]
    if not run.equal:
        yield Span(Op.DELETE, _text(gone))
        yield Span(Op.INSERT, _text(come))
        return
    if gone == come:
        yield Span(Op.EQUAL, _text(come))
        return
    for (word, space), (_, new_space) in zip(gone, come, strict=True):
        if space == new_space:
            yield Span(Op.EQUAL, word + space)
        else:  # the last word of one side has no space after it
            yield from (Span(Op.EQUAL, word), Span(Op.DELETE, space), Span(Op.INSERT, new_space))


def _text(tokens: Sequence[tuple[str, str]]) -> str:
    return "".join(word + space for word, space in tokens)


def _merged(parts: Iterable[Span]) -> Iterator[Span]:
    """Spans without empty ones, neighbours of one sort as one, each edit as one deletion and one insertion."""
    for equal, group in groupby((span for span in parts if span.text), key=lambda span: span.op is Op.EQUAL):
        spans_ = list(group)
        for op in (Op.EQUAL,) if equal else (Op.DELETE, Op.INSERT):
            text = "".join(span.text for span in spans_ if span.op is op)
            if text:
                yield Span(op, text)
