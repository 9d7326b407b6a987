"""What the trainee's control room was told, written down as a recording: it sits in the room as one more console."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from backend_stub.backend import Backend
from backend_stub.hub import ConsoleSession
from console.domain.events import Event
from console.wire import console_frames as f
from console.wire.reading import read_from_backend
from console.wire.recording import (
    NoteKind,
    Recorded,
    RecordedCaseFile,
    RecordedEvent,
    RecordedNote,
    RecordedPatrols,
    RecordedSight,
)

NOBODY = "recorder"
"""No operator: no file excludes it, and it answers nothing."""


class Recorder:
    """Keeps every frame of a room as a line of a recording. Belongs to the backend's loop."""

    def __init__(self, backend: Backend, room: str, clock: Callable[[], datetime]) -> None:
        self._backend, self._clock = backend, clock
        self._session = ConsoleSession(room, NOBODY)
        self._session.outbox.wake = self._wake
        self._sight: list[Event] = []
        self._files: set[str] = set()
        self.items: list[Recorded] = []
        backend.hub.admit(self._session)
        self._session.position = backend.hub.head(room)
        backend.hub.go_live(self._session)
        self.take()

    def note(self, kind: NoteKind | str, text: str) -> None:
        """Write a word beside the events."""
        self._put(RecordedNote(at=self._clock(), kind=str(kind), text=text[:4000]))

    def take(self) -> None:
        """Write down what waits."""
        while (frame := self._session.outbox.take()) is not None:
            self._frame(read_from_backend(frame.decode()).frame)

    def leave(self) -> None:
        """Write down what waits, and go."""
        self.take()
        self._backend.hub.leave(self._session)

    def _wake(self) -> None:
        asyncio.get_running_loop().call_soon(self.take)

    def _frame(self, frame: f.ToConsole) -> None:
        now = self._clock()
        match frame:
            case f.Events():
                for item in frame.items:
                    if isinstance(item, f.Positioned):
                        self._file_of(item.event)
                        self._put(RecordedEvent(at=now, position=item.position, event=item.event))
            case f.InterventionSnapshot():
                self._sight += frame.events
                if frame.last:
                    events, self._sight = tuple(self._sight), []
                    for event in events:
                        self._file_of(event)
                    self._put(
                        RecordedSight(
                            at=now, position=frame.position, intervention=frame.intervention, events=events
                        )
                    )
            case f.InterventionWithdrawn():
                self._put(RecordedSight(at=now, position=frame.position, intervention=frame.intervention))
            case f.Patrols():
                self._put(RecordedPatrols(at=now, patrols=frame.patrols, complete=frame.complete))

    def _file_of(self, event: Event) -> None:
        """The case file that an alarm names, once, as it stands."""
        named = getattr(event.body, "case_file", None)
        if named is None or named.id in self._files:
            return
        self._files.add(named.id)
        held = self._backend.registry.held_case_file(named.id)
        if held is not None and held.case_file is not None:
            self._put(RecordedCaseFile(at=self._clock(), case_file=held.case_file))

    def _put(self, item: Recorded) -> None:
        if self.items and item.at < self.items[-1].at:
            item = item.model_copy(update={"at": self.items[-1].at})
        self.items.append(item)
