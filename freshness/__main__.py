"""`make freshness`: how soon edits are seen, with looks chosen by the program and at a uniform interval beside it.

Replays real update times (from `$MONITOR_CORPUS`) and made-up ones against the program's own scheduling code, at
several budgets. `--json` prints a row a line.
"""

import argparse
import json
from collections.abc import Iterator

from freshness import traces
from freshness.replays import Run, chosen, uniform
from freshness.traces import Trace

LOOKS = 400_000
"""About how many looks a row may take: as many pages are drawn as stay within it."""

BUDGETS = (1, 4, 24)
"""Looks per page and day, on average."""

COLUMNS = ("edits", "mean h", "within 1 h", "within 6 h", "slowest 1 % h", "lost", "looks a page and day")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m freshness", description=__doc__)
    parser.add_argument("--json", action="store_true", help="a row a line")
    options = parser.parse_args()
    if not options.json:
        print("| trace | budget | pages | schedule |", " | ".join(COLUMNS), "| mean of uniform |")
        print("|---|--:|--:|---|" + "--:|" * (len(COLUMNS) + 1))
    for trace in replayed():
        for budget in BUDGETS:
            for row in rows(drawn(trace, budget), budget):
                text = json.dumps(row) if options.json else f"| {' | '.join(map(str, row.values()))} |"
                print(text, flush=True)


def replayed() -> Iterator[Trace]:
    """The traces there are."""
    if real := traces.real():
        yield real
        yield real.active()
    yield traces.bursty()


def drawn(trace: Trace, budget: float) -> Trace:
    """A sample of the trace whose replay takes about `LOOKS` looks."""
    days = [(trace.end - max(trace.begin, times[0])).days for times in trace.pages.values()]
    return trace.sample(int(LOOKS / budget / (sum(days) / len(days))))


def rows(trace: Trace, budget: float) -> Iterator[dict[str, object]]:
    """The two schedules at one budget: first the chosen looks, then as many at a uniform interval."""
    ours = chosen(trace, budget)
    even = uniform(trace, ours.rate)
    for name, run in (("chosen", ours), ("uniform", even)):
        yield {
            "trace": trace.name,
            "budget": budget,
            "pages": len(trace.pages),
            "schedule": name,
            **dict(zip(COLUMNS, _figures(run), strict=True)),
            "mean of uniform": round(run.mean / even.mean, 3),
        }


def _figures(run: Run) -> tuple[float, ...]:
    shares = (round(run.within(hours), 3) for hours in (1, 6))
    return len(run.hours), round(run.mean, 2), *shares, round(run.slowest, 1), run.lost, round(run.rate, 2)


if __name__ == "__main__":
    main()
