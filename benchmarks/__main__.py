"""Run the benchmarks and print each figure beside its baseline: `python -m benchmarks [P5 P6 …]`.

Every module of this package that has a function ``measure() -> Iterable[Figure]`` is a benchmark; its name
begins with the promise it measures (`p6_zones.py`). Each runs in a process of its own, so that what one has
imported or filled does not change the next. A goal that is missed is said, and is no failure: figures depend on
the machine. A benchmark that cannot run makes the exit code 1.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
import sys
from dataclasses import asdict

import benchmarks
from benchmarks.figure import Figure

HEAD = ("", "what", "figure", "baseline", "ratio", "goal")


def main(arguments: list[str]) -> int:
    """Measure what is asked for (promises such as ``P6``; none: all) and return the exit code."""
    if arguments[:1] == ["--only"]:
        print(json.dumps([asdict(figure) for figure in importlib.import_module(arguments[1]).measure()]))
        return 0
    wanted = {argument.lower() for argument in arguments}
    found = [
        module.name
        for module in pkgutil.iter_modules(benchmarks.__path__)
        if module.name[:1] == "p" and module.name[1:2].isdigit()
    ]
    unknown = wanted - {name.split("_")[0] for name in found}
    if unknown:
        print(f"no benchmark for {', '.join(sorted(unknown))}; there are {', '.join(found)}", file=sys.stderr)
        return 2
    chosen = [name for name in found if not wanted or name.split("_")[0] in wanted]
    rows: list[tuple[str, ...]] = []
    failed = False
    for name in sorted(chosen, key=lambda name: int("".join(filter(str.isdigit, name.split("_")[0])))):
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        run = subprocess.run(
            [sys.executable, "-m", "benchmarks", "--only", f"benchmarks.{name}"],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        failed = failed or run.returncode != 0
        if run.returncode == 0:
            rows += [_row(Figure(**figure)) for figure in json.loads(run.stdout.splitlines()[-1])]
    _print_table(rows)
    return int(failed)


def _row(figure: Figure) -> tuple[str, ...]:
    sign = "≤" if figure.lower_is_better else "≥"
    goal = (
        "" if figure.goal is None else f"{sign} {figure.goal:.3g} {'reached' if figure.reached else 'MISSED'}"
    )
    return (
        figure.promise,
        figure.what,
        f"{_number(figure.value)} {figure.unit}",
        f"{_number(figure.baseline)} {figure.unit} ({figure.against})",
        _number(figure.ratio),
        goal,
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _print_table(rows: list[tuple[str, ...]]) -> None:
    """As a Markdown table, so that `docs/performance.md` can take it over as it is."""
    widths = [max(len(row[column]) for row in (HEAD, *rows)) for column in range(len(HEAD))]
    for row in (HEAD, tuple("-" * width for width in widths), *rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
