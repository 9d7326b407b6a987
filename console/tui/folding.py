"""Whether the queue is folded: in a flood of alarms everything but the presses is, until a key unfolds it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from console.domain.alarm_load import alarms, is_flood
from console.domain.room import Room
from console.domain.targets import Targets


@dataclass(frozen=True, slots=True)
class Fold:
    """``flood``: alarms of the last ten minutes while there is a flood, else 0. ``unfolded``: shown all the same."""

    flood: int = 0
    unfolded: bool = False

    @property
    def folded(self) -> bool:
        """Everything but the presses is one line."""
        return bool(self.flood) and not self.unfolded

    def next(self, room: Room, now: datetime | None, targets: Targets) -> Fold:
        """A later look. With the flood ends what the operator wanted while it lasted."""
        if now is None:
            return self
        count = alarms(room, now, targets)
        return replace(self, flood=count) if is_flood(count, bool(self.flood)) else Fold()

    def turned(self) -> Fold:
        """Unfold, or fold again."""
        return replace(self, unfolded=not self.unfolded)
