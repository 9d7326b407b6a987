"""A drawing of braille dots: two by four in a cell, with an ink per cell and words over them.

Dots count from the upper left: x to the right, y down. A cell of a terminal is about twice as high as it is
wide, so a dot is about square. Dots outside the canvas are never set, however far a line runs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

DOTS_X, DOTS_Y = 2, 4
"""Dots in a cell."""

BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bit of a dot in a braille character, by row and column (Unicode 15, block U+2800)."""

DASH_DOTS = 5.0
"""Length of a dash, and of the gap after it, along a dashed circle."""

_GLYPHS = {0: " "} | {bits: chr(0x2800 + bits) for bits in range(1, 256)}
_COVERED = bytes([0]) + bytes([255]) * 255
_RUN = re.compile(rb"(.)\1*", re.DOTALL)


class Word(NamedTuple):
    """Text in one row: its first column, the text (one cell a character) and its ink."""

    column: int
    text: str
    ink: int


class Run(NamedTuple):
    """A stretch of a rendered row in one ink."""

    text: str
    ink: int


def one_cell_each(text: str) -> str:
    """Replace every character that does not fill exactly one cell, so that columns can be counted."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() and cell_len(c) == 1 else "\N{REPLACEMENT CHARACTER}" for c in text)


class Canvas:
    """Dots, inks and words of one layer, ``columns`` by ``rows`` cells."""

    __slots__ = ("_words", "columns", "dots", "height", "inks", "rows", "width")

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = max(0, columns), max(0, rows)
        self.width, self.height = self.columns * DOTS_X, self.rows * DOTS_Y
        self.dots = bytearray(self.columns * self.rows)
        self.inks = bytearray(self.columns * self.rows)
        self._words: dict[int, list[Word]] = {}

    def plot(self, x: int, y: int, ink: int) -> None:
        """Set one dot; outside the canvas nothing happens."""
        if 0 <= x < self.width and 0 <= y < self.height:
            cell = (y >> 2) * self.columns + (x >> 1)
            self.dots[cell] |= BITS[y & 3][x & 1]
            self.inks[cell] = ink

    def is_set(self, x: int, y: int) -> bool:
        """Say whether a dot is set."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return False
        return bool(self.dots[(y >> 2) * self.columns + (x >> 1)] & BITS[y & 3][x & 1])

    def line(self, x0: int, y0: int, x1: int, y1: int, ink: int, every: int = 1) -> None:
        """Draw a straight line, both ends included; ``every`` 3 sets every third dot only."""
        clipped = clip(x0, y0, x1, y1, self.width, self.height)
        if clipped is not None:
            self._bresenham(*clipped, ink, every)

    def polyline(self, xs: Sequence[int], ys: Sequence[int], ink: int, every: int = 1) -> None:
        """Draw a line through the points (xs[i], ys[i]); points that share a dot cost nothing."""
        if not xs:
            return
        width, height, bresenham = self.width, self.height, self._bresenham
        x0, y0 = xs[0], ys[0]
        was_inside = 0 <= x0 < width and 0 <= y0 < height
        if len(xs) == 1:
            self.plot(x0, y0, ink)
        for x1, y1 in zip(xs[1:], ys[1:], strict=True):
            if x0 == x1 and y0 == y1:
                continue
            inside = 0 <= x1 < width and 0 <= y1 < height
            if inside and was_inside:
                bresenham(x0, y0, x1, y1, ink, every)
            else:
                clipped = clip(x0, y0, x1, y1, width, height)
                if clipped is not None:
                    bresenham(*clipped, ink, every)
            x0, y0, was_inside = x1, y1, inside

    def _bresenham(self, x0: int, y0: int, x1: int, y1: int, ink: int, every: int) -> None:
        # The only loop that runs per dot: everything it needs is local, and both ends lie inside.
        dots, inks, columns, bits = self.dots, self.inks, self.columns, BITS
        dx, dy = abs(x1 - x0), -abs(y1 - y0)
        step_x, step_y = (1 if x0 < x1 else -1), (1 if y0 < y1 else -1)
        error = dx + dy
        for count in range(max(dx, -dy) + 1):
            if every == 1 or count % every == 0:
                cell = (y0 >> 2) * columns + (x0 >> 1)
                dots[cell] |= bits[y0 & 3][x0 & 1]
                inks[cell] = ink
            twice = error + error
            if twice >= dy:
                error += dy
                x0 += step_x
            if twice <= dx:
                error += dx
                y0 += step_y

    def ellipse(self, x: float, y: float, rx: float, ry: float, ink: int, dashed: bool = False) -> None:
        """Draw an ellipse around (x, y) with half axes ``rx`` and ``ry``, in dots.

        Each row and each column of dots is met where the curve crosses it, so that the cost depends on the
        canvas and never on the size of the ellipse.
        """
        if rx <= 0 or ry <= 0:
            self.plot(math.floor(x), math.floor(y), ink)
            return
        for row in range(max(0, math.floor(y - ry)), min(self.height, math.ceil(y + ry))):
            down = (row + 0.5 - y) / ry
            if -1 <= down <= 1:
                across = math.sqrt(1 - down * down)
                self._on_curve(x + across * rx, row, across, down, rx, ink, dashed)
                self._on_curve(x - across * rx, row, -across, down, rx, ink, dashed)
        for column in range(max(0, math.floor(x - rx)), min(self.width, math.ceil(x + rx))):
            across = (column + 0.5 - x) / rx
            if -1 <= across <= 1:
                down = math.sqrt(1 - across * across)
                self._on_curve(column, y + down * ry, across, down, rx, ink, dashed)
                self._on_curve(column, y - down * ry, across, -down, rx, ink, dashed)

    def _on_curve(
        self, x: float, y: float, across: float, down: float, rx: float, ink: int, dashed: bool
    ) -> None:
        if not dashed or math.floor(math.atan2(down, across) * rx / DASH_DOTS) % 2 == 0:
            self.plot(math.floor(x), math.floor(y), ink)

    def disc(self, x: float, y: float, rx: float, ry: float, ink: int, every: int = 1) -> None:
        """Fill an ellipse; ``every`` 4 sets a fourth of the dots in each direction, on a fixed grid."""
        if rx <= 0 or ry <= 0:
            return
        for row in range(max(0, math.floor(y - ry)), min(self.height, math.ceil(y + ry))):
            down = (row + 0.5 - y) / ry
            if row % every or not -1 <= down <= 1:
                continue
            half = rx * math.sqrt(1 - down * down)
            first, last = max(0, math.ceil(x - half - 0.5)), min(self.width - 1, math.floor(x + half - 0.5))
            for column in range(first + -first % every, last + 1, every):
                self.plot(column, row, ink)

    def write(self, column: int, row: int, text: str, ink: int) -> None:
        """Put a word over the dots; what runs over the edge is cut."""
        if not 0 <= row < self.rows or column >= self.columns:
            return
        text = one_cell_each(text)[max(0, -column) : self.columns - column]
        if text:
            self._words.setdefault(row, []).append(Word(max(0, column), text, ink))

    def words(self, row: int) -> Sequence[Word]:
        """The words of a row, in the order they were written."""
        return self._words.get(row, ())

    def same_row(self, other: Canvas, row: int) -> bool:
        """Say whether a row looks alike on two canvases of one size."""
        start, end = row * self.columns, (row + 1) * self.columns
        return (
            self.dots[start:end] == other.dots[start:end]
            and self.inks[start:end] == other.inks[start:end]
            and self._words.get(row) == other._words.get(row)
        )

    def render_line(self, row: int, over: Canvas | None = None) -> list[Run]:
        """Render a row as runs of one ink, with the layer ``over`` it, if any.

        Dots of both layers are joined and take the upper ink. Words stand over dots; a word of the lower
        layer gives way as a whole to an upper word that touches it: half a name names another place.
        """
        start, end = row * self.columns, (row + 1) * self.columns
        dots, inks = bytes(self.dots[start:end]), bytes(self.inks[start:end])
        words = self._words.get(row, [])
        if over is not None:
            dots, inks = _joined(dots, inks, over.dots[start:end], over.inks[start:end])
            if upper := over._words.get(row):
                words = [word for word in words if not any(_touch(word, other) for other in upper)] + upper
        text = dots.decode("latin-1").translate(_GLYPHS)
        for column, word, ink in words:
            after = column + len(word)
            text = text[:column] + word + text[after:]
            inks = inks[:column] + bytes((ink,)) * len(word) + inks[after:]
        return [Run(text[run.start() : run.end()], run[1][0]) for run in _RUN.finditer(inks)]


