"""Belgium's police zones: their names and borders, and which of them a position touches.

This package opens without a geometry library: `Zones` holds names and border points, enough to name a zone and
to draw a map before the first frame. `console.domain.zones.allocating` (shapely, pyproj) says which zones a
position touches, `.checking` whether a map is sound, `.importing` makes our form of an official map.
"""

from console.domain.zones.faults import Fault, FaultKind, ZonesFileError
from console.domain.zones.form import parse_zones, read_form, zones_text
from console.domain.zones.values import (
    CONTROL_ROOMS,
    Municipality,
    Polygon,
    Position,
    Ring,
    Zone,
    Zones,
    looks_swapped,
)

__all__ = [
    "CONTROL_ROOMS",
    "Fault",
    "FaultKind",
    "Municipality",
    "Polygon",
    "Position",
    "Ring",
    "Zone",
    "Zones",
    "ZonesFileError",
    "looks_swapped",
    "parse_zones",
    "read_form",
    "zones_text",
]
