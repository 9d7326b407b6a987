"""Read the log back: records into events, events into interventions, a ledger into memory."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import Connection, LargeBinary, cast, func, select
from sqlmodel import col

from backend_stub.ledger.chain import genesis
from backend_stub.ledger.keys import KeyStore
from backend_stub.ledger.memory import FeedKind, FeedRow, Memory, Standing, sight_after
from backend_stub.ledger.sealing import Opened, SealKeys, open_event
from backend_stub.ledger.store import Identity
from backend_stub.ledger.tables import FeedEntry, InterventionRow, LogRow
from console.domain.events import Event, UnknownBody
from console.domain.intervention import Intervention, evolve
from console.domain.sight import glimpse
from console.domain.values import SYSTEM

_log = logging.getLogger(__name__)

# As bytes: a changed byte may no longer be UTF-8, and must not keep everything else from being read.
_PARTS = (
    cast(col(LogRow.header), LargeBinary),
    col(LogRow.sealed_case),
    col(LogRow.sealed_perpetrator),
)

UNREADABLE: Final = "record.unreadable"
"""Type of the event that stands for a record nobody can read: shown as one of a later version is, never dropped."""

_NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The earliest time there is (`console.domain.values.Utc`): nobody can say when."""


def records(
    connection: Connection, intervention: UUID, keys: KeyStore, until_version: int | None = None
) -> Iterator[Opened]:
    """The records of one intervention, in order."""
    query = select(col(LogRow.seq), col(LogRow.version), *_PARTS).where(
        col(LogRow.intervention) == str(intervention)
    )
    if until_version is not None:
        query = query.where(col(LogRow.version) <= until_version)
    before: Opened | None = None
    for seq, version, header, case, perpetrator in connection.execute(query.order_by(col(LogRow.version))):
        before = _opened(seq, intervention, version, (header, case, perpetrator), keys, before)
        yield before


def _opened(
    seq: int,
    intervention: UUID,
    version: int,
    parts: tuple[bytes, bytes | None, bytes | None],
    keys: KeyStore,
    before: Opened | None = None,
) -> Opened:
    """A record, or what stands for it where it was damaged: one record must not hide all the others."""
    try:
        opened = open_event(*parts, keys)
        if (opened.event.intervention, opened.event.version) == (intervention, version):
            return opened
    except (ValueError, KeyError, TypeError):
        pass
    stands = Event(
        id=uuid5(intervention, f"{UNREADABLE} {version}"),
        intervention=intervention,
        version=version,
        decision=before.event.decision if before else 0,
        at=before.event.at if before else _NEVER,
        actor=SYSTEM,
        body=UnknownBody(type=UNREADABLE),
        hidden_from=before.event.hidden_from if before else (),
    )
    return Opened(seq, stands, before.keys if before else SealKeys(""), before.feed if before else ())


def stand(opened: Iterable[Opened]) -> Standing | None:
    """Fold the records of one intervention; None when there are none."""
    state: Intervention | None = None
    first: Opened | None = None
    last: Opened | None = None
    for last in opened:
        state = evolve(state, last.event)
        first = first or last
    if state is None or first is None or last is None:
        return None
    return Standing(state, first.seq, sight_after(last.feed), last.keys)


def fold_standing(connection: Connection, intervention: UUID, keys: KeyStore) -> Standing | None:
    """One intervention as the log has it, or None."""
    return stand(records(connection, intervention, keys))


def load(connection: Connection, identity: Identity, keys: KeyStore) -> Memory:
    """What the ledger must know to go on: its head, each room's position, the open interventions."""
    last = connection.execute(
        select(col(LogRow.seq), col(LogRow.hash)).order_by(col(LogRow.seq).desc()).limit(1)
    ).one_or_none()
    seq, tip = (0, genesis(identity.ledger_id, identity.mode)) if last is None else (last[0], last[1])
    rooms = select(col(FeedEntry.room), func.max(col(FeedEntry.pos))).group_by(col(FeedEntry.room))
    heads = {row[0]: row[1] for row in connection.execute(rooms)}
    are_open = select(col(InterventionRow.id)).where(col(InterventionRow.is_open).is_(True))
    found = (readable(connection, UUID(one), keys) for one in connection.scalars(are_open).all())
    return Memory.of(seq, tip, heads, (one for one in found if one))


def readable(connection: Connection, intervention: UUID, keys: KeyStore) -> Standing | None:
    """An intervention as the log has it; None if it was damaged so that it cannot be folded.

    A press of its button then opens another one: what is damaged must keep nobody out (W1).
    """
    try:
        return fold_standing(connection, intervention, keys)
    except ValueError:
        _log.error("an open intervention cannot be read: its records are damaged")
        return None


def feed_rows(
    connection: Connection,
    keys: KeyStore,
    room: str | None = None,
    after: int = 0,
    limit: int | None = None,
    folded: bool = False,
) -> tuple[FeedRow, ...]:
    """Feed rows in order: of one room after a position, or of all rooms after a record of the log.

    ``folded``: with the intervention after each.
    """
    query = select(
        col(FeedEntry.room),
        col(FeedEntry.pos),
        col(FeedEntry.seq),
        col(FeedEntry.kind),
        col(LogRow.intervention),
        col(LogRow.version),
        *_PARTS,
    ).join(LogRow, col(LogRow.seq) == col(FeedEntry.seq))
    if room is None:
        query = query.where(col(FeedEntry.seq) > after).order_by(col(FeedEntry.seq), col(FeedEntry.room))
    else:
        query = query.where(col(FeedEntry.room) == room, col(FeedEntry.pos) > after)
        query = query.order_by(col(FeedEntry.pos))
    rows = tuple(
        FeedRow(
            name, pos, seq, FeedKind(kind), _opened(seq, UUID(of), version, (header, case, man), keys).event
        )
        for name, pos, seq, kind, of, version, header, case, man in connection.execute(query.limit(limit))
    )
    return _glimpsed(connection, keys, rows, folded=folded)


def _glimpsed(
    connection: Connection, keys: KeyStore, rows: tuple[FeedRow, ...], *, folded: bool
) -> tuple[FeedRow, ...]:
    """Put into each row of a glimpse what its room may see: each intervention is folded once. ``folded``: every one,
    so that each row has it.
    """
    last: dict[UUID, int] = {}
    for row in rows:
        if folded or row.kind is FeedKind.GLIMPSE:
            key = row.event.intervention
            last[key] = max(last.get(key, 0), row.event.version)
    shown: dict[tuple[UUID, int], Event] = {}
    states: dict[tuple[UUID, int], Intervention] = {}
    for intervention, version in last.items():
        state: Intervention | None = None
        for record in records(connection, intervention, keys, version):
            try:
                state = evolve(state, record.event)
            except ValueError:
                break  # damaged: what stands for the record says no more than that there was one
            shown[intervention, record.event.version] = glimpse(record.event, state)
            states[intervention, record.event.version] = state
    if folded:
        rows = tuple(
            replace(row, after=states.get((row.event.intervention, row.event.version))) for row in rows
        )
    return tuple(
        replace(row, event=shown.get((row.event.intervention, row.event.version)) or _hidden(row.event))
        if row.kind is FeedKind.GLIMPSE
        else row
        for row in rows
    )


def _hidden(event: Event) -> Event:
    """Nothing of an event but that there was one: who has a glimpse gets no more than that (S6)."""
    return event.model_copy(update={"actor": SYSTEM, "body": UnknownBody(type=UNREADABLE)})
