"""What zones and patrols are called in a sentence, for commands that print words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from console.domain.zones import Zones, ZonesFileError
from console.wire.exits import Stop
from console.wire.zones_file import read_zones


def call_sign(patrol: str) -> str:
    """``5388/L-12`` is said as ``L-12``."""
    return patrol.rpartition("/")[2]


def zones_of(path: Path | None) -> Zones:
    """The zones of a file, or those that ship with the program.

    Raises:
        Stop: the file cannot be used.
    """
    try:
        return read_zones(path)
    except ZonesFileError as wrong:
        raise Stop(str(wrong)) from wrong


def zone_name(zones: Zones) -> Callable[[str], str]:
    """A function from a zone's id to its name on screen (``5388 Leuven``); an unknown id stays as it is."""
    return lambda zone: zones[zone].label if zone in zones else zone
