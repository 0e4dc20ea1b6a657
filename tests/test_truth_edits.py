"""The edits that are labelled by hand, found by their names in the folder of real pages."""

import pytest

from truth.corpus import ABSENT, CORPUS
from truth.edits import edit
from truth.labels import LABELS, SETS, labelled


@pytest.mark.skipif(not CORPUS.is_dir(), reason=ABSENT)
def test_the_edits_of_the_last_set_are_found_and_their_labels_stand_on_the_pages() -> None:
    rows = (LABELS / f"{SETS[-1]}.jsonl").read_text(encoding="utf-8").splitlines()
    assert [found.stale for found in labelled(SETS[-1])] == [0] * len(rows)


@pytest.mark.parametrize("name", ["FOLDER/NAME", "FOLDER/NAME#0", "FOLDER/NAME/a.html..FOLDER/NAME/b.html"])
def test_an_edit_that_is_not_there_is_none(name: str) -> None:
    assert edit(name) is None
