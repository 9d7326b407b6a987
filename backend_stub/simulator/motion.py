"""Where something that moves is: straight lines over the earth, no roads. Degrees, metres, seconds."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from console.domain.location import advanced, bearing_deg, distance_m


@dataclass(frozen=True, slots=True)
class Motion:
    """A straight movement from a point at a moment, in metres per second towards a bearing. 0 m/s: it stands."""

    lon: float
    lat: float
    since_s: float
    speed_mps: float = 0.0
    bearing: float = 0.0

    def at(self, now_s: float) -> tuple[float, float]:
        """The (lon, lat) at a moment."""
        gone = self.speed_mps * max(0.0, now_s - self.since_s)
        return advanced(self.lon, self.lat, self.bearing, gone) if gone else (self.lon, self.lat)

    def turned(self, now_s: float, speed_mps: float, bearing: float) -> Motion:
        """The movement that goes on from here at another speed and bearing."""
        lon, lat = self.at(now_s)
        return Motion(lon, lat, now_s, speed_mps, bearing % 360)

    def towards(self, now_s: float, lon: float, lat: float, speed_mps: float) -> Motion:
        """The movement from here to a point; whoever drives it stops at the end (`arrived`)."""
        here_lon, here_lat = self.at(now_s)
        return Motion(here_lon, here_lat, now_s, speed_mps, bearing_deg(here_lon, here_lat, lon, lat))

    def left_m(self, now_s: float, lon: float, lat: float) -> float:
        """Metres left to a point."""
        return distance_m(*self.at(now_s), lon, lat)


def trembling(lon: float, lat: float, radius_m: float, random: Random) -> tuple[float, float]:
    """A measured position: the true one with an error that lies within ``radius_m`` for some 95 in 100."""
    off = abs(random.gauss(0.0, radius_m / 2.45))
    return advanced(lon, lat, random.uniform(0.0, 360.0), off)
