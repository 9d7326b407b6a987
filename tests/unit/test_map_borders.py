"""Borders of the zones: each once, none lost, quickly found, simple from afar; and the places."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from console.domain.location import METRES_PER_DEGREE
from console.tui.map.borders import Borders
from console.tui.map.braille import Canvas
from console.tui.map.ground import Ground
from console.tui.map.places import read_places
from console.tui.map.projection import Bounds, View
from tests.unit.map_samples import (
    EAST,
    MIDDLE,
    NORTH,
    SOUTH,
    WEST,
    belgium,
    belgium_file,
    feature,
    square,
    two_zones,
)

Edge = frozenset[tuple[float, float]]


def edges_of_lines(borders: Borders) -> Counter[Edge]:
    return Counter(
        frozenset(edge) for line in borders.lines for edge in pairwise(zip(line.lons, line.lats, strict=True))
    )


def test_a_shared_border_is_there_once_and_belongs_to_both() -> None:
    borders = two_zones()
    shared = [line for line in borders.lines if not line.is_outline]
    assert len(shared) == 1
    assert shared[0].zones == {"5388", "5391"}
    assert set(zip(shared[0].lons, shared[0].lats, strict=True)) == {(MIDDLE, SOUTH), (MIDDLE, NORTH)}
    assert len(borders.lines) == 3
    assert borders.bounds == Bounds(WEST, SOUTH, EAST, NORTH)


def test_every_edge_of_the_real_zones_is_drawn_exactly_once() -> None:
    edges = {
        frozenset(edge)
        for zone in belgium().zones.values()
        for ring in zone.rings
        for edge in pairwise(ring)
        if edge[0] != edge[1]
    }
    drawn = edges_of_lines(belgium())
    assert set(drawn) == edges
    assert set(drawn.values()) == {1}
    assert len(belgium().zones) == 176


def test_the_borders_of_a_zone_are_the_edges_of_its_rings() -> None:
    borders = belgium()
    drawn = {
        frozenset(edge)
        for line in borders.of_zone("5388")
        for edge in pairwise(zip(line.lons, line.lats, strict=True))
    }
    assert drawn == {frozenset(edge) for ring in borders.zones["5388"].rings for edge in pairwise(ring)}
    assert not list(borders.of_zone("unknown"))


def test_a_zone_inside_another_is_a_closed_line_shared_by_both() -> None:
    hole = square(4.65, 50.87, 4.68, 50.89)
    borders = Borders.read(
        {
            "features": [
                feature("1", "PZ Outer", square(WEST, SOUTH, EAST, NORTH), hole),
                feature("2", "PZ Inner", hole),
            ]
        }
    )
    shared = [line for line in borders.lines if not line.is_outline]
    assert [len(line.lons) for line in shared] == [5]
    assert shared[0].lons[0] == shared[0].lons[-1]


@given(st.floats(2.4, 6.5), st.floats(49.4, 51.6), st.floats(5, 1500), st.integers(1, 60), st.integers(1, 20))
def test_culling_draws_what_drawing_everything_draws(
    lon: float, lat: float, metres: float, columns: int, rows: int
) -> None:
    view = View(lon, lat, metres, columns, rows)
    culled = Ground(belgium()).layer(view).canvas
    everything = Canvas(columns, rows)
    kx, x0, ky, y0 = view.affine
    for line in belgium().lines:
        xs, ys = line.at(metres)
        everything.polyline([math.floor(x * kx + x0) for x in xs], [math.floor(y * ky + y0) for y in ys], 1)
    assert culled.dots == everything.dots


@given(st.floats(1, 3000))
def test_thinned_lines_keep_their_ends_and_stay_within_a_dot(metres: float) -> None:
    for line in list(belgium().of_zone("5388")):
        lons, lats = line.at(metres)
        assert (lons[0], lats[0], lons[-1], lats[-1]) == (
            line.lons[0],
            line.lats[0],
            line.lons[-1],
            line.lats[-1],
        )
        shrink = math.cos(math.radians(line.lats[0]))
        for lon, lat in zip(line.lons, line.lats, strict=True):
            nearest = min(math.hypot((lon - a) * shrink, lat - b) for a, b in zip(lons, lats, strict=True))
            assert nearest * METRES_PER_DEGREE <= metres


def test_from_afar_there_are_fewer_points() -> None:
    full = sum(len(line.lons) for line in belgium().lines)
    assert sum(len(line.at(0.5)[0]) for line in belgium().lines) == full
    assert sum(len(line.at(4000)[0]) for line in belgium().lines) < 0.7 * full


def test_a_name_goes_where_its_zone_is() -> None:
    shapes = {str(of["id"]): shape(of["geometry"]) for of in belgium_file()["features"]}
    for zone in belgium().zones.values():
        chords = zone.chords(zone.bounds)
        assert chords
        for chord in chords:
            assert shapes[zone.id].covers(Point((chord.west + chord.east) / 2, chord.lat))


def test_the_name_of_a_zone_seen_in_part_goes_into_that_part() -> None:
    zone = belgium().zones["5388"]
    inside = Bounds.around(4.7009, 50.8796, 250)
    for chord in zone.chords(inside):
        assert inside.west <= chord.west < chord.east <= inside.east
        assert inside.south <= chord.lat <= inside.north
    assert zone.chords(Bounds(2.5, 51.0, 2.6, 51.1)) == ()


def test_a_zone_is_titled_by_code_and_name_and_without_a_code_by_its_name() -> None:
    assert belgium().zones["5388"].title == "5388 Leuven"
    assert belgium().zones["x5379-5380"].title == "Haspengouw"


@pytest.mark.parametrize(
    ("collection", "says"),
    [
        ({}, "no list of 'features'"),
        ({"features": [7]}, "zone 1"),
        ({"features": [{"id": "5388"}]}, r"zone 1 \(5388\)"),
        (
            {
                "features": [
                    {**feature("5388", "PZ Leuven"), "geometry": {"type": "Point", "coordinates": [4, 50]}}
                ]
            },
            "not a Point",
        ),
        ({"features": [feature("5388", "PZ Leuven", [[4.0], [5.0]])]}, r"zone 1 \(5388\)"),
        ({"features": [feature("5388", "PZ Leuven")]}, r"zone 1 \(5388\)"),
    ],
)
def test_a_file_that_holds_no_zones_is_refused_with_a_sentence(collection: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Borders.read(collection)


def test_an_empty_map_has_no_bounds() -> None:
    assert Borders.read({"features": []}).bounds is None


def test_places_come_by_their_inhabitants() -> None:
    found = read_places(
        {
            "places": [
                {"name": "Herent", "lon": 4.67, "lat": 50.9, "population": 19218},
                {"name": "Leuven", "lon": 4.7, "lat": 50.88, "population": 101032},
            ]
        }
    )
    assert [place.name for place in found] == ["Leuven", "Herent"]


@pytest.mark.parametrize(
    "collection", [{}, {"places": [{"name": "Leuven"}]}, {"places": [7]}, {"places": None}]
)
def test_a_file_that_holds_no_places_is_refused_with_a_sentence(collection: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a file of places"):
        read_places(collection)
