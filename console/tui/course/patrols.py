"""The patrols of the exercise in which people sit: what their pages show, and what they say, over the trainer's line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from console.link.world_line import CannotHappenError
from console.training.seats import SeatKind, SeatState
from console.tui.course.lead import Lead


class SeatedPatrols:
    """Follows the seats of a `Lead`: a patrol whose seat is taken does what is said on it, any other lives by itself."""

    def __init__(self, lead: Lead) -> None:
        self._lead = lead
        self._seated: set[str] = set()
        self._asking: set[asyncio.Task[None]] = set()

    def changed(self) -> None:
        """Somebody joined, stopped, or was given a new code: tell the world who sits where now."""
        taken = {
            seat.who
            for seat in self._lead.seats.all
            if seat.kind is SeatKind.PATROL and seat.state is SeatState.TAKEN
        }
        for patrol in taken ^ self._seated:
            asking = asyncio.ensure_future(self._seat(patrol, taken=patrol in taken))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)
        self._seated = taken

    def view(self, patrol: str) -> tuple[Mapping[str, Any], bool]:
        """What the patrol knows; and whether the world stands still."""
        state = self._lead.state
        return state.get("seats", {}).get(patrol, {}), bool(state.get("paused", True))

    async def says(self, patrol: str, says: str, words: str) -> str | None:
        """Say something as the patrol; the code of why it cannot be, or None."""
        try:
            if says == "radio":
                await self._lead.ask("radio", patrol=patrol, words=words)
            else:
                await self._lead.ask("patrol", patrol=patrol, says=says)
        except CannotHappenError as why:
            return why.code
        return None

    async def _seat(self, patrol: str, *, taken: bool) -> None:
        try:
            await self._lead.ask("seat", patrol=patrol, taken=taken)
        except CannotHappenError:
            self._seated ^= {patrol}  # the world is gone, or will be asked again with the next change
