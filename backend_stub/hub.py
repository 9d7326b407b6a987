"""Fan-out: what is committed goes to every console that may see it, in order, and harms nobody (R3, R8).

No socket and no clock in here: rows in, frames into outboxes. A console that resumes is brought up to the head by
reading the ledger (`catch_up`), however long that takes; only when it stands at the head does it get live frames
(`go_live`). So none is lost, none comes twice, and none overtakes. What each console may see of a row is
`backend_stub.shown`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from uuid import UUID

from backend_stub.framing import patrols_frames
from backend_stub.ledger import FeedKind, FeedRow
from backend_stub.outbox import Outbox
from backend_stub.patrol_board import PatrolBoard
from backend_stub.shown import Encoded, Timelines, concerned_by, extracts_in, frames_for, wall_frames
from backend_stub.unrecorded import Unrecorded
from console.wire.console_frames import Heartbeat, PressRecorded, PressUnrecorded


@dataclass(eq=False)
class ConsoleSession:
    """One console that is logged in. ``position``: the last feed position put into its outbox.

    ``shown``: up to there the console has put it on the screen. ``to_show``: positions that bring an extract whose
    showing has not been written down yet, with the intervention (W7). ``wall``: a wall view, which gets what a wall may
    show and no patrols, for a patrol that is there stands where she is (W18).
    """

    room: str
    operator: str
    outbox: Outbox = field(default_factory=Outbox)
    position: int = 0
    live: bool = False
    shown: int = 0
    to_show: list[tuple[int, UUID]] = field(default_factory=list)
    patrols_due: set[str] = field(default_factory=set)
    wall: bool = False


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
        self._put(session, self._frames(session, rows, timelines, {}))
        self._to_show(session, rows)
        if rows:
            session.position = rows[-1].pos

    def go_live(self, session: ConsoleSession) -> bool:
        """Turn live if the session stands at the head; False: read on from its position."""
        if session.position < self.head(session.room):
            return False
        session.live = True
        session.patrols_due.clear()
        seen = () if session.wall else self._patrols.seen_from(session.room)
        pictures = (self._patrol(patrol, session) for patrol in seen)
        session.outbox.patrols(patrols_frames(pictures, complete=True))
        return True

    def tell_unrecorded(self, session: ConsoleSession, now: datetime) -> None:
        """Send the presses of its room that are not stored: they have no position, so no resume brings them (R10)."""
        if session.wall:
            return
        waiting = self.not_stored.of(session.room, session.operator, now)
        self._put(session, (press.model_dump_json().encode() for press in waiting))

    def publish(self, rows: Sequence[FeedRow], timelines: Timelines) -> None:
        """Send what was just committed. Each event is encoded once, each frame made once per room, but for who may not
        see all of it.
        """
        events: Encoded = {}
        self.counts.events += len({row.seq for row in rows})
        for room, group in groupby(sorted(rows, key=lambda row: (row.room, row.pos)), lambda row: row.room):
            own = list(group)
            head = self.head(room)
            self._heads[room] = max(head, own[-1].pos)
            live = [session for session in self._rooms.get(room, ()) if session.live]
            if not live:
                continue
            staff = concerned_by(own, timelines)
            frames = list(frames_for(None, own, timelines, events))
            extracts = extracts_in(own, "")  # for whoever may see all of it
            for session in live:
                if session.position < own[0].pos and session.operator not in staff and not session.wall:
                    self._put(session, frames)
                    session.to_show += extracts
                else:
                    # Of some it may have read the first from the ledger.
                    later = [row for row in own if row.pos > session.position]
                    self._put(session, self._frames(session, later, timelines, events))
                    self._to_show(session, later)
                session.position = max(session.position, own[-1].pos)

    def unrecorded(self, room: str, press: PressUnrecorded, excluded: Collection[str] = ()) -> None:
        """Ring for a press that could not be stored, in every console of the room whose operator may know (R10, W19)."""
        self.not_stored.add(room, press, excluded)
        frame = press.model_dump_json().encode()
        for session in self.sessions(room):
            if session.operator not in excluded and not session.wall:
                self._put(session, (frame,))

    def recorded(self, button: str, press_id: str) -> None:
        """A press is stored. Where it rang as not recorded it ends, also where nobody sees its intervention (R10)."""
        told = self.not_stored.stored(button, press_id)
        if told is None:
            return
        room, excluded = told
        frame = PressRecorded(button=button, press_id=press_id).model_dump_json().encode()
        for session in self.sessions(room):
            if session.operator not in excluded and not session.wall:
                self._put(session, (frame,))

    def tick(
        self, now: datetime, trouble: tuple[str, ...], health: Callable[[str, str], int] = lambda *_: 0
    ) -> None:
        """Once a second: a heartbeat for everyone, and the patrols that changed.

        ``health``: how much is wrong with the devices that an operator of a room may know of.
        """
        changed, self._patrols.changed = self._patrols.changed, set()
        for room, sessions in self._rooms.items():
            if not sessions:
                continue
            beat = Heartbeat(now=now, head=self.head(room), trouble=trouble)
            moved = changed.intersection(self._patrols.seen_from(room))
            pictures: dict[tuple[str, bool], bytes] = {}
            for session in sessions:
                own = beat.model_copy(update={"health": health(room, session.operator)})
                session.outbox.heartbeat(own.model_dump_json().encode())
                session.patrols_due |= moved if session.live and not session.wall else set()
                if session.patrols_due and session.outbox.wants_patrols:
                    hides = self._patrols.hides
                    due = [(one, hides(one, session.operator)) for one in sorted(session.patrols_due)]
                    for key in due:
                        if key not in pictures:
                            pictures[key] = self._patrol(key[0], session)
                    session.patrols_due.clear()
                    session.outbox.patrols(patrols_frames(pictures[key] for key in due))

    @staticmethod
    def _frames(
        session: ConsoleSession, rows: Sequence[FeedRow], timelines: Timelines, events: Encoded
    ) -> Iterable[bytes]:
        if session.wall:
            return wall_frames(rows)
        return frames_for(session.operator, rows, timelines, events)

    @staticmethod
    def _to_show(session: ConsoleSession, rows: Sequence[FeedRow]) -> None:
        if not session.wall:
            session.to_show += extracts_in(rows, session.operator)

    def _patrol(self, patrol: str, session: ConsoleSession) -> bytes:
        return self._patrols.picture(patrol, session.room, session.operator).model_dump_json().encode()

    def _put(self, session: ConsoleSession, frames: Iterable[bytes]) -> None:
        before = session.outbox.overflowed
        session.outbox.put(frames)
        if session.outbox.overflowed and not before:
            session.live = False
            self.counts.overflows += 1


def needed(rows: Iterable[FeedRow]) -> frozenset[tuple[UUID, int]]:
    """Which timelines must be read before these rows can be sent."""
    return frozenset(
        (row.event.intervention, row.event.version) for row in rows if row.kind is FeedKind.SNAPSHOT
    )
