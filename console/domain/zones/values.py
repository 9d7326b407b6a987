"""A police zone and the map of all of them: plain values, without geometry.

Positions are lon, lat in degrees (WGS84), in this order (RFC 7946).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field

from console.domain.rooms import ROOMS
from console.domain.values import Frozen

KINDS = ("PZ ", "ZP ")
"""Politiezone, zone de police: left out where the code says it already."""

CONTROL_ROOMS: Mapping[str, str] = MappingProxyType(ROOMS)
"""The 11 control rooms: short code and name."""

NEIGHBOURHOOD = (2.0, 49.0, 7.0, 52.0)
"""West, south, east, north in degrees: Belgium and what lies around it."""

Position = tuple[float, float]
"""lon, lat in degrees."""
Ring = tuple[Position, ...]
"""A closed line: the last position is the first one again."""
Polygon = tuple[Ring, ...]
"""The outer ring, then its holes."""


def _printable(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("has characters that cannot be shown, or blanks around it")
    return text


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]


def _known_room(code: str) -> str:
    if code not in CONTROL_ROOMS:
        raise ValueError("is no control room; the codes are " + ", ".join(sorted(CONTROL_ROOMS)))
    return code


class Municipality(Frozen):
    """A municipality: NIS code of Statbel (five digits) and its names, as far as they are known."""

    nis: Annotated[str, Field(pattern=r"^[0-9]{5}$")]
    name_nl: Name | None = None
    name_fr: Name | None = None
    name_de: Name | None = None

    def name(self, language: str) -> str:
        """Its name in ``nl``, ``fr`` or ``de``; where it has none there, or in another language, its first one."""
        names = {"nl": self.name_nl, "fr": self.name_fr, "de": self.name_de}
        return names.get(language) or next((name for name in names.values() if name), self.nis)


class Zone(Frozen):
    """A local police zone.

    ``id`` is its identity everywhere: the 4-digit code, or ``x…`` for a merged zone whose new code is not
    known. ``code`` is only for display, None where unknown. ``control_room`` is a key of `CONTROL_ROOMS`.
    """

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,40}$")]
    code: Annotated[str, Field(pattern=r"^[0-9]{4}$")] | None
    name: Name
    province: Name
    arrondissement: Name
    prosecutor: Name
    control_room: Annotated[str, AfterValidator(_known_room)]
    municipalities: Annotated[tuple[Municipality, ...], Field(min_length=1)]

    @property
    def label(self) -> str:
        """As people say it: ``5388 Leuven``."""
        name = self.name
        for prefix in KINDS:
            name = name.removeprefix(prefix)
        return f"{self.code} {name}" if self.code else name


@dataclass(frozen=True)
class Zones:
    """A map of zones, ordered by id.

    ``polygons`` holds each zone's borders. ``border_accuracy_m`` is how far a border may be off, in metres
    (an official map: 0). ``approximate``: no official map, and whoever shows a zone says so. ``valid_from`` is a
    date as written in the file.
    """

    by_id: Mapping[str, Zone]
    polygons: Mapping[str, tuple[Polygon, ...]]
    name: str
    attribution: str
    approximate: bool
    border_accuracy_m: float
    license: str | None = None
    valid_from: str | None = None

    def __iter__(self) -> Iterator[Zone]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)

    def __contains__(self, zone: object) -> bool:
        return zone in self.by_id

    def __getitem__(self, zone: str) -> Zone:
        return self.by_id[zone]

    def of_room(self, control_room: str) -> tuple[Zone, ...]:
        """The zones that one control room answers for, by id."""
        return tuple(zone for zone in self if zone.control_room == control_room)

    @cached_property
    def by_nis(self) -> Mapping[str, Zone]:
        """The zone of each municipality, by NIS code."""
        return MappingProxyType({town.nis: zone for zone in self for town in zone.municipalities})


def zones_of(
    zones: Iterable[tuple[Zone, tuple[Polygon, ...]]],
    *,
    name: str,
    attribution: str,
    approximate: bool,
    border_accuracy_m: float,
    license: str | None = None,
    valid_from: str | None = None,
) -> Zones:
    """Put a map together: ordered by id, closed against change."""
    ordered = sorted(zones, key=lambda pair: pair[0].id)
    return Zones(
        by_id=MappingProxyType({zone.id: zone for zone, _ in ordered}),
        polygons=MappingProxyType({zone.id: shape for zone, shape in ordered}),
        name=name,
        attribution=attribution,
        approximate=approximate,
        border_accuracy_m=border_accuracy_m,
        license=license,
        valid_from=valid_from,
    )


def is_near_belgium(lon: float, lat: float) -> bool:
    """Say whether a position lies in the box of Belgium and its surroundings."""
    west, south, east, north = NEIGHBOURHOOD
    return west <= lon <= east and south <= lat <= north


def looks_swapped(lon: float, lat: float) -> bool:
    """Say whether a position makes sense in Belgium only with lon and lat exchanged. A hint; nothing is exchanged."""
    return not is_near_belgium(lon, lat) and is_near_belgium(lat, lon)
