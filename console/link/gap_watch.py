"""Whether the feed has caught up, and how long a gap in it may last before it is begun again from the cursor."""

from __future__ import annotations

from typing import Final

GAP_PATIENCE_S: Final = 2.0
"""A gap in a live feed that lasts longer is not on its way: start again from the cursor."""

RESUME_PATIENCE_S: Final = 10.0
"""After a login the backend may have much to read before it sends; starting again would only make it begin anew."""


HOPELESS_AFTER: Final = 3
"""So many times a feed is begun again at one place; then a snapshot leads past what cannot be read there."""


class GapWatch:
    """Watches one connection's feed, on a clock that is handed in (seconds, monotonic)."""

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._moved_s = 0.0
        self._given_up = (-1, 0)
        self.caught_up = False
        """Nothing was missing at least once on this connection."""

    def began(self, now_s: float) -> None:
        """A connection stands, or its feed begins."""
        self._moved_s = now_s

    def given_up(self, position: int) -> None:
        """The gap after this position lasted too long, or something came from beyond it: begin again there."""
        self._given_up = (position, self._given_up[1] + 1 if self._given_up[0] == position else 1)

    def hopeless(self, position: int) -> bool:
        """What follows on this position never comes whole, however often it is asked for."""
        return self._given_up[0] == position and self._given_up[1] >= HOPELESS_AFTER

    def ended(self) -> None:
        """The connection is gone."""
        self._since_s, self.caught_up = None, False

    def moved(self, now_s: float) -> None:
        """Something of the feed came: it is on its way."""
        self._moved_s = now_s

    def look(self, gap: int, now_s: float) -> bool:
        """Whether the picture stands at the head, of which ``gap`` events are missing."""
        if gap:
            if self._since_s is None:
                self._since_s = now_s
            return False
        self._since_s = None
        self.caught_up = True
        return True

    @property
    def until_s(self) -> float | None:
        """How long the gap may last; None: there is none."""
        if self._since_s is None:
            return None
        patience = GAP_PATIENCE_S if self.caught_up else RESUME_PATIENCE_S
        return max(self._since_s, self._moved_s) + patience
