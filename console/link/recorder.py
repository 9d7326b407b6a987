"""What a console sees, line by line as a recording has it: the difference between one picture and the next.

It takes nothing but pictures, so that nothing is recorded that its operator may not see, and a cut is as little a gap
here as on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from uuid import UUID

from console.domain.events import Event, InterventionGlimpsed, InterventionOnWall
from console.domain.intervention import State
from console.domain.room import Room, Seen
from console.wire.recording import (
    Recorded,
    RecordedEvent,
    RecordedPatrols,
    RecordedSight,
)


class Recorder:
    """Collects lines from pictures of a room. ``wanted``: only interventions for which it is true; None: all.

    What stands at the first picture, or comes into sight later, is told whole; what begins meanwhile event by event.
    """

    def __init__(self, wanted: Callable[[Seen], bool] | None = None) -> None:
        self._wanted = wanted or (lambda _seen: True)
        self._room = Room()
        self._items: list[Recorded] = []
        self._position = count(1)
        self._at: datetime | None = None
        self._since: datetime | None = None

    @property
    def items(self) -> tuple[Recorded, ...]:
        """What was recorded so far, in order."""
        return tuple(self._items)

    def heard(self, room: Room, now: datetime) -> None:
        """Take the next picture of the room; ``now`` on the backend's clock."""
        before, self._room = self._room, room
        if room.patrols is not before.patrols:
            self._patrols(before, room, now)
        fresh: list[Event] = []
        for intervention, seen in room.seen.items():
            known = before.seen.get(intervention)
            if known is None or known.timeline is not seen.timeline:
                fresh += self._news(known, seen, now)
        for event in sorted(fresh, key=lambda one: (one.at, one.intervention, one.version)):
            self._items.append(
                RecordedEvent(at=self._later(event.at), position=next(self._position), event=event)
            )
        for intervention, seen in before.seen.items():
            if intervention not in room.seen and seen.state.state is not State.CLOSED and self._wanted(seen):
                self._sight(intervention, (), now)
        if self._since is None:
            self._since = now

    def _news(self, known: Seen | None, seen: Seen, now: datetime) -> Iterator[Event]:
        """The events that follow what is known; a timeline that does not is told whole."""
        if not self._wanted(seen):
            return
        told = known.timeline if known is not None else ()
        new = seen.timeline
        if any(isinstance(event.body, InterventionGlimpsed | InterventionOnWall) for event in new):
            yield from new[-1:]
        elif new[: len(told)] == told and (told or (self._since is not None and new[0].at >= self._since)):
            yield from new[len(told) :]
        else:
            self._sight(seen.state.id, new, now)

    def _sight(self, intervention: UUID, events: tuple[Event, ...], now: datetime) -> None:
        position = next(self._position)
        self._items.append(
            RecordedSight(at=self._later(now), position=position, intervention=intervention, events=events)
        )

    def _patrols(self, before: Room, room: Room, now: datetime) -> None:
        gone = before.patrols.keys() - room.patrols.keys()
        whole = self._since is None or bool(gone)
        changed = [one for key, one in room.patrols.items() if whole or before.patrols.get(key) != one]
        if changed:
            self._items.append(RecordedPatrols(at=self._later(now), patrols=tuple(changed), complete=whole))

    def _later(self, at: datetime) -> datetime:
        self._at = max(at, self._at) if self._at is not None else at
        return self._at
