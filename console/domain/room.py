"""What a control room sees: the fold over the events of its feed, and the patrols as last known.

Everything here is immutable: `Room.apply` returns the next picture and what changed in it, so that a screen
can hold one picture while the link makes the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from uuid import UUID

from console.domain.events import Event, InterventionGlimpsed, InterventionOnWall, UnknownBody
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

    ``missing`` names interventions of which an event came whose predecessors are not here, each with the highest
    version that came: its whole timeline is due, up to that version at least.
    """

    code: str = ""
    position: int = 0
    seen: Mapping[UUID, Seen] = field(default_factory=lambda: MappingProxyType({}))
    patrols: Mapping[str, Patrol] = field(default_factory=lambda: MappingProxyType({}))
    missing: Mapping[UUID, int] = field(default_factory=lambda: MappingProxyType({}))

    def apply(self, entries: Iterable[tuple[int, Event | None]]) -> tuple[Room, frozenset[UUID]]:
        """Fold (position, event) pairs in; return the next picture and the interventions that changed.

        What was already folded in (a position or version seen before) is left out, so that a resume may
        overlap. An event whose predecessors are not here makes its intervention ``missing``. A position without an
        event is only counted: what stands there is not for who is logged in.
        """
        seen = _copied(self.seen)
        missing = dict(self.missing)
        new: dict[UUID, list[Event]] = {}
        closed = False
        position = self.position
        for at, event in entries:
            if at <= position:
                continue
            position = at
            if event is None:
                continue
            before = seen.get(event.intervention)
            if before and event.version <= before.state.version:
                continue
            try:
                state = evolve(before.state if before else None, event)
            except (
                Exception
            ):  # also a mistake in the fold: one event that cannot be folded never stops the others
                missing[event.intervention] = max(event.version, missing.get(event.intervention, 0))
                continue
            if state.state is State.CLOSED:
                closed = True
                seen.pop(event.intervention, None)  # the last place: of the closed the latest are kept
            whole = not isinstance(event.body, InterventionGlimpsed | InterventionOnWall)
            known = () if before is None or not whole else before.timeline
            seen[event.intervention] = Seen(state, known, before.position if before else at)
            if not whole:
                new[event.intervention] = [event]  # only what it is now; what was seen before is gone
            else:
                new.setdefault(event.intervention, []).append(event)
        for intervention, events in new.items():
            one = seen[intervention]
            seen[intervention] = replace(one, timeline=(*one.timeline, *events))
        room = replace(
            self,
            position=position,
            seen=_trimmed(seen) if closed else MappingProxyType(seen),
            missing=MappingProxyType(missing),
        )
        return room, frozenset(new)

    def with_snapshot(self, position: int, events: Iterable[Event]) -> Room:
        """Return a picture made anew from the timelines of what is open, at feed ``position``.

        A timeline that cannot be folded makes its intervention ``missing``; the others stand.
        """
        seen, missing = _folded(events, position)
        return replace(self, position=position, seen=_trimmed(seen), missing=MappingProxyType(missing))

    def with_intervention(self, position: int, events: Iterable[Event]) -> Room:
        """Return the picture with one intervention that came into sight, or was fetched again, whole.

        A timeline that is older than what is here changes nothing; one that ends before the last event that came
        leaves its intervention ``missing``: that event followed while it was fetched.
        """
        seen, missing = _copied(self.seen), dict(self.missing)
        made, broken = _folded(events, position)
        for intervention, one in made.items():
            before = seen.get(intervention)
            if before is None or before.state.version < one.state.version:
                seen.pop(intervention, None)  # as in `apply`
                seen[intervention] = replace(one, position=before.position) if before else one
            if missing.get(intervention, 0) <= one.state.version:
                missing.pop(intervention, None)
        for intervention, version in broken.items():
            missing[intervention] = max(version, missing.get(intervention, 0))
        return replace(
            self,
            position=max(position, self.position),
            seen=_trimmed(seen),
            missing=MappingProxyType(missing),
        )

    def without(self, intervention: UUID) -> Room:
        """Return the picture after sight of an intervention was lost."""
        seen = {key: one for key, one in self.seen.items() if key != intervention}
        missing = {key: version for key, version in self.missing.items() if key != intervention}
        return replace(self, seen=MappingProxyType(seen), missing=MappingProxyType(missing))

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


def _copied(seen: Mapping[UUID, Seen]) -> dict[UUID, Seen]:
    # dict() of a proxy hashes every UUID anew, in Python: 0.15 ms for a thousand of them.
    return seen.copy() if isinstance(seen, MappingProxyType) else dict(seen)


def _folded(events: Iterable[Event], position: int) -> tuple[dict[UUID, Seen], dict[UUID, int]]:
    """Fold whole timelines; of those that came together the order of arrival is kept within one position.

    Beside them: the interventions whose timeline has a hole or no beginning, with their highest version.
    """
    states: dict[UUID, Intervention] = {}
    timelines: dict[UUID, list[Event]] = {}
    broken: dict[UUID, int] = {}
    for event in events:
        timelines.setdefault(event.intervention, []).append(event)
        try:
            states[event.intervention] = evolve(states.get(event.intervention), event)
        except Exception:  # as in `Room.apply`
            broken[event.intervention] = max(event.version, broken.get(event.intervention, 0))
    whole = {key: state for key, state in states.items() if key not in broken}
    oldest = position - len(whole)
    seen = {
        key: Seen(state, tuple(timelines[key]), oldest + place)
        for place, (key, state) in enumerate(whole.items(), start=1)
    }
    return seen, broken


def _trimmed(seen: dict[UUID, Seen]) -> Mapping[UUID, Seen]:
    closed = [key for key, one in seen.items() if one.state.state is State.CLOSED]
    for key in closed[:-KEPT_CLOSED]:
        del seen[key]
    return MappingProxyType(seen)
