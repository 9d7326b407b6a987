"""The nearest of many, allowing for the age of each position: cheap for all, exact for the best.

It knows nothing of patrols: whatever has a position with a time can be ranked. Coordinates are WGS84
degrees, distances metres in a straight line (no travel times), speeds metres per second, ages seconds.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Callable, Iterable
from datetime import datetime
from operator import attrgetter
from typing import Final, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from console.domain.location import JUMP_MPS, distance_m, geodesic_m, is_nowhere

PLAUSIBLE_MPS: Final = 14.0
"""50 km/h, the limit in towns: how fast one may have moved since its position, if it told of no more."""

MEASURED: Final = 8
"""How many are measured on the ellipsoid (docs/decisions.md: a geodesic costs a hundred times a plane)."""

PREFILTER_ERROR: Final = 0.006
"""How far a prefilter distance may be off, as a part of it. A sphere is at most 0.56 % off the ellipsoid, the
plane of `by_distance` under 0.1 % within its window. Whatever this error could make a winner is measured."""


class Placed(Protocol):
    """What has a position: degrees, a speed if it told one, and since when it is there."""

    @property
    def lon(self) -> float | None: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def speed_mps(self) -> float | None: ...
    @property
    def position_at(self) -> datetime | None: ...


P = TypeVar("P", bound=Placed)


class Seen(NamedTuple, Generic[P]):
    """One as the ranking looks at it; infinite metres where no distance is known.

    ``penalty_m``: how far it may have moved since its position, its age × `PLAUSIBLE_MPS` or, where that is
    higher, × its own speed. ``age_s`` None: it has no usable position.
    """

    what: P
    distance_m: float
    penalty_m: float
    age_s: float | None

    @property
    def known_m(self) -> float | None:
        """The distance in metres, or None where none is known."""
        return self.distance_m if self.distance_m < math.inf else None

    @property
    def score_m(self) -> float:
        """What the ranking sorts by: how far away it is at worst, by its age."""
        return self.distance_m + self.penalty_m

    @property
    def at_least_m(self) -> float:
        """The lowest score it can have once measured."""
        return self.distance_m * (1 - PREFILTER_ERROR) + self.penalty_m

    @property
    def at_most_m(self) -> float:
        """The highest score it can have once measured."""
        return self.distance_m * (1 + PREFILTER_ERROR) + self.penalty_m


Near: TypeAlias = tuple[float, P]
"""What it is, with its prefilter distance in metres before it; infinite: none is known."""


def by_distance(many: Iterable[P], lon: float | None, lat: float | None) -> list[Near[P]]:
    """Sort all by their prefilter distance to a point (None: it is not known), the nearest first.

    Near the point that is the distance in a plane whose degree of longitude is as long as at the latitude
    halfway (local radii of curvature of WGS84); farther away that on a sphere. A position without a time, or
    at 0,0, is none. This is the only loop over all, so it does nothing else.
    """
    them = list(many)
    if lon is None or lat is None:
        return [(math.inf, one) for one in them]
    north, east, narrowing = _plane(lat)
    plane, hypot = 10 < abs(lat) < 60, math.hypot
    metres: list[float] = []
    for one in them:
        its_lon, its_lat = one.lon, one.lat
        if its_lon is None or its_lat is None or one.position_at is None:
            metres.append(math.inf)
            continue
        up, right = its_lat - lat, its_lon - lon
        if plane and -3 < up < 3 and -5 < right < 5:
            metres.append(hypot(right * (east + up * narrowing), up * north))
        elif is_nowhere(its_lon, its_lat):
            metres.append(math.inf)
        else:
            metres.append(distance_m(lon, lat, its_lon, its_lat))
    return [(metres[place], them[place]) for place in sorted(range(len(them)), key=metres.__getitem__)]


def _plane(lat: float) -> tuple[float, float, float]:
    """Metres in a degree north and east at a latitude, and how the latter shrinks for half a degree north."""
    phi, degree = math.radians(lat), math.radians(1)
    a, e2 = 6_378_137.0, 0.006_694_38  # WGS84: semi-major axis in metres, first eccentricity squared
    w = 1 - e2 * math.sin(phi) ** 2
    meridian, vertical = a * (1 - e2) / w**1.5, a / math.sqrt(w)
    return meridian * degree, vertical * math.cos(phi) * degree, -meridian * math.sin(phi) * degree**2 / 2


def see(one: Near[P], now: datetime) -> Seen[P]:
    """Look at one: with the age of its position, and the penalty for it."""
    metres, what = one
    if what.lon is None or what.lat is None or what.position_at is None or is_nowhere(what.lon, what.lat):
        return Seen(what, math.inf, 0.0, None)
    age = max(0.0, (now - what.position_at).total_seconds())
    return Seen(what, metres, age * min(max(what.speed_mps or 0.0, PLAUSIBLE_MPS), JUMP_MPS), age)


def best(
    near: Iterable[Near[P]],
    lon: float | None,
    lat: float | None,
    now: datetime,
    wanted: int,
    tie: Callable[[P], tuple[bool, str]],
) -> list[Seen[P]]:
    """The best eight (or ``wanted``, if more), in order; ``near`` comes from `by_distance`.

    They are measured on the ellipsoid, and so is every further one that the error of the prefilter could
    still make one of the first ``wanted``: these are the same as if all were measured. ``tie`` sorts those of
    equal score. Those without a distance come last.
    """

    def order(one: Seen[P]) -> tuple[float, bool, str]:
        return one.score_m, *tie(one.what)

    shown = max(MEASURED, wanted)
    found: list[Seen[P]] = []
    waiting = sorted(_may_be_among(near, now, shown), key=attrgetter("at_least_m"))
    for taken, one in enumerate(waiting):
        its_lon, its_lat = one.what.lon, one.what.lat
        if one.known_m is None or lon is None or lat is None or its_lon is None or its_lat is None:
            # Only those without a distance are left.
            found += sorted(waiting[taken:], key=order)
            break
        if len(found) >= shown and found[wanted - 1].score_m < one.at_least_m:
            break
        insort(found, one._replace(distance_m=geodesic_m(lon, lat, its_lon, its_lat)), key=order)
    return found[:shown]


def _may_be_among(near: Iterable[Near[P]], now: datetime, first: int) -> list[Seen[P]]:
    """From near to far, until distance alone keeps all others out of the ``first`` best."""
    found: list[Seen[P]] = []
    at_most: list[float] = []
    for one in near:
        if len(at_most) == first and one[0] * (1 - PREFILTER_ERROR) > at_most[-1]:
            break
        seen = see(one, now)
        found.append(seen)
        insort(at_most, seen.at_most_m)
        del at_most[first:]
    return found
