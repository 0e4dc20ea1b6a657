"""GOV.UK's real pages, where they lie: the figures of `make truth` reach their aims, and the parser keeps its laws."""

import pytest

from monitor.models import Statement
from monitor.parsers.govuk import Parser
from truth import fields
from truth.corpus import ABSENT, CORPUS, ONE_IN, read

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=ABSENT)


def test_every_field_of_every_page_is_read_as_well_as_it_should_be() -> None:
    figures = [figure for figure in fields.figures(ONE_IN) if figure.total]
    assert figures
    assert [figure for figure in figures if figure.aim is not None and (figure.share or 0) < figure.aim] == []


def test_equal_essence_means_an_equal_statement_on_real_pages() -> None:
    seen: dict[bytes, Statement] = {}
    statements = 0
    for path in sorted(CORPUS.glob("govuk_rendered_*/**/*.html")):
        essence, found = Parser().essence(path.read_bytes()), read(path)
        if essence is not None and isinstance(found, Statement):
            statements += 1
            assert seen.setdefault(essence, found) == found, path
    assert len(seen) < statements
