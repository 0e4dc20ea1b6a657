"""What we read of GOV.UK's pages, field by field, against the JSON they were made of; and that every page is read."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from monitor.models import BlockKind, Outcome, Statement
from truth.corpus import CORPUS, read
from truth.fields_body import SITE, links, of_template, strings, texts
from truth.fields_expected import expected
from truth.fields_outcomes import due, has_text
from truth.fields_shown import body, cases
from truth.fields_text import solid
from truth.figure import Figure, counted

SECTION = "fields"
AIM = 0.995

RENDERED = "govuk_rendered_2026"
AGAIN = "govuk_rendered_noise_pairs"
EDITIONS = "govuk_rendered_edition_pairs"
WITHOUT_JSON = ("govuk_main_*", "govuk_full_*", "govuk_versions_main")
EXAMPLES = "govuk_content_api_examples"


class Page(NamedTuple):
    """A page and the JSON it was made of; `name` is where it lies."""

    name: str
    html: str
    source: dict[str, Any]
    found: Statement | Outcome


def figures(one_in: int = 1) -> Iterator[Figure]:
    """A figure for each field, one for all of them; then the outcomes, a folder each; of one page in so many."""
    misses: dict[str, list[str]] = defaultdict(list)
    total = 0
    for page in islice(made_of_json(), 0, None, one_in):
        if due(page.html) is None:
            total += 1
            for field, miss in compared(page):
                misses[field] += [f"{page.name}: {miss}"] if miss else []
    yield from (counted(SECTION, field, misses[field], total, AIM) for field in misses)
    yield counted(SECTION, "all fields", [miss for each in misses.values() for miss in each], total * len(misses), AIM)
    yield from _shown(one_in)
    yield from (_outcomes(folder, one_in) for folder in sorted(CORPUS.glob("govuk_*")) if any(folder.glob("**/*.html")))


# --- field by field --------------------------------------------------------------------------------------------------


def made_of_json() -> Iterator[Page]:
    """Every page whose JSON is there: rendered from an official example, now or by earlier templates, or an edition."""
    for path in sorted((CORPUS / RENDERED).glob("*.html")):
        yield from _page(path, _example(path.stem))
    for path in sorted((CORPUS / AGAIN).glob("*/*.html")):
        yield from _page(path, _example(path.parent.name))
    for path in sorted((CORPUS / EDITIONS).glob("*/*.html")):
        yield from _page(path, path.with_suffix(".json"))


def _example(name: str) -> Path:
    """The example that "speech__withdrawn-speech" was rendered from."""
    kind, _, example = name.partition("__")
    return CORPUS / EXAMPLES / kind / f"{example}.json"


def _page(path: Path, json_path: Path) -> Iterator[Page]:
    if json_path.is_file():
        source = json.loads(json_path.read_text(encoding="utf-8"))
        found = read(path, f"{SITE}{source['base_path']}")
        yield Page(str(path.relative_to(CORPUS)), path.read_text(encoding="utf-8"), source, found)


def compared(page: Page) -> Iterator[tuple[str, str | None]]:
    """Each field by name, with what we say and what is true where the two differ; refused pages miss every field."""
    found = page.found
    for field, true in expected(page.source, page.html).items():
        ours = found if isinstance(found, Outcome) else SAID[field](found) if field in SAID else getattr(found, field)
        yield field, None if ours == true else f"{ours!r}, not {true!r}"
    for field, missed in BODY.items():
        yield field, found if isinstance(found, Outcome) else missed(found, page.source)


SAID: dict[str, Callable[[Statement], object]] = {
    "publishers": lambda found: tuple(sorted(found.publishers)),
    "people": lambda found: tuple(sorted(found.people)),
    "notes": lambda found: tuple((note.at, note.text) for note in found.notes),
    "withdrawn": lambda found: (found.withdrawn.at, found.withdrawn.explanation) if found.withdrawn else None,
    "translations": lambda found: tuple(sorted((other.language, other.url) for other in found.translations)),
    "attachments": lambda found: tuple(
        sorted(((file.title, file.url, file.details) for file in found.attachments), key=str)
    ),
}
"""Fields of several values as plain tuples, in an order of their own where the page's is the template's business."""


def _lost(found: Statement, source: dict[str, Any]) -> str | None:
    """The texts of the JSON that do not stand whole in the body; images are no text."""
    whole = body(found)
    lost = [text for html in texts(source) if (text := solid(html)) not in whole]
    return f"lost: {[f'{text:.60}' for text in lost]}" if lost else None


def _unlinked(found: Statement, source: dict[str, Any]) -> str | None:
    """The links of the JSON's texts that the body has not."""
    ours = {link.url for block in found.body for link in block.links}
    missing = [address for address in links(source) if address not in ours]
    return f"unlinked: {missing}" if missing else None


def _strange(found: Statement, source: dict[str, Any]) -> str | None:
    """The blocks of the body that neither the JSON nor the templates know."""
    known = "\n".join(map(solid, strings(source)))
    shown = (block.text for block in found.body if block.kind is not BlockKind.IMAGE)
    strange = [text for text in shown if _solid(text) not in known and not of_template(text, known)]
    return f"strange: {strange}" if strange else None


BODY = {"body, nothing lost": _lost, "body, nothing but text": _strange, "body, links": _unlinked}


def _solid(text: str) -> str:
    return "".join(text.split())


# --- pages without JSON ---------------------------------------------------------------------------------------------


def _shown(one_in: int) -> Iterator[Figure]:
    """A figure for each field, over all pages saved without their JSON that show it."""
    misses: dict[str, list[str]] = defaultdict(list)
    totals: Counter[str] = Counter()
    paths = [path for folders in WITHOUT_JSON for path in sorted(CORPUS.glob(f"{folders}/**/*.html"))]
    for path in paths[::one_in]:
        found = read(path)
        if isinstance(found, Statement):
            for field, ours, true in cases(found, path.read_text(encoding="utf-8", errors="replace")):
                totals[field] += 1
                if ours != true:
                    misses[field].append(f"{path.relative_to(CORPUS)}: {ours!s:.300}, shown {true!s:.300}")
    yield from (counted(SECTION, f"as shown: {field}", misses[field], totals[field], AIM) for field in totals)


# --- page by page ----------------------------------------------------------------------------------------------------


def _outcomes(folder: Path, one_in: int) -> Figure:
    """That each page of a folder is a statement that says something, or is refused as what it is."""
    pages = sorted(folder.glob("**/*.html"))[::one_in]
    misses = [miss for path in pages if (miss := _misread(path))]
    return counted(SECTION, f"read or rightly refused: {folder.name}", misses, len(pages), AIM)


def _misread(path: Path) -> str | None:
    found, html = read(path), path.read_text(encoding="utf-8", errors="replace")
    said = found.value if isinstance(found, Outcome) else None
    if said != due(html):
        return f"{path.relative_to(CORPUS)}: {said or 'a statement'}, not {due(html) or 'a statement'}"
    if isinstance(found, Statement) and not found.body and not found.attachments and has_text(html):
        return f"{path.relative_to(CORPUS)}: a statement of nothing"
    return None
