"""How well colours can be told apart: contrast by WCAG, and what eyes without red or green cones see of them."""

from __future__ import annotations

import math
from typing import Final

from textual.color import Color

TEXT: Final = 4.5
"""WCAG 2.2, success criterion 1.4.3."""

ENHANCED: Final = 7.0
"""WCAG 2.2, success criterion 1.4.6."""

Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]

SIMULATED: Final[dict[str, Matrix]] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
"""Linear RGB as it is seen. Machado, Oliveira, Fernandes: A physiologically-based model for simulation of color
vision deficiency, IEEE TVCG 15 (2009) 1291, severity 1.0."""

_TO_XYZ: Final[Matrix] = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE: Final = (0.95047, 1.0, 1.08883)
"""sRGB to XYZ, and its white (D65): IEC 61966-2-1."""


def linear(color: Color) -> tuple[float, float, float]:
    """The light of a colour: red, green and blue from 0 to 1, without the curve of sRGB."""

    def straight(channel: int) -> float:
        value = channel / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return straight(color.r), straight(color.g), straight(color.b)


def contrast(one: Color, other: Color) -> float:
    """The ratio of WCAG, from 1 to 21."""
    dark, light = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(linear, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def difference(one: Color, other: Color, cones: str | None = None) -> float:
    """How far apart two colours look (CIE 1976, delta E); with ``cones``, to whom `SIMULATED` says."""
    first, second = (_lab(color, cones) for color in (one, other))
    return math.dist(first, second)


def _lab(color: Color, cones: str | None) -> tuple[float, float, float]:
    light = linear(color)
    if cones is not None:
        red, green, blue = _times(SIMULATED[cones], light)
        light = min(1.0, max(0.0, red)), min(1.0, max(0.0, green)), min(1.0, max(0.0, blue))
    x, y, z = (
        value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116
        for value in (part / white for part, white in zip(_times(_TO_XYZ, light), _WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _times(matrix: Matrix, column: tuple[float, float, float]) -> tuple[float, float, float]:
    first, second, third = (sum(a * b for a, b in zip(row, column, strict=True)) for row in matrix)
    return first, second, third