def _joined(dots: bytes, inks: bytes, over_dots: bytearray, over_inks: bytearray) -> tuple[bytes, bytes]:
    """Lay a row over another: all cells at once, as one large number each."""
    if not any(over_dots):
        return dots, inks
    size = len(dots)
    under, covered = int.from_bytes(inks), int.from_bytes(over_dots.translate(_COVERED))
    upper = int.from_bytes(over_inks) & covered
    joined = int.from_bytes(dots) | int.from_bytes(over_dots)
    return joined.to_bytes(size), ((under & ~covered) | upper).to_bytes(size)


def _touch(one: Word, other: Word) -> bool:
    return one.column <= other.column + len(other.text) and other.column <= one.column + len(one.text)


def clip(x0: int, y0: int, x1: int, y1: int, width: int, height: int) -> tuple[int, int, int, int] | None:
    """Cut a line to 0..width-1, 0..height-1 (Liang and Barsky, 1984); None if it passes outside."""
    if width <= 0 or height <= 0:
        return None
    dx, dy = x1 - x0, y1 - y0
    enter, leave = 0.0, 1.0
    for along, room in ((-dx, x0), (dx, width - 1 - x0), (-dy, y0), (dy, height - 1 - y0)):
        if along == 0:
            if room < 0:
                return None
        elif along < 0:
            enter = max(enter, room / along)
        else:
            leave = min(leave, room / along)
    if enter > leave:
        return None
    return (
        min(width - 1, max(0, round(x0 + enter * dx))),
        min(height - 1, max(0, round(y0 + enter * dy))),
        min(width - 1, max(0, round(x0 + leave * dx))),
        min(height - 1, max(0, round(y0 + leave * dy))),
    )
