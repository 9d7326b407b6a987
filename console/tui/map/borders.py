"""Borders of the police zones, ready to be drawn: each border once, with the box around it.

Read from the parsed zones file (RFC 7946, lon before lat); no geometry library is needed for the screen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from console.domain.location import METRES_PER_DEGREE
from console.tui.map.braille import one_cell_each
from console.tui.map.projection import Bounds

Point = tuple[float, float]
Ring = tuple[Point, ...]

WHOLE_CUTS = (0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2)
"""Where a zone that is shown whole is cut to find room for its name, as parts of its height: middle first."""

PART_CUTS = (0.92, 0.08, 0.75, 0.25, 0.5)
"""The same for a zone of which a part is shown: edges first, since the middle belongs to the victim."""

CLEARLY_LONGER = 1.15
"""A cut that comes later in the order must be longer by this factor to be better."""

PREFIXES = ("PZ ", "ZP ")
"""What every police zone's name begins with (politiezone, zone de police): no news on a map of zones."""


@dataclass(frozen=True, slots=True)
class Chord:
    """The longest stretch from west to east inside a zone at one latitude."""

    west: float
    east: float
    lat: float


@dataclass(frozen=True)
class ZoneShape:
    """A zone as the map knows it: id, code for display (None: unknown), name, rings, box."""

    id: str
    code: str | None
    name: str
    rings: tuple[Ring, ...]
    bounds: Bounds

    @property
    def title(self) -> str:
        """``5388 Leuven``; a zone without a code goes by its name."""
        name = self.name
        for prefix in PREFIXES:
            name = name.removeprefix(prefix)
        return f"{self.code} {name}" if self.code else name

    def chords(self, inside: Bounds) -> tuple[Chord, ...]:
        """Where its name has room within a box, the best first; none if the box shows nothing of it."""
        return self._whole if inside.holds(self.bounds) else self._longest(inside, PART_CUTS)

    @cached_property
    def _whole(self) -> tuple[Chord, ...]:
        return self._longest(self.bounds, WHOLE_CUTS)

    def _longest(self, inside: Bounds, cuts: Sequence[float]) -> tuple[Chord, ...]:
        """The longest stretch of each cut, in order of length and of ``cuts``."""
        south, north = max(self.bounds.south, inside.south), min(self.bounds.north, inside.north)
        found: list[tuple[float, Chord]] = []
        for part in cuts:
            lat = south + (north - south) * part
            inner = [(max(start, inside.west), min(end, inside.east)) for start, end in self._cut(lat)]
            west, east = max(inner, key=lambda ends: ends[1] - ends[0], default=(0.0, 0.0))
            if west < east:
                found.append((east - west, Chord(west, east, lat)))
        best = max(found, key=lambda of: of[0], default=None)
        if best is None:
            return ()
        first = next(of for of in found if of[0] * CLEARLY_LONGER >= best[0])
        return (first[1], *(chord for _, chord in found if chord is not first[1]))

    def _cut(self, lat: float) -> Iterator[tuple[float, float]]:
        """The stretches of a parallel that lie inside, by the even-odd rule."""
        crossings = sorted(
            x0 + (lat - y0) / (y1 - y0) * (x1 - x0)
            for ring in self.rings
            for (x0, y0), (x1, y1) in pairwise(ring)
            if (y0 > lat) != (y1 > lat)
        )
        return zip(crossings[::2], crossings[1::2], strict=True)


class Border:
    """A line between two zones, or between a zone and the world: points, box and whose it is."""

    __slots__ = ("_simpler", "bounds", "lats", "lons", "zones")

    def __init__(self, points: Sequence[Point], zones: frozenset[str]) -> None:
        self.lons = tuple(lon for lon, _ in points)
        self.lats = tuple(lat for _, lat in points)
        self.bounds = Bounds.of(self.lons, self.lats)
        self.zones = zones
        self._simpler: dict[int, tuple[Sequence[float], Sequence[float]]] = {}

    @property
    def is_outline(self) -> bool:
        """True where only one zone touches it: the border of the country."""
        return len(self.zones) == 1

    def at(self, metres_per_dot: float) -> tuple[Sequence[float], Sequence[float]]:
        """Its lons and lats without the points that lie within a dot of the one before; ends always stay."""
        level = math.floor(math.log2(metres_per_dot))
        if level not in self._simpler:
            self._simpler[level] = _thinned(self.lons, self.lats, 2.0**level)
        return self._simpler[level]


