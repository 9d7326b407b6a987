"""The patrols as last known: who is on duty, where, and on what. Positions live here and nowhere else.

What a patrol does for an intervention is no memory of its own: it follows from the open interventions, so that a
restart finds it as it was. Positions and "busy elsewhere" are lost with the process; patrols send them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from backend_stub.registry.records import PatrolUnit
from console.domain.intervention import Intervention, Sent, State
from console.domain.patrols import Patrol, PatrolState
from console.domain.rooms import neighbours
from console.wire.field_frames import PatrolAvailability, PatrolPosition


def on_task(patrol: Patrol, sent: Sent, intervention: Intervention, room: str) -> Patrol:
    """Show a patrol as sent to an intervention, for a control room.

    A room that does not see the intervention learns that the patrol is taken, not by what (S6).
    """
    state = PatrolState(sent.state.value)
    if sent.state is State.DISPATCHED and sent.accepted_at:
        state = PatrolState.ACCEPTED
    own = intervention.room == room
    return patrol.model_copy(
        update={
            "state": state,
            "intervention": intervention.id if own else None,
            "busy_with": intervention.number if own else None,
        }
    )


def with_tasks(
    patrols: Mapping[str, Patrol], interventions: Iterable[Intervention], room: str
) -> dict[str, Patrol]:
    """Return these patrols with what they do for these open interventions, as ``room`` may know it."""
    shown = dict(patrols)
    for intervention in interventions:
        for sent in intervention.sent:
            if sent.patrol in shown:
                shown[sent.patrol] = on_task(patrols[sent.patrol], sent, intervention, room)
    return shown


class PatrolBoard:
    """Every patrol of the registry. Belongs to one thread; `changed` collects what consoles must hear."""

    def __init__(self, units: Iterable[PatrolUnit], open_interventions: Iterable[Intervention] = ()) -> None:
        self._patrols = {unit.id: unit.patrol() for unit in units}
        self._tasks: dict[str, tuple[Sent, Intervention]] = {}
        self._seen_from: dict[str, tuple[str, ...]] = {}
        self.changed: set[str] = set()
        for intervention in open_interventions:
            self.follow(None, intervention)

    def __contains__(self, patrol: str) -> bool:
        return patrol in self._patrols

    def room_of(self, patrol: str) -> str:
        """The control room that a patrol belongs to."""
        return self._patrols[patrol].room

    def moved(self, patrol: str, position: PatrolPosition, now: datetime) -> None:
        """Take a position in; its age counts from ``now``, the backend's clock."""
        self._change(
            patrol,
            lon=position.lon,
            lat=position.lat,
            speed_mps=position.speed_mps,
            heading_deg=position.heading_deg,
            position_at=now,
        )

    def available(self, patrol: str, said: PatrolAvailability) -> None:
        """Take in whether it is free, busy with something else, or off duty."""
        self._change(patrol, state=PatrolState(said.state), busy_with=said.busy_with)

    def follow(self, before: Intervention | None, after: Intervention) -> None:
        """Take in what changed for the patrols of an intervention."""
        if before is not None and before.sent == after.sent:
            return
        for sent in before.sent if before else ():
            task = self._tasks.get(sent.patrol)
            if task and task[1].id == after.id:
                del self._tasks[sent.patrol]
                self.changed.add(sent.patrol)
        for sent in after.sent:
            if sent.patrol in self._patrols:
                self._tasks[sent.patrol] = sent, after
                self.changed.add(sent.patrol)

    def task_of(self, patrol: str) -> Intervention | None:
        """The open intervention a patrol was sent to, as it stood when that last changed for the patrol."""
        task = self._tasks.get(patrol)
        return task[1] if task else None

    def seen_from(self, room: str) -> tuple[str, ...]:
        """Ids of the patrols that a control room sees: its own and those of rooms it borders on."""
        if room not in self._seen_from:
            near = {room, *neighbours(room)}
            self._seen_from[room] = tuple(one.id for one in self._patrols.values() if one.room in near)
        return self._seen_from[room]

    def at_large(self, room: str) -> dict[str, Patrol]:
        """What a control room may know of patrols beside interventions; `with_tasks` adds these."""
        return {patrol: self._for_room(self._patrols[patrol], room) for patrol in self.seen_from(room)}

    def picture(self, patrol: str, room: str) -> Patrol:
        """A patrol as a control room may see it."""
        known = self._for_room(self._patrols[patrol], room)
        task = self._tasks.get(patrol)
        return on_task(known, *task, room) if task else known

    def _change(self, patrol: str, **change: object) -> None:
        self._patrols[patrol] = self._patrols[patrol].model_copy(update=change)
        self.changed.add(patrol)

    @staticmethod
    def _for_room(patrol: Patrol, room: str) -> Patrol:
        if patrol.room == room or patrol.busy_with is None:
            return patrol
        return patrol.model_copy(update={"busy_with": None})
