"""Run seeds of the simulation: `python -m tests.simulation 41 42` or `--seeds 2000` (from 1 on, on every processor).

Says which promises broke, the last steps before, and how to repeat it. `--whole` prints every step of a seed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.seeds import failing_seeds, said
from tests.simulation.world import Outcome, run_seed


def main(arguments: list[str]) -> int:
    """Run what is asked for; the exit code is 1 if a promise broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("seed", nargs="*", type=int, help="run these seeds")
    parser.add_argument("--seeds", type=int, default=0, help="run so many seeds, and those that once failed")
    parser.add_argument("--start", type=int, default=1, help="the first of them")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once")
    parser.add_argument("--whole", action="store_true", help="print every step")
    wanted = parser.parse_args(arguments)
    if wanted.seeds:
        seeds = dict.fromkeys((*failing_seeds(), *range(wanted.start, wanted.start + wanted.seeds)))
    else:
        seeds = dict.fromkeys(wanted.seed or failing_seeds())
    began = time.monotonic()
    if len(seeds) == 1 or wanted.jobs == 1:
        outcomes = [run_seed(seed, whole=wanted.whole) for seed in seeds]
    else:
        with ProcessPoolExecutor(wanted.jobs) as pool:
            outcomes = list(pool.map(run_seed, seeds, chunksize=5))
    for outcome in outcomes:
        if outcome.broken:
            print(said(outcome), end="\n\n")
        elif wanted.whole:
            print("\n".join(outcome.last), end="\n\n")
    print(_summary(outcomes, time.monotonic() - began))
    return int(any(outcome.broken for outcome in outcomes))


def _summary(outcomes: list[Outcome], seconds: float) -> str:
    broken = [outcome.seed for outcome in outcomes if outcome.broken]
    hours = sum(outcome.simulated_s for outcome in outcomes) / 3600
    return (
        f"{len(outcomes)} seeds, {hours:.1f} simulated hours in {seconds:.0f} s: "
        f"{sum(one.presses for one in outcomes)} presses, {sum(one.receipts for one in outcomes)} receipts, "
        f"{sum(one.commands for one in outcomes)} commands, {sum(one.restarts for one in outcomes)} restarts of "
        f"the backend, {sum(one.steps for one in outcomes)} steps; broken: {broken or 'none'}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
