"""Which file belongs to which console: several of one operator may run on one machine.

``outbox-4711.sealed``, ``outbox-4711-2.sealed`` and so on, each held by a lock on a file beside it. The system takes
the lock away when the process ends, however it ends; so a file that nobody holds was left by the dead.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOST: Final = 64
"""So many consoles of one operator on one machine: a limit for the search, far above what people do."""


@dataclass(frozen=True)
class Place:
    """A file that this process holds."""

    path: Path
    lock: int

    def let_go(self) -> None:
        """Give it free."""
        os.close(self.lock)


def take_place(directory: Path, operator: str) -> tuple[Place, list[Place]]:
    """Hold the first free file of an operator, and every other that the dead have left with something in it.

    Raises:
        OSError: the folder cannot be made, nothing can be locked in it, or every place is taken.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = "".join(sign if sign.isalnum() else "_" for sign in operator)
    mine: Place | None = None
    left = []
    for number in range(1, MOST + 1):
        path = directory / (f"outbox-{name}.sealed" if number == 1 else f"outbox-{name}-{number}.sealed")
        if mine is not None and not path.exists():
            continue
        place = _held(path)
        if place is None:
            continue
        if mine is None:
            mine = place
        else:
            left.append(place)
    if mine is None:
        raise OSError(f"{MOST} consoles of {operator} keep their commands here already")
    return mine, left


def _held(path: Path) -> Place | None:
    """Hold a file; None: another console does."""
    lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    except OSError:
        os.close(lock)
        raise
    return Place(path, lock)
