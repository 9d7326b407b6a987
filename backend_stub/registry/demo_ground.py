"""The ground of the demo: which zones there are, the named places in them, and one spot on a border.

Positions come from the map that the backend runs with, so that the demo also fits an official map.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random
from typing import Any, Literal

import shapely
from shapely.geometry import shape

from console.domain.values import Frozen, Lat, Lon

Language = Literal["nl", "fr", "de"]

METRES_PER_DEGREE = 111_200.0
"""One degree of latitude, to 0.3 % anywhere in Belgium."""

BORDER_OFFSET_M = 50.0
"""How far inside her own zone the victim on the border lives."""

MOST_SPOTS = 12
"""Of each zone its largest places are enough."""

_FRENCH_ROOMS = frozenset({"BWR", "HAI", "LIE", "LUX", "NAM"})
_GERMAN_MUNICIPALITIES = frozenset(
    {"63001", "63012", "63013", "63023", "63040", "63048", "63061", "63067", "63087"}
)
"""The nine of the German language area (laws on the use of languages, 18 July 1966, art. 5)."""


class Spot(Frozen):
    """A named place of a zone; ``clear_m``: metres from it to the zone's border."""

    name: str
    lon: Lon
    lat: Lat
    clear_m: float


class DemoZone(Frozen):
    """A zone with its places, the largest first. ``languages``: those of its region, two in Brussels."""

    id: str
    name: str
    room: str
    prosecutor: str
    languages: tuple[Language, ...]
    spots: tuple[Spot, ...]


class Border(Frozen):
    """A position in ``zone``, some 50 m from ``neighbour``."""

    zone: str
    neighbour: str
    lon: Lon
    lat: Lat


class Ground(Frozen):
    """Every zone by id, in the order of the ids."""

    zones: tuple[DemoZone, ...]
    borders: tuple[Border, ...]

    def zone(self, zone: str) -> DemoZone:
        """Return a zone.

        Raises:
            ValueError: the map has none of that id.
        """
        for known in self.zones:
            if known.id == zone:
                return known
        raise ValueError(f"the demo needs zone {zone} and the map has none: start it with the usual map")

    def of_room(self, room: str) -> tuple[DemoZone, ...]:
        """Return the zones of a control room."""
        return tuple(zone for zone in self.zones if zone.room == room)


def survey(zones: Mapping[str, Any], places: Mapping[str, Any], on_the_border_of: str) -> Ground:
    """Survey the map (GeoJSON, as `data/zones.geojson`) with named places (as `data/places.json`).

    A place counts for a zone only if it lies inside it and its municipality belongs to it (a map without
    municipalities: inside is enough). A zone without any has its middle.

    Raises:
        ValueError: a zone has no control room, or no zone is called ``on_the_border_of``.
    """
    shapes = {str(feature["id"]): shape(feature["geometry"]) for feature in zones["features"]}
    tree = shapely.STRtree([shapely.Point(place["lon"], place["lat"]) for place in places["places"]])
    surveyed = []
    for feature in sorted(zones["features"], key=lambda feature: str(feature["id"])):
        area = shapes[str(feature["id"])]
        inside = [places["places"][index] for index in tree.query(area, predicate="contains")]
        surveyed.append(_zone(str(feature["id"]), feature["properties"], area, inside))
    ground = Ground(zones=tuple(surveyed), borders=())
    ground.zone(on_the_border_of)
    return ground.model_copy(update={"borders": _borders(shapes, on_the_border_of)})


def near(spot: Spot, stream: Random, within_m: float = 350.0) -> tuple[float, float]:
    """Return a position (lon, lat) near a place and in its zone, at most ``within_m`` away."""
    bearing = stream.uniform(0, math.tau)
    distance = math.sqrt(stream.random()) * min(within_m, 0.8 * spot.clear_m)
    return _moved(spot.lon, spot.lat, distance * math.sin(bearing), distance * math.cos(bearing))


def _moved(lon: float, lat: float, east_m: float, north_m: float) -> tuple[float, float]:
    per_degree = METRES_PER_DEGREE * math.cos(math.radians(lat))
    return round(lon + east_m / per_degree, 5), round(lat + north_m / METRES_PER_DEGREE, 5)


def _zone(zone: str, facts: Mapping[str, Any], area: Any, inside: list[Mapping[str, Any]]) -> DemoZone:
    if not facts.get("control_room"):
        raise ValueError(f"zone {zone} has no control room in the map: the demo cannot place its patrols")
    municipalities = {str(municipality["nis"]) for municipality in facts.get("municipalities") or ()}
    own = [place for place in inside if not municipalities or place["nis"] in municipalities]
    largest = sorted(own, key=lambda place: (-place["population"], place["name"]))[:MOST_SPOTS]
    spots = [_spot(area, place["name"], place["lon"], place["lat"]) for place in largest]
    if not spots:
        middle = area.representative_point()
        spots = [_spot(area, facts["name"], middle.x, middle.y)]
    return DemoZone(
        id=zone,
        name=facts["name"],
        room=facts["control_room"],
        prosecutor=facts.get("prosecutor") or facts.get("arrondissement") or facts["control_room"],
        languages=_languages(facts["control_room"], municipalities),
        spots=tuple(spots),
    )


def _spot(area: Any, name: str, lon: float, lat: float) -> Spot:
    clear = _metric(area, lat).boundary.distance(_metric(shapely.Point(lon, lat), lat))
    return Spot(name=name, lon=round(lon, 5), lat=round(lat, 5), clear_m=round(float(clear), 1))


def _metric(geometry: Any, lat: float) -> Any:
    """Stretch degrees to metres around one latitude: exact enough for hundreds of metres."""
    east = METRES_PER_DEGREE * math.cos(math.radians(lat))
    return shapely.transform(geometry, lambda lon_lat: lon_lat * (east, METRES_PER_DEGREE))


def _languages(room: str, municipalities: set[str]) -> tuple[Language, ...]:
    if municipalities and municipalities <= _GERMAN_MUNICIPALITIES:
        return ("de",)
    if room == "BRU":
        return ("fr", "nl")
    return ("fr",) if room in _FRENCH_ROOMS else ("nl",)


def _borders(shapes: Mapping[str, Any], zone: str) -> tuple[Border, ...]:
    """Find a spot just inside ``zone`` on its border with each neighbour, the longest border first."""
    area = shapes[zone]
    shared = {
        other: area.boundary.intersection(shapes[other].boundary)
        for other in sorted(shapes)
        if other != zone and area.intersects(shapes[other])
    }
    borders = []
    for other, line in sorted(shared.items(), key=lambda item: -item[1].length):
        if line.length == 0:
            continue
        lines = [part for part in shapely.get_parts(line) if part.geom_type == "LineString"]
        stretch = max(
            shapely.get_parts(shapely.line_merge(shapely.MultiLineString(lines))),
            key=lambda part: part.length,
        )
        middle = stretch.interpolate(0.5, normalized=True)
        beyond = stretch.interpolate(0.501, normalized=True)
        lon, lat = middle.x, middle.y
        along = (
            _metric(beyond, lat).x - _metric(middle, lat).x,
            _metric(beyond, lat).y - _metric(middle, lat).y,
        )
        length = math.hypot(*along)
        for side in (BORDER_OFFSET_M, -BORDER_OFFSET_M):
            moved = _moved(lon, lat, -along[1] / length * side, along[0] / length * side)
            if area.contains(shapely.Point(moved)):
                borders.append(Border(zone=zone, neighbour=other, lon=moved[0], lat=moved[1]))
                break
    return tuple(borders)
