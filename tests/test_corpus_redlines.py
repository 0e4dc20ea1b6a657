"""Redlines of real edits, read where they lie: the figures of `make truth` reach their aims."""

import pytest

from truth import redlines
from truth.corpus import ABSENT, CORPUS, ONE_IN


@pytest.mark.skipif(not CORPUS.is_dir(), reason=ABSENT)
def test_redlines_reach_their_aims() -> None:
    missed = [
        (figure.name, figure.misses)
        for figure in redlines.figures(ONE_IN)
        if figure.aim is not None and figure.share is not None and figure.share < figure.aim
    ]
    assert missed == []
