"""What the keys of the voice line stand for now: each key asks for what the screen shows is not so yet (W2)."""

from __future__ import annotations

from console.domain import commands as c
from console.tui.glance import Glance


def listening(glance: Glance) -> c.Listen | c.StopListening:
    """Listen, or let go of the line that this operator listens to."""
    operator, seen = glance.picture.operator, glance.seen
    mine = operator is not None and seen is not None and seen.state.line.listener == operator.id
    return c.StopListening() if mine else c.Listen()


def microphone(glance: Glance) -> c.Unmute | c.Mute:
    """Switch our microphone off where it is shown live, else on."""
    return c.Mute() if glance.seen is not None and glance.seen.state.line.live else c.Unmute()
