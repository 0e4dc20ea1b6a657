"""Verdicts on pairs of real pages and on edits staged on them: the figures of `make truth` reach their aims."""

import pytest

from monitor.compare import content_hash
from monitor.models import Statement
from truth import staged, verdicts
from truth.corpus import ABSENT, CORPUS, ONE_IN, pairs

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=ABSENT)


def test_every_class_of_pairs_is_judged_as_well_as_it_should_be() -> None:
    figures = [figure for figure in verdicts.figures() if figure.total]
    assert figures
    missed = [figure for figure in figures if figure.aim is not None and (figure.share or 0) < figure.aim]
    assert missed == []


def test_edits_staged_on_real_pages_are_told_for_what_they_are() -> None:
    figures = [figure for figure in staged.figures(ONE_IN) if figure.total]
    assert figures
    assert [figure for figure in figures if figure.share != figure.aim] == []


def test_every_silent_edit_shows_in_some_field() -> None:
    compared = [pair for pair in pairs("govuk_pairs_silent") if pair.comparison is not None]
    assert [(pair.name, pair.label["word_diff"]) for pair in compared if not pair.comparison] == []


@pytest.mark.parametrize("folder", [folder for folder, _, _ in verdicts.CLASSES.values()] + [verdicts.EDITIONS])
def test_hashes_are_equal_just_where_nothing_differs(folder: str) -> None:
    compared = [
        (pair.name, content_hash(pair.before) == content_hash(pair.after), not pair.comparison)
        for pair in pairs(folder)
        if isinstance(pair.before, Statement) and isinstance(pair.after, Statement)
    ]
    assert [each for each in compared if each[1] is not each[2]] == []
