"""`make gallery`: ten real edits as the program tells them, on one page: `docs/gallery.html`.

The page quotes other people's texts, so it is made where it is wanted and never committed. For each feature it takes
the edit that shows it in the fewest marked words, of those not shown yet.
"""

from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from monitor._render_wording import signal_text
from monitor.compare import compare
from monitor.disclose import verdict
from monitor.history import new_notes
from monitor.models import BlockKind, BlockOp, Comparison, Disclosure, SignalName, Verdict
from monitor.render import redline_html, redline_text
from truth.corpus import ABSENT, CORPUS
from truth.edits import ITEMS, PAIRS, VERSIONS, Edit, edit, names_in

PAGE = Path(__file__).parent.parent / "docs" / "gallery.html"
TRAVEL_ADVICE = "govuk_pairs_travel_advice"
FEWEST_WORDS, MOST_WORDS = 6, 200
"""Words that came and went in an edit worth showing and soon read."""

HEAD = """\
<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Ten real edits</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0 auto; padding: 1rem; max-width: 76rem; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1, h2 { line-height: 1.25; }
article { margin: 2.5rem 0; padding-top: 1rem; border-top: 1px solid rgba(128, 128, 128, 0.5); }
h2 { margin: 0; font-size: 1.3rem; }
.source { margin: 0 0 0.75rem; opacity: 0.75; font-size: 0.9rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 0 0 1rem; }
dt { font-weight: bold; }
dd, dd ul { margin: 0; padding: 0; min-width: 0; }
dd ul { list-style: none; }
.views { display: grid; gap: 1.5rem; }
.views > section { min-width: 0; }
.label { margin: 0 0 0.25rem; font-size: 0.8rem; letter-spacing: 0.04em; text-transform: uppercase; opacity: 0.75; }
.label + h3 { margin-top: 0 !important; }
pre { margin: 0; overflow-x: auto; font: 0.8rem/1.5 ui-monospace, monospace; }
@media (min-width: 70rem) { .views { grid-template-columns: 1fr max-content; } pre { width: 81ch; } }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; } }
</style>
</head>
<body>
<main>
"""
INTRO = """\
<h1>Ten real edits</h1>
<p>Edits that governments made to published pages, as the monitor tells them: whether they were announced, what they
touch, and each edit under its heading, as mails show it.</p>
"""
TAIL = "</main>\n</body>\n</html>\n"


class Shown(NamedTuple):
    """A real edit and what we say of it."""

    edit: Edit
    comparison: Comparison
    verdict: Verdict

    @property
    def size(self) -> int:
        """Words that came and went."""
        return self.comparison.words_added + self.comparison.words_removed

    def signals(self, name: SignalName) -> bool:
        """Whether the verdict gives this signal."""
        return any(signal.name is name for signal in self.verdict.signals)


def _moved(shown: Shown) -> bool:
    moved = (change.after for change in shown.comparison.blocks if change.op is BlockOp.MOVED)
    return any(block and block.kind is BlockKind.PARAGRAPH for block in moved)


def _cell(shown: Shown) -> bool:
    return any(change.row and change.op is BlockOp.CHANGED for change in shown.comparison.blocks)


def _announced(shown: Shown) -> bool:
    announced = shown.verdict.disclosure is Disclosure.ANNOUNCED
    return announced and bool(new_notes(shown.edit.before, shown.edit.after)) and bool(shown.comparison.blocks)


def _travel_advice(shown: Shown) -> bool:
    return shown.edit.name.startswith(TRAVEL_ADVICE)


def _list(shown: Shown) -> bool:
    return shown.signals(SignalName.LIST_ENTRY) and any(
        change.block and change.block.kind is BlockKind.LIST_ITEM for change in shown.comparison.blocks
    )


FEATURES: dict[str, Callable[[Shown], bool]] = {
    "Travel advice": _travel_advice,
    "A paragraph moved": _moved,
    "A cell of a table": _cell,
    "An announced edit and its note": _announced,
    "An entry of a list": _list,
    "A link": lambda shown: shown.signals(SignalName.LINK) and not shown.signals(SignalName.LIST_ENTRY),
    "An obligation": lambda shown: shown.signals(SignalName.MODAL),
    "A name": lambda shown: shown.signals(SignalName.NAME),
    "A figure": lambda shown: shown.signals(SignalName.FIGURE),
    "A date": lambda shown: shown.signals(SignalName.DATE),
}
"""What is shown, the features that fewest edits have first."""


def edits() -> Iterator[Shown]:
    """Every real edit of this corpus that is small enough to be shown."""
    names = (name for folder in PAIRS | ITEMS | VERSIONS for name in names_in(folder))
    for each in filter(None, map(edit, names)):
        comparison = compare(each.before, each.after)
        shown = Shown(each, comparison, verdict(each.before, each.after, comparison))
        if comparison.blocks and FEWEST_WORDS <= shown.size <= MOST_WORDS:
            yield shown


def chosen(found: Sequence[Shown]) -> dict[str, Shown]:
    """One edit for each feature that any of them has, no edit twice: the smallest, then by name."""
    by_size = sorted(found, key=lambda shown: (shown.size, shown.edit.name))
    picked: dict[str, Shown] = {}
    for feature, has in FEATURES.items():
        taken = {shown.edit.name for shown in picked.values()}
        smallest = next((shown for shown in by_size if shown.edit.name not in taken and has(shown)), None)
        if smallest:
            picked[feature] = smallest
    return picked


def page(picked: dict[str, Shown]) -> str:
    """The edits as an HTML page without scripts."""
    return "".join((HEAD, INTRO, *(_article(*each) for each in picked.items()), TAIL))


def _article(feature: str, shown: Shown) -> str:
    said = shown.verdict
    facts = {
        "Verdict": [f"edited, {said.disclosure.value}"],
        "Because": said.reasons,
        "Touches": [signal_text(signal) for signal in said.signals],
    }
    terms = "".join(f"<dt>{term}</dt><dd>{_lines(lines)}</dd>" for term, lines in facts.items() if lines)
    title, folder = escape(shown.edit.after.title), escape(shown.edit.name.partition("/")[0])
    language = escape(shown.edit.after.language or "en")
    as_text = f'<pre tabindex="0" role="region" aria-label="As text">{escape(redline_text(shown.comparison))}</pre>'
    return (
        f'<article>\n<h2>{feature}</h2>\n<p class="source" lang="{language}">{title} ({folder})</p>\n'
        f'<dl>{terms}</dl>\n<div class="views" lang="{language}">\n'
        f"{_view('In the mail', redline_html(shown.comparison))}"
        f"{_view('As text', as_text)}"
        "</div>\n</article>\n"
    )


def _view(label: str, html: str) -> str:
    return f'<section><p class="label" lang="en">{label}</p>\n{html}</section>\n'


def _lines(lines: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>"


def main() -> None:
    """Writes the page and says where it is."""
    if not CORPUS.is_dir():
        raise SystemExit(ABSENT)
    PAGE.write_text(page(chosen(list(edits()))), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