def _thinned(
    lons: Sequence[float], lats: Sequence[float], metres: float
) -> tuple[Sequence[float], Sequence[float]]:
    shrink = math.cos(math.radians(lats[0]))
    closest = (metres / METRES_PER_DEGREE) ** 2
    kept = [0]
    for i in range(1, len(lons) - 1):
        across, up = (lons[i] - lons[kept[-1]]) * shrink, lats[i] - lats[kept[-1]]
        if across * across + up * up >= closest:
            kept.append(i)
    kept.append(len(lons) - 1)
    return tuple(lons[i] for i in kept), tuple(lats[i] for i in kept)


class Borders:
    """All zones with their borders; each border is there once, whoever shares it."""

    def __init__(self, zones: Iterable[ZoneShape]) -> None:
        self.zones = {zone.id: zone for zone in zones}
        self.lines = tuple(_lines(self.zones.values()))
        boxes = [zone.bounds for zone in self.zones.values()]
        self.bounds = (
            Bounds(
                min(box.west for box in boxes),
                min(box.south for box in boxes),
                max(box.east for box in boxes),
                max(box.north for box in boxes),
            )
            if boxes
            else None
        )

    @classmethod
    def read(cls, collection: Mapping[str, Any]) -> Borders:
        """Read a parsed GeoJSON collection of zones (`data/zones.geojson`).

        Raises:
            ValueError: it is not one; the sentence names the feature.
        """
        features = collection.get("features")
        if not isinstance(features, list):
            raise ValueError("not a file of zones: it has no list of 'features'")
        return cls(_zone(feature, number) for number, feature in enumerate(features, start=1))

    def visible(self, inside: Bounds) -> Iterator[Border]:
        """The borders whose box meets the given one."""
        west, south, east, north = inside
        for line in self.lines:
            box = line.bounds
            if box[0] <= east and west <= box[2] and box[1] <= north and south <= box[3]:
                yield line

    def of_zone(self, zone: str) -> Iterator[Border]:
        """The borders of one zone; none for an id that is not on the map."""
        return (line for line in self.lines if zone in line.zones)


def _zone(feature: Any, number: int) -> ZoneShape:
    try:
        properties, geometry = feature["properties"], feature["geometry"]
        shapes = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            shapes = [shapes]
        elif geometry["type"] != "MultiPolygon":
            raise ValueError(f"a zone is a Polygon or a MultiPolygon, not a {geometry['type']}")
        rings = tuple(
            tuple((float(point[0]), float(point[1])) for point in ring) for shape in shapes for ring in shape
        )
        return ZoneShape(
            id=str(feature["id"]),
            code=None if properties.get("code") is None else one_cell_each(str(properties["code"])),
            name=one_cell_each(str(properties["name"])),
            rings=rings,
            bounds=Bounds.of(
                (lon for ring in rings for lon, _ in ring), (lat for ring in rings for _, lat in ring)
            ),
        )
    except (KeyError, TypeError, IndexError, ValueError) as wrong:
        name = feature.get("id", "without an id") if isinstance(feature, dict) else "that is no object"
        raise ValueError(f"zone {number} ({name}) of the zones file cannot be drawn: {wrong!r}") from wrong


def _lines(zones: Iterable[ZoneShape]) -> Iterator[Border]:
    """Chain the edges of all rings into borders: from where zones meet to where they meet again."""
    owners: dict[tuple[Point, Point], set[str]] = {}
    for zone in zones:
        for ring in zone.rings:
            for a, b in pairwise(ring):
                if a != b:
                    owners.setdefault((a, b) if a < b else (b, a), set()).add(zone.id)
    edges = {edge: frozenset(ids) for edge, ids in owners.items()}
    links: dict[Point, list[Point]] = {}
    for a, b in edges:
        links.setdefault(a, []).append(b)
        links.setdefault(b, []).append(a)

    def owner(a: Point, b: Point) -> frozenset[str]:
        return edges[(a, b) if a < b else (b, a)]

    def is_junction(point: Point) -> bool:
        around = links[point]
        return len(around) != 2 or owner(point, around[0]) != owner(point, around[1])

    done: set[tuple[Point, Point]] = set()

    def walk(start: Point, then: Point) -> Border:
        points, before, here = [start], start, then
        while True:
            points.append(here)
            done.add((before, here) if before < here else (here, before))
            if here == start or is_junction(here):
                return Border(points, owner(start, then))
            one, other = links[here]
            before, here = here, (other if one == before else one)

    # Junctions first; what is left are closed lines without one, such as an exclave's.
    for starts in ([point for point in links if is_junction(point)], list(links)):
        for start in starts:
            for then in links[start]:
                if ((start, then) if start < then else (then, start)) not in done:
                    yield walk(start, then)
