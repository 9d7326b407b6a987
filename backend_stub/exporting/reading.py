"""A recording of what a control room saw, from the ledger and the registry beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlmodel import col, select

from backend_stub.ledger.fold import records
from backend_stub.ledger.keys import KeyStore
from backend_stub.ledger.memory import FeedKind
from backend_stub.ledger.tables import FeedEntry, InterventionRow, LogRow
from backend_stub.patrol_board import doing
from backend_stub.registry import store
from console.domain.events import Event
from console.domain.intervention import Intervention, State, evolve
from console.domain.need_to_know import as_known_to
from console.domain.patrols import Patrol, PatrolState, Service
from console.domain.sight import Sight, glimpse, sight_of
from console.domain.values import Mode, rfc3339
from console.wire.recording import (
    Header,
    Recorded,
    RecordedCaseFile,
    RecordedEvent,
    RecordedPatrols,
    RecordedSight,
    Recording,
    RosterEntry,
)


class NothingThereError(ValueError):
    """Nothing that this control room and these people may know of."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be recorded: one intervention (number or id), or what a control room saw in a span of time.

    ``readers``: ids of who exports and who agrees; what does not exist for one of them is left out (W19).
    """

    room: str
    readers: tuple[str, ...] = ()
    intervention: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the control room's feed, with the intervention as it was before and after it."""

    position: int
    kind: FeedKind
    event: Event
    before: tuple[Event, ...]
    after: Intervention


def read_ledger(
    connection: Connection, keys: KeyStore, wanted: Wanted, header: Header, mode: Mode
) -> Recording:
    """What the control room saw, as it was: people, place and time are the real ones.

    Raises:
        NothingThereError: nothing of it may be seen by this room and these readers.
    """
    rows = sorted(_rows(connection, keys, wanted), key=lambda row: row.position)
    if not rows:
        raise NothingThereError
    accounts = {account.id: account for account in store.accounts(connection)}
    acting = dict.fromkeys(row.event.actor.id for row in rows if row.event.actor.id in accounts)
    roster = tuple(
        RosterEntry(id=one, name=accounts[one].name, role=accounts[one].role, room=accounts[one].room)
        for one in acting
    )
    starts = wanted.since or rows[0].event.at
    header = header.model_copy(
        update={
            "roster": roster,
            "starts_at": starts,
            "room": wanted.room,
            "mode": Mode.EXERCISE if mode is Mode.EXERCISE else Mode.REPLAY,
        }
    )
    maker = _Maker(connection, keys, wanted, starts)
    return Recording(header, tuple(maker.items(rows))).closed_up()


def _rows(connection: Connection, keys: KeyStore, wanted: Wanted) -> Iterator[_Row]:
    for intervention in _interventions(connection, wanted):
        timeline: list[Event] = []
        state: Intervention | None = None
        kinds = _feed(connection, wanted.room, intervention)
        found: list[_Row] = []
        try:
            for record in records(connection, intervention, keys):
                event = _known(record.event, wanted.readers)
                if event is None:
                    found = []
                    break
                state = evolve(state, event)
                if event.version in kinds:
                    position, kind = kinds[event.version]
                    found.append(_Row(position, kind, event, tuple(timeline), state))
                timeline.append(event)
        except ValueError:
            continue  # damaged: what cannot be folded teaches nothing
        sight = sight_of(state, wanted.room) if state is not None else None
        if sight is None or (sight is Sight.GLIMPSE and wanted.intervention is not None):
            continue  # what a room no longer sees it does not take away either
        if sight is Sight.GLIMPSE:
            found = [row for row in found if row.kind is FeedKind.GLIMPSE]
        if wanted.until is not None:
            found = [row for row in found if row.event.at < wanted.until]
        if wanted.since is not None and (not found or _over_before(found, wanted.since)):
            continue
        yield from found


def _over_before(rows: list[_Row], since: datetime) -> bool:
    last = rows[-1]
    return last.event.at < since and (last.after.state is State.CLOSED or last.kind is FeedKind.WITHDRAWN)


def _known(event: Event, readers: Iterable[str]) -> Event | None:
    known: Event | None = event
    for reader in readers:
        known = as_known_to(known, reader) if known is not None else None
    return known


def _interventions(connection: Connection, wanted: Wanted) -> list[UUID]:
    seen = (
        select(col(LogRow.intervention))
        .join(FeedEntry, col(FeedEntry.seq) == col(LogRow.seq))
        .where(col(FeedEntry.room) == wanted.room)
    )
    query = select(col(InterventionRow.id)).where(col(InterventionRow.id).in_(seen))
    if wanted.intervention is not None:
        name = wanted.intervention.strip()
        query = query.where(
            (col(InterventionRow.number) == name.upper()) | (col(InterventionRow.id) == name.lower())
        )
    if wanted.until is not None:
        query = query.where(col(InterventionRow.raised_at) < rfc3339(wanted.until))
    return [UUID(one) for one in connection.scalars(query.order_by(col(InterventionRow.began))).all()]


