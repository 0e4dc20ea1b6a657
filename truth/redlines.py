"""How good the redlines of real edits are, held against their texts alone.

A redline is right where it gives both texts back, marks little more than the shortest edit of the words would, and is
no confetti. What is shortest is asked of rapidfuzz over the whole text; words are what white space parts, stop words a
list of our own. Moved blocks cost nothing but the words edited on the way.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, groupby, islice, pairwise
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import Indel

from monitor.compare import compare
from monitor.html import blocks, decode, text, tree
from monitor.models import Block, BlockChange, Op, Span, Statement
from truth.corpus import CORPUS
from truth.edits import ITEMS, PAIRS, VERSIONS, Edit, edit, names_in
from truth.figure import Figure, counted

SECTION = "redlines"

PAGES = (
    "other_gov_sanctions_page_versions",
    "us_federal_labelled_pairs",
    "us_state_cuba_list_versions",
    "us_whitehouse_news_listing_versions",
    "us_whitehouse_pairs_2017_2020",
)
"""Folders of successive whole pages of other publishers, one page a folder or all in one."""

LONGEST = 1.5
"""Words a redline may mark for each word of the shortest edit: what reads well takes a few more."""
IN_A_ROW = 8
"""Words in a row that, gone in one place and come in another, are one passage that an editor would not mark twice."""
MOST_EDITS = 20
"""Edits in a hundred marked words above which a block is confetti."""
FEW_WORDS = 20
"""Marked words below which a block's edits are too few to rate."""
_STOP_WORDS = "a an and are as at be by for from has have in is it of on or that the this to was will"
STOP_WORDS = frozenset(_STOP_WORDS.split())


class Redline(NamedTuple):
    """An edit and what we mark of its body."""

    edit: Edit
    changes: tuple[BlockChange, ...]

    @property
    def name(self) -> str:
        """The edit's name."""
        return self.edit.name


def figures(one_in: int = 1) -> Iterator[Figure]:
    """Whole redlines first, then their blocks, then the single edits; of one edit in so many."""
    found = [Redline(each, compare(each.before, each.after).blocks) for each in _edits(one_in)]
    yield _of(found, "gives both texts back exactly", gives_back, 1)
    yield _of(found, "is as long the other way round", as_long_back, 1)
    rewritten = [each for each in found if each.changes and _shortest(each.edit)]
    yield _of(rewritten, f"marks at most {LONGEST} times the shortest edit", is_short, 0.95)
    yield _of_blocks(found, "block: one other word is marked alone", is_one_word, marks_one_word, 1)
    yield _of_blocks(found, f"block: at most {MOST_EDITS} edits in 100 words", _is_long, is_whole, 0.95)
    yield _stop_words(found)
    yield _once(found)


def _of(found: Sequence[Redline], name: str, right: Callable[[Redline], bool], aim: float) -> Figure:
    return counted(SECTION, name, [each.name for each in found if not right(each)], len(found), aim)


def _of_blocks(
    found: Sequence[Redline],
    name: str,
    counts: Callable[[BlockChange], bool],
    right: Callable[[BlockChange], bool],
    aim: float,
) -> Figure:
    rated = [(each.name, change) for each in found for change in each.changes if counts(change)]
    return counted(SECTION, name, [edit_name for edit_name, change in rated if not right(change)], len(rated), aim)


# --- the edits -------------------------------------------------------------------------------------------------------


def _edits(one_in: int) -> Iterator[Edit]:
    """The edits between two statements of this corpus, one in so many."""
    names = (name for folder in PAIRS | ITEMS | VERSIONS for name in names_in(folder))
    yield from filter(None, map(edit, islice(names, 0, None, one_in)))
    for old, new in islice(chain.from_iterable(map(_neighbours, PAGES)), 0, None, one_in):
        name = f"{new.parent.relative_to(CORPUS)}/{new.name}"
        yield Edit(name, *(_page(path.read_bytes()) for path in (old, new)))


def _neighbours(folder: str) -> Iterator[tuple[Path, Path]]:
    """A page's file and its next one."""
    files = sorted((CORPUS / folder).rglob("*.html"))
    for _, of_one_page in groupby(files, key=lambda path: path.parent):
        yield from pairwise(of_one_page)


def _page(body: bytes) -> Statement:
    """A whole page of any publisher, read for its words alone."""
    page = tree(decode(body, "text/html; charset=utf-8")[0])
    main = (*page.css("main"), *page.css("article"), *filter(None, [page.body]))[0]
    heading = page.css("h1")
    return Statement("https://page.example/", text(heading[0]) if heading else "", "plain", body=blocks(main, ""))


# --- both texts ------------------------------------------------------------------------------------------------------


def gives_back(each: Redline) -> bool:
    """Whether each block's spans give both its texts, and the two bodies without the marked blocks are one text."""
    exact = all(
        "".join(span.text for span in change.spans if span.op is not other) == (block.text if block else "")
        for change in each.changes
        for block, other in ((change.before, Op.INSERT), (change.after, Op.DELETE))
    )
    before = _unmarked(each.edit.before.body, [change.before for change in each.changes if change.before])
    after = _unmarked(each.edit.after.body, [change.after for change in each.changes if change.after])
    return exact and before == after


