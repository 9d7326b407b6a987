"""Whether the feed has caught up, and how long a gap in it may last before it is begun again from the cursor."""

from __future__ import annotations

from typing import Final

GAP_PATIENCE_S: Final = 2.0
"""A gap in a live feed that lasts longer is not on its way: start again from the cursor."""

RESUME_PATIENCE_S: Final = 10.0
"""After a login the backend may have much to read before it sends; starting again would only make it begin anew."""


class GapWatch:
    """Watches one connection's feed, on a clock that is handed in (seconds, monotonic)."""

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._moved_s = 0.0
        self.caught_up = False
        """Nothing was missing at least once on this connection."""

    def began(self, now_s: float) -> None:
        """A connection stands, or its feed begins."""
        self._moved_s = now_s

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
