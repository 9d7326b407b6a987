"""What a trainer jumps to in a recording: presses, decisions, targets that were missed, notes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from console.domain.events import (
    DECISIVE,
    AlarmRaised,
    AlarmRepeated,
    Event,
    InterventionOpenedByHand,
)
from console.domain.intervention import Intervention
from console.domain.limits import DEFAULTS, Limits, Targets
from console.domain.targets import ClockKind, running


class MarkKind(StrEnum):
    """What a mark stands for, from what the eye looks for first."""

    PRESS = "press"
    BREACH = "breach"
    DECISION = "decision"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment worth a look. ``index``: so many lines of the recording are known at it.

    ``intervention`` and ``number`` are those it belongs to (None and "" for a note). ``event`` is what happened; a
    target that is missed is no event: ``waited_for`` and ``patrol`` say which. ``note``: kind and text of a note.
    """

    at: datetime
    index: int
    kind: MarkKind
    intervention: UUID | None = None
    number: str = ""
    event: Event | None = None
    waited_for: ClockKind | None = None
    patrol: str | None = None
    note: tuple[str, str] = ("", "")


def mark_of(event: Event, number: str, index: int) -> Mark | None:
    """The mark of an event, if it is a press or a decision (`console.domain.events.DECISIVE`)."""
    if isinstance(event.body, AlarmRaised | AlarmRepeated | InterventionOpenedByHand):
        kind = MarkKind.PRESS
    elif event.type in DECISIVE:
        kind = MarkKind.DECISION
    else:
        return None
    return Mark(event.at, index, kind, event.intervention, number, event)


def missed_after_s(limits: Limits) -> float:
    """From how many seconds on a target is missed: its breach, or red where this time has no breach."""
    return limits.red if limits.breach is None else limits.breach


@dataclass(frozen=True, slots=True)
class Breach:
    """A target that was missed at ``at``."""

    at: datetime
    intervention: UUID
    number: str
    waited_for: ClockKind
    patrol: str | None


_Clock = tuple[ClockKind, datetime, "str | None"]


@dataclass
class BreachWatch:
    """Finds the targets that are missed, from the states in the order in which they became known.

    What was missed before it came into sight is no moment of the recording, and is left out.
    """

    targets: Targets = DEFAULTS
    _armed: dict[UUID, dict[_Clock, datetime]] = field(default_factory=dict)
    _numbers: dict[UUID, str] = field(default_factory=dict)
    _missed: set[tuple[UUID, _Clock]] = field(default_factory=set)

    def changed(self, state: Intervention, at: datetime, *, came_whole: bool = False) -> Iterator[Breach]:
        """An intervention stands so since ``at``: yields what was missed until then. Read it to its end.

        ``came_whole``: it came into sight with all that had happened before.
        """
        yield from self._until(state.id, at)
        self._numbers[state.id] = state.number
        armed: dict[_Clock, datetime] = {}
        for kind, since, patrol in () if state.glimpsed else running(state):
            clock = (kind, since, patrol)
            due = since + timedelta(seconds=missed_after_s(getattr(self.targets, kind)))
            if (state.id, clock) in self._missed:
                continue
            if due <= at and came_whole:
                self._missed.add((state.id, clock))
            else:
                armed[clock] = max(due, at)
        self._armed[state.id] = armed

    def gone(self, intervention: UUID, at: datetime) -> Iterator[Breach]:
        """It is out of sight from ``at`` on. Read it to its end."""
        yield from self._until(intervention, at)
        self._armed.pop(intervention, None)

    def ended(self, at: datetime) -> Iterator[Breach]:
        """The recording ends."""
        for intervention in tuple(self._armed):
            yield from self._until(intervention, at)

    def _until(self, intervention: UUID, at: datetime) -> Iterator[Breach]:
        """What has run out by ``at``: a limit counts from the moment it is reached."""
        for clock, due in sorted(self._armed.get(intervention, {}).items(), key=lambda one: one[1]):
            if due <= at and (intervention, clock) not in self._missed:
                self._missed.add((intervention, clock))
                yield Breach(due, intervention, self._numbers[intervention], clock[0], clock[2])


ORDER: Final = tuple(MarkKind)
"""Of marks at one place the first of these is shown."""
