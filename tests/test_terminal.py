"""What commands print: tables for people, JSON for programs, control characters shown and not obeyed."""

import json
import sys
from typing import Any

import pytest

from monitor import terminal

ROWS: list[dict[str, Any]] = [
    {"id": 12, "detected_at": "2026-11-24T10:00:00.123Z", "title": "Lock gates – [red]£15 million[/red]", "note": None},
    {"id": 3, "detected_at": None, "title": "Slipways", "note": "x"},
]


def test_as_json_every_key_is_printed_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.answer(ROWS, ("id",), as_json=True, empty="none")
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == ROWS


def test_no_rows_are_no_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.answer([], ("id",), as_json=True, empty="none")
    assert capsys.readouterr().out == ""


def test_a_table_has_the_columns_asked_for_and_takes_no_markup_from_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.answer(ROWS, ("id", "detected_at", "title"), as_json=False, empty="none")
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "id  detected at          title",
        "12  2026-11-24 10:00:00  Lock gates – [red]£15 million[/red]",
        "3                        Slipways",
    ]


def test_an_empty_table_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.answer([], ("id",), as_json=False, empty="no changes recorded")
    assert capsys.readouterr().out == "no changes recorded\n"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (7, "7"),
        ("£15 million", "£15 million"),
        ("two\nlines", "two\nlines"),
        ("\x1b]0;title\x07 \x1b[2J", r"\x1b]0;title\x07 \x1b[2J"),
        ("left\u202eright\u200b", r"left\u202eright\u200b"),
        (["a", 1], '["a", 1]'),
    ],
)
def test_a_value_cannot_command_the_terminal(value: object, expected: str) -> None:
    assert terminal.plain(value) == expected


def test_a_redline_in_a_pipe_is_plain_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    text = "Up to [-£1.5-]{+£15+} million " + "and more words " * 40
    terminal.redline(text)
    assert capsys.readouterr().out == text + "\n"


def test_progress_is_silent_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    assert not sys.stderr.isatty()
    with terminal.progress("looked at", shown=True) as advance:
        advance()
    assert capsys.readouterr() == ("", "")
