"""Regular expressions that the user wrote: which of them may be used. Pure.

A bad one can take for ever: the worst are refused when the configuration is read, and what is matched is matched in a
child that can be killed.
"""

import re
from typing import Any

PATTERN_MOST = 500
"""Characters of a pattern."""


def lint(expression: str) -> None:
    """Nothing, where the expression can be used.

    Raises:
        ValueError: it is no regular expression, or one that can take for ever.
    """
    lint_length(expression)
    try:
        re.compile(expression)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"expected a regular expression: {error}") from None
    if _repeats_repeated(expression):
        raise ValueError("expected no repetition inside a repetition, such as (a+)+: it can take for ever")


def lint_length(text: str) -> None:
    """Nothing, where a pattern of whatever kind is no longer than anybody writes one.

    Raises:
        ValueError: it is.
    """
    if len(text) > PATTERN_MOST:
        raise ValueError(f"expected at most {PATTERN_MOST} characters")


def _repeats_repeated(expression: str) -> bool:
    """Whether something that is repeated without end is inside something that is, too."""
    from re import _parser  # type: ignore[attr-defined] # the standard library's own reading of an expression

    return _nested(_parser.parse(expression), inside=False)


def _nested(parsed: Any, *, inside: bool) -> bool:
    for code, argument in parsed:
        name = str(code)
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            _, most, repeated = argument
            endless = most > PATTERN_MOST
            if (endless and inside) or _nested(repeated, inside=inside or endless):
                return True
        elif any(_nested(part, inside=inside) for part in _parts(argument)):
            return True
    return False


def _parts(argument: Any) -> list[Any]:
    """The expressions inside one item of an expression."""
    if hasattr(argument, "data"):
        return [argument]
    if isinstance(argument, tuple | list):
        return [part for each in argument for part in _parts(each)]
    return []
