"""The frame of what is not live: an exercise or a replay wears its word around the whole screen (S10)."""

from __future__ import annotations

from typing import Final

from textual.screen import Screen

from console.domain.values import Mode
from console.locale.words import word

WORN: Final = frozenset({Mode.EXERCISE, Mode.REPLAY})
"""Modes that wear a frame. A demo has its word in the header."""


def wear(screen: Screen[None], mode: Mode | None, beside: str = "") -> None:
    """Put the frame of a mode around a screen, its word at all four corners; ``beside``: what stands at the foot."""
    worn = mode if mode in WORN else None
    screen.set_class(worn is not None, "-worn")
    if worn is None:
        return
    said = f" {word(worn)} "
    line = said.center(max(len(said), screen.app.size.width - 6), "━")
    top = f"{said}━━{line[: -2 * len(said) - 6]}━━{said}" if len(line) > 5 * len(said) else said
    foot = f"{said}━━ {beside} ━━{said}" if beside else top
    if screen.border_title != top:
        screen.border_title = top
    if screen.border_subtitle != foot:
        screen.border_subtitle = foot
