"""Who may no longer act hands over first what they hold: nothing is left without a hand (W17).

Asked of how things stand, never of what was changed: so it is done once however often it is asked, also when the
backend was down while an account was disabled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from console.domain import events as e
from console.domain.intervention import Intervention, State
from console.domain.locking import holds
from console.domain.need_to_know import exists_for
from console.domain.rules import line
from console.domain.rules.common import Bodies
from console.domain.values import Role

ACTS: Final = frozenset({Role.OPERATOR, Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Person:
    """What the registry says now of someone who may log in."""

    role: Role
    room: str
    disabled: bool = False


People = Mapping[str, Person]
"""By the id under which they log in; who is not in it was removed."""


def hand_on(state: Intervention, people: People, supervisors: Collection[str]) -> Bodies:
    """What happens to an open intervention because who holds it may no longer act; nothing if they may.

    It goes to the first of ``supervisors`` (of its control room, logged in) who may act; without one it rings again
    for the room, and goes along its chain from there (W6): patrols that are on it go on. Listening ends rather than
    passes: nobody is shown as listening who has not put the line on their ears.
    """
    if state.state is State.CLOSED:
        return ()
    listener, handler = state.line.listener, state.handler
    bodies: Bodies = ()
    if listener is not None and (why := _may_not(listener, state, people)):
        bodies = line.hung_up(state, why)
    if handler is None or state.state is State.RAISED or not (why := _may_not(handler, state, people)):
        return bodies
    takes = next((one for one in supervisors if one != handler and not _may_not(one, state, people)), None)
    if takes is not None:
        return *bodies, e.TakenOver(from_operator=handler, to_operator=takes, because=why)
    free = (e.PatrolReleased(patrol=patrol) for patrol in state.reserved)
    return *bodies, *free, e.Released(from_operator=handler, because=why)


def in_order(supervisors: Iterable[str], states: Collection[Intervention]) -> tuple[str, ...]:
    """Supervisors in the order in which they are given something: who holds least comes first."""
    return tuple(sorted(set(supervisors), key=lambda one: (len(holds(states, one)), one)))


def _may_not(holder: str, state: Intervention, people: People) -> e.LeftBecause | None:
    """Why this person may not act on an intervention; None: they may."""
    if not exists_for(state, holder):
        return e.LeftBecause.EXCLUDED
    person = people.get(holder)
    if person is None:
        return e.LeftBecause.ACCOUNT_REMOVED
    if person.disabled:
        return e.LeftBecause.ACCOUNT_DISABLED
    if person.role not in ACTS:
        return e.LeftBecause.ROLE_CHANGED
    return e.LeftBecause.ROOM_CHANGED if person.room != state.room else None
