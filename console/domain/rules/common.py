"""What every rule may look at, how it refuses, and what must hold before most of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from console.domain.commands import Refusal
from console.domain.events import KnownBody
from console.domain.intervention import Intervention, State
from console.domain.patrols import Patrol
from console.domain.values import Actor, Role

Bodies = tuple[KnownBody, ...]
"""What then happens."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Carries a refusal out of a rule."""

    def __init__(self, code: str, **facts: str) -> None:
        self.refusal = Refusal(code=code, facts=facts)
        super().__init__(self.refusal.sentence)


@dataclass(frozen=True)
class View:
    """What a rule may look at beside the intervention itself."""

    patrols: Mapping[str, Patrol] = field(default_factory=dict)
    zones: frozenset[str] = frozenset()


def may_act(state: Intervention, actor: Actor) -> None:
    """Only operators and supervisors of the leading control room act."""
    if actor.role not in {Role.OPERATOR, Role.SUPERVISOR}:
        raise Refused("wrong_role", role=actor.role or actor.kind)
    if actor.room != state.room:
        raise Refused("not_your_room", room=state.room)


def still_open(state: Intervention) -> None:
    """It is not closed."""
    if state.state is State.CLOSED:
        raise Refused("closed", number=state.number)


def in_hand(state: Intervention, actor: Actor) -> None:
    """It is open, acknowledged, and this operator handles it."""
    still_open(state)
    if state.state is State.RAISED:
        raise Refused("not_acknowledged", number=state.number)
    if state.handler != actor.id:
        raise Refused("not_yours", by=state.handler or "?", number=state.number)
