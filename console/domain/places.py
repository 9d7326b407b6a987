"""Words for a position: the nearest known address, the nearest named place, the municipality.

Codes and facts only; the screen puts them into words ("140 m NE of home", "1.2 km S of Heverlee, Leuven").
Degrees are WGS84, lon before lat; distances metres.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from console.domain.casefile import Address, AddressKind, Extract
from console.domain.location import (
    METRES_PER_DEGREE,
    Fix,
    Movement,
    bearing_deg,
    distance_m,
    heading_of,
    heading_words,
    is_nowhere,
    moving,
)
from console.domain.values import Frozen, Lat, Lon
from console.domain.zones import Municipality

ADDRESS_WITHIN_M: Final = 150.0
"""Up to here a known address says more than the name of a place: a few houses away."""

AT_WITHIN_M: Final = 25.0
"""So near one is there, and a direction would be the tremble of the fix."""


TOWARDS_M: Final = {Movement.ON_FOOT: (300.0, 3_000.0), Movement.IN_VEHICLE: (1_000.0, 25_000.0)}
"""How near and how far what she moves towards may be: nearer she is there, farther it says nothing."""

TOWARDS_DEG: Final = 22.5
"""So far beside the heading a place still lies in it: half of one of the eight points."""

TOWN_INHABITANTS: Final = 5_000
"""By car the next place of this size is named: every crew knows it, and fields lie between."""


class Place(Frozen):
    """A named place: town, village or quarter, with the NIS code of its municipality."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    name: str
    lon: Lon
    lat: Lat
    population: int = 0
    nis: str


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")

    places: list[Place]


class Whose(StrEnum):
    """Whose address it is."""

    VICTIM = "victim"
    PERPETRATOR = "perpetrator"


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """An address of a case file, and whose it is."""

    whose: Whose
    address: Address


@dataclass(frozen=True, slots=True)
class NearAddress:
    """A known address that is near. ``direction``: from the address to the position (None: at it)."""

    whose: Whose
    kind: AddressKind
    address: Address
    distance_m: float
    direction: str | None


@dataclass(frozen=True, slots=True)
class NearPlace:
    """The nearest named place. ``direction``: from the place to the position (None: at it)."""

    name: str
    nis: str
    distance_m: float
    direction: str | None


@dataclass(frozen=True, slots=True)
class Described:
    """A position in codes and facts. What is nearest says where: ``address`` if there is one, else ``place``.

    ``nis`` and ``municipality`` are those of the nearest place, which near a border may be the neighbour's.
    ``towards``: the next named place in her heading, None if she is still or there is none.
    """

    address: NearAddress | None
    place: NearPlace | None
    nis: str | None
    municipality: Municipality | None
    towards: str | None = None


NOTHING: Final = Described(address=None, place=None, nis=None, municipality=None)
"""The description of no position."""


def known_addresses(extract: Extract | None) -> tuple[KnownAddress, ...]:
    """The addresses of an extract: the victim's, then the perpetrator's."""
    if extract is None:
        return ()
    return (
        *(KnownAddress(Whose.VICTIM, one) for one in extract.victim.addresses),
        *(KnownAddress(Whose.PERPETRATOR, one) for one in extract.perpetrator.addresses),
    )


