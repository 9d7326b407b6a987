"""Small maps for the tests of the map: two square zones side by side, and the real file."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from console.tui.map import Borders, Place, read_places

DATA = Path(__file__).parents[2] / "data"

WEST, MIDDLE, EAST, SOUTH, NORTH = 4.60, 4.70, 4.80, 50.85, 50.91


def feature(zone: str, name: str, *rings: list[list[float]]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": zone,
        "properties": {"code": zone, "name": name},
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


def square(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


TWO_ZONES: dict[str, Any] = {
    "type": "FeatureCollection",
    "features": [
        feature("5388", "PZ Leuven", square(WEST, SOUTH, MIDDLE, NORTH)),
        feature("5391", "PZ Lubbeek", square(MIDDLE, SOUTH, EAST, NORTH)),
    ],
}


def two_zones() -> Borders:
    return Borders.read(TWO_ZONES)


@cache
def belgium_file() -> dict[str, Any]:
    collection: dict[str, Any] = json.loads((DATA / "zones.geojson").read_text(encoding="utf-8"))
    return collection


@cache
def belgium() -> Borders:
    return Borders.read(belgium_file())


@cache
def places() -> tuple[Place, ...]:
    return read_places(json.loads((DATA / "places.json").read_text(encoding="utf-8")))
