"""Simulated seconds: a clock that runs ``speed`` times as fast as the wall."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class Pace:
    """The simulation's clock. ``speed`` 4: a minute of the story takes 15 s."""

    def __init__(self, speed: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        if not 0.1 <= speed <= 100:
            raise ValueError("the speed factor lies between 0.1 and 100")
        self.speed = speed
        self._clock = clock
        self._began = clock()

    def now_s(self) -> float:
        """Simulated seconds since the start."""
        return (self._clock() - self._began) * self.speed

    async def sleep(self, seconds: float) -> None:
        """Wait for so many simulated seconds."""
        await asyncio.sleep(max(0.0, seconds) / self.speed)
