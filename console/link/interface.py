"""What a screen gets from the connection, and what it may ask of it.

The link lives in a thread of its own (docs/decisions.md); what it hands over is immutable. A live connection, a
recording and a test's still picture all stand behind `Link`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from console.domain.commands import AnyCommand, Command
from console.domain.room import Room
from console.domain.values import Mode
from console.link.unrecorded import Unrecorded
from console.wire.console_frames import (
    Answer,
    AskCasefile,
    AskHealth,
    AskHistory,
    AskRecording,
    AskResponses,
    AskTests,
    AskTimeline,
    AskVictims,
    Notice,
    Operator,
    Result,
)


class Connection(StrEnum):
    """How the link stands. Only ``LIVE`` may look live (R6); ``RECORDED`` is what was, and cannot act (S10)."""

    CONNECTING = "connecting"
    LOGIN_NEEDED = "login_needed"
    LIVE = "live"
    STALE = "stale"
    LOST = "lost"
    CLOSED = "closed"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class BackendClock:
    """The backend's clock as last heard: ``now`` when this machine's monotonic clock showed ``monotonic_s``."""

    now: datetime
    monotonic_s: float

    def at(self, monotonic_s: float) -> datetime:
        """The backend's time at a moment of the monotonic clock; every age on screen is measured with it."""
        return self.now + timedelta(seconds=monotonic_s - self.monotonic_s)


class Waiting(StrEnum):
    """Where a command stands that has no result yet (W12)."""

    SENT = "sent"  # on its way: the screen says "sending…"
    QUEUED = "queued"  # the link is down: NOT SENT - USE RADIO; goes out by itself within 10 s
    ASKS = "asks"  # it waited too long, or its intervention changed: the operator must confirm or discard


@dataclass(frozen=True, slots=True)
class Pending:
    """A command without a result, since a moment of the monotonic clock.

    ``went_out``: it was on its way when the link was lost, and may have been done.
    """

    command: Command
    waiting: Waiting
    since_s: float
    went_out: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """All that a screen shows at one moment. ``room.position < head`` is a gap, and is shown as one.

    ``trouble`` is the backend's, in codes; ``own_trouble`` says why waiting commands cannot be kept on disk here;
    ``health``: how much is wrong with the room's devices; ``sound_trouble`` why the sound command made no sound: the
    bell rings in its place. ``backup``: the address in use is not the first of those given. ``why`` says in the
    backend's or the system's words why the link stands as it does. ``patrols_known``: the list
    of patrols has come whole at least once.
    """

    connection: Connection = Connection.CONNECTING
    room: Room = field(default_factory=Room)
    url: str = ""
    backup: bool = False
    mode: Mode | None = None
    operator: Operator | None = None
    clock: BackendClock | None = None
    heard_s: float | None = None
    latency_ms: float | None = None
    head: int = 0
    trouble: tuple[str, ...] = ()
    health: int = 0
    own_trouble: str = ""
    sound_trouble: str = ""
    notice: Notice | None = None
    why: str = ""
    unrecorded: Unrecorded = field(default_factory=Unrecorded)
    pending: Mapping[UUID, Pending] = field(default_factory=dict)
    results: tuple[Result, ...] = ()
    patrols_known: bool = False

    @property
    def gap(self) -> int:
        """How many events of this control room are known to be missing here."""
        return max(0, self.head - self.room.position)


Ask = AskCasefile | AskHealth | AskHistory | AskRecording | AskResponses | AskTests | AskTimeline | AskVictims


class Link(Protocol):
    """What a screen may ask of the connection. Every method returns at once and may be called from any thread."""

    @property
    def picture(self) -> Picture:
        """The latest picture."""

    def start(self, listener: Callable[[Picture], None]) -> None:
        """Begin; ``listener`` is called in the link's thread with each new picture."""

    def login(self, operator: str, password: str) -> None:
        """Log in, or again after ``LOGIN_NEEDED``."""

    def send(self, do: AnyCommand, intervention: UUID | str | None, seen_decision: int | None) -> UUID:
        """Send a command, bound to the intervention (UUID or number) and the ``decision`` seen; return its id.

        It stands in `Picture.pending` until its result stands in `Picture.results`.
        """

    def confirm(self, command: UUID) -> None:
        """Send a waiting command after all, as it looks now."""

    def discard(self, command: UUID) -> None:
        """Drop a waiting command."""

    def note_unrecorded(self) -> None:
        """Take note of the press that could not be recorded and rings longest: it is heard no more."""

    def ask(self, ask: Ask) -> Future[Answer]:
        """Ask a question; the future fails with ConnectionError when the link is lost before the answer."""

    def unlock(self, password: str) -> Future[Answer]:
        """Ask whether this is the password of who is logged in: the answer has a refusal, or none (W17).

        The future fails with ConnectionError when the link is lost before the answer: ask again.
        """

    def close(self) -> None:
        """Log out and end the thread; whoever holds an open intervention is not logged out (W17)."""
