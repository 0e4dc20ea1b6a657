"""Texts as words, and which words stayed, came or went between two of them. Pure."""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from rapidfuzz import process
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
"""An edit this many times as long as words kept beside it drowns them."""
_FIRM_GROUND = 5
"""Words kept in a row that readers find their place by again."""
_REWRITTEN = 0.25
"""Share of words kept, all in short runs, below which a passage reads better as gone and come whole."""

_SENTENCE_END = re.compile(r"""[.!?:;]["'”’)\]]*$""")
_CLAUSE_END = re.compile(r"""(?:,["'”’)\]]*|[-–—])$""")


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
    found = _read([word for word, _ in old], [word for word, _ in new])
    return tuple(_merged(span for run in found for span in _run_spans(run, old, new)))


def _read(old: list[str], new: list[str]) -> list[Run]:
    """The runs as an editor would mark them: the same words whichever of the two texts came first."""
    if new < old:
        return [Run(run.equal, run.new_start, run.new_end, run.start, run.end) for run in _read(new, old)]
    return _readable(_placed(runs(old, new), old, new), old)


def runs(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Run]:
    """A shortest edit of one sequence into the other, as runs that are in turn equal and not."""
    opcodes = Levenshtein.opcodes if len(before) + len(after) > MOST_EXACT else Indel.opcodes
    codes = opcodes(*_coded(before, after))
    return _joined(
        Run(code.tag == "equal", code.src_start, code.src_end, code.dest_start, code.dest_end) for code in codes
    )


def most_like(text: str, others: Mapping[int, str], floor: float) -> int | None:
    """The key of the text most like this one; None where none shares so many of its words (0 to 1) in order."""
    choices = {key: words(other) for key, other in others.items()}
    found = process.extractOne(words(text), choices, scorer=Indel.normalized_similarity, score_cutoff=floor)
    return found[2] if found else None


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


# --- where an edit stands --------------------------------------------------------------------------------------------


def _placed(found: list[Run], old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """The runs, with what only came or only went where an editor would mark it.

    "A b. {+C b.+}" and "A {+b. C+} b." are one edit: of the places it may stand at the one is taken that joins it to
    another edit, else the one between sentences, else between clauses, else the first found.
    """
    placed = list(found)
    for at, run in enumerate(found):
        if not run.equal and (run.start == run.end or run.new_start == run.new_end):
            left, right = (placed[place] if 0 <= place < len(placed) else None for place in (at - 1, at + 1))
            shift = _best_shift(run, left, right, new if run.start == run.end else old)
            for place, part in enumerate(_shifted(left, run, right, shift), at - 1):
                if part:
                    placed[place] = part
    return _joined(run for run in placed if run.size)


def _best_shift(run: Run, left: Run | None, right: Run | None, text: Sequence[str]) -> int:
    """By how many words to move a run of one side, negative towards the beginning."""
    start, end = (run.start, run.end) if run.start < run.end else (run.new_start, run.new_end)
    most_left, most_right = (side.size if side else 0 for side in (left, right))
    lowest = highest = 0
    while -lowest < most_left and text[start + lowest - 1] == text[end + lowest - 1]:
        lowest -= 1
    while highest < most_right and text[start + highest] == text[end + highest]:
        highest += 1

    def rank(shift: int) -> tuple[bool, int, int]:
        joins = (0 < most_left == -shift and start + shift > 0) or (0 < most_right == shift and end + shift < len(text))
        return joins, _border(text, start + shift) + _border(text, end + shift), -abs(shift)

    return max(range(lowest, highest + 1), key=rank)


def _border(text: Sequence[str], place: int) -> int:
    """How much of a border stands before the word at this place: 2 between sentences, 1 between clauses, else 0."""
    if place in (0, len(text)) or _SENTENCE_END.search(text[place - 1]):
        return 2
    return 1 if _CLAUSE_END.search(text[place - 1]) or text[place][0] in "(–—“‘[" else 0


def _shifted(left: Run | None, run: Run, right: Run | None, shift: int) -> tuple[Run | None, Run, Run | None]:
    moved = Run(False, *(place + shift for place in run[1:]))
    return (
        left._replace(end=left.end + shift, new_end=left.new_end + shift) if left else None,
        moved,
        right._replace(start=right.start + shift, new_start=right.new_start + shift) if right else None,
    )


# --- what reads well -------------------------------------------------------------------------------------------------


def _readable(found: list[Run], old: Sequence[str]) -> list[Run]:
    """The runs, with words that stayed equal by chance taken into the edits round them: first stop words, then what
    long edits drown, then all that is left in passages rewritten as a whole."""
    for is_chance in (_is_stop, _is_drowned):
        inner = zip(found, found[1:], found[2:], strict=False)
        chance = {run for left, run, right in inner if run.equal and is_chance(old[run.start : run.end], left, right)}
        found = _joined(run._replace(equal=False) if run in chance else run for run in found)
    return _joined(run for passage in _passages(found) for run in _as_a_whole(passage))


def _is_stop(kept: Sequence[str], _left: Run, _right: Run) -> bool:
    return len(kept) <= _SHORT_RUN and all(STOP_WORD.fullmatch(word) for word in kept)


def _is_drowned(kept: Sequence[str], left: Run, right: Run) -> bool:
    return len(kept) * _ISLAND <= min(left.size, right.size)


def _passages(found: list[Run]) -> Iterator[list[Run]]:
    """The runs parted at firm ground and at the ends of the text: each edited passage begins and ends with an edit."""
    passage: list[Run] = []
    for place, run in enumerate(found):
        if run.equal and (run.size >= _FIRM_GROUND or place in (0, len(found) - 1)):
            yield from ([*passage], [run])
            passage = []
        else:
            passage.append(run)
    yield passage


def _as_a_whole(passage: list[Run]) -> list[Run]:
    """The passage as one edit where it was rewritten, else as it is."""
    kept = sum(run.size for run in passage if run.equal)
    if not kept or len(passage) == 1:
        return passage
    first, last = passage[0], passage[-1]
    whole = Run(False, first.start, last.end, first.new_start, last.new_end)
    shorter = min(whole.end - whole.start, whole.new_end - whole.new_start)
    return [whole] if kept < shorter * _REWRITTEN else passage


# --- as spans --------------------------------------------------------------------------------------------------------


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
