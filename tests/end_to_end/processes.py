"""Which processes a test has started, directly or not: those with its mark in their environment."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

MARK_VARIABLE: Final = "MARK_OF_THE_TEST"
_PROC: Final = Path("/proc")
_LOOKS_EVERY_S: Final = 0.05


@dataclass(frozen=True)
class Mark:
    """A mark that whatever is started with `environment` bears, and passes on."""

    word: str

    @classmethod
    def new(cls) -> Mark:
        """A mark that nobody else has."""
        return cls(uuid4().hex)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process bear it."""
        return {MARK_VARIABLE: self.word}

    def bearers(self) -> dict[int, str]:
        """The command lines of all who bear it and live, by process id."""
        return _from_proc(self.word) if _PROC.is_dir() else _from_ps(self.word)

    def one(self, *words: str) -> int:
        """The process id of the only bearer whose command line has all of these words."""
        found = [pid for pid, line in self.bearers().items() if set(words) <= set(line.split())]
        assert len(found) == 1, f"{words}: {found} of {self.bearers()}"
        return found[0]

    def until_none(self, within: float = 10.0) -> None:
        """Wait until nobody bears it any more.

        Raises:
            AssertionError: somebody still does.
        """
        until = time.monotonic() + within
        while left := self.bearers():
            assert time.monotonic() < until, f"left after {within:g} s: {left}"
            time.sleep(_LOOKS_EVERY_S)


def _from_proc(word: str) -> dict[int, str]:
    wanted = f"{MARK_VARIABLE}={word}".encode()
    found: dict[int, str] = {}
    for entry in _PROC.iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            # Empty for a process that has ended and is not waited for yet: that one is gone.
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(entry.name)] = line.decode(errors="replace").strip()
        except OSError:
            continue  # it ended meanwhile, or is somebody else's
    return found


def _from_ps(word: str) -> dict[int, str]:
    listed = subprocess.run(
        ["ps", "-axww", "-E", "-o", "pid=,command="], capture_output=True, text=True, check=True
    )
    found: dict[int, str] = {}
    for line in listed.stdout.splitlines():
        pid, _, command = line.strip().partition(" ")
        if f"{MARK_VARIABLE}={word}" in command:
            found[int(pid)] = command
    return found
