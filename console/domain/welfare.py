"""What a patrol says of the victim (W13): seen alone, not alone, injured, or not found. The latest word counts.

Only "seen alone" proves that nothing is wrong: he may stand beside her. A new press, a new danger on the line or a
reopening takes the word away: it says nothing of now.
"""

from __future__ import annotations

from console.domain.events import AlarmRepeated, Event, Finding, InterventionReopened, VictimSeen
from console.domain.values import Frozen, Utc


class Found(Frozen):
    """The latest word of a patrol about the victim."""

    patrol: str
    finding: Finding
    at: Utc

    @property
    def alone(self) -> bool:
        """She was seen alone and is safe: the proof of W13."""
        return self.finding is Finding.SEEN_ALONE

    @property
    def told(self) -> bool:
        """How she is, is known: nobody waits for it any more."""
        return self.finding is not Finding.NOT_FOUND


def found_after(found: Found | None, event: Event, *, new_danger: bool) -> Found | None:
    """The word that counts after an event. ``new_danger``: the event is one, and takes the word away."""
    match event.body:
        case VictimSeen() as body:
            return Found(patrol=body.patrol, finding=body.finding, at=event.at)
        case AlarmRepeated() | InterventionReopened():
            return None
        case _:
            return None if new_danger else found
