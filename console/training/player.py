"""A recording as it can be watched: what the control room knew at any moment of it. Pure; no clock runs here.

The picture at a moment is the fold of the lines up to it (`console.wire.recorded.folded`), as a live console folds its
feed. A picture is kept every so many lines; from the nearest one before it any other is a few milliseconds away.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID

from console.domain.casefile import CaseFile
from console.domain.events import Event, InterventionClosed, InterventionOnWall
from console.domain.intervention import Intervention, evolve
from console.domain.limits import DEFAULTS, Targets
from console.domain.room import Room
from console.training.marks import Breach, BreachWatch, Mark, MarkKind, mark_of
from console.wire.recorded import (
    Recorded,
    RecordedCaseFile,
    RecordedEvent,
    RecordedNote,
    RecordedSight,
    Recording,
    folded,
)

CHECKPOINT_EVERY: Final = 256
"""Lines from one picture that is kept to the next."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in a recording: the time there, and how many lines are known.

    Several lines may have one time; between two of them lies a moment as well, for who goes from event to event.
    """

    at: datetime
    index: int


class Player:
    """Pictures, marks and steps of one recording. Reading it once takes some ten microseconds a line.

    ``room``: through the eyes of which control room; without it, of the one that the recording is of.
    """

    def __init__(
        self,
        recording: Recording,
        *,
        targets: Targets = DEFAULTS,
        room: str | None = None,
        every: int = CHECKPOINT_EVERY,
    ) -> None:
        if every < 1:
            raise ValueError("a picture is kept at least every line")
        self.recording, self.targets, self._every = recording, targets, every
        self.items = recording.items
        _check_order(self.items)
        self._times = [item.at for item in self.items]
        self._pictures: list[Room] = []
        self._events: list[int] = []
        """How many lines are known right after each event."""
        self._last: tuple[int, Room] = (0, Room(code=room or recording.header.room))
        self.marks: tuple[Mark, ...] = tuple(self._read())
        self._marked = {kind: [one for one in self.marks if one.kind is kind] for kind in MarkKind}

    # Moments

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        header = self.recording.header.starts_at
        return min(header, self._times[0]) if self._times else header

    @property
    def ends_at(self) -> datetime:
        """When it ends: its last line, or its length if that is longer."""
        header = self.recording.header
        end = header.starts_at + timedelta(seconds=header.length_s)
        return max(end, self._times[-1]) if self._times else max(end, header.starts_at)

    @property
    def length_s(self) -> float:
        """How long it is, in seconds."""
        return (self.ends_at - self.starts_at).total_seconds()

    def start(self) -> Moment:
        """Its first moment, with everything that is known at once."""
        return self.seek(self.starts_at)

    def seek(self, at: datetime) -> Moment:
        """A moment of it; what lies outside is its first or its last one."""
        at = min(max(at, self.starts_at), self.ends_at)
        return Moment(at, bisect_right(self._times, at))

    def to(self, mark: Mark) -> Moment:
        """The moment of a mark: what came at the same time is known with it, a press with its zone; nothing later."""
        return self.seek(mark.at)

    # What was known

    def room(self, moment: Moment) -> Room:
        """What the control room knew at a moment."""
        known, room = self._last
        if not (known <= moment.index and moment.index - known <= self._every):
            kept = moment.index // self._every
            known, room = kept * self._every, self._pictures[kept]
        room = _folded_all(room, self.items[known : moment.index])
        self._last = (moment.index, room)
        return room

    def later(self, intervention: UUID, moment: Moment) -> tuple[Event, ...]:
        """What became known of an intervention after a moment, in order."""
        seen = self.room(moment).seen.get(intervention)
        known, found = seen.state.version if seen else 0, []
        for item in self.items[moment.index :]:
            for event in _events_of(item):
                if event.intervention == intervention and event.version > known:
                    known = event.version
                    found.append(event)
        return tuple(found)

    def case_file(self, case_file: str, moment: Moment) -> CaseFile | None:
        """The revision of a case file that stood at a moment, if the recording has it."""
        found = None
        for item in self.items[: moment.index]:
            if isinstance(item, RecordedCaseFile) and item.case_file.id == case_file:
                found = item.case_file
        return found

    # Steps

    def next_event(self, moment: Moment) -> Moment | None:
        """The moment right after the next event; None: there is none."""
        place = bisect_right(self._events, moment.index)
        return self._at_event(place) if place < len(self._events) else None

    def previous_event(self, moment: Moment) -> Moment | None:
        """The moment right after the last event, or at that moment of the one before it; None: there is none."""
        place = bisect_right(self._events, moment.index) - 1
        if place >= 0 and moment == self._at_event(place):
            place -= 1
        return self._at_event(place) if place >= 0 else None

    def next_mark(self, moment: Moment, *kinds: MarkKind) -> Mark | None:
        """The next mark of these kinds (none: of any)."""
        here = (moment.at, moment.index)
        return min(
            (one for marks in self._of(kinds) for one in _first_after(marks, here)), key=_place, default=None
        )

    def previous_mark(self, moment: Moment, *kinds: MarkKind) -> Mark | None:
        """The mark of these kinds (none: of any) before this moment."""
        here = (moment.at, 0)
        return max(
            (one for marks in self._of(kinds) for one in _last_before(marks, here)), key=_place, default=None
        )

    def _of(self, kinds: tuple[MarkKind, ...]) -> Iterable[list[Mark]]:
        return [self._marked[kind] for kind in kinds] if kinds else [list(self.marks)]

    def _at_event(self, place: int) -> Moment:
        index = self._events[place]
        return Moment(self._times[index - 1], index)

    # Reading it once

    def _read(self) -> list[Mark]:
        """Keep a picture every so many lines, and note what is worth a jump."""
        watch = BreachWatch(self.targets)
        states: dict[UUID, Intervention] = {}
        marks: list[Mark] = []
        room = self._last[1]
        for start in range(0, len(self.items) + 1, self._every):
            self._pictures.append(room)
            lines = self.items[start : start + self._every]
            room = _folded_all(room, lines)
            for known, item in enumerate(lines, start + 1):
                marks += self._marks_of(item, known, states, watch)
        marks += self._breaches(watch.ended(self.ends_at))
        return sorted(marks, key=_place)

    def _marks_of(
        self, item: Recorded, known: int, states: dict[UUID, Intervention], watch: BreachWatch
    ) -> list[Mark]:
        """What one line is worth. It is folded a second time, one by one: between two lines a target may be missed."""
        match item:
            case RecordedEvent(event=event):
                self._events.append(known)
                if (state := _next(states, event)) is None:
                    return []
                mark = mark_of(event, state.number, known)
                # It stands where the control room got to know of it, whatever time the event bears.
                own = [replace(mark, at=item.at)] if mark else []
                return own + self._breaches(watch.changed(state, item.at))
            case RecordedSight(events=()):
                self._events.append(known)
                states.pop(item.intervention, None)
                return self._breaches(watch.gone(item.intervention, item.at))
            case RecordedSight(events=events):
                self._events.append(known)
                for event in events:
                    _next(states, event)
                state = states.get(item.intervention)
                return self._breaches(watch.changed(state, item.at, came_whole=True)) if state else []
            case RecordedNote():
                return [Mark(item.at, known, MarkKind.NOTE, note=(item.kind, item.text))]
            case _:
                return []

    def _breaches(self, breaches: Iterable[Breach]) -> list[Mark]:
        return [
            Mark(
                one.at,
                bisect_right(self._times, one.at),
                MarkKind.BREACH,
                one.intervention,
                one.number,
                waited_for=one.waited_for,
                patrol=one.patrol,
            )
            for one in breaches
        ]


def _check_order(items: tuple[Recorded, ...]) -> None:
    if any(later.at < earlier.at for earlier, later in pairwise(items)):
        raise ValueError("the lines of a recording are in the order of their times")


def _next(states: dict[UUID, Intervention], event: Event) -> Intervention | None:
    """The state after an event; None: it was known before, or does not follow what is known."""
    before = states.get(event.intervention)
    if before is not None and event.version <= before.version:
        return None
    try:
        state = evolve(before, event)
    except Exception:  # as in `console.domain.room.Room.apply`: the picture says that something is missing
        return None
    states[event.intervention] = state
    return state


def _folded_all(room: Room, lines: Iterable[Recorded]) -> Room:
    """The picture after these lines, the same as from line to line, with the events taken together where that is so.

    An event and a report of patrols change different parts of it. After a close the oldest of what is closed is left
    out, so that a run of events ends there; and where something comes into sight or goes.
    """
    run: list[tuple[int, Event | None]] = []
    for item in lines:
        match item:
            case RecordedEvent(position=position, event=event):
                run.append((position, event))
                if isinstance(event.body, InterventionClosed | InterventionOnWall):
                    room, run = room.apply(run)[0], []
            case RecordedSight():
                room, run = folded(room.apply(run)[0] if run else room, item), []
            case _:
                room = folded(room, item)
    return room.apply(run)[0] if run else room


def _events_of(item: Recorded) -> tuple[Event, ...]:
    match item:
        case RecordedEvent(event=event):
            return (event,)
        case RecordedSight(events=events):
            return events
        case _:
            return ()


def _place(mark: Mark) -> tuple[datetime, int]:
    return mark.at, mark.index


def _first_after(marks: list[Mark], here: tuple[datetime, int]) -> list[Mark]:
    place = bisect_right(marks, here, key=_place)
    return marks[place : place + 1]


def _last_before(marks: list[Mark], here: tuple[datetime, int]) -> list[Mark]:
    place = bisect_left(marks, here, key=_place)
    return marks[max(0, place - 1) : place]
