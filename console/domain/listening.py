"""Who listens in a control room, and whether a microphone is live there (W2, W6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from console.domain.intervention import Intervention, State
from console.domain.room import Room
from console.domain.voice_line import LineState


def microphone_live(room: Room, operator: str | None) -> bool:
    """Say whether the microphone of ``operator`` is live on a line: then the loudspeaker stays silent (W6)."""
    return operator is not None and any(
        one.state.line.live and one.state.line.listener == operator for one in room.seen.values()
    )


def open_lines(room: Room) -> tuple[Intervention, ...]:
    """The interventions that go on and whose line stands."""
    return tuple(
        one.state
        for one in room.seen.values()
        if one.state.state is not State.CLOSED and one.state.line.state is LineState.OPEN
    )


def unheard_beside_others(room: Room) -> frozenset[UUID]:
    """Of two open lines or more, those that nobody listens to: each says for how long (W2)."""
    lines = open_lines(room)
    return frozenset(one.id for one in lines if one.line.unheard) if len(lines) > 1 else frozenset()


def unheard_s(state: Intervention, now: datetime) -> float | None:
    """Seconds for which nobody has listened on its open line; None: somebody does, or no line stands."""
    since = state.line.unheard_since
    if not state.line.unheard or since is None:
        return None
    return max(0.0, (now - since).total_seconds())
