"""Fan-out: what is committed goes to every console that may see it, in order, and harms nobody (R3, R8).

No socket and no clock in here: rows in, frames into outboxes. A console that resumes is brought up to the head by
reading the ledger (`catch_up`), however long that takes; only when it stands at the head does it get live frames
(`go_live`). So none is lost, none comes twice, and none overtakes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from uuid import UUID

from backend_stub.framing import (
    encoded,
    events_frames,
    intervention_frames,
    patrols_frames,
    positioned,
)
from backend_stub.ledger import FeedKind, FeedRow
from backend_stub.outbox import Outbox
from backend_stub.patrol_board import PatrolBoard
from backend_stub.unrecorded import Unrecorded
from console.domain.events import AlarmRaised, Event, InterventionOpenedByHand
from console.wire.console_frames import Heartbeat, InterventionWithdrawn, PressUnrecorded

Timelines = Mapping[tuple[UUID, int], Sequence[Event]]
"""(intervention, version) -> its events up to that version: what a `FeedKind.SNAPSHOT` row needs."""


@dataclass(eq=False)
class ConsoleSession:
    """One console that is logged in. ``position``: the last feed position put into its outbox.

    ``shown``: up to there the console has put it on the screen. ``to_show``: positions that bring an extract whose
    showing has not been written down yet, with the intervention (W7).
    """

    room: str
    operator: str
    outbox: Outbox = field(default_factory=Outbox)
    position: int = 0
    live: bool = False
    shown: int = 0
    to_show: list[tuple[int, UUID]] = field(default_factory=list)
    patrols_due: set[str] = field(default_factory=set)


@dataclass
class Counts:
    """What the hub did since the start."""

    events: int = 0
    overflows: int = 0
    resumes: int = 0
    snapshots: int = 0


class Hub:
    """The consoles and what they have been sent. Belongs to one thread."""

    def __init__(self, heads: Callable[[str], int], patrols: PatrolBoard) -> None:
        """``heads``: the committed head of a control room's feed, asked once per room."""
        self._heads_at_start = heads
        self._heads: dict[str, int] = {}
        self._rooms: defaultdict[str, dict[ConsoleSession, None]] = defaultdict(dict)
        self._patrols = patrols
        self.not_stored = Unrecorded()
        self.counts = Counts()

    def head(self, room: str) -> int:
        """The last position of a room that was published here."""
        if room not in self._heads:
            self._heads[room] = self._heads_at_start(room)
        return self._heads[room]

    def sessions(self, room: str | None = None) -> tuple[ConsoleSession, ...]:
        """The consoles of a room, or all."""
        if room is not None:
            return tuple(self._rooms.get(room, ()))
        return tuple(session for sessions in self._rooms.values() for session in sessions)

    def admit(self, session: ConsoleSession) -> None:
        """A console logged in: it gets heartbeats, and events once it has resumed."""
        self.head(session.room)
        self._rooms[session.room][session] = None

    def leave(self, session: ConsoleSession) -> None:
        """A console is gone."""
        self._rooms[session.room].pop(session, None)

    # Resume: rewind or picture, then catch_up until go_live.

    def rewind(self, session: ConsoleSession, position: int) -> None:
        """Begin to resume after ``position``."""
        session.live = False
        session.position = position
        self.counts.resumes += 1

    def picture(self, session: ConsoleSession, position: int) -> None:
        """Begin to resume with a snapshot of what is open, as of ``position``; its frames come from elsewhere."""
        self.rewind(session, position)
        self.counts.snapshots += 1

    def catch_up(self, session: ConsoleSession, rows: Sequence[FeedRow], timelines: Timelines) -> None:
        """Send rows of the feed that follow on the session's position."""
        self._put(session, self._frames(rows, timelines, {}))
        session.to_show += extracts_in(rows)
        if rows:
            session.position = rows[-1].pos

    def go_live(self, session: ConsoleSession) -> bool:
        """Turn live if the session stands at the head; False: read on from its position."""
        if session.position < self.head(session.room):
            return False
        session.live = True
        session.patrols_due.clear()
        pictures = (self._patrol(patrol, session.room) for patrol in self._patrols.seen_from(session.room))
        session.outbox.patrols(patrols_frames(pictures, complete=True))
        return True

    def tell_unrecorded(self, session: ConsoleSession, now: datetime) -> None:
        """Send the presses of its room that are not stored: they have no position, so no resume brings them (R10)."""
        waiting = self.not_stored.of(session.room, now)
        self._put(session, (press.model_dump_json().encode() for press in waiting))

    def publish(self, rows: Sequence[FeedRow], timelines: Timelines) -> None:
        """Send what was just committed. Each event is encoded once, each frame made once per room."""
        events: dict[tuple[int, bool], bytes] = {}
        self.counts.events += len({row.seq for row in rows})
        for room, group in groupby(sorted(rows, key=lambda row: (row.room, row.pos)), lambda row: row.room):
            own = list(group)
            head = self.head(room)
            self._heads[room] = max(head, own[-1].pos)
            live = [session for session in self._rooms.get(room, ()) if session.live]
            if not live:
                continue
            frames = list(self._frames(own, timelines, events))
            for session in live:
                if session.position < own[0].pos:
                    self._put(session, frames)
                else:  # it read the first of them from the ledger
                    later = [row for row in own if row.pos > session.position]
                    self._put(session, self._frames(later, timelines, events))
                session.to_show += extracts_in(row for row in own if row.pos > session.position)
                session.position = max(session.position, own[-1].pos)

    def unrecorded(self, room: str, press: PressUnrecorded) -> None:
        """Ring for a press that could not be stored, in every console of the room (R10)."""
        self.not_stored.add(room, press)
        frame = press.model_dump_json().encode()
        for session in self.sessions(room):
            self._put(session, (frame,))

    def tick(
        self, now: datetime, trouble: tuple[str, ...], health: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        """Once a second: a heartbeat for everyone, and the patrols that changed."""
        changed, self._patrols.changed = self._patrols.changed, set()
        for room, sessions in self._rooms.items():
            if not sessions:
                continue
            beat = Heartbeat(now=now, head=self.head(room), trouble=trouble, health=health.get(room, 0))
            moved = changed.intersection(self._patrols.seen_from(room))
            pictures: dict[str, bytes] = {}
            for session in sessions:
                session.outbox.heartbeat(beat.model_dump_json().encode())
                session.patrols_due |= moved if session.live else set()
                if session.patrols_due and session.outbox.wants_patrols:
                    for patrol in session.patrols_due - pictures.keys():
                        pictures[patrol] = self._patrol(patrol, room)
                    due = sorted(session.patrols_due)
                    session.patrols_due.clear()
                    session.outbox.patrols(patrols_frames(pictures[patrol] for patrol in due))

    def _patrol(self, patrol: str, room: str) -> bytes:
        return self._patrols.picture(patrol, room).model_dump_json().encode()

    def _put(self, session: ConsoleSession, frames: Iterable[bytes]) -> None:
        before = session.outbox.overflowed
        session.outbox.put(frames)
        if session.outbox.overflowed and not before:
            session.live = False
            self.counts.overflows += 1

    @staticmethod
    def _frames(
        rows: Sequence[FeedRow], timelines: Timelines, events: dict[tuple[int, bool], bytes]
    ) -> Iterable[bytes]:
        """Frames of one room's rows in order; ``events`` keeps what was encoded already, glimpses apart."""
        for kind, group in groupby(rows, lambda row: row.kind):
            if kind in {FeedKind.EVENT, FeedKind.GLIMPSE}:
                items = []
                for row in group:
                    key = row.seq, kind is FeedKind.GLIMPSE
                    if key not in events:
                        events[key] = encoded(row.event)
                    items.append(positioned(row.pos, events[key]))
                yield from events_frames(items)
                continue
            for row in group:
                intervention = row.event.intervention
                if kind is FeedKind.SNAPSHOT:
                    timeline = timelines[intervention, row.event.version]
                    yield from intervention_frames(row.pos, intervention, map(encoded, timeline))
                else:
                    gone = InterventionWithdrawn(position=row.pos, intervention=intervention)
                    yield gone.model_dump_json().encode()


def extracts_in(rows: Iterable[FeedRow]) -> tuple[tuple[int, UUID], ...]:
    """Positions at which these rows bring an extract, with the intervention: shown once acknowledged (W7)."""
    return tuple(
        (row.pos, row.event.intervention)
        for row in rows
        if row.kind is FeedKind.SNAPSHOT
        or (row.kind is FeedKind.EVENT and isinstance(row.event.body, AlarmRaised | InterventionOpenedByHand))
    )


def needed(rows: Iterable[FeedRow]) -> frozenset[tuple[UUID, int]]:
    """Which timelines must be read before these rows can be sent."""
    return frozenset(
        (row.event.intervention, row.event.version) for row in rows if row.kind is FeedKind.SNAPSHOT
    )
