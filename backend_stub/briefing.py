"""What a patrol is told in its own language: the read-out for the radio, put together for who drives (W10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from backend_stub.desk import BELGIUM
from backend_stub.log import LOG
from backend_stub.registry.records import PatrolUnit
from console.domain.hints import still_open
from console.domain.intervention import Intervention
from console.domain.places import NOTHING, PlaceIndex, known_addresses
from console.domain.readout import read_out

Brief = Callable[[Intervention, str, datetime], str | None]
"""Intervention, id of the patrol, moment -> the read-out; None: it cannot be put together."""


class Briefing:
    """Knows the languages of the patrols and the names of places; without places a position is read as degrees."""

    def __init__(
        self,
        patrols: Mapping[str, PatrolUnit],
        places: PlaceIndex | None = None,
        is_open: Callable[[str], bool] = lambda number: True,
    ) -> None:
        """``is_open`` says of a number whether that intervention is."""
        self._patrols, self._places, self._is_open = patrols, places, is_open

    def __call__(self, state: Intervention, patrol: str, now: datetime) -> str | None:
        """The read-out for a patrol. A patrol goes out without one rather than not at all."""
        try:
            fix, unit = state.fix, self._patrols.get(patrol)
            place = NOTHING
            if self._places is not None and fix is not None:
                place = self._places.describe_fix(fix, state.trail, known_addresses(state.extract))
            language = unit.language if unit else ""
            same_man = still_open(state, self._is_open)
            return read_out(state, language, now.astimezone(BELGIUM).date(), place, same_man).text
        except Exception:
            LOG.exception("no read-out")
            return None
