"""Commands on their way: which go out by themselves, and which must be asked about again (W12).

Pure: it keeps the commands and says what to do; the session sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final
from uuid import UUID

from console.domain.commands import Afterwards, Command, Note
from console.domain.room import Room
from console.link.interface import Pending, Waiting
from console.wire.limits import OUTBOX_MAX_AGE_S

KEPT_FOR_SENDING: Final = (Note, Afterwards)
"""Notes, and what is entered afterwards, are always kept for sending: late they are still true."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """The commands without a result, in the order in which they were given. Immutable."""

    pending: Mapping[UUID, Pending] = field(default_factory=lambda: MappingProxyType({}))

    def added(self, command: Command, now_s: float, *, live: bool) -> Outbox:
        """Return it with a new command: on its way, or waiting for the link."""
        waiting = Waiting.SENT if live else Waiting.QUEUED
        return self.with_(Pending(command, waiting, now_s))

    def without(self, command: UUID) -> Outbox:
        """Return it without a command that has its result, or that the operator discarded."""
        return Outbox(MappingProxyType({key: one for key, one in self.pending.items() if key != command}))

    def cut(self) -> Outbox:
        """Return it after the link was lost: what was on its way waits, its result is not known."""
        box = self
        for one in self.pending.values():
            if one.waiting is Waiting.SENT:
                box = box.with_(replace(one, waiting=Waiting.QUEUED, went_out=True))
        return box

    def asking(self) -> Outbox:
        """Return it at another ledger: what was meant for the one before goes nowhere by itself, notes apart."""
        box = self
        for one in self.pending.values():
            if not isinstance(one.command.do, KEPT_FOR_SENDING):
                box = box.with_(replace(one, waiting=Waiting.ASKS))
        return box

    def question_s(self) -> float | None:
        """When the first of what waits will have waited too long; None: nothing will."""
        waits = (
            one.since_s + OUTBOX_MAX_AGE_S
            for one in self.pending.values()
            if one.waiting is Waiting.QUEUED and not isinstance(one.command.do, KEPT_FOR_SENDING)
        )
        return min(waits, default=None)

    def aged(self, now_s: float) -> Outbox:
        """Return it with what has waited too long marked: the operator is asked."""
        box = self
        for one in self.pending.values():
            if one.waiting is Waiting.QUEUED and self._too_old(one, now_s):
                box = box.with_(replace(one, waiting=Waiting.ASKS))
        return box

    def recovered(self, commands: tuple[Command, ...], now_s: float) -> Outbox:
        """Return it with commands that an earlier run of the console left: the operator is asked about each.

        Whether they went out is not known here.
        """
        box = self
        for command in commands:
            if command.id not in self.pending:
                waiting = Waiting.QUEUED if isinstance(command.do, KEPT_FOR_SENDING) else Waiting.ASKS
                box = box.with_(Pending(command, waiting, now_s, went_out=True))
        return box

    def flushed(self, room: Room, now_s: float) -> tuple[Outbox, tuple[Command, ...]]:
        """After the picture has caught up: what goes out by itself now, and the rest asked about.

        By itself goes what is at most 10 s old and whose intervention has had no decision since it was seen.
        What was already on its way may itself be that decision: it is repeated as it was, and the backend answers
        with its first result, or refuses it as changed since it was seen.
        """
        box = self.aged(now_s)
        ready: list[Command] = []
        for one in tuple(box.pending.values()):
            if one.waiting is not Waiting.QUEUED:
                continue
            kept = isinstance(one.command.do, KEPT_FOR_SENDING)
            if not (kept or one.went_out) and _changed(one.command, room):
                box = box.with_(replace(one, waiting=Waiting.ASKS))
                continue
            box = box.with_(replace(one, waiting=Waiting.SENT))
            ready.append(one.command)
        return box, tuple(ready)

    def confirmed(
        self, command: UUID, room: Room, now_s: float, *, live: bool
    ) -> tuple[Outbox, Command | None]:
        """The operator wants it done after all, with what is on screen now; it keeps its id."""
        one = self.pending.get(command)
        if one is None:
            return self, None
        seen = room.find(one.command.intervention) if one.command.intervention else None
        again = one.command
        if seen and again.seen_decision is not None:
            again = again.model_copy(update={"seen_decision": seen.state.decision})
        waiting = Waiting.SENT if live else Waiting.QUEUED
        box = self.with_(replace(one, command=again, waiting=waiting, since_s=now_s))
        return box, again if live else None

    def with_(self, one: Pending) -> Outbox:
        """Return it with a command as it stands now."""
        return Outbox(MappingProxyType({**self.pending, one.command.id: one}))

    def _too_old(self, one: Pending, now_s: float) -> bool:
        return not isinstance(one.command.do, KEPT_FOR_SENDING) and now_s - one.since_s >= OUTBOX_MAX_AGE_S


def _changed(command: Command, room: Room) -> bool:
    """Its intervention has had a decision since it was seen."""
    if command.intervention is None or command.seen_decision is None:
        return False
    seen = room.find(command.intervention)
    return seen is not None and seen.state.decision != command.seen_decision
