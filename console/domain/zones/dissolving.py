"""From many areas that ought to fit together to zones that do: one coverage on a grid. Needs shapely."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from console.domain.zones.values import Polygon

Shapes = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]

GRID_DEG = 1e-6
"""About a decimetre: every vertex of the result lies on this grid, so that writing it down rounds nothing."""
DECIMALS = 6
THIN_DEG = 5e-5
"""Land of nobody narrower than this (about 4 m) lies between borders that were meant to be one."""


def dissolved(areas: Shapes, zone_of: Ints, zones: int) -> tuple[list[tuple[Polygon, ...]], int]:
    """Merge areas (degrees) into zones: no overlap, no thin gap, shared borders vertex by vertex the same.

    ``zone_of`` is the zone number, 0 to ``zones`` - 1, of each area. Where areas overlap, the first has the land;
    a thin gap goes to the zone with the longest border along it. Wide gaps stay. Returns the borders by zone, and
    how many overlaps and thin gaps were settled.
    """
    lines = shapely.union_all(shapely.boundary(areas), grid_size=GRID_DEG)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    spots = shapely.point_on_surface(faces)
    tree = shapely.STRtree(areas)
    face, area = tree.query(spots, "intersects")
    owner = np.full(len(faces), len(areas), dtype=np.int64)
    np.minimum.at(owner, face, area)
    owned = owner < len(areas)
    zone = np.full(len(faces), -1, dtype=np.int64)
    zone[owned] = zone_of[owner[owned]]
    disputed = len(np.unique(face[zone_of[area] != zone[face]]))
    thin = np.flatnonzero(~owned & (2 * shapely.area(faces) / shapely.length(faces) < THIN_DEG))
    for number in thin:
        zone[number] = _longest_neighbour(faces, int(number), zone)
    shapes = [_oriented(faces[zone == number]) for number in range(zones)]
    return [_polygons(shape) for shape in shapes], disputed + len(thin)


def _longest_neighbour(faces: Shapes, number: int, zone: Ints) -> int:
    around = np.flatnonzero(shapely.intersects(faces, faces[number]) & (zone >= 0))
    if not len(around):
        return -1
    common = shapely.length(shapely.intersection(faces[around], faces[number]))
    lengths = np.bincount(zone[around], weights=common)
    # Only corners in common: the outline's own notch, nobody's land.
    return int(lengths.argmax()) if lengths.max() > 0 else -1


def _oriented(faces: Shapes) -> shapely.Geometry:
    # RFC 7946, 3.1.6: outer rings run counter-clockwise.
    return shapely.orient_polygons(shapely.normalize(shapely.union_all(faces)))


def _polygons(shape: shapely.Geometry) -> tuple[Polygon, ...]:
    return tuple(
        tuple(
            tuple((lon, lat) for lon, lat in np.round(shapely.get_coordinates(ring), DECIMALS).tolist())
            for ring in shapely.get_rings(part)
        )
        for part in shapely.get_parts(shape)
    )
