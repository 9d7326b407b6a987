"""Whether a press of the key for the next step can have been meant (W16)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

QUIET_S: Final = 0.6
"""So long after a step, another selection or a press of the key itself a press does not count: a finger that
was already on its way, or a key that repeats (terminals repeat at 30 a second, after half a second at most)."""


class StepGuard:
    """Counts the quiet on a monotonic clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._quiet_since = float("-inf")
        self._subject: UUID | None = None

    def selected(self, intervention: UUID | None) -> None:
        """Something is selected: if it is another one, time begins anew."""
        if intervention != self._subject:
            self._subject, self._quiet_since = intervention, self._clock()

    def changed(self) -> None:
        """The step is another one."""
        self._quiet_since = self._clock()

    def meant(self) -> bool:
        """A press came: say whether it counts. Each press, counted or not, begins the time anew."""
        now, since = self._clock(), self._quiet_since
        self._quiet_since = now
        return now - since >= QUIET_S
