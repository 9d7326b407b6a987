"""The link of a replay: it reads a recording, shows what was known at its moment, and refuses every command (S10)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from console.domain.commands import AnyCommand, Refusal
from console.domain.days import day_in_belgium
from console.domain.intervention import State
from console.domain.response import response_of
from console.domain.room import Room, Seen
from console.domain.rooms import ROOMS
from console.domain.values import Role
from console.link.interface import Ask, BackendClock, Connection, Picture
from console.training.marks import Mark, MarkKind
from console.training.player import Moment, Player
from console.training.transport import Transport
from console.wire.console_frames import (
    Answer,
    AskCasefile,
    AskHistory,
    AskResponses,
    AskTimeline,
    Operator,
    Result,
    Summary,
)
from console.wire.failure import note_failure

LOOKS_EVERY_S: Final = 0.1
"""While it plays: at 60× six seconds of the recording."""

RESULTS_KEPT: Final = 20


@dataclass(frozen=True, slots=True)
class StandingClock(BackendClock):
    """A clock that shows the moment of the picture it comes with, and goes on only with the next one."""

    def at(self, monotonic_s: float) -> datetime:
        """The moment of the recording."""
        return self.now


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the replay is. ``jumps`` counts how often it did not simply go on."""

    moment: Moment
    speed: float
    playing: bool
    jumps: int


