"""Looks after the backend's own health, so that a disk that does not store is known before the next press (R10).

Once a second it is asked what is wrong, in codes that every console shows as a line (`docs/operations.md` says what
to do about each). When nothing was stored for a moment it has the ledger write something that means nothing: what
fails is found within seconds, and so is that it works again.
"""

from __future__ import annotations

import os
from concurrent.futures import Future
from pathlib import Path
from typing import Final

from backend_stub.ledger import Ledger
from console.domain.trouble import Trouble

PROBE_AFTER_S: Final = 2.0
"""Nothing was stored for so long: see whether it could be. With the wait for a lock (2 s) and the heartbeat (1 s) a
console shows trouble within 5 s."""

SLOW_S: Final = 2.0
"""A job that waits so long means that the disk hangs, without any error so far."""

LOW_BYTES: Final = 256 * 1024 * 1024
"""Less room than this is said in time: a busy day of a province writes some 100 MB."""


class Care:
    """What is wrong with this backend. Belongs to its event loop."""

    def __init__(self, ledger: Ledger, directory: Path, low_bytes: int = LOW_BYTES) -> None:
        self._ledger, self._directory, self._low_bytes = ledger, directory, low_bytes
        self._probe: Future[None] | None = None
        self.trouble: tuple[Trouble, ...] = ()
        self.free_bytes = 0
        self.look()

    @property
    def can_commit(self) -> bool:
        """False: what is asked for now would not be stored, or not in time."""
        return self._ledger.trouble_code is None and self._ledger.figures.lag_s < SLOW_S

    def look(self) -> None:
        """See what is wrong now, and probe if nothing else has."""
        ledger = self._ledger
        if ledger.figures.idle_s >= PROBE_AFTER_S and (self._probe is None or self._probe.done()):
            self._probe = ledger.probe()
        self.free_bytes = _free_bytes(self._directory)
        found: list[Trouble] = []
        if ledger.trouble_code is not None:
            found.append(ledger.trouble_code)
        elif ledger.figures.lag_s >= SLOW_S:
            found.append(Trouble.STORING_SLOW)
        if self.free_bytes < self._low_bytes and Trouble.DISK_FULL not in found:
            found.append(Trouble.DISK_LOW)
        if not ledger.found.tail.ok:
            found.append(Trouble.TAIL_BROKEN)
        self.trouble = tuple(found)


def _free_bytes(directory: Path) -> int:
    """Room for a process without the rights of root."""
    there = os.statvfs(directory)
    return there.f_bavail * there.f_frsize
