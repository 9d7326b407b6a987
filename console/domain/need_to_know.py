"""Staff whom a case file excludes: to them it does not exist, and nothing that names it (W19, S5, S6).

Who is excluded follows from the events of an intervention, so that it holds live, at a resume and in a replay alike.
Whoever was excluded once stays so. Nothing here says *that* something is kept from anybody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from console.domain import events as e
from console.domain.intervention import Intervention
from console.domain.rooms import ROOMS
from console.domain.values import SYSTEM, Role
from console.domain.watch import Staff


def exists_for(state: Intervention, operator: str) -> bool:
    """This intervention exists for an operator."""
    return operator not in state.excluded


def concerned(event: e.Event) -> frozenset[str]:
    """Staff for whom this event, or something in it, does not exist."""
    staff = {*event.hidden_from}
    match event.body:
        case e.NoteAdded(hidden_from=more) | e.CasefileChanged(hidden_from=more):
            staff.update(more)
        case e.AlarmRaised(others=others) | e.InterventionOpenedByHand(others=others):
            staff.update(one for other in others or () for one in other.hidden_from)
        case _:
            pass
    return frozenset(staff)


def as_known_to(event: e.Event, operator: str) -> e.Event | None:
    """The event as an operator may know it; None: its intervention does not exist for them.

    A note that names what they may not know only counts up the version; a victim whose file excludes them is not
    among a man's other victims.
    """
    if operator in event.hidden_from:
        return None
    match event.body:
        case e.NoteAdded(hidden_from=staff) if operator in staff:
            return event.model_copy(update={"actor": SYSTEM, "body": e.Withheld()})
        case (
            e.AlarmRaised(others=tuple() as others) | e.InterventionOpenedByHand(others=tuple() as others)
        ) if any(operator in other.hidden_from for other in others):
            left = tuple(other for other in others if operator not in other.hidden_from)
            return event.model_copy(update={"body": event.body.model_copy(update={"others": left or None})})
        case _:
            return event


def lost_sight(event: e.Event, operator: str) -> bool:
    """From this event on the intervention does not exist for an operator to whom it did before."""
    return isinstance(event.body, e.CasefileChanged) and operator in event.body.hidden_from


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Someone who is logged in and may act on alarms, or was until ``left``."""

    operator: str
    room: str
    role: Role
    left: datetime | None = None


def staff_for(state: Intervention, duty: Collection[OnDuty], since: datetime) -> Staff:
    """Who can answer this intervention: whoever it does not exist for is not there (W19).

    ``duty``: all who were logged in since ``since``, when that was first looked at. A room is empty from the moment
    in which the last of those who may know of it left.
    """
    may_know = [one for one in duty if exists_for(state, one.operator)]
    here = [one for one in may_know if one.left is None]
    operators = {one.room for one in here if one.role is Role.OPERATOR}
    excluded = {one.room for one in duty if one.left is None and not exists_for(state, one.operator)}
    staffed = frozenset(one.room for one in here)
    empty_since = dict.fromkeys(ROOMS.keys() - staffed, since)
    for one in may_know:
        if one.left is not None and one.room in empty_since:
            empty_since[one.room] = max(empty_since[one.room], one.left)
    return Staff(staffed, tuple(empty_since.items()), frozenset(excluded - operators))
