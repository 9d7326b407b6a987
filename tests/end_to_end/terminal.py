"""A real pty with a program in it: what a person at a terminal would see, type, and do to it.

with Terminal(["-m", "console", "run", ...], {"MSA_PASSWORD": password}, columns=160, rows=48) as terminal:
    terminal.until("STALKING ALARM", within=20)
    terminal.send("a")
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self

import pexpect
import pyte
from rich.cells import cell_len

from tests.end_to_end.emulator import Screen, Stream

KEYS: Final = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "space": " ",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "page_up": "\x1b[5~",
    "page_down": "\x1b[6~",
    "f1": "\x1bOP",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "ctrl+c": "\x03",
    "ctrl+d": "\x04",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
}
"""What a terminal sends for the keys that have no letter of their own."""

_READ_AT_ONCE: Final = 65_536
_LOOKS_EVERY_S: Final = 0.02


def _heed_signals() -> None:
    """As a login shell starts a program: whoever runs the tests may have been told to ignore some."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


class Terminal:
    """A program in a pty of its own, with a screen that is always read, as a terminal does.

    ``words`` are the arguments of this Python (``-m console run …``), ``env`` what it gets beside the environment
    of the tests. A thread reads what it writes, as fast as it comes; what that makes of the screen is worked out when
    somebody looks, so that a busy machine makes looking late, and never the program wait.
    """

    def __init__(
        self, words: Sequence[str], env: Mapping[str, str] | None = None, columns: int = 160, rows: int = 48
    ) -> None:
        self._screen = Screen(columns, rows)
        self._stream = Stream(self._screen)
        self._came = bytearray()
        self._seen = 0
        """So many bytes of what came are on the screen."""
        self._coming = threading.Lock()
        """Held for a moment by whoever adds bytes, or takes some."""
        self._looking = threading.Lock()
        """Held by whoever looks at the screen; the reader never waits for it."""
        self._reads = threading.Event()
        self._reads.set()
        self._over = threading.Event()
        self._hung_up = False
        # A size that the surroundings name would be believed before that of this terminal.
        inherited = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
        surroundings = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        self._child: pexpect.spawn[bytes] = pexpect.spawn(
            sys.executable,
            list(words),
            env={**inherited, **surroundings, **(env or {})},
            dimensions=(rows, columns),
            timeout=None,
            preexec_fn=_heed_signals,
        )
        self._child.delayafterclose = 0
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The program's process, which leads the session of this terminal."""
        assert self._child.pid is not None
        return self._child.pid

    @property
    def came(self) -> bytes:
        """Every byte that the program has written."""
        with self._coming:
            return bytes(self._came)

    @property
    def bells(self) -> int:
        """How often the bell was rung."""
        with self._looking:
            self._catch_up()
            return self._screen.bells

    def text(self) -> str:
        """What stands on the screen, a line each, without the blanks at their ends."""
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """The lines of the screen. A wide sign stands once; so a line may have fewer signs than columns."""
        with self._looking:
            self._catch_up()
            return self._screen.texts()

    def cells(self) -> list[list[pyte.screens.Char]]:
        """Every cell of the screen, row by row."""
        with self._looking:
            self._catch_up()
            rows, columns = self._screen.lines, self._screen.columns
            return [[self._screen.buffer[y][x] for x in range(columns)] for y in range(rows)]

    def cell(self, text: str) -> pyte.screens.Char:
        """The first cell of ``text`` on the screen: sign, colours (``fg``, ``bg``), bold, reverse …"""
        for row, line in enumerate(self.lines()):
            if (at := line.find(text)) >= 0:
                column = cell_len(line[:at])
                with self._looking:
                    return self._screen.buffer[row][column]
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text()}")

    def until(self, text: str, within: float = 40.0) -> str:
        """Wait until ``text`` stands on the screen, and return the whole screen.

        Raises:
            AssertionError: it does not come, with what stands there instead.
        """
        return self._wait(text, within, there=True)

    def until_gone(self, text: str, within: float = 40.0) -> str:
        """Wait until ``text`` stands on the screen no more, and return the whole screen.

        Raises:
            AssertionError: it stays.
        """
        return self._wait(text, within, there=False)

    def until_bell(self, within: float = 20.0) -> None:
        """Wait until the bell has been rung at least once.

        Raises:
            AssertionError: it stays silent.
        """
        until = time.monotonic() + within
        while not self.bells:
            assert time.monotonic() < until, f"no bell within {within:g} s:\n{self.text()}"
            time.sleep(_LOOKS_EVERY_S)

    def send(self, *keys: str) -> None:
        """Type: names of `KEYS` one by one, anything else letter by letter as it is."""
        for key in keys:
            self._child.send(KEYS.get(key, key))

    def resize(self, columns: int, rows: int) -> None:
        """Make the window larger or smaller; the program hears of it (SIGWINCH)."""
        with self._looking:
            self._catch_up()  # what was written for the old size is drawn in it
            self._screen.resize(rows, columns)
        self._child.setwinsize(rows, columns)

    @contextlib.contextmanager
    def stalled(self) -> Iterator[None]:
        """A terminal that stops reading: scroll lock, or a connection that hangs."""
        self._reads.clear()
        try:
            yield
        finally:
            self._reads.set()

    def ended(self, within: float = 40.0) -> int:
        """Wait for the program to end; its exit code, or minus the signal that ended it.

        Raises:
            AssertionError: it still runs.
        """
        until = time.monotonic() + within
        while self._alive():
            assert time.monotonic() < until, f"it still runs after {within:g} s:\n{self.text()}"
            time.sleep(_LOOKS_EVERY_S)
        return -self._child.signalstatus if self._child.signalstatus else int(self._child.exitstatus or 0)

    def kill(self) -> None:
        """Kill the program, with no chance to do anything (SIGKILL)."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def hang_up(self) -> None:
        """The terminal goes: its window is closed, its connection is cut, its emulator is killed."""
        if not self._hung_up:
            self._hung_up = True
            self._stop_reading()
            # The kernel sends SIGHUP when the last holder of the other end is gone; pexpect's own close would
            # signal the program once more, which no terminal does.
            child: Any = self._child  # its types do not name the pty
            child.ptyproc.fileobj.close()

    def close(self) -> None:
        """Take the terminal away, and see that the program has ended."""
        self.hang_up()
        until = time.monotonic() + 5.0
        while self._alive() and time.monotonic() < until:
            time.sleep(_LOOKS_EVERY_S)
        if self._alive():
            self.kill()
            self.ended()

    def _alive(self) -> bool:
        """Whether the program runs. The thread that reads asks as well at the end: who comes second finds no child."""
        try:
            return bool(self._child.isalive())
        except pexpect.ExceptionPexpect:
            time.sleep(_LOOKS_EVERY_S)  # the other one writes down how it ended
            return bool(self._child.isalive())

    def _wait(self, text: str, within: float, *, there: bool) -> str:
        until = time.monotonic() + within
        while (text in (shown := self.text())) is not there:
            if not self._alive() and self._over.is_set() and (text in self.text()) is not there:
                raise AssertionError(f"it ended ({self.ended()}), and {text!r} did not show:\n{self.text()}")
            wanted = "does not show" if there else "does not go"
            assert time.monotonic() < until, f"{text!r} {wanted} within {within:g} s:\n{shown}"
            time.sleep(_LOOKS_EVERY_S)
        return shown

    def _catch_up(self) -> None:
        """Draw what has come since somebody looked last."""
        with self._coming:
            new = bytes(self._came[self._seen :])
            self._seen += len(new)
        self._stream.take(new)

    def _stop_reading(self) -> None:
        self._reads.set()
        self._over.set()
        self._reader.join()

    def _read(self) -> None:
        while not self._over.is_set():
            self._reads.wait()
            try:
                came = self._child.read_nonblocking(_READ_AT_ONCE, 0.05)
            except pexpect.TIMEOUT:
                continue
            except (pexpect.EOF, OSError):
                break
            with self._coming:
                self._came += came
        self._over.set()
