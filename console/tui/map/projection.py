"""From degrees to dots and back: a window on the map, and how it moves.

Local equirectangular projection around the centre of the window: over Belgium (some 280 km) a distance is off
by less than 3 % at the edge, and at the scale of a town by less than a dot. Degrees are WGS84, lon before lat.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from console.domain.location import METRES_PER_DEGREE
from console.tui.map.braille import DOTS_X, DOTS_Y

NEAREST_M_PER_DOT, FARTHEST_M_PER_DOT = 0.5, 20_000.0
"""Closer than half a metre no position is known; farther than this Belgium is a few cells."""

STEEPEST_LAT = 85.0
"""Beyond this latitude a degree of longitude has no useful length."""


class Bounds(NamedTuple):
    """A box in degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, lon: float, lat: float, radius_m: float) -> Bounds:
        """The box around a circle of ``radius_m`` metres."""
        up = radius_m / METRES_PER_DEGREE
        across = up / math.cos(math.radians(min(STEEPEST_LAT, abs(lat))))
        return cls(lon - across, lat - up, lon + across, lat + up)

    @classmethod
    def of(cls, lons: Iterable[float], lats: Iterable[float]) -> Bounds:
        """The box around points. Raises ValueError where there are none."""
        lons, lats = tuple(lons), tuple(lats)
        return cls(min(lons), min(lats), max(lons), max(lats))

    def joined(self, other: Bounds) -> Bounds:
        """The box around both."""
        return Bounds(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )

    def meets(self, other: Bounds) -> bool:
        """Say whether two boxes share a point."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )

    def holds(self, other: Bounds) -> bool:
        """Say whether the other box lies wholly in this one."""
        return (
            self.west <= other.west
            and other.east <= self.east
            and self.south <= other.south
            and other.north <= self.north
        )


class Affine(NamedTuple):
    """Dots from degrees: x = lon·kx + x0, y = lat·ky + y0. North is up, so ky is below 0."""

    kx: float
    x0: float
    ky: float
    y0: float


@dataclass(frozen=True)
class View:
    """A window on the map: its centre in degrees, metres in a dot, and its size in cells."""

    lon: float
    lat: float
    metres_per_dot: float
    columns: int
    rows: int

    @classmethod
    def fit(cls, bounds: Bounds, columns: int, rows: int, margin: float = 0.08) -> View:
        """The closest window of ``columns`` by ``rows`` cells that shows all of ``bounds``.

        ``margin`` is the part of the window that stays free on each side.
        """
        lon, lat = (bounds.west + bounds.east) / 2, (bounds.south + bounds.north) / 2
        free = 1 - 2 * margin
        across_m = (bounds.east - bounds.west) * METRES_PER_DEGREE * _narrowing(lat)
        up_m = (bounds.north - bounds.south) * METRES_PER_DEGREE
        metres = max(
            across_m / (max(1, columns) * DOTS_X * free),
            up_m / (max(1, rows) * DOTS_Y * free),
        )
        return cls(lon, lat, _reachable(metres), columns, rows)

    @cached_property
    def affine(self) -> Affine:
        """The projection as four numbers, for whoever projects many points."""
        ky = -METRES_PER_DEGREE / self.metres_per_dot
        kx = -ky * _narrowing(self.lat)
        return Affine(
            kx, self.columns * DOTS_X / 2 - self.lon * kx, ky, self.rows * DOTS_Y / 2 - self.lat * ky
        )

    @property
    def bounds(self) -> Bounds:
        """What the window shows, in degrees."""
        west, north = self.to_degrees(0, 0)
        east, south = self.to_degrees(self.columns * DOTS_X, self.rows * DOTS_Y)
        return Bounds(west, south, east, north)

    def to_dots(self, lon: float, lat: float) -> tuple[float, float]:
        """Dots from the upper left corner: x to the right, y down. The dot itself is the floor of each."""
        kx, x0, ky, y0 = self.affine
        return lon * kx + x0, lat * ky + y0

    def to_degrees(self, x: float, y: float) -> tuple[float, float]:
        """The (lon, lat) under a place in dots: the inverse of `to_dots`."""
        kx, x0, ky, y0 = self.affine
        return (x - x0) / kx, (y - y0) / ky

    def to_cell(self, lon: float, lat: float) -> tuple[int, int]:
        """The (column, row) of the cell a point falls in; it may lie outside the window."""
        x, y = self.to_dots(lon, lat)
        return math.floor(x / DOTS_X), math.floor(y / DOTS_Y)

    def radii(self, lat: float, radius_m: float) -> tuple[float, float]:
        """Half axes in dots, across and up, of a circle of ``radius_m`` metres at latitude ``lat``.

        Away from the centre a degree of longitude has another length than in the projection.
        """
        up = radius_m / self.metres_per_dot
        return up * _narrowing(self.lat) / _narrowing(lat), up

    def contains(self, lon: float, lat: float, inset: float = 0.0) -> bool:
        """Say whether a point is in the window, or in its middle: ``inset`` 0.25 leaves a quarter each side."""
        x, y = self.to_dots(lon, lat)
        width, height = self.columns * DOTS_X, self.rows * DOTS_Y
        return inset * width <= x < width - inset * width and inset * height <= y < height - inset * height

    def panned(self, dots_x: int, dots_y: int) -> View:
        """The window moved by whole dots, to the right and down, so that lines keep their shape."""
        kx, _, ky, _ = self.affine
        return self.centred(self.lon + dots_x / kx, self.lat + dots_y / ky)

    def centred(self, lon: float, lat: float) -> View:
        """The same window around another centre."""
        if not -180 <= lon <= 180:
            lon = (lon + 180) % 360 - 180
        return replace(self, lon=lon, lat=max(-STEEPEST_LAT, min(STEEPEST_LAT, lat)))

    def zoomed(self, factor: float, x: float | None = None, y: float | None = None) -> View:
        """The window ``factor`` times closer; the place under dot (x, y), the centre by default, stays there."""
        closer = replace(self, metres_per_dot=_reachable(self.metres_per_dot / factor))
        if x is None or y is None:
            return closer
        lon, lat = self.to_degrees(x, y)
        there_x, there_y = closer.to_dots(lon, lat)
        lon, lat = closer.to_degrees(
            self.columns * DOTS_X / 2 + there_x - x, self.rows * DOTS_Y / 2 + there_y - y
        )
        return closer.centred(lon, lat)

    def resized(self, columns: int, rows: int) -> View:
        """The window with another size in cells: centre and scale stay."""
        return replace(self, columns=columns, rows=rows)


def _narrowing(lat: float) -> float:
    """How much shorter a degree of longitude is at this latitude than at the equator."""
    return math.cos(math.radians(max(-STEEPEST_LAT, min(STEEPEST_LAT, lat))))


def _reachable(metres_per_dot: float) -> float:
    return max(NEAREST_M_PER_DOT, min(FARTHEST_M_PER_DOT, metres_per_dot))
