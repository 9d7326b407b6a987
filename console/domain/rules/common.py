"""What every rule may look at, how it refuses, and what must hold before most of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from console.domain import commands as c
from console.domain.commands import Refusal
from console.domain.events import KnownBody
from console.domain.intervention import Intervention, State
from console.domain.patrols import Patrol, Service
from console.domain.values import Actor, Role
from console.domain.watch import escalated_to

Bodies = tuple[KnownBody, ...]
"""What then happens."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Carries a refusal out of a rule."""

    def __init__(self, code: str, **facts: str) -> None:
        self.refusal = Refusal(code=code, facts=facts)
        super().__init__(self.refusal.sentence)


@dataclass(frozen=True)
class View:
    """What a rule may look at beside the intervention itself. ``also_open``: another one, open for the same victim."""

    patrols: Mapping[str, Patrol] = field(default_factory=dict)
    zones: frozenset[str] = frozenset()
    also_open: Intervention | None = None


SUPPORT: Final = (c.Dispatch, c.Reserve, c.Recall, c.DangerPassed, c.Status, c.Saw, c.Note, c.Afterwards)
"""What a supporting control room does (W8): it sends its own patrols, and writes down what is to be known."""

OF_OTHER_ROOMS: Final = (c.AcceptSupport, c.AcceptLead, c.Decline, c.TakeOverRoom, c.LetGo)
"""What another control room does: whether it was asked, or may, is their own rule (`rooms`)."""


def may_act(state: Intervention, actor: Actor, do: c.AnyCommand | None = None) -> None:
    """Only operators and supervisors act: of the leading control room, and within bounds of a supporting one (W8).

    ``do`` None: something that only the lead does.
    """
    if actor.role not in {Role.OPERATOR, Role.SUPERVISOR}:
        raise Refused("wrong_role", role=actor.role or actor.kind)
    if actor.room == state.room or isinstance(do, OF_OTHER_ROOMS):
        return
    if isinstance(do, c.Acknowledge) and escalated_to(state, actor.room):
        return
    if actor.room not in state.supporting:
        raise Refused("not_your_room", room=state.room)
    if not isinstance(do, SUPPORT):
        raise Refused("not_for_support", room=state.room, number=state.number)


def sends(state: Intervention, actor: Actor) -> None:
    """It may send patrols: who handles it, and any operator of a supporting control room (W8)."""
    if actor.room == state.room:
        in_hand(state, actor)
        return
    still_open(state)
    if state.state is State.RAISED:
        raise Refused("not_acknowledged", number=state.number)


def sendable(patrol: Patrol, actor: Actor) -> None:
    """A room sends its own patrols, and federal ones, which belong to no zone; a neighbour is asked to help (W8)."""
    if patrol.service is Service.LOCAL and patrol.room != actor.room:
        raise Refused("patrol_of_other_room", patrol=patrol.call_sign, room=patrol.room)


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
