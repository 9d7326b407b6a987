"""How long each step may take: which clock runs for an intervention, and how it stands against its target.

The limits are settings (`console.domain.limits`). No clock is read here: every function gets the moment it is asked
for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from console.domain.intervention import Intervention, State
from console.domain.limits import DEFAULTS, GRAVITY, Level, Limits, Targets
from console.domain.location import Fix, position_age_s
from console.domain.values import Frozen, Utc

__all__ = [
    "DEFAULTS",
    "GRAVITY",
    "Clock",
    "ClockKind",
    "Level",
    "Limits",
    "Targets",
    "clock",
    "clocks",
    "most_urgent",
    "position_level",
]


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
    Once somebody is on scene, the time to a word on the victim runs from the first arrival until a patrol says how
    she is.
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
        yield ClockKind.ACKNOWLEDGE, intervention.waiting_since or intervention.raised_at, None
    elif intervention.unsent_since is not None:
        yield ClockKind.SEND, intervention.unsent_since, None
    for one in sent:
        if one.accepted_at is None and one.state is State.DISPATCHED:
            yield ClockKind.ACCEPT, one.dispatched_at, one.patrol
        if one.state is not State.ON_SCENE:
            yield ClockKind.ARRIVE, one.dispatched_at, one.patrol
    arrivals = [one.on_scene_at for one in sent if one.on_scene_at is not None]
    told = intervention.found is not None and intervention.found.told
    if arrivals and not told:
        yield ClockKind.WELFARE, min(arrivals), None


def position_level(fix: Fix, now: datetime, targets: Targets = DEFAULTS) -> Level:
    """How old a victim's position is, against ``position_age``."""
    return targets.position_age.level(position_age_s(fix, now))
