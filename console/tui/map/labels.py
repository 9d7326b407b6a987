"""Where words go on the map, so that none covers another.

Words are tried in the order of their importance: what comes first keeps its place. One bit a cell and one
number a row say what is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Spot(NamedTuple):
    """Where a word would go: its first column and its row."""

    column: int
    row: int


class Board:
    """Which cells of a window are taken, ``columns`` by ``rows``."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._taken = [0] * max(0, rows)

    def is_free(self, spot: Spot, length: int, before: int = 1, after: int = 1) -> bool:
        """Say whether a word of ``length`` cells fits wholly, with so many free cells before and after it."""
        column, row = spot
        if not (0 <= row < self.rows and column >= 0 and column + length <= self.columns):
            return False
        return not self._taken[row] & _mask(column - before, before + length + after)

    def take(self, spot: Spot, length: int) -> None:
        """Mark cells as taken; what lies outside the window is ignored."""
        if 0 <= spot.row < self.rows:
            self._taken[spot.row] |= _mask(spot.column, length) & ((1 << max(0, self.columns)) - 1)

    def place(self, spots: Iterable[Spot], length: int, margin: int = 1) -> Spot | None:
        """Take the first of the spots that is free, and return it; None if none is."""
        for spot in spots:
            if self.is_free(spot, length, margin, margin):
                self.take(spot, length)
                return spot
        return None


def _mask(column: int, length: int) -> int:
    if column < 0:
        column, length = 0, length + column
    return ((1 << max(0, length)) - 1) << column


def beside(column: int, row: int, mark: int, length: int) -> tuple[Spot, ...]:
    """Spots for a word of ``length`` beside a mark of ``mark`` cells at (column, row), the best first.

    Right of it, left of it, above and below; a free cell lies between, where they share a row.
    """
    centred = column + (mark - length) // 2
    return (
        Spot(column + mark + 1, row),
        Spot(column - length - 1, row),
        Spot(centred, row - 1),
        Spot(centred, row + 1),
        Spot(column + mark, row - 1),
        Spot(column + mark, row + 1),
        Spot(column - length, row - 1),
        Spot(column - length, row + 1),
    )
