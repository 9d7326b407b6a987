"""Degrees and dots: there and back, north up, metres right, and how a window moves."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from console.domain.location import advanced, distance_m
from console.tui.map.projection import FARTHEST_M_PER_DOT, NEAREST_M_PER_DOT, Bounds, View

LEUVEN = (4.7009, 50.8796)
BELGIUM = Bounds(2.51, 49.49, 6.41, 51.51)

lons, lats = st.floats(2.5, 6.5), st.floats(49.4, 51.6)
views = st.builds(View, lons, lats, st.floats(0.5, 2000), st.integers(1, 220), st.integers(1, 70))


@given(views, lons, lats)
def test_there_and_back_is_the_same_point(view: View, lon: float, lat: float) -> None:
    back = view.to_degrees(*view.to_dots(lon, lat))
    assert back == pytest.approx((lon, lat), abs=1e-9)


@given(views, lons, lats, st.floats(0.001, 1))
def test_north_is_up_and_east_is_right(view: View, lon: float, lat: float, by: float) -> None:
    x, y = view.to_dots(lon, lat)
    assert view.to_dots(lon, lat + by)[1] < y
    assert view.to_dots(lon + by, lat)[0] > x
    assert view.to_dots(lon, lat + by)[0] == pytest.approx(x)
    assert view.to_dots(lon + by, lat)[1] == pytest.approx(y)


def test_lon_and_lat_are_not_swapped() -> None:
    view = View.fit(BELGIUM, 200, 60)
    oostende, arlon = view.to_cell(2.927, 51.2155), view.to_cell(5.8167, 49.6833)
    assert oostende[0] < arlon[0]
    assert oostende[1] < arlon[1]
    assert view.contains(*LEUVEN)
    assert not view.contains(*reversed(LEUVEN))


@given(st.floats(0, 359), st.floats(100, 5000))
def test_a_metre_is_as_long_in_every_direction(bearing: float, metres: float) -> None:
    view = View(*LEUVEN, metres_per_dot=20.0, columns=100, rows=40)
    x, y = view.to_dots(*advanced(*LEUVEN, bearing, metres))
    centre_x, centre_y = view.to_dots(*LEUVEN)
    assert math.hypot(x - centre_x, y - centre_y) * 20.0 == pytest.approx(metres, rel=2e-3)


@given(views, lons, lats, st.floats(20, 20_000), st.floats(0, 359))
def test_the_half_axes_of_a_circle_reach_its_edge(
    view: View, lon: float, lat: float, metres: float, bearing: float
) -> None:
    x, y = view.to_dots(lon, lat)
    rx, ry = view.radii(lat, metres)
    edge_x, edge_y = view.to_dots(*advanced(lon, lat, bearing, metres))
    assert math.hypot((edge_x - x) / rx, (edge_y - y) / ry) == pytest.approx(1.0, rel=6e-3)


def test_across_belgium_a_distance_is_off_by_less_than_three_percent() -> None:
    view = View.fit(BELGIUM, 200, 60)
    for one, other in (((2.6, 51.1), (3.6, 51.1)), ((5.3, 49.6), (5.9, 49.6)), ((4.4, 51.4), (4.4, 49.9))):
        (x0, y0), (x1, y1) = view.to_dots(*one), view.to_dots(*other)
        drawn = math.hypot(x1 - x0, y1 - y0) * view.metres_per_dot
        assert drawn == pytest.approx(distance_m(*one, *other), rel=0.03)


@given(lons, lats, st.floats(50, 80_000), st.integers(4, 220), st.integers(2, 70))
def test_a_fitted_circle_is_wholly_seen_and_fills_the_window(
    lon: float, lat: float, radius: float, columns: int, rows: int
) -> None:
    box = Bounds.around(lon, lat, radius)
    view = View.fit(box, columns, rows)
    assert view.bounds.holds(box)
    assert (view.lon, view.lat) == pytest.approx((lon, lat))
    rx, ry = view.radii(lat, radius)
    assume(NEAREST_M_PER_DOT < view.metres_per_dot < FARTHEST_M_PER_DOT)
    assert max(rx / columns, ry / 2 / rows) == pytest.approx(1 - 2 * 0.08, rel=1e-6)


@given(views, st.integers(-60, 60))
def test_panning_east_by_dots_moves_every_point_west_by_as_many(view: View, dots: int) -> None:
    x, y = view.to_dots(*LEUVEN)
    moved_x, moved_y = view.panned(dots, 0).to_dots(*LEUVEN)
    assert (moved_x, moved_y) == pytest.approx((x - dots, y), abs=1e-5)


@given(views, st.integers(-60, 60))
def test_panning_down_shows_what_lies_south(view: View, dots: int) -> None:
    y = view.to_dots(*LEUVEN)[1]
    assert view.panned(0, dots).to_dots(*LEUVEN)[1] == pytest.approx(y - dots, abs=1e-5)


@given(views, st.floats(0.2, 5), st.floats(0, 1), st.floats(0, 1))
def test_zooming_keeps_the_place_under_the_pointer(
    view: View, factor: float, across: float, down: float
) -> None:
    x, y = across * view.columns * 2, down * view.rows * 4
    under = view.to_degrees(x, y)
    closer = view.zoomed(factor, x, y)
    assume(abs(closer.lat) < 80)
    # The length of a degree changes with the latitude of the centre: a little, never a tenth of the window.
    there = closer.to_dots(*under)
    assert there[1] == pytest.approx(y, abs=1e-5)
    assert there[0] == pytest.approx(x, abs=0.1 * view.columns * 2 + 1e-6)


def test_zooming_stops_at_both_ends() -> None:
    view = View(*LEUVEN, 10.0, 80, 24)
    assert view.zoomed(1e9).metres_per_dot == NEAREST_M_PER_DOT
    assert view.zoomed(1e-9).metres_per_dot == FARTHEST_M_PER_DOT


def test_the_middle_leaves_a_quarter_on_each_side() -> None:
    view = View(*LEUVEN, 10.0, 40, 20)
    middle_x, middle_y = 40, 40
    for right, down, inside in ((0, 0, True), (19, 19, True), (21, 0, False), (0, -21, False)):
        assert view.contains(*view.to_degrees(middle_x + right, middle_y + down), inset=0.25) is inside
        assert view.contains(*view.to_degrees(middle_x + right, middle_y + down))


def test_no_pan_leaves_the_globe() -> None:
    view = View(*LEUVEN, 5000.0, 200, 60)
    for _ in range(200):
        view = view.panned(400, -240)
    assert -180 <= view.lon <= 180
    assert abs(view.lat) <= 85
