"""The clock of an exercise: it begins at the scenario's time of day, runs at its speed, and can stand still."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from backend_stub.simulator.pace import Pace


class WorldClock(Pace):
    """Seconds and moments of the exercise's world. Belongs to one event loop.

    ``starts_at``: what its clock shows at its first second; it stands there until it is told to go on. While it stands still no time goes by in the world:
    nobody moves, and no age grows.
    """

    def __init__(
        self, starts_at: datetime, speed: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(speed, clock)
        self.starts_at = starts_at
        self._gone_s = 0.0
        self._runs = asyncio.Event()

    @property
    def paused(self) -> bool:
        """It stands still."""
        return not self._runs.is_set()

    def now_s(self) -> float:
        """Seconds of the exercise since its start."""
        return self._gone_s if self.paused else self._gone_s + (self._clock() - self._began) * self.speed

    def now(self) -> datetime:
        """What the clock on the wall of this world shows."""
        return self.starts_at + timedelta(seconds=self.now_s())

    def pause(self) -> None:
        """Let it stand still."""
        self._gone_s = self.now_s()  # before it stands
        self._runs.clear()

    def go_on(self) -> None:
        """Let it run again."""
        if self.paused:
            self._began = self._clock()
            self._runs.set()

    def run_at(self, speed: float) -> None:
        """Run so many times as fast from now on.

        Raises:
            ValueError: slower than a tenth, or more than a hundred times as fast.
        """
        if not 0.1 <= speed <= 100:
            raise ValueError("the speed factor lies between 0.1 and 100")
        self._gone_s, self._began, self.speed = self.now_s(), self._clock(), speed

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds of the exercise."""
        until_s = self.now_s() + seconds
        while True:
            left_s = until_s - self.now_s()
            if left_s <= 0:
                await asyncio.sleep(0)
                return
            if self.paused:
                await self._runs.wait()
            else:
                await asyncio.sleep(left_s / self.speed)
