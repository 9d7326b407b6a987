"""The patrols as last known: who is on duty, where, and on what. Positions live here and nowhere else.

What a patrol does for an intervention is no memory of its own: it follows from the open interventions, so that a
restart finds it as it was. Positions and "busy elsewhere" are lost with the process; patrols send them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from backend_stub.registry.records import PatrolUnit
from console.domain.intervention import Intervention, State
from console.domain.need_to_know import exists_for
from console.domain.patrols import Patrol, PatrolState, Service
from console.domain.rooms import neighbours
from console.domain.sight import Sight, rooms_seeing, sight_of
from console.domain.values import Actor
from console.wire.field_frames import PatrolAvailability, PatrolPosition


def doing(intervention: Intervention) -> dict[str, PatrolState]:
    """What an intervention's patrols do for it: sent ones by their step, reserved ones by that word."""
    tasks = dict.fromkeys(intervention.reserved, PatrolState.RESERVED)
    for sent in intervention.sent:
        accepted = sent.state is State.DISPATCHED and sent.accepted_at
        tasks[sent.patrol] = PatrolState.ACCEPTED if accepted else PatrolState(sent.state.value)
    return tasks


def on_task(
    patrol: Patrol, task: PatrolState, intervention: Intervention, room: str, operator: str
) -> Patrol:
    """Show a patrol as sent to, or reserved for, an intervention, to an operator of a control room.

    One that was reserved and says that it cannot come is shown as it says: nobody has told it of the rest.
    Who does not see the intervention learns that the patrol is taken, not by what (S6, W19).
    """
    if task is PatrolState.RESERVED and patrol.state is not PatrolState.FREE:
        return patrol
    own = sight_of(intervention, room) in {Sight.LEAD, Sight.EXTRACT} and exists_for(intervention, operator)
    return patrol.model_copy(
        update={
            "state": task,
            "intervention": intervention.id if own else None,
            "busy_with": intervention.number if own else None,
        }
    )


def with_tasks(
    patrols: Mapping[str, Patrol], interventions: Iterable[Intervention], actor: Actor
) -> dict[str, Patrol]:
    """Return these patrols with what they do for these open interventions, as ``actor`` may know it."""
    shown = dict(patrols)
    for intervention in interventions:
        for patrol, task in doing(intervention).items():
            if patrol in shown:
                shown[patrol] = on_task(patrols[patrol], task, intervention, actor.room or "", actor.id)
    return shown


def _sights(intervention: Intervention) -> frozenset[tuple[str, Sight | None]]:
    """Who sees how much of it: it decides how its patrols are shown."""
    return frozenset((room, sight_of(intervention, room)) for room in rooms_seeing(intervention))


class PatrolBoard:
    """Every patrol of the registry. Belongs to one thread; `changed` collects what consoles must hear."""

    def __init__(self, units: Iterable[PatrolUnit], open_interventions: Iterable[Intervention] = ()) -> None:
        self._patrols = {unit.id: unit.patrol() for unit in units}
        self._tasks: dict[str, tuple[PatrolState, Intervention]] = {}
        self._seen_from: dict[str, tuple[str, ...]] = {}
        self.changed: set[str] = set()
        for intervention in open_interventions:
            self.follow(None, intervention)

    def __contains__(self, patrol: str) -> bool:
        return patrol in self._patrols

    @property
    def known(self) -> Mapping[str, Patrol]:
        """Every patrol as last heard of, by id, without what it does."""
        return self._patrols

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
        same = before is not None and (before.sent, before.reserved) == (after.sent, after.reserved)
        seen_alike = before is not None and (_sights(before), before.excluded) == (
            _sights(after),
            after.excluded,
        )
        if same and seen_alike:
            return
        for patrol in doing(before) if before else ():
            task = self._tasks.get(patrol)
            if task and task[1].id == after.id:
                del self._tasks[patrol]
                self.changed.add(patrol)
        for patrol, doing_now in doing(after).items():
            if patrol in self._patrols:
                self._tasks[patrol] = doing_now, after
                self.changed.add(patrol)

    def task_of(self, patrol: str) -> Intervention | None:
        """The open intervention a patrol was sent to, as it stood when that last changed for the patrol."""
        task = self._tasks.get(patrol)
        return task[1] if task and task[0] is not PatrolState.RESERVED else None

    def seen_from(self, room: str) -> tuple[str, ...]:
        """Ids of the patrols that a control room sees: its own, those of rooms it borders on, and federal ones."""
        if room not in self._seen_from:
            near = {room, *neighbours(room)}
            self._seen_from[room] = tuple(
                one.id
                for one in self._patrols.values()
                if one.room in near or one.service is not Service.LOCAL
            )
        return self._seen_from[room]

    def at_large(self, room: str) -> dict[str, Patrol]:
        """What a control room may know of patrols beside interventions; `with_tasks` adds these."""
        return {patrol: self._for_room(self._patrols[patrol], room) for patrol in self.seen_from(room)}

    def picture(self, patrol: str, room: str, operator: str) -> Patrol:
        """A patrol as an operator of a control room may see it."""
        known = self._for_room(self._patrols[patrol], room)
        task = self._tasks.get(patrol)
        return on_task(known, *task, room, operator) if task else known

    def hides(self, patrol: str, operator: str) -> bool:
        """What the patrol does is nothing that exists for this operator (W19)."""
        task = self._tasks.get(patrol)
        return task is not None and not exists_for(task[1], operator)

    def _change(self, patrol: str, **change: object) -> None:
        self._patrols[patrol] = self._patrols[patrol].model_copy(update=change)
        self.changed.add(patrol)

    @staticmethod
    def _for_room(patrol: Patrol, room: str) -> Patrol:
        if patrol.room == room or patrol.busy_with is None:
            return patrol
        return patrol.model_copy(update={"busy_with": None})
