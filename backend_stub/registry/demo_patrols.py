"""Patrol units of the demo: three to six in each zone, and the federal highway police of each province."""

from __future__ import annotations

import unicodedata
from random import Random

from backend_stub.registry.demo_ground import DemoZone, Ground, near
from backend_stub.registry.records import PatrolUnit
from console.domain.patrols import Service

FIRST_NUMBER = 11
HIGHWAY_ROOMS = ("ANT", "BRU", "VBR", "BWR", "WVL", "OVL", "HAI", "LIE", "LIM", "LUX", "NAM")
"""Highway patrols of the nth room have the numbers n1 and on: A-31 is Flemish Brabant's first."""


def patrol_units(ground: Ground, stream: Random) -> tuple[PatrolUnit, ...]:
    """Make the units of every zone and room. Call signs are unique within a zone: L-11, L-12 in Leuven."""
    units = [unit for zone in ground.zones for unit in _of_zone(zone, stream)]
    for place, room in enumerate(HIGHWAY_ROOMS, start=1):
        units.extend(_of_highway(room, place, ground, stream))
    return tuple(units)


def _of_zone(zone: DemoZone, stream: Random) -> list[PatrolUnit]:
    count = max(stream.randint(3, 5), 2 + len(zone.spots) // 3)  # at most 12 spots: six
    units = []
    for number in range(FIRST_NUMBER, FIRST_NUMBER + count):
        spots = zone.spots[:8]
        lon, lat = near(spots[(number - FIRST_NUMBER) % len(spots)], stream)
        call_sign = f"{_letter(zone.name)}-{number}"
        units.append(
            PatrolUnit(
                id=f"{zone.id}/{call_sign}",
                call_sign=call_sign,
                zone=zone.id,
                room=zone.room,
                language=zone.languages[number % len(zone.languages)],
                home_lon=lon,
                home_lat=lat,
            )
        )
    return units


def _of_highway(room: str, place: int, ground: Ground, stream: Random) -> list[PatrolUnit]:
    zones = ground.of_room(room)
    units = []
    for number in range(1, min(3, len(zones)) + 1):
        zone = stream.choice(zones)
        lon, lat = near(zone.spots[0], stream)
        units.append(
            PatrolUnit(
                id=f"WPR/A-{place}{number}",
                call_sign=f"A-{place}{number}",
                zone=None,
                service=Service.HIGHWAY,
                room=room,
                language=zone.languages[number % len(zone.languages)],
                home_lon=lon,
                home_lat=lat,
            )
        )
    return units


def _letter(zone_name: str) -> str:
    """The first letter of a zone's own name: "PZ Leuven" is L."""
    own = zone_name.removeprefix("PZ ").removeprefix("ZP ")
    letters = [sign for sign in unicodedata.normalize("NFD", own) if sign.isascii() and sign.isalpha()]
    return letters[0].upper() if letters else "P"
