"""P1: from the press of a button to the alarm on a console in a real pty, against the bare chain in the same run.

    python -m benchmarks P1

Ours: a phone's socket, the backend (a process of its own, its database on a disk), 19 more consoles without a
screen in another process, the console in a pty. The bare chain: socket in, fdatasync, socket out, one line painted
by a minimal Textual app in a pty. Both stand all the time and take turns in short blocks, so that whatever else
the machine does comes over both. One clock: from before the frame is sent to after the bytes were read that say
the alarm's number and what it is.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from time import monotonic_ns
from typing import Final

from websockets.sync.client import ClientConnection, connect

from benchmarks.bare_screen import READY
from benchmarks.figure import Figure
from benchmarks.real_backend import (
    PASSWORD,
    Colleague,
    RealBackend,
    console_env,
    console_words,
    disk_directory,
    file_system,
    first_line,
    process,
    real_backend,
)
from benchmarks.real_pty import RealPty
from console.domain.commands import Acknowledge, Close
from console.domain.events import Outcome
from console.wire.field_frames import FixSent, PressFrame, to_device

BLOCKS: Final = 8
PRESSES: Final = 15
"""In a block of ours, and in one of the bare chain."""

WARM_UP: Final = 5
"""Presses before the first that counts: the first of everything is slower in both."""

HEADLESS: Final = 19
OPEN: Final = 8
"""Interventions that a colleague has in hand all the time."""

PAUSE_S: Final = (0.06, 0.16)
"""Between two presses, at random: neither the second nor the frame of the screen keeps step with them."""

CENTRE: Final = (4.70, 50.88)
"""Lon, lat of Leuven; the presses come from within 0.03° around it: all in Flemish Brabant."""


class Ours:
    """Presses through everything that stands between a victim and an operator."""

    def __init__(
        self,
        backend: RealBackend,
        colleague: Colleague,
        operators: list[str],
        directory: Path,
        stack: ExitStack,
    ) -> None:
        self._backend, self._colleague = backend, colleague
        # Somebody's second button would join what is open under the first: what stays open comes from the stock.
        self._buttons, self._stock = cycle(backend.victims), iter(backend.stock)
        self._opened = 0
        for _ in range(OPEN):
            self._press_unseen()
            colleague.do(self._number, Acknowledge())
        words = ["-m", "benchmarks.headless", backend.url, PASSWORD, *operators]
        first_line(stack.enter_context(process(words)))
        # The desk selects a press by itself where nothing open would lose its place: so it begins with one.
        self._press_unseen()
        env = {**console_env(directory), "MSA_PASSWORD": PASSWORD}
        self.screen = stack.enter_context(RealPty(console_words(backend, "--operator", "4711"), env))
        self.screen.until(self._number)
        self._close()

    @property
    def _number(self) -> str:
        return f"VBR-{datetime.now(UTC).year}-{self._opened:04}"

    def press(self) -> int:
        """Nanoseconds from a press to its alarm on the screen; a colleague then closes it."""
        with self._backend.phone(next(self._buttons)) as phone:
            self._opened += 1
            frame = self._frame().model_dump_json()
            begin = monotonic_ns()
            phone.send(frame)
            self.screen.until(self._number)
            took = self.screen.until("STALKING ALARM") - begin
            _receipt(phone)
        self.screen.idle(random.uniform(*PAUSE_S))
        self._close()
        return took

    def _press_unseen(self) -> None:
        with self._backend.phone(next(self._stock)) as phone:
            self._opened += 1
            phone.send(self._frame().model_dump_json())
            _receipt(phone)

    def _frame(self) -> PressFrame:
        now = datetime.now(UTC)
        lon, lat = (degrees + random.uniform(-0.03, 0.03) for degrees in CENTRE)
        fix = FixSent(lon=lon, lat=lat, radius_m=20, confidence_pct=95, taken_at=now)
        return PressFrame(press_id=f"bench-{self._opened}", pressed_at=now, fix=fix)

    def _close(self) -> None:
        close = Close(outcome=Outcome.PERPETRATOR_GONE, words="benchmark")
        self._colleague.do(self._number, Acknowledge())
        self._colleague.do(self._number, close)
        self.screen.idle(random.uniform(*PAUSE_S))


class Bare:
    """The least that a press needs."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        words = ["-m", "benchmarks.bare_chain", str(directory / "bare.log")]
        url = first_line(stack.enter_context(process(words)))
        self.screen = stack.enter_context(RealPty(["-m", "benchmarks.bare_screen", url]))
        self.screen.until(READY)
        self._phone = stack.enter_context(connect(f"{url}/press", compression=None, proxy=None))
        self._pressed = 0

    def press(self) -> int:
        """Nanoseconds from a message to its line on the screen."""
        self._pressed += 1
        line = f"alarm {self._pressed:06}"
        begin = monotonic_ns()
        self._phone.send(line)
        took = self.screen.until(line) - begin
        self.screen.idle(random.uniform(*PAUSE_S))
        return took


def _receipt(phone: ClientConnection) -> None:
    to_device.validate_json(phone.recv(timeout=30))


def measure() -> Iterable[Figure]:
    """P1 at the 99th percentile, with its goal, and at the 50th."""
    with ExitStack() as stack:
        directory = stack.enter_context(disk_directory())
        disk = file_system(directory)
        backend = stack.enter_context(real_backend(directory))
        # A case file of the demo does not exist for 4712; it does for these.
        one, *others = backend.operators(HEADLESS + 1)
        colleague = stack.enter_context(backend.colleague(one))
        ours, bare = Ours(backend, colleague, others, directory, stack), Bare(directory, stack)
        ours.screen.beside, bare.screen.beside = (bare.screen,), (ours.screen,)
        bare.screen.idle(1.0)
        for _ in range(WARM_UP):
            ours.press()
            bare.press()
        times: tuple[list[int], list[int]] = [], []
        for _ in range(BLOCKS):
            times[0].extend(ours.press() for _ in range(PRESSES))
            times[1].extend(bare.press() for _ in range(PRESSES))
    for percent, goal in ((99, 2.0), (50, None)):
        value, baseline = (statistics.quantiles(taken, n=100)[percent - 1] / 1e6 for taken in times)
        yield Figure(
            promise="P1",
            what=f"press to alarm on screen, p{percent} of {BLOCKS * PRESSES}, {HEADLESS + 1} consoles, {disk}",
            value=value,
            unit="ms",
            against=f"bare chain, p{percent}",
            baseline=baseline,
            goal=goal,
        )


if __name__ == "__main__":
    for figure in measure():
        print(figure.what, figure.value, figure.baseline, figure.ratio)
