"""How a simulated patrol and a simulated victim move: they arrive, they keep to their speed, they never jump."""

from __future__ import annotations

import math
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from backend_stub.simulator.motion import Motion, trembling
from console.domain.location import distance_m

LONS = st.floats(2.5, 6.4)
LATS = st.floats(49.5, 51.5)
SPEEDS = st.floats(0.5, 60.0)
MOMENTS = st.floats(0.0, 20_000.0)
TOLERANCE_M = 0.01


@given(LONS, LATS, LONS, LATS, SPEEDS, st.floats(0.0, 100.0))
def test_it_ends_as_far_from_the_target_as_it_was_told(
    lon: float, lat: float, to_lon: float, to_lat: float, speed: float, short_of: float
) -> None:
    motion = Motion(lon, lat, 0.0).towards(0.0, to_lon, to_lat, speed, short_of)
    whole = distance_m(lon, lat, to_lon, to_lat)
    left = motion.left_m(motion.ends_at_s() + 1.0, to_lon, to_lat)
    assert math.isclose(left, min(short_of, whole), abs_tol=0.1)
    assert motion.speed_at(motion.ends_at_s() + 1.0) == 0.0


@given(LONS, LATS, LONS, LATS, SPEEDS, MOMENTS, MOMENTS)
def test_it_is_never_faster_than_its_speed(
    lon: float, lat: float, to_lon: float, to_lat: float, speed: float, one: float, other: float
) -> None:
    motion = Motion(lon, lat, 0.0).towards(0.0, to_lon, to_lat, speed)
    gone = distance_m(*motion.at(one), *motion.at(other))
    assert gone <= speed * abs(other - one) + TOLERANCE_M


@given(LONS, LATS, LONS, LATS, SPEEDS, st.lists(st.tuples(MOMENTS, LONS, LATS), max_size=5))
def test_a_change_of_mind_is_no_jump(
    lon: float,
    lat: float,
    to_lon: float,
    to_lat: float,
    speed: float,
    changes: list[tuple[float, float, float]],
) -> None:
    motion = Motion(lon, lat, 0.0).towards(0.0, to_lon, to_lat, speed)
    for moment, new_lon, new_lat in sorted(changes):
        before = motion.at(moment)
        for changed in (motion.towards(moment, new_lon, new_lat, speed), motion.turned(moment, speed, 370.0)):
            assert distance_m(*before, *changed.at(moment)) <= TOLERANCE_M
        motion = motion.towards(moment, new_lon, new_lat, speed)


@given(LONS, LATS, MOMENTS)
def test_what_stands_stays(lon: float, lat: float, moment: float) -> None:
    motion = Motion(lon, lat, 100.0)
    assert motion.at(moment) == (lon, lat)
    assert motion.ends_at_s() == 100.0


def test_before_it_begins_it_is_where_it_begins() -> None:
    motion = Motion(4.7, 50.9, since_s=100.0, speed_mps=10.0)
    assert motion.at(50.0) == (4.7, 50.9)


@given(st.integers(0, 1_000), st.floats(1.0, 2_000.0))
def test_the_error_of_a_measurement_is_within_its_radius_for_95_in_100(seed: int, r95: float) -> None:
    random = Random(seed)
    errors = [distance_m(4.7, 50.9, *trembling(4.7, 50.9, r95, random)) for _ in range(200)]
    inside = sum(error <= r95 for error in errors)
    assert 175 <= inside < 200  # 190 expected; seven standard deviations, and not all
    assert min(errors) >= 0.0
