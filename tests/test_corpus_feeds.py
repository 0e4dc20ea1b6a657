"""Items of real feeds, read where they lie: the figures of `make truth` reach their aims."""

import pytest

from truth import feeds
from truth.corpus import ABSENT, CORPUS, ONE_IN

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=ABSENT)


def test_every_text_of_an_item_is_told_as_well_as_it_should_be() -> None:
    figures = [figure for figure in feeds.figures(ONE_IN) if figure.total and figure.aim is not None]
    assert figures
    assert [figure for figure in figures if (figure.share or 0) < (figure.aim or 0)] == []
