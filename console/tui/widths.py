"""From which width on the screen is laid out how: the classes that the stylesheets name."""

from __future__ import annotations

from typing import Final

WIDTHS: Final = [(0, "-narrow"), (110, "-normal"), (150, "-wide"), (190, "-vast")]
"""Columns -> class. Below 110 the map gives way; from 190 on everything breathes."""

HEIGHTS: Final = [(0, "-short"), (30, "-low"), (42, "-tall")]
"""Rows -> class."""
