"""The layer that stands still: borders, and the names of zones and places."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from console.tui.map.borders import Border, Borders, ZoneShape
from console.tui.map.braille import DOTS_X, Canvas
from console.tui.map.ink import Ink
from console.tui.map.labels import Board, Spot, beside
from console.tui.map.places import Place
from console.tui.map.projection import Affine, View

PLACE_MARK = "•"

CITY_INHABITANTS_PER_M = 60.0
"""A place with this many inhabitants for each metre in a dot is a landmark at that scale: it comes first."""

TOWN_INHABITANTS_PER_M = 30.0
"""Below this many for each metre in a dot a place is not named: its name would only hide others."""

BORDERS_UP_TO_M_PER_DOT = 2_500.0
"""Farther than this a zone is a few dots wide, and its borders are noise: only the outline is drawn."""

CELLS_PER_NAME = 220
"""One place name for so many cells at most: a map that is read in a second is mostly empty."""

ROOM_BESIDE = 2
"""Cells that stay free between a zone's border and its name."""

PLACES_APART = 2
"""Cells between the marks of two places, and a row: of a city and its quarters the city is named."""

KEPT = 4
"""Drawn grounds that are kept: the window now, and those it may go back to (another intervention)."""


class Still(NamedTuple):
    """A drawn ground, and the name of the zone that stands out with the spots where it may go, best first.

    That name is not on the canvas: it must never be covered, so whoever draws the marks puts it beside them.
    """

    canvas: Canvas
    title: str
    spots: tuple[Spot, ...]


class Ground:
    """Draws the still layer and keeps what it has drawn. ``drawn`` counts the times it had to draw."""

    def __init__(self, borders: Borders, places: Sequence[Place] = ()) -> None:
        self.borders, self.places = borders, places
        self.drawn = 0
        self._kept: OrderedDict[tuple[View, str | None], Still] = OrderedDict()

    def layer(self, view: View, zone: str | None = None) -> Still:
        """The still layer of a window, with the border of ``zone`` (an id) standing out."""
        key = (view, zone)
        if (still := self._kept.get(key)) is None:
            still = self._kept[key] = self._draw(view, zone)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return still

    def _draw(self, view: View, zone: str | None) -> Still:
        self.drawn += 1
        canvas = Canvas(view.columns, view.rows)
        if not canvas.dots:
            return Still(canvas, "", ())
        affine, metres = view.affine, view.metres_per_dot
        visible = list(self.borders.visible(view.bounds))
        if metres <= BORDERS_UP_TO_M_PER_DOT:
            for line in visible:
                if not line.is_outline:
                    canvas.polyline(*_dots(line, affine, metres), Ink.BORDER)
        for line in visible:
            if line.is_outline:
                canvas.polyline(*_dots(line, affine, metres), Ink.OUTLINE)
        if zone is not None:
            for line in visible:
                if zone in line.zones:
                    _thick(canvas, *_dots(line, affine, metres))
        names = _Names(self, view, canvas)
        shape = self.borders.zones.get(zone) if zone is not None else None
        spots = names.keep_free(shape) if shape is not None else ()
        names.write(besides=shape)
        return Still(canvas, shape.title if shape is not None else "", spots)


def _dots(line: Border, affine: Affine, metres_per_dot: float) -> tuple[list[int], list[int]]:
    kx, x0, ky, y0 = affine
    lons, lats = line.at(metres_per_dot)
    floor = math.floor
    return [floor(lon * kx + x0) for lon in lons], [floor(lat * ky + y0) for lat in lats]


def _thick(canvas: Canvas, xs: list[int], ys: list[int]) -> None:
    # Twice as wide is seen without colour as well.
    canvas.polyline(xs, ys, Ink.ZONE)
    canvas.polyline([x + 1 for x in xs], ys, Ink.ZONE)
    canvas.polyline(xs, [y + 1 for y in ys], Ink.ZONE)


