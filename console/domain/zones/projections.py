"""The reference systems a Belgian map may come in, and how to tell which one it is. Needs pyproj."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from console.domain.zones.faults import Fault, FaultKind, ZonesFileError, quoted
from console.domain.zones.values import is_near_belgium, looks_swapped

Shapes = npt.NDArray[np.object_]

WGS84, LAMBERT_72, LAMBERT_2008 = 4326, 31370, 3812
SAME_AS_WGS84 = {4326, 4258, 84}
"""WGS84, ETRS89 (less than a metre away) and the CRS84 of RFC 7946."""
KNOWN = "4326 (WGS84), 31370 (Belgian Lambert 72) and 3812 (Belgian Lambert 2008)"
LAMBERT_BOXES = {
    LAMBERT_72: (0.0, 0.0, 320_000.0, 270_000.0),
    LAMBERT_2008: (500_000.0, 500_000.0, 820_000.0, 770_000.0),
}
"""West, south, east, north in metres, some way around Belgium."""


def named_crs(name: str) -> int:
    """The EPSG code that a name ends with: ``EPSG:31370``, ``urn:ogc:def:crs:EPSG::3812``, ``3812``, ``…:CRS84``.

    Raises:
        ZonesFileError: it is none of the three.
    """
    digits = re.search(r"([0-9]{1,6})$", name)
    code = int(digits[1]) if digits else 0
    if code in SAME_AS_WGS84:
        return WGS84
    if code in LAMBERT_BOXES:
        return code
    fault = Fault(FaultKind.OUT_OF_RANGE, f"the reference system {quoted(name)} is not known")
    raise ZonesFileError(
        [fault], f"Known are EPSG {KNOWN}: convert the map, or name the right one with --crs"
    )


def in_degrees(shapes: Shapes, document: Mapping[str, Any], given: str | None) -> Shapes:
    """The shapes of a map in WGS84 degrees, lon before lat.

    The reference system is the one ``given``, else what the map's ``crs`` member says, else what its coordinates
    can only be.

    Raises:
        ZonesFileError: it cannot be told, or the map would not lie in Belgium.
    """
    code = _code(document, given) or _fitting(shapes)
    if code != WGS84:
        transform = Transformer.from_crs(f"EPSG:{code}", "EPSG:4326", always_xy=True).transform
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(transform(xy[:, 0], xy[:, 1])))
    west, south, east, north = shapely.total_bounds(shapes)
    if looks_swapped(west, south) and looks_swapped(east, north):
        fault = Fault(FaultKind.SWAPPED, "the map has lat before lon")
        raise ZonesFileError([fault], "GeoJSON wants lon, lat: export it again in this order")
    if not (is_near_belgium(west, south) and is_near_belgium(east, north)):
        said = f"read as EPSG:{code}, the map reaches from {south:.2f},{west:.2f} to {north:.2f},{east:.2f} (lat,lon)"
        fault = Fault(FaultKind.OUT_OF_RANGE, f"{said}: that is not Belgium")
        raise ZonesFileError([fault], f"Name its reference system with --crs: {KNOWN}")
    return shapes


def _code(document: Mapping[str, Any], given: str | None) -> int | None:
    if given is not None:
        return named_crs(given)
    member = document.get("crs")
    if member is None:
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return named_crs(name if isinstance(name, str) else quoted(member))


def _fitting(shapes: Shapes) -> int:
    west, south, east, north = shapely.total_bounds(shapes)
    if west >= -180 and east <= 180 and south >= -90 and north <= 90:
        return WGS84
    for code, (left, low, right, high) in LAMBERT_BOXES.items():
        if left <= west and east <= right and low <= south and north <= high:
            return code
    said = f"coordinates from {west:.0f},{south:.0f} to {east:.0f},{north:.0f} fit no known reference system"
    fault = Fault(FaultKind.OUT_OF_RANGE, said)
    raise ZonesFileError([fault], f"Name it with --crs: {KNOWN}")
