"""The colours: calm grey, and colour only for what is abnormal (EEMUA 191, ISA-18.2).

Beside each colour stand a word and a shape. Every text has at least 4.5:1 on the ground on which it is painted
(WCAG 2.2, 1.4.3); the tests paint the screens in each theme and measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.theme import Theme

from console.first_look import ThemeName
from console.locale import N_

DARK: Final = Theme(
    name="msa-dark",
    dark=True,
    primary="#8fb4d8",
    secondary="#959fa9",
    accent="#8fb4d8",
    foreground="#cfd4da",
    background="#14171a",
    surface="#191d21",
    panel="#242a30",
    success="#86b890",
    warning="#e3b04b",
    error="#ff6a5c",
    variables={
        "muted": "#959fa9",
        "rule": "#39414a",
        "chosen": "#26303a",
        "footer-key-foreground": "#8fb4d8",
        "block-cursor-background": "#3a4a5a",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "bold",
        "input-selection-background": "#8fb4d8 35%",
    },
)
"""For rooms with little light."""

LIGHT: Final = Theme(
    name="msa-light",
    dark=False,
    primary="#1f5b93",
    secondary="#5c6670",
    accent="#1f5b93",
    foreground="#20252a",
    background="#f2f3f4",
    surface="#fafbfb",
    panel="#e1e4e7",
    success="#2d6b3a",
    warning="#7f5200",
    error="#b3261e",
    variables={
        "muted": "#565f68",
        "rule": "#bcc3ca",
        "chosen": "#dce6f0",
        "footer-key-foreground": "#1f5b93",
        "block-cursor-background": "#1f5b93",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "bold",
    },
)
"""For rooms with daylight."""

HIGH_CONTRAST: Final = Theme(
    name="msa-high-contrast",
    dark=True,
    primary="#9fd8ff",
    secondary="#d5d9dd",
    accent="#9fd8ff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#161a1e",
    success="#8df0a0",
    warning="#ffdc5e",
    error="#ffa096",
    variables={
        "muted": "#d5d9dd",
        "rule": "#a9b0b7",
        "chosen": "#0f2a43",
        "footer-key-foreground": "#9fd8ff",
        "block-cursor-background": "#ffffff",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#0f2a43",
        "block-cursor-blurred-foreground": "#ffffff",
        "input-selection-background": "#9fd8ff 35%",
    },
)
"""For eyes that need it: every text has 7:1 on its ground (WCAG 2.2, 1.4.6)."""

COLOUR_BLIND: Final = Theme(
    name="msa-colour-blind",
    dark=True,
    primary="#c3cedb",
    secondary="#98a1ab",
    accent="#c3cedb",
    foreground="#d3d7dc",
    background="#14171a",
    surface="#191d21",
    panel="#22272d",
    success="#3fb2ff",
    warning="#fff08f",
    error="#ff7033",
    variables={
        "muted": "#98a1ab",
        "rule": "#434b54",
        "chosen": "#262f3a",
        "footer-key-foreground": "#c3cedb",
        "block-cursor-background": "#3a4a5a",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "bold",
        "input-selection-background": "#c3cedb 35%",
    },
)
"""Vermilion, yellow and blue stay apart without the red or the green cones, and differ in lightness as well."""

MONOCHROME: Final = Theme(
    name="msa-monochrome",
    dark=True,
    primary="#ffffff",
    secondary="#a6a6a6",
    accent="#ffffff",
    foreground="#d6d6d6",
    background="#101010",
    surface="#171717",
    panel="#232323",
    success="#d6d6d6",
    warning="#f2f2f2",
    error="#ffffff",
    variables={
        "muted": "#a6a6a6",
        "rule": "#5a5a5a",
        "chosen": "#313131",
        "footer-key-foreground": "#ffffff",
        "block-cursor-background": "#e6e6e6",
        "block-cursor-foreground": "#101010",
        "block-cursor-text-style": "bold",
        "input-selection-background": "#ffffff 35%",
    },
)
"""Greys alone: words, shapes, weight and reversed letters say everything. What ``NO_COLOR`` asks for."""

THEMES: Final[Mapping[ThemeName, Theme]] = {
    "dark": DARK,
    "light": LIGHT,
    "high-contrast": HIGH_CONTRAST,
    "colour-blind": COLOUR_BLIND,
    "monochrome": MONOCHROME,
}
"""The setting -> the theme."""

THEME_LABELS: Final[Mapping[ThemeName, str]] = {
    "dark": N_("dark theme"),
    "light": N_("light theme"),
    "high-contrast": N_("theme with high contrast"),
    "colour-blind": N_("theme safe for colour blindness"),
    "monochrome": N_("theme without colours"),
}
"""What each is called, to be looked up when it is shown."""
