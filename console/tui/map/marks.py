"""The layer that moves: victim with circle and trail, patrols, known addresses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from console.domain.casefile import AddressKind
from console.domain.patrols import PatrolState
from console.locale import N_, _
from console.tui.map.braille import DOTS_X, Canvas, one_cell_each
from console.tui.map.ground import Still
from console.tui.map.ink import Ink
from console.tui.map.labels import Board, Spot, beside
from console.tui.map.projection import View
from console.tui.map.scene import (
    OTHER_FIX_MARK,
    PATROL_MARKS,
    VICTIM_MARK,
    OtherFix,
    Scene,
    Victim,
    Whose,
)

WORDS_FROM_M_PER_DOT = 12.0
"""Closer than this there is room to say in a word what an address is."""

STATE_WORDS = {
    PatrolState.FREE: N_("free"),
    PatrolState.RESERVED: N_("reserved"),
    PatrolState.DISPATCHED: N_("dispatched"),
    PatrolState.ACCEPTED: N_("accepted"),
    PatrolState.EN_ROUTE: N_("en route"),
    PatrolState.ON_SCENE: N_("on scene"),
    PatrolState.BUSY: N_("busy"),
}

ADDRESS_WORDS = {
    AddressKind.HOME: N_("home"),
    AddressKind.WORK: N_("work"),
    AddressKind.SCHOOL: N_("school"),
    AddressKind.FAMILY: N_("family"),
    AddressKind.USUAL_PLACE: N_("usual place"),
}

NEAR = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1), (2, 0), (-2, 0))
"""Where a mark may stand whose cell is taken, as columns and rows from it, the nearest first."""

UNAVAILABLE = (PatrolState.BUSY, PatrolState.RESERVED)


class _Mark(NamedTuple):
    """A mark to be put: where, its sign, its ink and its words; ``tight`` words join the sign (``▸L-12``)."""

    lon: float
    lat: float
    sign: str
    ink: Ink
    words: str = ""
    tight: bool = False


def draw_marks(scene: Scene, view: View, still: Still | None = None) -> Canvas:
    """Draw all that moves on a canvas of its own, to be laid over the ``still`` layer.

    The most important mark is placed first and keeps its cell. Words give way to marks, and where there is a
    choice they leave the names of the ground readable. The name of the zone to send goes where it is free.
    """
    canvas = Canvas(view.columns, view.rows)
    if canvas.dots:
        _Marks(canvas, view, still).draw(scene)
    return canvas


class _Marks:
    """One drawing of the moving layer: what it draws on, and which cells are taken."""

    def __init__(self, canvas: Canvas, view: View, still: Still | None) -> None:
        self.canvas, self.view, self.still = canvas, view, still
        self.board = Board(view.columns, view.rows)
        self.names = Board(view.columns, view.rows)
        if still is not None:
            for row in range(view.rows):
                for word in still.canvas.words(row):
                    self.names.take(Spot(word.column, row), len(word.text))

    def draw(self, scene: Scene) -> None:
        for fix in scene.other_fixes:
            self._circle(fix, fix.r95_m, Ink.DOUBT, dashed=True)
        if scene.victim is not None:
            self._surroundings(scene.victim)
        elif scene.no_position:
            self._no_position()
        # All marks before any word: a word must not push a mark from its place.
        placed = [(mark, spot) for mark in self._marks(scene) if (spot := self._put(mark)) is not None]
        for mark, spot in placed:
            self._say(mark, spot)
        if self.still is not None and self.still.spots:
            title = self.still.title
            spots = sorted(self.still.spots, key=lambda spot: self._covers_dots(spot, len(title)))
            spot = self.board.place(spots, len(title)) or spots[0]
            self.canvas.write(*spot, title, Ink.ZONE_NAME_SENT)

    def _marks(self, scene: Scene) -> Iterator[_Mark]:
        """All marks of a scene, the most important first."""
        if (victim := scene.victim) is not None:
            yield _Mark(victim.lon, victim.lat, VICTIM_MARK, Ink.VICTIM, victim.note)
        for fix in scene.other_fixes:
            yield _Mark(fix.lon, fix.lat, OTHER_FIX_MARK, Ink.DOUBT)
        for patrol in sorted(scene.patrols, key=lambda patrol: not patrol.highlighted):
            if (sign := PATROL_MARKS.get(patrol.state)) is not None:
                ink, words = Ink.PATROL, patrol.call_sign
                if patrol.highlighted:
                    ink, words = Ink.PATROL_SENT, f"{words} {_(STATE_WORDS[patrol.state])}"
                elif patrol.state in UNAVAILABLE:
                    ink = Ink.PATROL_BUSY
                yield _Mark(patrol.lon, patrol.lat, sign, ink, words, tight=True)
        for address in scene.addresses:
            ink = Ink.THREAT if address.whose is Whose.PERPETRATOR else Ink.ADDRESS
            near = self.view.metres_per_dot <= WORDS_FROM_M_PER_DOT
            words = _(ADDRESS_WORDS[address.kind]) if near else ""
            yield _Mark(address.lon, address.lat, address.mark, ink, words)

    def _surroundings(self, victim: Victim) -> None:
        """Trail, where she can be by now (dashed), and the circle she is in with 95 % (whole)."""
        if victim.trail:
            points = [self.view.to_dots(lon, lat) for lon, lat in (*victim.trail, (victim.lon, victim.lat))]
            xs, ys = [math.floor(x) for x, _ in points], [math.floor(y) for _, y in points]
            self.canvas.polyline(xs, ys, Ink.TRAIL, every=3)
            for x, y in zip(xs[:-1], ys[:-1], strict=True):
                for right, down in ((0, 0), (1, 0), (0, 1), (1, 1)):
                    self.canvas.plot(x + right, y + down, Ink.TRAIL)
        if victim.could_be_now_m is not None:
            self._circle(victim, victim.could_be_now_m, Ink.REACH, dashed=True)
        self._circle(victim, victim.r95_m, Ink.CIRCLE)

    def _circle(self, at: Victim | OtherFix, radius_m: float, ink: Ink, dashed: bool = False) -> None:
        x, y = self.view.to_dots(at.lon, at.lat)
        rx, ry = self.view.radii(at.lat, radius_m)
        # A circle no larger than its mark would only blur it. From the middle of a dot and over whole dots it
        # is round; rounded up, it never shows less than was reported.
        if rx > DOTS_X:
            self.canvas.ellipse(
                math.floor(x) + 0.5, math.floor(y) + 0.5, math.ceil(rx), math.ceil(ry), ink, dashed
            )

    def _put(self, mark: _Mark) -> Spot | None:
        """Write a mark in the cell of its position; None if that lies outside the window.

        A mark whose cell is taken by a more important one goes to the nearest free cell: it may stand a cell
        or two off, but is never lost.
        """
        column, row = self.view.to_cell(mark.lon, mark.lat)
        if not (0 <= column < self.view.columns and 0 <= row < self.view.rows):
            return None
        near = (Spot(column + right, row + down) for right, down in NEAR)
        spot = self.board.place(near, len(mark.sign), margin=0) or Spot(column, row)
        self.canvas.write(*spot, mark.sign, mark.ink)
        return spot

    def _say(self, mark: _Mark, at: Spot) -> None:
        """Write the words of a mark beside it, where they cover no mark and no other word; else not at all."""
        words = one_cell_each(mark.words)
        size, length = len(mark.sign), len(words)
        if not words:
            return
        spots = [(spot, 1, 1) for spot in beside(*at, size, length)]
        if mark.tight:
            spots[:2] = (Spot(at.column + size, at.row), 0, 1), (Spot(at.column - length, at.row), 1, 0)
        best, least = None, 2
        for spot, before, after in spots:
            if self.board.is_free(spot, length, before, after):
                covers = 0 if self.names.is_free(spot, length) else 1
                covers += self._covers_dots(spot, length)
                if best is None or covers < least:
                    best, least = spot, covers
                if covers == 0:
                    break
        if best is not None:
            self.board.take(best, length)
            self.canvas.write(*best, words, mark.ink)

    def _covers_dots(self, spot: Spot, length: int) -> bool:
        """Say whether a word would hide a part of a circle or of the trail."""
        start = spot.row * self.view.columns + spot.column
        return any(self.canvas.dots[start : start + length])

    def _no_position(self) -> None:
        words = f" {_('no position')} "
        spot = Spot((self.view.columns - len(words)) // 2, self.view.rows // 2)
        self.board.take(spot, len(words))
        self.canvas.write(*spot, words, Ink.ALERT)
