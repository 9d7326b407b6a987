"""P5: from the start to the first frame that takes a key, and from the login to the queue, in a real pty.

    python -m benchmarks P5
    python -m benchmarks.p5_start     with what takes longest to import

Ours and the smallest Textual program are started in the same way and take turns. As soon as the first frame of either
is there a key is typed, and its echo is waited for: so a frame that takes no key would be seen. In ours the key is the
first of the password. In some runs the others follow at once: what is still being loaded then is waited for as well.
The figure with the goal gives the operator a moment for the password, shorter than anybody needs.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.bare_screen import READY
from benchmarks.figure import Figure
from benchmarks.real_backend import (
    PASSWORD,
    RealBackend,
    console_env,
    console_words,
    disk_directory,
    real_backend,
)
from benchmarks.real_pty import RealPty
from console.wire.field_frames import PressFrame

RUNS, AT_ONCE = 10, 5
"""Starts of each with a moment for the password, and starts of ours without."""

GOAL: Final = 1.6

MOMENT_S: Final = 1.5
"""From the first frame to the password."""

ASKED: Final = "assword"
"""The field of the login that is typed into; its first letter is under the cursor, and painted apart."""

KEY, LATER = PASSWORD[0], PASSWORD[1:]
ENTER: Final = "\r"

OFFENDERS: Final = 15


@dataclass
class Times:
    """Milliseconds of every run."""

    frame: list[float] = field(default_factory=list)
    key: list[float] = field(default_factory=list)
    queue: list[float] = field(default_factory=list)
    queue_at_once: list[float] = field(default_factory=list)


def measure() -> Iterable[Figure]:
    """P5: medians. What follows on the login is held against the start of the smallest program as well."""
    ours, bare = Times(), Times()
    with disk_directory() as directory, real_backend(directory) as backend:
        number = _press(backend)
        # The first start of either reads its files from the disk.
        _start_bare(Times())
        _start_ours(Times(), backend, directory, number, 0)
        for run in range(RUNS):
            _start_bare(bare)
            _start_ours(ours, backend, directory, number, MOMENT_S)
            if run < AT_ONCE:
                _start_ours(ours, backend, directory, number, 0)
    for what, value, baseline, goal in (
        ("start to first frame", ours.frame, bare.frame, GOAL),
        ("start to echo of a key typed at the first frame", ours.key, bare.key, GOAL),
        (f"password typed after {MOMENT_S:g} s to queue painted", ours.queue, bare.frame, GOAL),
        ("password typed at once to queue painted", ours.queue_at_once, bare.frame, None),
    ):
        yield Figure(
            promise="P5",
            what=f"{what}, median of {len(value)}",
            value=statistics.median(value),
            unit="ms",
            against=f"smallest Textual program, {'key' if baseline is bare.key else 'first frame'}",
            baseline=statistics.median(baseline),
            goal=goal,
        )


def _press(backend: RealBackend) -> str:
    """One alarm waits in the queue; its number."""
    now = datetime.now(UTC)
    with backend.phone(backend.victims[0]) as phone:
        phone.send(PressFrame(press_id="bench", pressed_at=now).model_dump_json())
        phone.recv(timeout=30)
    return f"VBR-{now.year}-0001"


def _start_bare(times: Times) -> None:
    with RealPty(["-m", "benchmarks.bare_screen"]) as screen:
        _take_key(screen, READY, f"key {KEY}", times)


def _start_ours(times: Times, backend: RealBackend, directory: Path, number: str, pause_s: float) -> None:
    with RealPty(console_words(backend, "--operator", "4711"), console_env(directory)) as screen:
        _take_key(screen, ASKED, "•", times)
        screen.idle(pause_s)
        begin = screen.type(f"{LATER}{ENTER}")
        queue = times.queue if pause_s else times.queue_at_once
        queue.append((screen.until(number) - begin) / 1e6)


def _take_key(screen: RealPty, first: str, echo: str, times: Times) -> None:
    times.frame.append((screen.until(first) - screen.started_ns) / 1e6)
    screen.type(KEY)
    times.key.append((screen.until(echo) - screen.started_ns) / 1e6)


def offenders() -> Iterator[str]:
    """What is imported before the first frame and not by the smallest program: own time, longest first."""
    loaded = [
        _imports(code)
        for code in ("import textual.app", "import console.cli, console.cli.run, console.tui.app")
    ]
    theirs, ours = loaded
    more = sorted(((ms, name) for name, ms in ours.items() if name not in theirs), reverse=True)
    yield f"{sum(ms for ms, _ in more):.0f} ms in {len(more)} modules that only ours imports; the longest:"
    yield from (f"{ms:8.1f} ms  {name}" for ms, name in more[:OFFENDERS])


def _imports(code: str) -> dict[str, float]:
    """Milliseconds that each module took itself."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code],
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    lines = re.findall(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)$", run.stderr, re.MULTILINE)
    return {name: int(microseconds) / 1000 for microseconds, name in lines}


if __name__ == "__main__":
    figures = list(measure())
    for figure in figures:
        print(f"{figure.what}: {figure.value:.0f} ms, ratio {figure.ratio:.2f} (goal {figure.goal})")
    if any(figure.reached is False for figure in figures):
        print("\n".join(offenders()))