class ReplayLink:
    """`console.link.interface.Link` over a player; a thread of its own plays. ``clock`` is monotonic, in seconds."""

    def __init__(
        self,
        player: Player,
        clock: Callable[[], float],
        *,
        begin: datetime | None = None,
        speed: float = 1.0,
    ) -> None:
        self.player, self._clock = player, clock
        self._moment = player.start() if begin is None else player.seek(begin)
        self._transport = Transport(self._moment.at, clock(), speed)
        self._jumps = 0
        self._results: tuple[Result, ...] = ()
        self._changed = threading.Condition(threading.RLock())
        self._due, self._closed = False, False
        self._listener: Callable[[Picture], None] | None = None
        self._thread: threading.Thread | None = None
        header = player.recording.header
        # Whoever watches has no part in it: nobody of the recording, and a role that may do nothing.
        self._watcher = Operator(
            id="", name="", role=Role.TRAINER, room=player.room(self._moment).code or header.room
        )
        self._picture = self._make()

    # As a link

    @property
    def picture(self) -> Picture:
        """The latest picture."""
        return self._picture

    def start(self, listener: Callable[[Picture], None]) -> None:
        """Begin; the listener is called in the thread of the replay."""
        self._listener = listener
        self._thread = threading.Thread(target=self._run, name="replay", daemon=True)
        self._thread.start()

    def login(self, operator: str, password: str) -> None:
        """Nobody logs in to a recording."""

    def send(self, do: AnyCommand, intervention: UUID | str | None, seen_decision: int | None) -> UUID:
        """Refuse it: a recording cannot act (S10)."""
        command = uuid4()
        with self._changed:
            refused = Result(id=command, refusal=Refusal(code="recorded"))
            self._results = (*self._results, refused)[-RESULTS_KEPT:]
            self._wake()
        return command

    def confirm(self, command: UUID) -> None:
        """Nothing waits in a recording."""

    def discard(self, command: UUID) -> None:
        """Nothing waits in a recording."""

    def note_unrecorded(self) -> None:
        """What was not recorded is not in a recording."""

    def ask(self, ask: Ask) -> Future[Answer]:
        """Answer from what the recording holds up to this moment."""
        future: Future[Answer] = Future()
        with self._changed:
            future.set_result(self._answer(ask))
        return future

    def unlock(self, password: str) -> Future[Answer]:
        """There is nothing to unlock."""
        future: Future[Answer] = Future()
        future.set_result(_refused("recorded"))
        return future

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    # As a player

    @property
    def stand(self) -> Stand:
        """Where it is."""
        with self._changed:
            return Stand(self._moment, self._transport.speed, self._transport.playing, self._jumps)

    def turn(self) -> None:
        """Play, or pause. At its end it does not play on."""
        with self._changed:
            self._follow()
            playing = not self._transport.playing and self._moment.at < self.player.ends_at
            self._transport = self._transport.plays(playing, self._clock())
            self._wake()

    def faster(self, steps: int) -> None:
        """Some steps faster, or slower."""
        with self._changed:
            self._transport = self._transport.stepped(steps, self._clock())
            self._wake()

    def go(self, moment: Moment) -> None:
        """Go to a moment; if it plays, it plays on from there."""
        with self._changed:
            self._moment = moment
            self._transport = self._transport.went(moment.at, self._clock())
            self._jumps += 1
            self._wake()

    def go_by(self, seconds: float) -> None:
        """Go some seconds on, or back."""
        with self._changed:
            self._follow()
            self.go(self.player.seek(self._moment.at + timedelta(seconds=seconds)))

    def step(self, *, back: bool = False) -> bool:
        """Stop, and go to the next event or the one before; False: there is none."""
        with self._changed:
            self._follow()
            self._transport = self._transport.plays(False, self._clock())
            player = self.player
            to = player.previous_event(self._moment) if back else player.next_event(self._moment)
            if to is not None:
                self.go(to)
            self._wake()
            return to is not None

    def jump(self, *kinds: MarkKind, back: bool = False) -> Mark | None:
        """Stop, and go to the next mark of these kinds or the one before; returns it, None: there is none."""
        with self._changed:
            self._follow()
            player = self.player
            mark = (player.previous_mark if back else player.next_mark)(self._moment, *kinds)
            if mark is not None:
                self._transport = self._transport.plays(False, self._clock())
                self.go(player.to(mark))
            return mark

    # The thread

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                try:
                    self._follow()
                    picture = self._make()
                except Exception as wrong:  # the screen goes on with the picture it has
                    note_failure("the replay", wrong)
                    picture = self._picture
                self._due = False
                shown = self._picture.clock is not None and self._picture.clock.now
                fresh = picture.room is not self._picture.room or picture.results != self._picture.results
                fresh = fresh or shown != self._moment.at
                self._picture = picture
            if self._listener is not None and (fresh or not self._transport.playing):
                self._listener(picture)
            with self._changed:
                if not self._due and not self._closed:
                    self._changed.wait(LOOKS_EVERY_S if self._transport.playing else None)

    def _wake(self) -> None:
        self._due = True
        self._changed.notify_all()

    def _follow(self) -> None:
        """Be where the clock says."""
        if not self._transport.playing:
            return
        clock_s = self._clock()
        moment = self.player.seek(self._transport.now(clock_s))
        # Between two lines of one time the later are known as soon as time goes on.
        self._moment = moment if moment.at > self._moment.at else self._moment
        if self._moment.at >= self.player.ends_at:
            self._transport = self._transport.plays(False, clock_s).went(self._moment.at, clock_s)

    def _make(self) -> Picture:
        room = self.player.room(self._moment)
        return Picture(
            connection=Connection.RECORDED,
            room=room,
            mode=self.player.recording.header.mode,
            operator=self._watcher,
            clock=StandingClock(self._moment.at, 0.0),
            head=room.position,
            results=self._results,
            patrols_known=bool(room.patrols),
        )

    # Questions

    def _answer(self, ask: Ask) -> Answer:
        room = self.player.room(self._moment)
        match ask:
            case AskCasefile():
                return self._case_file(room.find(ask.intervention))
            case AskTimeline():
                seen = room.find(ask.intervention)
                return Answer(id=_NOBODY, events=seen.timeline) if seen else _refused("not_in_recording")
            case AskHistory():
                rows = [one for one in _history(room) if day_in_belgium(one.raised_at) == ask.day]
                wanted = ask.text.strip().casefold()
                return Answer(id=_NOBODY, history=tuple(row for row in rows if wanted in _searched(row)))
            case AskResponses():
                since = self._moment.at - timedelta(hours=ask.hours)
                return Answer(
                    id=_NOBODY,
                    responses=tuple(
                        response_of(one.state.number, one.timeline)
                        for one in room.seen.values()
                        if one.timeline and not one.state.glimpsed and one.state.raised_at >= since
                    ),
                )
            case _:
                return _refused("not_in_recording")

    def _case_file(self, seen: Seen | None) -> Answer:
        named = seen.state.case_file if seen else None
        found = self.player.case_file(named.id, self._moment) if named else None
        return Answer(id=_NOBODY, case_file=found) if found else _refused("not_in_recording")


_NOBODY: Final = UUID(int=0)
"""Answers come at once here: none is mistaken for another."""


def _refused(code: str) -> Answer:
    return Answer(id=_NOBODY, refusal=Refusal(code=code))


def _history(room: Room) -> list[Summary]:
    """What was pressed until this moment, the latest first."""
    rows = []
    for one in room.seen.values():
        state = one.state
        if state.glimpsed:
            continue
        ended = state.closings[-1] if state.closings and state.state is State.CLOSED else None
        rows.append(
            Summary(
                id=state.id,
                number=state.number,
                state=state.state,
                raised_at=state.raised_at,
                closed_at=ended.at if ended else None,
                zone=state.zone,
                victim=state.extract.victim.name if state.extract else None,
                handler=state.handler,
                outcome=ended.outcome if ended else None,
                presses=len(state.presses),
            )
        )
    return sorted(rows, key=lambda row: row.raised_at, reverse=True)


def _searched(row: Summary) -> str:
    return " ".join([row.number, row.zone or "", row.victim or ""]).casefold()


def is_room(code: str) -> bool:
    """Whether there is such a control room."""
    return code in ROOMS
