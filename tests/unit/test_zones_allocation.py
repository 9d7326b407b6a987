"""Which zones a position touches, on the map that ships with the program."""

import math
from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.domain.allocation import Allocation
from console.domain.location import advanced, r95_m
from console.domain.zones import Zones, ZonesFileError, looks_swapped
from console.domain.zones.allocating import NEAREST_WITHIN_M, ZoneMap, to_metres
from console.domain.zones.values import zones_of
from console.wire.zones_file import read_zone_map, read_zones

LEUVEN = (4.7005, 50.8796)
WEST, SOUTH, EAST, NORTH = 2.0, 49.2, 6.9, 51.8


@cache
def shipped() -> ZoneMap:
    return read_zone_map()


@cache
def exact() -> ZoneMap:
    """The same borders as if they were an official map's."""
    return ZoneMap(with_accuracy(read_zones(), 0))


def with_accuracy(zones: Zones, metres: float) -> Zones:
    return zones_of(
        [(zone, zones.polygons[zone.id]) for zone in zones],
        name=zones.name,
        attribution=zones.attribution,
        approximate=metres > 0,
        border_accuracy_m=metres,
    )


@cache
def corners() -> tuple[tuple[float, float], ...]:
    """Every vertex that is on the border of two zones or more."""
    seen: dict[tuple[float, float], set[str]] = {}
    for zone, shape in read_zones().polygons.items():
        for polygon in shape:
            for ring in polygon:
                for position in ring:
                    seen.setdefault(position, set()).add(zone)
    return tuple(sorted(position for position, zones in seen.items() if len(zones) > 1))


def total(allocation: Allocation) -> float:
    return math.fsum(share.share for share in allocation.shares)


lons = st.floats(WEST, EAST)
lats = st.floats(SOUTH, NORTH)
radii = st.floats(0, 60_000)


@settings(max_examples=150, deadline=None)
@given(lons, lats, radii, st.none() | st.floats(-10, 110))
@example(4.7, 50.88, 30.0, 5e-324)
def test_shares_add_up_to_one_and_the_largest_comes_first(
    lon: float, lat: float, radius_m: float, confidence: float | None
) -> None:
    allocation = shipped().allocate(lon, lat, radius_m, confidence)
    assert total(allocation) == pytest.approx(1, abs=1e-9)
    sizes = [share.share for share in allocation.shares]
    assert sizes == sorted(sizes, reverse=True)
    assert len({share.zone for share in allocation.shares}) == len(allocation.shares)


@settings(max_examples=100, deadline=None)
@given(lons, lats, radii)
def test_the_zone_to_send_has_the_largest_share_inside_belgium(
    lon: float, lat: float, radius_m: float
) -> None:
    allocation = shipped().allocate(lon, lat, radius_m, 95)
    inside = [share for share in allocation.shares if share.zone is not None]
    if allocation.outside_m == 0:
        assert allocation.zone == inside[0].zone
    elif allocation.outside_m > NEAREST_WITHIN_M:
        assert allocation.zone is None
    else:
        assert allocation.zone is not None


@settings(max_examples=60, deadline=None)
@given(lons, lats, st.floats(0, 20_000), st.floats(1, 100))
def test_shares_are_those_of_the_disc_with_the_accuracy_of_the_map(
    lon: float, lat: float, radius_m: float, confidence: float
) -> None:
    zone_map = shipped()
    reach = math.hypot(r95_m(radius_m, confidence), zone_map.zones.border_accuracy_m)
    disc = shapely.Point(*to_metres().transform(lon, lat)).buffer(reach, quad_segs=64)
    shares = {share.zone: share.share for share in zone_map.allocate(lon, lat, radius_m, confidence).shares}
    parts = shapely.area(shapely.intersection(zone_map.shapes, disc)) / disc.area
    for zone, part in zip(zone_map.ids, parts.tolist(), strict=True):
        assert shares.get(zone, 0) == pytest.approx(part, abs=0.002)


