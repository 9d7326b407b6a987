"""What one shift hands to the next: who holds what, what is awaited, and what must be watched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from console.domain.intervention import Intervention, State
from console.domain.limits import DEFAULTS, Targets
from console.domain.targets import Clock, clocks
from console.domain.watch import LastHeard, Watched, watched


@dataclass(frozen=True, slots=True)
class Open:
    """An open intervention with what is awaited, the gravest first, and what must be watched."""

    state: Intervention
    awaited: tuple[Clock, ...]
    watch: tuple[Watched, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """What an operator has in hand: as handler, and on the line. ``operator`` None: nobody has it."""

    operator: str | None
    handled: tuple[str, ...] = ()
    listened: tuple[str, ...] = ()


def still_open(
    states: Iterable[Intervention],
    now: datetime,
    patrols: Mapping[str, LastHeard],
    targets: Targets = DEFAULTS,
) -> tuple[Open, ...]:
    """What is open and more than a glimpse, in the order given."""
    return tuple(
        Open(state, clocks(state, now, targets), watched(state, now, targets, patrols))
        for state in states
        if state.state is not State.CLOSED and not state.glimpsed
    )


def holdings(states: Iterable[Intervention], room: str) -> tuple[Holding, ...]:
    """Who holds what of a control room; what nobody holds comes first, then by operator."""
    handled: dict[str | None, list[str]] = {}
    listened: dict[str, list[str]] = {}
    for state in states:
        if state.state is State.CLOSED or state.glimpsed or state.room != room:
            continue
        handled.setdefault(state.handler, []).append(state.number)
        if (one := state.line.listener) is not None:
            listened.setdefault(one, []).append(state.number)
    everyone = sorted({*handled, *listened}, key=lambda one: (one is not None, one or ""))
    return tuple(
        Holding(one, tuple(handled.get(one, ())), tuple(listened.get(one, ())) if one else ())
        for one in everyone
    )
