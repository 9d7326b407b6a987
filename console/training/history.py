"""A recording read for a debrief: each intervention from event to event, with what was known beside it at that moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from console.domain.events import Event, InterventionGlimpsed, InterventionOnWall, PatrolDispatched
from console.domain.intervention import Intervention, State, evolve
from console.domain.patrols import Patrol
from console.domain.values import ActorKind
from console.wire.recorded import RecordedEvent, RecordedPatrols, RecordedSight, Recording


@dataclass(frozen=True, slots=True)
class Moment:
    """An event with the state before and after it.

    ``patrols``: as the control room knew them just before; ``all_known``: a list of all of them had been recorded by
    then. ``others``: the other open interventions of the moment at which a patrol was sent; else none.
    """

    event: Event
    before: Intervention | None
    after: Intervention
    patrols: Mapping[str, Patrol]
    all_known: bool
    others: tuple[Intervention, ...] = ()

    @property
    def at(self) -> datetime:
        """When it happened, on the backend's clock."""
        return self.event.at

    @property
    def by_operator(self) -> bool:
        """A person at a console did it."""
        return self.event.actor.kind is ActorKind.OPERATOR


@dataclass(frozen=True, slots=True)
class History:
    """One intervention of a recording. ``ends_at``: where the recording ends; what comes after is not known."""

    id: UUID
    moments: tuple[Moment, ...]
    ends_at: datetime

    @property
    def number(self) -> str:
        """The number of the intervention."""
        return self.last.number

    @property
    def last(self) -> Intervention:
        """How it stood at the end of the recording."""
        return self.moments[-1].after

    @property
    def over_at(self) -> datetime:
        """When it was closed for good; else where the recording ends."""
        if self.last.state is not State.CLOSED:
            return self.ends_at
        return next(one.at for one in reversed(self.moments) if _closes(one))

    def of(self, *kinds: type) -> Iterator[Moment]:
        """The moments whose event has a body of these kinds."""
        return (one for one in self.moments if isinstance(one.event.body, kinds))

    def first(self, *kinds: type) -> Moment | None:
        """The first of them, or None."""
        return next(self.of(*kinds), None)


def _closes(one: Moment) -> bool:
    return one.after.state is State.CLOSED and (one.before is None or one.before.state is not State.CLOSED)


def ends_at(recording: Recording) -> datetime:
    """Where a recording ends: its last line, or the length of its header if that is later."""
    header = recording.header
    named = header.starts_at + timedelta(seconds=header.length_s)
    return max([named, *(item.at for item in recording.items)])


def histories(recording: Recording) -> tuple[History, ...]:
    """Every intervention that the recording holds from its beginning, in the order in which they began.

    Of one whose beginning is missing, or of which only a glimpse was seen (W8), nothing can be said.
    """
    moments: dict[UUID, list[Moment]] = {}
    states: dict[UUID, Intervention] = {}
    patrols: Mapping[str, Patrol] = MappingProxyType({})
    all_known = False
    for item in recording.items:
        match item:
            case RecordedPatrols():
                known = {} if item.complete else dict(patrols)
                patrols = MappingProxyType(known | {one.id: one for one in item.patrols})
                all_known = all_known or item.complete
            case RecordedEvent() | RecordedSight():
                for event in (item.event,) if isinstance(item, RecordedEvent) else item.events:
                    made = _moment(event, states, patrols, all_known)
                    if made is not None:
                        moments.setdefault(event.intervention, []).append(made)
            case _:
                pass
    until = ends_at(recording)
    return tuple(History(key, tuple(each), until) for key, each in moments.items())


def _moment(
    event: Event, states: dict[UUID, Intervention], patrols: Mapping[str, Patrol], all_known: bool
) -> Moment | None:
    before = states.get(event.intervention)
    if isinstance(event.body, InterventionGlimpsed | InterventionOnWall):
        return None
    if before is not None and event.version <= before.version:
        return None
    try:
        after = evolve(before, event)
    except Exception:  # what cannot be folded is left out, as in `console.domain.room`
        return None
    states[event.intervention] = after
    others: tuple[Intervention, ...] = ()
    if isinstance(event.body, PatrolDispatched):  # asked for nowhere else: a year has thousands of them
        others = tuple(
            one for key, one in states.items() if key != after.id and one.state is not State.CLOSED
        )
    return Moment(event, before, after, patrols, all_known, others)
