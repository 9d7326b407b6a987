"""What a control room sees: the fold over the events of its feed, and the patrols as last known.

Everything here is immutable: `Room.apply` returns the next picture and what changed in it, so that a screen
can hold one picture while the link makes the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from uuid import UUID

from console.domain.events import Event, UnknownBody
from console.domain.intervention import Intervention, State, evolve
from console.domain.patrols import Patrol

KEPT_CLOSED = 50
"""Closed interventions that stay in the picture; older ones are asked for by query (docs/wire.md)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One intervention with its timeline. ``position``: where it first came in the feed, its place in order."""

    state: Intervention
    timeline: tuple[Event, ...]
    position: int

    @property
    def update_needed(self) -> bool:
        """It holds an event of a later version."""
        return any(isinstance(event.body, UnknownBody) for event in self.timeline)


@dataclass(frozen=True, slots=True)
class Room:
    """The picture of one control room up to feed ``position``.

    ``missing`` names interventions of which an event came whose beginning is not here: a snapshot is due.
    """

    code: str = ""
    position: int = 0
    seen: Mapping[UUID, Seen] = field(default_factory=lambda: MappingProxyType({}))
    patrols: Mapping[str, Patrol] = field(default_factory=lambda: MappingProxyType({}))
    missing: frozenset[UUID] = frozenset()

    def apply(self, entries: Iterable[tuple[int, Event]]) -> tuple[Room, frozenset[UUID]]:
        """Fold (position, event) pairs in; return the next picture and the interventions that changed.

        What was already folded in (a position or version seen before) is left out, so that a resume may
        overlap. An event whose predecessors are not here makes its intervention ``missing``.
        """
        seen = dict(self.seen)
        missing = set(self.missing)
        changed: set[UUID] = set()
        position = self.position
        for at, event in entries:
            if at <= position:
                continue
            position = at
            before = seen.get(event.intervention)
            if before and event.version <= before.state.version:
                continue
            try:
                state = evolve(before.state if before else None, event)
            except ValueError:
                missing.add(event.intervention)
                continue
            timeline = (*before.timeline, event) if before else (event,)
            seen[event.intervention] = Seen(state, timeline, before.position if before else at)
            changed.add(event.intervention)
        room = replace(self, position=position, seen=_trimmed(seen), missing=frozenset(missing))
        return room, frozenset(changed)

    def with_snapshot(self, position: int, events: Iterable[Event]) -> Room:
        """Return a picture made anew from the timelines of what is open, at feed ``position``."""
        seen = _folded(events, position)
        return replace(self, position=position, seen=_trimmed(seen), missing=frozenset())

    def with_intervention(self, position: int, events: Iterable[Event]) -> Room:
        """Return the picture with one intervention that came into sight, or was fetched again, whole."""
        seen = dict(self.seen)
        for intervention, made in _folded(events, position).items():
            before = seen.get(intervention)
            seen[intervention] = replace(made, position=before.position) if before else made
        return replace(
            self,
            position=max(position, self.position),
            seen=_trimmed(seen),
            missing=self.missing - seen.keys(),
        )

    def without(self, intervention: UUID) -> Room:
        """Return the picture after sight of an intervention was lost."""
        seen = {key: one for key, one in self.seen.items() if key != intervention}
        return replace(self, seen=MappingProxyType(seen), missing=self.missing - {intervention})

    def with_patrols(self, patrols: Iterable[Patrol], *, complete: bool = False) -> Room:
        """Return the picture with patrols as now known; ``complete``: these are all there are."""
        known = {} if complete else dict(self.patrols)
        known.update((patrol.id, patrol) for patrol in patrols)
        return replace(self, patrols=MappingProxyType(known))

    def find(self, name: str) -> Seen | None:
        """The intervention of this number (``VBR-2026-0412``) or UUID, or None."""
        wanted = name.strip().casefold()
        for intervention, one in self.seen.items():
            if wanted in {str(intervention), one.state.number.casefold()}:
                return one
        return None

    def queue(self) -> tuple[Seen, ...]:
        """What the operator works through: unacknowledged presses, then what is open, then the closed.

        Within each the order is the ledger's, never a clock's; the latest closed one comes first.
        """

        def place(one: Seen) -> tuple[int, int]:
            if one.state.state is State.RAISED:
                return 0, one.position
            return (2, -one.position) if one.state.state is State.CLOSED else (1, one.position)

        return tuple(sorted(self.seen.values(), key=place))


def _folded(events: Iterable[Event], position: int) -> dict[UUID, Seen]:
    """Fold whole timelines; of those that came together the order of arrival is kept within one position."""
    states: dict[UUID, Intervention] = {}
    timelines: dict[UUID, list[Event]] = {}
    for event in events:
        states[event.intervention] = evolve(states.get(event.intervention), event)
        timelines.setdefault(event.intervention, []).append(event)
    oldest = position - len(states)
    return {
        key: Seen(state, tuple(timelines[key]), oldest + place)
        for place, (key, state) in enumerate(states.items(), start=1)
    }


def _trimmed(seen: dict[UUID, Seen]) -> Mapping[UUID, Seen]:
    closed = [key for key, one in seen.items() if one.state.state is State.CLOSED]
    for key in closed[:-KEPT_CLOSED]:
        del seen[key]
    return MappingProxyType(seen)
