"""What the backend's loop knows of open interventions, and what devices and patrols must hear of an event.

A fold over the committed events, like every other picture: the writer thread and the loop never share a state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from backend_stub.briefing import Brief
from console.domain import events as e
from console.domain.intervention import NEW_DANGER, Intervention, State, evolve
from console.wire.field_frames import (
    Call,
    ChatFrame,
    Push,
    ReleaseFrame,
    Ring,
    Stop,
    Task,
    Update,
    UpdateKind,
)

CHANNELS = (ChatFrame, Ring, Call, Push)
"""What is sent to reach her: it is noted if no phone is there to take it (W3)."""


class Field(StrEnum):
    """Who is out there."""

    DEVICE = "device"
    PATROL = "patrol"


@dataclass(frozen=True, slots=True)
class Order:
    """A frame for a device (by button) or a patrol (by id)."""

    to: Field
    id: str
    frame: ChatFrame | Ring | Call | Push | Stop | Task | Update | ReleaseFrame


class Board:
    """The open interventions, moved on event by event. ``load`` finds one that was closed when it was last seen."""

    def __init__(
        self, open_interventions: Iterable[Intervention], load: Callable[[UUID], Intervention | None]
    ) -> None:
        self._open = {one.id: one for one in open_interventions}
        self._load = load

    def __len__(self) -> int:
        return len(self._open)

    def get(self, intervention: UUID) -> Intervention | None:
        """An open intervention, or None."""
        return self._open.get(intervention)

    def is_open(self, number: str) -> bool:
        """Say whether the intervention of this number is open."""
        return any(one.number == number for one in self._open.values())

    def room_of(self, button: str, case_file: str | None) -> str | None:
        """The control room that already has an open intervention of this button or victim."""
        for one in self._open.values():
            own = one.case_file is not None and one.case_file.id == case_file
            if own or any(pressed == button for pressed, _ in one.presses):
                return one.room
        return None

    def apply(self, event: e.Event) -> tuple[Intervention | None, Intervention]:
        """Fold a committed event in; return the state before and after it."""
        before = self._open.get(event.intervention)
        if before is None and event.version > 1:
            # Reopened, or noted after its close: the ledger has it, perhaps some events further on.
            before = self._load(event.intervention)
        known = before is not None and event.version <= before.version
        after = before if before is not None and known else evolve(before, event)
        if after.state is State.CLOSED:
            self._open.pop(after.id, None)
        else:
            self._open[after.id] = after
        return before, after


def task_for(state: Intervention, readout: str | None = None) -> Task:
    """What a sent patrol gets: where, and the first-second extract, never the full file (W7)."""
    extract = state.extract
    return Task(
        intervention=state.id,
        number=state.number,
        zone=state.zone,
        fix=state.fix,
        case_file=state.case_file,
        victim=extract.victim if extract else None,
        perpetrator=extract.perpetrator if extract else None,
        readout=readout,
    )


def orders_of(
    event: e.Event, before: Intervention | None, state: Intervention, brief: Brief
) -> tuple[Order, ...]:
    """What the field must hear of an event; ``before`` and ``state`` are the intervention around it.

    A patrol that was only reserved hears nothing when it is let go: it was told of nothing.
    ``brief`` puts the read-out together for a patrol.
    """
    match event.body:
        case e.PatrolDispatched(patrol=patrol):
            return (Order(Field.PATROL, patrol, task_for(state, brief(state, patrol, event.at))),)
        case e.PatrolReleased(code="not_sent"):
            return ()  # it was only asked for
        case e.PatrolReleased(patrol=patrol, code=code) if _was_told(event, before, patrol):
            return (Order(Field.PATROL, patrol, ReleaseFrame(intervention=state.id, code=code)),)
        case e.FixReported(verdict="shown") | e.FixChosen() if state.fix is not None:
            update = Update(intervention=state.id, fix=state.fix, zone=state.zone)
            return tuple(Order(Field.PATROL, sent.patrol, update) for sent in state.sent)
        case e.CasefileChanged():
            return tuple(_of_the_file(event, event.body, state, sent.patrol, brief) for sent in state.sent)
        case e.ZoneChanged() | e.AlarmRepeated() | e.LineHeard():
            kind = _told(event.body)
            return tuple(_update(kind, event, state, sent.patrol, brief) for sent in state.sent if kind)
        case e.NoteAdded(code=e.NoteCode.SAME_MAN, words=words):
            told = Update(
                intervention=state.id, kind=UpdateKind.SAME_MAN, fix=state.fix, zone=state.zone, words=words
            )
            return tuple(Order(Field.PATROL, sent.patrol, told) for sent in state.sent)
        case e.InterventionClosed():
            buttons = dict.fromkeys(button for button, _ in state.presses)
            return tuple(Order(Field.DEVICE, button, Stop()) for button in buttons)
        case e.ChatSent(words=words) if state.button:
            return (Order(Field.DEVICE, state.button, ChatFrame(words=words)),)
        case e.PhoneRung() if state.button:
            return (Order(Field.DEVICE, state.button, Ring()),)
        case e.PhoneCalled() if state.button:
            return (Order(Field.DEVICE, state.button, Call()),)
        case e.PushSent(words=words) if state.button:
            return (Order(Field.DEVICE, state.button, Push(words=words)),)
        case _:
            return ()


def _was_told(event: e.Event, before: Intervention | None, patrol: str) -> bool:
    """It had its task. What was loaded after a close is further on than the event, and cannot tell: it is told."""
    return before is None or before.version >= event.version or before.patrol(patrol) is not None


def _told(body: e.AnyBody) -> UpdateKind | None:
    """What a patrol under way must hear of this; None: nothing (W10)."""
    match body:
        case e.ZoneChanged():
            return UpdateKind.ZONE
        case e.AlarmRepeated():
            return UpdateKind.SECOND_PRESS
        case e.LineHeard(code=code) if code in NEW_DANGER:
            return UpdateKind.DANGER
        case _:
            return None


def _update(kind: UpdateKind, event: e.Event, state: Intervention, patrol: str, brief: Brief) -> Order:
    readout = brief(state, patrol, event.at)
    frame = Update(intervention=state.id, kind=kind, fix=state.fix, zone=state.zone, readout=readout)
    return Order(Field.PATROL, patrol, frame)


def _of_the_file(
    event: e.Event, body: e.CasefileChanged, state: Intervention, patrol: str, brief: Brief
) -> Order:
    """The new extract for a patrol; it says again that it has read the danger if there is a new one (W10)."""
    frame = Update(
        intervention=state.id,
        kind=UpdateKind.DANGER if body.new_danger else UpdateKind.CASE_FILE,
        fix=state.fix,
        zone=state.zone,
        readout=brief(state, patrol, event.at),
        case_file=state.case_file,
        victim=body.victim,
        perpetrator=body.perpetrator,
    )
    return Order(Field.PATROL, patrol, frame)
