"""Commands between the operator and the wire: what goes out when, until when it may act, and what became of it (W12).

A command carries the moment until which it may act, on the backend's clock: a frame that was held up somewhere
then does nothing. The same is how the backend is asked what became of one that was on its way when the link was
lost: sent again with a moment that is over, it is never done, and answered with its first result if it was done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from console.domain.commands import TOO_LATE, Command
from console.domain.room import Room
from console.link.interface import BackendClock, Pending, Waiting
from console.link.outbox import KEPT_FOR_SENDING, Outbox
from console.wire import console_frames as f
from console.wire.limits import OUTBOX_MAX_AGE_S

LONG_OVER: Final = timedelta(hours=1)
"""So far in the past is the moment of a question: no clock is that wrong."""


class Sending:
    """The outbox of one console, and the frames that leave it through ``say``."""

    def __init__(self, say: Callable[[f.CommandFrame], None]) -> None:
        self._say = say
        self._asked: set[UUID] = set()
        self.outbox = Outbox()

    def submit(self, command: Command, clock: BackendClock | None, now_s: float, *, live: bool) -> None:
        """Send a new command, or keep it while the link is down."""
        self.outbox = self.outbox.added(command, now_s, live=live)
        if live:
            self._send(command.id, clock)

    def confirm(
        self, command: UUID, room: Room, clock: BackendClock | None, now_s: float, *, live: bool
    ) -> None:
        """Send a waiting command after all, with what is on screen now."""
        self.outbox, again = self.outbox.confirmed(command, room, now_s, live=live)
        if again:
            self._send(again.id, clock)

    def flush(self, room: Room, clock: BackendClock | None, now_s: float) -> None:
        """The picture has caught up: send what may go by itself, and ask what became of the rest."""
        self.outbox, ready = self.outbox.flushed(room, now_s)
        for command in ready:
            self._send(command.id, clock)
        if clock is None:
            return
        for one in self.outbox.pending.values():
            if one.waiting is Waiting.ASKS and one.went_out and one.command.id not in self._asked:
                self._asked.add(one.command.id)
                self._put(one.command, clock.now - LONG_OVER)

    def result(self, result: f.Result) -> bool:
        """Take in what became of a command; False: it was not done, came too late, and the operator is asked."""
        self._asked.discard(result.id)
        one = self.outbox.pending.get(result.id)
        if one is not None and result.refusal is not None and result.refusal.code == TOO_LATE:
            self.outbox = self.outbox.with_(replace(one, waiting=Waiting.ASKS, went_out=False))
            return False
        self.outbox = self.outbox.without(result.id)
        return True

    def cut(self, now_s: float) -> None:
        """The link was lost: results that were on their way are not known."""
        self._asked.clear()
        self.outbox = self.outbox.cut().aged(now_s)

    def _send(self, command: UUID, clock: BackendClock | None) -> None:
        one = self.outbox.pending[command]
        self._put(one.command, None if clock is None else _until(one, clock))

    def _put(self, command: Command, until: datetime | None) -> None:
        self._say(f.CommandFrame(command=command.model_copy(update={"expires_at": until})))


def _until(one: Pending, clock: BackendClock) -> datetime | None:
    """The moment until which it may act; None: late it is still true."""
    kept = isinstance(one.command.do, KEPT_FOR_SENDING)
    return None if kept else clock.at(one.since_s + OUTBOX_MAX_AGE_S)