@pytest.mark.parametrize(
    ("lon", "lat", "room", "town"),
    [
        (2.9203, 51.2254, "WVL", "35013"),  # Oostende, the north-west
        (5.8132, 49.6833, "LUX", "81001"),  # Arlon, the south-east
        (4.7005, 50.8796, "VBR", "24062"),  # Leuven
    ],
)
def test_lon_and_lat_are_never_swapped(lon: float, lat: float, room: str, town: str) -> None:
    zones = shipped().zones
    zone = shipped().allocate(lon, lat).zone
    assert zone is not None
    assert zones[zone].control_room == room
    assert zones.by_nis[town].id == zone
    swapped = shipped().allocate(lat, lon)
    assert swapped.zone is None
    assert swapped.outside_m > 5_000_000
    assert looks_swapped(lat, lon)
    assert not looks_swapped(lon, lat)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
def test_exactly_one_zone_owns_a_corner_where_zones_meet(number: int) -> None:
    lon, lat = corners()[number % len(corners())]
    allocation = exact().allocate(lon, lat)
    touching = [
        zone for zone in exact().ids if any((lon, lat) in ring for ring in rings(exact().zones, zone))
    ]
    assert allocation.zone == min(touching)
    assert allocation.certain
    assert allocation.border_m == 0
    assert exact().allocate(lon, lat) == allocation


def rings(zones: Zones, zone: str) -> list[tuple[tuple[float, float], ...]]:
    return [ring for polygon in zones.polygons[zone] for ring in polygon]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.floats(0, 1), st.sampled_from([0.0, 0.4, 5.0, 900.0]))
def test_a_point_on_a_border_has_an_owner_whatever_the_radius(
    number: int, along: float, radius_m: float
) -> None:
    zone_map = exact()
    ring = rings(zone_map.zones, zone_map.ids[number % len(zone_map.ids)])[0]
    (lon1, lat1), (lon2, lat2) = ring[number % (len(ring) - 1)], ring[number % (len(ring) - 1) + 1]
    allocation = zone_map.allocate(lon1 + along * (lon2 - lon1), lat1 + along * (lat2 - lat1), radius_m, 95)
    assert allocation.zone is not None
    # A straight line in degrees bends in metres: at most 2 m over the longest side of this map.
    assert allocation.outside_m < 5


@pytest.mark.parametrize(
    ("place", "lon", "lat", "at_least_m"),
    [
        ("Maastricht", 5.6910, 50.8514, 1_500),
        ("North Sea", 2.60, 51.60, 20_000),
        ("Lille", 3.0573, 50.6292, 5_000),
    ],
)
def test_a_place_abroad_has_no_zone_and_says_how_far_it_is(
    place: str, lon: float, lat: float, at_least_m: float
) -> None:
    allocation = shipped().allocate(lon, lat, 50, 95)
    assert allocation.zone is None, place
    assert allocation.outside_m > at_least_m


def outwards(metres: float) -> tuple[float, float]:
    """A point so far south of the southernmost one of the outline: nothing of Belgium is nearer."""
    lon, lat = min(
        (position for zone in shipped().ids for ring in rings(shipped().zones, zone) for position in ring),
        key=lambda position: position[1],
    )
    return advanced(lon, lat, 180, metres)


def test_a_kilometre_over_the_border_the_nearest_zone_answers_and_is_marked() -> None:
    allocation = shipped().allocate(*outwards(1_000), 20, 95)
    assert allocation.zone is not None
    assert shipped().zones[allocation.zone].control_room == "LUX"
    assert allocation.outside_m == pytest.approx(1_000, abs=10)
    assert allocation.border_m == allocation.outside_m
    assert None in {share.zone for share in allocation.shares}


def test_abroad_and_as_near_to_two_zones_the_first_id_answers() -> None:
    zone_map, found = exact(), 0
    outline = shapely.boundary(shapely.union_all(zone_map.shapes))
    places = np.array(corners())
    metres = shapely.points(np.column_stack(to_metres().transform(places[:, 0], places[:, 1])))
    for lon_at, lat_at in places[shapely.distance(metres, outline) < 1].tolist():
        for bearing in range(0, 360, 30):
            lon, lat = advanced(lon_at, lat_at, bearing, 400)
            point = shapely.Point(*to_metres().transform(lon, lat))
            near, far = nearest(zone_map, point)
            if len(near) > 1 and far > 0:
                assert zone_map.allocate(lon, lat).zone == min(zone_map.ids[number] for number in near)
                found += 1
    assert found > 0, "no such place on this map"


