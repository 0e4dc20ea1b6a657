"""Values come back from JSON as they were."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.models import Block, BlockKind, Comparison, Note, Statement, Verdict
from monitor.stores._json import from_json, to_json

TEXT = st.text(max_size=8)
st.register_type_strategy(str, TEXT)


@pytest.mark.parametrize("kind", [Statement, Comparison, Verdict])
def test_a_value_comes_back_as_it_was(kind: Any) -> None:
    @settings(max_examples=30, deadline=None)
    @given(st.from_type(kind))
    def law(value: Any) -> None:
        assert from_json(kind, to_json(value)) == value

    law()


def test_what_is_stored_can_be_read_and_leaves_defaults_out() -> None:
    body = (Block(BlockKind.HEADING, "Costs", 2), Block(BlockKind.PARAGRAPH, "£15 million"))
    statement = Statement("https://a.example/1", "Lamps", "govuk-1", notes=(Note(None, "Updated."),), body=body)
    assert json.loads(to_json(statement)) == {
        "url": "https://a.example/1",
        "title": "Lamps",
        "parser": "govuk-1",
        "notes": [{"at": None, "text": "Updated."}],
        "body": [
            {"kind": "heading", "text": "Costs", "level": 2},
            {"kind": "paragraph", "text": "£15 million"},
        ],
    }
    assert "£15 million" in to_json(statement)


def test_what_is_no_such_value_is_refused() -> None:
    with pytest.raises(ValueError, match="title"):
        from_json(Statement, '{"url": "https://a.example/1"}')
