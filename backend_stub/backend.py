"""The backend put together: ledger, registry, map, desk, hub and boards, and how an event reaches everyone.

It belongs to one event loop. The writer thread hands over what is committed; from there on everything happens in
the loop, in the ledger's order.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Final
from uuid import UUID

from pydantic import BaseModel
from websockets.asyncio.server import ServerConnection

from backend_stub.access import SERVER_KEY, Access, Granted
from backend_stub.board import CHANNELS, Board, Field, Order, orders_of
from backend_stub.briefing import Briefing
from backend_stub.care import Care
from backend_stub.desk import Desk, Job, T
from backend_stub.health_board import HealthBoard
from backend_stub.hub import Hub, needed
from backend_stub.ledger import FeedKind, FeedRow, Ledger, NotStored
from backend_stub.ledger.store import path_of
from backend_stub.lines import Sender, close_soon
from backend_stub.log import LOG
from backend_stub.neighbours import LOOKS_EVERY_S, Allocator, Neighbours
from backend_stub.outbox import Outbox
from backend_stub.pace import Pace
from backend_stub.patrol_board import PatrolBoard
from backend_stub.registry.passwords import Passwords
from backend_stub.registry.records import Account
from backend_stub.registry.registry import Registry
from backend_stub.shown import Timelines
from console.domain.chain import DEFAULT, next_room
from console.domain.health import Reported
from console.domain.ids import uuid7
from console.domain.places import PlaceIndex
from console.domain.sirens import USUAL, Sirens
from console.domain.values import Actor, ActorKind, Mode
from console.domain.watch import WatchKind, watched
from console.wire.console_frames import Notice, PressUnrecorded
from console.wire.field_frames import ErrorFrame, PressFrame, Receipt
from console.wire.limits import HEARTBEAT_EVERY_S, QUEUE_FRAMES, REPLAYABLE_EVENTS, CloseCode

SHOWN_UNRECORDED_AFTER_S: Final = 1.0
"""A press that is not stored by then rings as NOT RECORDED; its event follows when it is (R10)."""

FIELD_LINES: Final = 8
"""Lines of one device or patrol; one more, and the oldest is closed: a phone comes back before its last line is
known to be dead, so that the newest is the living one."""

STOPS_WITHIN_S: Final = 3.0
"""What was asked for before a stop is still answered, for so long."""

USER_LINES: Final = 8
"""Consoles of one operator, in the same way."""

FIELD_QUEUE_FRAMES: Final = 200
"""Frames waiting for one device or patrol; more, and it is closed: it says hello again and gets its task anew."""


def utc_now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Settings:
    """How this backend runs.

    ``replayable``: up to so many missed events are sent one by one at a resume. ``queue_frames``: so many frames
    may wait for one console. ``burst_frames``: so many frames of a kind one device or patrol may send at once before
    its pace counts. ``monitors``: addresses beside this machine that may read `/metrics`.
    ``listener_returns_s``: so long a listener's console may be gone before nobody counts as listening: it notices a
    dead link after 4 s and then comes back within 5; longer would hide that she is alone.
    """

    fallback_room: str = "VBR"
    replayable: int = REPLAYABLE_EVENTS
    queue_frames: int = QUEUE_FRAMES
    per_address: int = 2_000
    connections: int = 20_000
    burst_frames: int = 1_000
    origins: tuple[str, ...] = ()
    monitors: frozenset[str] = frozenset()
    listener_returns_s: float = 10.0


@dataclass
class Counts:
    """What happened since the start, for `/metrics`."""

    presses: int = 0
    receipts: int = 0
    unrecorded: int = 0
    health_reports: int = 0
    bad_frames: int = 0
    refused_logins: int = 0
    refused_hellos: int = 0
    refused_connections: int = 0
    held_back: int = 0
    connections: int = 0


@dataclass(frozen=True)
class Silence:
    """How many devices of open interventions, and patrols on a task, are not heard of any more (R7)."""

    devices: int
    patrols: int


@dataclass(eq=False)
class FieldLine:
    """A device or a patrol that is connected, and how to close it."""

    sender: Sender
    outbox: Outbox
    close: Callable[[], None]

    @classmethod
    def over(cls, ws: ServerConnection, mode: Mode) -> FieldLine:
        """The line of a connection that has said hello to a ledger of this mode."""
        outbox = Outbox(FIELD_QUEUE_FRAMES)
        return cls(
            Sender(ws, outbox, mode), outbox, partial(close_soon, ws, CloseCode.TOO_MANY, "too many lines")
        )

    def send(self, frame: BaseModel) -> None:
        """Queue a frame."""
        self.outbox.put((frame.model_dump_json().encode(),))


@dataclass(eq=False)
class Login:
    """A console that is logged in, and how to close it. ``closing``: it is being shut out."""

    granted: Granted
    sender: Sender
    close: Callable[[], None]
    too_many: Callable[[], None]
    closing: bool = False


class Backend:
    """Everything behind the sockets."""

    def __init__(
        self,
        ledger: Ledger,
        url: str,
        registry: Registry,
        allocator: Allocator,
        room_of_zone: Mapping[str, str],
        settings: Settings,
        passwords: Passwords,
        clock: Callable[[], datetime] = utc_now,
        random_bits: Callable[[int], int] = secrets.randbits,
        places: PlaceIndex | None = None,
        reported: Mapping[str, Reported] = MappingProxyType({}),
        sirens: Sirens = USUAL,
    ) -> None:
        """Create it inside the running event loop. ``random_bits`` makes ids, never secrets.

        ``places`` name positions in what patrols are read; ``reported``: the last health report of each device.
        ``sirens``: from how far patrols come without siren, where a case file says nothing.
        """
        self._loop = asyncio.get_running_loop()
        self._backlog: deque[Sequence[FeedRow]] = deque()
        self._told: deque[Sequence[FeedRow] | Callable[[], None]] = deque()
        self._woken = False
        self._publishing: asyncio.Task[None] | None = None
        self._notes: set[asyncio.Task[None]] = set()
        self.ledger, self.registry, self.settings, self.clock = ledger, registry, settings, clock
        self.sirens = sirens
        self.counts = Counts()
        self.stopping = False
        open_interventions = ledger.open_interventions()
        self.board = Board(open_interventions, ledger.state)
        self.patrols = PatrolBoard(registry.patrols.values(), open_interventions)
        self.brief = Briefing(registry.patrols, places, self.board.is_open)
        self.hub = Hub(ledger.head, self.patrols)
        self.health = HealthBoard(registry, room_of_zone, reported)
        self.neighbours = Neighbours(allocator, room_of_zone)
        self.desk = Desk(
            registry,
            allocator,
            room_of_zone,
            settings.fallback_room,
            lambda now: uuid7(now, random_bits),
            sirens,
        )
        ledger.keys.tag(SERVER_KEY, b"")  # made now, so that the first login need not wait for the disk
        ledger.keys.flush()
        self.access = Access(ledger, url, passwords, clock, self._loop.time)
        self.lines: defaultdict[tuple[Field, str], dict[FieldLine, None]] = defaultdict(dict)
        self.logins: dict[Login, None] = {}
        self.care = Care(ledger, path_of(url).parent)
        self.pace = Pace(settings.burst_frames)
        self._under_way = 0
        ledger.on_commit = self._committed

    async def do(self, job: Job[T]) -> T:
        """Have the writer run a job; returns after the commit. It is handed over before the first wait.

        Raises:
            NotStored: nothing was kept.
        """
        return await self._stored(self.ledger.submit(job))

    async def _stored(self, asked: Future[T]) -> T:
        self._under_way += 1
        try:
            return await self._answer_to(asked)
        except NotStored:
            raise
        except Exception as error:
            LOG.exception("job failed")
            raise NotStored("the job failed") from error
        finally:
            self._under_way -= 1

    def _answer_to(self, asked: Future[T]) -> asyncio.Future[T]:
        """What the writer answers. What was handed to it is done, whatever becomes of who waits here."""
        answer: asyncio.Future[T] = self._loop.create_future()

        def settle() -> None:
            if answer.done():
                return  # nobody waits any more
            error = asked.exception()
            if error is None:
                answer.set_result(asked.result())
            else:
                answer.set_exception(error)

        asked.add_done_callback(lambda _asked: self._tell(settle))
        return answer

    async def press(self, button: str, frame: PressFrame) -> Receipt | None:
        """Take a press; None: it could not be stored. Not stored, or not in time, it rings all the same (R10)."""
        now = self.clock()
        self.counts.presses += 1
        try:
            case = self.registry.case_of_button(button)
            open_in = self.board.room_of(button, case.reference.id if case else None)
            job = self.desk.press(button, frame, now, open_in)
        except Exception:
            LOG.exception("press could not be looked up")
            self._unrecorded(self.settings.fallback_room, None, button, frame, now)
            return None
        asked = asyncio.ensure_future(self._stored(self.ledger.submit(job.do)))
        done, _ = await asyncio.wait({asked}, timeout=SHOWN_UNRECORDED_AFTER_S)
        if not done:
            self._unrecorded(job.room, job.zone, button, frame, now)
        try:
            receipt = await asked
        except NotStored:
            if done:
                self._unrecorded(job.room, job.zone, button, frame, now)
            return None
        self.counts.receipts += 1
        self.hub.recorded(button, frame.press_id)
        return receipt

    def online(self, who: tuple[Field, str], line: FieldLine) -> None:
        """A device or patrol said hello."""
        lines = self.lines[who]
        lines[line] = None
        if len(lines) > FIELD_LINES:
            self.counts.refused_connections += 1
            next(iter(lines)).close()

    def offline(self, who: tuple[Field, str], line: FieldLine) -> None:
        """It is gone."""
        self.lines[who].pop(line, None)
        if not self.lines[who]:
            del self.lines[who]

    def logged_in(self, login: Login) -> None:
        """A console came in."""
        self.logins[login] = None
        own = [one for one in self.logins if one.granted.account.id == login.granted.account.id]
        if len(own) > USER_LINES:
            self.counts.refused_connections += 1
            own[0].too_many()

    def logged_off(self, login: Login) -> None:
        """It is gone."""
        self.logins.pop(login, None)

    def held_back(self, line: FieldLine, sender: str, kind: str) -> bool:
        """Count a frame of a device or a patrol; True: it is beyond its rate, and is not taken in (R9)."""
        now_s = self._loop.time()
        if self.pace.allows(sender, kind, now_s):
            return False
        self.counts.held_back += 1
        if self.pace.says(sender, now_s):
            LOG.warning("frames_held_back", extra={"kind": kind})
            line.send(
                ErrorFrame(code="too_many", sentence="Too many frames: send fewer. A press is always taken.")
            )
        return True

    def bad_frame(self, sender: str) -> float:
        """Count a frame that could not be understood; so many seconds its connection is not read."""
        self.counts.bad_frames += 1
        return self.pace.pause_s(sender, self._loop.time())

    def silent(self) -> Silence:
        """Whom nobody has heard of for too long, of all control rooms."""
        now = self.clock()
        devices = patrols = 0
        for state in self.ledger.open_interventions():
            kinds = [one.kind for one in watched(state, now, patrols=self.patrols.known)]
            devices += WatchKind.POSITION_SILENT in kinds
            patrols += kinds.count(WatchKind.PATROL_SILENT)
        return Silence(devices, patrols)

    async def tick_for_ever(self) -> None:
        """Once a second: heartbeats, patrols, and rooms that a circle reaches."""
        looked = 0.0
        while True:
            await asyncio.sleep(HEARTBEAT_EVERY_S)
            self._tick()
            if self._loop.time() - looked >= LOOKS_EVERY_S:
                looked = self._loop.time()
                try:
                    await self._look_ahead(self.clock())
                except NotStored:
                    LOG.warning("look_ahead_not_stored")  # the next look tries again
                except Exception:
                    LOG.exception("look ahead failed")

    def _tick(self) -> None:
        before = self.care.trouble
        try:
            self.care.look()
        except OSError:
            LOG.exception("health could not be looked at")
        if self.care.trouble != before:
            LOG.warning("trouble", extra={"codes": list(self.care.trouble)})
        self.hub.tick(self.clock(), self.care.trouble, self.health.counts(self.clock()))

    async def tell_stop(self) -> None:
        """Answer what was asked, and tell every console that this backend ends; wait a little until they have it."""
        self.stopping = True
        until = self._loop.time() + STOPS_WITHIN_S
        while (self._under_way or self._backlog) and self._loop.time() < until:  # noqa: ASYNC110 - once, at the end
            await asyncio.sleep(0.01)
        for session in self.hub.sessions():
            session.outbox.put((Notice(code="stopping").model_dump_json().encode(),))
        senders = [login.sender for login in self.logins]
        senders += [line.sender for lines in self.lines.values() for line in lines]
        waits = [asyncio.ensure_future(sender.drained()) for sender in senders]
        if waits:
            await asyncio.wait(waits, timeout=1.0)

    def close(self) -> None:
        """Store what waits, then end. Blocks: call it in a thread."""
        self.access.close()
        self.ledger.close()

    def _unrecorded(self, room: str, zone: str | None, button: str, frame: PressFrame, now: datetime) -> None:
        self.counts.unrecorded += 1
        LOG.error("press_unrecorded", extra={"room": room})
        press = PressUnrecorded(button=button, press_id=frame.press_id, received_at=now, zone=zone)
        excluded = self._excluded(button)
        staffed = frozenset(
            session.room
            for session in self.hub.sessions()
            if session.operator not in excluded and not session.wall
        )
        if room not in staffed:  # nobody would see it there: no event can call the next room (W6)
            room = next_room(room, DEFAULT, staffed) or room
        self.hub.unrecorded(room, press, excluded)

    def _excluded(self, button: str) -> tuple[str, ...]:
        """Staff for whom a press of this button does not exist (W19)."""
        try:
            return self.registry.excluded(button)
        except Exception:  # it rings, whatever is wrong with the registry
            LOG.exception("case file could not be looked up")
            return ()

    async def _look_ahead(self, now: datetime) -> None:
        """Tell rooms that a moving victim's circle has reached between two of her reports (W8)."""
        for state in self.ledger.open_interventions():
            if self.neighbours.due(state, now):
                await self.do(partial(self.neighbours.follow, intervention=state.id, now=now))

    # What is committed: from the writer thread into the loop, in order, to everyone.

    def _committed(self, rows: Sequence[FeedRow]) -> None:
        self._tell(rows)

    def _tell(self, what: Sequence[FeedRow] | Callable[[], None]) -> None:
        """Leave something for the loop, from any thread. It is woken once for all that has come meanwhile: to wake it
        costs as much as to store a report.
        """
        self._told.append(what)
        if not self._woken and not self._loop.is_closed():
            self._woken = True
            self._loop.call_soon_threadsafe(self._listen)

    def _listen(self) -> None:
        """Take what the writer has left: all rows together, and then the answers, so that nobody hears of the result of
        something before the event of it was sent.
        """
        self._woken = False
        rows: list[FeedRow] = []
        answers: list[Callable[[], None]] = []
        while self._told:
            what = self._told.popleft()
            if callable(what):
                answers.append(what)
            else:
                rows += what
        try:
            if rows:
                self._arrived(rows)
        finally:  # whatever becomes of the rows: nobody waits for ever
            for answer in answers:
                answer()

    def _arrived(self, rows: Sequence[FeedRow]) -> None:
        if self._backlog or needed(rows):
            self._backlog.append(rows)
            if self._publishing is None or self._publishing.done():
                self._publishing = asyncio.create_task(self._work_off())
        else:
            self._publish(rows, {})

    async def _work_off(self) -> None:
        while self._backlog:
            rows = self._backlog[0]
            self._publish(rows, await self.timelines(rows))
            self._backlog.popleft()

    async def timelines(self, rows: Sequence[FeedRow]) -> Timelines:
        """Read the timelines that rows need before they can be sent."""
        return {
            (intervention, version): await asyncio.to_thread(self.ledger.read.timeline, intervention, version)
            for intervention, version in needed(rows)
        }

    def _publish(self, rows: Sequence[FeedRow], timelines: Timelines) -> None:
        try:
            self.hub.publish(rows, timelines)
            for event in {row.seq: row.event for row in rows if row.kind is not FeedKind.GLIMPSE}.values():
                before, after = self.board.apply(event)
                self.patrols.follow(before, after)
                for order in orders_of(event, before, after, self.brief):
                    if not self._send(order) and isinstance(order.frame, CHANNELS):
                        self._not_reached(after.id)
        except Exception:
            # Nothing may be dropped silently: whoever may have missed something reads it again.
            LOG.exception("publishing failed")
            for session in self.hub.sessions():
                session.outbox.overflow()

    def _send(self, order: Order) -> bool:
        """Queue a frame for every line of whom it is for; False: none is connected."""
        lines = self.lines.get((order.to, order.id), ())
        for line in lines:
            line.send(order.frame)
        return bool(lines)

    def _not_reached(self, intervention: UUID) -> None:
        note = asyncio.create_task(self.do(self.desk.not_reached(intervention, self.clock())))
        self._notes.add(note)
        note.add_done_callback(self._noted)

    def _noted(self, note: asyncio.Task[None]) -> None:
        self._notes.discard(note)
        if not note.cancelled() and note.exception() is not None:
            LOG.error("phone_not_reached could not be stored")


def actor_of(account: Account) -> Actor:
    """Who acts when this account does."""
    return Actor(kind=ActorKind.OPERATOR, id=account.id, role=account.role, room=account.room)
