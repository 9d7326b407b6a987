"""The shipped map against the official boundaries, which are not part of the project.

``MSA_OFFICIAL_DATA`` names the directory with ``zones.geojson`` and ``municipalities.geojson``. Only figures come
out of here.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import shapely

from console.domain.zones import zones_text
from console.domain.zones.allocating import NEAREST_WITHIN_M, ZoneMap, in_metres, to_metres
from console.domain.zones.checking import check_zones
from console.domain.zones.composition import read_composition
from console.domain.zones.importing import About, Imported, import_municipalities, import_zones
from console.wire.zones_file import COMPOSITION, packaged_bytes, read_zone_map

GIVEN = os.environ.get("MSA_OFFICIAL_DATA")

pytestmark = [
    pytest.mark.official,
    pytest.mark.skipif(not GIVEN, reason="MSA_OFFICIAL_DATA does not name the official boundaries"),
]

SURFACE_POINTS = 100_000
PEOPLE_POINTS = 100_000
BUILT_UP_PER_KM2 = 3_000
"""Inhabitants of a square kilometre of town: a place is a disc around its point as large as its people need."""
BORDER_STEP_M = 250.0
ABOUT = About(name="Official zones", attribution="For checks only")

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Official:
    """The official zones in EPSG:3812, in the order of the shipped ones."""

    shapes: npt.NDArray[np.object_]

    def owners(self, points: Floats) -> Ints:
        return _owners(self.shapes, points)


def _owners(shapes: npt.NDArray[np.object_], points: Floats) -> Ints:
    owners = np.full(len(points), -1, dtype=np.int64)
    point, zone = shapely.STRtree(shapes).query(shapely.points(points), "intersects")
    owners[point] = zone
    return owners


def official_file(name: str) -> Path:
    return Path(GIVEN or "") / name


@pytest.fixture(scope="module")
def shipped() -> ZoneMap:
    return read_zone_map()


@pytest.fixture(scope="module")
def official(shipped: ZoneMap) -> Official:
    features = json.loads(official_file("zones.geojson").read_bytes())["features"]
    shapes = {one["id"]: shapely.from_geojson(json.dumps(one["geometry"])) for one in features}
    assert set(shapes) == set(shipped.ids)
    return Official(in_metres(np.array([shapes[zone] for zone in shipped.ids])))


def right_zone(shipped: ZoneMap, official: Official, points: Floats) -> float:
    """The part of the points (those in Belgium) whose zone is the right one, by the rule of `ZoneMap.allocate`."""
    wanted = official.owners(points)
    points, wanted = points[wanted >= 0], wanted[wanted >= 0]
    found = _owners(shipped.shapes, points)
    outside = np.flatnonzero(found < 0)
    (lost, zone), metres = shapely.STRtree(shipped.shapes).query_nearest(
        shapely.points(points[outside]), return_distance=True, all_matches=False
    )
    near = metres <= NEAREST_WITHIN_M
    found[outside[lost[near]]] = zone[near]
    return float((found == wanted).mean())


def test_the_right_zone_for_89_percent_of_the_surface(shipped: ZoneMap, official: Official) -> None:
    west, south, east, north = shapely.total_bounds(official.shapes)
    dice = np.random.default_rng(2026)
    points = np.column_stack(
        [dice.uniform(west, east, SURFACE_POINTS * 2), dice.uniform(south, north, SURFACE_POINTS * 2)]
    )
    assert right_zone(shipped, official, points) >= 0.89


def test_the_right_zone_for_95_percent_of_the_people(shipped: ZoneMap, official: Official) -> None:
    places = json.loads(packaged_bytes("places.json"))["places"]
    # GeoNames counts the whole region at the point of Brussels; its municipalities are there themselves.
    places = [place for place in places if place["name"] != "Brussel/Bruxelles"]
    people = np.array([place["population"] for place in places], dtype=np.float64)
    lons, lats = (np.array([place[part] for place in places]) for part in ("lon", "lat"))
    centres = np.column_stack(to_metres().transform(lons, lats))
    dice = np.random.default_rng(2026)
    chosen = dice.choice(len(places), PEOPLE_POINTS, p=people / people.sum())
    radius = 1_000 * np.sqrt(people[chosen] / BUILT_UP_PER_KM2 / np.pi * dice.uniform(0, 1, PEOPLE_POINTS))
    angle = dice.uniform(0, 2 * np.pi, PEOPLE_POINTS)
    points = centres[chosen] + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    assert right_zone(shipped, official, points) >= 0.95


def test_the_accuracy_in_the_file_is_the_measured_one(shipped: ZoneMap, official: Official) -> None:
    """90 % of a real border between two zones lies within ``border_accuracy_m`` of the nearest drawn border."""
    outline = shapely.boundary(shapely.union_all(official.shapes))
    between = shapely.difference(
        shapely.union_all(shapely.boundary(official.shapes)), shapely.buffer(outline, 50, quad_segs=2)
    )
    lines = shapely.get_parts(shapely.line_merge(between))
    steps = np.maximum(1, (shapely.length(lines) // BORDER_STEP_M).astype(int))
    spots = np.concatenate([(np.arange(number) + 0.5) / number for number in steps])
    points = shapely.line_interpolate_point(np.repeat(lines, steps), spots, normalized=True)
    drawn = shapely.STRtree(shapely.get_parts(shapely.union_all(shapely.boundary(shipped.shapes))))
    _, metres = drawn.query_nearest(points, return_distance=True, all_matches=False)
    measured = float(np.percentile(metres, 90))
    assert shipped.zones.border_accuracy_m == pytest.approx(measured, rel=0.02)


@pytest.fixture(scope="module")
def imported() -> Imported:
    text = official_file("municipalities.geojson").read_bytes()
    return import_municipalities(text, read_composition(packaged_bytes(COMPOSITION)), "nis", ABOUT)


def test_the_official_municipalities_become_176_sound_zones(imported: Imported, official: Official) -> None:
    assert check_zones(zones_text(imported.zones)).faults == ()
    zone_map = ZoneMap(imported.zones)
    assert len(zone_map.ids) == 176
    common = shapely.area(shapely.intersection(zone_map.shapes, official.shapes))
    assert (common / shapely.area(shapely.union(zone_map.shapes, official.shapes))).min() > 0.999
    assert (imported.zones.approximate, imported.zones.border_accuracy_m) == (False, 0)


def test_the_official_zones_give_the_same_as_their_municipalities(imported: Imported) -> None:
    text = official_file("zones.geojson").read_bytes()
    made = import_zones(
        text, read_composition(packaged_bytes(COMPOSITION)), {"code": "code", "name": "name"}, ABOUT
    )
    assert made.zones == imported.zones
