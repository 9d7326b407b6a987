"""The layer that moves: victim with circle and trail, patrols, known addresses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from console.domain.patrols import PatrolState
from console.locale import N_, _
from console.tui.map.braille import DOTS_X, Canvas, one_cell_each
from console.tui.map.ground import Still
from console.tui.map.ink import Ink
from console.tui.map.labels import Board, Spot, beside
from console.tui.map.measure import Measuring, Thing
from console.tui.map.projection import View
from console.tui.map.scene import (
    ADDRESS_WORDS,
    HEADING_MARKS,
    OTHER_FIX_MARK,
    PATROL_MARKS,
    VICTIM_MARK,
    AddressMark,
    OtherFix,
    PatrolMark,
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

NEAR = tuple(
    sorted(
        ((right, down) for right in range(-8, 9) for down in range(-4, 5)),
        key=lambda off: (off[0] ** 2 + 4 * off[1] ** 2, -off[1], -off[0]),
    )
)
"""Where a mark may stand whose cell is taken, as columns and rows from it, the nearest first; a row is as high as
two columns are wide."""

AROUND = ((0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1))
"""The cell beside a mark in each of the eight headings, as columns and rows."""

UNAVAILABLE = (PatrolState.BUSY, PatrolState.RESERVED)


class _Mark(NamedTuple):
    """A mark to be put: where, its sign, its ink and its words, with shorter ones (``brief``) for little room.

    ``tight`` words join the sign (``▸L-12``).
    """

    lon: float
    lat: float
    sign: str
    ink: Ink
    words: str = ""
    brief: str = ""
    tight: bool = False
    key: str = ""


def draw_marks(
    scene: Scene, view: View, still: Still | None = None, measuring: Measuring | None = None
) -> Canvas:
    """Draw all that moves on a canvas of its own, to be laid over the ``still`` layer.

    The most important mark is placed first and keeps its cell. Words give way to marks, and where there is a
    choice they leave the names of the ground readable. The name of the zone to send goes where it is free.
    """
    canvas = Canvas(view.columns, view.rows)
    if canvas.dots:
        _Marks(canvas, view, still, measuring).draw(scene)
    return canvas


class _Marks:
    """One drawing of the moving layer: what it draws on, and which cells are taken."""

    def __init__(self, canvas: Canvas, view: View, still: Still | None, measuring: Measuring | None) -> None:
        self.canvas, self.view, self.still, self.measuring = canvas, view, still, measuring
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
        if self.measuring is not None:
            self._ruler(self.measuring.now(scene))
        if scene.victim is not None:
            self._victim(scene.victim)
        # All marks before any word: a word must not push a mark from its place.
        placed = [(mark, spot) for mark in self._marks(scene) if (spot := self._put(mark)) is not None]
        for mark, spot in placed:
            self._letter(mark.key, spot, len(mark.sign))
        for mark, spot in placed:
            self._say(mark, spot)
        self._title()
        if scene.victim is not None:
            self._ages(scene.victim)

    def _ruler(self, chosen: tuple[Thing, ...]) -> None:
        """A line between the two things that were chosen; one alone, or a place on the ground, has a ring."""
        dots = [self.view.to_dots(one.lon, one.lat) for one in chosen]
        whole = [(math.floor(x), math.floor(y)) for x, y in dots]
        if len(whole) == 2:
            self.canvas.line(*whole[0], *whole[1], Ink.RULER, every=2)
        for x, y in whole:
            self.canvas.ellipse(x + 0.5, y + 0.5, 3, 3, Ink.RULER)

    def _letter(self, key: str, at: Spot, size: int) -> None:
        """The letter by which a mark is chosen, beside it."""
        if self.measuring is None or not self.measuring.choosing:
            return
        if (letter := self.measuring.letters.get(key)) is not None:
            left, right = Spot(at.column - 1, at.row), Spot(at.column + size, at.row)
            above, below = Spot(at.column, at.row - 1), Spot(at.column, at.row + 1)
            if (spot := self.board.place((left, right, above, below), 1, margin=0)) is not None:
                self.canvas.write(*spot, letter, Ink.LETTER)

    def _title(self) -> None:
        """The name of the zone to send: at its best free place, else at any."""
        if self.still is None or not self.still.spots:
            return
        title = self.still.title
        spots = sorted(self.still.spots, key=lambda spot: self._covers_dots(spot, len(title)))
        if (spot := self.board.place(chain(spots, self._anywhere(len(title))), len(title))) is not None:
            self.canvas.write(*spot, title, Ink.ZONE_NAME_SENT)

    def _anywhere(self, length: int) -> Iterator[Spot]:
        """Every place for a word, from the upper and lower edge inwards."""
        rows = self.view.rows
        for row in sorted(range(rows), key=lambda row: min(row, rows - 1 - row)):
            for column in range(self.view.columns - length + 1):
                yield Spot(column, row)

    def _victim(self, victim: Victim) -> None:
        """Her mark, what warns beside it, and an arrow where she moves: before all else, which gives way."""
        mark = _Mark(victim.lon, victim.lat, VICTIM_MARK, Ink.VICTIM, victim.note)
        if (at := self._put(mark)) is None:
            return
        if victim.heading_deg is not None:
            point = round(victim.heading_deg % 360 / 45) % 8
            right, down = AROUND[point]
            if (spot := self.board.place([Spot(at.column + right, at.row + down)], 1, margin=0)) is not None:
                self.canvas.write(*spot, HEADING_MARKS[point], Ink.CIRCLE)
        self._letter("victim", at, 1)
        self._say(mark, at)

    def _ages(self, victim: Victim) -> None:
        """How old the places of her trail are, where nothing else is covered by it."""
        for (lon, lat), note in zip(victim.trail, victim.trail_notes, strict=False):
            column, row = self.view.to_cell(lon, lat)
            if note and 0 <= column < self.view.columns and 0 <= row < self.view.rows:
                self._say(_Mark(lon, lat, " ", Ink.NOTE, note), Spot(column, row), only_free=True)

    def _marks(self, scene: Scene) -> Iterator[_Mark]:
        """All marks of a scene but the victim's, the most important first: what warns stands where it is."""
        near = self.view.metres_per_dot <= WORDS_FROM_M_PER_DOT
        for number, fix in enumerate(scene.other_fixes):
            yield _Mark(fix.lon, fix.lat, OTHER_FIX_MARK, Ink.DOUBT, key=f"fix {number}")
        patrols = sorted(scene.patrols, key=lambda patrol: not patrol.highlighted)
        threats = [address for address in scene.addresses if address.whose is Whose.PERPETRATOR]
        others = [address for address in scene.addresses if address.whose is not Whose.PERPETRATOR]
        yield from (_patrol(one, near) for one in patrols if one.highlighted and one.state in PATROL_MARKS)
        yield from (_address(one, near) for one in threats)
        yield from (
            _patrol(one, near) for one in patrols if not one.highlighted and one.state in PATROL_MARKS
        )
        yield from (_address(one, near) for one in others)

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

        A mark whose cell is taken by a more important one goes to the nearest free cell: it may stand a few
        cells off. In a crowd in which no cell is free the least important ones are left out.
        """
        column, row = self.view.to_cell(mark.lon, mark.lat)
        if not (0 <= column < self.view.columns and 0 <= row < self.view.rows):
            return None
        near = (Spot(column + right, row + down) for right, down in NEAR)
        if (spot := self.board.place(near, len(mark.sign), margin=0)) is not None:
            self.canvas.write(*spot, mark.sign, mark.ink)
        return spot

    def _say(self, mark: _Mark, at: Spot, only_free: bool = False) -> None:
        """Write the words of a mark beside it, or its brief ones, where they cover no mark and no other word.

        ``only_free``: not at all where they would cover a name of the ground, a circle or the trail.
        """
        for words in dict.fromkeys((one_cell_each(mark.words), one_cell_each(mark.brief))):
            if words and self._write_beside(mark, at, words, only_free):
                return

    def _write_beside(self, mark: _Mark, at: Spot, words: str, only_free: bool) -> bool:
        size, length = len(mark.sign), len(words)
        spots = [(spot, 1, 1) for spot in beside(*at, size, length)]
        if mark.tight:
            spots[:2] = (Spot(at.column + size, at.row), 0, 1), (Spot(at.column - length, at.row), 1, 0)
        best, least = None, 1 if only_free else 3
        for spot, before, after in spots:
            if self.board.is_free(spot, length, before, after):
                covers = 0 if self.names.is_free(spot, length) else 1
                covers += self._covers_dots(spot, length)
                if covers < least:
                    best, least = spot, covers
                if covers == 0:
                    break
        if best is None:
            return False
        self.board.take(best, length)
        self.canvas.write(*best, words, mark.ink)
        return True

    def _covers_dots(self, spot: Spot, length: int) -> bool:
        """Say whether a word would hide a part of a circle or of the trail."""
        start = spot.row * self.view.columns + spot.column
        return any(self.canvas.dots[start : start + length])

    def _no_position(self) -> None:
        words = f" {_('no position')} "
        spot = Spot((self.view.columns - len(words)) // 2, self.view.rows // 2)
        self.board.take(spot, len(words))
        self.canvas.write(*spot, words, Ink.ALERT)


def _patrol(patrol: PatrolMark, near: bool) -> _Mark:
    """A patrol with its call sign; its state as a word too where it is on its way, or where there is room."""
    ink, said = Ink.PATROL, f"{patrol.call_sign} {_(STATE_WORDS[patrol.state])}"
    if patrol.highlighted:
        ink = Ink.PATROL_SENT
    elif patrol.state in UNAVAILABLE:
        ink = Ink.PATROL_BUSY
    words = said if near or patrol.highlighted else patrol.call_sign
    return _Mark(
        patrol.lon, patrol.lat, PATROL_MARKS[patrol.state], ink, words, patrol.call_sign, True, patrol.key
    )


def _address(address: AddressMark, near: bool) -> _Mark:
    ink = Ink.THREAT if address.whose is Whose.PERPETRATOR else Ink.ADDRESS
    words = _(ADDRESS_WORDS[address.kind]) if near else ""
    return _Mark(address.lon, address.lat, address.mark, ink, words, key=address.key)
