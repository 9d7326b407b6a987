"""The wall view (W18): what a supervisor's wall or a projector may show, for everyone in the room who looks up.

No names, addresses, words or plates, and so no point on a map, no button and no operator either. It is reduced before
it travels, and named field by field, so that what a later version adds to an event cannot stand on a wall.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from console.domain import events as e
from console.domain.casefile import danger_summary
from console.domain.intervention import Intervention, State
from console.domain.planned_test import Standing
from console.domain.room import Seen
from console.domain.sight import Sight, glimpse, sight_of
from console.domain.targets import DEFAULTS, GRAVITY, Clock, ClockKind, Targets, clocks
from console.domain.values import SYSTEM
from console.domain.watch import heard_at, standing


def on_wall(event: e.Event, state: Intervention, room: str) -> e.Event | None:
    """What goes out in the place of ``event`` to a wall of ``room``; ``state`` is the intervention after it.

    None: nothing. Whom a case file excludes may stand before the wall, so that what is kept from anybody is not on it
    (W19). Of what the room has a glimpse of, the wall has it too.
    """
    if state.excluded:
        return None
    if sight_of(state, room) is Sight.GLIMPSE:
        return glimpse(event, state)
    danger = danger_summary(state.extract.perpetrator if state.extract else None)
    body = e.InterventionOnWall(
        number=state.number,
        room=state.room,
        zone=state.zone,
        state=state.state,
        raised_at=state.raised_at,
        by_hand=not state.presses,
        presses=max(1, len(state.presses)),
        acknowledged_at=state.acknowledged_at,
        waiting_since=state.waiting_since,
        unsent_since=state.unsent_since,
        heard_at=heard_at(state) if state.fix else None,
        sent=tuple(
            e.OnWallPatrol(
                patrol=one.patrol,
                state=one.state,
                dispatched_at=one.dispatched_at,
                accepted_at=one.accepted_at,
                on_scene_at=one.on_scene_at,
            )
            for one in state.sent
        ),
        told_how_she_is=state.found is not None and state.found.told,
        line=state.line.state,
        line_since=state.line.since,
        listened=state.line.listener is not None,
        escalations=tuple(e.OnWallEscalation(code=one.code, to=one.to, at=one.at) for one in standing(state)),
        danger=danger.state,
        dangers=tuple(dict.fromkeys(one.kind for one in danger.dangers)),
        supporting=state.supporting,
        test=state.planned_test is not None and state.planned_test.standing is not Standing.REAL,
        cancelled=state.cancel_unchecked,
        abroad=state.abroad is not None,
    )
    return event.model_copy(update={"actor": SYSTEM, "body": body})


def shown(seen: Seen) -> e.InterventionOnWall | None:
    """What a wall was told last of an intervention; None: it has a glimpse alone."""
    body = seen.timeline[-1].body
    return body if isinstance(body, e.InterventionOnWall) else None


def awaited(seen: Seen, now: datetime, targets: Targets = DEFAULTS) -> Clock | None:
    """The clock that presses most, or None if nothing is being waited for."""
    body = shown(seen)
    if body is None:
        return None
    return next(
        (
            one
            for one in clocks(seen.state, now, targets)
            if not (one.kind is ClockKind.WELFARE and body.told_how_she_is)
        ),
        None,
    )


def by_urgency(seen: Iterable[Seen], now: datetime, targets: Targets = DEFAULTS) -> tuple[Seen, ...]:
    """What is open, the most urgent first: nobody has it, then what is latest; of two alike, who waits longest."""

    def place(one: Seen) -> tuple[bool, bool, int, float, int]:
        clock = awaited(one, now, targets)
        grave = -GRAVITY.index(clock.level) if clock else 1
        left = clock.left_s if clock else 0.0
        return shown(one) is None, one.state.state is not State.RAISED, grave, left, one.position

    return tuple(sorted((one for one in seen if one.state.state is not State.CLOSED), key=place))
