"""Figures three lines high, so that an age is read from the other end of the room."""

from __future__ import annotations

from typing import Final

HIGH: Final = 3
"""Lines of a figure."""

_FIGURES: Final = {
    "0": ("█▀█", "█ █", "▀▀▀"),
    "1": ("▀█ ", " █ ", "▀▀▀"),
    "2": ("▀▀█", "█▀▀", "▀▀▀"),
    "3": ("▀▀█", " ▀█", "▀▀▀"),
    "4": ("█ █", "▀▀█", "  ▀"),
    "5": ("█▀▀", "▀▀█", "▀▀▀"),
    "6": ("█▀▀", "█▀█", "▀▀▀"),
    "7": ("▀▀█", "  █", "  ▀"),
    "8": ("█▀█", "█▀█", "▀▀▀"),
    "9": ("█▀█", "▀▀█", "▀▀▀"),
    ":": ("▄", "▄", " "),
    "h": ("█  ", "█▀█", "▀ ▀"),
}


def large(text: str) -> tuple[str, str, str]:
    """The figures, colons and h of a text, three lines high; any other sign is left out."""
    figures = [_FIGURES[sign] for sign in text if sign in _FIGURES]
    top, middle, foot = (" ".join(figure[line] for figure in figures) for line in range(HIGH))
    return top, middle, foot
