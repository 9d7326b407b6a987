"""Where something that moves is: straight lines over the earth, no roads. Degrees, metres, seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from console.domain.location import advanced, bearing_deg, distance_m


@dataclass(frozen=True, slots=True)
class Motion:
    """A straight movement from a point (lon, lat) at a moment: metres per second towards a bearing.

    It ends after ``length_m`` and stands from then on. 0 m/s: it stands already.
    """

    lon: float
    lat: float
    since_s: float
    speed_mps: float = 0.0
    bearing: float = 0.0
    length_m: float = math.inf

    def at(self, now_s: float) -> tuple[float, float]:
        """The (lon, lat) at a moment."""
        gone = self._gone_m(now_s)
        return advanced(self.lon, self.lat, self.bearing, gone) if gone else (self.lon, self.lat)

    def speed_at(self, now_s: float) -> float:
        """The speed at a moment, in metres per second: 0 once the end is reached."""
        return self.speed_mps if self._gone_m(now_s) < self.length_m else 0.0

    def ends_at_s(self) -> float:
        """The moment from which it stands; infinite if it goes on for ever."""
        if self.speed_mps <= 0 or self.length_m <= 0:
            return self.since_s
        return self.since_s + self.length_m / self.speed_mps

    def turned(self, now_s: float, speed_mps: float, bearing: float) -> Motion:
        """The movement that goes on from here at another speed and bearing, without end."""
        lon, lat = self.at(now_s)
        return Motion(lon, lat, now_s, speed_mps, bearing % 360)

    def towards(
        self, now_s: float, lon: float, lat: float, speed_mps: float, short_of_m: float = 0.0
    ) -> Motion:
        """The movement from here towards a point, which ends ``short_of_m`` before it."""
        here = self.at(now_s)
        length_m = max(0.0, distance_m(*here, lon, lat) - short_of_m)
        return Motion(*here, now_s, speed_mps, bearing_deg(*here, lon, lat), length_m)

    def left_m(self, now_s: float, lon: float, lat: float) -> float:
        """Metres from where it is at a moment to a point."""
        return distance_m(*self.at(now_s), lon, lat)

    def _gone_m(self, now_s: float) -> float:
        return min(self.speed_mps * max(0.0, now_s - self.since_s), self.length_m)


def trembling(lon: float, lat: float, r95_m: float, random: Random) -> tuple[float, float]:
    """A measured position: the true one with a normal error, which lies within ``r95_m`` for 95 in 100."""
    off = r95_m * math.sqrt(math.log(1.0 - random.random()) / math.log(0.05))
    return advanced(lon, lat, random.uniform(0.0, 360.0), off)
