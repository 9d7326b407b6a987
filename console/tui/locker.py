"""Locks the screen of one console, and lets its operator in again (W17). The rule is `console.domain.locking`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from textual.command import CommandPalette

from console.domain.commands import Acknowledge
from console.domain.locking import ConsoleLock, holds
from console.domain.watch import calling
from console.tui.glance import Glance
from console.tui.held import states_of
from console.tui.screens.lock import LockScreen

if TYPE_CHECKING:
    from console.tui.screens.desk import Desk


class Locker:
    """Knows when this console was touched, and puts the lock over the desk. ``after_s`` 0: only by its key."""

    def __init__(self, desk: Desk, clock: Callable[[], float], after_s: float) -> None:
        self._desk, self._clock, self._after_s = desk, clock, after_s
        self._lock = ConsoleLock(clock())
        self._screen: LockScreen | None = None

    @property
    def screen(self) -> LockScreen | None:
        """What lies over the desk while it is locked."""
        return self._screen

    def lock_after(self, seconds: float) -> None:
        """Idle for so long, it locks itself from now on; 0: only by its key."""
        self._after_s = seconds

    def touched(self) -> None:
        """A key or the mouse."""
        self._lock = self._lock.touched(self._clock())

    def look(self, glance: Glance) -> None:
        """A newer look at the room: time for the lock?"""
        operator = glance.picture.operator
        if operator is None:
            return
        states = tuple(states_of(glance))
        alarms: set[object] = {one.id for one in states if calling(one, glance.picture.room.code)}
        alarms |= {(one.button, one.press_id) for one in glance.picture.unrecorded.rings}
        held = holds(states, operator.id)
        self._lock = self._lock.looked(held, frozenset(alarms), self._clock(), self._after_s)
        self._cover(glance)

    def by_hand(self, glance: Glance) -> None:
        """The key was pressed; that nothing is held was asked before."""
        operator = glance.picture.operator
        if operator is not None:
            self._lock = self._lock.by_hand(holds(states_of(glance), operator.id))
            self._cover(glance)

    def acknowledge(self, intervention: UUID, decision: int) -> None:
        """Take the alarm that the lock names: behind the password stands that intervention."""
        self._desk.send(Acknowledge(), intervention, decision)
        self._desk.choose(intervention)

    def proved(self) -> None:
        """The operator's password was right: away with the lock, whatever is open over the desk stays as it was."""
        self._lock = self._lock.unlocked(self._clock())
        if (screen := self._screen) is not None:
            self._screen = None
            if screen in self._desk.app.screen_stack:
                screen.dismiss(None)
            self._desk.hand_out()

    def _cover(self, glance: Glance) -> None:
        """Lay the lock over everything; a palette would tell what is selected, so it goes."""
        if not self._lock.locked or self._screen is not None:
            return
        app = self._desk.app
        if isinstance(app.screen, CommandPalette):
            app.pop_screen()
        self._screen = LockScreen(self._desk.link, self._clock, self)
        app.push_screen(self._screen)
        self._screen.first = glance
