"""P4: a queue of 1,000 rows that is told 1,000 updates a second, and a line that is typed in meanwhile.

    python -m benchmarks P4

The console in a pty, and a program with Textual's own table of the same rows (`benchmarks.table_screen`); both get the
same bytes from a process of its own (`benchmarks.updates`) and take turns. Timed is each letter until it is painted.
The letters are of a script that nothing else on the screen is written in, so that each is found in the bytes. Beside
it, the processor time of the main thread alone, as Linux counts it in nanoseconds; that of the threads that read the
socket is in neither figure.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.figure import Figure
from benchmarks.real_backend import PASSWORD, console_env, first_line, process
from benchmarks.real_pty import RealPty
from benchmarks.table_screen import READY
from benchmarks.updates import EACH_S, ROWS

LETTERS: Final = "אבגדהזחטכלמנסעפצקרשת"
"""Typed one after the other; then the line is emptied."""

ROUNDS: Final = 4
"""Turns of each; in a turn the letters are typed twice."""

SETTLE_S: Final = 4.0
"""From the room to the first letter: the table measures its columns, the console ranks patrols."""

GOAL_ECHO, GOAL_CPU = 1 / 4, 1 / 2
CLEAR, NOTE = "\x15", "n "


@dataclass
class Taken:
    """Milliseconds of each letter; processor seconds of the main thread per second, of each turn."""

    echo_ms: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def p99_ms(self) -> float:
        """The longest but one in a hundred."""
        return sorted(self.echo_ms)[int(len(self.echo_ms) * 0.99)]


def type_at(screen: RealPty, taken: Taken) -> None:
    """Type the letters, with pauses of random length, so that they meet the updates at any moment."""
    pause = random.Random(4)
    for _ in range(2):
        began, used = time.monotonic(), screen.main_thread_s
        for letter in LETTERS:
            screen.idle(pause.uniform(0.05, 0.15))
            typed = screen.type(letter)
            taken.echo_ms.append((screen.until(letter) - typed) / 1e6)
        taken.cpu.append((screen.main_thread_s - used) / (time.monotonic() - began))
        screen.type(CLEAR)
        screen.idle(0.3)
        screen.type(NOTE)
        screen.idle(0.3)


def _console(url: str, directory: Path, taken: Taken) -> None:
    words = ["-m", "console", "run", "--url", url, "--operator", "4711", "--language", "en"]
    with RealPty(words, {**console_env(directory), "MSA_PASSWORD": PASSWORD}) as screen:
        screen.until("VBR-2020")
        screen.idle(SETTLE_S)
        screen.type("/")
        screen.idle(0.5)
        screen.type(NOTE)
        screen.idle(0.5)
        type_at(screen, taken)


def _table(url: str, taken: Taken) -> None:
    with RealPty(["-m", "benchmarks.table_screen", url]) as screen:
        screen.until(READY)
        screen.idle(SETTLE_S)
        type_at(screen, taken)


def measured() -> Iterator[tuple[Taken, Taken]]:
    """The console and the table, once both have had all their turns."""
    ours, table = Taken(), Taken()
    with (
        tempfile.TemporaryDirectory(prefix="msa-bench-") as name,
        process(["-m", "benchmarks.updates"]) as teller,
    ):
        url = first_line(teller)
        for _ in range(ROUNDS):
            _table(url, table)
            _console(url, Path(name), ours)
    yield ours, table


def measure() -> Iterable[Figure]:
    """P4: echo at p99 and the main thread's processor time, each against the table's."""
    for ours, table in measured():
        load = f"{ROWS:,} rows, {EACH_S:,} updates/s"
        against = "Textual's DataTable"
        what = f"key to echo, p99 of {len(ours.echo_ms)}, {load}"
        yield Figure("P4", what, ours.p99_ms, "ms", against, table.p99_ms, GOAL_ECHO)
        middle = [statistics.median(taken.echo_ms) for taken in (ours, table)]
        yield Figure("P4", "the same, p50", middle[0], "ms", against, middle[1])
        busy = [statistics.median(taken.cpu) * 100 for taken in (ours, table)]
        yield Figure("P4", f"main thread busy, {load}", busy[0], "%", against, busy[1], GOAL_CPU)


if __name__ == "__main__":
    for figure in measure():
        print(f"{figure.what}: {figure.value:.3g} against {figure.baseline:.3g}, ratio {figure.ratio:.3f}")
