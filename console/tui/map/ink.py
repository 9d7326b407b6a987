"""The inks of the map: what a dot or a letter belongs to, so that a stylesheet alone decides how it looks."""

from __future__ import annotations

from enum import IntEnum


class Ink(IntEnum):
    """What a cell shows. One ink a cell; what is drawn later wins."""

    GROUND = 0
    BORDER = 1
    OUTLINE = 2
    ZONE = 3
    PLACE = 4
    CITY = 5
    ZONE_NAME = 6
    ZONE_NAME_SENT = 7
    TRAIL = 8
    REACH = 9
    CIRCLE = 10
    DOUBT = 11
    ADDRESS = 12
    THREAT = 13
    PATROL_BUSY = 14
    PATROL = 15
    PATROL_SENT = 16
    VICTIM = 17
    NOTE = 18
    ALERT = 19
    LETTER = 20
    RULER = 21

    @property
    def component(self) -> str:
        """Name of the component class in the stylesheet, such as ``map--zone-name``."""
        return "map--" + self.name.lower().replace("_", "-")


COMPONENTS: frozenset[str] = frozenset(ink.component for ink in Ink)
"""Every component class that a stylesheet may colour."""
