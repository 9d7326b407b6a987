"""The colours: calm grey, and colour only for what is abnormal (EEMUA 191, ISA-18.2)."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="msa-dark",
    dark=True,
    primary="#8fb4d8",
    secondary="#7f8c9a",
    accent="#8fb4d8",
    foreground="#cfd4da",
    background="#14171a",
    surface="#191d21",
    panel="#242a30",
    success="#86b890",
    warning="#e3b04b",
    error="#ff6a5c",
    variables={
        "muted": "#818b96",
        "rule": "#39414a",
        "chosen": "#2b3641",
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
    warning="#8a5a00",
    error="#b3261e",
    variables={
        "muted": "#626c76",
        "rule": "#bcc3ca",
        "chosen": "#d4e0ec",
        "footer-key-foreground": "#1f5b93",
        "block-cursor-background": "#1f5b93",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "bold",
    },
)
"""For rooms with daylight."""

THEMES: Final = {"dark": DARK, "light": LIGHT}
"""The setting -> the theme."""
