"""What is wrong with the devices, by control room: counted in the heartbeat, listed when it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Final

from backend_stub.desk import BELGIUM, Job
from backend_stub.ledger import Transaction
from backend_stub.registry.health import put_health
from backend_stub.registry.records import Button
from backend_stub.registry.registry import Registry
from console.domain.events import ButtonStatus
from console.domain.health import Ailment, Reported, ailments, in_order
from console.wire.field_frames import HealthFrame

COUNTED_EVERY: Final = timedelta(seconds=5)
EVERYONE: Final = ""
"""Stands for no operator: what is counted under an operator's own id is kept from them."""
IN_USE: Final = frozenset({ButtonStatus.ALLOCATED, ButtonStatus.EXPIRED})
"""Expiry never disarms a button (W1): its phone is looked after until its registered return."""


class HealthBoard:
    """Belongs to the backend's loop."""

    def __init__(
        self, registry: Registry, room_of_zone: Mapping[str, str], last: Mapping[str, Reported]
    ) -> None:
        self._registry, self._room_of_zone = registry, room_of_zone
        self._last = dict(last)
        self._counts: Mapping[tuple[str, str], int] = {}
        self._counted_at: datetime | None = None

    def take(self, button: str, frame: HealthFrame, now: datetime) -> Job[None]:
        """Take a report in; the job keeps it over a restart."""
        said = Reported(
            button=button, at=now, battery_pct=frame.battery_pct, button_linked=frame.button_linked
        )
        self._last[button] = said
        self._counted_at = None

        def do(tx: Transaction) -> None:
            put_health(tx.connection, (said,))

        return do

    def of_room(self, room: str, operator: str, now: datetime) -> tuple[Ailment, ...]:
        """What is wrong with the devices of a control room: of its zones' files, else of its stock.

        A device whose case file excludes the operator is not among them (W19).
        """
        buttons = (
            one
            for one in self._registry.buttons.values()
            if self._room(one) == room and operator not in self._registry.excluded(one.id)
        )
        return in_order(ailment for one in buttons for ailment in self._wrong(one, now))

    def counts(self, now: datetime) -> Callable[[str, str], int]:
        """How much is wrong in a control room, as far as an operator may know."""
        if self._counted_at is None or now - self._counted_at >= COUNTED_EVERY:
            self._counted_at = now
            self._counts = Counter(
                (self._room(one), operator)
                for one in self._registry.buttons.values()
                for _ in self._wrong(one, now)
                for operator in (EVERYONE, *self._registry.excluded(one.id))
            )
        counts = self._counts
        return lambda room, operator: counts.get((room, EVERYONE), 0) - counts.get((room, operator), 0)

    def _wrong(self, button: Button, now: datetime) -> tuple[Ailment, ...]:
        if button.allocated_from is None or button.status_on(now.astimezone(BELGIUM).date()) not in IN_USE:
            return ()
        reference = self._registry.case_file_reference(button.case_file)
        allocated_at = datetime.combine(button.allocated_from, time(tzinfo=BELGIUM))
        zone = reference.file_zone if reference else None
        return tuple(ailments(button.id, zone, allocated_at, self._last.get(button.id), now))

    def _room(self, button: Button) -> str:
        reference = self._registry.case_file_reference(button.case_file)
        return self._room_of_zone.get(reference.file_zone if reference else "", button.stock)
