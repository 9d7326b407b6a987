"""How a recording is played: at which speed, from which moment on. Pure; the clock is given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Times as fast as it was."""


@dataclass(frozen=True, slots=True)
class Transport:
    """The recording stood at ``at`` when a monotonic clock showed ``since_s``; it plays on from there, or stands.

    Where it is follows from the clock alone, so that it never falls behind, however late somebody looks.
    """

    at: datetime
    since_s: float
    speed: float = 1.0
    playing: bool = False

    def now(self, clock_s: float) -> datetime:
        """Where it is when the clock shows ``clock_s`` seconds."""
        if not self.playing:
            return self.at
        return self.at + timedelta(seconds=max(0.0, clock_s - self.since_s) * self.speed)

    def went(self, at: datetime, clock_s: float) -> Transport:
        """It goes on from another moment."""
        return replace(self, at=at, since_s=clock_s)

    def plays(self, playing: bool, clock_s: float) -> Transport:
        """It begins to play, or stops."""
        return replace(self, at=self.now(clock_s), since_s=clock_s, playing=playing)

    def stepped(self, steps: int, clock_s: float) -> Transport:
        """Some steps faster (or slower, below 0) along `SPEEDS`."""
        near = min(range(len(SPEEDS)), key=lambda place: abs(SPEEDS[place] - self.speed))
        place = max(0, min(len(SPEEDS) - 1, near + steps))
        return replace(self, at=self.now(clock_s), since_s=clock_s, speed=SPEEDS[place])
