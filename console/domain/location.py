"""Where a victim is: fixes, their radius at 95 %, and what may be believed of them.

Coordinates are WGS84 degrees, always named; where an order is needed it is lon, lat (RFC 7946).
Radii and distances are metres, speeds metres per second, bearings degrees clockwise from north.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from console.domain.values import Frozen, Lat, Lon, Metres, Utc


class Method(StrEnum):
    """How a position was found (AML, ETSI TS 103 625, field ``pm``)."""

    GNSS = "gnss"
    WIFI = "wifi"
    CELL = "cell"
    UNKNOWN = "unknown"


class Fix(Frozen):
    """A position that a device reported.

    ``radius_m`` with ``confidence_pct`` is what was reported; `r95_m` in this module is what is drawn.
    ``taken_at`` is the device's clock, ``received_at`` the backend's.
    """

    id: str
    lon: Lon
    lat: Lat
    radius_m: Metres
    confidence_pct: float | None = None
    method: Method = Method.UNKNOWN
    speed_mps: float | None = None
    heading_deg: float | None = None
    taken_at: Utc
    received_at: Utc


WIDEST_RADIUS_M = 20_037_508.0
"""Half the earth's circumference: no uncertainty can be wider."""

ASSUMED_CONFIDENCE_PCT = 68.0
"""What a radius without a confidence is taken as: the usual of phones (`docs/wire.md`)."""

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the GRS80 ellipsoid (IUGG). A sphere is at most 0.6 % off the ellipsoid."""

METRES_PER_DEGREE = math.radians(1) * EARTH_RADIUS_M
"""Metres along a meridian in one degree of latitude, on the mean sphere that `distance_m` uses."""

CLOCK_TOLERANCE_S = 5.0
"""Up to here a device's clock counts as right (`docs/wire.md`, "Time and place")."""

NOWHERE_DEG = 0.001
"""This close to 0,0 (some 100 m) a position is an empty field, never a point in the Gulf of Guinea."""

COARSE_FACTOR = 4.0
"""A radius this many times that of the fix shown is "far larger": its disc is sixteen times as big."""

COARSE_FLOOR_M = 200.0
"""A radius below this still names a block of houses: it is never held back as too coarse."""

JUMP_MPS = 70.0
"""252 km/h: faster than a car on any Belgian road. Beyond both radii it is an error of measurement."""

STUCK_REPORTS = 4
"""Reports in a row without one changed digit: 90 s at one every 30 s. A measured position always trembles."""

STILL_BELOW_MPS = 0.5
"""Below this a speed is the tremble of a phone that lies still."""

ON_FOOT_BELOW_MPS = 4.0
"""14 km/h: who is faster for the length of a fix does not walk or run."""

DERIVE_MIN_S = 5.0
"""Two fixes closer in time than this give more noise than speed."""

DERIVE_MAX_S = 120.0
"""Two fixes farther apart than this (red age of a position) say nothing of how she moves now."""

POINTS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
"""The eight points of the compass, as codes; a screen translates them."""


class Verdict(StrEnum):
    """What becomes of a fix. Only `SHOWN` moves the marker; every other is recorded and shown beside it."""

    SHOWN = "shown"
    FUTURE = "future"
    OLDER = "older"
    JUMP = "jump"
    COARSE = "coarse"
    NO_POSITION = "no_position"


class Movement(StrEnum):
    """How a victim moves, in the words of the radio."""

    STILL = "still"
    ON_FOOT = "on_foot"
    IN_VEHICLE = "in_vehicle"
    UNKNOWN = "unknown"


def confidence_known(fix: Fix) -> bool:
    """Say whether the device told how sure its radius is; if not, the screen says "confidence unknown"."""
    return fix.confidence_pct is not None and fix.confidence_pct > 0


