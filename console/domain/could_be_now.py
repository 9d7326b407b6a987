"""The circle that counts for zones: where a moving victim can be until her next report (W9).

The screen draws r95 + speed × age at every moment (`console.domain.location.could_be_now_m`). Zones are
computed once a report, by the backend: with the radius that the circle has when the next report is due.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from console.domain.allocation import Allocation
from console.domain.events import ZoneAllocated, ZoneChangeProposed
from console.domain.intervention import Intervention
from console.domain.location import STILL_BELOW_MPS, Fix, r95_of, speed_of

REPORT_EVERY_S: Final = 30.0
"""A position is expected every 30 s (`docs/domain.md`, "The alarm")."""

DRAWN_PCT: Final = 95.0
"""The confidence of a radius that is drawn."""


class Circle(NamedTuple):
    """A radius in metres at a confidence in percent (None: not known)."""

    radius_m: float
    confidence_pct: float | None


def circle_that_counts(fix: Fix, trail: Sequence[Fix] = ()) -> Circle:
    """The circle to allocate a fix by: as reported or, for a moving victim, r95 + speed × 30 s."""
    speed = speed_of(fix, trail)
    if speed is None or speed < STILL_BELOW_MPS:
        return Circle(fix.radius_m, fix.confidence_pct)
    return Circle(r95_of(fix) + speed * REPORT_EVERY_S, DRAWN_PCT)


def zone_news(
    state: Intervention, allocation: Allocation | None
) -> tuple[ZoneAllocated | ZoneChangeProposed, ...]:
    """What a believed position says of the zone: nothing, the first zone, or a proposal to change it.

    A zone is proposed once, and never again after the operator has kept the own one against it. Once she is
    back, or in a zone that was declined, a proposal that stands is taken away by proposing the own zone.
    """
    if allocation is None or allocation.zone is None:
        return ()
    if state.zone is None:
        by = "nearest" if allocation.outside_m > 0 else "position"
        return (ZoneAllocated(zone=allocation.zone, allocation=allocation, by=by),)
    zone = state.zone if allocation.zone in state.declined_zones else allocation.zone
    if zone == (state.proposed_zone or state.zone):
        return ()
    return (ZoneChangeProposed(zone=zone, allocation=allocation),)
