"""A change in one line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import render
from monitor.models import (
    BlockChange,
    BlockOp,
    Comparison,
    FieldChange,
    Kind,
    Verdict,
)
from tests.edits import FUNDING, SILENT, edit, paragraph, spans

TITLE = FieldChange("title", "On floods", "On flooding", spans("On [-floods-]{+flooding+}"))
NOTE = FieldChange("notes", None, "2026-11-24: Figures corrected.")


@pytest.mark.parametrize(
    ("kind", "comparison", "verdict", "line"),
    [
        (Kind.EDITED, Comparison(blocks=(FUNDING,)), SILENT, "“£1.5 million” → “£15 million” under “Funding”"),
        (
            Kind.EDITED,
            Comparison((TITLE, NOTE), (FUNDING,)),
            SILENT,
            "“£1.5 million” → “£15 million” under “Funding”, and 1 more edit",
        ),
        (
            Kind.EDITED,
            Comparison((NOTE, TITLE), (FUNDING,)),
            None,
            "title: “floods” → “flooding”, and 1 more edit",
        ),
        (Kind.EDITED, Comparison((NOTE,)), None, "update history: “2026-11-24: Figures corrected.” added"),
        (Kind.EDITED, Comparison((NOTE,), (edit("a [-b-]", ""),)), None, "“b” removed in the body"),
        (
            Kind.EDITED,
            Comparison(blocks=(BlockChange(BlockOp.MOVED, "Ports", paragraph("Hull"), paragraph("Hull")),)),
            None,
            "moved here under “Ports”",
        ),
        (Kind.EDITED, Comparison((FieldChange("people", "A", "B", metadata=True),)), None, "edited"),
        (Kind.REMOVED, Comparison(), None, "removed"),
        (
            Kind.RESTORED,
            Comparison(blocks=(FUNDING,)),
            SILENT,
            "restored: “£1.5 million” → “£15 million” under “Funding”",
        ),
        (
            Kind.WITHDRAWN,
            Comparison((FieldChange("withdrawn", None, "2026-11-24: Out of date."),)),
            None,
            "withdrawn: Out of date.",
        ),
        (Kind.REINSTATED, Comparison((FieldChange("withdrawn", "Out of date.", None),)), None, "reinstated"),
        (Kind.PUBLISHED, Comparison(), None, "published"),
    ],
)
def test_a_summary_says_the_most_telling_edit(
    kind: Kind, comparison: Comparison, verdict: Verdict | None, line: str
) -> None:
    assert render.summary(kind, comparison, verdict) == line


@given(st.text(), st.text(), st.sampled_from(Kind))
@settings(max_examples=100, deadline=None)
def test_a_summary_is_one_short_line(before: str, after: str, kind: Kind) -> None:
    fields = tuple(FieldChange(name, before, after) for name in ("title", "withdrawn", "lead"))
    line = render.summary(kind, Comparison(fields), None)
    assert (len(line) <= 140, len(line.splitlines()), bool(line)) == (True, 1, True)
