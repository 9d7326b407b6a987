"""Named places for the map, as `data/places.json` holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.tui.map.braille import one_cell_each


@dataclass(frozen=True, slots=True)
class Place:
    """A town, village or quarter: name, degrees (WGS84), inhabitants (0: not known)."""

    name: str
    lon: float
    lat: float
    population: int


def read_places(collection: Mapping[str, Any]) -> tuple[Place, ...]:
    """Read the parsed places file: the most populous first.

    A name in two languages (``Brussel/Bruxelles``) is kept as it is.

    Raises:
        ValueError: it is not such a file; the sentence says what is wrong.
    """
    try:
        places = [
            Place(one_cell_each(str(at["name"])), float(at["lon"]), float(at["lat"]), int(at["population"]))
            for at in collection["places"]
        ]
    except (KeyError, TypeError, ValueError) as wrong:
        raise ValueError(
            f"not a file of places: each of its 'places' needs name, lon, lat and population ({wrong!r})"
        ) from wrong
    return tuple(sorted(places, key=lambda place: (-place.population, place.name)))
