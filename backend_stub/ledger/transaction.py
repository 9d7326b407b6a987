"""What a job may do: read how things stand, append events, remember what was answered.

A job sees what earlier jobs of its batch did, and nothing of it is stored before the batch commits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, NestedTransaction, bindparam
from sqlmodel import col, select

from backend_stub.ledger.chain import link
from backend_stub.ledger.fold import fold_standing
from backend_stub.ledger.keys import Erased, KeyStore, intervention_key
from backend_stub.ledger.memory import Draft, FeedKind, FeedRow, Memory, Place, Standing, in_order
from backend_stub.ledger.sealing import SealKeys, close_event
from backend_stub.ledger.tables import CommandRow, InterventionRow, NumberRow, PressRow
from backend_stub.registry.sealing import case_key, perpetrator_key
from console.domain.events import AlarmRaised, Event, InterventionOpenedByHand, KnownBody
from console.domain.intervention import Intervention, evolve
from console.domain.sight import Sight, glimpse, rooms_seeing, sight_of
from console.domain.stamp import stamp
from console.domain.values import Actor

_LAST_NUMBER = select(col(NumberRow.last)).where(
    col(NumberRow.room) == bindparam("room"), col(NumberRow.year) == bindparam("year")
)
_PRESS = select(
    col(PressRow.intervention), col(PressRow.key), col(PressRow.digest), col(PressRow.receipt)
).where(col(PressRow.button) == bindparam("button"), col(PressRow.press_id) == bindparam("press_id"))
_COMMAND = select(col(CommandRow.result), col(CommandRow.decision)).where(
    col(CommandRow.id) == bindparam("id")
)


@dataclass(frozen=True)
class SeenPress:
    """A press that was answered before. ``same`` False: this press id came with other content then."""

    intervention: UUID
    receipt: str
    same: bool


@dataclass(frozen=True)
class DoneCommand:
    """A command that was answered before."""

    result: str
    decision: int | None


class Transaction:
    """One job's hold on the ledger; not to be used after the job."""

    def __init__(
        self,
        connection: Connection,
        memory: Memory,
        draft: Draft,
        keys: KeyStore,
        make_id: Callable[[datetime], UUID],
    ) -> None:
        self._connection = connection
        self._memory = memory
        self._draft = draft
        self._keys = keys
        self._make_id = make_id
        self._savepoint: NestedTransaction | None = None
        self._fresh: set[UUID] = set()

    @property
    def connection(self) -> Connection:
        """Connection within this job's savepoint, for tables beside the ledger's own."""
        if self._savepoint is None:
            self._savepoint = self._connection.begin_nested()
        return self._connection

    @property
    def keys(self) -> KeyStore:
        """What seals personal data, for tables beside the ledger's own."""
        return self._keys

    def state(self, intervention: UUID) -> Intervention | None:
        """The intervention as it stands, or None."""
        standing = self._standing(intervention)
        return standing.state if standing else None

    def find(self, name: str) -> Intervention | None:
        """The intervention of this number (``VBR-2026-0412``) or id, or None."""
        try:
            return self.state(UUID(name))
        except ValueError:
            number = name.strip().upper()
        for one in self._draft.standing.values():
            if one.state.number == number:
                return one.state
        query = select(col(InterventionRow.id)).where(col(InterventionRow.number) == number)
        found = self._connection.execute(query).scalar()
        return self.state(UUID(found)) if found else None

    def open_of(self, button: str) -> Intervention | None:
        """The open intervention that this button pressed for, or None."""
        return self._at(("button", button))

    def open_of_victim(self, case_file: str) -> Intervention | None:
        """The open intervention of the victim of this case file, or None."""
        return self._at(("victim", case_file))

    def open_with_patrol(self, patrol: str) -> Intervention | None:
        """The open intervention this patrol was sent to, or None."""
        return self._at(("patrol", patrol))

    def open_interventions(self) -> tuple[Intervention, ...]:
        """Every open intervention, in the order in which they were raised."""
        return in_order(one for one in self._draft.standing.values() if one.is_open)

    def rooms(self, intervention: UUID) -> frozenset[str]:
        """The control rooms that see this intervention."""
        standing = self._standing(intervention)
        return standing.rooms if standing else frozenset()

    def new_id(self, now: datetime) -> UUID:
        """A new UUIDv7."""
        made = self._make_id(now)
        self._fresh.add(made)  # nothing of it can stand in the log yet: saves the search
        return made

    def next_number(self, room: str, year: int) -> str:
        """The next number of a control room in a year: ``VBR-2026-0412``."""
        last = self._draft.numbers.get((room, year))
        if last is None:
            last = self._connection.execute(_LAST_NUMBER, {"room": room, "year": year}).scalar() or 0
        self._draft.numbers[room, year] = last + 1
        return f"{room}-{year}-{last + 1:04d}"

    def append(
        self,
        intervention: UUID,
        bodies: Iterable[KnownBody],
        actor: Actor,
        now: datetime,
        rooms: Collection[str] | None = None,
        hidden_from: Collection[str] = (),
    ) -> tuple[Event, ...]:
        """Append events to an intervention (its first ones begin it) and return them.

        Who sees it, and how much, follows from its events (`console.domain.sight`). ``rooms``: control rooms that
        see it whole from now on beside these; None: as before. ``hidden_from``: staff to whom the intervention does
        not exist from here on, beside those of before (W19).

        Raises:
            ValueError: the events do not fit the intervention, or nobody would see it.
        """
        before = self._standing(intervention)
        state = before.state if before else None
        sight = before.rooms if before else frozenset[str]()
        beside = frozenset(rooms) if rooms is not None else sight - (rooms_seeing(state) if state else sight)
        if rooms is not None and not beside:
            raise ValueError("an intervention is seen by at least one control room")
        events, _ = stamp(state, intervention, bodies, actor, now, lambda: self._make_id(now), hidden_from)
        keys = self._usable(before.keys if before else None, events)
        for event in events:
            state = evolve(state, event)
            seen_by = beside | rooms_seeing(state)
            after = Standing(state, before.began if before else self._draft.seq + 1, seen_by, keys)
            self._write(event, self._feed(event, before, after), keys)
            self._draft.put(before, after)
            before = after
        return events

    def press_seen(self, button: str, press_id: str, content: bytes) -> SeenPress | None:
        """The first answer to this press, or None when it is new."""
        row: Any = self._draft.presses.get((button, press_id))
        if row is None:
            asked = {"button": button, "press_id": press_id}
            row = self._connection.execute(_PRESS, asked).mappings().one_or_none()
        if row is None:
            return None
        try:
            same = self._keys.tag(row["key"], content) == row["digest"]
        except Erased:
            same = True  # nobody can tell any more; a duplicate is what it nearly always is
        return SeenPress(UUID(row["intervention"]), row["receipt"], same)

    def remember_press(
        self, button: str, press_id: str, content: bytes, receipt: str, intervention: UUID
    ) -> None:
        """Keep the receipt of a press. ``content``: the bytes that make two presses the same.

        Raises:
            ValueError: it was answered before, or the intervention is not there.
        """
        standing = self._standing(intervention)
        if standing is None:
            raise ValueError(f"there is no intervention {intervention}")
        if self.press_seen(button, press_id, content):
            raise ValueError(f"the press {press_id} of {button} was answered before")
        self._draft.presses[button, press_id] = {
            "button": button,
            "press_id": press_id,
            "intervention": str(intervention),
            "key": standing.keys.case,
            "digest": self._keys.tag(standing.keys.case, content),
            "receipt": receipt,
        }

    def command_done(self, command_id: UUID) -> DoneCommand | None:
        """The answer this command got before, or None when it is new."""
        row: Any = self._draft.commands.get(str(command_id))
        if row is None:
            row = self._connection.execute(_COMMAND, {"id": str(command_id)}).mappings().one_or_none()
        return DoneCommand(row["result"], row["decision"]) if row else None

    def remember_command(self, command_id: UUID, result: str, decision: int | None = None) -> None:
        """Keep the answer to a command: JSON without personal data.

        Raises:
            ValueError: it was answered before.
        """
        if self.command_done(command_id):
            raise ValueError(f"the command {command_id} was answered before")
        key = str(command_id)
        self._draft.commands[key] = {"id": key, "result": result, "decision": decision}

    def keep(self) -> None:
        """End the job: what it wrote through `connection` belongs to the batch. For the writer alone."""
        if self._savepoint is not None:
            self._savepoint.commit()

    def undo(self) -> None:
        """Take back what it wrote through `connection`. For the writer alone."""
        if self._savepoint is not None and self._savepoint.is_active:
            self._savepoint.rollback()

    def _at(self, place: Place) -> Intervention | None:
        """The latest of the open interventions at a place."""
        found = [self._standing(key) for key in self._draft.places.get(place, ())]
        states = in_order(one for one in found if one)
        return states[-1] if states else None

    def _standing(self, intervention: UUID) -> Standing | None:
        found = self._draft.standing.get(intervention) or self._memory.recent.get(intervention)
        if found is None and intervention not in self._fresh:
            found = fold_standing(self._connection, intervention, self._keys)
            if found is not None:
                with self._memory.lock:
                    self._memory.keep_recent(found)
        return found

    def _usable(self, keys: SealKeys | None, events: tuple[Event, ...]) -> SealKeys:
        """Keys for new events: those of the case file, else, or once they are destroyed, its own (W1)."""
        own = intervention_key(events[0].intervention) if events else ""
        if keys is None:
            body = events[0].body if events else None
            keys = SealKeys(own)
            if isinstance(body, AlarmRaised | InterventionOpenedByHand):
                case = case_key(body.case_file.id) if body.case_file else own
                keys = SealKeys(case, perpetrator_key(body.perpetrator.id) if body.perpetrator else None)
        case = own if keys.case != own and self._keys.erased(keys.case) else keys.case
        perpetrator = keys.perpetrator
        if perpetrator and self._keys.erased(perpetrator):
            perpetrator = None
        return SealKeys(case, perpetrator)

    def _feed(self, event: Event, before: Standing | None, after: Standing) -> list[FeedRow]:
        """The feed rows of one event: who sees it, who gets a glimpse, who sees it whole now, who no longer does."""
        rows = []
        for room in sorted(after.rooms | (before.rooms if before else frozenset())):
            sent = event
            if room not in after.rooms:
                kind = FeedKind.WITHDRAWN
            elif sight_of(after.state, room) is Sight.GLIMPSE:
                kind, sent = FeedKind.GLIMPSE, glimpse(event, after.state)
            elif before is None or before.whole(room):
                kind = FeedKind.EVENT
            else:
                kind = FeedKind.SNAPSHOT
            pos = self._draft.heads.get(room, 0) + 1
            self._draft.heads[room] = pos
            rows.append(FeedRow(room, pos, self._draft.seq + 1, kind, sent, after.state))
        return rows

    def _write(self, event: Event, feed: list[FeedRow], keys: SealKeys) -> None:
        seq = self._draft.seq + 1
        places = [(row.room, row.pos, str(row.kind)) for row in feed]
        parts = close_event(event, seq, places, keys, self._keys)
        tip = link(self._draft.tip, parts.header, parts.sealed_case, parts.sealed_perpetrator)
        self._draft.log.append(
            {
                "seq": seq,
                "intervention": str(event.intervention),
                "version": event.version,
                "type": event.type,
                "header": parts.header.decode(),
                "sealed_case": parts.sealed_case,
                "sealed_perpetrator": parts.sealed_perpetrator,
                "hash": tip,
            }
        )
        self._draft.feed += feed
        self._draft.seq, self._draft.tip = seq, tip
