"""The real pages: where they lie, and how they are read."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from monitor.compare import compare
from monitor.disclose import kind, verdict
from monitor.errors import ParseError
from monitor.html import decode
from monitor.models import Comparison, Kind, Outcome, Statement, Verdict
from monitor.parsers.govuk import Parser

CORPUS = Path(os.environ.get("MONITOR_CORPUS") or Path(__file__).parent.parent.parent / "shared" / "corpus")
"""The folder of real pages, told by `$MONITOR_CORPUS`."""

PAGE = "https://www.gov.uk/page"
"""The address of a page whose own is not known."""

ONE_IN = 4
"""Of so many pages the tests read one, where all of them take long; `make truth` reads all."""

ABSENT = f"the folder of real pages is not at {CORPUS}: tell where it is with $MONITOR_CORPUS"


def folders(kind_of_pages: str) -> list[Path]:
    """The folders of one kind, sorted; empty where this corpus has none of them."""
    return sorted(path for path in (CORPUS / kind_of_pages).glob("*") if path.is_dir())


def read(path: Path, url: str = PAGE) -> Statement | Outcome:
    """The GOV.UK statement saved in a file, or the outcome that the page is refused with."""
    html, _ = decode(path.read_bytes(), "text/html; charset=utf-8")
    return parsed(html, url)


def parsed(html: str, url: str = PAGE) -> Statement | Outcome:
    """The GOV.UK statement, or the outcome that the page is refused with."""
    try:
        return Parser().statement(html, url)
    except ParseError as refused:
        return Outcome(refused.outcome)


class Pair(NamedTuple):
    """Two looks at one page with what is known of them, and what we say of it; None where one is no statement."""

    name: str
    label: dict[str, Any]
    before: Statement | Outcome
    after: Statement | Outcome
    comparison: Comparison | None = None
    kind: Kind | None = None
    verdict: Verdict | None = None

    @property
    def told(self) -> str:
        """What we say in a word or two: "edited silent", "unchanged", "gone then page"."""
        if self.comparison is None or self.verdict is None:
            return " then ".join(side.value if isinstance(side, Outcome) else "page" for side in self[2:4])
        return f"{self.kind} {self.verdict.disclosure}" if self.kind else "unchanged"


@cache
def pairs(kind_of_pages: str) -> tuple[Pair, ...]:
    """Every labelled pair of one kind."""
    return tuple(pair(folder) for folder in folders(kind_of_pages) if (folder / "label.json").is_file())


def pair(folder: Path) -> Pair:
    """The pair in a folder: `before.html`, `after.html`, `label.json`."""
    label = json.loads((folder / "label.json").read_text(encoding="utf-8"))
    before, after = (read(folder / f"{side}.html", label["url"]) for side in ("before", "after"))
    if isinstance(before, Outcome) or isinstance(after, Outcome):
        return Pair(folder.name, label, before, after)
    comparison = compare(before, after)
    told = kind(before, after, comparison), verdict(before, after, comparison)
    return Pair(folder.name, label, before, after, comparison, *told)