def _feed(connection: Connection, room: str, intervention: UUID) -> dict[int, tuple[int, FeedKind]]:
    """version -> position and kind in the control room's feed."""
    query = (
        select(col(LogRow.version), col(FeedEntry.pos), col(FeedEntry.kind))
        .join(FeedEntry, col(FeedEntry.seq) == col(LogRow.seq))
        .where(col(FeedEntry.room) == room, col(LogRow.intervention) == str(intervention))
    )
    return {version: (pos, FeedKind(kind)) for version, pos, kind in connection.execute(query)}


class _Maker:
    """Makes lines of rows: positions from 1 without gaps, times that never go back, patrols and files beside them."""

    def __init__(self, connection: Connection, keys: KeyStore, wanted: Wanted, starts: datetime) -> None:
        self._connection, self._keys, self._wanted = connection, keys, wanted
        self._at = starts
        self._position = 0
        self._files: set[tuple[str, int]] = set()
        self._tasks: dict[str, tuple[UUID, PatrolState]] = {}
        self._patrols: dict[str, Patrol] = {}

    def items(self, rows: list[_Row]) -> Iterator[Recorded]:
        """Every line, in order."""
        units = {unit.id: unit for unit in store.patrols(self._connection)}
        named = {sent for row in rows for sent in doing(row.after)}
        own = (
            unit
            for unit in units.values()
            if unit.room == self._wanted.room or unit.service is not Service.LOCAL or unit.id in named
        )
        self._patrols = {unit.id: unit.patrol() for unit in own}
        yield RecordedPatrols(at=self._at, patrols=tuple(self._patrols.values()), complete=True)
        since = self._wanted.since
        earlier = [row for row in rows if since is not None and row.event.at < since]
        standing = {row.event.intervention: row for row in earlier}
        for row in standing.values():
            if row.kind is not FeedKind.WITHDRAWN and row.after.state is not State.CLOSED:
                yield from self._begun(row)
        for row in rows:
            if since is not None and row.event.at < since:
                continue
            self._at = max(self._at, row.event.at)
            yield from self._line(row)

    def _begun(self, row: _Row) -> Iterator[Recorded]:
        """What stood already when the recording begins."""
        shown = (glimpse(row.event, row.after),) if row.kind is FeedKind.GLIMPSE else (*row.before, row.event)
        for event in shown:
            yield from self._file(event, row.after)
        yield RecordedSight(
            at=self._at, position=self._next(), intervention=row.event.intervention, events=shown
        )
        yield from self._followed(row)

    def _line(self, row: _Row) -> Iterator[Recorded]:
        intervention = row.event.intervention
        match row.kind:
            case FeedKind.EVENT:
                yield from self._file(row.event, row.after)
                yield RecordedEvent(at=self._at, position=self._next(), event=row.event)
            case FeedKind.GLIMPSE:
                event = glimpse(row.event, row.after)
                yield RecordedEvent(at=self._at, position=self._next(), event=event)
                return
            case FeedKind.SNAPSHOT:
                yield from self._begun(row)
                return
            case _:
                yield RecordedSight(at=self._at, position=self._next(), intervention=intervention)
                return
        yield from self._followed(row)

    def _next(self) -> int:
        self._position += 1
        return self._position

    def _file(self, event: Event, after: Intervention) -> Iterator[RecordedCaseFile]:
        """The full case file, before the first event that names this revision; only for the lead (W7)."""
        body = event.body
        reference = getattr(body, "reference", None) or getattr(body, "case_file", None)
        identity = getattr(reference, "id", reference)
        revision = getattr(reference, "revision", getattr(body, "revision", None))
        if not isinstance(identity, str) or not isinstance(revision, int):
            return
        if (identity, revision) in self._files or sight_of(after, self._wanted.room) is not Sight.LEAD:
            return
        self._files.add((identity, revision))
        held = store.case_file_at(self._connection, self._keys, identity, revision)
        if held is not None and held.case_file is not None:
            yield RecordedCaseFile(at=self._at, case_file=held.case_file)

    def _followed(self, row: _Row) -> Iterator[RecordedPatrols]:
        """Patrols whose task is another one now. Their positions are kept by nobody."""
        intervention, doing_now = row.event.intervention, doing(row.after)
        if row.after.state is State.CLOSED:
            doing_now = {}
        gone = [one for one, (of, _) in self._tasks.items() if of == intervention and one not in doing_now]
        for one in gone:
            del self._tasks[one]
        self._tasks.update((one, (intervention, state)) for one, state in doing_now.items())
        changed = []
        for patrol in self._patrols.values():
            task = self._tasks.get(patrol.id)
            on, state = task if task is not None else (None, PatrolState.FREE)
            now = patrol.model_copy(update={"state": state, "intervention": on})
            if now != patrol:
                changed.append(now)
        self._patrols.update((patrol.id, patrol) for patrol in changed)
        if changed:
            yield RecordedPatrols(at=self._at, patrols=tuple(changed))
