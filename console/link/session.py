"""One console's conversation with the backend, without a socket: frames in, frames out, next deadline.

The adapter (`console.link.live`) connects, hands in what it hears and sends what it is told. Time is the
monotonic clock of whoever drives it, in seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel

from console.domain.commands import AnyCommand, Command
from console.domain.room import Room
from console.domain.values import Mode, same_world
from console.link.addresses import Addresses
from console.link.backoff import Backoff
from console.link.gap_watch import GapWatch
from console.link.interface import Ask, BackendClock, Connection, Picture
from console.link.outbox import Outbox
from console.link.parts import Parts
from console.link.sending import Sending
from console.link.unrecorded import Unrecorded
from console.link.without_link import WithoutLink
from console.wire import console_frames as f
from console.wire.failure import note_failure
from console.wire.limits import STALE_AFTER_S, CloseCode
from console.wire.reading import Reading, read_from_backend

SETTLED_AFTER_S: Final = 10.0
"""A connection that has lived this long was a good one: the next delay starts small again."""

RESULTS_KEPT: Final = 20


class Do(StrEnum):
    """What the adapter is to do with the socket."""

    NOTHING = "nothing"
    CONNECT = "connect"
    DROP = "drop"


@dataclass(frozen=True)
class Credentials:
    """Who logs in."""

    operator: str
    password: str


class Session:
    """State machine of one console. Not thread-safe: one loop drives it.

    ``new_id`` makes command ids. ``on_events`` gets every event with its position, for those who want the feed
    itself; ``after``: begin the feed there instead of with a snapshot. Where the backend sends a snapshot all the
    same (too much was missed, another ledger), the notice ``events_skipped`` says so.
    """

    def __init__(
        self,
        urls: tuple[str, ...],
        new_id: Callable[[], UUID],
        backoff: Backoff,
        *,
        on_events: Callable[[tuple[f.Positioned, ...]], None] | None = None,
        after: int | None = None,
        mode: Mode | None = None,
    ) -> None:
        """``mode``: that of an exercise, for a console that belongs to one; None for any other (S10)."""
        self.picture = Picture(url=urls[0])
        self._mode = mode
        self._new_id = new_id
        self._addresses = Addresses(urls, backoff)
        self._on_events = on_events
        self._after = after
        self._goes_on = False
        self._credentials: Credentials | None = None
        self._token: str | None = None
        self._cursor: f.Cursor | None = None
        self._sending = Sending(self._say)
        self._out: list[str] = []
        self._parts = Parts()
        self._connecting = False
        self._connected = False
        self._relogin = False
        self._welcomed_s: float | None = None
        self._heard_s = 0.0
        self._connect_at_s: float | None = None
        self._gap = GapWatch()
        self._dropped = False
        self._listing = False
        self._acked = 0
        self._without_link = WithoutLink()
        self.journal_key: str | None = None

    # what the adapter asks

    @property
    def url(self) -> str:
        """The address to connect to now."""
        return self.picture.url

    @property
    def outbox(self) -> Outbox:
        """Commands without a result."""
        return self._sending.outbox

    @property
    def cursor(self) -> f.Cursor | None:
        """Where this console stands in the feed."""
        return self._cursor

    def frames(self) -> tuple[str, ...]:
        """Take the frames that are to be sent now."""
        taken, self._out = tuple(self._out), []
        return taken

    def deadline_s(self) -> float | None:
        """When `tick` must be called at the latest."""
        times = [self.outbox.question_s(), self._connect_at_s]
        if self._connected:
            times += [self._heard_s + STALE_AFTER_S, self._gap.until_s]
        return min((time for time in times if time is not None), default=None)

    def tick(self, now_s: float) -> Do:
        """Look at the clock: connect, or drop a connection that is silent or has lost something."""
        self._show(self.outbox.aged(now_s))
        if not self._connected:
            if self._connect_at_s is not None and now_s >= self._connect_at_s:
                self._connect_at_s, self._connecting = None, True
                return Do.CONNECT
            return Do.NOTHING
        live = (
            self.picture.connection is Connection.LIVE
        )  # also while what was given up takes its time to end
        if (live or not self._dropped) and now_s - self._heard_s >= STALE_AFTER_S:
            self._change(connection=Connection.STALE, why="silent")
            self._dropped = True
        gap_until_s = self._gap.until_s
        if gap_until_s is not None and now_s >= gap_until_s:
            self._begin_again()
        return Do.DROP if self._dropped else Do.NOTHING

    # what people ask

    def login(self, operator: str, password: str, now_s: float) -> None:
        """Log in with these, on a connection of their own; one that is being made will do."""
        self._credentials, self._token = Credentials(operator, password), None
        self._change(connection=Connection.CONNECTING, why="")
        if self._connected:
            self._relogin = self._dropped = True
        elif not self._connecting:
            self._connect_at_s = now_s

    def send(
        self,
        do: AnyCommand,
        intervention: UUID | str | None,
        seen_decision: int | None,
        now_s: float,
        command: UUID | None = None,
    ) -> UUID:
        """Send a command, or keep it while the link is down."""
        made = Command(
            id=command or self._new_id(),
            intervention=str(intervention) if intervention else None,
            seen_decision=seen_decision,
            do=do,
        )
        self.submit(made, now_s)
        return made.id

    def submit(self, command: Command, now_s: float) -> None:
        """Send a command that is already made."""
        self._sending.submit(command, self.picture.clock, now_s, live=self._live)
        self._show()

    def confirm(self, command: UUID, now_s: float) -> None:
        """Send a waiting command after all."""
        self._sending.confirm(command, self.picture.room, self.picture.clock, now_s, live=self._live)
        self._show()

    def discard(self, command: UUID) -> None:
        """Drop a waiting command."""
        self._show(self.outbox.without(command))

    def recover(self, commands: tuple[Command, ...], now_s: float) -> None:
        """Take in what an earlier run left in the journal."""
        self._show(self.outbox.recovered(commands, now_s))
        self._flush(now_s)

    def note_unrecorded(self) -> None:
        """The operator takes note of the press that was not recorded and rings longest."""
        self._change(unrecorded=self.picture.unrecorded.note_oldest())

    def ask(self, ask: Ask, future: Future[f.Answer]) -> None:
        """Ask a question; the future gets the answer, or ConnectionError."""
        if not future.set_running_or_notify_cancel():
            return
        if not self._live:
            future.set_exception(ConnectionError("the backend is not connected"))
            return
        query = f.Query(id=self._new_id(), ask=ask)
        self._parts.asked(query.id, future)
        self._say(query)

    def unlock(self, password: str, future: Future[f.Answer], now_s: float) -> None:
        """Ask whether this is the operator's password; without a link it is compared with that of the login (W17)."""
        if not future.set_running_or_notify_cancel():
            return
        if self._live:
            asked = f.Unlock(id=self._new_id(), password=password)
            self._parts.asked(asked.id, future)
            self._say(asked)
        else:
            known = self._credentials.password if self._credentials else None
            future.set_result(
                f.Answer(id=self._new_id(), refusal=self._without_link.refusal(password, known, now_s))
            )

    # what the socket says

    def connected(self, now_s: float) -> None:
        """The socket stands: log in."""
        self._connecting, self._connected, self._dropped = False, True, False
        self._heard_s = now_s
        self._gap.began(now_s)
        if self._credentials is None:
            self._change(connection=Connection.LOGIN_NEEDED)
            return
        login = f.Login(
            operator=self._credentials.operator,
            password=None if self._token else self._credentials.password,
            token=self._token,
            mode=self._mode,
        )
        self._say(login)

    def disconnected(self, now_s: float, code: int | None = None, why: str = "") -> None:
        """The socket is gone, or could not be had (``code`` None)."""
        was_caught_up = self._gap.caught_up
        self._connecting = self._connected = False
        self._gap.ended()
        self._out.clear()
        self._parts.lost()
        held = self._welcomed_s is not None and now_s - self._welcomed_s >= SETTLED_AFTER_S
        if held or self.picture.connection is Connection.STALE:
            # Whoever was given up for silence has waited already: the 5 s of R3 leave no room for another delay.
            self._addresses.settle()
        self._welcomed_s = None
        self._sending.cut(now_s)
        self._show()
        if self._relogin:
            self._relogin = False
            self._connect_at_s = now_s
            return
        match code:
            case CloseCode.NOT_LOGGED_IN if self._token:
                self._token = None
                self._again(now_s, 0.0, "session ended")
            case CloseCode.NOT_LOGGED_IN | CloseCode.LOGGED_OUT | CloseCode.NOT_ALLOWED:
                self._credentials = self._token = None
                self._change(connection=Connection.LOGIN_NEEDED, why=why)
            case CloseCode.VERSION:
                self._change(connection=Connection.CLOSED, why=why)
            case CloseCode.TOO_SLOW:
                self._again(now_s, 0.0 if was_caught_up else self._addresses.again_s(), why)
            case _:
                wait_s = self._addresses.next_s(at_once=code == CloseCode.STANDBY)
                self._change(url=self._addresses.url, backup=self._addresses.place > 0)
                self._again(now_s, wait_s, why)

    def received(self, frame: str | bytes, now_s: float) -> None:
        """Take in a frame. One that cannot be read is noted, changes nothing else, and is no sign of life (R6, R11).

        What still comes over a connection that is being dropped belongs to nothing any more.
        """
        if self._dropped:
            return
        try:
            read = read_from_backend(frame)
        except Exception:  # whatever a backend can send: it never ends the link
            self._change(notice=f.Notice(code="unreadable_frame"))
            return
        self._heard_s = now_s
        self._change(heard_s=now_s)
        try:
            self._take(read, now_s)
        except Exception as wrong:  # a mistake in what takes it in does not either
            note_failure(read.frame.type, wrong)
            self._change(notice=f.Notice(code="frame_failed", facts={"type": read.frame.type}))
            return
        if read.update_needed:
            self._change(notice=f.Notice(code="update_needed"))

    def latency(self, milliseconds: float) -> None:
        """The round trip as measured by the socket's keepalive."""
        self._change(latency_ms=milliseconds)

    def trouble_here(self, why: str | None) -> None:
        """The journal could not be written, or can again."""
        if self.picture.own_trouble != (why or ""):
            self._change(own_trouble=why or "")

    def no_sound(self, why: str) -> None:
        """The sound command could not be run, or (``why`` "") could again."""
        self._change(sound_trouble=why)

    def _take(self, read: Reading, now_s: float) -> None:
        frame = read.frame
        match frame:
            case f.Welcome():
                if (
                    self._welcomed_s is None
                ):  # once a connection: nobody becomes somebody else in the middle of it
                    self._welcome(frame, now_s)
            case f.Heartbeat():
                clock = BackendClock(frame.now, now_s)
                head = max(frame.head, self.picture.head)
                young = self.picture.unrecorded.without_old(frame.now)
                self._change(
                    clock=clock, head=head, trouble=frame.trouble, health=frame.health, unrecorded=young
                )
                self._caught(now_s)
                self._fetch(now_s)
            case f.Events():
                self._events(frame.items, now_s)
            case f.Snapshot():
                self._snapshot(frame, now_s)
            case f.InterventionSnapshot():
                self._gap.moved(now_s)
                whole = self._parts.sight(frame)
                if whole is not None and self._next(frame.position):
                    self._room(self.picture.room.with_intervention(frame.position, whole), now_s)
            case f.InterventionWithdrawn():
                if self._next(frame.position):
                    gone = self.picture.room.without(frame.intervention)
                    self._room(replace(gone, position=frame.position), now_s)
            case f.Patrols():
                self._listing = self._listing or frame.complete
                self._change(
                    room=self.picture.room.with_patrols(frame.patrols, complete=frame.complete),
                    patrols_known=self.picture.patrols_known or (self._listing and frame.last),
                )
            case f.PressUnrecorded():
                self._change(unrecorded=self.picture.unrecorded.told(frame, self.picture.room))
            case f.PressRecorded():
                self._change(unrecorded=self.picture.unrecorded.recorded(frame.button, frame.press_id))
            case f.Result():
                if self._sending.result(frame):
                    self._change(results=(*self.picture.results, frame)[-RESULTS_KEPT:])
                self._show()
            case f.Answer():
                self._answer(frame, now_s)
            case f.Notice():
                self._change(notice=frame if frame.code else None)  # without a code: what was said is over
            case f.UnknownFrame():
                self._change(notice=f.Notice(code="update_needed", facts={"type": frame.type}))

    def _welcome(self, frame: f.Welcome, now_s: float) -> None:
        if not same_world(frame.mode, self._mode):
            # A console never changes its mode: another process does.
            self._credentials = None
            self._dropped = True
            self._change(connection=Connection.LOGIN_NEEDED, why="another world")
            return
        self._token, self._welcomed_s = frame.token, now_s
        self.journal_key = frame.journal_key
        before = self.picture.operator
        if before is not None and before.id != frame.operator.id:
            # What another operator left unsent never goes out under this name: it stays in their journal.
            self._show(Outbox())
            self._change(results=())
        cursor = self._cursor
        self._goes_on = cursor is not None or self._after is not None
        if cursor is None and self._after is not None:
            cursor = f.Cursor(ledger=frame.ledger, epoch=frame.epoch, position=self._after)
            self._change(room=replace(self.picture.room, position=self._after))
        known = (
            cursor is not None
            and (cursor.ledger, cursor.epoch) == (frame.ledger, frame.epoch)
            and self.picture.room.code in {"", frame.operator.room}
        )
        if not known:
            if cursor is not None:
                self._show(self.outbox.asking())
            cursor = None
            self._change(room=Room(frame.operator.room), head=0, unrecorded=Unrecorded(), patrols_known=False)
        self._cursor = cursor or f.Cursor(ledger=frame.ledger, epoch=frame.epoch, position=0)
        self._acked = self._cursor.position
        self._listing = False
        self._gap.began(now_s)
        self._change(
            connection=Connection.LIVE,
            room=replace(self.picture.room, code=frame.operator.room),
            mode=frame.mode,
            operator=frame.operator,
            clock=BackendClock(frame.now, now_s),
            head=max(frame.head, self.picture.head),
            notice=None,
            why="",
        )
        stuck = cursor is not None and self._gap.hopeless(cursor.position)
        self._say(f.Resume(cursor=None if stuck else cursor))

    def _events(self, items: tuple[f.Positioned | f.PassedOver, ...], now_s: float) -> None:
        first = self.picture.room.position + 1
        fresh = tuple(item for item in items if item.position >= first)
        if any(item.position != first + place for place, item in enumerate(fresh)):
            self._begin_again()
            return
        room, _ = self.picture.room.apply(map(f.entry, fresh))
        self._room(room, now_s)
        heard = tuple(item for item in fresh if isinstance(item, f.Positioned))
        if self._on_events and heard:
            self._on_events(heard)

    def _next(self, position: int) -> bool:
        """This is the next position of the feed. An earlier one is known; before a later one something is missing."""
        expected = self.picture.room.position + 1
        if position > expected:
            self._begin_again()
        return position == expected

    def _begin_again(self) -> None:
        """Something of the feed is missing: drop the connection, and resume from the cursor."""
        if not self._dropped:
            self._gap.given_up(self.picture.room.position)
        self._dropped = True

    def _snapshot(self, frame: f.Snapshot, now_s: float) -> None:
        self._gap.moved(now_s)
        whole = self._parts.snapshot(frame)
        if whole is None:
            return
        if self._on_events and self._goes_on:
            skipped = {"after": str(self.picture.room.position), "to": str(frame.position)}
            self._change(notice=f.Notice(code="events_skipped", facts=skipped))
        self._room(self.picture.room.with_snapshot(frame.position, whole), now_s)

    def _answer(self, frame: f.Answer, now_s: float) -> None:
        fetched = self._parts.answer(frame)
        if fetched:
            self._room(self.picture.room.with_intervention(self.picture.room.position, fetched), now_s)

    def _room(self, room: Room, now_s: float) -> None:
        """Show the next room, move the cursor, and fetch what is missing in it."""
        if room.position > self.picture.room.position:
            self._gap.moved(now_s)
        left = self.picture.unrecorded.without_recorded(room)
        self._change(room=room, head=max(room.position, self.picture.head), unrecorded=left)
        if self._cursor:
            self._cursor = self._cursor.model_copy(update={"position": room.position})
        self._fetch(now_s)
        if self._live:
            if room.position > self._acked:
                self._acked = room.position
                self._say(f.Ack(position=room.position))
            self._caught(now_s)

    def _fetch(self, now_s: float) -> None:
        """Ask for the timelines that the picture misses, each once at a time."""
        if not self._live:
            return
        for missing in self._parts.to_fetch(self.picture.room.missing, now_s):
            query = f.Query(id=self._new_id(), ask=f.AskTimeline(intervention=str(missing)))
            self._parts.asked(query.id, None, missing)
            self._say(query)

    def _caught(self, now_s: float) -> None:
        """Watch the gap; once the picture has caught up, let out what waited."""
        if self._gap.look(self.picture.gap, now_s):
            self._flush(now_s)

    def _flush(self, now_s: float) -> None:
        if not self._live or not self._gap.caught_up:
            return
        self._sending.flush(self.picture.room, self.picture.clock, now_s)
        self._show()

    @property
    def _live(self) -> bool:
        return self._connected and self.picture.connection is Connection.LIVE

    def _again(self, now_s: float, delay_s: float, why: str) -> None:
        if self._credentials is None:
            self._change(connection=Connection.LOGIN_NEEDED, why=why)
            return
        was = self.picture.connection
        lost = (
            Connection.CONNECTING
            if was is Connection.CONNECTING and not self.picture.operator
            else Connection.LOST
        )
        self._change(connection=lost, why=why, latency_ms=None)
        self._connect_at_s = now_s + delay_s

    def _say(self, frame: BaseModel) -> None:
        self._out.append(frame.model_dump_json())

    def _show(self, outbox: Outbox | None = None) -> None:
        """Show the commands as they stand, or as they stand from now on."""
        if outbox is not None:
            self._sending.outbox = outbox
        if self.picture.pending is not self.outbox.pending:
            self._change(pending=self.outbox.pending)

    def _change(self, **change: Any) -> None:
        self.picture = replace(self.picture, **change)
