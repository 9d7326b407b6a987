"""Announced tests in the database (W15). Nothing is removed: who announced and who withdrew stays to be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from backend_stub.registry.sealing import Sealer
from backend_stub.registry.tables import PlannedTestRow
from console.domain.planned_test import AnnouncedTest

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def put_test(connection: Connection, sealer: Sealer, test: AnnouncedTest, key: str) -> None:
    """Keep an announcement; what is said of the victim is sealed under ``key``."""
    personal = to_json({"place": test.place, "officer": test.officer})
    connection.execute(
        insert(PlannedTestRow),
        {
            "id": str(test.id),
            "room": test.room,
            "button": test.button,
            "by": test.by,
            "announced_ms": _ms(test.announced_at),
            "until_ms": _ms(test.until),
            "pressed": None,
            "withdrawn_by": None,
            "key": key,
            "sealed": sealer.seal(key, personal),
        },
    )


def running_test(connection: Connection, sealer: Sealer, button: str, now: datetime) -> AnnouncedTest | None:
    """The announcement whose window ``now`` falls into; of several the latest. One that is sealed is none."""
    wanted = (
        select(PlannedTestRow)
        .where(col(PlannedTestRow.button) == button, col(PlannedTestRow.withdrawn_by).is_(None))
        .where(col(PlannedTestRow.announced_ms) <= _ms(now), col(PlannedTestRow.until_ms) >= _ms(now))
        .order_by(col(PlannedTestRow.announced_ms).desc(), col(PlannedTestRow.id).desc())
    )
    return next(_read(connection, sealer, wanted), None)


def tests_of_room(
    connection: Connection, sealer: Sealer, room: str, now: datetime
) -> tuple[AnnouncedTest, ...]:
    """The announcements of a control room whose window has not ended, the first to end first."""
    wanted = (
        select(PlannedTestRow)
        .where(col(PlannedTestRow.room) == room, col(PlannedTestRow.withdrawn_by).is_(None))
        .where(col(PlannedTestRow.until_ms) >= _ms(now))
        .order_by(col(PlannedTestRow.until_ms), col(PlannedTestRow.id))
    )
    return tuple(_read(connection, sealer, wanted))


def buttons_announced(connection: Connection, now: datetime) -> frozenset[str]:
    """The buttons for which an announcement has not ended."""
    wanted = select(col(PlannedTestRow.button)).where(col(PlannedTestRow.until_ms) >= _ms(now))
    return frozenset(connection.execute(wanted).scalars())


def mark_pressed(connection: Connection, test: UUID, intervention: UUID) -> None:
    """Its one press has come."""
    _change(connection, test, pressed=str(intervention))


def mark_withdrawn(connection: Connection, test: UUID, by: str) -> None:
    """It was taken back."""
    _change(connection, test, withdrawn_by=by)


def _change(connection: Connection, test: UUID, **values: str) -> None:
    connection.execute(update(PlannedTestRow).where(col(PlannedTestRow.id) == str(test)).values(**values))


def _read(connection: Connection, sealer: Sealer, wanted: Any) -> Iterator[AnnouncedTest]:
    for row in connection.execute(wanted):
        personal = sealer.open(row.key, row.sealed)
        if personal is not None:
            yield AnnouncedTest(
                id=UUID(row.id),
                room=row.room,
                button=row.button,
                by=row.by,
                announced_at=_moment(row.announced_ms),
                until=_moment(row.until_ms),
                pressed=UUID(row.pressed) if row.pressed else None,
                withdrawn_by=row.withdrawn_by,
                **from_json(personal),
            )


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
