"""How the daemon's log looks: one line an event."""

import logging
import os
from typing import Any, TextIO

import structlog


def set_up_logs(form: str) -> None:
    """One line an event, to stderr: `console` for people, `json` for machines."""
    last: Any = structlog.processors.JSONRenderer() if form == "json" else _plain
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        logger_factory=structlog.PrintLoggerFactory(_stderr()),
        cache_logger_on_first_use=False,
    )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def _stderr() -> TextIO:
    return os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8", errors="backslashreplace")


def _plain(_logger: object, _method: str, event: dict[str, Any]) -> str:
    """`2026-11-24T10:00:00Z info     checked  key=value …`, values quoted where they need it."""
    head = f"{event.pop('timestamp')} {event.pop('level'):<8} {event.pop('event')}"
    trace = event.pop("exception", None)
    pairs = (f"{key}={_quoted(value)}" for key, value in event.items() if value is not None)
    return " ".join((head, *pairs)) + (f"\n{trace}" if trace else "")


def _quoted(value: object) -> str:
    text = str(value)
    return text if text.isprintable() and " " not in text and text else repr(text)
