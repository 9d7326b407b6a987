"""A link that stands still: it shows the picture it was given, and keeps what it was asked to send."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from console.domain.commands import AnyCommand, Command, Refusal
from console.domain.room import Room
from console.domain.values import Mode, Role
from console.link.interface import Ask, BackendClock, Connection, Pending, Picture, Waiting
from console.wire.console_frames import Answer, Operator, Result

OPERATOR = Operator(id="4711", name="O. Voorbeeld", role=Role.OPERATOR, room="VBR")


class Hands:
    """A monotonic clock that moves only when it is told to."""

    def __init__(self, seconds: float = 1000.0) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


def picture_of(room: Room, now: datetime, monotonic_s: float = 1000.0) -> Picture:
    """A live picture of a room at the backend's ``now``."""
    return Picture(
        connection=Connection.LIVE,
        room=room,
        url="ws://127.0.0.1:8765",
        mode=Mode.DEMO,
        operator=OPERATOR,
        clock=BackendClock(now, monotonic_s),
        heard_s=monotonic_s,
        latency_ms=14.2,
        head=room.position,
    )


@dataclass
class StillLink:
    """Stands behind the `Link` of a screen. ``sent`` holds the commands in order, ``logins`` what was typed."""

    picture: Picture
    sent: list[Command] = field(default_factory=list)
    asked: list[Ask] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    confirmed: list[UUID] = field(default_factory=list)
    discarded: list[UUID] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    password: str = "a long invented password"
    typed: list[str] = field(default_factory=list)
    closed: bool = False
    monotonic_s: float = 1000.0
    _listener: Callable[[Picture], None] | None = None

    def start(self, listener: Callable[[Picture], None]) -> None:
        """Show the first picture."""
        self._listener = listener
        listener(self.picture)

    def show(self, picture: Picture) -> None:
        """Show another picture."""
        self.picture = picture
        if self._listener is not None:
            self._listener(picture)

    def note_unrecorded(self) -> None:
        """Show it as noted."""
        self.show(replace(self.picture, unrecorded=self.picture.unrecorded.note_oldest()))

    def login(self, operator: str, password: str) -> None:
        """Keep what was typed."""
        self.logins.append((operator, password))

    def send(self, do: AnyCommand, intervention: UUID | str | None, seen_decision: int | None) -> UUID:
        """Keep the command; it stands as sent until `answer`."""
        command = Command(
            id=UUID(int=0xC0DE_0000 + len(self.sent)),
            intervention=str(intervention) if intervention else None,
            seen_decision=seen_decision,
            do=do,
        )
        self.sent.append(command)
        pending = dict(self.picture.pending)
        pending[command.id] = Pending(command, Waiting.SENT, self.monotonic_s)
        self.show(replace(self.picture, pending=pending))
        return command.id

    def answer(self, command: UUID, refusal: Refusal | None = None) -> None:
        """The result of a command is back."""
        pending = {key: one for key, one in self.picture.pending.items() if key != command}
        results = (*self.picture.results, Result(id=command, refusal=refusal))
        self.show(replace(self.picture, pending=pending, results=results))

    def wait(self, command: UUID, waiting: Waiting) -> None:
        """A command waits."""
        pending = dict(self.picture.pending)
        pending[command] = replace(pending[command], waiting=waiting)
        self.show(replace(self.picture, pending=pending))

    def confirm(self, command: UUID) -> None:
        """Keep what was confirmed."""
        self.confirmed.append(command)

    def discard(self, command: UUID) -> None:
        """Keep what was discarded."""
        self.discarded.append(command)

    def ask(self, ask: Ask) -> Future[Answer]:
        """Answer at once with what was laid ready for this kind of question."""
        self.asked.append(ask)
        future: Future[Answer] = Future()
        if ask.about in self.answers:
            future.set_result(self.answers[ask.about])
        return future

    def unlock(self, password: str) -> Future[Answer]:
        """Say whether it is the right one."""
        self.typed.append(password)
        future: Future[Answer] = Future()
        refusal = None if password == self.password else Refusal(code="wrong_password")
        future.set_result(Answer(id=UUID(int=0), refusal=refusal))
        return future

    def close(self) -> None:
        """Keep that it was closed."""
        self.closed = True
