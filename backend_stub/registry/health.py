"""The last health report of each device in the database: one row a button, the latest wins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select
from sqlmodel import col

from backend_stub.registry.demo import DemoContent
from backend_stub.registry.tables import HealthRow
from console.domain.events import ButtonStatus
from console.domain.health import Reported

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FRESH = timedelta(hours=20)


def put_health(connection: Connection, reports: Iterable[Reported]) -> None:
    """Keep what devices last said."""
    for one in reports:
        connection.execute(delete(HealthRow).where(col(HealthRow.button) == one.button))
        connection.execute(
            insert(HealthRow),
            {
                "button": one.button,
                "at_ms": (one.at - _EPOCH) // timedelta(milliseconds=1),
                "battery_pct": one.battery_pct,
                "button_linked": one.button_linked,
            },
        )


def health(connection: Connection) -> dict[str, Reported]:
    """Read what every device last said, by button."""
    return {
        row["button"]: Reported(
            button=row["button"],
            at=_EPOCH + timedelta(milliseconds=row["at_ms"]),
            battery_pct=row["battery_pct"],
            button_linked=row["button_linked"],
        )
        for row in connection.execute(select(HealthRow)).mappings()
    }


def demo_health(content: DemoContent, known: dict[str, Reported], now: datetime) -> Iterable[Reported]:
    """What the demo's phones said during the last day: most are well, a few are silent, low or not linked.

    Phones of the simulator are connected only while they press; the daily report is made up for the others.
    """
    buttons = [one for one in content.buttons if one.status is ButtonStatus.ALLOCATED]
    for place, button in enumerate(buttons):
        last = known.get(button.id)
        if last is not None and (now - last.at < FRESH or place % 29 == 5):
            continue
        hours = 31 + place % 40 if place % 29 == 5 else place % 20
        yield Reported(
            button=button.id,
            at=now - timedelta(hours=hours, minutes=place % 60),
            battery_pct=12 if place % 17 == 3 else 35 + place % 65,
            button_linked=place % 23 != 7,
        )
