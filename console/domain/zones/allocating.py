"""Which police zones a position touches, with what share (architecture decision 10).

Needs shapely and pyproj: open this module only where a position is allocated, never before the first frame.
All geometry is in EPSG:3812 (Belgian Lambert 2008), in metres.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from console.domain.allocation import Allocation, Share
from console.domain.location import EARTH_RADIUS_M, r95_m
from console.domain.zones.faults import Fault, FaultKind, ZonesFileError
from console.domain.zones.values import Polygon, Zones

NEAREST_WITHIN_M = 1_500.0
"""So far outside the outline the nearest zone still answers (architecture decision 10)."""
WIDEST_M = 20_100_000.0
"""Half the way around the globe, as for every radius that travels."""
POINT_BELOW_M = 1.0
"""A disc with a smaller radius counts as its centre."""
SLIVER = 1e-6
SLIVER_M2 = 1.0
"""A part of the disc below this share and this area is a rounding error, not a zone that is touched."""
PLANE_MARGIN_DEG = 5.0
"""Farther from the map's box the flat picture no longer holds: only the distance is computed, on the sphere."""
DISC_QUARTER_SEGMENTS = 16
DISC_AREA = 2 * DISC_QUARTER_SEGMENTS * math.sin(math.pi / 2 / DISC_QUARTER_SEGMENTS)
"""Of the polygon that stands for a disc of radius 1; π for a true one."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@cache
def to_metres() -> Transformer:
    """The projection from lon, lat in degrees to EPSG:3812 metres."""
    return Transformer.from_crs("EPSG:4326", "EPSG:3812", always_xy=True)


def shapes_of(shapes: Sequence[tuple[Polygon, ...]]) -> npt.NDArray[np.object_]:
    """One MultiPolygon a zone, in lon, lat degrees."""
    rings = [ring for polygons in shapes for polygon in polygons for ring in polygon]
    polygons = [polygon for polygons in shapes for polygon in polygons]
    built: npt.NDArray[np.object_] = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON,
        np.array([position for ring in rings for position in ring], dtype=np.float64),
        (
            _offsets([len(ring) for ring in rings]),
            _offsets([len(polygon) for polygon in polygons]),
            _offsets([len(polygons) for polygons in shapes]),
        ),
    )
    return built


def _offsets(lengths: Sequence[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def in_metres(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """The same geometries in EPSG:3812; a vertex that two of them share stays the same for both."""
    project = to_metres().transform
    projected: npt.NDArray[np.object_] = shapely.transform(
        shapes, lambda lonlat: np.column_stack(project(lonlat[:, 0], lonlat[:, 1]))
    )
    return projected


class ZoneMap:
    """The zones with their geometry: built once (tens of milliseconds), then asked for each position.

    ``zones`` are the values, ``ids`` their ids in order and ``shapes`` their geometries in EPSG:3812, in the same
    order. Reading from several threads at once is safe.

    Raises:
        ZonesFileError: a zone's border crosses itself, or there is no zone.
    """

    def __init__(self, zones: Zones) -> None:
        self.zones = zones
        self.ids: tuple[str, ...] = tuple(zones.by_id)
        if not self.ids:
            raise ZonesFileError(
                [Fault(FaultKind.NOT_ZONES, "the map has no zone")], "Give a file with at least one zone"
            )
        degrees = shapes_of([zones.polygons[zone] for zone in self.ids])
        self.shapes = in_metres(degrees)
        broken = [self.ids[number] for number in np.flatnonzero(~shapely.is_valid(self.shapes))]
        if broken:
            raise ZonesFileError(
                [
                    Fault(FaultKind.INVALID, f"the border of zone {zone} crosses itself", (zone,))
                    for zone in broken
                ],
                "Correct the file, or make it again with `msa zones import`; `msa zones check` shows where",
            )
        shapely.prepare(self.shapes)
        self._tree = shapely.STRtree(self.shapes)
        self._borders = shapely.boundary(self.shapes)
        self._whole = [(Share(zone=zone, share=1.0),) for zone in self.ids]
        self._project = to_metres().transform
        self._corners: Floats = np.radians(shapely.get_coordinates(degrees))
        west, south, east, north = shapely.total_bounds(degrees)
        self._plane = (
            west - PLANE_MARGIN_DEG,
            south - PLANE_MARGIN_DEG,
            east + PLANE_MARGIN_DEG,
            north + PLANE_MARGIN_DEG,
        )

    def allocate(
        self, lon: float, lat: float, radius_m: float = 0.0, confidence_pct: float | None = None
    ) -> Allocation:
        """Say which zones a position touches.

        ``lon``, ``lat`` in degrees; ``radius_m`` in metres with its confidence in percent, as reported (None:
        unknown, taken as 68 %). The disc has the radius √(r95² + border accuracy²). A point on a border belongs
        to the zone whose id comes first, always the same one.

        Raises:
            ValueError: a coordinate or the radius is no number or out of range.
        """
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError("lon must lie in -180..180 and lat in -90..90 degrees")
        if not 0 <= radius_m <= WIDEST_M:
            raise ValueError(f"radius must lie in 0..{WIDEST_M:.0f} metres")
        west, south, east, north = self._plane
        if not (west <= lon <= east and south <= lat <= north):
            return self._answer(None, _OUTSIDE, self._distance_on_sphere(lon, lat), None)
        reach = math.hypot(r95_m(radius_m, confidence_pct), self.zones.border_accuracy_m)
        point = shapely.points(*self._project(lon, lat))
        covering = self._tree.query(point, "intersects")
        if len(covering):
            owner = int(covering[0] if len(covering) == 1 else covering.min())
            border = float(point.distance(self._borders[owner]))
            if border >= reach or reach < POINT_BELOW_M:
                return self._answer(self.ids[owner], self._whole[owner], 0.0, border)
            shares = self._shares(point, reach, owner)
            return self._answer(next(share.zone for share in shares if share.zone), shares, 0.0, border)
        near, distances = self._tree.query_nearest(point, return_distance=True)
        nearest, outside = int(near.min()), float(distances[0])
        shares = _OUTSIDE if outside >= reach else self._shares(point, reach, nearest)
        zone = self.ids[nearest] if outside <= NEAREST_WITHIN_M else None
        return self._answer(zone, shares, outside, None)

    def _answer(
        self, zone: str | None, shares: tuple[Share, ...], outside_m: float, border_m: float | None
    ) -> Allocation:
        # Whole tenths of a metre, and never 0 for what lies outside.
        outside = math.ceil(outside_m * 10) / 10
        return Allocation(
            zone=zone,
            shares=shares,
            outside_m=outside,
            border_m=outside if border_m is None else round(border_m, 1),
            accuracy_m=self.zones.border_accuracy_m,
            approximate=self.zones.approximate,
        )

    def _shares(self, point: shapely.Point, reach: float, first: int) -> tuple[Share, ...]:
        """Area shares of the disc, largest first; equal ones: ``first`` before the others, then by id."""
        disc = shapely.buffer(point, reach, quad_segs=DISC_QUARTER_SEGMENTS)
        touched = self._tree.query(disc)
        areas = shapely.area(shapely.intersection(self.shapes[touched], disc)).tolist()
        # More than the disc only where an unchecked map overlaps itself: then nothing is left for outside.
        whole = max(DISC_AREA * reach**2, math.fsum(areas))
        sliver = min(SLIVER * whole, SLIVER_M2)
        parts = [
            (area, self.ids[number], number != first)
            for area, number in zip(areas, touched.tolist(), strict=True)
            if area > sliver
        ]
        parts.sort(key=lambda part: (-round(part[0] / whole, 9), part[2], part[1]))
        named: list[tuple[float, str | None]] = [(area, zone) for area, zone, _ in parts]
        inside = math.fsum(area for area, _ in named)
        if whole - inside > max(sliver, SLIVER * whole):
            named.append((whole - inside, None))
            named.sort(key=lambda part: -part[0])
        total = math.fsum(area for area, _ in named)
        return tuple(Share(zone=zone, share=area / total) for area, zone in named)

    def _distance_on_sphere(self, lon: float, lat: float) -> float:
        """Metres to the nearest vertex of any border."""
        east, north = math.radians(lon), math.radians(lat)
        half = (
            np.sin((self._corners[:, 1] - north) / 2) ** 2
            + math.cos(north) * np.cos(self._corners[:, 1]) * np.sin((self._corners[:, 0] - east) / 2) ** 2
        )
        return float(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half.min(), 1.0))))


_OUTSIDE = (Share(zone=None, share=1.0),)
