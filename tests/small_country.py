"""A few made-up zones and places around Leuven: the map of tests, which no new zones file changes."""

from __future__ import annotations

from console.domain.places import Place, PlaceIndex
from console.domain.zones import Municipality
from console.tui.atlas import Atlas
from console.tui.map import Borders, Ground
from console.tui.map import Place as MapPlace
from tests.story import ZONES

Box = tuple[float, float, float, float]

BOXES: dict[str, Box] = {
    "5388": (4.640, 50.830, 4.760, 50.905),
    "5393": (4.600, 50.905, 4.720, 50.960),
    "5395": (4.720, 50.905, 4.850, 51.010),
    "5400": (4.380, 50.860, 4.600, 50.960),
    "5401": (4.380, 50.960, 4.600, 51.010),
}
"""Zone id -> west, south, east, north."""

TOWNS = (
    ("Leuven", 4.7009, 50.8796, 62_000),
    ("Herent", 4.6706, 50.9083, 15_000),
    ("Wilsele", 4.7130, 50.9010, 9_900),
)
"""Name, lon, lat, inhabitants."""


def small_country() -> Atlas:
    """The atlas of these zones and places."""
    features = [
        {
            "type": "Feature",
            "id": zone,
            "properties": {"code": zone, "name": ZONES[zone].partition(" ")[2]},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]],
            },
        }
        for zone, (w, s, e, n) in BOXES.items()
    ]
    borders = Borders.read({"type": "FeatureCollection", "features": features})
    nis = {"24062": Municipality(nis="24062", name_nl="Leuven", name_fr="Louvain")}
    places = PlaceIndex((Place(name=n, lon=x, lat=y, population=p, nis="24062") for n, x, y, p in TOWNS), nis)
    ground = Ground(borders, [MapPlace(n, x, y, p) for n, x, y, p in TOWNS])
    return Atlas(
        zones=ZONES,
        ground=ground,
        places=places,
        map_name="A small country",
        attribution="Drawn for the tests",
        border_accuracy_m=1280.0,
    )
