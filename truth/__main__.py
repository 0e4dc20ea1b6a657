"""`make truth`: how often the program's word is true, on the real pages in `$MONITOR_CORPUS`.

`--json` prints a figure a line; `--misses` tells every case that is not right; names of sections print these alone.
"""

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict

from truth import feeds, fields, histories, redlines, signals, staged, verdicts
from truth.corpus import ABSENT, CORPUS
from truth.figure import Figure

SECTIONS = {
    "fields": fields,
    "verdicts": verdicts,
    "staged": staged,
    "histories": histories,
    "redlines": redlines,
    "signals": signals,
    "feeds": feeds,
}
HEADING = f"{'section':<10} {'figure':<56} {'right':>6} {'of':>6} {'share':>8} {'aim':>8}"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m truth", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; all without")
    parser.add_argument("--json", action="store_true", help="a figure a line, with its misses")
    parser.add_argument("--misses", action="store_true", help="tell every case that is not right")
    options = parser.parse_args()
    if not CORPUS.is_dir():
        raise SystemExit(ABSENT)
    if unknown := set(options.sections) - set(SECTIONS):
        parser.error(f"no section is called {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    chosen = [section for name, section in SECTIONS.items() if name in (options.sections or SECTIONS)]
    found = (figure for section in chosen for figure in section.figures())
    lines = map(as_json, found) if options.json else as_table(found, with_misses=options.misses)
    for line in lines:
        print(line, flush=True)


def as_json(figure: Figure) -> str:
    """The figure as a JSON object."""
    return json.dumps({**asdict(figure), "share": figure.share}, ensure_ascii=False)


def as_table(found: Iterable[Figure], *, with_misses: bool) -> Iterable[str]:
    """The figures as the lines of a table; an aim that is missed is marked."""
    yield HEADING
    for figure in found:
        missed = figure.aim is not None and figure.share is not None and figure.share < figure.aim
        yield (
            f"{figure.section:<10} {figure.name:<56} {figure.right:>6} {figure.total:>6} {_percent(figure.share):>8} "
            f"{_percent(figure.aim):>8}{' missed' if missed else ''}"
        )
        yield from (f"    {miss}" for miss in figure.misses if with_misses)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


if __name__ == "__main__":
    main()
