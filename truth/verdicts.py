"""What we say of labelled pairs of pages, against their labels."""

from collections.abc import Callable, Iterator

from truth.corpus import Pair, pairs
from truth.figure import Figure, counted

SECTION = "verdicts"


def figures() -> Iterator[Figure]:
    """A figure for each class of pairs."""
    yield _figure("silent", "govuk_pairs_silent", lambda pair: pair.told == "edited silent", 0.99)
    yield _figure("announced", "govuk_pairs_announced", lambda pair: pair.told == "edited announced", 1)


def _figure(name: str, kind_of_pages: str, right: Callable[[Pair], bool], aim: float) -> Figure:
    found = list(pairs(kind_of_pages))
    misses = [f"{pair.name}: {pair.told}, labelled {pair.label['label']}" for pair in found if not right(pair)]
    return counted(SECTION, name, misses, len(found), aim)
