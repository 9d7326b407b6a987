"""What a screen knows of the country: names of zones, the ground of the map, places to describe a position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.domain.places import PlaceIndex
    from console.tui.map import Ground


@dataclass(frozen=True, slots=True)
class Atlas:
    """Zone id -> name on screen (``5388 Leuven``), the map's ground, and places to describe a position by.

    Without ground the map is blank; without places a position is named by its degrees. ``map_name`` and
    ``attribution`` are those of the zones file, ``border_accuracy_m`` how far a border may be off.
    """

    zones: Mapping[str, str] = field(default_factory=dict)
    ground: Ground | None = None
    places: PlaceIndex | None = None
    approximate: bool = True
    map_name: str = ""
    attribution: str = ""
    border_accuracy_m: float = 0.0

    def zone(self, zone: str | None) -> str:
        """The name of a zone; an id that is not on the map is shown as it is."""
        return "" if zone is None else self.zones.get(zone, zone)


def read_atlas(zones: str, places: str) -> Atlas:
    """Make an atlas from the texts of a zones file and of a places file (`data/`). Takes a tenth of a second.

    Raises:
        ValueError: one of them is no such file; the sentence says what is wrong.
    """
    import json

    from console.domain.places import PlaceIndex
    from console.domain.zones import parse_zones
    from console.tui.map import Borders, Ground, read_places

    parsed = parse_zones(zones)
    borders = Borders.read(json.loads(zones))
    municipalities = {one.nis: one for zone in parsed for one in zone.municipalities}
    return Atlas(
        zones={key: shape.title for key, shape in borders.zones.items()},
        ground=Ground(borders, read_places(json.loads(places))),
        places=PlaceIndex.from_json(places, municipalities),
        approximate=parsed.approximate,
        map_name=parsed.name,
        attribution=parsed.attribution,
        border_accuracy_m=parsed.border_accuracy_m,
    )
