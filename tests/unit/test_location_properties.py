"""What holds for every fix: no radius below what was reported, no bad fix under the marker, lon before lat."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from console.domain.location import (
    COARSE_FACTOR,
    COARSE_FLOOR_M,
    POINTS,
    WIDEST_RADIUS_M,
    Fix,
    Movement,
    Verdict,
    advanced,
    bearing_deg,
    clock_off,
    confidence_known,
    could_be_now_m,
    distance_m,
    geodesic_m,
    heading_of,
    heading_words,
    judge,
    moving,
    position_age_s,
    r95_m,
    r95_of,
    speed_of,
    stuck,
)

NOW = datetime(2026, 3, 1, 14, 3, 10, tzinfo=UTC)
LEUVEN = (4.7009, 50.8796)
BRUSSELS = (4.3517, 50.8466)
OOSTENDE = (2.9120, 51.2300)
ARLON = (5.8167, 49.6833)

LONS, LATS = st.floats(2.5, 6.4), st.floats(49.5, 51.5)
RADII = st.floats(0, 20_000_000)
CONFIDENCES = st.none() | st.floats(-10, 100)
SECONDS = st.floats(0, 7200)


def a_fix(seconds: float = 0, **facts: Any) -> Fix:
    """A fix in Leuven with 20 m at 95 %, taken and received so many seconds after 14:03:10."""
    at = NOW + timedelta(seconds=seconds)
    known = {"id": "f", "lon": LEUVEN[0], "lat": LEUVEN[1], "radius_m": 20.0, "confidence_pct": 95.0}
    return Fix.model_validate(known | {"taken_at": at, "received_at": at} | facts)


def moved(metres: float, bearing: float = 0, seconds: float = 30, **facts: Any) -> Fix:
    """The same fix, so far away, so much later."""
    lon, lat = advanced(*LEUVEN, bearing, metres)
    return a_fix(seconds, lon=lon, lat=lat, **facts)


# Radius


@given(RADII, CONFIDENCES)
@example(20.0, 5e-324)
def test_a_radius_is_never_below_what_was_reported_nor_wider_than_the_earth(
    radius: float, confidence: float | None
) -> None:
    assert radius <= r95_m(radius, confidence) <= WIDEST_RADIUS_M


@given(st.floats(1, 10_000), st.floats(1, 94.9))
def test_a_radius_is_rescaled_to_95_percent_as_rfc_7459_says(radius: float, confidence: float) -> None:
    # In two dimensions a normal error of deviation s lies within r with probability 1 - exp(-r² / 2s²).
    deviation = radius / math.sqrt(-2 * math.log(1 - confidence / 100))
    assert 1 - math.exp(-(r95_m(radius, confidence) ** 2) / (2 * deviation**2)) == pytest.approx(0.95)


@given(RADII, st.floats(95, 100))
def test_from_95_percent_on_a_radius_stays_as_it_is(radius: float, confidence: float) -> None:
    assert r95_m(radius, confidence) == radius


@given(RADII, st.none() | st.floats(-10, 0))
def test_an_unknown_confidence_counts_as_68_percent_and_is_said_to_be_unknown(
    radius: float, confidence: float | None
) -> None:
    assert r95_m(radius, confidence) == r95_m(radius, 68.0)
    assert not confidence_known(a_fix(confidence_pct=confidence))
    assert confidence_known(a_fix(confidence_pct=68.0))


def test_a_68_percent_radius_grows_by_1_62() -> None:
    assert r95_m(100, 68) == pytest.approx(162, abs=0.2)


@given(RADII, st.floats(0.1, 100), st.floats(0.1, 100))
def test_the_surer_a_radius_the_smaller_its_circle(radius: float, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert r95_m(radius, more) <= r95_m(radius, less) * (1 + 1e-12)


# Distance and bearing


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [(LEUVEN, BRUSSELS, 24.8), (OOSTENDE, ARLON, 268.5), (LEUVEN, OOSTENDE, 131.4)],
)
def test_known_towns_lie_as_far_apart_as_they_do_so_lon_and_lat_are_not_swapped(
    one: tuple[float, float], other: tuple[float, float], km: float
) -> None:
    assert distance_m(*one, *other) / 1000 == pytest.approx(km, rel=0.006)
    assert geodesic_m(*one, *other) / 1000 == pytest.approx(km, rel=0.003)
    swapped = distance_m(one[1], one[0], other[1], other[0])
    assert abs(swapped - distance_m(*one, *other)) > 0.1 * swapped


@given(LONS, LATS, LONS, LATS)
def test_the_quick_distance_is_at_most_0_6_percent_off_the_exact_one_and_the_same_both_ways(
    lon1: float, lat1: float, lon2: float, lat2: float
) -> None:
    quick = distance_m(lon1, lat1, lon2, lat2)
    assert quick == pytest.approx(geodesic_m(lon1, lat1, lon2, lat2), rel=0.006, abs=1e-3)
    assert quick == pytest.approx(distance_m(lon2, lat2, lon1, lat1))


@given(LONS, LATS, st.floats(0, 359.99), st.floats(1, 200_000))
def test_who_goes_so_far_on_a_bearing_is_seen_there_at_that_bearing(
    lon: float, lat: float, bearing: float, metres: float
) -> None:
    there = advanced(lon, lat, bearing, metres)
    assert distance_m(lon, lat, *there) == pytest.approx(metres, rel=1e-6, abs=1e-3)
    off = abs((bearing_deg(lon, lat, *there) - bearing + 180) % 360 - 180)
    assert math.radians(off) * metres < 0.01


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90))
@example(0.0, 0.0, -1e-20, 1.0)  # a hair west of north, which rounds up to 360
def test_a_bearing_is_always_from_0_to_below_360(lon1: float, lat1: float, lon2: float, lat2: float) -> None:
    assert 0 <= bearing_deg(lon1, lat1, lon2, lat2) < 360


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(-720, 720), st.floats(0, 20_000_000))
def test_wherever_one_goes_one_stays_on_the_earth(
    lon: float, lat: float, bearing: float, metres: float
) -> None:
    east, north = advanced(lon, lat, bearing, metres)
    assert -180 <= east <= 180
    assert -90 <= north <= 90


@given(st.floats(-720, 720))
def test_a_heading_is_named_by_the_nearest_of_eight_points(heading: float) -> None:
    centre = 45 * POINTS.index(heading_words(heading))
    assert abs((heading - centre + 180) % 360 - 180) <= 22.5 + 1e-9


@pytest.mark.parametrize(("heading", "words"), [(0, "N"), (44, "NE"), (90, "E"), (200, "S"), (350, "N")])
def test_headings_in_words(heading: float, words: str) -> None:
    assert heading_words(heading) == words


# What may move the marker


@given(st.floats(5.002, 3600))
def test_a_fix_from_the_future_never_moves_the_marker(ahead: float) -> None:
    late = a_fix(30)
    future = late.model_copy(update={"taken_at": late.received_at + timedelta(seconds=ahead)})
    assert judge(future, a_fix()) is Verdict.FUTURE


@given(st.floats(0.002, 3600), st.booleans())
def test_a_fix_older_than_one_that_was_seen_never_moves_the_marker(before: float, in_trail: bool) -> None:
    seen, old = a_fix(60), a_fix(60 - before)
    old = old.model_copy(update={"received_at": NOW + timedelta(seconds=90)})
    shown, trail = (a_fix(-7200), [seen]) if in_trail else (seen, [])
    assert judge(old, shown, trail) is Verdict.OLDER


@given(st.floats(0, 3600))
def test_a_clock_that_ran_ahead_once_does_not_make_every_later_fix_look_old(ahead: float) -> None:
    first = a_fix().model_copy(update={"taken_at": NOW + timedelta(seconds=ahead)})
    assert judge(a_fix(30), first, [first]) is Verdict.SHOWN


@given(st.floats(1, 300), st.floats(0, 359), st.floats(1.01, 50))
def test_an_impossible_jump_never_moves_the_marker(seconds: float, bearing: float, factor: float) -> None:
    # 252 km/h beyond both radii is the limit.
    limit = 70 * max(1.0, seconds) + 40
    assume(limit * factor < 1_000_000)
    assert judge(moved(limit * factor + 1, bearing, seconds), a_fix()) is Verdict.JUMP
    assert judge(moved(limit * 0.9, bearing, seconds), a_fix()) is Verdict.SHOWN


@given(st.floats(0, 1000), st.floats(0.001, 20_000_000))
def test_a_far_larger_radius_never_moves_the_marker(good: float, more: float) -> None:
    radius = min(max(COARSE_FACTOR * good, COARSE_FLOOR_M) + more, 20_000_000)
    assert judge(a_fix(30, radius_m=radius), a_fix(radius_m=good)) is Verdict.COARSE


@given(st.floats(0, COARSE_FLOOR_M))
def test_a_radius_that_names_a_block_of_houses_is_never_too_coarse(radius: float) -> None:
    assert judge(a_fix(30, radius_m=radius), a_fix(radius_m=0)) is Verdict.SHOWN


@given(LONS, LATS, RADII, CONFIDENCES, st.floats(-86_400, 86_400))
def test_where_nothing_is_shown_yet_any_position_is_better_than_none(
    lon: float, lat: float, radius: float, confidence: float | None, off: float
) -> None:
    fix = a_fix(lon=lon, lat=lat, radius_m=radius, confidence_pct=confidence)
    wrong_clock = fix.model_copy(update={"taken_at": NOW + timedelta(seconds=off)})
    assert judge(wrong_clock, None) is Verdict.SHOWN
    assert clock_off(wrong_clock) is (abs(off) > 5)


@given(st.floats(-0.0009, 0.0009), st.floats(-0.0009, 0.0009))
def test_0_0_is_no_position_and_never_replaces_one(lon: float, lat: float) -> None:
    nowhere = a_fix(30, lon=lon, lat=lat)
    assert judge(nowhere, a_fix()) is Verdict.NO_POSITION
    assert judge(None, a_fix()) is Verdict.NO_POSITION
    assert judge(a_fix(60), nowhere) is Verdict.SHOWN


@given(
    st.lists(st.tuples(st.floats(-30, 30), st.floats(-50, 50), LONS, LATS, st.floats(1, 5000)), max_size=12)
)
def test_whatever_is_reported_the_marker_never_goes_back_in_time(
    reports: list[tuple[float, float, float, float, float]],
) -> None:
    shown: Fix | None = None
    trail: list[Fix] = []
    for number, (jitter, clock, lon, lat, radius) in enumerate(reports):
        received = NOW + timedelta(seconds=30 * number + jitter)
        taken = received + timedelta(seconds=clock)
        fix = a_fix(lon=lon, lat=lat, radius_m=radius, taken_at=taken, received_at=received)
        verdict = judge(fix, shown, trail)
        if verdict is Verdict.SHOWN:
            if shown is not None:
                believed = min(shown.taken_at, shown.received_at)
                assert fix.taken_at >= believed
                assert fix.taken_at <= fix.received_at + timedelta(seconds=5)
            shown = fix
            trail.append(fix)


# Movement


@given(st.lists(st.sampled_from([LEUVEN, BRUSSELS]), max_size=8))
def test_a_position_is_stuck_after_four_reports_without_one_changed_digit(
    places: list[tuple[float, float]],
) -> None:
    trail = [a_fix(30 * number, lon=lon, lat=lat) for number, (lon, lat) in enumerate(places)]
    assert stuck(trail) is (len(places) >= 4 and len(set(places[-4:])) == 1)


def test_one_changed_digit_is_a_measurement() -> None:
    trail = [a_fix(30 * number) for number in range(3)]
    assert stuck([*trail, a_fix(90)])
    assert not stuck([*trail, a_fix(90, lat=LEUVEN[1] + 1e-7)])


def test_at_110_km_h_thirty_seconds_add_917_metres() -> None:
    fix = a_fix(speed_mps=110 / 3.6)
    assert could_be_now_m(fix, NOW + timedelta(seconds=30)) == pytest.approx(20 + 917, abs=1)


@given(st.floats(0.5, 70), SECONDS, st.floats(0, 5000), CONFIDENCES)
def test_where_she_could_be_now_is_never_less_than_the_circle_of_the_fix(
    speed: float, age: float, radius: float, confidence: float | None
) -> None:
    fix = a_fix(speed_mps=speed, radius_m=radius, confidence_pct=confidence)
    now = NOW + timedelta(seconds=age)
    could = could_be_now_m(fix, now)
    assert could is not None
    assert could == pytest.approx(r95_of(fix) + speed * position_age_s(fix, now))
    assert could >= r95_of(fix)


def test_who_is_still_or_unknown_has_no_second_circle() -> None:
    assert could_be_now_m(a_fix(speed_mps=0.2), NOW + timedelta(minutes=5)) is None
    assert could_be_now_m(a_fix(), NOW + timedelta(minutes=5)) is None


@given(st.floats(2, 60), st.floats(5, 120), st.floats(0, 359))
def test_speed_and_heading_follow_from_two_fixes_where_they_are_farther_apart_than_their_radii(
    speed: float, seconds: float, bearing: float
) -> None:
    assume(speed * seconds > 40)
    fix = moved(speed * seconds, bearing, seconds)
    # Times are kept to the millisecond.
    assert speed_of(fix, [a_fix()]) == pytest.approx(speed, rel=1e-3)
    heading = heading_of(fix, [a_fix()])
    assert heading is not None
    assert abs((heading - bearing + 180) % 360 - 180) < 0.1


@given(st.floats(0, 28), SECONDS)
def test_a_tremble_within_the_radii_is_no_movement(metres: float, seconds: float) -> None:
    fix = moved(metres, 90, seconds)
    assert speed_of(fix, [a_fix()]) is None
    assert moving(fix, [a_fix()]) is Movement.UNKNOWN


@pytest.mark.parametrize(
    ("speed", "how"),
    [(0.2, Movement.STILL), (1.5, Movement.ON_FOOT), (3.9, Movement.ON_FOOT), (14, Movement.IN_VEHICLE)],
)
def test_how_she_moves_in_the_words_of_the_radio(speed: float, how: Movement) -> None:
    assert moving(a_fix(speed_mps=speed)) is how


def test_a_speed_no_car_reaches_is_not_believed() -> None:
    assert speed_of(a_fix(speed_mps=300.0)) is None


@given(st.floats(-100, 7200))
def test_the_age_of_a_position_is_never_below_zero_and_counts_from_its_receipt(seconds: float) -> None:
    fix = a_fix(taken_at=NOW - timedelta(hours=1), received_at=NOW)
    assert position_age_s(fix, NOW + timedelta(seconds=seconds)) == pytest.approx(max(0.0, seconds), abs=1e-6)
