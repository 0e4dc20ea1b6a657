"""Pages read for a person, not for the record: what `parse` and `compare` show."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor import disclose
from monitor.check import read as read_page
from monitor.compare import compare as compare_statements
from monitor.errors import UsageError
from monitor.models import (
    Comparison,
    Fetch,
    Http,
    Outcome,
    ParserSettings,
    Reading,
    Role,
    Statement,
    canonical,
)

if TYPE_CHECKING:
    from monitor.config import Config

TYPES = {".xml": "application/xml", ".atom": "application/atom+xml", ".rss": "application/rss+xml"}
"""What a saved file is served as, by its ending; anything else is taken for HTML."""


async def read(target: str, url: str | None, config: "Config | None") -> Reading:
    """The reading of a file or an address; `url` says where a file came from, and picks its parser.

    Raises:
        UsageError: the file cannot be read.
    """
    if urlsplit(target).scheme in ("http", "https"):
        fetch = await _fetched(target, config.http if config else Http())
    else:
        fetch = _opened(target, url or "")
    if fetch.outcome:
        return Reading(fetch.outcome, fetch.detail)
    return read_page(fetch, parser_of(url or target, config), Role.STATEMENT)


async def compare(
    before: str, after: str, url: str | None, config: "Config | None"
) -> tuple[dict[str, Any], Comparison | None]:
    """What differs between two saved pages, as the row `compare --json` prints, and the comparison behind it."""
    old, new = await read(before, url, config), await read(after, url, config)
    if old.statement is None or new.statement is None:
        return _no_statement(new if new.statement is None else old), None
    comparison = compare_statements(old.statement, new.statement)
    kind = disclose.kind(old.statement, new.statement, comparison)
    judged = kind and not disclose.is_notice_alone(kind, comparison)
    verdict = disclose.verdict(old.statement, new.statement, comparison) if judged else None
    row = {
        "kind": kind.value if kind else Outcome.UNCHANGED.value,
        "disclosure": verdict.disclosure.value if verdict else None,
        "reasons": list(verdict.reasons) if verdict else [],
        "signals": [{"signal": s.name.value, "words": list(s.words)} for s in verdict.signals] if verdict else [],
        "fields": list(comparison.field_names),
        "words_added": comparison.words_added,
        "words_removed": comparison.words_removed,
    }
    return row, comparison


def parser_of(url: str, config: "Config | None") -> ParserSettings:
    """The parser of the source that names this address, else of one that watches the same host, else `govuk`."""
    sources = config.sources if config else ()
    host = urlsplit(url).netloc
    for source in sources:
        if canonical(url) in map(canonical, source.pages):
            return source.parser
    for source in sources:
        if host and host in {urlsplit(address).netloc for address in (*source.pages, source.listing or "")}:
            return source.parser
    return ParserSettings()


def statement_row(statement: Statement) -> dict[str, Any]:
    """The statement as `parse --json` prints it; what the page does not say is null."""
    row = asdict(statement)
    for name in ("keeps_history", "related", "offers_emails", "modified_at"):
        del row[name]
    row["parser"] = row.pop("parser")
    row["url"] = statement.url or None
    return row


def statement_text(statement: Statement) -> str:
    """The statement as a person reads it: the fields that are there, then the body."""
    row = statement_row(statement)
    notes = [f"  {note.at or '?'}  {note.text}" for note in statement.notes]
    files = [f"  {file.title} ({file.details or 'no details'}) {file.url}" for file in statement.attachments]
    plain = {key: row[key] for key in row if isinstance(row[key], str) and key != "title"}
    people = {key: ", ".join(row[key]) for key in ("publishers", "people") if row[key]}
    lines = [statement.title, *(f"{key.replace('_', ' ')}: {value}" for key, value in (plain | people).items())]
    if statement.withdrawn:
        lines.append(f"withdrawn: {statement.withdrawn.at or '?'}  {statement.withdrawn.explanation}")
    lines += (["notes:", *notes] if notes else []) + (["attachments:", *files] if files else [])
    return "\n".join([*lines, "", *(_block_text(block.kind, block.level, block.text) for block in statement.body)])


def _block_text(kind: str, level: int, text: str) -> str:
    marks = {"heading": f"\n{'#' * level} ", "list_item": f"{'  ' * level}- ", "cell": "| ", "quotation": "> "}
    return f"{marks.get(kind, '')}{text}"


def _no_statement(reading: Reading) -> dict[str, Any]:
    outcome = reading.outcome or Outcome.PARSE
    reasons = [reading.detail] if reading.detail else []
    empty: dict[str, Any] = {"signals": [], "fields": [], "words_added": 0, "words_removed": 0}
    return {"kind": outcome.value, "disclosure": None, "reasons": reasons, **empty}


def _opened(target: str, url: str) -> Fetch:
    path = Path(target)
    try:
        body = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{target}: cannot be read: {error.strerror}") from error
    return Fetch(url, status=200, content_type=TYPES.get(path.suffix, "text/html"), body=body)


async def _fetched(url: str, http: Http) -> Fetch:
    from monitor.fetch import Fetcher

    fetcher = Fetcher(http)
    try:
        return await fetcher.fetch(url, None, None)
    finally:
        await fetcher.aclose()
