"""Write what a batch decided: log and feed, and the tables that can be made again from them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Executable, Table, bindparam, delete
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlmodel import SQLModel, col, insert

from backend_stub.ledger.memory import Draft, Standing
from backend_stub.ledger.tables import (
    CommandRow,
    FeedEntry,
    InterventionRow,
    LogRow,
    NumberRow,
    PressRow,
    SightRow,
)
from console.domain.values import rfc3339


def _upsert_into(model: type[SQLModel]) -> Insert:
    """An insert that gives a row that is there already its new values."""
    table: Table = model.metadata.tables[str(model.__tablename__)]
    statement = upsert(table)
    keys = [column.name for column in table.primary_key]
    values = {
        column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys
    }
    return statement.on_conflict_do_update(index_elements=keys, set_=values)


_ADD_LOG, _ADD_FEED = insert(LogRow), insert(FeedEntry)
_ADD_SIGHT, _ADD_PRESS, _ADD_COMMAND = insert(SightRow), insert(PressRow), insert(CommandRow)
_PUT_INTERVENTION = _upsert_into(InterventionRow)
_PUT_NUMBER = _upsert_into(NumberRow)
_FORGET_SIGHT = delete(SightRow).where(
    col(SightRow.intervention) == bindparam("of"), col(SightRow.room) == bindparam("by")
)


def insert_draft(connection: Connection, draft: Draft) -> None:
    """Insert everything a draft holds, many rows at a time.

    Raises:
        SQLAlchemyError: the disk is full, fails, or somebody else wrote.
    """
    _insert(connection, _ADD_LOG, draft.log)
    _insert(
        connection,
        _ADD_FEED,
        [{"room": row.room, "pos": row.pos, "seq": row.seq, "kind": row.kind} for row in draft.feed],
    )
    _place(connection, [(before, draft.standing[key]) for key, before in draft.moved.items()])
    numbers = draft.numbers.maps[0].items()
    _insert(
        connection,
        _PUT_NUMBER,
        [{"room": room, "year": year, "last": last} for (room, year), last in numbers],
    )
    _insert(connection, _ADD_PRESS, list(draft.presses.maps[0].values()))
    _insert(connection, _ADD_COMMAND, list(draft.commands.maps[0].values()))


def index_of(one: Standing) -> dict[str, Any]:
    """The row by which an intervention is found."""
    return {
        "id": str(one.state.id),
        "number": one.state.number,
        "room": one.state.room,
        "began": one.began,
        "raised_at": rfc3339(one.state.raised_at),
        "is_open": one.is_open,
    }


def _place(connection: Connection, moved: list[tuple[Standing | None, Standing]]) -> None:
    """Write where interventions stand, only if that changed: most events are positions."""
    rows: list[dict[str, Any]] = []
    gained: list[dict[str, Any]] = []
    lost: list[dict[str, Any]] = []
    for before, after in moved:
        row = index_of(after)
        if before is None or index_of(before) != row:
            rows.append(row)
        old = before.rooms if before else frozenset[str]()
        gained += [{"room": room, "intervention": row["id"]} for room in sorted(after.rooms - old)]
        lost += [{"by": room, "of": row["id"]} for room in sorted(old - after.rooms)]
    _insert(connection, _PUT_INTERVENTION, rows)
    _insert(connection, _ADD_SIGHT, gained)
    _insert(connection, _FORGET_SIGHT, lost)


def _insert(connection: Connection, statement: Executable, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)
