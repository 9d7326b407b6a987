"""A program in a pty of its own, watched by the bytes that it paints.

No terminal is emulated: what is looked for is found in the bytes themselves, so that looking costs next to nothing
while something is timed.
"""

from __future__ import annotations

import os
import re
import select
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pexpect

COLUMNS: Final = 160
ROWS: Final = 48

_READ_AT_ONCE: Final = 65_536
_KEPT: Final = 4_096
"""So many bytes of what came before are looked at again: a text may come in two reads."""

_ESCAPES: Final = re.compile(rb"\x1b\[[0-9;:?<>=]*[a-zA-Z]|\x1b\][^\x07]*\x07|\x1b[^\[\]]")


class RealPty:
    """``words`` are the arguments of this Python; ``env`` is what the program gets beside our environment.

    Somebody must read a terminal, or the program in it stops: `until` and `idle` read this one, and ``beside`` it
    those that run at the same time.
    """

    def __init__(self, words: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        surroundings = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        self.beside: tuple[RealPty, ...] = ()
        self._seen = b""
        self.started_ns: Final = time.monotonic_ns()
        self._child: pexpect.spawn[bytes] = pexpect.spawn(
            sys.executable,
            list(words),
            env={**os.environ, **surroundings, **(env or {})},
            dimensions=(ROWS, COLUMNS),
            timeout=None,
        )
        self._child.delayafterclose = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close(force=True)

    @property
    def resident_mb(self) -> float:
        """The most memory that the program has had so far, in MB; Linux tells it."""
        status = Path(f"/proc/{self._child.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    @property
    def main_thread_s(self) -> float:
        """Processor time of the program's main thread so far, in seconds; Linux tells it."""
        pid = self._child.pid
        return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9

    def type(self, keys: str) -> int:
        """Type, and return the moment before (nanoseconds of the monotonic clock)."""
        now = time.monotonic_ns()
        os.write(self._child.child_fd, keys.encode())
        return now

    def until(self, painted: str, within_s: float = 30.0) -> int:
        """Read until ``painted`` came, as one run of bytes; return when (nanoseconds of the monotonic clock).

        Raises:
            RuntimeError: it does not come, with what came instead.
        """
        wanted, end = painted.encode(), time.monotonic() + within_s
        while True:
            if (at := self._seen.find(wanted)) >= 0:
                self._seen = self._seen[at + len(wanted) :]
                return self._read_ns
            if time.monotonic() > end:
                raise RuntimeError(f"{painted!r} is not painted within {within_s:g} s: {self._plain()}")
            self._read(end - time.monotonic())

    def idle(self, for_s: float) -> None:
        """Read for so long."""
        end = time.monotonic() + for_s
        while (left := end - time.monotonic()) > 0:
            self._read(left)

    def _read(self, wait_s: float) -> None:
        by_fd = {one._child.child_fd: one for one in (self, *self.beside)}
        for fd in select.select(list(by_fd), [], [], max(0.0, wait_s))[0]:
            by_fd[fd]._take()

    def _take(self) -> None:
        try:
            came = os.read(self._child.child_fd, _READ_AT_ONCE)
        except OSError:  # so Linux says that the other end is gone
            came = b""
        self._read_ns = time.monotonic_ns()
        if not came:
            raise RuntimeError(f"the program in the pty ended: {self._plain()}")
        self._seen = self._seen[-_KEPT:] + came

    def _plain(self) -> str:
        return " ".join(_ESCAPES.sub(b" ", self._seen[-2_000:]).decode(errors="replace").split())
