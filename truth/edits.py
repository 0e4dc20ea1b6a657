"""The real edits that are labelled by hand: which they are, and the text each label's positions count in.

An edit's name is its folder in the corpus and, where that holds successive texts, the number of the earlier one:
"govuk_pairs_silent/NAME", "us_state_press_item_edits/NAME.json#0", "govuk_editions_2017/TYPE/NAME#2". Where two folders
hold one page at different times, it is the two files: "FOLDER/NAME/after.html..FOLDER/NAME.html".
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from monitor.html import blocks, decode, text, tree
from monitor.models import Note, Statement
from monitor.parsers.css import Parser
from monitor.words import Run, runs, words
from truth.corpus import CORPUS, PAGE, read

PAIRS = {
    "govuk_pairs_silent": 109,
    "govuk_pairs_announced": 31,
    "govuk_pairs_announced_no_visible": 9,
    "govuk_pairs_travel_advice": 15,
    "govuk_rendered_edition_pairs": 30,
}
ITEMS = {"us_whitehouse_press_item_edits": 90, "us_state_press_item_edits": 60}
VERSIONS = {"govuk_versions_main": 294}
EDITIONS = "govuk_editions_2017"
OTHERS = {
    "uk_devolved_full_2020_daily/northern-ireland": Parser(title="h1", body=".pane-node-content"),
    "us_federal_labelled_pairs/truepos-image-removal": Parser(title="h1", body="#main-content"),
}
"""The folders of other publishers' pages, and how these are read."""
MOST_WORDS = 300
"""Words that came and went up to which an edit is chosen: beyond, a page was rewritten.

The sets drawn later hold what was left: the editions in English, and the longest edits of the other folders.
"""


class Edit(NamedTuple):
    """A page or item before and after."""

    name: str
    before: Statement
    after: Statement


def edit(name: str) -> Edit | None:
    """The edit of this name; None where it is no edit between two statements, or not in this corpus."""
    path, _, number = name.partition("#")
    try:
        before, after = _sides(path, number)
    except (OSError, IndexError):
        return None
    if not isinstance(before, Statement) or not isinstance(after, Statement):
        return None
    return Edit(name, before, after)


def _sides(path: str, number: str) -> tuple[object, object]:
    if path.startswith(EDITIONS):
        return _editions(path, int(number))
    if ".." in path:
        before, after = path.split("..")
        return read(CORPUS / before), read(CORPUS / after)
    return _items(path, int(number)) if path.endswith(".json") else _pages(path, number)


def label_text(statement: Statement) -> str:
    """What the positions of labels count in: title, lead, body, attachments, withdrawn notice; a line each."""
    files = (f"{file.title} ({file.details})" if file.details else file.title for file in statement.attachments)
    notice = statement.withdrawn.explanation if statement.withdrawn else ""
    return "\n".join(filter(None, (statement.text, *files, notice)))


def chosen() -> Iterator[str]:
    """The names of the edits to label: of each folder so many, in the order of their names' hashes."""
    for folder, most in (PAIRS | ITEMS | VERSIONS).items():
        names = sorted(names_in(folder), key=lambda name: sha256(name.encode()).hexdigest())
        yield from [name for name in names if _small(name)][:most]


def names_in(folder: str) -> Iterator[str]:
    """The names of all edits of one of these folders; none where this corpus has not got it."""
    for path in sorted((CORPUS / folder).glob("*")):
        name = f"{folder}/{path.name}"
        if folder in PAIRS:
            yield name
        elif folder in ITEMS:
            yield from (f"{name}#{number}" for number in range(len(_versions(name)) - 1))
        else:
            yield from (f"{name}#{number}" for number in range(len(list(path.glob("*.html"))) - 1))


def _small(name: str) -> bool:
    found = edit(name)
    if found is None:
        return False
    size = sum(map(_size, differing(found)))
    return size <= MOST_WORDS and (size > 0 or found.before.notes != found.after.notes)


def differing(found: Edit) -> Sequence[Run]:
    """Where the words of the two label texts differ."""
    return [run for run in runs(words(label_text(found.before)), words(label_text(found.after))) if not run.equal]


def _size(run: Run) -> int:
    return run.end - run.start + run.new_end - run.new_start


def _pages(path: str, number: str) -> tuple[object, object]:
    folder = CORPUS / path
    if not number:
        url = json.loads((folder / "label.json").read_text(encoding="utf-8"))["url"]
        return read(folder / "before.html", url), read(folder / "after.html", url)
    files = sorted(folder.glob("*.html"))
    before, after = files[int(number)], files[int(number) + 1]
    if path in OTHERS:
        return _other(path, before), _other(path, after)
    return read(before), read(after)


def _other(path: str, file: Path) -> Statement:
    html, _ = decode(file.read_bytes(), "text/html; charset=utf-8")
    return OTHERS[path].statement(html, PAGE)


def _items(path: str, number: int) -> tuple[Statement, Statement]:
    before, after = _versions(path)[number : number + 2]
    return _item(before), _item(after)


def _editions(path: str, number: int) -> tuple[Statement, Statement]:
    files = [CORPUS / path / f"{each}.json" for each in (number, number + 1)]
    before, after = (json.loads(file.read_text(encoding="utf-8")) for file in files)
    return _edition(before), _edition(after)


def _edition(content: dict[str, Any]) -> Statement:
    """An edition as the publisher's own JSON has it: title, lead, text or parts, and history."""
    details = content["details"]
    markup = [_markup(details.get("body"))]
    markup += [f"<h2>{part['title']}</h2>{_markup(part['body'])}" for part in details.get("parts") or ()]
    body = tree("".join(markup)).body
    notes = details.get("change_history") or ()
    return Statement(
        PAGE,
        content["title"] or "",
        content["document_type"],
        lead=content.get("description"),
        notes=tuple(Note(note["public_timestamp"], note["note"]) for note in notes),
        body=blocks(body, PAGE) if body else (),
    )


def _markup(body: str | list[dict[str, str]] | None) -> str:
    if body is None or isinstance(body, str):
        return body or ""
    return next((each["content"] for each in body if each["content_type"] == "text/html"), "")


@cache
def _versions(path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((CORPUS / path).read_text(encoding="utf-8"))["versions"]
    return found


def _item(version: dict[str, Any]) -> Statement:
    title = tree(version["title"]).body
    body = tree(version["html"]).body
    return Statement(
        version["link"],
        text(title) if title else "",
        "feed",
        body=blocks(body, version["link"]) if body else (),
    )


def main() -> None:
    """Shows one edit's two label texts, or the names of all that are chosen."""
    import sys

    if len(sys.argv) == 1:
        print("\n".join(chosen()))
        return
    found = edit(sys.argv[1])
    if found is None:
        raise SystemExit(f"{sys.argv[1]}: no edit between two statements")
    for side in (found.before, found.after):
        print(f"--- {'before' if side is found.before else 'after'}")
        print(label_text(side))


if __name__ == "__main__":
    main()
