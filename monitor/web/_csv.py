"""Rows as CSV (RFC 4180) that a spreadsheet opens as what it is: text in UTF-8, and no formula. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from starlette.responses import Response

MARK = "\ufeff"
"""The byte order mark: without it Excel takes the file for the local code page, and "£" for "Â£". Programs that mind it
have the JSON of the same rows."""

FORMULAE = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run (OWASP, "CSV Injection"); an apostrophe before it makes it text."""


def written(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    """The rows, these columns of them, under their names."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return (MARK + text.getvalue()).encode()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAE) else value


def response(name: str, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Response:
    """The rows as a file to be saved."""
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(written(rows, columns), headers=headers, media_type="text/csv; charset=utf-8; header=present")
