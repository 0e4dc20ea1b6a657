"""Statements, comparisons and verdicts as JSON text and back, exactly. Pure.

Fields that hold their default are left out, so that what is stored is short and can be read.
"""

from typing import Any, TypeVar

from pydantic import TypeAdapter

from monitor.models import Comparison, QuoteChange, Statement, Verdict

Value = TypeVar("Value", Statement, Comparison, Verdict)

_ADAPTERS: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in (Statement, Comparison, Verdict)}


_QUOTES: TypeAdapter[tuple[QuoteChange, ...]] = TypeAdapter(tuple[QuoteChange, ...])


def quotes_to_json(quotes: tuple[QuoteChange, ...]) -> str | None:
    """What became of watched quotes, as a JSON list; None where there is none."""
    return _QUOTES.dump_json(quotes, exclude_defaults=True).decode() if quotes else None


def quotes_from_json(text: str | None) -> tuple[QuoteChange, ...]:
    """What `quotes_to_json` wrote.

    Raises:
        ValueError: `text` is no such list.
    """
    return _QUOTES.validate_json(text) if text else ()


def to_json(value: Statement | Comparison | Verdict) -> str:
    """The value as a JSON object."""
    return _ADAPTERS[type(value)].dump_json(value, exclude_defaults=True).decode()


def from_json(kind: type[Value], text: str) -> Value:
    """The value that `to_json` wrote.

    Raises:
        ValueError: `text` is no such value.
    """
    value: Value = _ADAPTERS[kind].validate_json(text)
    return value