class _Names:
    """Names on one window: landmarks, then zones, then other places, by their inhabitants."""

    def __init__(self, ground: Ground, view: View, canvas: Canvas) -> None:
        self.ground, self.view, self.canvas = ground, view, canvas
        self.bounds = view.bounds
        self.board = Board(view.columns, view.rows)
        self.marks = Board(view.columns, view.rows)
        self.left = max(1, view.columns * view.rows // CELLS_PER_NAME)

    def keep_free(self, shape: ZoneShape) -> tuple[Spot, ...]:
        """Where the name of the zone that stands out may go; its best spot is kept free of other names."""
        spots = tuple(self._spots(shape, shape.title, room_needed=False))
        self.board.place(spots, len(shape.title))
        return spots

    def write(self, besides: ZoneShape | None) -> None:
        metres, (west, south, east, north) = self.view.metres_per_dot, self.bounds
        small = []
        for place in self.ground.places:
            if place.population < TOWN_INHABITANTS_PER_M * metres:
                break
            if not (west <= place.lon <= east and south <= place.lat <= north):
                continue
            if place.population >= CITY_INHABITANTS_PER_M * metres:
                self._place(place, Ink.CITY)
            else:
                small.append(place)
        for shape in self.ground.borders.zones.values():
            if shape is not besides and shape.bounds.meets(self.bounds):
                self._zone(shape)
        for place in small:
            if self.left <= 0:
                break
            self._place(place, Ink.PLACE)

    def _zone(self, shape: ZoneShape) -> None:
        """Name a zone where it is widest: in full or, where there is no room, by its code."""
        west, east = max(shape.bounds.west, self.bounds.west), min(shape.bounds.east, self.bounds.east)
        widest = (east - west) * self.view.affine.kx / DOTS_X + 1
        for title in dict.fromkeys((shape.title, shape.code or shape.title)):
            if len(title) + 2 * ROOM_BESIDE > widest:
                continue
            spots = self._spots(shape, title, room_needed=True)
            if (spot := self.board.place(spots, len(title))) is not None:
                self.canvas.write(*spot, title, Ink.ZONE_NAME)
                return

    def _spots(self, shape: ZoneShape, title: str, room_needed: bool) -> Iterator[Spot]:
        """Where its name may go, the best first; only where it leaves the border alone if ``room_needed``."""
        for chord in shape.chords(self.bounds):
            west, row = self.view.to_cell(chord.west, chord.lat)
            east, _ = self.view.to_cell(chord.east, chord.lat)
            if not room_needed or len(title) + 2 * ROOM_BESIDE <= east - west + 1:
                column = (west + east + 1 - len(title)) // 2
                yield Spot(max(0, min(self.view.columns - len(title), column)), row)

    def _place(self, place: Place, ink: Ink) -> None:
        """Mark a place and name it beside its mark; both or neither, and not hard by a larger one."""
        column, row = self.view.to_cell(place.lon, place.lat)
        mark = Spot(column, row)
        near = (Spot(column, row + down) for down in (0, -1, 1))
        if not self.board.is_free(mark, 1) or not all(
            self.marks.is_free(spot, 1, PLACES_APART, PLACES_APART)
            for spot in near
            if 0 <= spot.row < self.view.rows
        ):
            return
        size = len(place.name)
        right, left, *others = beside(column, row, 1, size)
        if self.board.place([right], size) is not None:
            self.canvas.write(*mark, f"{PLACE_MARK} {place.name}", ink)
        elif self.board.place([left], size) is not None:
            self.canvas.write(*left, f"{place.name} {PLACE_MARK}", ink)
        elif (spot := self.board.place(others, size)) is not None:
            self.canvas.write(*mark, PLACE_MARK, ink)
            self.canvas.write(*spot, place.name, ink)
        else:
            return
        self.board.take(mark, 1)
        self.marks.take(mark, 1)
        self.left -= 1
