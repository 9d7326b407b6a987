"""What calls the operator: the bell, the flashing border, the title of the window.

What sounds, and when, is decided by `console.domain.sounds`. With a sound command the link's thread makes the
sound (`console.link.ringer`), and the bell is there for when that command fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from textual.screen import Screen
from textual.timer import Timer

from console.domain.sounds import Calls, Heard, calls
from console.domain.values import Mode
from console.domain.watch import calling
from console.link.interface import Picture
from console.locale.words import word
from console.tui.glance import Glance

FLASH_S = 1.0
"""Flashing has 1 Hz (docs/domain.md, "Alarm load"): bright for the first half of each second."""


LOOK_EVERY_S = 0.2
"""In a storm of events what sounds is looked at so often and no more; a press that comes or goes, at once."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The bell: whether it rings, and seconds from one sound to the next.

    ``command``: a sound command rings in the bell's place, as long as it can.
    """

    bell: bool = True
    every_s: float = 2.0
    command: bool = False


def waiting(picture: Picture) -> int:
    """How many presses call this room and nobody has acknowledged; those not recorded count as well."""
    raised = sum(calling(one.state, picture.room.code) for one in picture.room.seen.values())
    return raised + len(picture.unrecorded.rings)


def bright(seconds: float) -> bool:
    """Whether what flashes is bright at a moment of the monotonic clock."""
    return seconds % FLASH_S < FLASH_S / 2


class Alerts:
    """Rings and flashes until every press is acknowledged, and is silent and still otherwise."""

    def __init__(self, screen: Screen[None], sound: Sound, flash: Callable[[], None]) -> None:
        self._screen, self._sound, self._flash = screen, sound, flash
        self._flashing: Timer | None = None
        self._ringing: Timer | None = None
        self._calls, self._heard = Calls(), Heard()
        self._failed = False
        self._presses, self._looked_s = -1, float("-inf")
        self._latest: Glance | None = None
        self._later: Timer | None = None

    def show(self, glance: Glance) -> None:
        """A newer look at the room: begin, go on, or fall silent."""
        picture = glance.picture
        presses = waiting(picture)
        self._latest = glance
        if presses == self._presses and time.monotonic() - self._looked_s < LOOK_EVERY_S:
            if self._later is None:
                self._later = self._screen.set_timer(LOOK_EVERY_S, self._look_again)
            return
        self._presses, self._looked_s = presses, time.monotonic()
        own = f"{word(picture.mode)} – MSA" if picture.mode in {Mode.EXERCISE, Mode.REPLAY} else "MSA"
        self._screen.app.title = f"▲ {presses} – {own}" if presses else own
        self._calls = calls(
            picture.room,
            glance.now,
            operator=picture.operator.id if picture.operator else "",
            unrecorded=len(picture.unrecorded.rings),
            targets=glance.targets,
        )
        self._failed = bool(picture.sound_trouble)
        self._flashing = self._timer(self._flashing, bool(presses), FLASH_S / 2, self._flash)
        self._ringing = self._timer(self._ringing, bool(self._calls.presses), self._sound.every_s, self._ring)
        self._ring()

    def ring_bell(self, rings: bool) -> None:
        """The bell rings, or does not, from now on."""
        self._sound = replace(self._sound, bell=rings)

    def _look_again(self) -> None:
        """What came too soon after the last look is looked at all the same."""
        self._later = None
        if self._latest is not None:
            self.show(self._latest)

    def _timer(
        self, timer: Timer | None, wanted: bool, every_s: float, do: Callable[[], None]
    ) -> Timer | None:
        if wanted and timer is None:
            return self._screen.set_interval(every_s, do)
        if not wanted and timer is not None:
            timer.stop()
            return None
        return timer

    def _ring(self) -> None:
        self._heard, sounds = self._heard.next(self._calls, time.monotonic(), self._sound.every_s)
        if sounds and (self._failed if self._sound.command else self._sound.bell):
            self._screen.app.bell()
