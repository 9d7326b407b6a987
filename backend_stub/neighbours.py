"""Who else must see an intervention, and whether she has left Belgium: looked up on the map, decided in the domain.

The rules stand in `console.domain.sight` and `console.domain.rules.rooms` (W8). They are asked after each press
and position, and every few seconds for a victim who moves and is not heard of: the circle in which she could be
grows meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from backend_stub.ledger import Transaction
from console.domain.allocation import Allocation
from console.domain.commands import Command, Refusal, TakeOverRoom
from console.domain.decide import View, decide
from console.domain.intervention import Intervention, State
from console.domain.location import is_nowhere
from console.domain.need_to_know import exists_for
from console.domain.rules.common import Refused
from console.domain.rules.rooms import Why, at_the_border, may_take_over_room, reached
from console.domain.sight import looks_ahead, rooms_seeing, rooms_touched
from console.domain.values import SYSTEM, Actor

LOOKS_EVERY_S: Final = 5.0
"""How often a moving victim's circle is looked at between her reports."""

DRAWN_PCT: Final = 95.0
"""The confidence of a radius that is drawn."""


class Allocator(Protocol):
    """Says which zones a position touches; `console.domain.zones.allocating.ZoneMap` is one."""

    def allocate(
        self, lon: float, lat: float, radius_m: float, confidence_pct: float | None = None
    ) -> Allocation:
        """Degrees and metres; see `ZoneMap.allocate`."""
        ...


class Neighbours:
    """Looks at the map for the other control rooms. Keeps nothing, so that any thread may ask."""

    def __init__(self, allocator: Allocator, room_of_zone: Mapping[str, str]) -> None:
        self._allocator, self._room_of_zone = allocator, room_of_zone

    def follow(
        self, tx: Transaction, intervention: UUID, now: datetime, pressed_in: str | None = None
    ) -> None:
        """Append what follows for other rooms from how an intervention stands now.

        ``pressed_in``: the control room in whose area the button was just pressed.
        """
        state = tx.state(intervention)
        if state is None or state.state is State.CLOSED:
            return
        here = self._here(state)
        bodies = reached(state, self._rooms(state, here, now, pressed_in))
        if state.fix is not None and here is not None:
            bodies = (*bodies, *at_the_border(state, state.fix, here))
        if bodies:
            tx.append(intervention, bodies, SYSTEM, now)

    def due(self, state: Intervention, now: datetime) -> bool:
        """Say whether a moving victim's circle, which has grown, reaches a room that does not see it yet."""
        return any(room not in rooms_seeing(state) for room, _ in self._ahead(state, now))

    def take_over_room(
        self, tx: Transaction, command: Command, do: TakeOverRoom, actor: Actor, now: datetime
    ) -> Refusal | None:
        """Let everything that is open in a control room pass to the supervisor's, in one transaction: all or none (W8)."""
        try:
            may_take_over_room(do, actor)
            led = [one for one in tx.open_interventions() if one.room == do.room]
            if not any(exists_for(one, actor.id) for one in led):
                raise Refused("nothing_open", room=do.room)
        except Refused as refused:
            return refused.refusal
        decided = []
        for state in led:
            bodies = decide(state, command, actor, View(), now)
            if not isinstance(bodies, Refusal):
                decided.append((state.id, bodies))
            elif exists_for(state, actor.id):
                return bodies
            # else it passes with the others, or stays: the answer says nothing of it (W19)
        for intervention, bodies in decided:
            tx.append(intervention, bodies, actor, now)
        return None

    def _here(self, state: Intervention) -> Allocation | None:
        fix = state.fix
        if fix is None or is_nowhere(fix.lon, fix.lat):
            return None
        if state.allocation is not None:
            return state.allocation
        return self._allocator.allocate(fix.lon, fix.lat, fix.radius_m, fix.confidence_pct)

    def _rooms(
        self, state: Intervention, here: Allocation | None, now: datetime, pressed_in: str | None
    ) -> Iterator[tuple[str, Why]]:
        """Rooms that have to do with it, with the reason; the one that says most of it first."""
        if pressed_in is not None:
            yield pressed_in, "press"
        for room in sorted(rooms_touched(here, self._room_of_zone)):
            yield room, "share"
        yield from self._ahead(state, now)
        if state.file_zone is not None and state.file_zone in self._room_of_zone:
            yield self._room_of_zone[state.file_zone], "file_zone"

    def _ahead(self, state: Intervention, now: datetime) -> Iterator[tuple[str, Why]]:
        if state.fix is None:
            return
        for lon, lat, radius_m in looks_ahead(state.fix, now, state.trail):
            there = self._allocator.allocate(lon, lat, radius_m, DRAWN_PCT)
            for room in sorted(rooms_touched(there, self._room_of_zone)):
                yield room, "ahead"
