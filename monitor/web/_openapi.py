"""The description of `/api/…` (OpenAPI 3.1), made of the models that make the answers. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic.json_schema import models_json_schema

from monitor.models import Disclosure, Kind, SignalName
from monitor.stores._reading_pages import STATES
from monitor.web._api_models import Answer, Fault


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query: what it may be, and what for."""

    name: str
    words: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """A GET: where, what for, what it answers, what may be asked besides."""

    path: str
    words: str
    model: type[Answer]
    parameters: tuple[Parameter, ...] = ()


TEXT = {"type": "string", "maxLength": 200}
ID = {"type": "integer", "minimum": 1}
DAY = {"type": "string", "format": "date"}

CHANGE_FILTERS = (
    Parameter("source", "Of this source", TEXT),
    Parameter("kind", "Of this kind", {"type": "string", "enum": [kind.value for kind in Kind]}),
    Parameter("disclosure", "Of this disclosure", {"type": "string", "enum": [each.value for each in Disclosure]}),
    Parameter("signal", "With this signal", {"type": "string", "enum": [name.value for name in SignalName]}),
    Parameter("words", "With these words in title, summary, note or text", TEXT),
    Parameter("from", "From this day (UTC) on", DAY),
    Parameter("to", "Up to this day (UTC), which is included", DAY),
    Parameter("alike", "This change and the same edit on other pages", ID),
    Parameter("page", "Of this page", ID),
    Parameter("unread", "Not marked as read", {"type": "string", "enum": ["1"]}),
)
PAGE_FILTERS = (
    Parameter("source", "Of this source", TEXT),
    Parameter("state", "In this state", {"type": "string", "enum": list(STATES)}),
    Parameter("words", "With these words in title or address", TEXT),
)
PLACES = (
    Parameter("before", "Those next below this id; `older` has it", ID),
    Parameter("after", "Those next above this id; `newer` has it", ID),
)
WORDS = (Parameter("q", "The words", {"type": "string", "maxLength": 1000}),)


def document(operations: Sequence[Operation], base: str) -> dict[str, Any]:
    """The whole description."""
    models = [(operation.model, "serialization") for operation in operations]
    _, defined = models_json_schema(
        [*models, (Fault, "serialization")],  # type: ignore[list-item]
        ref_template="#/components/schemas/{model}",
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Statement monitor",
            "version": "1",
            "description": "Reads what `monitor` recorded. Where a token is set: `Authorization: Bearer TOKEN`.",
        },
        "servers": [{"url": base}],
        "paths": {operation.path: {"get": _get(operation)} for operation in operations},
        "components": {
            "schemas": defined["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _get(operation: Operation) -> dict[str, Any]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": ID} for name in re.findall(r"{(\w+)}", operation.path)
    ]
    in_query = [
        {"name": each.name, "in": "query", "description": each.words, "schema": each.schema}
        for each in operation.parameters
    ]
    refused = {status: _answer(words, Fault) for status, words in _refusals(operation)}
    return {
        "summary": operation.words,
        "operationId": operation.model.__name__[0].lower() + operation.model.__name__[1:],
        "parameters": [*in_path, *in_query],
        "responses": {"200": _answer(operation.words, operation.model)} | refused,
    }


def _refusals(operation: Operation) -> list[tuple[str, str]]:
    found = [("400", "A parameter makes no sense")] if operation.parameters else []
    return found + ([("404", "There is no such thing")] if "{" in operation.path else [])


def _answer(words: str, model: type[Answer]) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"description": words, "content": {"application/json": {"schema": schema}}}
