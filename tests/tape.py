"""A story that is recorded while it is told: for tests of what is made of recordings."""

from __future__ import annotations

from console.domain import events as e
from console.domain.patrols import Patrol
from console.domain.values import Actor, ActorKind, Mode
from console.wire.recorded import Header, Recorded, RecordedEvent, RecordedNote, RecordedPatrols, Recording
from tests.story import START, Story

TRAINEE = Actor(kind=ActorKind.OPERATOR, id="seat-1", room="VBR")


class Tape(Story):
    """A `Story` with a recording of what the control room was told."""

    def __init__(self, mode: Mode = Mode.EXERCISE, title: str = "A press in Leuven") -> None:
        super().__init__()
        self.items: list[Recorded] = []
        self.mode, self.title = mode, title

    def _enter(self, *events: e.Event) -> Story:
        for place, event in enumerate(events, start=1):
            position = self.room.position + place
            self.items.append(RecordedEvent(at=self.now, position=position, event=event))
        return super()._enter(*events)

    def patrols(self, *patrols: Patrol) -> Story:
        """All patrols there are, as known now."""
        self.items.append(RecordedPatrols(at=self.now, patrols=patrols, complete=True))
        return super().patrols(*patrols)

    def note(self, text: str, kind: str = "mark", picture: str | None = None) -> Tape:
        """The trainer writes something beside it."""
        self.items.append(RecordedNote(at=self.now, kind=kind, text=text, picture=picture))
        return self

    def recording(self) -> Recording:
        """The recording up to now."""
        header = Header(
            title=self.title, room="VBR", mode=self.mode, starts_at=START, language="nl", deidentified=True
        )
        made = Recording(header, tuple(self.items)).closed_up()
        length = (self.now - made.header.starts_at).total_seconds()
        return Recording(made.header.model_copy(update={"length_s": length}), made.items)
