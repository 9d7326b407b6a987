"""What a screen knows of the country: names of zones, the ground of the map, places to describe a position."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.tui.map import Ground

Describe = Callable[[float, float], str]
"""(lon, lat) -> where that is, in words."""


@dataclass(frozen=True, slots=True)
class Atlas:
    """Zone id -> name on screen (``5388 Leuven``), the map's ground, and words for a position.

    ``approximate``: the borders are no official ones. Without ground the map is blank; without ``describe`` a
    position is named by its zone alone.
    """

    zones: Mapping[str, str] = field(default_factory=dict)
    ground: Ground | None = None
    describe: Describe | None = None
    approximate: bool = True

    def zone(self, zone: str | None) -> str:
        """The name of a zone; an id that is not on the map is shown as it is."""
        return "" if zone is None else self.zones.get(zone, zone)
