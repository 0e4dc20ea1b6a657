"""What the whole program makes of the successive versions of real pages, read where they lie."""

import pytest

from truth import histories
from truth.corpus import ABSENT, CORPUS, ONE_IN

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=ABSENT)


def test_versions_and_changes_are_those_that_the_pages_own_histories_imply() -> None:
    figures = [figure for figure in histories.figures(ONE_IN) if figure.total]
    assert figures
    assert [figure for figure in figures if figure.share != figure.aim] == []