def _unmarked(body: Sequence[Block], marked: Sequence[Block]) -> str:
    """The text of the blocks that are not marked, nor part of neighbours marked as one."""
    own = {id(block) for block in marked}
    joined = {block.text for block in marked} - {block.text for block in body if id(block) in own}
    left: list[str] = []
    place = 0
    while place < len(body):
        size = 1 if id(body[place]) in own else _joined_size(body[place:], joined)
        left += [] if size else [body[place].text]
        place += size or 1
    return " ".join(left)


def _joined_size(body: Sequence[Block], joined: set[str]) -> int:
    """How many blocks from the first on are one marked text together; 0 where they are none."""
    opened = [whole for whole in joined if whole.startswith(body[0].text)]
    text_so_far = body[0].text
    for size, block in enumerate(body[1:] if opened else (), 2):
        text_so_far = f"{text_so_far} {block.text}"
        if text_so_far in opened:
            return size
        if not any(whole.startswith(text_so_far) for whole in opened):
            break
    return 0


def as_long_back(each: Redline) -> bool:
    """Whether as many words go one way as come the other."""
    back = Redline(each.edit, compare(each.edit.after, each.edit.before).blocks)
    return _count(each, Op.INSERT) == _count(back, Op.DELETE) and _count(each, Op.DELETE) == _count(back, Op.INSERT)


# --- length ----------------------------------------------------------------------------------------------------------


def is_short(each: Redline) -> bool:
    """Whether it marks little more than the shortest edit of the words would."""
    return _count(each, Op.INSERT) + _count(each, Op.DELETE) <= LONGEST * _shortest(each.edit)


def _count(each: Redline, op: Op) -> int:
    return sum(_words(span) for change in each.changes for span in change.spans if span.op is op)


def _shortest(each: Edit) -> int:
    """Words that go and come at least, between the two bodies as one line of words each."""
    before, after = ([word for block in side.body for word in block.text.split()] for side in (each.before, each.after))
    return Indel.distance(before, after)


def _words(span: Span) -> int:
    return len(span.text.split())


# --- confetti --------------------------------------------------------------------------------------------------------


def is_one_word(change: BlockChange) -> bool:
    """Whether a block of several words differs by one word alone, put in another's place."""
    before, after = ((block.text if block else "").split() for block in (change.before, change.after))
    differing = sum(old != new for old, new in zip(before, after, strict=False))
    return len(before) == len(after) > 1 and differing == 1


def marks_one_word(change: BlockChange) -> bool:
    """Whether one word is marked as gone and one as come, and no more."""
    return [_words(span) for span in change.spans if span.op is not Op.EQUAL] == [1, 1]


def _is_long(change: BlockChange) -> bool:
    return change.before is not None and change.after is not None and _marked(change) >= FEW_WORDS


def is_whole(change: BlockChange) -> bool:
    """Whether the marked words stand in edits long enough to be read."""
    edits = sum(not equal for equal, _ in groupby(change.spans, key=lambda span: span.op is Op.EQUAL))
    return edits * 100 <= MOST_EDITS * _marked(change)


def _marked(change: BlockChange) -> int:
    return sum(_words(span) for span in change.spans if span.op is not Op.EQUAL)


def _stop_words(found: Sequence[Redline]) -> Figure:
    """How often words kept between two edits say something."""
    kept = [
        (each.name, span)
        for each in found
        for change in each.changes
        for span in change.spans[1:-1]
        if span.op is Op.EQUAL and span.text.strip()
    ]
    lone = [name for name, span in kept if {word.lower() for word in span.text.split()} <= STOP_WORDS]
    return counted(SECTION, "words kept between edits are no stop words alone", lone, len(kept), 0.99)


def _once(found: Sequence[Redline]) -> Figure:
    """Whether blocks long enough to be told again are marked once: not as gone here and come there."""
    whole = [(each, change) for each in found for change in each.changes if not (change.before and change.after)]
    rated = [(each, change) for each, change in whole if any(_rows(_text_words(change)))]
    twice = [each.name for each, change in rated if stays(each, change)]
    return counted(SECTION, "block: what went did not stay, what came is new", twice, len(rated), 0.98)


def stays(each: Redline, change: BlockChange) -> bool:
    """Whether most of a block that went or came stands in what came or went of this edit, eight words in a row."""
    other = Op.INSERT if change.after is None else Op.DELETE
    texts = [span.text.split() for marked in each.changes for span in marked.spans if span.op is other]
    rows = {row for words in texts for row in _rows(words)}
    own = list(_rows(_text_words(change)))
    return sum(row in rows for row in own) * 2 > len(own)


def _text_words(change: BlockChange) -> list[str]:
    block = change.before or change.after
    return block.text.split() if block else []


def _rows(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(words[place : place + IN_A_ROW]) for place in range(len(words) - IN_A_ROW + 1))
