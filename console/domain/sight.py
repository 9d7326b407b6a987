"""Which control rooms see an intervention, and how much of it (W7, W8).

Three levels. The **lead** sees everything; the full case file opens there alone, on acknowledgement. A room that
was asked to help, helps, is offered the lead, was told that nobody answers, or where she pressed again sees the
**extract**: the timeline with the first-second extract, never the full file. A room of which a part of the circle
or the next three minutes of heading is, and that of the file zone, gets a **glimpse**: age, zone and owner.
All of it follows from the events, so that the ledger says who could see what at any moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from console.domain.allocation import Allocation
from console.domain.events import Event, InterventionGlimpsed
from console.domain.intervention import Intervention, State
from console.domain.location import (
    JUMP_MPS,
    Fix,
    advanced,
    could_be_now_m,
    heading_of,
    is_nowhere,
    r95_of,
    speed_of,
)
from console.domain.rooms import ROOMS
from console.domain.values import SYSTEM

REACHED_SHARE: Final = 0.10
"""From this part of the circle on, a room is told (`docs/wire.md`, "Owner")."""

AHEAD_S: Final = 180.0
"""So many seconds of heading count as about to be reached (W8)."""

AHEAD_EVERY_S: Final = 30.0
"""One look ahead for each position that is expected on the way."""


class Sight(StrEnum):
    """How much a control room sees."""

    GLIMPSE = "glimpse"
    EXTRACT = "extract"
    LEAD = "lead"


def sight_of(state: Intervention, room: str) -> Sight | None:
    """How much ``room`` sees of an intervention; None: nothing. A closed one stays with who worked on it."""
    if room == state.room:
        return Sight.LEAD
    if room in state.supporting:
        return Sight.EXTRACT
    if state.state is State.CLOSED:
        return None
    if room in {*state.asked, *state.called, *_told(state), state.lead_offered_to}:
        return Sight.EXTRACT
    return Sight.GLIMPSE if room in state.reached else None


def rooms_seeing(state: Intervention) -> frozenset[str]:
    """Every control room that sees something of it."""
    if state.state is State.CLOSED:
        return frozenset({state.room, *state.supporting})
    offered = () if state.lead_offered_to is None else (state.lead_offered_to,)
    others = (*state.supporting, *state.asked, *state.called, *state.reached, *_told(state), *offered)
    return frozenset({state.room, *others})


def glimpse(event: Event, state: Intervention) -> Event:
    """What goes out in the place of ``event`` to a room with a glimpse. ``state`` is the one after it.

    Neither what happened nor who did it is in it: only that the intervention stands so now.
    """
    body = InterventionGlimpsed(
        number=state.number, room=state.room, zone=state.zone, raised_at=state.raised_at
    )
    return event.model_copy(update={"actor": SYSTEM, "body": body})


def rooms_touched(allocation: Allocation | None, room_of_zone: Mapping[str, str]) -> frozenset[str]:
    """The control rooms in whose area at least 10 % of a circle lies."""
    shares: dict[str, float] = {}
    for part in allocation.shares if allocation else ():
        room = room_of_zone.get(part.zone) if part.zone else None
        if room is not None:
            shares[room] = shares.get(room, 0.0) + part.share
    return frozenset(room for room, share in shares.items() if share >= REACHED_SHARE)


def looks_ahead(fix: Fix, now: datetime, trail: Sequence[Fix] = ()) -> tuple[tuple[float, float, float], ...]:
    """Circles (lon, lat, radius in metres at 95 %) in which a moving victim is now or within three minutes.

    First the circle in which she could be now (W9), then one for each 30 s along her heading. None if she is
    still or nothing is known of her speed; the reported circle itself is not among them.
    """
    now_m, speed = could_be_now_m(fix, now, trail), speed_of(fix, trail)
    if now_m is None or speed is None or is_nowhere(fix.lon, fix.lat):
        return ()
    looks = [(fix.lon, fix.lat, now_m)]
    heading = heading_of(fix, trail)
    if heading is not None:
        for step in range(1, int(AHEAD_S / AHEAD_EVERY_S) + 1):
            metres = min(speed, JUMP_MPS) * step * AHEAD_EVERY_S
            looks.append((*advanced(fix.lon, fix.lat, heading, metres), r95_of(fix)))
    return tuple(looks)


def _told(state: Intervention) -> tuple[str, ...]:
    """Control rooms to which it was escalated because nobody answered (W6)."""
    return tuple(one.to for one in state.escalations if one.to is not None and one.to in ROOMS)
