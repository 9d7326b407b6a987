"""What a region of the screen is given to show: one frozen look at the room."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from console.domain.patrols import Recommendation
from console.domain.procedure import STANDING, Procedures
from console.domain.room import Seen
from console.domain.targets import DEFAULTS, Targets
from console.domain.values import Actor, ActorKind
from console.link.interface import Connection, Picture
from console.tui.atlas import Atlas
from console.tui.folding import Fold

if TYPE_CHECKING:
    from console.link.streets import Streets

LIVE_FOR_S = 5.0
"""Seconds without a word of the backend after which nothing may look live."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A picture at a moment of the monotonic clock (``at_s``), with what is selected in it.

    ``recommendation`` is None until it is computed for the selected intervention. ``flash`` is the half of the
    second in which an unacknowledged press shows its bright border.
    """

    picture: Picture
    at_s: float
    seen: Seen | None = None
    recommendation: Recommendation | None = None
    atlas: Atlas = field(default_factory=Atlas)
    targets: Targets = DEFAULTS
    procedures: Procedures = field(default_factory=lambda: STANDING)
    test_every_days: int = 15
    streets: Streets | None = None
    language: str = "en"
    flash: bool = True
    fold: Fold = field(default_factory=Fold)

    @property
    def now(self) -> datetime | None:
        """The backend's time; None until it was heard."""
        clock = self.picture.clock
        return None if clock is None else clock.at(self.at_s)

    @property
    def connection(self) -> Connection:
        """How the link stands; a picture that has grown old is stale, whatever it says of itself (R6)."""
        stands = self.picture.connection
        return Connection.STALE if stands is Connection.LIVE and self.silent_s >= LIVE_FOR_S else stands

    @property
    def live(self) -> bool:
        """Only a live link may look live (R6)."""
        return self.connection is Connection.LIVE

    @property
    def answers(self) -> bool:
        """Questions are answered: by the backend or, of what was recorded, by the recording."""
        return self.connection in {Connection.LIVE, Connection.RECORDED}

    @property
    def silent_s(self) -> float:
        """Seconds since something was heard of the backend."""
        heard = self.picture.heard_s
        return 0.0 if heard is None else max(0.0, self.at_s - heard)

    @property
    def actor(self) -> Actor | None:
        """Who sits here, as rules know them."""
        one = self.picture.operator
        return (
            None if one is None else Actor(kind=ActorKind.OPERATOR, id=one.id, role=one.role, room=one.room)
        )

    def age_s(self, since: datetime | None) -> float:
        """Seconds since a moment of the backend's clock, never below 0."""
        now = self.now
        return 0.0 if now is None or since is None else max(0.0, (now - since).total_seconds())

    def find(self, intervention: UUID) -> Seen | None:
        """An intervention as this picture has it."""
        return self.picture.room.seen.get(intervention)

    def call_sign(self, patrol: str) -> str:
        """What a patrol is called on the radio; its id if it is not known here."""
        known = self.picture.room.patrols.get(patrol)
        return known.call_sign if known else patrol.rpartition("/")[2]
