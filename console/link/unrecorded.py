"""Presses that the backend could not store: they ring until they are recorded, or the operator took note (R10).

A press whose retry is stored in another control room has no event in this one: `press.recorded` ends it here. Taking
note is enough to end the sound; the row stays until the press is recorded or an hour old, as the backend keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from console.domain.room import Room
from console.wire.console_frames import PressUnrecorded

KEPT_FOR: Final = timedelta(hours=1)


def _key(press: PressUnrecorded) -> tuple[str, str]:
    return press.button, press.press_id


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """Those that ring, and those of which the operator took note. Immutable."""

    rings: tuple[PressUnrecorded, ...] = ()
    noted: tuple[PressUnrecorded, ...] = ()

    def told(self, press: PressUnrecorded, room: Room) -> Unrecorded:
        """Return it with one that the backend tells of; again or for the first time, recorded meanwhile or not."""
        if any(_key(one) == _key(press) for one in self.noted):
            return self
        others = (one for one in self.rings if _key(one) != _key(press))
        return Unrecorded((*others, press), self.noted).without_recorded(room)

    def note_oldest(self) -> Unrecorded:
        """Return it after the operator took note of the one that rings longest."""
        return Unrecorded(self.rings[1:], (*self.noted, *self.rings[:1]))

    def recorded(self, button: str, press_id: str) -> Unrecorded:
        """Return it without one that is in the ledger now, here or in a control room that this one does not see."""
        return self._those(lambda press: _key(press) != (button, press_id))

    def without_recorded(self, room: Room) -> Unrecorded:
        """Return it without those that stand in the room's events."""
        if not self.rings and not self.noted:
            return self
        recorded = {press for one in room.seen.values() for press in one.state.presses}
        return self._those(lambda press: _key(press) not in recorded)

    def without_old(self, now: datetime) -> Unrecorded:
        """Return it without those that are an hour old on the backend's clock."""
        return self._those(lambda press: now - press.received_at <= KEPT_FOR)

    def _those(self, stays: Callable[[PressUnrecorded], bool]) -> Unrecorded:
        rings = tuple(one for one in self.rings if stays(one))
        noted = tuple(one for one in self.noted if stays(one))
        same = (len(rings), len(noted)) == (len(self.rings), len(self.noted))
        return self if same else Unrecorded(rings, noted)
