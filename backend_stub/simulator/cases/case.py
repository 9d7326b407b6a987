"""What a case is: who presses and what the phones do, which patrols are on the road, and what is expected of whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from backend_stub.registry.records import PatrolUnit
from backend_stub.simulator.patrol import DRIVE_MPS, Habits
from backend_stub.simulator.stories import Story
from backend_stub.simulator.world import OnDuty

_RULES: Final = re.compile(r" \(W\d+\)")
"""The rule of the work that a sentence of a briefing shows."""


@dataclass(frozen=True, slots=True)
class Post:
    """A patrol that waits at a place (lon, lat) until it is sent.

    ``busy_s``: it is on a call for the first so many seconds. ``drive_mps``: how fast it then drives, in a straight
    line.
    """

    patrol: str
    lon: float
    lat: float
    busy_s: float = 0.0
    drive_mps: float = DRIVE_MPS

    def on_duty(self, units: Mapping[str, PatrolUnit]) -> OnDuty:
        """The patrol of this post. It does not roam, so that a case is the same each time."""
        unit = units[self.patrol].model_copy(update={"home_lon": self.lon, "home_lat": self.lat})
        return OnDuty(
            unit,
            Habits(
                busy_share=0.0,
                roam_m=0.0,
                busy_at_first_s=self.busy_s,
                not_alone_share=0.0,
                drive_mps=self.drive_mps,
            ),
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One case, as data. Times are simulated seconds.

    ``speed`` is the pace at which a person can play it. ``briefing`` tells the operator what is expected, in prose.
    Patrols that are not ``posted`` are not on the road.
    """

    name: str
    title: str
    rooms: tuple[str, ...]
    speed: float
    briefing: str
    phones: tuple[Story, ...]
    posted: tuple[Post, ...]

    def on_duty(self, units: Mapping[str, PatrolUnit]) -> list[OnDuty]:
        """Its patrols, from the demo's units by id."""
        return [post.on_duty(units) for post in self.posted]

    def told(self) -> str:
        """Title and briefing, for whoever is about to play it; the rules' numbers are for who writes it."""
        return f"CASE {self.name}: {self.title}\n\n{_RULES.sub('', self.briefing).strip()}\n"
