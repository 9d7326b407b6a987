"""From how far patrols come without siren, where the case file says nothing else (W10), as data.

A control room may set its own distance, and one for each of its zones (`msa-stub serve --sirens FILE`): a siren
carries farther over open fields than between houses. What is set nearest to her holds: her case file, the zone, the
control room, the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import Field

from console.domain.values import Frozen

SIREN_OFF_M: Final = 500.0
"""From here a patrol comes without siren, so that he does not hear it. Practice, where nobody says otherwise."""

FARTHEST_M: Final = 10_000.0
"""Nobody hears a siren farther away; what is written there was meant in another unit."""

SirenOff = Annotated[float, Field(ge=0, le=FARTHEST_M)]
"""Metres; 0: the siren stays on until the door."""


class Sirens(Frozen):
    """The usual distances, in metres: of zones by their id, of control rooms by their code, and of all others."""

    default: SirenOff = SIREN_OFF_M
    rooms: Mapping[str, SirenOff] = Field(default_factory=lambda: MappingProxyType({}))
    zones: Mapping[str, SirenOff] = Field(default_factory=lambda: MappingProxyType({}))

    def off_m(self, zone: str | None, room: str | None) -> float:
        """The usual distance in ``zone``, which ``room`` answers for; either may be unknown."""
        if zone is not None and zone in self.zones:
            return self.zones[zone]
        return self.default if room is None else self.rooms.get(room, self.default)


USUAL: Final = Sirens()
"""The distances where no file sets any."""
