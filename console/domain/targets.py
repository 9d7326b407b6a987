"""How long each step may take: which clock runs for an intervention, and how it stands against its target.

All limits are seconds and settings; the defaults are those of `docs/domain.md`, "Figures". No clock is read
here: every function gets the moment it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from console.domain.intervention import Intervention, State
from console.domain.location import Fix, position_age_s
from console.domain.values import Frozen, Utc


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


class ClockKind(StrEnum):
    """What is being waited for. Each is the name of its limits in `Targets`."""

    ACKNOWLEDGE = "acknowledge"
    SEND = "send"
    ACCEPT = "accept"
    ARRIVE = "arrive"
    WELFARE = "welfare"


class Clock(Frozen):
    """One running time: since when, how long, how it stands, and what is left (`Limits.left_s`).

    ``patrol`` is the id of the patrol it runs for, or None.
    """

    kind: ClockKind
    patrol: str | None = None
    since: Utc
    elapsed_s: float
    level: Level
    left_s: float


def clock(
    kind: ClockKind, since: datetime, now: datetime, targets: Targets = DEFAULTS, patrol: str | None = None
) -> Clock:
    """Read a clock that runs since ``since``. A start in the future counts as no time at all."""
    elapsed = max(0.0, (now - since).total_seconds())
    limits: Limits = getattr(targets, kind)
    return Clock(
        kind=kind,
        patrol=patrol,
        since=since,
        elapsed_s=elapsed,
        level=limits.level(elapsed),
        left_s=limits.left_s(elapsed),
    )


def clocks(intervention: Intervention, now: datetime, targets: Targets = DEFAULTS) -> tuple[Clock, ...]:
    """Every clock that runs for an intervention, the gravest first; of one level the one with least left.

    A closed intervention has none. A patrol that was sent runs its own clocks: to accept, and to arrive.
    Once somebody is on scene, the time to a word on the victim runs from the first arrival.
    """
    found = [clock(kind, since, now, targets, patrol) for kind, since, patrol in running(intervention)]
    return tuple(sorted(found, key=lambda one: (-GRAVITY.index(one.level), one.left_s)))


def most_urgent(intervention: Intervention, now: datetime, targets: Targets = DEFAULTS) -> Clock | None:
    """The clock to show in a queue: the gravest one, or None if none runs."""
    return next(iter(clocks(intervention, now, targets)), None)


def running(intervention: Intervention) -> Iterator[tuple[ClockKind, datetime, str | None]]:
    """What is being waited for, since when, and of which patrol."""
    sent = intervention.sent
    if intervention.state is State.CLOSED:
        return
    if intervention.state is State.RAISED:
        yield ClockKind.ACKNOWLEDGE, intervention.raised_at, None
    elif intervention.unsent_since is not None:
        yield ClockKind.SEND, intervention.unsent_since, None
    for one in sent:
        if one.accepted_at is None and one.state is State.DISPATCHED:
            yield ClockKind.ACCEPT, one.dispatched_at, one.patrol
        if one.state is not State.ON_SCENE:
            yield ClockKind.ARRIVE, one.dispatched_at, one.patrol
    arrivals = [one.on_scene_at for one in sent if one.on_scene_at is not None]
    if arrivals:
        yield ClockKind.WELFARE, min(arrivals), None


def position_level(fix: Fix, now: datetime, targets: Targets = DEFAULTS) -> Level:
    """How old a victim's position is, against ``position_age``."""
    return targets.position_age.level(position_age_s(fix, now))
