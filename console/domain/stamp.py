"""Put decided bodies into envelopes: identity, version, decision, time, actor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from uuid import UUID

from console.domain.events import DECISIVE, Event, KnownBody
from console.domain.intervention import Intervention, evolve
from console.domain.values import Actor


def stamp(
    state: Intervention | None,
    intervention: UUID,
    bodies: Iterable[KnownBody],
    actor: Actor,
    now: datetime,
    new_id: Callable[[], UUID],
    hidden_from: Collection[str] = (),
) -> tuple[tuple[Event, ...], Intervention | None]:
    """Return the events in order and the state they lead to; versions go on without gaps.

    ``hidden_from``: staff to whom the intervention does not exist from here on, beside those of before (W19).
    """
    events: list[Event] = []
    for body in bodies:
        event = Event(
            id=new_id(),
            intervention=intervention,
            version=(state.version if state else 0) + 1,
            decision=(state.decision if state else 0) + (body.type in DECISIVE),
            at=now,
            actor=actor,
            body=body,
            hidden_from=tuple(sorted({*(state.excluded if state else ()), *hidden_from})),
        )
        state = evolve(state, event)
        events.append(event)
    return tuple(events), state
