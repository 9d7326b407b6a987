"""The limits of the time that each step may take: settings of a control room, and how a time stands against them.

All limits are seconds; the defaults are those of `docs/domain.md`, "Figures". Apart from the clocks that run against
them (`console.domain.targets`): settings are read before the first frame, and an intervention is no part of them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from console.domain.values import Frozen


class Level(StrEnum):
    """How a time stands against its limits."""

    OK = "ok"
    AMBER = "amber"
    RED = "red"
    BREACH = "breach"


GRAVITY: Final = tuple(Level)
"""Levels from calm to grave."""


class Limits(Frozen):
    """Seconds from which a time is amber, red, and in breach (None: this time has no breach)."""

    amber: float = Field(gt=0)
    red: float = Field(gt=0)
    breach: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.amber <= self.red <= (self.red if self.breach is None else self.breach):
            raise ValueError("limits must rise: amber, then red, then breach")
        return self

    def level(self, elapsed_s: float) -> Level:
        """The level of a time in seconds. A limit counts from the moment it is reached."""
        if self.breach is not None and elapsed_s >= self.breach:
            return Level.BREACH
        if elapsed_s >= self.red:
            return Level.RED
        return Level.AMBER if elapsed_s >= self.amber else Level.OK

    def left_s(self, elapsed_s: float) -> float:
        """Seconds left to the next limit that matters: red, then breach; below 0 once the last has passed."""
        if elapsed_s < self.red or self.breach is None:
            return self.red - elapsed_s
        return self.breach - elapsed_s


class Targets(Frozen):
    """The limits of every step. Each is a setting of the control room.

    - ``acknowledge``: press to acknowledged. NENA-STA-020: 90 % in 15 s, 95 % in 20 s. EN 50518 has 80 % in
      30 s and 98.5 % in 60 s (known, not quoted as conformance).
    - ``send``: acknowledged to a patrol sent. NFPA 1225 (2022): 60 s for 90 %.
    - ``accept``: a sent patrol accepts. Practice of control rooms.
    - ``arrive``: a sent patrol arrives. 10 min was the average of the alarm in 2025.
    - ``welfare``: a patrol on scene tells how the victim is. Practice of control rooms.
    - ``position_age``: since the last position, of which one is expected every 30 s.
    - ``health``: since the last daily report of a device. The circular asks for one a day.
    """

    acknowledge: Limits = Limits(amber=10, red=15, breach=20)
    send: Limits = Limits(amber=30, red=45, breach=60)
    accept: Limits = Limits(amber=20, red=30)
    arrive: Limits = Limits(amber=8 * 60, red=10 * 60)
    welfare: Limits = Limits(amber=5 * 60, red=8 * 60)
    position_age: Limits = Limits(amber=60, red=120)
    health: Limits = Limits(amber=26 * 3600, red=48 * 3600)


DEFAULTS: Final = Targets()
"""The targets of a control room that has set none."""
