"""`make torture`: ends the daemon at every failpoint and at random, and says whether it kept its word."""

import argparse
import asyncio
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from monitor.failpoints import POINTS
from torture.receivers import HOOKS, MAIL
from torture.restart import restart_s
from torture.run import Ending, Result, Run, together

SIDE_BY_SIDE = 4
"""Runs at once, each with its own database: most of a short life is the start, and some of it waiting."""

EACH_POINT = 5
POINTS_UNTIL = 0.6
"""By this share of a run all failpoints have had their turns, should the time not suffice for the rest."""

ONCE_A_DATABASE, ONCE_A_LIFE = POINTS[:1], POINTS[1:3]
VERSIONS = 10_000
RESTART_WITHIN_S = 2.0


def plan(kills: int, terminations: int, seed: int) -> list[Ending]:
    """Every failpoint, then each again later in a life, and random kills and terminations in between."""
    chance = random.Random(seed)
    first = [Ending(point) for point in POINTS]
    again = [
        Ending(point, 1 if point in ONCE_A_LIFE else chance.randint(1, 3))
        for _ in range(EACH_POINT - 1)
        for point in POINTS
        if point not in ONCE_A_DATABASE
    ]
    points = [*first, *again][:kills]
    others = [Ending()] * (kills - len(points)) + [Ending(signal=signal.SIGTERM)] * terminations
    chance.shuffle(others)
    places = sorted(chance.uniform(0, POINTS_UNTIL) for _ in points)
    mixed = [*zip(places, points, strict=True), *((chance.random(), other) for other in others)]
    return [ending for _, ending in sorted(mixed, key=lambda pair: pair[0])]


def lines(result: Result, restart: float | None) -> list[str]:
    """The run as the rows of a table."""
    rows: dict[str, object] = {"kills -9": result.kills, "of them at a failpoint": len(result.reached)}
    fewest = min(result.reached.count(point) for point in POINTS if point not in ONCE_A_DATABASE)
    rows |= {"failpoints reached": f"{len(set(result.reached))} of {len(POINTS)}, each {fewest} times or more"}
    rows |= {"SIGTERMs": result.terminations, "ended otherwise than with 0": result.terminations_without_status_0}
    rows |= {"slowest end": f"{result.slowest_termination_s:.1f} s"}
    rows |= {"reloads under load": result.reloads, "wrong ones refused": result.reloads_refused}
    rows |= {"jobs failed": result.jobs_failed}
    rows |= {name.replace("_", " "): value for name, value in asdict(result.verdict).items()}
    rows |= {"`monitor verify`": "sound" if result.sound else "NOT SOUND", "seconds": round(result.seconds)}
    if restart is not None:
        rows |= {f"start after kill -9, {VERSIONS:,} versions": f"{restart:.1f} s"}
    return ["| what | count |", "|---|--:|", *(f"| {name} | {value} |" for name, value in rows.items())]


async def torture(folder: Path, asked: argparse.Namespace) -> Result:
    """Runs side by side, each with its share of the endings."""
    until = time.monotonic() + asked.seconds
    endings = plan(asked.kills, asked.terminations, asked.seed)
    runs = []
    for number in range(SIDE_BY_SIDE):
        (folder / str(number)).mkdir()
        run = Run(folder / str(number), asked.seed + number, (*HOOKS, MAIL))
        runs.append(run.torture(endings[number::SIDE_BY_SIDE], until))
    return together(await asyncio.gather(*runs))


def main() -> None:
    """Prints the table; exit status 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="torture")
    parser.add_argument("--kills", type=int, default=220)
    parser.add_argument("--terminations", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=410, help="no kill after this; rest and verdict follow")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    result = asyncio.run(torture(folder, asked))
    print("\n".join(lines(result, None)), flush=True)
    restart = asyncio.run(restart_s(folder / "much", VERSIONS))
    print(lines(result, restart)[-1])
    if result.clean and restart <= RESTART_WITHIN_S:
        shutil.rmtree(folder)
    else:
        sys.exit(f"not every promise was kept; the logs and databases are in {folder}")


if __name__ == "__main__":
    main()