class PlaceIndex:
    """Named places, sorted by latitude so that only a strip of them is looked at."""

    def __init__(
        self, places: Iterable[Place], municipalities: Mapping[str, Municipality] | None = None
    ) -> None:
        """Index places; ``municipalities`` are those of the zones, by their NIS code."""
        self._places: Sequence[Place] = sorted(places, key=lambda place: (place.lat, place.lon, place.name))
        self._lats = [place.lat for place in self._places]
        self._municipalities = municipalities or {}
        self._last_towards: tuple[tuple[float, float, float, Movement] | None, Place | None] = (None, None)

    @classmethod
    def from_json(cls, text: str | bytes, municipalities: Mapping[str, Municipality] | None = None) -> Self:
        """Read the text of `data/places.json`.

        Raises:
            ValueError: it is no such file; the sentence says which field is wrong.
        """
        try:
            read = _File.model_validate_json(text)
        except ValidationError as wrong:
            first = wrong.errors()[0]
            where = ".".join(str(step) for step in first["loc"]) or "the whole"
            raise ValueError(
                f"not a list of places ({where}: {first['msg']}); build it anew with `make zones`"
            ) from None
        return cls(read.places, municipalities)

    def __len__(self) -> int:
        return len(self._places)

    def describe(
        self, lon: float | None, lat: float | None, addresses: Iterable[KnownAddress] = ()
    ) -> Described:
        """Describe a position (None, or 0,0: `NOTHING`) by the addresses and places that are known."""
        if lon is None or lat is None or is_nowhere(lon, lat):
            return NOTHING
        place = self.nearest(lon, lat)
        near = None
        if place is not None:
            metres = distance_m(place.lon, place.lat, lon, lat)
            near = NearPlace(place.name, place.nis, metres, _direction(place, metres, lon, lat))
        nis = place.nis if place else None
        return Described(
            address=_nearest_address(lon, lat, addresses),
            place=near,
            nis=nis,
            municipality=self._municipalities.get(nis) if nis else None,
        )

    def describe_fix(
        self, fix: Fix, trail: Sequence[Fix] = (), addresses: Iterable[KnownAddress] = ()
    ) -> Described:
        """Describe where she is and, if she moves, towards which place."""
        found = self.describe(fix.lon, fix.lat, addresses)
        heading, how = heading_of(fix, trail), moving(fix, trail)
        if found is NOTHING or heading is None or how not in TOWARDS_M:
            return found
        asked = (fix.lon, fix.lat, heading, how)
        if self._last_towards[0] != asked:  # a screen asks the same thing many times a second
            self._last_towards = (asked, self.towards(*asked))
        next_place = self._last_towards[1]
        return found if next_place is None else replace(found, towards=next_place.name)

    def towards(self, lon: float, lat: float, heading_deg: float, how: Movement) -> Place | None:
        """The next named place in a heading, in degrees: by car the next town, else any; None if none is near."""
        closest, farthest = TOWARDS_M[how]
        strip = farthest / METRES_PER_DEGREE
        first, last = bisect_left(self._lats, lat - strip), bisect_right(self._lats, lat + strip)
        shrink, course = math.cos(math.radians(lat)), math.radians(heading_deg)
        east, north = math.sin(course), math.cos(course)
        widest = math.cos(math.radians(TOWARDS_DEG))
        found: list[tuple[bool, float, str, Place]] = []
        for place in self._places[first:last]:
            # In the plane around her, which is enough to choose a name.
            x, y = (place.lon - lon) * shrink * METRES_PER_DEGREE, (place.lat - lat) * METRES_PER_DEGREE
            far = math.hypot(x, y)
            if closest <= far <= farthest and x * east + y * north >= widest * far:
                small = how is Movement.IN_VEHICLE and place.population < TOWN_INHABITANTS
                found.append((small, far, place.name, place))
        return min(found, key=lambda one: one[:3])[3] if found else None

    def nearest(self, lon: float, lat: float) -> Place | None:
        """The nearest place, or None if there are no places at all.

        Nearest in the plane whose degree of longitude is as long as at the position, which is enough to choose
        a name. The search goes from the position's latitude outwards, to the south and to the north by turns,
        until latitude alone keeps every other place farther away than the best.
        """
        best, best_square = None, math.inf
        shrink = math.cos(math.radians(lat))
        count = len(self._places)
        north = bisect_left(self._lats, lat)
        south = north - 1
        while south >= 0 or north < count:
            down = lat - self._lats[south] if south >= 0 else math.inf
            up = self._lats[north] - lat if north < count else math.inf
            if down < up:
                place, off = self._places[south], down
                south -= 1
            else:
                place, off = self._places[north], up
                north += 1
            if off * off > best_square:
                break
            square = off * off + ((place.lon - lon) * shrink) ** 2
            if square < best_square:
                best, best_square = place, square
        return best


def _nearest_address(lon: float, lat: float, addresses: Iterable[KnownAddress]) -> NearAddress | None:
    found: NearAddress | None = None
    for known in addresses:
        address = known.address
        metres = distance_m(address.lon, address.lat, lon, lat)
        if metres <= ADDRESS_WITHIN_M and (found is None or metres < found.distance_m):
            direction = _direction(address, metres, lon, lat)
            found = NearAddress(known.whose, address.kind, address, metres, direction)
    return found


def _direction(origin: Place | Address, metres: float, lon: float, lat: float) -> str | None:
    if metres <= AT_WITHIN_M:
        return None
    return heading_words(bearing_deg(origin.lon, origin.lat, lon, lat))
