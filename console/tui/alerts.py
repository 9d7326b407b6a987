"""What calls the operator while a press waits: the bell, the flashing border, the title of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.screen import Screen
from textual.timer import Timer

from console.domain.intervention import State
from console.link.interface import Picture

FLASH_S = 1.0
"""Flashing has 1 Hz (docs/domain.md, "Alarm load"): bright for the first half of each second."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The bell: whether it rings, and seconds from one sound to the next."""

    bell: bool = True
    every_s: float = 2.0


def waiting(picture: Picture) -> int:
    """How many presses nobody has acknowledged; those that could not be recorded count as well."""
    raised = sum(one.state.state is State.RAISED for one in picture.room.seen.values())
    return raised + len(picture.unrecorded)


def bright(seconds: float) -> bool:
    """Whether what flashes is bright at a moment of the monotonic clock."""
    return seconds % FLASH_S < FLASH_S / 2


class Alerts:
    """Rings and flashes until every press is acknowledged, and is silent and still otherwise."""

    def __init__(self, screen: Screen[None], sound: Sound, flash: Callable[[], None]) -> None:
        self._screen, self._sound, self._flash = screen, sound, flash
        self._flashing: Timer | None = None
        self._ringing: Timer | None = None

    def show(self, picture: Picture) -> None:
        """A newer picture: begin, go on, or fall silent."""
        presses = waiting(picture)
        self._screen.app.title = f"▲ {presses} – MSA" if presses else "MSA"
        if presses and self._flashing is None:
            self._flashing = self._screen.set_interval(FLASH_S / 2, self._flash)
            if self._sound.bell:
                self._screen.app.bell()
                self._ringing = self._screen.set_interval(self._sound.every_s, self._screen.app.bell)
        elif not presses:
            for timer in (self._flashing, self._ringing):
                if timer is not None:
                    timer.stop()
            self._flashing = self._ringing = None
