"""Who saw which extract, and when first (W7): written once a console has put it on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from backend_stub.registry.tables import ShownRow

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def put_shown(
    connection: Connection, interventions: Iterable[UUID], *, operator: str, room: str, now: datetime
) -> None:
    """Write down that these extracts were shown to an operator; the first time is kept."""
    at_ms = (now - _EPOCH) // timedelta(milliseconds=1)
    rows = [
        {"intervention": str(key), "operator": operator, "room": room, "at_ms": at_ms}
        for key in dict.fromkeys(interventions)
    ]
    if rows:
        connection.execute(insert(ShownRow).on_conflict_do_nothing(), rows)


def shown_to(connection: Connection, intervention: UUID) -> dict[str, datetime]:
    """Operators who saw the extract of an intervention, with when they saw it first."""
    asked = select(col(ShownRow.operator), col(ShownRow.at_ms)).where(
        col(ShownRow.intervention) == str(intervention)
    )
    found = connection.execute(asked.order_by(col(ShownRow.at_ms)))
    return {operator: _EPOCH + timedelta(milliseconds=at_ms) for operator, at_ms in found}
