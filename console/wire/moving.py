"""A recording moved in time and in space, so that neither the day nor the place says whose it was (S13).

In time: whole weeks back, and up to half an hour besides, so that day of the week, hour and season's clock stay what
they were, and no day begins at another place. In space: without turning, to another zone of the same control room, in
which every position lies in a zone that stands for the one it lay in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from console.domain.allocation import Allocation
from console.domain.days import belgium
from console.domain.location import METRES_PER_DEGREE
from console.domain.sight import rooms_touched

if TYPE_CHECKING:
    from console.domain.zones import Zones
    from console.domain.zones.allocating import ZoneMap

WEEKS: Final = (26, 208)
AT_MOST: Final = timedelta(minutes=30)
TRIES: Final = 1_500
"""Places that are looked at; one in two fits a press in one zone, one in hundreds a walk across a border."""


class NoPlaceError(ValueError):
    """No other place was found where the zones would still make sense."""


@dataclass(frozen=True, slots=True)
class TimeMove:
    """How far moments and days are moved."""

    by: timedelta
    days: int

    def moment(self, at: datetime) -> datetime:
        """The moment, moved."""
        return at + self.by

    def day(self, on: date) -> date:
        """The day, moved: the day of a moved moment is the moved day."""
        return on + timedelta(days=self.days)


def time_move(moments: Iterable[datetime], chance: Random) -> TimeMove:
    """Choose how far moments are moved: back, by weeks in which the clock of Belgium stood as it did."""
    known = sorted(moments)
    first = known[0]
    weeks = [count for count in range(*WEEKS) if _same_clock(known, timedelta(weeks=count))]
    days = -7 * chance.choice(weeks or list(range(*WEEKS)))
    least, most = -AT_MOST, AT_MOST
    for at in (first, known[-1]):
        for there in (at.astimezone(UTC), at.astimezone(belgium())):
            since = timedelta(hours=there.hour, minutes=there.minute, seconds=there.second + 1)
            least, most = max(least, -since), min(most, timedelta(days=1) - since)
    seconds = chance.randint(math.ceil(least.total_seconds()), math.floor(most.total_seconds()))
    return TimeMove(timedelta(days=days, seconds=seconds), days)


def _same_clock(moments: Sequence[datetime], back: timedelta) -> bool:
    return all(
        at.astimezone(belgium()).utcoffset() == (at - back).astimezone(belgium()).utcoffset()
        for at in (moments[0], moments[-1])
    )


@dataclass(frozen=True, slots=True)
class Spot:
    """A circle that was allocated: where, how wide (metres, with its confidence), and to which zones."""

    lon: float
    lat: float
    radius_m: float
    confidence_pct: float | None
    allocation: Allocation


@dataclass(frozen=True)
class PlaceMove:
    """A shift over the ground, and which zone stands for which."""

    from_lon: float = 0.0
    from_lat: float = 0.0
    to_lon: float = 0.0
    to_lat: float = 0.0
    zones: Mapping[str, str] = field(default_factory=dict)

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """The point, moved: distances and bearings between points stay, within a thousandth or so."""
        scale = math.cos(math.radians(self.from_lat)) / math.cos(math.radians(self.to_lat))
        east = (lon - self.from_lon) * scale
        return round(self.to_lon + east, 7), round(self.to_lat + lat - self.from_lat, 7)

    def zone(self, zone: str) -> str:
        """The zone that stands for this one."""
        return self.zones.get(zone, zone)


STAYS: Final = PlaceMove()
"""Nothing moves: the original place."""


def place_move(
    spots: Sequence[Spot],
    named: Iterable[str],
    zone_map: Callable[[], ZoneMap],
    chance: Random,
    room: str,
) -> PlaceMove:
    """Choose another place for circles that were allocated, and a zone for each zone that is ``named``.

    Each zone gets another of its own control room, one for one; a circle's zones are those that stand for its own,
    and it reaches the same control rooms. Without a circle only zones are exchanged.

    Raises:
        NoPlaceError: there is no such place.
    """
    geometry = zone_map()
    zones = geometry.zones
    first = next((spot for spot in spots if spot.allocation.zone in zones), None)
    if first is None:
        if spots:
            raise NoPlaceError
        homes = [zone.id for zone in zones.of_room(room)]
        start = next((zone for zone in named if zone in zones), homes[0])
        end = chance.choice([zone for zone in homes if zone != start] or homes)
        move = PlaceMove(*_middle(zones, start), *_middle(zones, end))
        return PlaceMove(
            move.from_lon, move.from_lat, move.to_lon, move.to_lat, _standing({}, named, zones, move)
        )
    own = zones[str(first.allocation.zone)]
    spots = _ends_first(spots)
    targets = [zone.id for zone in zones.of_room(own.control_room) if zone.id != own.id]
    for _ in range(TRIES if targets else 0):
        lon, lat = _point_near(zones, chance.choice(targets), chance)
        move = PlaceMove(first.lon, first.lat, lon, lat)
        found = _fitting(spots, move, geometry)
        if found is not None and found[own.id] != own.id:
            return PlaceMove(move.from_lon, move.from_lat, lon, lat, _standing(found, named, zones, move))
    raise NoPlaceError


def _ends_first(spots: Sequence[Spot]) -> list[Spot]:
    """The last and the first, then one of each zone, then the others: what does not fit is found out soon."""
    ends = [spots[-1], spots[0]]
    kinds = {spot.allocation.zone: spot for spot in spots}
    order = [*ends, *kinds.values(), *spots]
    return list({id(spot): spot for spot in order}.values())


def _fitting(spots: Sequence[Spot], move: PlaceMove, geometry: ZoneMap) -> dict[str, str] | None:
    """Which zone stands for which at this place; None: it does not fit."""
    zones, found = geometry.zones, dict[str, str]()
    rooms = {zone.id: zone.control_room for zone in zones}
    for spot in spots:
        lon, lat = move.point(spot.lon, spot.lat)
        try:
            if geometry.allocate(lon, lat).zone is None:
                return None
            there = geometry.allocate(lon, lat, spot.radius_m, spot.confidence_pct)
        except ValueError:
            return None
        was, now = spot.allocation.zone, there.zone
        if was is None or now is None or was not in zones or found.setdefault(was, now) != now:
            return None
        if rooms[was] != rooms[now]:
            return None
        if rooms_touched(spot.allocation, rooms) != rooms_touched(there, rooms):
            return None
    return found if len(set(found.values())) == len(found) else None


def _standing(
    found: Mapping[str, str], named: Iterable[str], zones: Zones, move: PlaceMove
) -> dict[str, str]:
    """For every zone that is named the one that stands for it: of its control room, the nearest that is still free."""
    standing = dict(found)
    ordered = sorted({zone for zone in named if zone in zones and zone not in standing})
    ordered.sort(key=lambda zone: _apart(_middle(zones, zone), (move.from_lon, move.from_lat)))
    for zone in ordered:
        there = move.point(*_middle(zones, zone))
        taken = set(standing.values())
        free = [one.id for one in zones.of_room(zones[zone].control_room) if one.id not in taken]
        other = [one for one in free if one != zone] or free
        standing[zone] = min(other, key=lambda one: _apart(_middle(zones, one), there))
    return standing


def _middle(zones: Zones, zone: str) -> tuple[float, float]:
    ring = max((polygon[0] for polygon in zones.polygons[zone]), key=len)
    return sum(point[0] for point in ring) / len(ring), sum(point[1] for point in ring) / len(ring)


def _point_near(zones: Zones, zone: str, chance: Random) -> tuple[float, float]:
    """A point in the box around a zone."""
    points = [point for polygon in zones.polygons[zone] for point in polygon[0]]
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return chance.uniform(min(lons), max(lons)), chance.uniform(min(lats), max(lats))


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two points, near enough to say which is nearer."""
    east = (one[0] - other[0]) * math.cos(math.radians(one[1]))
    return math.hypot(east, one[1] - other[1]) * METRES_PER_DEGREE