def r95_m(radius_m: float, confidence_pct: float | None) -> float:
    """Rescale a radius to 95 % confidence, in metres; never below ``radius_m``.

    For a normal error in two dimensions r95 = r·√(ln 0.05 / ln(1 − c)) (RFC 7459, 5.2). From 95 % on the
    radius stays as it is; without a confidence, or one of 0 or less, it counts as a 68 % radius (× 1.62).
    """
    if confidence_pct is None or confidence_pct <= 0:
        confidence_pct = ASSUMED_CONFIDENCE_PCT
    if confidence_pct >= 95 or radius_m <= 0:
        return radius_m
    confidence = -math.log1p(-confidence_pct / 100)
    if confidence == 0:  # so small that it is lost in rounding
        return max(radius_m, WIDEST_RADIUS_M)
    scale = math.sqrt(-math.log(0.05) / confidence)
    return max(radius_m, min(radius_m * scale, WIDEST_RADIUS_M))


def r95_of(fix: Fix) -> float:
    """The radius to draw around a fix: metres, at 95 %."""
    return r95_m(fix.radius_m, fix.confidence_pct)


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Distance in metres between two points in degrees, along a great circle of the mean sphere (haversine).

    At most 0.6 % off the ellipsoid: enough to judge a fix. `geodesic_m` is exact, and a hundred times slower.
    """
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, half)))


def geodesic_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Distance in metres on the WGS84 ellipsoid. The first call imports geopy (0.1 to 0.3 s)."""
    from geopy.distance import geodesic  # not needed for the first frame

    # geopy takes latitude first.
    return float(geodesic((lat1, lon1), (lat2, lon2)).m)