def nearest(zone_map: ZoneMap, point: shapely.Point) -> tuple[list[int], float]:
    """Every zone that is as near as the nearest one, and how near."""
    near, metres = shapely.STRtree(zone_map.shapes).query_nearest(point, return_distance=True)
    return near.tolist(), float(metres[0])


def test_two_kilometres_over_the_border_no_zone_is_named_to_send_but_its_share_is() -> None:
    allocation = shipped().allocate(*outwards(2_000), 5_000, 95)
    assert allocation.zone is None
    assert allocation.shares[0].zone is None
    assert {shipped().zones[share.zone].control_room for share in allocation.shares if share.zone} == {"LUX"}


def test_a_disc_far_larger_than_belgium_is_mostly_outside() -> None:
    allocation = shipped().allocate(4.35, 50.85, 20_000_000)
    assert allocation.shares[0].zone is None
    assert allocation.shares[0].share > 0.9999
    assert total(allocation) == pytest.approx(1, abs=1e-9)
    assert len(allocation.shares) == 177
    assert allocation.zone is not None


@pytest.mark.parametrize(
    ("lon", "lat"), [(0.0, 0.0), (4.0, -90.0), (-180.0, 90.0), (180.0, 0.0), (151.2, -33.9)]
)
def test_the_other_side_of_the_world_is_only_far_away(lon: float, lat: float) -> None:
    allocation = shipped().allocate(lon, lat, 1_000_000)
    assert allocation.zone is None
    assert 1_000_000 < allocation.outside_m < 20_100_000
    assert [share.zone for share in allocation.shares] == [None]


def test_the_distance_of_a_far_point_is_that_on_the_globe() -> None:
    # New York to the coast at De Panne: 5,800 km.
    assert shipped().allocate(-74.006, 40.7128).outside_m == pytest.approx(5_790_000, rel=0.01)


def test_deep_inside_a_zone_one_zone_is_certain() -> None:
    allocation = shipped().allocate(*LEUVEN, 30, 68)
    assert allocation.certain
    assert allocation.zone == "5388"
    assert allocation.border_m > 1_400


def test_the_map_says_how_exact_it_is() -> None:
    allocation = shipped().allocate(*LEUVEN)
    assert allocation.approximate
    assert allocation.accuracy_m == shipped().zones.border_accuracy_m
    assert not exact().allocate(*LEUVEN).approximate


def test_an_unknown_confidence_widens_the_disc() -> None:
    known, unknown = exact().allocate(*LEUVEN, 4_000, 95), exact().allocate(*LEUVEN, 4_000, None)
    assert unknown.shares[0].share < known.shares[0].share


def test_the_distance_to_the_border_is_that_to_the_nearest_zone() -> None:
    here = shapely.Point(*to_metres().transform(*LEUVEN))
    others = [shape for zone, shape in zip(shipped().ids, shipped().shapes, strict=True) if zone != "5388"]
    assert shipped().allocate(*LEUVEN).border_m == pytest.approx(
        min(here.distance(x) for x in others), abs=0.1
    )


@pytest.mark.parametrize(
    ("lon", "lat", "radius_m"),
    [
        (math.nan, 50.0, 0.0),
        (4.0, math.inf, 0.0),
        (181.0, 50.0, 0.0),
        (4.0, 91.0, 0.0),
        (4.0, 50.0, -1.0),
        (4.0, 50.0, math.nan),
        (4.0, 50.0, 1e200),
    ],
)
def test_what_is_no_position_is_refused(lon: float, lat: float, radius_m: float) -> None:
    with pytest.raises(ValueError, match="must"):
        shipped().allocate(lon, lat, radius_m)


def test_a_map_without_zones_is_refused() -> None:
    nothing = zones_of([], name="n", attribution="a", approximate=False, border_accuracy_m=0)
    with pytest.raises(ZonesFileError, match="no zone"):
        ZoneMap(nothing)
