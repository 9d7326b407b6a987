"""The voice line and the channels to the victim (W2, W3)."""

from __future__ import annotations

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import Intervention, LineState
from console.domain.rules.common import Bodies, Refused, still_open
from console.domain.values import Actor


def listen(state: Intervention, actor: Actor) -> Bodies:
    """Who listens on our side is shown to everyone (W2)."""
    _with_line(state)
    return (e.LineListenerChanged(operator=actor.id),)


def heard(state: Intervention, do: c.HeardOnLine) -> Bodies:
    """What is heard is logged, as a code with free text (W2)."""
    _with_line(state)
    return (e.LineHeard(code=do.code, words=do.words),)


def _with_line(state: Intervention) -> None:
    still_open(state)
    if state.line.state is not LineState.OPEN:
        raise Refused("no_line", number=state.number)
