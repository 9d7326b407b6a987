"""Who listens in a control room, and whether a microphone is live there (W2, W6)."""

from __future__ import annotations

from datetime import datetime

from console.domain.intervention import Intervention
from console.domain.room import Room
from console.domain.voice_line import LineState


def microphone_live(room: Room, operator: str | None) -> bool:
    """Say whether the microphone of ``operator`` is live on a line: then the loudspeaker stays silent (W6)."""
    return operator is not None and any(
        one.state.line.live and one.state.line.listener == operator for one in room.seen.values()
    )


def unheard_beside_others(room: Room, state: Intervention) -> bool:
    """Say whether nobody listens on its open line while another one is open: then it says for how long (W2)."""
    return state.line.unheard and any(
        one.state.line.state is LineState.OPEN and one.state.id != state.id for one in room.seen.values()
    )


def unheard_s(state: Intervention, now: datetime) -> float | None:
    """Seconds for which nobody has listened on its open line; None: somebody does, or no line stands."""
    since = state.line.unheard_since
    if not state.line.unheard or since is None:
        return None
    return max(0.0, (now - since).total_seconds())
