"""How often the desk is painted anew when more comes in than anybody can read: keys go first.

A picture is painted at once as long as the screen keeps up. In a storm several come while one is painted, and a key
would wait behind all of them. Then only a share of the time goes to pictures, at least one a second, each of them the
latest. What calls the operator is never held back: the desk asks for no pace then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from console.link.interface import Picture

SHARE: Final = 0.1
"""Of the time, in a storm."""

LONGEST_S: Final = 1.0
"""So old may what is seen be, in a storm: as old as the ages on the screen, which are painted once a second."""

CROWD: Final = 3
"""So many pictures that came while one was painted are a storm."""


class Pace:
    """Counts how long the last picture took; ``clock`` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next_s = float("-inf")

    @contextmanager
    def work(self) -> Iterator[None]:
        """Time what is done in it."""
        began = self._clock()
        try:
            yield
        finally:
            now = self._clock()
            self._next_s = now + min(LONGEST_S, (now - began) * (1 / SHARE - 1))

    def wait_s(self, crowd: int) -> float:
        """How long the next picture waits, the last of ``crowd`` that came since the one before; 0: not at all."""
        return max(0.0, self._next_s - self._clock()) if crowd >= CROWD else 0.0


def only_more_of_the_same(before: Picture, picture: Picture) -> bool:
    """Nothing but events, ages and positions: no result, no notice, no change of the link or of what waits to be sent."""
    same = replace(
        picture,
        room=before.room,
        head=before.head,
        heard_s=before.heard_s,
        latency_ms=before.latency_ms,
        clock=before.clock,
    )
    return same == before