def bearing_deg(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Initial bearing from the first point to the second: degrees clockwise from north, 0 <= b < 360."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    east = math.radians(lon2 - lon1)
    y = math.sin(east) * math.cos(phi2)
    x = math.cos(phi1) * math.sin(phi2) - math.sin(phi1) * math.cos(phi2) * math.cos(east)
    # A tiny negative angle rounds up to 360.0 itself, hence the second remainder.
    return math.degrees(math.atan2(y, x)) % 360 % 360


def advanced(lon: float, lat: float, bearing: float, distance: float) -> tuple[float, float]:
    """Return the (lon, lat) that lies ``distance`` metres from a point along ``bearing`` degrees."""
    angle, course, phi = distance / EARTH_RADIUS_M, math.radians(bearing), math.radians(lat)
    sine = math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(course)
    there = math.asin(max(-1.0, min(1.0, sine)))
    east = math.atan2(
        math.sin(course) * math.sin(angle) * math.cos(phi), math.cos(angle) - math.sin(phi) * math.sin(there)
    )
    return (lon + math.degrees(east) + 180) % 360 - 180, math.degrees(there)


def heading_words(heading_deg: float) -> str:
    """Name a heading by the nearest of eight points: 44.0 -> ``"NE"``. A code; the screen translates it."""
    return POINTS[round(heading_deg % 360 / 45) % 8]


def is_nowhere(lon: float, lat: float) -> bool:
    """Say whether a position is the 0,0 of an empty field."""
    return abs(lon) < NOWHERE_DEG and abs(lat) < NOWHERE_DEG


def position_age_s(fix: Fix, now: datetime) -> float:
    """Seconds since the backend received a fix, never below 0: the age on every screen."""
    return max(0.0, (now - fix.received_at).total_seconds())


def clock_off(fix: Fix) -> bool:
    """Say whether the device's time of a fix is more than 5 s from its receipt: clock wrong, or sent late."""
    return abs((fix.taken_at - fix.received_at).total_seconds()) > CLOCK_TOLERANCE_S


def judge(fix: Fix | None, shown: Fix | None, trail: Sequence[Fix] = ()) -> Verdict:
    """Decide whether a fix moves the marker (`Verdict.SHOWN`) or is only recorded beside it.

    ``shown`` is the fix under the marker, ``trail`` the earlier fixes in any order. Where nothing is shown
    yet, a position is shown whatever its clock or radius: a doubtful place is better than none, and
    `clock_off` and its radius say what is doubtful. Once there is a marker, a fix from the future, an older
    one, a far coarser one or an impossible jump never moves it; only a person may choose it.
    """
    if fix is None or is_nowhere(fix.lon, fix.lat):
        return Verdict.NO_POSITION
    if shown is None or is_nowhere(shown.lon, shown.lat):
        return Verdict.SHOWN
    if (fix.taken_at - fix.received_at).total_seconds() > CLOCK_TOLERANCE_S:
        return Verdict.FUTURE
    taken_at = (
        fix.taken_at
    )  # later than neither of a fix's two times: it is older than what is believed of that fix
    if any(taken_at < seen.taken_at and taken_at < seen.received_at for seen in (shown, *trail)):
        return Verdict.OLDER
    if _is_jump(shown, fix):
        return Verdict.JUMP
    radius = r95_of(fix)
    if radius > COARSE_FLOOR_M and radius > COARSE_FACTOR * r95_of(shown):
        return Verdict.COARSE
    return Verdict.SHOWN


def _believed_at(fix: Fix) -> datetime:
    # A clock that ran ahead once must not make every later fix look old.
    return min(fix.taken_at, fix.received_at)


def _is_jump(shown: Fix, fix: Fix) -> bool:
    beyond = distance_m(shown.lon, shown.lat, fix.lon, fix.lat) - r95_of(shown) - r95_of(fix)
    seconds = max(1.0, (fix.taken_at - _believed_at(shown)).total_seconds())
    return beyond / seconds > JUMP_MPS


def stuck(trail: Sequence[Fix]) -> bool:
    """Say whether the last four reports, oldest first, agree in every digit: cached, not measured."""
    last = trail[-STUCK_REPORTS:]
    return len(last) == STUCK_REPORTS and len({(fix.lon, fix.lat) for fix in last}) == 1


def speed_of(fix: Fix, trail: Sequence[Fix] = ()) -> float | None:
    """Speed in metres per second: as reported, else from the fix before it in ``trail``, else None.

    Derived only where it means something: 5 to 120 s apart, farther than both radii together explain
    (independent errors add in square), and not an impossible jump.
    """
    if fix.speed_mps is not None and 0 <= fix.speed_mps <= JUMP_MPS:
        return fix.speed_mps
    leg = _last_leg(fix, trail)
    return None if leg is None else leg[0]


def heading_of(fix: Fix, trail: Sequence[Fix] = ()) -> float | None:
    """Heading in degrees: as reported, else from the fix before it in ``trail``; None where she is still."""
    speed = speed_of(fix, trail)
    if speed is None or speed < STILL_BELOW_MPS:
        return None
    if fix.heading_deg is not None:
        return fix.heading_deg % 360 % 360
    leg = _last_leg(fix, trail)
    return None if leg is None else leg[1]


def _last_leg(fix: Fix, trail: Sequence[Fix]) -> tuple[float, float] | None:
    """Speed and bearing from the latest earlier fix to this one, or None where they mean nothing."""
    last: Fix | None = None
    for seen in trail:  # asked several times for each report: only what is later is looked at more closely
        later = last is None or last.taken_at < seen.taken_at
        if later and seen.taken_at < fix.taken_at and not is_nowhere(seen.lon, seen.lat):
            last = seen
    if last is None:
        return None
    seconds = (fix.taken_at - last.taken_at).total_seconds()
    moved = distance_m(last.lon, last.lat, fix.lon, fix.lat)
    if not DERIVE_MIN_S <= seconds <= DERIVE_MAX_S or moved <= math.hypot(r95_of(last), r95_of(fix)):
        return None
    if moved / seconds > JUMP_MPS:
        return None
    return moved / seconds, bearing_deg(last.lon, last.lat, fix.lon, fix.lat)


def moving(fix: Fix, trail: Sequence[Fix] = ()) -> Movement:
    """Name how she moves, from the speed that is reported or derived."""
    speed = speed_of(fix, trail)
    if speed is None:
        return Movement.UNKNOWN
    if speed < STILL_BELOW_MPS:
        return Movement.STILL
    return Movement.ON_FOOT if speed < ON_FOOT_BELOW_MPS else Movement.IN_VEHICLE


def could_be_now_m(fix: Fix, now: datetime, trail: Sequence[Fix] = ()) -> float | None:
    """Radius in metres of where a moving victim can be by now: r95 + speed × age (W9).

    None if she is still, or nothing is known of her speed. 110 km/h for 30 s adds 917 m.
    """
    speed = speed_of(fix, trail)
    if speed is None or speed < STILL_BELOW_MPS:
        return None
    return r95_of(fix) + speed * position_age_s(fix, now)
