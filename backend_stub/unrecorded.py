"""Presses that could not be stored, so that a console that comes later sees them too (R10).

They stand nowhere but here and on the screens, until the device's retry is stored. Bounded in number and in time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from console.wire.console_frames import PressUnrecorded

MOST: Final = 1_000
KEPT_FOR: Final = timedelta(hours=1)
"""A phone sends its press again every few seconds: after an hour without it, the press is told on by voice or over."""


class Unrecorded:
    """What was not stored, by button and press id. Belongs to one thread."""

    def __init__(self) -> None:
        self._presses: OrderedDict[tuple[str, str], tuple[str, frozenset[str], PressUnrecorded]]
        self._presses = OrderedDict()

    def add(self, room: str, press: PressUnrecorded, excluded: Collection[str] = ()) -> None:
        """Keep a press for a control room, but for staff whom the case file excludes (W19)."""
        self._presses[press.button, press.press_id] = room, frozenset(excluded), press
        if len(self._presses) > MOST:
            self._presses.popitem(last=False)

    def stored(self, button: str, press_id: str) -> tuple[str, frozenset[str]] | None:
        """It is in the ledger now. The control room that was told of it, and whom the case file excludes; None: nobody
        was told.
        """
        told = self._presses.pop((button, press_id), None)
        return None if told is None else told[:2]

    def of(self, room: str, operator: str, now: datetime) -> tuple[PressUnrecorded, ...]:
        """What an operator of a control room must see, oldest first."""
        for key, (_, _, press) in list(self._presses.items()):
            if now - press.received_at > KEPT_FOR:
                del self._presses[key]
        return tuple(
            press
            for where, excluded, press in self._presses.values()
            if where == room and operator not in excluded
        )
