"""Whether a map of zones is sound: form, borders, overlaps, gaps; each fault named. Needs shapely and pyproj."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from console.domain.zones.allocating import in_metres, shapes_of
from console.domain.zones.faults import Fault, FaultKind
from console.domain.zones.form import read_form
from console.domain.zones.values import Zones, is_near_belgium

SMALLEST_M2 = 1.0
"""Overlaps and gaps below a square metre come from the rounding of coordinates; the borders still differ."""
MATCHING_GAP_M = 1.0
"""Two borders as near as this are meant to be the same."""


@dataclass(frozen=True)
class Report:
    """What a check found: ``faults`` make a map unfit; ``notes`` are for a person to judge.

    ``zones`` is how many sound zones the file holds, ``control_rooms`` of how many control rooms.
    """

    zones: int
    control_rooms: int
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = field(default=())


def check_zones(text: str | bytes) -> Report:
    """Check the text of a zones file: every fault of form, then of geometry among the zones that could be read."""
    zones, faults = read_form(text)
    if zones is None or not len(zones):
        return Report(0, 0, tuple(faults))
    notes: list[str] = []
    geometric, remarks = _geometry(zones)
    notes.extend(remarks)
    return Report(len(zones), len({zone.control_room for zone in zones}), (*faults, *geometric), tuple(notes))


def _geometry(zones: Zones) -> tuple[list[Fault], list[str]]:
    ids = list(zones.by_id)
    degrees = shapes_of([zones.polygons[zone] for zone in ids])
    faults = list(_misplaced(ids, degrees))
    shapes = in_metres(degrees)
    valid = shapely.is_valid(shapes)
    for number in np.flatnonzero(~valid):
        reason = str(shapely.is_valid_reason(degrees[number]))
        said = f"the border of zone {ids[number]} is not valid: {reason}"
        faults.append(Fault(FaultKind.INVALID, said, (ids[number],)))
    ids = [zone for zone, sound in zip(ids, valid, strict=True) if sound]
    shapes = shapes[valid]
    found = [*_overlaps(ids, shapes)]
    gaps, notes = _holes(ids, shapes)
    found += gaps
    faults += found
    named = {zone for fault in found for zone in fault.zones}
    faults += _differing(ids, shapes, named)
    return faults, notes


def _misplaced(ids: list[str], degrees: npt.NDArray[np.object_]) -> Iterator[Fault]:
    for zone, (west, south, east, north) in zip(ids, shapely.bounds(degrees), strict=True):
        if not (is_near_belgium(west, south) and is_near_belgium(east, north)):
            where = f"lon {west:.3f} to {east:.3f}, lat {south:.3f} to {north:.3f}"
            yield Fault(FaultKind.OUT_OF_RANGE, f"zone {zone} lies outside Belgium: {where}", (zone,))


def _overlaps(ids: list[str], shapes: npt.NDArray[np.object_]) -> Iterator[Fault]:
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, "intersects")
    once = first < second
    first, second = first[once], second[once]
    common = shapely.intersection(shapes[first], shapes[second])
    areas = shapely.area(common)
    for pair in np.flatnonzero(areas > SMALLEST_M2):
        one, other = ids[first[pair]], ids[second[pair]]
        said = f"zones {one} and {other} overlap by {_area(areas[pair])} near {_near(common[pair])}"
        yield Fault(FaultKind.OVERLAP, said, (one, other))


def _holes(ids: list[str], shapes: npt.NDArray[np.object_]) -> tuple[list[Fault], list[str]]:
    """Land that no zone has: a gap between zones is a fault; inside one zone it may be another country's enclave."""
    union = shapely.union_all(shapes)
    tree = shapely.STRtree(shapes)
    gaps, notes = [], []
    for part in shapely.get_parts(union):
        for ring in shapely.get_rings(part)[1:]:
            hole = shapely.polygons(ring)
            area = float(shapely.area(hole))
            around = tuple(ids[number] for number in sorted(tree.query(hole, "intersects")))
            if len(around) > 1:
                said = f"zones {', '.join(around)} leave a gap of {_area(area)} near {_near(hole)}"
                gaps.append(Fault(FaultKind.GAP, said, around))
            else:
                notes.append(
                    f"zone {around[0]} encloses {_area(area)} near {_near(hole)} that no zone has: "
                    "right only for an enclave of another country"
                )
    return gaps, notes


def _differing(ids: list[str], shapes: npt.NDArray[np.object_], named: set[str]) -> Iterator[Fault]:
    edges = shapely.coverage_invalid_edges(shapes, gap_width=MATCHING_GAP_M)
    for number in np.flatnonzero(~shapely.is_empty(edges)):
        if ids[number] not in named:
            said = f"the border of zone {ids[number]} is not the same line as its neighbour's near {_near(edges[number])}"
            yield Fault(FaultKind.BORDERS_DIFFER, said, (ids[number],))


def _area(square_metres: float) -> str:
    return f"{square_metres / 1e6:,.2f} km²" if square_metres >= 10_000 else f"{square_metres:,.0f} m²"


def _near(shape: shapely.Geometry) -> str:
    """A place in it as people write it: lat, lon."""
    spot = shapely.point_on_surface(shape)
    back = Transformer.from_crs("EPSG:3812", "EPSG:4326", always_xy=True)
    lon, lat = back.transform(shapely.get_x(spot), shapely.get_y(spot))
    return f"{lat:.5f},{lon:.5f}"
